import { MAX_MESSAGE_BYTES } from '../envelope.ts';
import type { InputItem } from './item.ts';
import { parseYaml, tooLargeYaml } from './parse-yaml.ts';

const UTF8 = new TextDecoder('utf-8', { fatal: true });

/** Reads a YAML file, given in chunks. It is held whole, so that it has a limit: a file of manifests is small. */
export async function* readYaml(
  file: string,
  chunks: AsyncIterable<Uint8Array>,
  places = false,
): AsyncGenerator<InputItem> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    size += chunk.length;
    if (size > MAX_MESSAGE_BYTES) {
      yield { problem: tooLargeYaml(file) };
      return;
    }
    parts.push(chunk);
  }
  if (size === 0) {
    yield { note: { file, message: 'the file is empty' } };
    return;
  }
  const bytes = Buffer.concat(parts);
  let text: string;
  try {
    text = UTF8.decode(bytes);
  } catch {
    yield { problem: { file, kind: 'invalid-utf8', message: 'not UTF-8; passed over' } };
    return;
  }
  yield* parseYaml(file, text, places);
}

/** How much is looked at to tell YAML from JSON: a licence may come first. */
export const HEAD_BYTES = 16 * 1024;

/**
 * Whether a file that begins so is one of manifests; undefined while that cannot be said yet. Only what is sure is taken for YAML: nearly any
 * text is, by its rules.
 */
export function isYamlHead(head: Uint8Array): boolean | undefined {
  const text = Buffer.from(head).toString('latin1');
  const begin = text.replace(/^(?:[ \t\r]*(?:#[^\n]*)?\n)*/, '');
  if (/^(?:---[ \t\r]*(?:#[^\n]*)?\n|%YAML|(?:apiVersion|kind|metadata)[ \t]*:)/.test(begin)) return true;
  // A comment or a first word that is not at its end yet.
  const mayBecome = /^[ \t\r]*(?:#[^\n]*)?$/.test(begin) || /^[-%a-zA-Z][^\n]*$/.test(begin);
  return mayBecome && head.length < HEAD_BYTES ? undefined : false;
}
