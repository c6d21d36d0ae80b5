import { plain } from '../alerts/text.ts';

/**
 * Text that comes from the cloud, in Markdown (law 6): none of its letters is markup, a link or a mention. Addresses are not linked by
 * themselves either: their signs are written as entities, which renderers that look for addresses in the source do not know.
 */
export function text(value: string, max = 600): string {
  return (
    plain(value, max)
      .replace(/[\\`*_{}[\]<>#|~&!]/g, (letter) => `\\${letter}`)
      .replaceAll('://', '&#58;//')
      .replace(/\bwww\./gi, (found) => `${found.slice(0, -1)}&#46;`)
      // After a word it is an address; anywhere else it would call somebody.
      .replace(/(?<![\p{L}\p{N}_])@/gu, '&#64;&#8203;')
      .replaceAll('@', '&#64;')
  );
}

/** A name to copy. */
export function code(value: string, max = 300): string {
  const shown = plain(value, max);
  const marks = '`'.repeat(longestRun(shown) + 1);
  const pad = shown.startsWith('`') || shown.endsWith('`') ? ' ' : '';
  return `${marks}${pad}${shown}${pad}${marks}`;
}

/** A name to copy in a cell of a table, in which a bar ends the cell even within code. */
export function cellCode(value: string, max = 300): string {
  return value.trim() === '' ? '' : code(value, max).replaceAll('|', '\\|');
}

/** The marks of a fence that nothing in these lines can close. */
export function fenceFor(lines: readonly string[]): string {
  return '`'.repeat(Math.max(2, ...lines.map(longestRun)) + 1);
}

function longestRun(shown: string): number {
  return Math.max(0, ...[...shown.matchAll(/`+/g)].map(([run]) => run.length));
}
