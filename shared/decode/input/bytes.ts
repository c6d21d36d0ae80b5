import { createReadStream } from 'node:fs';
import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';

const CHUNK_BYTES = 1024 * 1024;
const GUNZIP_BYTES = 256 * 1024;
/** Of one chunk: enough to tell what a file is by. */
const PEEKED_BYTES = 16 * 1024;

/** The bytes of a file. Errors of the system are thrown as they come. */
export function fileBytes(path: string): AsyncIterable<Uint8Array> {
  return createReadStream(path, { highWaterMark: CHUNK_BYTES });
}

/** Text in UTF-16, which no tool of Google writes, but some editors do. */
export class NotUtf8 extends Error {
  override readonly name = 'NotUtf8';
}

/** The same bytes, decompressed when they are gzip (told by their first two), and without a byte order mark. */
export async function* plainBytes(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const { head, whole } = await peek(source, hasThree);
  const unpacked = head[0] === 0x1f && head[1] === 0x8b ? gunzipped(whole) : whole;
  const text = await peek(unpacked, hasThree);
  const [first, second, third] = text.head;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) throw new NotUtf8();
  let toSkip = first === 0xef && second === 0xbb && third === 0xbf ? 3 : 0;
  for await (const chunk of text.whole) {
    const skipped = Math.min(toSkip, chunk.length);
    toSkip -= skipped;
    yield chunk.subarray(skipped);
  }
}

function gunzipped(source: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  const gunzip = createGunzip({ chunkSize: GUNZIP_BYTES });
  // Errors of either end surface where the result is read: the callback is only there because one is asked for.
  pipeline(Readable.from(source), gunzip, () => {});
  return gunzip;
}

function hasThree(head: Uint8Array): boolean {
  return head.length >= 3;
}

/** As many of the first bytes as are enough, or all when they never are; and everything, those included. */
export async function peek(source: AsyncIterable<Uint8Array>, isEnough: (head: Uint8Array) => boolean) {
  const iterator = source[Symbol.asyncIterator]();
  const read: Uint8Array[] = [];
  let head: Uint8Array = new Uint8Array(0);
  while (!isEnough(head)) {
    const next = await iterator.next();
    if (next.done) break;
    read.push(next.value);
    head = Buffer.concat([head, next.value.subarray(0, PEEKED_BYTES)]);
  }
  return { head, whole: resumed(read, iterator) };
}

async function* resumed(
  read: readonly Uint8Array[],
  iterator: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  try {
    yield* read;
    for (let next = await iterator.next(); !next.done; next = await iterator.next()) yield next.value;
  } finally {
    await iterator.return?.();
  }
}
