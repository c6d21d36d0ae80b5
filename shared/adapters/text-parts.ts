/** In UTF-16 units, each at most three bytes of UTF-8: with its other fields a part stays below 900 kB, and Firestore takes a mebibyte. */
const PART = 290_000;
/** Of four million characters in all. */
export const MOST_PARTS = 16;

/** A text in parts that each fit a document; at least one. Throws `RangeError` when it takes more than `MOST_PARTS`. */
export function inParts(text: string): readonly string[] {
  const parts: string[] = [];
  let start = 0;
  do {
    let end = start + PART;
    // Two halves of one character, each on its own, are no text any more.
    if (/[\ud800-\udbff]/.test(text.charAt(end - 1))) end--;
    parts.push(text.slice(start, end));
    start = end;
  } while (start < text.length);
  if (parts.length > MOST_PARTS)
    throw new RangeError(`a text of ${text.length} characters does not fit ${MOST_PARTS} documents`);
  return parts;
}

/** Two digits, so that the order of ids is that of parts. */
export function partId(index: number): string {
  return String(index).padStart(2, '0');
}
