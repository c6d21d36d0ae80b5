import { MODALS, REASON, TICKET } from '../../alerts/actions.ts';
import { lastDayBefore } from '../../alerts/days.ts';
import { NOTICES } from '../../alerts/notices.ts';
import { isLive } from '../../alerts/standing.ts';
import type { IntentKind } from '../../model/decision.ts';
import type { Finding } from '../../model/finding.ts';
import type { Nanos } from '../../model/time.ts';
import { endOfDay, isDate } from '../../policy/calendar.ts';
import { isNeverExcepted } from '../../policy/match.ts';
import type { Policy } from '../../policy/policy.ts';

/** What was entered, by block. */
type Inputs = ReadonlyMap<string, string>;

/** What somebody asks for, or what to mend: a text for each block that is wrong. */
export type Form =
  | { readonly kind: 'filled'; readonly asks: IntentKind }
  | { readonly kind: 'errors'; readonly errors: Readonly<Record<string, string>> };

/** The latest end of an exception that is asked for now; `undefined` where the policy sets none. */
export function latestEnd({ maxExceptionDuration }: Policy, asOf: Nanos): Nanos | undefined {
  return maxExceptionDuration === undefined ? undefined : asOf + maxExceptionDuration;
}

/** Reads the dialogue that asks for an exception from these findings. */
export function readExceptionForm(
  inputs: Inputs,
  findings: readonly Finding[],
  policy: Policy,
  asOf: Nanos,
): Form {
  const blocks = MODALS.except;
  const reason = inputs.get(blocks.reason.block) ?? '';
  const ticket = inputs.get(blocks.ticket.block) ?? '';
  const day = inputs.get(blocks.expires.block) ?? '';
  const errors = {
    ...under(blocks.reason.block, neverExcepted(findings, policy) ?? reasonFault(reason)),
    ...under(blocks.ticket.block, ticketFault(ticket)),
    ...under(blocks.expires.block, dayFault(day, policy, asOf)),
  };
  if (Object.keys(errors).length > 0) return { kind: 'errors', errors };
  const expires = endOfDay(day, policy.timezone);
  return { kind: 'filled', asks: { kind: 'request-exception', reason, ticket, expires } };
}

/** Reads the dialogue that calls findings false positives. */
export function readFalsePositiveForm(inputs: Inputs): Form {
  const { block } = MODALS.falsePositive.reason;
  const reason = inputs.get(block) ?? '';
  const fault = reasonFault(reason);
  return fault === undefined
    ? { kind: 'filled', asks: { kind: 'false-positive', reason } }
    : { kind: 'errors', errors: { [block]: fault } };
}

/** Why there can be no exception from these findings; `undefined` when there can from one of them at least. */
export function neverExcepted(findings: readonly Finding[], policy: Policy): string | undefined {
  const live = findings.filter(isLive);
  if (!live.every(({ detector }) => isNeverExcepted(policy, detector))) return undefined;
  return NOTICES.neverExcepted([...new Set(live.map(({ detector }) => detector))].sort());
}

function under(block: string, fault: string | undefined): Readonly<Record<string, string>> {
  return fault === undefined ? {} : { [block]: fault };
}

function reasonFault(reason: string): string | undefined {
  if (reason.length < REASON.least) return `Say why, in ${REASON.least} characters or more.`;
  return reason.length > REASON.most ? `At most ${REASON.most} characters.` : undefined;
}

function ticketFault(ticket: string): string | undefined {
  if (ticket.length < TICKET.least) return 'Name the ticket in which its end is planned.';
  return ticket.length > TICKET.most ? `At most ${TICKET.most} characters.` : undefined;
}

function dayFault(day: string, policy: Policy, asOf: Nanos): string | undefined {
  if (!isDate(day)) return 'Choose the last day on which it holds.';
  const end = endOfDay(day, policy.timezone);
  if (end <= asOf) return 'That day is over. Choose a later one.';
  const latest = latestEnd(policy, asOf);
  return latest === undefined || end <= latest
    ? undefined
    : NOTICES.tooLong(lastDayBefore(latest, policy.timezone));
}
