import { hashOf } from '../findings/fingerprint.ts';
import { SEVERITIES, type Severity } from '../model/finding.ts';
import { DAY, formatTime, type Nanos } from '../model/time.ts';
import type { MatchDraft } from './exception-match.ts';
import { slug, Taken } from './slug.ts';
import { compareText } from './sorted.ts';

export interface ExceptionDraft {
  readonly match: MatchDraft;
  readonly severity: Severity;
  /** What was found, in a sentence. */
  readonly found: string;
}

export interface PlacedException extends ExceptionDraft {
  readonly name: string;
  /** `YYYY-MM-DD`. */
  readonly expires: string;
}

/** What is worse ends earlier; of two days one is chosen by what the exception is about, so that they do not all end at once. */
const DAYS: Readonly<Record<Severity, readonly [number, number]>> = {
  critical: [30, 45],
  high: [45, 60],
  medium: [60, 75],
  low: [75, 90],
  info: [75, 90],
};

/** The day on which something tolerated ends. Things with the same `about` and severity end together. */
export function endOf(about: string, severity: Severity, asOf: Nanos): string {
  const [early, late] = DAYS[severity];
  const days = Number.parseInt(hashOf([about]).slice(0, 8), 16) % 2 === 0 ? early : late;
  return formatTime(asOf + BigInt(days) * DAY).slice(0, 10);
}

/** One exception for what several findings have in common: the worst of them decides how long it may last. */
export function merged(drafts: Iterable<ExceptionDraft>): readonly ExceptionDraft[] {
  const byMatch = new Map<string, ExceptionDraft>();
  for (const draft of drafts) {
    const key = matchKey(draft.match);
    const known = byMatch.get(key);
    if (known === undefined || compare(draft, known) < 0) byMatch.set(key, draft);
  }
  return [...byMatch.values()].sort(compare);
}

function compare(a: ExceptionDraft, b: ExceptionDraft): number {
  return (
    SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) ||
    compareText(aboutOf(a.match), aboutOf(b.match)) ||
    compareText(a.match.detector, b.match.detector) ||
    compareText(a.found, b.found)
  );
}

export function matchKey({ detector, ...match }: MatchDraft): string {
  return `${detector} ${aboutOf({ detector, ...match })}`;
}

/** What an exception is about, whichever detector found it. */
function aboutOf({ identity, serviceAccount, namespace, role, on, member, key }: MatchDraft): string {
  return JSON.stringify(
    [identity, serviceAccount, namespace, role, on, member, key].map((part) => part ?? ''),
  );
}

/** Gives merged exceptions their names and their ends. */
export function placed(drafts: readonly ExceptionDraft[], asOf: Nanos): readonly PlacedException[] {
  const names = new Taken();
  return drafts.map((draft) => {
    const { match, severity } = draft;
    return {
      ...draft,
      name: names.take(slug(match.detector, whoOf(match)), slug(match.detector, whoOf(match), whatOf(match))),
      expires: endOf(aboutOf(match), severity, asOf),
    };
  });
}

function whoOf({ identity, serviceAccount, member, on }: MatchDraft): string {
  const who = identity ?? serviceAccount?.split('@')[0] ?? member ?? on ?? '';
  return who
    .replace(/^.*\//, '')
    .replace(/^[A-Za-z]+:/, '')
    .replace(/@.*$/, '');
}

function whatOf({ role, on, key }: MatchDraft): string {
  const where = (on ?? '').replace(/^.*[:/]/, '').replace(/@.*$/, '');
  return [role?.replace(/^.*[./]/, ''), where, key?.slice(0, 8)]
    .filter((part) => part !== undefined)
    .join('-');
}
