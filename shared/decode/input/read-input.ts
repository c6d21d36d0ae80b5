import { stat } from 'node:fs/promises';
import { MAX_MESSAGE_BYTES } from '../envelope.ts';
import { isObject } from '../fields.ts';
import { fileBytes, NotUtf8, peek, plainBytes } from './bytes.ts';
import { filesIn } from './folder.ts';
import type { InputItem, Problem } from './item.ts';
import { JsonSplitter } from './json-splitter.ts';
import { parsePiece } from './parse-piece.ts';
import { isYamlHead, readYaml } from './read-yaml.ts';
import { withoutFloods } from './without-floods.ts';

export type { InputItem, PlaceOf, Problem, Where } from './item.ts';

/** What stands by itself in a file may be a plan of Terraform: of whole organisations they come to tens of megabytes. */
const MAX_WHOLE_BYTES = 256 * 1024 * 1024;

export interface InputOptions {
  /** What `-` stands for. */
  readonly stdin?: AsyncIterable<Uint8Array>;
  /** Whether objects of YAML say where their parts stand: it costs memory while one is held. */
  readonly places?: boolean;
}

/**
 * Reads files, folders (below which all files of JSON and YAML are read, in order) and `-`: lines of JSON, lists, objects one after another,
 * documents of YAML, each of them also as gzip, told apart by content unless the name says it. Values come one by one, and no more than one is held. Whatever cannot be read is
 * given as a problem with its place, and reading goes on behind it. Throws only when it is itself at fault.
 */
export async function* readInput(
  paths: readonly string[],
  options: InputOptions = {},
): AsyncGenerator<InputItem> {
  for (const path of paths) {
    if (path === '-') yield* readStdin(options);
    else yield* readPath(path, options);
  }
}

async function* readStdin({ stdin, places }: InputOptions): AsyncGenerator<InputItem> {
  if (stdin === undefined)
    yield { problem: { file: '-', kind: 'unreadable', message: 'there is no standard input' } };
  else yield* readBytes('-', stdin, places);
}

async function* readPath(path: string, { places }: InputOptions): AsyncGenerator<InputItem> {
  try {
    if ((await stat(path)).isDirectory()) {
      yield* readFolder(path, places);
      return;
    }
  } catch (error) {
    yield { problem: problemOf(path, error) };
    return;
  }
  if (/\.tf$/i.test(path)) {
    const message = 'Terraform source is not read; give the output of terraform show -json';
    yield { problem: { file: path, kind: 'not-json', message } };
    return;
  }
  yield* readBytes(path, fileBytes(path), places);
}

async function* readFolder(folder: string, places: boolean | undefined): AsyncGenerator<InputItem> {
  const { files, otherKinds, descriptions } = await filesIn(folder);
  for (const file of files) yield* readBytes(file, fileBytes(file), places);
  if (otherKinds > 0) {
    const message = `passed over ${otherKinds} files that are not .json, .ndjson, .jsonl, .yaml, .yml or .gz`;
    yield { note: { file: folder, message } };
  }
  if (descriptions > 0) {
    yield {
      note: { file: folder, message: `passed over ${descriptions} files .meta.json, which describe others` },
    };
  }
  if (files.length === 0) {
    const message = 'the folder holds no file .json, .ndjson, .jsonl, .yaml, .yml or .gz';
    yield { problem: { file: folder, kind: 'unreadable', message } };
  }
}

function readBytes(
  file: string,
  source: AsyncIterable<Uint8Array>,
  places: boolean | undefined,
): AsyncGenerator<InputItem> {
  return withoutFloods(readByContent(file, plainBytes(source), places));
}

async function* readByContent(
  file: string,
  bytes: AsyncIterable<Uint8Array>,
  places: boolean | undefined,
): AsyncGenerator<InputItem> {
  try {
    if (/\.(json|ndjson|jsonl)$/i.test(file)) yield* readPieces(file, bytes);
    else if (/\.ya?ml(\.gz)?$/i.test(file)) yield* readYaml(file, bytes, places);
    else {
      const { head, whole } = await peek(bytes, (read) => isYamlHead(read) !== undefined);
      yield* isYamlHead(head) === true ? readYaml(file, whole, places) : readPieces(file, whole);
    }
  } catch (error) {
    yield { problem: problemOf(file, error) };
  }
}

async function* readPieces(file: string, bytes: AsyncIterable<Uint8Array>): AsyncGenerator<InputItem> {
  const splitter = new JsonSplitter({ message: MAX_MESSAGE_BYTES, whole: MAX_WHOLE_BYTES });
  let isEmpty = true;
  try {
    for await (const chunk of bytes) {
      if (chunk.length > 0) isEmpty = false;
      for (const piece of splitter.write(chunk)) yield* parsePiece(file, piece);
    }
  } catch (error) {
    yield { problem: { ...problemOf(file, error), ...(isEmpty ? {} : { line: splitter.line }) } };
    return;
  }
  if (isEmpty) yield { note: { file, message: 'the file is empty' } };
  for (const piece of splitter.end()) yield* parsePiece(file, piece);
}

const REASONS: ReadonlyMap<string, string> = new Map([
  ['ENOENT', 'no such file or folder'],
  ['EACCES', 'permission denied'],
  ['EPERM', 'permission denied'],
  ['EISDIR', 'this is a folder'],
  ['ENOTDIR', 'a part of this path is a file, not a folder'],
  ['ELOOP', 'a link that leads back to itself'],
  ['EMFILE', 'too many files are open'],
  ['EIO', 'the disk reports an error'],
]);

/** Errors of the system and of zlib, told apart by their codes. Anything else is a fault of ours and thrown on. */
function problemOf(file: string, error: unknown): Problem {
  if (error instanceof NotUtf8) {
    return { file, line: 1, kind: 'invalid-utf8', message: 'the file is UTF-16; save it as UTF-8' };
  }
  const code = isObject(error) ? error.code : undefined;
  if (typeof code !== 'string') throw error;
  if (code === 'Z_BUF_ERROR')
    return { file, kind: 'truncated', message: 'the compressed file ends too early' };
  if (code.startsWith('Z_')) return { file, kind: 'unreadable', message: 'the compressed file is damaged' };
  return { file, kind: 'unreadable', message: REASONS.get(code) ?? `cannot be read (${code})` };
}
