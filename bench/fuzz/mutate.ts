/** What is done to a payload: to its structure, to its bytes, to its lines. */
import type { Dice } from '../soak/dice.ts';

const STRINGS = [
  '',
  'constructor',
  '__proto__',
  ' ',
  '//',
  'projects/',
  '<!channel> <https://evil.example|console>',
  '\u202e\u200b\ufeff\u0000',
  'a\nb\r\n{"severity":"ERROR"}',
  '$(reboot)`id`; rm -rf / #',
  '=HYPERLINK("https://evil.example")',
  '{{ x }} %s %n',
  '*'.repeat(500),
  'a'.repeat(100_000),
  '(a+)+$'.repeat(50),
  '\ud800',
  '👩‍👩‍👧‍👦'.repeat(200),
  'deleted:'.repeat(300),
  'serviceAccount:p.svc.id.goog[a/b/c]',
  'principal://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/subject/',
  `principalSet://${'/'.repeat(5_000)}`,
  '9999-99-99T99:99:99.999999999999Z',
  '0000-01-01T00:00:00Z',
  '-0001-01-01T00:00:00+99:99',
  '9999999999999999999999',
  '1e400',
];
const NUMBERS = [0, -0, -1, 1, 2 ** 31, 2 ** 53, -(2 ** 63), 1e308, -1e308, 5e-324, 0.1];
const KEYS = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  'length',
  '',
  'then',
  'raw',
  '$ref',
];
/** Around the depth at which we stop, and far beyond. */
const DEPTHS = [1, 3, 30, 90, 110, 600];

type Container = Record<string, unknown> | unknown[];

/** A copy in which a few things are other than they were. */
export function mutated(value: unknown, other: unknown, dice: Dice): unknown {
  let result = structuredClone(value);
  for (let times = 1 + dice.below(4); times > 0; times--) result = once(result, other, dice);
  return result;
}

function once(value: unknown, other: unknown, dice: Dice): unknown {
  const places = containersIn(value);
  const place = places.length === 0 ? undefined : dice.of(places);
  const keys = place === undefined ? [] : Object.keys(place);
  if (place === undefined || keys.length === 0) return odd(dice);
  const key = dice.of(keys);
  const field = Reflect.get(place, key);
  switch (dice.below(9)) {
    case 0:
      drop(place, key);
      break;
    case 1:
      if (Array.isArray(place)) for (let times = dice.of([1, 2, 300]); times > 0; times--) place.push(field);
      else set(place, `${key}${dice.of(['', ' ', '_', '2'])}`, structuredClone(field));
      break;
    case 2:
      set(place, key, odd(dice));
      break;
    case 3:
      set(place, key, nested(field, dice.of(DEPTHS), dice.hits(0.5)));
      break;
    case 4:
      set(place, dice.of(KEYS), dice.hits(0.5) ? { polluted: true } : structuredClone(field));
      break;
    case 5:
      set(place, key, typeof field === 'string' ? spoilt(field, dice) : odd(dice));
      break;
    case 6:
      // Something of itself where it does not belong.
      set(place, key, structuredClone(dice.of(places)));
      break;
    case 7:
      set(place, key, structuredClone(other));
      break;
    default:
      if (!Array.isArray(place)) {
        drop(place, key);
        set(place, dice.hits(0.5) ? swappedCase(key) : dice.of(KEYS), field);
      } else place.splice(0, place.length);
  }
  return value;
}

function containersIn(value: unknown): readonly Container[] {
  const found: Container[] = [];
  const queue: unknown[] = [value];
  for (let one = queue.pop(); one !== undefined || queue.length > 0; one = queue.pop()) {
    if (typeof one !== 'object' || one === null) continue;
    found.push(one as Container);
    if (found.length > 2_000) break;
    queue.push(...Object.values(one));
  }
  return found;
}

/** As JSON.parse would: a key of any name is the object's own. A list takes what has no index at its end. */
function set(place: Container, key: string, value: unknown): void {
  if (Array.isArray(place) && !/^\d+$/.test(key)) place.push(value);
  else Object.defineProperty(place, key, { value, writable: true, enumerable: true, configurable: true });
}

function drop(place: Container, key: string): void {
  if (Array.isArray(place)) place.splice(Number(key), 1);
  else delete place[key];
}

function odd(dice: Dice): unknown {
  return dice.of<() => unknown>([
    () => null,
    () => dice.hits(0.5),
    () => dice.of(NUMBERS),
    () => dice.of(STRINGS),
    () => [],
    () => ({}),
    () => [dice.of(STRINGS)],
    () => [[null]],
    () => ({ [dice.of(['name', 'email', 'value', 'seconds'])]: dice.of(STRINGS) }),
  ])();
}

function nested(value: unknown, depth: number, asList: boolean): unknown {
  let result = value;
  for (let level = 0; level < depth; level++) result = asList ? [result] : { nested: result };
  return result;
}

function spoilt(text: string, dice: Dice): string {
  const at = dice.below(text.length + 1);
  switch (dice.below(4)) {
    case 0:
      return text.slice(0, at) + dice.of(STRINGS) + text.slice(at);
    case 1:
      return text.slice(0, at);
    case 2:
      return text.repeat(dice.of([2, 20, 500])).slice(0, 200_000);
    default:
      return text.replace(/[/:@.[\]]/, dice.of(['', '/', ':', '@', '[', ']', '%2F', ' ']));
  }
}

function swappedCase(key: string): string {
  return key.includes('_')
    ? key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
    : key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** Bytes cut off, flipped, put in. */
export function spoiltBytes(text: string, dice: Dice): Buffer {
  const bytes = Buffer.from(text);
  switch (dice.below(3)) {
    case 0:
      return bytes.subarray(0, dice.below(bytes.length + 1));
    case 1:
      for (let times = 1 + dice.below(8); times > 0 && bytes.length > 0; times--)
        bytes[dice.below(bytes.length)]! ^= 1 << dice.below(8);
      return bytes;
    default: {
      const at = dice.below(bytes.length + 1);
      const put = Buffer.from(
        dice.of([
          '{',
          '[',
          '"',
          '\\',
          '\u0000',
          '[[[['.repeat(30_000),
          '\ufeff',
          '{"a":'.repeat(20_000),
          '1e999',
        ]),
      );
      return Buffer.concat([bytes.subarray(0, at), put, bytes.subarray(at)]);
    }
  }
}

const YAML = [
  ': ',
  '- ',
  '{',
  ']',
  '"',
  "'",
  '\n',
  '\t',
  '*a ',
  '&a ',
  '!!js/function ',
  '__proto__: {polluted: true}\n',
  'constructor: {prototype: {polluted: true}}\n',
  '<<: *a\n',
  '? ',
  '|\n',
  '\u0000',
  '\u202e',
  '---\n',
  '%YAML 1.1\n',
  '[[[['.repeat(5_000),
  '- '.repeat(5_000),
  `"${'*'.repeat(500)}"`,
  'x'.repeat(100_000),
  '9'.repeat(400),
  'on: 2026-99-99\n',
];

/** A file of YAML in which lines are lost, come again, or hold what they should not. */
export function spoiltYaml(text: string, dice: Dice): string {
  let result = text;
  for (let times = 1 + dice.below(4); times > 0; times--) {
    const at = dice.below(result.length + 1);
    const lines = result.split('\n');
    const line = dice.below(lines.length);
    switch (dice.below(5)) {
      case 0:
        result = result.slice(0, at) + dice.of(YAML) + result.slice(at);
        break;
      case 1:
        result = lines.toSpliced(line, 1 + dice.below(3)).join('\n');
        break;
      case 2:
        result = lines
          .toSpliced(dice.below(lines.length), 0, ...lines.slice(line, line + 1 + dice.below(5)))
          .join('\n');
        break;
      case 3:
        result = lines.with(line, `${' '.repeat(dice.below(9))}${lines[line]!.trimStart()}`).join('\n');
        break;
      default:
        result = result.slice(0, at) + result.slice(at + 1 + dice.below(4));
    }
  }
  return result;
}
