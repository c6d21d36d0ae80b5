/** Text that YAML takes for itself: letters first, so never a number, and nothing that a flow map could trip over. */
const PLAIN = /^[A-Za-z][A-Za-z0-9_./@-]*$/;
const WORDS: ReadonlySet<string> = new Set(['null', 'true', 'false', 'yes', 'no', 'on', 'off', 'y', 'n']);
const DATE = /^\d{4}-\d{2}-\d{2}$/;

/** One scalar, quoted where it could be read as anything else. JSON's strings are YAML's. */
export function scalar(value: string | number): string {
  if (typeof value === 'number') return String(value);
  const isPlain = DATE.test(value) || (PLAIN.test(value) && !WORDS.has(value.toLowerCase()));
  return isPlain ? value : JSON.stringify(value);
}

/** `{ role: roles/x, on: "project:p" }`; what is undefined is left out. */
export function flowMap(map: Readonly<Record<string, string | number | undefined>>): string {
  const pairs = Object.entries(map).flatMap(([key, value]) =>
    value === undefined ? [] : [`${key}: ${scalar(value)}`],
  );
  return `{ ${pairs.join(', ')} }`;
}

/** `[a, "b:c"]`. */
export function flowList(items: readonly string[]): string {
  return `[${items.map(scalar).join(', ')}]`;
}

const LONGEST_COMMENT = 240;

/** Text for the inside of a comment. Names come from the cloud: none may end the line, hide, or turn the reading direction. */
export function commentText(text: string): string {
  const visible = text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '?');
  return visible.length > LONGEST_COMMENT ? `${visible.slice(0, LONGEST_COMMENT)}…` : visible;
}

/** Whether every character can be seen and means only itself. */
export function isPlainAscii(text: string): boolean {
  return /^[\x20-\x7e]+$/.test(text);
}
