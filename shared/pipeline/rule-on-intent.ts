import { CRITICAL_SNOOZE_MOST } from '../alerts/actions.ts';
import { NOTICES } from '../alerts/notices.ts';
import { leadFinding, standing } from '../alerts/standing.ts';
import { isConcluded, nameOf } from '../findings/decided.ts';
import type { Decider, Decision, DecisionKind, Intent } from '../model/decision.ts';
import type { Finding } from '../model/finding.ts';
import { later, type Nanos } from '../model/time.ts';
import { type Approver, approverText } from '../policy/approver.ts';
import { localTime } from '../policy/local-time.ts';
import { isNeverExcepted } from '../policy/match.ts';
import type { Policy } from '../policy/policy.ts';
import type { Person } from '../ports.ts';
import { neverExcepted } from './press/form.ts';

/** An intent about the findings of one incident. */
export type Pressing = Extract<Intent, { about: unknown }>;

/** What becomes of an intent: a decision that is kept, or a refusal that its author reads. */
export type Ruling =
  | { readonly kind: 'decision'; readonly decision: Decision }
  | { readonly kind: 'refused'; readonly notice: string };

export interface Bench {
  readonly findings: readonly Finding[];
  /** What has been decided about the incident before. */
  readonly decisions: readonly Decision[];
  readonly policy: Policy;
  readonly person: Person;
  /** Which of the policy's approvers the person is, or belongs to. */
  readonly approves: readonly Approver[];
  readonly asOf: Nanos;
}

/**
 * Whether somebody may do what they asked for, and what is then decided. Pure. People who are guests, or of another workspace, decide
 * nothing; exceptions and dismissals take an approver, and an exception somebody else than who asked for it.
 */
export function ruleOn(intent: Exclude<Pressing, { kind: 'explain' }>, bench: Bench): Ruling {
  const { findings, person, asOf } = bench;
  const lead = leadFinding(findings);
  if (person.isGuest) return refused(NOTICES.guest());
  if (lead === undefined) return refused(NOTICES.gone());
  if (intent.kind !== 'approve-exception' && intent.kind !== 'reject-exception') {
    if (lead.episode !== intent.about.episode) return refused(NOTICES.stale());
    if (['resolved', 'confirming'].includes(standing(findings))) return refused(NOTICES.resolved());
  }
  const by: Decider = { id: person.id, team: person.team, email: person.email };
  const refusal = refusalOf(intent, bench, by);
  if (refusal !== undefined) return refused(refusal);
  return {
    kind: 'decision',
    decision: {
      id: intent.id,
      at: intent.at,
      by,
      incident: intent.about.incident,
      about: coveredBy(intent, bench).map(({ id, detector, episode, severity }) => ({
        finding: id,
        detector,
        episode,
        severity,
      })),
      ...decisionKind(intent, asOf),
    },
  };
}

function refusalOf(
  intent: Exclude<Pressing, { kind: 'explain' }>,
  bench: Bench,
  by: Decider,
): string | undefined {
  const { findings, decisions, policy, approves, asOf } = bench;
  switch (intent.kind) {
    case 'acknowledge': {
      const first = findings.find((finding) => finding.state === 'acknowledged');
      return first === undefined || findings.some(({ state }) => state === 'open')
        ? undefined
        : NOTICES.acknowledged(first.assignee);
    }
    case 'snooze': {
      const isCritical = findings.some(({ severity }) => severity === 'critical');
      return isCritical && intent.length > CRITICAL_SNOOZE_MOST
        ? NOTICES.snoozeTooLong(CRITICAL_SNOOZE_MOST)
        : undefined;
    }
    case 'request-exception':
      return requestRefusal(intent, bench);
    case 'false-positive':
      return approves.length === 0 ? NOTICES.notAllowed(approversOf(policy)) : undefined;
    case 'approve-exception':
    case 'reject-exception': {
      const request = decisions.find(({ id }) => id === intent.request);
      if (request?.kind !== 'request-exception') return NOTICES.gone();
      if (isConcluded(decisions, request.id)) return NOTICES.decided();
      const isOwn = request.by.id === by.id || (by.email !== undefined && request.by.email === by.email);
      // Whoever asked may take it back, and nobody may agree with themselves.
      if (isOwn) return intent.kind === 'reject-exception' ? undefined : NOTICES.ownRequest();
      if (approves.length === 0) return NOTICES.notAllowed(approversOf(policy));
      return request.expires <= asOf ? NOTICES.overtaken() : undefined;
    }
  }
}

function requestRefusal(
  intent: Extract<Pressing, { kind: 'request-exception' }>,
  { findings, decisions, policy, asOf }: Bench,
): string | undefined {
  const never = neverExcepted(findings, policy);
  if (never !== undefined) return never;
  const pending = findings.find(({ exceptionPending }) => exceptionPending)?.exceptionDecision;
  const asked = decisions.find(({ id }) => id === pending);
  if (asked !== undefined) return NOTICES.pending(nameOf(asked));
  if (intent.expires <= asOf) return NOTICES.overtaken();
  const most = policy.maxExceptionDuration;
  return most !== undefined && intent.expires > asOf + most
    ? NOTICES.tooLong(localTime(later(0n, asOf + most), policy.timezone).date)
    : undefined;
}

/** The findings a decision speaks of: those of its incident that stand, or those the request was about. */
function coveredBy(intent: Pressing, { findings, decisions, policy }: Bench): readonly Finding[] {
  const standing = findings.filter(({ state }) => state !== 'resolved' && state !== 'undecided');
  if (intent.kind === 'request-exception')
    return standing.filter(({ detector }) => !isNeverExcepted(policy, detector));
  if (intent.kind !== 'approve-exception' && intent.kind !== 'reject-exception') return standing;
  const request = decisions.find(({ id }) => id === intent.request);
  const about = new Set(request?.about.map(({ finding }) => finding));
  return findings.filter(({ id }) => about.has(id));
}

function decisionKind(intent: Exclude<Pressing, { kind: 'explain' }>, asOf: Nanos): DecisionKind {
  switch (intent.kind) {
    case 'acknowledge':
      return { kind: 'acknowledge' };
    case 'snooze':
      return { kind: 'snooze', until: asOf + intent.length };
    case 'request-exception': {
      const { kind, reason, ticket, expires } = intent;
      return { kind, reason, ticket, expires };
    }
    case 'approve-exception':
    case 'reject-exception':
      return { kind: intent.kind, request: intent.request };
    case 'false-positive':
      return { kind: 'false-positive', reason: intent.reason };
  }
}

/** The policy's approvers that Slack can tell, in words. Groups of Google's it cannot look into. */
export function approversOf(policy: Policy): readonly string[] {
  return policy.approvers
    .filter(({ kind }) => kind !== 'group')
    .map((approver) => ('email' in approver ? approver.email : approverText(approver)));
}

function refused(notice: string): Ruling {
  return { kind: 'refused', notice };
}
