/** Base 64 as source maps use it: five bits of a number a character, the sixth says that more follow. */
const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
/** By the code of the digit; a table because a catalogue has a quarter of a million of them. */
const VALUES = new Int8Array(128).fill(-1);
for (let value = 0; value < DIGITS.length; value++) VALUES[DIGITS.charCodeAt(value)] = value;
/** Six characters hold thirty bits, which is more than there are permissions. */
const MOST_DIGITS = 6;

/**
 * Ascending numbers as a short text: permissions are sorted by service, so that roles hold long runs of neighbours. Of each run it has the
 * distance from the end of the one before, and the length.
 */
export function encodeRuns(ascending: readonly number[]): string {
  let text = '';
  let end = 0;
  for (let i = 0; i < ascending.length; ) {
    const from = ascending[i]!;
    let to = from;
    for (; i < ascending.length && ascending[i] === to; i++) to++;
    text += encodeNumber(from - end) + encodeNumber(to - from);
    end = to;
  }
  return text;
}

/** The runs that `encodeRuns` wrote, each as its first number and the one after its last. Throws `SyntaxError` on any other text. */
export function decodeRuns(text: string): readonly (readonly [from: number, to: number])[] {
  const numbers = decodeNumbers(text);
  if (numbers.length % 2 !== 0) throw new SyntaxError('not a list of runs: it ends within one');
  const runs: (readonly [number, number])[] = [];
  let end = 0;
  for (let i = 0; i < numbers.length; i += 2) {
    const from = end + numbers[i]!;
    end = from + numbers[i + 1]!;
    runs.push([from, end]);
  }
  return runs;
}

function encodeNumber(number: number): string {
  let text = '';
  let left = number;
  for (; left >= 32; left >>>= 5) text += DIGITS[(left & 31) | 32]!;
  return text + DIGITS[left]!;
}

function decodeNumbers(text: string): readonly number[] {
  const numbers: number[] = [];
  let number = 0;
  let digits = 0;
  for (let i = 0; i < text.length; i++) {
    const value = VALUES[text.charCodeAt(i)] ?? -1;
    if (value < 0 || digits === MOST_DIGITS) throw new SyntaxError('not a list of runs');
    number |= (value & 31) << (5 * digits++);
    if (value < 32) {
      numbers.push(number);
      number = digits = 0;
    }
  }
  if (digits > 0) throw new SyntaxError('not a list of runs: it ends within a number');
  return numbers;
}
