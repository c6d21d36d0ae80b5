import type { Nanos } from '../model/time.ts';

/** A bigint is written as an object with this one key: JSON has no integer wide enough for nanoseconds. */
const BIGINT_KEY = '$ns';
/** Data with that one key gets a `$` more on the way in and loses it on the way out, so that it is never read as a bigint. */
const ESCAPABLE = /^\$+ns$/;
// The year 9999, in which keys without an end expire, has 21 digits.
const WIDTH = 21;
const TOO_BIG = 10n ** BigInt(WIDTH);

/**
 * JSON of plain data, with bigints (none negative) and without undefined fields; `-0` is written as `0`.
 * Throws `TypeError` on what would not come back as it was: a class instance, a function, NaN, undefined within an array.
 */
export function encodeDocument(value: unknown): string {
  const text: string | undefined = JSON.stringify(value, encodeField);
  if (text === undefined) throw notData('nothing', '');
  return text;
}

/** The value that `encodeDocument` was given. Throws on any text that it cannot have written. */
export function decodeDocument(text: string): unknown {
  return restore(JSON.parse(text));
}

/** Twenty-one digits, so that text order is time order. */
export function encodeNanos(time: Nanos): string {
  if (time < 0n || time >= TOO_BIG)
    throw new RangeError(`cannot store ${time}: not a bigint of 0 to ${WIDTH} digits`);
  return String(time).padStart(WIDTH, '0');
}

/**
 * An id or key as text that UTF-8 can hold. A lone surrogate, which a hostile message may bring, would be stored as U+FFFD, and two
 * ids become one: it is written as U+FFFD and four digits instead, and U+FFFD itself likewise. Any other text is left as it is.
 */
export function encodeId(id: string): string {
  if (id.isWellFormed() && !id.includes('\uFFFD')) return id;
  return id.replace(/[\p{Surrogate}\uFFFD]/gu, (unit) => '\uFFFD' + unit.charCodeAt(0).toString(16));
}

/** The id that `encodeId` was given. */
export function decodeId(text: string): string {
  return text.replace(/\uFFFD([0-9a-f]{4})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

// Reads the field from its holder: the value that JSON.stringify passes has been through `toJSON`, which makes a Date a string.
function encodeField(this: Readonly<Record<string, unknown>>, key: string): unknown {
  const raw = this[key];
  switch (typeof raw) {
    case 'bigint':
      return { [BIGINT_KEY]: encodeNanos(raw) };
    case 'undefined':
      if (Array.isArray(this)) throw notData('undefined within an array', key);
      return undefined;
    case 'number':
      if (!Number.isFinite(raw)) throw notData(String(raw), key);
      return raw;
    case 'object':
      if (raw === null || Array.isArray(raw)) return raw;
      if (!isPlain(raw)) throw notData('an object that is not plain data', key);
      return escaped(raw);
    case 'function':
    case 'symbol':
      throw notData(`a ${typeof raw}`, key);
    default:
      return raw;
  }
}

// `encodeField` has already run for the object that this returns, so a bigint's own `$ns` is not escaped.
function escaped(object: object): object {
  let only: [string, unknown] | undefined;
  for (const entry of Object.entries(object)) {
    if (entry[1] === undefined) continue;
    if (only) return object;
    only = entry;
  }
  return only && ESCAPABLE.test(only[0]) ? { ['$' + only[0]]: only[1] } : object;
}

// In place, on a tree that only we hold: a JSON.parse reviver takes five times as long.
function restore(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    for (const [i, item] of value.entries()) if (typeof item === 'object') value[i] = restore(item);
    return value;
  }
  const fields = value as Record<string, unknown>;
  const keys = Object.keys(fields);
  const [key] = keys;
  if (keys.length === 1 && key !== undefined && ESCAPABLE.test(key)) {
    return key === BIGINT_KEY ? readBigint(fields[key]) : { [key.slice(1)]: restore(fields[key]) };
  }
  for (const key of keys) {
    const field = fields[key];
    // JSON.parse makes `__proto__` an own field, so this sets that field and not the prototype.
    if (typeof field === 'object') fields[key] = restore(field);
  }
  return fields;
}

function readBigint(digits: unknown): bigint {
  if (typeof digits !== 'string' || !/^\d{21}$/.test(digits))
    throw new SyntaxError('not a stored document: $ns without 21 digits');
  return BigInt(digits);
}

// Not by `Object.prototype` itself: an object of another realm (a vm, a worker) is plain data too.
function isPlain(object: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(object);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function notData(what: string, key: string): TypeError {
  return new TypeError(`a document cannot hold ${what} (at "${key}")`);
}
