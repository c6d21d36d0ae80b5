import { createHash } from 'node:crypto';
import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib';
import type { Nanos } from '../model/time.ts';
import { LIMITS } from './firestore-layout.ts';

/** One of our documents, encoded. */
export interface Encoded {
  readonly id: string;
  readonly body: string;
  readonly keys: readonly string[];
  readonly dueAt: string | undefined;
  readonly expiresAt: Nanos | undefined;
}

/**
 * A document as Firestore holds it. What one of theirs cannot hold of ours goes on in further pieces, which have the latter three fields
 * only, so that `list` and `due` do not see them while `find` does.
 *
 * Keys are an array in the document. The other way, a small document for each key in a collection of its own, was tried on the emulator with
 * a policy of 1,500 members, which has 3,005 keys: there `find` took 7 times as long for 3,000 keys and 3 times for 30, and on Firestore
 * itself such a policy would be billed as 3,005 writes instead of one.
 */
export interface Piece {
  readonly name: string;
  readonly fields: FirstFields | FurtherFields;
}

export interface FurtherFields {
  /** The body, or what of it is in this piece, compressed. */
  readonly packed?: Uint8Array;
  /** Hashes of the index keys. */
  readonly keys?: readonly string[];
  readonly expiresAt?: Date;
}

export interface FirstFields extends FurtherFields {
  readonly id: string;
  /** Where `id` is too long to be indexed whole. */
  readonly longId?: string;
  /** Where it is short enough to be read by people as well. */
  readonly body?: string;
  readonly dueAt?: string;
  /** How many there are, when it is more than this one. */
  readonly pieces?: number;
}

/**
 * Longer bodies are compressed. The register of a policy with 1,500 members keeps up to 16 versions of it: 6.3 MB of JSON, which come to
 * 11 kB in 28 ms, and are read back in 35 ms.
 */
const PLAIN_UP_TO = 32_000;
/** Wide enough to see that a version repeats the one before; more quality costs time and gains little. */
const COMPRESSION = { [constants.BROTLI_PARAM_QUALITY]: 4, [constants.BROTLI_PARAM_LGWIN]: 24 };

/**
 * The name of a document's first piece. A hash, because Firestore forbids some ids (slashes, `__x__`, over 1,500 bytes), and is slow to
 * write names that follow one another (cloud.google.com/firestore/docs/best-practices).
 */
export function nameOf(id: string): string {
  return hashed(id);
}

/** The names of a document's pieces, those from `from` to before `to`. */
export function pieceNames(name: string, from: number, to: number): readonly string[] {
  const indices = Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i);
  return indices.map((index) => (index === 0 ? name : `${name}.${index}`));
}

/** Which piece of which document a name stands for. */
export function pieceNamed(name: string): { readonly first: string; readonly index: number } {
  const [first = '', index = '0'] = name.split('.');
  return { first, index: Number(index) };
}

/** What a key is stored as, and looked for. Keys run to kilobytes, of which Firestore would index the first 1,500 bytes only. */
export function hashed(text: string): string {
  return createHash('sha256').update(text).digest().subarray(0, 16).toString('base64url');
}

/** What ids are sorted by: themselves, but for the very long, which are cut and told apart by a hash. */
export function sortable(id: string): string {
  if (Buffer.byteLength(id) <= LIMITS.indexedBytes) return id;
  const head = Buffer.from(id)
    .subarray(0, LIMITS.indexedBytes - 32)
    .toString();
  // What was cut within a character ends in U+FFFD.
  return `${head.replace(/\uFFFD$/, '')} ${hashed(id)}`;
}

/** The first piece, and any others. */
export function piecesOf({ id, body, keys, dueAt, expiresAt }: Encoded): readonly Piece[] {
  const hashes = [...new Set(keys.map(hashed))];
  return pieces(id, body, hashes, dueAt, expiresAt === undefined ? undefined : dateAfter(expiresAt));
}

/** A document anew with another body, and the index of the pieces it is in. `renamed`: hashes of keys. */
export function amendedPieces(
  id: string,
  body: string,
  before: readonly (FirstFields | FurtherFields)[],
  renamed: ReadonlyMap<string, string>,
): readonly Piece[] {
  const [first] = before;
  const keys = before.flatMap((piece) => piece.keys ?? []).map((key) => renamed.get(key) ?? key);
  const dueAt = first !== undefined && 'dueAt' in first ? first.dueAt : undefined;
  return pieces(id, body, [...new Set(keys)], dueAt, first?.expiresAt);
}

function pieces(
  id: string,
  body: string,
  hashes: readonly string[],
  dueAt: string | undefined,
  expiresAt: Date | undefined,
): readonly Piece[] {
  const name = nameOf(id);
  const packed = body.length <= PLAIN_UP_TO ? undefined : brotliCompressSync(body, { params: COMPRESSION });
  const count = Math.max(
    1,
    Math.ceil((packed?.length ?? 0) / LIMITS.packedBytes),
    Math.ceil(hashes.length / LIMITS.keysPerPiece),
  );
  const share = (index: number): FurtherFields => {
    const bytes = sliceOf(packed, index, LIMITS.packedBytes);
    const ofKeys = sliceOf(hashes, index, LIMITS.keysPerPiece);
    return {
      ...(bytes !== undefined && bytes.length > 0 && { packed: bytes }),
      ...(ofKeys !== undefined && ofKeys.length > 0 && { keys: ofKeys }),
      ...(expiresAt !== undefined && { expiresAt }),
    };
  };
  const order = sortable(id);
  const first: FirstFields = {
    id: order,
    ...(order !== id && { longId: id }),
    ...(packed === undefined && { body }),
    ...(dueAt !== undefined && { dueAt }),
    ...(count > 1 && { pieces: count }),
    ...share(0),
  };
  const further = pieceNames(name, 1, count).map((next, i) => ({ name: next, fields: share(i + 1) }));
  return [{ name, fields: first }, ...further];
}

/** The body in its pieces, in their order. Throws on bytes that `piecesOf` cannot have written. */
export function bodyIn(pieces: readonly (FirstFields | FurtherFields)[]): string {
  const [first] = pieces;
  if (first !== undefined && 'body' in first && first.body !== undefined) return first.body;
  return brotliDecompressSync(
    Buffer.concat(pieces.map(({ packed }) => packed ?? new Uint8Array())),
  ).toString();
}

/** Roughly what a piece takes of a commit. */
export function sizeOf({ name, fields }: Piece): number {
  const { packed, keys = [] } = fields;
  const text =
    'id' in fields ? Buffer.byteLength(`${fields.id}${fields.longId ?? ''}${fields.body ?? ''}`) : 0;
  return 500 + name.length + text + (packed?.length ?? 0) + keys.length * 26;
}

function sliceOf<T extends { slice(from: number, to: number): T }>(
  whole: T | undefined,
  index: number,
  size: number,
): T | undefined {
  return whole?.slice(index * size, (index + 1) * size);
}

const LAST_DATE = Date.UTC(9999, 11, 31);

/** Not before it expires; Firestore's times end with the year 9999. */
function dateAfter(time: Nanos): Date {
  return new Date(Math.min(Number((time + 999_999n) / 1_000_000n), LAST_DATE));
}
