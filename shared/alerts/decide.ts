import type { Finding, Severity } from '../model/finding.ts';
import { earliest, MINUTE, type Nanos } from '../model/time.ts';
import type { Mode } from '../policy/policy.ts';
import type { Announced, Incident } from '../ports.ts';
import { isLive, rank, worstFirst } from './standing.ts';

/** What to do about one incident at one destination, and why: the reason goes to the log and to the metrics. */
export type Decision =
  | { readonly action: 'post'; readonly reason: 'opened' | 'reopened' | 'opened-and-resolved' }
  | { readonly action: 'update'; readonly reason: 'changed' | 'resolved' | 'escalated' }
  | { readonly action: 'hold'; readonly until: Nanos; readonly reason: 'settling' }
  | { readonly action: 'none'; readonly reason: Silence };

export type Silence =
  | 'mode'
  | 'posture'
  | 'undecided'
  | 'excepted'
  | 'snoozed'
  | 'resolved before it was announced'
  | 'nothing new'
  | 'no findings';

/** What a message said. */
export type Told = Announced['told'];

/** A rollout makes and mends such things by itself: an outage is told once it has lasted this long. */
export const SETTLING: Nanos = 15n * MINUTE;

/** Pure, like Alertmanager's `needsUpdate`: who must hear, and why. It says nothing of rates, leases or retries; `deliver` owns those. */
export function decide(input: {
  readonly incident: Incident;
  readonly findings: readonly Finding[];
  readonly mode: Mode;
  readonly destination: string;
  readonly asOf: Nanos;
  /** How long an outage lasts before it is told; `SETTLING` unless the policy says otherwise. */
  readonly settling?: Nanos;
}): Decision {
  const { incident, findings, mode, asOf, settling = SETTLING } = input;
  const live = findings.filter(isAlertable);
  const announced = incident.sent.findLast((sent) => sent.destination === input.destination);
  if (announced === undefined)
    return mode === 'enforce' ? first(findings, live, asOf, settling) : none('mode');
  if (announced.revision >= incident.revision) return none('nothing new');
  // An edit notifies nobody: new trouble under a message that said "resolved" needs a message of its own. A flapping finding has had enough of them.
  if (live.length > 0 && !announced.told.open && !live.some((finding) => finding.flapping)) {
    return mode === 'enforce' ? announce(live, asOf, settling, 'reopened') : none('mode');
  }
  return { action: 'update', reason: changeSince(announced.told, findings, live) };
}

/** What the message that shows these findings says: for `Announced` to keep. */
export function toldBy(findings: readonly Finding[]): Told {
  const live = findings.filter(isAlertable);
  return { open: live.length > 0, severity: worst(live) };
}

function isAlertable(finding: Finding): boolean {
  return finding.class !== 'posture' && isLive(finding);
}

function first(
  findings: readonly Finding[],
  live: readonly Finding[],
  asOf: Nanos,
  settling: Nanos,
): Decision {
  if (live.length > 0) return announce(live, asOf, settling, 'opened');
  if (findings.some((finding) => missed(finding, settling)))
    return { action: 'post', reason: 'opened-and-resolved' };
  return none(silence(findings));
}

function announce(
  live: readonly Finding[],
  asOf: Nanos,
  settling: Nanos,
  reason: 'opened' | 'reopened',
): Decision {
  if (live.some((finding) => finding.class === 'attack')) return { action: 'post', reason };
  const since = earliest(live.map((finding) => finding.firstSeen)) ?? asOf;
  const until = since + settling;
  return asOf < until ? { action: 'hold', until, reason: 'settling' } : { action: 'post', reason };
}

/** It came and went between two deliveries, or while Slack was down, and nobody has heard. What a person closed, a person knows. */
function missed(finding: Finding, settling: Nanos): boolean {
  if (finding.state !== 'resolved' || finding.resolvedAt === undefined) return false;
  if (
    finding.resolution !== undefined &&
    finding.resolution !== 'repaired' &&
    finding.resolution !== 'expired'
  )
    return false;
  return (
    finding.class === 'attack' ||
    (finding.class === 'outage' && finding.resolvedAt - finding.firstSeen >= settling)
  );
}

function silence(findings: readonly Finding[]): Silence {
  if (findings.length === 0) return 'no findings';
  const paging = findings.filter((finding) => finding.class !== 'posture');
  const states = new Set(paging.map((finding) => finding.state));
  if (states.has('resolved')) return 'resolved before it was announced';
  if (states.has('snoozed')) return 'snoozed';
  if (states.has('undecided')) return 'undecided';
  return states.has('excepted') ? 'excepted' : 'posture';
}

function changeSince(
  told: Told,
  findings: readonly Finding[],
  live: readonly Finding[],
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
