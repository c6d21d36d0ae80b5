import {
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  type Pair,
  parseAllDocuments,
  type YAMLMap,
} from 'yaml';
import { hiddenInLines, hiddenInScalar } from './hidden-characters.ts';
import { type Fault, type Place, type Problem, problemAt } from './problem.ts';
import { type Locate, locator } from './source-lines.ts';

const MAX_BYTES = 1024 * 1024;
const MAX_DEPTH = 32;

/** Keys that mean something to JavaScript objects: refused before any object is made of them. */
const FORBIDDEN_KEYS: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/** A file of the policy, as it was read. */
export interface PolicyFile {
  readonly path: string;
  readonly text: string | Uint8Array;
}

export type Path = readonly PropertyKey[];

/** One YAML document as plain data, which can still say where each part of it stands. */
export interface SourceDocument {
  readonly value: unknown;
  /** The place of the value at `path`, or of its key; when it is missing, of the nearest thing around it. */
  readonly place: (path: Path, what?: 'key' | 'value') => Place;
}

export interface Source {
  readonly documents: readonly SourceDocument[];
  readonly problems: readonly Problem[];
}

/** Reads a file within the limits. Never throws. A document whose form is broken is left out: its problems say enough. */
export function readSource(file: PolicyFile): Source {
  const refuse = (fault: Fault): Source => {
    const start: Place = { file: file.path, line: 1, column: 1, excerpt: '' };
    return { documents: [], problems: [problemAt(start, fault)] };
  };
  const size = typeof file.text === 'string' ? Buffer.byteLength(file.text) : file.text.byteLength;
  if (size > MAX_BYTES) {
    return refuse({
      code: 'file-too-large',
      message: 'a policy file has at most 1 MiB',
      hint: 'split it into several files',
    });
  }
  const text = decoded(file.text);
  if (text === undefined)
    return refuse({ code: 'invalid-utf8', message: 'the file is not valid UTF-8', hint: 'save it as UTF-8' });
  return readText(file.path, text);
}

/** The text without its byte order mark; `undefined` when the bytes are not UTF-8. */
function decoded(text: string | Uint8Array): string | undefined {
  if (typeof text === 'string') return text.replace(/^\uFEFF/, '');
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(text);
  } catch {
    return undefined;
  }
}

function readText(path: string, text: string): Source {
  const locate = locator(path, text);
  const problems: Problem[] = [...hiddenInLines(text, locate)];
  const documents: SourceDocument[] = [];
  for (const document of parse(text)) {
    const found = [...problemsOfForm(document, locate)];
    if (!found.some(isBreaking)) found.push(...problemsOfNode(document.contents, { text, locate }, 1));
    problems.push(...found);
    if (!found.some(isBreaking) && !isEmpty(document.contents))
      documents.push(sourceDocument(document.contents, locate));
  }
  return { documents, problems };
}

/** Merge keys, extra tags and the rules of YAML 1.1 are off. Equal keys are found below in one pass; the library compares each with each. */
function parse(text: string): readonly Document.Parsed[] {
  return parseAllDocuments(text, {
    version: '1.2',
    schema: 'core',
    strict: true,
    stringKeys: true,
    uniqueKeys: false,
    merge: false,
    resolveKnownTags: false,
    prettyErrors: false,
    logLevel: 'silent',
  });
}

/** After one of these the content is not what was meant, and judging it would only add noise. */
function isBreaking({ code }: Problem): boolean {
  return (
    code === 'yaml-syntax' || code === 'yaml-too-deep' || code === 'yaml-alias' || code === 'yaml-directive'
  );
}

const TOO_DEEP: Fault = { code: 'yaml-too-deep', message: `the file is nested more than ${MAX_DEPTH} deep` };

/** What the parser itself says; its warnings count as errors. */
function* problemsOfForm(document: Document.Parsed, locate: Locate): Generator<Problem> {
  const exhausted = document.errors.find(({ code }) => code === 'RESOURCE_EXHAUSTION');
  if (exhausted) return yield problemAt(locate(exhausted.pos[0]), TOO_DEEP);
  for (const { pos, message } of document.errors)
    yield problemAt(locate(pos[0]), { code: 'yaml-syntax', message });
  for (const { pos, code, message } of document.warnings) {
    yield problemAt(locate(pos[0]), {
      code: code === 'TAG_RESOLVE_FAILED' ? 'yaml-tag' : 'yaml-directive',
      message,
    });
  }
  const { version, explicit } = document.directives.yaml;
  if (explicit && version !== '1.2') {
    yield problemAt(locate(0), {
      code: 'yaml-directive',
      message: `the policy is YAML 1.2, not ${version}`,
      hint: 'remove the %YAML line',
    });
  }
}

interface Reading {
  readonly text: string;
  readonly locate: Locate;
}

function* problemsOfNode(node: unknown, reading: Reading, depth: number): Generator<Problem> {
  const place = reading.locate(startOf(node));
  if (isAlias(node)) {
    yield problemAt(place, {
      code: 'yaml-alias',
      message: `*${node.source} repeats another part`,
      hint: 'write the part out',
    });
  } else if (isScalar(node)) {
    yield* hiddenInScalar(node, reading.text, reading.locate);
  } else if (depth > MAX_DEPTH) {
    yield problemAt(place, TOO_DEEP);
  } else if (isSeq(node)) {
    for (const item of node.items) yield* problemsOfNode(item, reading, depth + 1);
  } else if (isMap(node)) {
    yield* problemsOfKeys(node, reading.locate);
    for (const { key, value } of node.items) {
      yield* problemsOfNode(key, reading, depth + 1);
      yield* problemsOfNode(value, reading, depth + 1);
    }
  }
}

function* problemsOfKeys(map: YAMLMap, locate: Locate): Generator<Problem> {
  const firstLines = new Map<string, number>();
  for (const { key } of map.items) {
    const name = keyText(key);
    const place = locate(startOf(key));
    const first = firstLines.get(name);
    if (first === undefined) firstLines.set(name, place.line);
    else
      yield problemAt(place, {
        code: 'duplicate-key',
        message: `\`${name}\` is already given in line ${first}`,
      });
    if (FORBIDDEN_KEYS.has(name))
      yield problemAt(place, { code: 'forbidden-key', message: `\`${name}\` cannot be a key` });
  }
}

function sourceDocument(root: unknown, locate: Locate): SourceDocument {
  return {
    value: plain(root),
    place: (path, what = 'value') => locate(offsetOf(root, path, what)),
  };
}

/** Plain data. Made here and not by the library, so that no key of the file ever touches a prototype. */
function plain(node: unknown): unknown {
  if (isScalar(node)) return node.value;
  if (isSeq(node)) return node.items.map(plain);
  if (!isMap(node)) return undefined;
  const entries = node.items.map(({ key, value }): [string, unknown] => [keyText(key), plain(value) ?? null]);
  return Object.fromEntries(entries.filter(([key]) => !FORBIDDEN_KEYS.has(key)));
}

function offsetOf(root: unknown, path: Path, what: 'key' | 'value'): number {
  let node = root;
  let offset = startOf(root);
  for (const [i, step] of path.entries()) {
    if (isMap(node)) {
      const pair: Pair | undefined = node.items.find(({ key }) => keyText(key) === step);
      if (!pair) return offset;
      const asksForKey = what === 'key' && i === path.length - 1;
      node = pair.value;
      offset = startOf(asksForKey || isEmpty(node) ? pair.key : node);
    } else if (isSeq(node)) {
      node = node.items[Number(step)];
      offset = startOf(node);
    } else return offset;
  }
  return offset;
}

function keyText(key: unknown): string {
  return isScalar(key) ? String(key.value) : '';
}

function startOf(node: unknown): number {
  return isNode(node) ? (node.range?.[0] ?? 0) : 0;
}

function isEmpty(node: unknown): boolean {
  return node === null || node === undefined || (isScalar(node) && node.value === null);
}
