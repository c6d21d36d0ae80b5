import type { Finding } from '../../shared/model/finding.ts';
import type { Expectation } from './expectations.ts';

/** One message: what was expected of it, and what came. */
export interface Judged {
  readonly expected: Expectation;
  /** The detectors that spoke, sorted, each once. */
  readonly got: readonly string[];
  /** Those that could not decide: it is shown that they could not, and nobody is told. */
  readonly undecided: readonly string[];
  /** Somebody would be told at once, and not only in the digest. */
  readonly pages: boolean;
  /** What should have spoken and did not: detectors, or `anything`. */
  readonly missing: readonly string[];
  /** What spoke and should not have. */
  readonly unwanted: readonly string[];
}

export function judged(expected: Expectation, findings: readonly Finding[]): Judged {
  const open = findings.filter(({ state }) => state === 'open');
  const got = detectorsOf(open);
  const missing = expected.detector.filter((wanted) => !wanted.split('|').some((one) => got.includes(one)));
  const isAnything = expected.alert && expected.detector.length === 0;
  const allowed = [...expected.detector, ...expected.also].flatMap((wanted) => wanted.split('|'));
  return {
    expected,
    got,
    undecided: detectorsOf(findings.filter(({ state }) => state === 'undecided')),
    pages: open.some((finding) => finding.class !== 'posture'),
    missing: isAnything && got.length === 0 ? ['anything'] : missing,
    unwanted: isAnything ? [] : got.filter((one) => !allowed.includes(one)),
  };
}

function detectorsOf(findings: readonly Finding[]): readonly string[] {
  return [...new Set(findings.map(({ detector }) => detector))].sort();
}

export interface Score {
  readonly source: string;
  readonly entries: number;
  /** Messages of which something should be told. */
  readonly expected: number;
  /** Those of them of which all that should be told was told. */
  readonly found: number;
  /** Messages of which anything was told. */
  readonly told: number;
  /** Those of them of which somebody would be told at once. */
  readonly pages: number;
  /** Messages of which something was told that should not have been. */
  readonly unwanted: number;
  /** Of what was told, how much was right; 1 where nothing was told. */
  readonly precision: number;
  /** Of what should be told, how much was; 1 where nothing should be. */
  readonly recall: number;
}

/** A row for each source, and one for all of them. */
export function scores(all: readonly Judged[]): readonly Score[] {
  const bySource = Map.groupBy(all, ({ expected }) => expected.file.split('/')[0] ?? '');
  return [...bySource].map(([source, some]) => score(source, some)).concat(score('all', all));
}

function score(source: string, all: readonly Judged[]): Score {
  const expected = all.filter((one) => one.expected.alert);
  const found = expected.filter(({ missing }) => missing.length === 0);
  const told = all.filter(({ got }) => got.length > 0);
  const unwanted = all.filter((one) => one.unwanted.length > 0);
  return {
    source,
    entries: all.length,
    expected: expected.length,
    found: found.length,
    told: told.length,
    pages: all.filter(({ pages }) => pages).length,
    unwanted: unwanted.length,
    precision: told.length === 0 ? 1 : (told.length - unwanted.length) / told.length,
    recall: expected.length === 0 ? 1 : found.length / expected.length,
  };
}
