import { formatTime, type Nanos, parseTime, SECOND } from '../model/time.ts';

/** What is wrong with a message, and where. Thrown by the readers in this room, turned into a value at its door. */
export class Malformed extends Error {
  override readonly name = 'Malformed';
}

type Values = { readonly [name: string]: unknown };

/**
 * One JSON object and where in its message it stands: reads the fields we use, and says by path what is wrong with one.
 * A field is found in camelCase (Google's JSON), snake_case (asset exports, IAM audit bodies) or all lower case (some log shippers).
 * `null` and the empty text count as absent: proto3 JSON leaves defaults out or writes them so.
 */
export class Fields {
  /** As they came, for what needs them whole: a fingerprint. */
  readonly values: Values;
  /** `protoPayload.request`; empty for the message itself. */
  readonly path: string;

  constructor(values: Values, path: string) {
    this.values = values;
    this.path = path;
  }

  has(name: string): boolean {
    return this.raw(name) !== undefined;
  }

  raw(name: string): unknown {
    for (const spelling of spellingsOf(name)) {
      const value = this.values[spelling];
      if (value !== undefined && value !== null) return value;
    }
    return undefined;
  }

  text(name: string): string | undefined {
    const value = this.raw(name);
    if (value === undefined || value === '') return undefined;
    if (typeof value !== 'string') throw this.#unexpected(name, 'a text', value);
    return value;
  }

  /** For what is only shown, never decided by. */
  textIfAny(name: string): string | undefined {
    const value = this.raw(name);
    return typeof value === 'string' && value !== '' ? value : undefined;
  }

  needText(name: string): string {
    const value = this.text(name);
    if (value === undefined) throw new Malformed(`${this.at(name)}: missing`);
    return value;
  }

  /** An identifier that some writers give as a number. */
  id(name: string): string | undefined {
    const value = this.raw(name);
    return typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : this.text(name);
  }

  flag(name: string): boolean | undefined {
    const value = this.raw(name);
    if (value === undefined) return undefined;
    if (typeof value !== 'boolean') throw this.#unexpected(name, 'true or false', value);
    return value;
  }

  object(name: string): Fields | undefined {
    const value = this.raw(name);
    if (value === undefined) return undefined;
    if (!isObject(value)) throw this.#unexpected(name, 'an object', value);
    return new Fields(value, this.at(name));
  }

  /** For what is only shown, never decided by: nothing where it is no object, so that it cannot spoil the message. */
  objectIfAny(name: string): Fields | undefined {
    return isObject(this.raw(name)) ? this.object(name) : undefined;
  }

  objects(name: string): readonly Fields[] {
    return this.#list(name).map((value, index) => fieldsOf(value, `${this.at(name)}[${index}]`));
  }

  texts(name: string): readonly string[] {
    return this.#list(name).map((value, index) => {
      if (typeof value !== 'string') throw unexpected(`${this.at(name)}[${index}]`, 'a text', value);
      return value;
    });
  }

  /** RFC 3339, or the `{seconds, nanos}` of bodies that are proto text. */
  time(name: string): Nanos | undefined {
    const value = this.raw(name);
    if (value === undefined || value === '') return undefined;
    const time = typeof value === 'string' ? parseTime(value) : secondsAndNanos(value);
    if (time === undefined || time < EARLIEST || time > LATEST) throw this.#unexpected(name, 'a time', value);
    return time;
  }

  at(name: string): string {
    return this.path === '' ? name : `${this.path}.${name}`;
  }

  #list(name: string): readonly unknown[] {
    const value = this.raw(name);
    if (value === undefined) return [];
    if (!Array.isArray(value)) throw this.#unexpected(name, 'a list', value);
    return value;
  }

  #unexpected(name: string, expected: string, value: unknown): Malformed {
    return unexpected(this.at(name), expected, value);
  }
}

/** The fields of `value`, which stands at `path` (empty for the message itself). Throws `Malformed` when it is no object. */
export function fieldsOf(value: unknown, path: string): Fields {
  if (!isObject(value)) throw unexpected(path === '' ? 'message' : path, 'an object', value);
  return new Fields(value, path);
}

export function isObject(value: unknown): value is Values {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A time as facts hold it: fixed-width text. */
export function formattedTime(time: Nanos | undefined): string | undefined {
  return time === undefined ? undefined : formatTime(time);
}

function unexpected(path: string, expected: string, value: unknown): Malformed {
  return new Malformed(`${path}: ${expected} was expected, found ${nameOf(value)}`);
}

function nameOf(value: unknown): string {
  if (value === undefined || value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  switch (typeof value) {
    case 'object':
      return 'an object';
    case 'string':
      return 'a text';
    case 'boolean':
      return 'true or false';
    default:
      return `a ${typeof value}`;
  }
}

const SPELLINGS = new Map<string, readonly string[]>();

function spellingsOf(name: string): readonly string[] {
  const known = SPELLINGS.get(name);
  if (known !== undefined) return known;
  const snake = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  const spellings = [...new Set([name, snake, name.toLowerCase()])];
  SPELLINGS.set(name, spellings);
  return spellings;
}

// The range of google.protobuf.Timestamp: years 1 to 9999.
const EARLIEST = -62_135_596_800n * SECOND;
const LATEST = 253_402_300_800n * SECOND - 1n;

function secondsAndNanos(value: unknown): Nanos | undefined {
  if (!isObject(value)) return undefined;
  const { seconds = 0, nanos = 0 } = value;
  const whole = typeof seconds === 'string' && /^-?\d{1,12}$/.test(seconds) ? Number(seconds) : seconds;
  if (typeof whole !== 'number' || !Number.isSafeInteger(whole)) return undefined;
  if (typeof nanos !== 'number' || !Number.isInteger(nanos) || nanos < 0 || nanos > 999_999_999)
    return undefined;
  return BigInt(whole) * SECOND + BigInt(nanos);
}
