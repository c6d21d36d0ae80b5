import { nameOf } from '../findings/decided.ts';
import type { Decision } from '../model/decision.ts';
import type { Finding } from '../model/finding.ts';
import type { Ground } from './input.ts';
import type { Changes, DecisionLine } from './report.ts';
import { newestFirst } from './standing.ts';

/** What has changed since the report before, or where there is none since the period began. `findings`: those of the report, in its order. */
export function changesIn(ground: Ground, findings: readonly Finding[]): Changes {
  const { period, history } = ground.input;
  const previous = history?.previous;
  const from = previous?.asOf ?? period.from;
  const isNew = (time: bigint | undefined): boolean => time !== undefined && time > from && time <= period.to;
  const came = findings.filter(({ state, firstSeen }) => state !== 'undecided' && isNew(firstSeen));
  const titles = new Map(ground.input.findings.map(({ id, title }) => [id, title]));
  return {
    since: previous === undefined ? 'period' : 'previous report',
    from,
    // Files have no past: in them everything is as it is, and nothing is new.
    opened: history === undefined ? [] : came.filter(({ episode }) => episode === 1).map(({ id }) => id),
    reopened: history === undefined ? [] : came.filter(({ episode }) => episode > 1).map(({ id }) => id),
    resolved: findings.filter(({ resolvedAt }) => isNew(resolvedAt)).map(({ id }) => id),
    moved: (history?.transitions ?? [])
      .filter(
        ({ at, from: was, to }) => isNew(at) && was !== 'none' && was !== 'resolved' && to !== 'resolved',
      )
      .map(({ finding, at, from: was, to, why, hash }) => ({
        id: hash,
        move: { finding, title: titles.get(finding) ?? finding, at, from: was, to, why },
      }))
      .toSorted((a, b) => newestFirst({ id: a.id, at: a.move.at }, { id: b.id, at: b.move.at }))
      .map(({ move }) => move),
  };
}

/** What people decided about findings of the report, and what they decided within the period. */
export function decisionLines(ground: Ground, findings: readonly Finding[]): readonly DecisionLine[] {
  const shown = new Set(findings.map(({ id }) => id));
  return (ground.input.history?.decisions ?? [])
    .filter(({ at, about }) => ground.isInPeriod(at) || about.some(({ finding }) => shown.has(finding)))
    .map(decisionLine)
    .toSorted(newestFirst);
}

/** As a report tells it. */
export function decisionLine(decision: Decision): DecisionLine {
  return {
    id: decision.id,
    at: decision.at,
    by: nameOf(decision),
    kind: decision.kind,
    reason: 'reason' in decision ? decision.reason : '',
    ticket: decision.kind === 'request-exception' ? decision.ticket : undefined,
    until:
      decision.kind === 'snooze'
        ? decision.until
        : decision.kind === 'request-exception'
          ? decision.expires
          : undefined,
    findings: decision.about.map(({ finding }) => finding),
  };
}
