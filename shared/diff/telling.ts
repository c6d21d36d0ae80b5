import { decide } from '../alerts/decide.ts';
import { type Hearing, hearingsOf } from '../alerts/route.ts';
import { worstFirst } from '../alerts/standing.ts';
import type { Finding, PolicyLine } from '../model/finding.ts';
import { earliest, type Nanos } from '../model/time.ts';
import { durationText } from '../policy/calendar.ts';
import { lineOfKey } from '../policy/compare/frame.ts';
import { modeOf, modeRuleOf, quietUntil, severityRuleOf } from '../policy/match.ts';
import type { Policy } from '../policy/policy.ts';
import { type RouteTrace, traceRoutes } from '../policy/route-trace.ts';
import type { Incident } from '../ports.ts';

/** What a policy makes of one finding: who hears of it, when, and the lines that say so. */
export interface Telling {
  readonly finding: Finding;
  readonly fate: Fate;
  /** Empty unless its fate is `alert`. */
  readonly to: readonly Told[];
  /** When the first of them hears; `undefined` unless its fate is `alert`. */
  readonly at: Nanos | undefined;
  readonly lines: readonly DecidingLine[];
}

export type Fate =
  | 'alert'
  /** Posture, the mode `audit`, or a route that keeps it for the digest. */
  | 'digest'
  /** The mode `baseline`. */
  | 'recorded'
  | 'excepted'
  | 'undecided'
  /** It was over before its time to be told had come. */
  | 'repaired first'
  /** Its routes lead to an owner, and there is no channel to be had. */
  | 'nobody';

export interface Told {
  readonly destination: string;
  readonly mention: string | undefined;
  readonly escalateAfter: Nanos | undefined;
}

export interface DecidingLine {
  readonly what:
    | 'verdict'
    | 'exception'
    | 'severity'
    | 'mode'
    | 'route'
    | 'owner'
    | 'settling'
    | 'quiet hours';
  readonly says: string;
  readonly at: PolicyLine;
}

/**
 * What becomes of findings at the end of a recording, by id. Nobody has been told of anything before: each is told as it would be the first
 * time, in its latest episode, by the functions that deliver.
 */
export function tellingsOf(
  findings: readonly Finding[],
  policy: Policy,
  asOf: Nanos,
): ReadonlyMap<string, Telling> {
  const incidents = Map.groupBy(findings, ({ id, incident }) => (incident === '' ? id : incident));
  const tellings = [...incidents].flatMap(([incident, those]) => tellingsIn(incident, those, policy, asOf));
  return new Map(tellings.map((telling) => [telling.finding.id, telling]));
}

function tellingsIn(
  id: string,
  findings: readonly Finding[],
  policy: Policy,
  asOf: Nanos,
): readonly Telling[] {
  const incident: Incident = {
    id,
    causes: [],
    findings: findings.map((finding) => finding.id),
    openedAt: earliest(findings.map(({ firstSeen }) => firstSeen)) ?? 0n,
    revision: 1,
    sent: [],
    events: [],
    forgotten: 0,
  };
  const first = (heard: readonly Finding[], destination: string, at: Nanos) =>
    decide({ incident, heard, findings: heard, destination, settling: policy.settle, asOf: at });
  // One that is told brings its message forward for all that lead to the same place.
  const hearings = hearingsOf(policy, findings).map((hearing) => {
    const told = hearing.findings.filter(
      (finding) => first([finding], hearing.destination, asOf).action !== 'none',
    );
    return { hearing, told, at: told.length === 0 ? undefined : toldAt(told, hearing) };
  });

  function toldAt(told: readonly Finding[], { destination }: Hearing): Nanos {
    const opened = told.map((finding): Finding => ({ ...finding, state: 'open', confirming: false }));
    const start = earliest(told.map(({ firstSeen }) => firstSeen)) ?? 0n;
    const decision = first(opened, destination, start);
    const at = decision.action === 'hold' ? decision.until : start;
    return quietUntil(policy, opened.toSorted(worstFirst)[0]!.severity, at) ?? at;
  }

  return findings.map((finding) => {
    const heard = hearings.filter(({ told }) => told.includes(finding));
    const trace = traceRoutes(policy, finding);
    const fate = heard.length > 0 ? 'alert' : fateOf(finding, policy, trace);
    const at = earliest(heard.map((one) => one.at));
    return {
      finding,
      fate,
      to: heard.map(({ hearing: { destination, mention, escalateAfter } }) => ({
        destination,
        mention,
        escalateAfter,
      })),
      at,
      lines: linesOf(finding, fate, at, policy, trace),
    };
  });
}

function fateOf(finding: Finding, policy: Policy, trace: RouteTrace): Fate {
  if (finding.state === 'undecided') return 'undecided';
  if (finding.state === 'excepted') return 'excepted';
  const mode = modeOf(policy, finding);
  if (mode === 'baseline') return 'recorded';
  if (mode === 'audit' || finding.class === 'posture') return 'digest';
  if (finding.state === 'resolved') return 'repaired first';
  return trace.steps.findLast(({ outcome }) => outcome === 'taken')?.route.to.kind === 'digest'
    ? 'digest'
    : 'nobody';
}

/** The lines of the policy that made it so, in the order in which they are asked. */
function linesOf(
  finding: Finding,
  fate: Fate,
  at: Nanos | undefined,
  policy: Policy,
  trace: RouteTrace,
): readonly DecidingLine[] {
  const lines: DecidingLine[] = [{ what: 'verdict', says: finding.why.entry, at: finding.why }];
  const exception = policy.exceptions.find(({ name }) => name === finding.exception);
  if (exception !== undefined)
    lines.push({ what: 'exception', says: `exceptions[${exception.name}]`, at: exception.at });
  const severity = severityRuleOf(policy, finding);
  if (severity !== undefined) {
    const says = severity.set === undefined ? `at most ${severity.max}` : `set to ${severity.set}`;
    lines.push({ what: 'severity', says, at: severity.at });
  }
  if (finding.class === 'posture') return lines;
  const rule = modeRuleOf(policy, finding);
  const mode = modeOf(policy, finding);
  lines.push({ what: 'mode', says: mode, at: rule?.at ?? lineOfKey(policy, 'mode') });
  if (mode !== 'enforce') return lines;
  lines.push(...routeLines(policy, trace));
  if (fate !== 'alert' || at === undefined) return lines;
  if (finding.class !== 'attack' && finding.severity !== 'critical') {
    const key = finding.removal === true ? 'removals' : 'outage';
    const line = policy.lines[`settle.${key}`];
    // What no line says is the default.
    if (line !== undefined)
      lines.push({ what: 'settling', says: `${key} ${durationText(policy.settle[key])}`, at: line });
  }
  const { quietHours } = policy.routing;
  if (quietHours !== undefined && !quietHours.breakThrough.includes(finding.severity))
    lines.push({
      what: 'quiet hours',
      says: `${quietHours.from} to ${quietHours.to} ${policy.timezone}`,
      at: lineOfKey(policy, 'routing.quietHours'),
    });
  return lines;
}

function routeLines(policy: Policy, { steps, isLeftToOwner, owner }: RouteTrace): readonly DecidingLine[] {
  const taken = steps.filter(({ outcome }) => outcome === 'taken').map(({ route }) => route);
  const asksOwner = isLeftToOwner || taken.some(({ to }) => to.kind === 'owner');
  return [
    ...taken.map(
      ({ name, to, at }): DecidingLine => ({
        what: 'route',
        says: `${name} to ${to.kind === 'channel' ? to.channel : `the ${to.kind}`}`,
        at,
      }),
    ),
    ...(asksOwner ? [ownerLine(policy, owner)] : []),
  ];
}

function ownerLine(policy: Policy, owner: RouteTrace['owner']): DecidingLine {
  switch (owner.kind) {
    case 'own':
      return { what: 'owner', says: `${owner.entry.owner} in ${owner.channel}`, at: owner.entry.at };
    case 'fallback':
      return {
        what: 'owner',
        says: `fallback ${owner.channel}`,
        at: lineOfKey(policy, 'routing.fallbackChannel'),
      };
    case 'none':
      return { what: 'owner', says: 'no channel', at: lineOfKey(policy, 'routing') };
  }
}
