import type { Finding, FindingState, Verdict } from '../model/finding.ts';
import type { Nanos } from '../model/time.ts';

/** How much a vanished verdict proves. */
export interface Evidence {
  /** Files are believed as they stand; a message is believed at once and confirmed by a reading. */
  readonly offline: boolean;
  /** The state was only reported changed by a delta: nothing closes on that. */
  readonly byReportOnly: boolean;
}

export interface Transition {
  readonly finding: Finding;
  readonly from: FindingState | 'none';
  readonly to: FindingState;
  readonly why: string;
}

export interface Settled {
  /** The subject's findings as they are now. */
  readonly findings: readonly Finding[];
  /** Ids of findings that were undecided and no longer are: they never were findings. */
  readonly dropped: readonly string[];
  readonly transitions: readonly Transition[];
}

/**
 * Gives verdicts their life: what opened, what closed, what came back. `incident` is filled in by whoever knows the incidents.
 * Law 4: unknown is never fine. An open finding stays open while its verdict is undecided, its detector fails, or its end is only reported.
 */
export function settle(
  before: readonly Finding[],
  verdicts: readonly Verdict[],
  failedDetectors: readonly string[],
  evidence: Evidence,
  asOf: Nanos,
): Settled {
  const findings: Finding[] = [];
  const transitions: Transition[] = [];
  const dropped: string[] = [];
  const known = new Map(before.map((finding) => [finding.id, finding]));
  const move = (from: Finding | undefined, to: Finding, why: string): void => {
    findings.push(to);
    if (from === undefined || from.state !== to.state)
      transitions.push({ finding: to, from: from?.state ?? 'none', to: to.state, why });
  };

  for (const verdict of verdicts) {
    const prior = known.get(verdict.id);
    known.delete(verdict.id);
    if (verdict.verdict === 'undecided' && prior !== undefined && isLive(prior.state))
      findings.push({ ...prior, lastSeen: asOf });
    else move(prior, alive(prior, verdict, asOf), whyAlive(prior, verdict));
  }

  for (const prior of known.values()) {
    if (failedDetectors.includes(prior.detector) || prior.state === 'resolved') findings.push(prior);
    else if (prior.state === 'undecided') dropped.push(prior.id);
    else if (evidence.byReportOnly && !evidence.offline) findings.push(prior);
    else {
      const resolved: Finding = {
        ...prior,
        state: 'resolved',
        resolution: 'repaired',
        resolvedAt: asOf,
        lastSeen: asOf,
        confirming: !evidence.offline,
      };
      move(prior, resolved, evidence.offline ? 'repaired' : 'repaired, confirming');
    }
  }
  return { findings, dropped, transitions };
}

/** States in which the drift stands and people have been, or may have been, told. */
export function isLive(state: FindingState): boolean {
  return state === 'open' || state === 'acknowledged' || state === 'snoozed';
}

function alive(prior: Finding | undefined, verdict: Verdict, asOf: Nanos): Finding {
  const again = prior?.state === 'resolved' && verdict.verdict !== 'undecided';
  return {
    ...verdict,
    state:
      prior !== undefined && verdict.verdict === 'open' && isLive(prior.state)
        ? prior.state
        : verdict.verdict,
    episode: prior === undefined ? 1 : again ? prior.episode + 1 : prior.episode,
    incident: prior === undefined || again ? '' : prior.incident,
    confirming: false,
    flapping: prior?.flapping ?? false,
    exceptionPending: prior?.exceptionPending ?? false,
    ...(prior?.assignee === undefined || again ? {} : { assignee: prior.assignee }),
    firstSeen: prior === undefined || again ? asOf : prior.firstSeen,
    lastSeen: asOf,
  };
}

function whyAlive(prior: Finding | undefined, verdict: Verdict): string {
  if (verdict.verdict === 'excepted') return `covered by exception ${verdict.exception}`;
  if (verdict.verdict === 'undecided') return 'not enough is known';
  if (prior === undefined) return 'opened';
  if (prior.state === 'resolved') return 'reopened';
  return prior.state === 'excepted' ? 'its exception no longer covers it' : 'decided';
}
