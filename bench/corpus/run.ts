import { type Captured, captured } from './captured.ts';
import { type Judged, judged } from './compare.ts';
import { type Expectation, type Explained, expectations, explained } from './expectations.ts';
import { findingsOf } from './judge.ts';

export interface Run {
  readonly all: readonly Judged[];
  /** Differences that nobody has explained. */
  readonly differences: readonly Judged[];
  readonly explained: readonly (Judged & { readonly because: string })[];
  /** What makes the lists wrong: messages nobody has judged, lines that point nowhere, explanations of what is no difference. */
  readonly mistakes: readonly string[];
}

/** Judges every captured message by itself, and compares. */
export async function runCorpus(): Promise<Run> {
  const messages = new Map(captured().map((one) => [nameOf(one), one]));
  const lines = expectations();
  const reasons = new Map(explained().map((one) => [nameOf(one), one.why]));
  const all: Judged[] = [];
  for (const line of lines) {
    const message = messages.get(nameOf(line));
    if (message !== undefined) all.push(judged(line, await findingsOf(message.value)));
  }
  const different = all.filter(isDifferent);
  return {
    all,
    differences: different.filter(({ expected }) => !reasons.has(nameOf(expected))),
    explained: different.flatMap((one) => {
      const because = reasons.get(nameOf(one.expected));
      return because === undefined ? [] : [{ ...one, because }];
    }),
    mistakes: mistakesIn(
      messages,
      lines,
      reasons,
      new Set(different.map(({ expected }) => nameOf(expected))),
    ),
  };
}

function isDifferent({ missing, unwanted }: Judged): boolean {
  return missing.length + unwanted.length > 0;
}

function mistakesIn(
  messages: ReadonlyMap<string, Captured>,
  lines: readonly Expectation[],
  reasons: ReadonlyMap<string, string>,
  different: ReadonlySet<string>,
): readonly string[] {
  const names = lines.map(nameOf);
  const judgedOnce = new Set(names);
  const twice = names.filter((name, index) => names.indexOf(name) !== index);
  return [
    ...[...messages.keys()]
      .filter((name) => !judgedOnce.has(name))
      .map((name) => `${name}: nobody has judged it`),
    ...names.filter((name) => !messages.has(name)).map((name) => `${name}: there is no such message`),
    ...twice.map((name) => `${name}: judged twice`),
    ...[...reasons.keys()]
      .filter((name) => !different.has(name))
      .map((name) => `${name}: explained, and is no difference`),
  ];
}

/** `gcpdiag/audit_log_entries.json#12`. */
export function nameOf({ file, index }: Pick<Captured | Explained, 'file' | 'index'>): string {
  return `${file}#${index}`;
}
