import { exceptionName, isGranted, nameOf } from '../findings/decided.ts';
import { DAY, type Nanos } from '../model/time.ts';
import type { Exception, Policy } from '../policy/policy.ts';
import type { Ground } from './input.ts';
import type { ExceptionLine } from './report.ts';
import { compareText } from './standing.ts';

const ENDING_WITHIN = 30n * DAY;
const ORDER: readonly ExceptionLine['state'][] = ['ending', 'unused', 'active', 'ended'];

/** Those of the policy, and those that two people agreed to in Slack. */
export function exceptionLines(ground: Ground): readonly ExceptionLine[] {
  return [...declared(ground), ...agreed(ground)].toSorted(inOrder);
}

/** What somebody has to look after comes first. */
function inOrder(a: Omit<ExceptionLine, 'covers'>, b: Omit<ExceptionLine, 'covers'>): number {
  return (
    ORDER.indexOf(a.state) - ORDER.indexOf(b.state) ||
    Number(a.expires - b.expires) ||
    compareText(a.name, b.name)
  );
}

/** Those of a policy where no state of the cloud is at hand: what needs them is not known, so none is called unused. */
export function policyExceptions(
  { exceptions }: Pick<Policy, 'exceptions'>,
  asOf: Nanos,
): readonly Omit<ExceptionLine, 'covers'>[] {
  return exceptions.map((exception) => line(exception, undefined, asOf)).toSorted(inOrder);
}

function declared(ground: Ground): readonly ExceptionLine[] {
  return ground.policy.exceptions.map((exception) => {
    const covers = coveredBy(exception.name, ground);
    return { ...line(exception, covers.length, ground.asOf), covers };
  });
}

/** `covers`: how many findings; undefined where nobody looked. */
function line(exception: Exception, covers: number | undefined, asOf: Nanos): Omit<ExceptionLine, 'covers'> {
  const { name, reason, ticket, requestedBy, approvedBy, approval, expires, at } = exception;
  return {
    name,
    state: stateOf(expires, covers, asOf),
    inGit: true,
    match: matchText(exception),
    reason,
    ticket,
    requestedBy,
    approvedBy,
    approval,
    expires,
    at,
  };
}

function agreed(ground: Ground): readonly ExceptionLine[] {
  const decisions = ground.input.history?.decisions ?? [];
  return decisions.flatMap((request): readonly ExceptionLine[] => {
    if (request.kind !== 'request-exception' || !isGranted(decisions, request.id)) return [];
    const name = exceptionName(request.id);
    // Once it stands in the policy too, that is what counts.
    if (ground.policy.exceptions.some((one) => one.name === name)) return [];
    const approval = decisions.find((one) => one.kind === 'approve-exception' && one.request === request.id);
    const covers = coveredBy(name, ground);
    return [
      {
        name,
        state: stateOf(request.expires, covers.length, ground.asOf),
        inGit: false,
        match: request.about.map(({ detector, finding }) => `${detector} ${finding}`).join(', '),
        reason: request.reason,
        ticket: request.ticket,
        requestedBy: nameOf(request),
        approvedBy: approval === undefined ? undefined : nameOf(approval),
        approval: approval?.id,
        expires: request.expires,
        at: undefined,
        covers,
      },
    ];
  });
}

function coveredBy(name: string, { input }: Ground): readonly string[] {
  return input.findings
    .filter(({ state, exception }) => state === 'excepted' && exception === name)
    .map(({ id }) => id);
}

function stateOf(expires: Nanos, covers: number | undefined, asOf: Nanos): ExceptionLine['state'] {
  if (expires <= asOf) return 'ended';
  if (covers === 0) return 'unused';
  return expires <= asOf + ENDING_WITHIN ? 'ending' : 'active';
}

function matchText({ match }: Exception): string {
  return Object.entries(match)
    .flatMap(([field, value]) => (value === undefined ? [] : [`${field}=${value}`]))
    .join(', ');
}
