import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';

/**
 * The lines of an object, gunzipped where its name ends in `.gz`; nothing after the last line break is no line. Only line feeds end a line
 * (with a carriage return before them or not): JSON may hold U+2028, at which the runtime's own reader would break it.
 */
export async function* linesOf(name: string, object: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  // An error anywhere ends both streams, and is thrown where they are read.
  const bytes = name.endsWith('.gz') ? pipeline(Readable.from(object), createGunzip(), () => {}) : object;
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of bytes) {
    const [first = '', ...more] = decoder.decode(chunk as Uint8Array, { stream: true }).split('\n');
    rest += first;
    for (const next of more) {
      yield withoutReturn(rest);
      rest = next;
    }
  }
  rest += decoder.decode();
  if (rest !== '') yield withoutReturn(rest);
}

function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line;
}
