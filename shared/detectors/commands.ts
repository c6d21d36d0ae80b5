import type { Remedy } from '../model/finding.ts';

/** Characters that no shell treats specially. */
const PLAIN = /^[A-Za-z0-9@._:/=,+-]+$/;
/** Printable ASCII without the single quote: safe inside single quotes. */
const QUOTABLE = /^[\x20-\x26\x28-\x7e]+$/;

/** One word for a POSIX shell; `undefined` when the text cannot be written safely (control characters, quotes, non-ASCII). */
export function shellWord(text: string): string | undefined {
  if (PLAIN.test(text)) return text;
  return QUOTABLE.test(text) ? `'${text}'` : undefined;
}

/**
 * A command to copy and run, every word quoted. A name that cannot be quoted safely is withheld: names come from the cloud, and whoever
 * chose one may have chosen it for the shell it would be pasted into.
 */
export function command(kind: 'gcloud' | 'kubectl', ...words: readonly string[]): readonly Remedy[] {
  const safe = words.map(shellWord);
  if (safe.includes(undefined)) {
    return [
      {
        kind,
        text: `# ${kind} command withheld: a name in it has characters that no shell command should carry`,
      },
    ];
  }
  return [{ kind, text: [kind, ...safe].join(' ') }];
}
