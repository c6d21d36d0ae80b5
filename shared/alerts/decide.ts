import type { Finding, Severity } from '../model/finding.ts';
import { earliest, later, MINUTE, type Nanos } from '../model/time.ts';
import type { Announced, Incident } from '../ports.ts';
import { isLive, rank, worstFirst } from './standing.ts';

/** What to do about one incident at one destination, and why: the reason goes to the log and to the metrics. */
export type Decision =
  | {
      readonly action: 'post';
      /** `missed`: it came and went before anybody heard; `blip`: something was missing for a moment only. */
      readonly reason: 'opened' | 'reopened' | 'missed' | 'blip';
    }
  | {
      readonly action: 'update';
      readonly reason: 'changed' | 'resolved' | 'escalated' | 'back again';
      /** An edit notifies nobody: this one needs a word in the channel as well. */
      readonly aloud: boolean;
    }
  /** It was told in a roll-up only, and is over: the roll-up counts it. */
  | { readonly action: 'count'; readonly reason: 'resolved' }
  | { readonly action: 'hold'; readonly until: Nanos; readonly reason: 'settling' | 'quiet hours' }
  | { readonly action: 'none'; readonly reason: Silence };

export type Silence =
  | 'not routed here'
  | 'posture'
  | 'undecided'
  | 'excepted'
  | 'snoozed'
  | 'resolved before it was announced'
  | 'told in a roll-up'
  | 'gone on to another incident'
  | 'nothing new';

/** What a message said. */
export type Told = Announced['told'];

export interface Settling {
  /** A rollout makes and mends such things by itself: an outage is told once it has lasted this long. */
  readonly outage: Nanos;
  /** What is taken away is often put back at once, by whoever re-creates it. */
  readonly removals: Nanos;
}

export const SETTLING: Settling = { outage: 15n * MINUTE, removals: 5n * MINUTE };

export interface DecideInput {
  readonly incident: Incident;
  /** The findings of the incident that lead to this destination now. */
  readonly heard: readonly Finding[];
  /** All its findings: a message that was sent is kept true whatever it shows. */
  readonly findings: readonly Finding[];
  readonly destination: string;
  readonly settling?: Settling;
  /** New messages wait until then: quiet hours, which what is bad enough does not keep. */
  readonly quietUntil?: Nanos | undefined;
  readonly asOf: Nanos;
}

/** Pure, like Alertmanager's `needsUpdate`: who must hear, and why. It says nothing of rates, leases or retries; `deliver` owns those. */
export function decide(input: DecideInput): Decision {
  const { incident, heard, findings, quietUntil } = input;
  const announced = incident.sent.findLast((sent) => sent.destination === input.destination);
  if (announced === undefined) return quietly(first(input), quietUntil);
  if (announced.revision >= incident.revision) return none('nothing new');
  // What it told of has come back, and has a message of its own now: this one stands as the end of its chapter.
  const hasMoved = incident.findings.length > findings.length;
  if (hasMoved && findings.every((finding) => finding.class === 'posture'))
    return none('gone on to another incident');
  const live = heard.filter(isLive);
  if (announced.handle === undefined) return quietly(afterRollup(announced, live, heard), quietUntil);
  if (live.length > 0 && !announced.told.open) {
    // Back within minutes, or for the umpteenth time: its message is there, and says so again.
    const isFlapping = live.some((finding) => finding.flapping);
    if (isFlapping || isBackSoon(incident))
      return { action: 'update', reason: 'back again', aloud: !isFlapping };
    return quietly(announce(live, input, 'reopened'), quietUntil);
  }
  const reason = changeSince(announced.told, live, findings);
  return { action: 'update', reason, aloud: false };
}

/** What the message that shows these findings says: for `Announced` to keep. */
export function toldBy(findings: readonly Finding[]): Told {
  const live = findings.filter((finding) => finding.class !== 'posture' && isLive(finding));
  return { open: live.length > 0, severity: worst(live) };
}

function quietly(decision: Decision, quietUntil: Nanos | undefined): Decision {
  if (quietUntil === undefined || (decision.action !== 'post' && decision.action !== 'hold')) return decision;
  const until = decision.action === 'hold' ? later(decision.until, quietUntil) : quietUntil;
  return { action: 'hold', until, reason: 'quiet hours' };
}

function first(input: DecideInput): Decision {
  const { heard, findings, settling = SETTLING } = input;
  const live = heard.filter(isLive);
  if (live.length > 0) return announce(live, input, 'opened');
  if (heard.some((finding) => isMissed(finding, settling))) return { action: 'post', reason: 'missed' };
  if (heard.some((finding) => isBlip(finding, settling))) return { action: 'post', reason: 'blip' };
  return none(
    heard.length === 0 && findings.some((one) => one.class !== 'posture')
      ? 'not routed here'
      : silence(heard),
  );
}

function announce(
  live: readonly Finding[],
  { settling = SETTLING, asOf }: DecideInput,
  reason: 'opened' | 'reopened',
): Decision {
  const until = earliest(live.map((finding) => toldFrom(finding, settling)));
  return until !== undefined && until > asOf
    ? { action: 'hold', until, reason: 'settling' }
    : { action: 'post', reason };
}

/** Settling delays only the message of removals and outages; grants, keys and criticals never wait. */
function toldFrom(finding: Finding, settling: Settling): Nanos {
  if (finding.class === 'attack' || finding.severity === 'critical') return finding.firstSeen;
  return finding.firstSeen + (finding.removal === true ? settling.removals : settling.outage);
}

function afterRollup(announced: Announced, live: readonly Finding[], heard: readonly Finding[]): Decision {
  if (live.length === 0) {
    const isOver = announced.told.open && heard.every((finding) => finding.state === 'resolved');
    return isOver ? { action: 'count', reason: 'resolved' } : none('told in a roll-up');
  }
  if (!announced.told.open) return { action: 'post', reason: 'reopened' };
  return worst(live) === 'critical' && announced.told.severity !== 'critical'
    ? { action: 'post', reason: 'opened' }
    : none('told in a roll-up');
}

/** It came and went between two deliveries, or while Slack was down, and nobody has heard. What a person closed, a person knows. */
function isMissed(finding: Finding, settling: Settling): boolean {
  const lasted = lastedFor(finding);
  if (lasted === undefined) return false;
  return toldFrom(finding, settling) <= finding.firstSeen + lasted;
}

function isBlip(finding: Finding, settling: Settling): boolean {
  const lasted = lastedFor(finding);
  return (
    lasted !== undefined &&
    finding.class === 'outage' &&
    finding.removal === true &&
    lasted < settling.removals
  );
}

/** How long it stood before it was repaired, or went by itself. */
function lastedFor({ state, resolution, resolvedAt, firstSeen }: Finding): Nanos | undefined {
  if (state !== 'resolved' || resolvedAt === undefined) return undefined;
  const byItself = resolution === undefined || resolution === 'repaired' || resolution === 'expired';
  return byItself ? later(0n, resolvedAt - firstSeen) : undefined;
}

function isBackSoon({ events }: Incident): boolean {
  const last = events.findLast(({ kind }) => BACK.has(kind));
  return last?.kind === 'reopened';
}

const BACK: ReadonlySet<string> = new Set(['reopened', 'woken', 'exception-ended', 'opened']);

function silence(findings: readonly Finding[]): Silence {
  const states = new Set(findings.map((finding) => finding.state));
  if (states.has('resolved')) return 'resolved before it was announced';
  if (states.has('snoozed')) return 'snoozed';
  if (states.has('undecided')) return 'undecided';
  return states.has('excepted') ? 'excepted' : 'posture';
}

function changeSince(
  told: Told,
  live: readonly Finding[],
  findings: readonly Finding[],
): 'changed' | 'resolved' | 'escalated' {
  if (live.length > 0) return told.open && rank(worst(live)) < rank(told.severity) ? 'escalated' : 'changed';
  const paging = findings.filter((finding) => finding.class !== 'posture');
  return told.open && paging.length > 0 && paging.every((finding) => finding.state === 'resolved')
    ? 'resolved'
    : 'changed';
}

function worst(findings: readonly Finding[]): Severity {
  return [...findings].sort(worstFirst)[0]?.severity ?? 'info';
}

function none(reason: Silence): Decision {
  return { action: 'none', reason };
}
