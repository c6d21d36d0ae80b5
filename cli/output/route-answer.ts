import { type Decision, decide } from '../../shared/alerts/decide.ts';
import { type Hearing, hearingsOf } from '../../shared/alerts/route.ts';
import type { Finding } from '../../shared/model/finding.ts';
import type { Nanos } from '../../shared/model/time.ts';
import { type Plan, plansOf } from '../../shared/pipeline/digests.ts';
import { modeOf, modeRuleOf, quietUntil } from '../../shared/policy/match.ts';
import type { Mode, ModeRule, Policy, QuietHours } from '../../shared/policy/policy.ts';
import { type RouteTrace, traceRoutes } from '../../shared/policy/route-trace.ts';

/** Where a finding goes when it opens, when, and why: put together by the very functions that deliver. */
export interface RouteAnswer {
  readonly finding: Finding;
  readonly mode: { readonly mode: Mode; readonly rule: ModeRule | undefined };
  readonly trace: RouteTrace;
  /** Empty: nobody hears of it at once. */
  readonly hearings: readonly Hearing[];
  readonly when: When;
  readonly quiet: Quiet | undefined;
  readonly digests: readonly Plan[];
  /** Topics that get each of its transitions. */
  readonly topics: readonly string[];
  /** Why nobody would be told of it as it stands now. */
  readonly silence: string | undefined;
}

export type When =
  | { readonly kind: 'at once' }
  /** It is told unless it is repaired before. */
  | { readonly kind: 'after settling'; readonly settling: Nanos }
  | { readonly kind: 'never'; readonly why: 'posture' | 'mode' | 'digest' | 'nowhere' };

export interface Quiet {
  readonly hours: QuietHours;
  readonly timezone: string;
  readonly breaksThrough: boolean;
  /** When those end in which `asOf` falls, for what does not break through. */
  readonly until: Nanos | undefined;
}

/** Asks for one finding. `asOf` only matters for quiet hours. */
export function answerFor(finding: Finding, policy: Policy, asOf: Nanos): RouteAnswer {
  const opened: Finding = { ...finding, state: 'open', confirming: false };
  const mode = modeOf(policy, finding);
  const trace = traceRoutes(policy, finding);
  const hearings = hearingsOf(policy, [opened]);
  const { quietHours } = policy.routing;
  return {
    finding,
    mode: { mode, rule: modeRuleOf(policy, finding) },
    trace,
    hearings,
    when: whenOf(opened, mode, trace, hearings, policy),
    quiet: quietHours && {
      hours: quietHours,
      timezone: policy.timezone,
      breaksThrough: quietHours.breakThrough.includes(finding.severity),
      until: quietUntil(policy, finding.severity, asOf),
    },
    digests: plansOf(policy),
    topics: policy.destinations.flatMap((one) => (one.kind === 'pubsub' ? [one.topic] : [])),
    silence: silenceOf(finding, hearings, policy),
  };
}

function whenOf(
  opened: Finding,
  mode: Mode,
  { steps }: RouteTrace,
  [hearing]: readonly Hearing[],
  policy: Policy,
): When {
  if (opened.class === 'posture') return { kind: 'never', why: 'posture' };
  if (mode !== 'enforce') return { kind: 'never', why: 'mode' };
  if (hearing === undefined) {
    const last = steps.findLast(({ outcome }) => outcome === 'taken')?.route.to.kind;
    return { kind: 'never', why: last === 'digest' ? 'digest' : 'nowhere' };
  }
  const decision = decided(opened, hearing, policy, opened.firstSeen);
  return decision.action === 'hold'
    ? { kind: 'after settling', settling: decision.until - opened.firstSeen }
    : { kind: 'at once' };
}

/** What is decided of a finding that nobody has heard of yet. */
function decided(finding: Finding, { destination }: Hearing, policy: Policy, asOf: Nanos): Decision {
  const incident = {
    id: finding.incident,
    causes: [],
    findings: [finding.id],
    openedAt: finding.firstSeen,
    revision: 1,
    sent: [],
    events: [],
    forgotten: 0,
  };
  const heard = [finding];
  return decide({ incident, heard, findings: heard, destination, settling: policy.settle, asOf });
}

function silenceOf(finding: Finding, [hearing]: readonly Hearing[], policy: Policy): string | undefined {
  if (hearing === undefined || finding.state === 'open' || finding.state === 'acknowledged') return undefined;
  const decision = decided(finding, hearing, policy, finding.lastSeen);
  return decision.action === 'none' ? decision.reason : undefined;
}
