import type { Remedy } from '../model/finding.ts';

/** Characters that no shell treats specially. A leading `=` is none of them: zsh looks for a program of that name. */
const PLAIN = /^[A-Za-z0-9@._:/,+-][A-Za-z0-9@._:/=,+-]*$/;
/** Printable ASCII without the single quote: safe inside single quotes. */
const QUOTABLE = /^[\x20-\x26\x28-\x7e]+$/;

/** A word of a command: a flag of ours, with the value it gives, or a value on its own, which may come from the cloud. */
export type Word = string | Flag;

export interface Flag {
  readonly flag: string;
  readonly value: string | undefined;
}

export function flag(name: string, value?: string): Flag {
  return { flag: name, value };
}

/** One word for a POSIX shell; `undefined` when the text cannot be written safely (control characters, quotes, non-ASCII). */
export function shellWord(text: string): string | undefined {
  if (PLAIN.test(text)) return text;
  return QUOTABLE.test(text) ? `'${text}'` : undefined;
}

/**
 * A command to copy and run, every word quoted. A name that cannot be quoted safely is withheld: names come from the cloud, and whoever
 * chose one may have chosen it for the shell it would be pasted into.
 */
export function command(kind: 'gcloud' | 'kubectl', ...words: readonly Word[]): readonly Remedy[] {
  const safe = words.map(wordText);
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

function wordText(word: Word): string | undefined {
  if (typeof word !== 'string')
    return shellWord(word.value === undefined ? `--${word.flag}` : `--${word.flag}=${word.value}`);
  // Quoted or not, a name with a hyphen before it would be read as a flag: `--impersonate-service-account=…`, say.
  return word.startsWith('-') ? undefined : shellWord(word);
}
