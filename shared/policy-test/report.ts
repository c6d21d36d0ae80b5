import type { CaseResult } from './run.ts';

/** One line of what a case says: with a sign where something is missing (`-`) or too much (`+`). */
export interface ReportLine {
  readonly sign: '-' | '+' | ' ';
  readonly text: string;
}

/** What is wrong with a case, line by line; nothing when it passed. Texts come from the cloud and the tests: they are made plain. */
export function difference({ fault, missing, unexpected }: CaseResult): readonly ReportLine[] {
  const lines: ReportLine[] = fault === undefined ? [] : [{ sign: ' ', text: fault }];
  for (const { text, nearest } of missing) {
    lines.push({ sign: '-', text });
    if (nearest !== undefined) lines.push({ sign: ' ', text: nearest });
  }
  for (const text of unexpected) lines.push({ sign: '+', text });
  return lines.map(({ sign, text }) => ({ sign, text: plain(text) }));
}

export function plain(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '');
}

/** The results as machine output. */
export function resultsJson(results: readonly CaseResult[]) {
  return {
    passed: results.filter(({ passed }) => passed).length,
    failed: results.filter(({ passed }) => !passed).length,
    cases: results.map(({ test, name, file, line, passed, fault, missing, unexpected }) => ({
      test,
      name,
      file,
      line,
      passed,
      ...(fault === undefined ? {} : { fault }),
      missing: missing.map(({ text }) => text),
      unexpected,
    })),
  };
}
