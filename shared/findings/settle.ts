import type { Decision } from '../model/decision.ts';
import type { Finding, FindingState, Verdict } from '../model/finding.ts';
import { earliest, HOUR, MINUTE, type Nanos } from '../model/time.ts';
import { asDecided } from './decided.ts';

/** How much a vanished verdict proves. */
export interface Evidence {
  /** Files are believed as they stand, and so is what was read from the cloud; a message is believed at once and confirmed by a reading. */
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
  /** When one of them changes by itself: a snooze or an exception ends, a flapping one has been quiet. */
  readonly wakeAt: Nanos | undefined;
}

export interface SettleInput {
  readonly before: readonly Finding[];
  readonly verdicts: readonly Verdict[];
  readonly failedDetectors: readonly string[];
  readonly evidence: Evidence;
  /** What people decided about these findings. */
  readonly decisions?: readonly Decision[];
  /** What comes back within this time of its repair goes on under the same incident; five minutes unless the policy says otherwise. */
  readonly sameWithin?: Nanos;
  readonly asOf: Nanos;
}

/** This many openings in an hour, and people have heard enough of it. */
const FLAPPING_FROM = 3;
const FLAPPING_WITHIN = HOUR;

/**
 * Gives verdicts their life: what opened, what closed, what came back. `incident` is filled in by whoever knows the incidents.
 * Law 4: unknown is never fine. An open finding stays open while its verdict is undecided, its detector fails, or its end is only reported.
 */
export function settle({
  before,
  verdicts,
  failedDetectors,
  evidence,
  decisions = [],
  sameWithin = 5n * MINUTE,
  asOf,
}: SettleInput): Settled {
  const findings: Finding[] = [];
  const transitions: Transition[] = [];
  const dropped: string[] = [];
  const wakes: (Nanos | undefined)[] = [];
  const known = new Map(before.map((finding) => [finding.id, finding]));
  const move = (from: Finding | undefined, to: Finding, why: string): void => {
    const flapping = (to.openings ?? []).filter((at) => at + FLAPPING_WITHIN > asOf);
    const isFlapping = flapping.length >= FLAPPING_FROM;
    if (isFlapping) wakes.push(flapping[0]! + FLAPPING_WITHIN);
    const { openings: _, ...rest } = to;
    const settled = { ...rest, flapping: isFlapping, ...(flapping.length > 0 ? { openings: flapping } : {}) };
    findings.push(settled);
    if (from === undefined || from.state !== to.state)
      transitions.push({ finding: settled, from: from?.state ?? 'none', to: to.state, why });
  };
  /** The drift stands: what people decided about it holds. */
  const stand = (from: Finding | undefined, to: Finding, why: string): void => {
    const { finding, wakeAt } = asDecided(to, decisions, asOf);
    wakes.push(wakeAt);
    move(from, finding, finding.state === to.state ? why : whyDecided(finding));
  };

  for (const verdict of verdicts) {
    const prior = known.get(verdict.id);
    known.delete(verdict.id);
    if (verdict.verdict === 'undecided' && prior !== undefined && standsStill(prior))
      stand(prior, asOpen({ ...prior, lastSeen: asOf }), whyOpen(prior));
    else {
      const alive = revived(prior, verdict, sameWithin, asOf);
      if (alive.state === 'open') stand(prior, alive, whyAlive(prior, verdict));
      else move(prior, alive, whyAlive(prior, verdict));
    }
  }

  for (const prior of known.values()) {
    if (failedDetectors.includes(prior.detector) || (evidence.byReportOnly && !evidence.offline)) {
      if (standsStill(prior)) stand(prior, asOpen(prior), whyOpen(prior));
      else if (prior.state === 'undecided' && !failedDetectors.includes(prior.detector))
        dropped.push(prior.id);
      else move(prior, prior, '');
    } else if (prior.state === 'undecided') dropped.push(prior.id);
    else if (prior.state === 'resolved') move(prior, ended(prior, evidence), '');
    else move(prior, repaired(prior, evidence, asOf), evidence.offline ? 'repaired' : 'repaired, confirming');
  }
  return { findings, dropped, transitions, wakeAt: earliest(wakes) };
}

/** States in which the drift stands and people have been, or may have been, told. */
export function isLive(state: FindingState): boolean {
  return state === 'open' || state === 'acknowledged' || state === 'snoozed';
}

/** Live, or put aside by people alone: as long as nothing better is known, what they decided is all that changes it. */
function standsStill(prior: Finding): boolean {
  return isLive(prior.state) || (prior.state === 'excepted' && prior.exceptionDecision !== undefined);
}

function repaired(prior: Finding, evidence: Evidence, asOf: Nanos): Finding {
  const { snoozedUntil: _, exceptedUntil: __, exceptionDecision: ___, ...rest } = prior;
  return {
    ...rest,
    state: 'resolved',
    resolution: 'repaired',
    exceptionPending: false,
    resolvedAt: asOf,
    lastSeen: asOf,
    confirming: !evidence.offline,
  };
}

/** Still gone. A reading confirms it; and what somebody had called a false positive has now really gone, so that it may come back as news. */
function ended(prior: Finding, evidence: Evidence): Finding {
  const confirmed = evidence.offline && prior.confirming ? { ...prior, confirming: false } : prior;
  return confirmed.resolution === 'false-positive' ? { ...confirmed, resolution: 'repaired' } : confirmed;
}

/** What people decided is applied to it anew: a snooze may be over. */
function asOpen(prior: Finding): Finding {
  const {
    assignee: _,
    snoozedUntil: __,
    exception: ___,
    exceptedUntil: ____,
    exceptionDecision: _____,
    ...rest
  } = prior;
  return { ...rest, state: 'open', exceptionPending: false };
}

function revived(prior: Finding | undefined, verdict: Verdict, sameWithin: Nanos, asOf: Nanos): Finding {
  // A false positive is still there; it never went.
  const stands = prior?.state === 'resolved' && prior.resolution === 'false-positive';
  const again = prior?.state === 'resolved' && !stands && verdict.verdict !== 'undecided';
  const fresh = prior === undefined || prior.state === 'undecided' || again;
  const openings = [...(prior?.openings ?? []), ...(fresh && verdict.verdict === 'open' ? [asOf] : [])];
  return {
    ...verdict,
    state: verdict.verdict,
    episode: prior === undefined ? 1 : again ? prior.episode + 1 : prior.episode,
    incident:
      prior === undefined || (again && !goesOn(prior, openings, sameWithin, asOf)) ? '' : prior.incident,
    confirming: false,
    flapping: false,
    exceptionPending: false,
    ...(openings.length > 0 ? { openings } : {}),
    firstSeen: prior === undefined || again ? asOf : prior.firstSeen,
    lastSeen: asOf,
  };
}

/** Back so soon, or so often, that it is the same story: another message would tell nothing new. */
function goesOn(prior: Finding, openings: readonly Nanos[], sameWithin: Nanos, asOf: Nanos): boolean {
  const recent = openings.filter((at) => at + FLAPPING_WITHIN > asOf);
  return (
    recent.length >= FLAPPING_FROM ||
    (prior.resolvedAt !== undefined && asOf - prior.resolvedAt <= sameWithin)
  );
}

function whyAlive(prior: Finding | undefined, verdict: Verdict): string {
  if (verdict.verdict === 'excepted') return `covered by exception ${verdict.exception}`;
  if (verdict.verdict === 'undecided') return 'not enough is known';
  if (prior === undefined) return 'opened';
  if (prior.state === 'resolved') return 'reopened';
  if (prior.state === 'undecided') return 'decided';
  return whyOpen(prior);
}

function whyOpen(prior: Finding): string {
  if (prior.state === 'excepted') return 'its exception no longer covers it';
  return prior.state === 'snoozed' ? 'its snooze is over' : 'decided anew';
}

function whyDecided(finding: Finding): string {
  switch (finding.state) {
    case 'acknowledged':
      return `acknowledged by ${finding.assignee}`;
    case 'snoozed':
      return 'snoozed';
    case 'excepted':
      return `covered by exception ${finding.exception}, agreed to in Slack`;
    case 'resolved':
      return `false positive, says ${finding.resolvedBy}`;
    case 'open':
    case 'undecided':
      return '';
  }
}
