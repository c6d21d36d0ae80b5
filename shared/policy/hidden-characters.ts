import type { Scalar } from 'yaml';
import { type Fault, type Problem, problemAt } from './problem.ts';
import type { Locate } from './source-lines.ts';

/** They reorder or steer what a reviewer sees, so they are refused even in comments: direction marks and control characters. */
const STEERING = /[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]|(?![\t\n\r])\p{Cc}/u;

/** In a name or a text they make two things that look alike differ: zero-width and other format characters, blank letters. */
const HIDDEN = /(?![\t\n\r])[\p{Cf}\p{Cc}\u2028\u2029\u115F\u1160\u3164\uFFA0]/u;

/** The first steering character of each line, wherever it stands. */
export function* hiddenInLines(text: string, locate: Locate): Generator<Problem> {
  let start = 0;
  for (const line of text.split('\n')) {
    const found = STEERING.exec(line);
    if (found) yield problemAt(locate(start + found.index), faultOf(found[0]));
    start += line.length + 1;
  }
}

/** A hidden character in a scalar, raw or escaped (`"\\u202e"`); what `hiddenInLines` reports is not told again. */
export function* hiddenInScalar(scalar: Scalar, text: string, locate: Locate): Generator<Problem> {
  const value = HIDDEN.exec(String(scalar.value))?.[0];
  if (value === undefined) return;
  const [start, end] = scalar.range ?? [0, 0];
  const raw = HIDDEN.exec(text.slice(start, end));
  if (!raw) yield problemAt(locate(start), faultOf(value));
  else if (!STEERING.test(raw[0])) yield problemAt(locate(start + raw.index), faultOf(raw[0]));
}

function faultOf(character: string): Fault {
  const code = character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0');
  return {
    code: 'invisible-characters',
    message: `the character U+${code} cannot be seen`,
    hint: 'remove it',
  };
}
