import type { Decision } from '../model/decision.ts';
import { type Finding, SEVERITIES, type Severity } from '../model/finding.ts';
import { earliest, type Nanos } from '../model/time.ts';

type DecisionOf<K extends Decision['kind']> = Extract<Decision, { kind: K }>;

export interface DecidedFinding {
  readonly finding: Finding;
  /** When what was decided changes by itself: a snooze ends, an exception expires. */
  readonly wakeAt: Nanos | undefined;
}

/**
 * A finding whose drift stands, as people have decided about it. Takes it as `open`; the same decisions give the same state in whatever
 * order they came. An exception holds for the drift whenever it comes back; everything else for the episode it was pressed in.
 */
export function asDecided(open: Finding, decisions: readonly Decision[], asOf: Nanos): DecidedFinding {
  const about = decisions.filter((one) => one.about.some(({ finding }) => finding === open.id)).sort(byTime);
  const inEpisode = about.filter((one) =>
    one.about.some(({ finding, episode }) => finding === open.id && episode === open.episode),
  );
  const falsePositive = lastOf(inEpisode, 'false-positive');
  if (falsePositive !== undefined) return { finding: dismissed(open, falsePositive), wakeAt: undefined };

  const requests = about
    .filter((one) => one.kind === 'request-exception')
    .filter(({ expires }) => expires > asOf);
  const granted = requests.findLast(({ id }) => isAnswered(about, 'approve-exception', id));
  const pending = requests.findLast(
    ({ id }) => !isAnswered(about, 'approve-exception', id) && !isAnswered(about, 'reject-exception', id),
  );
  const acknowledged = lastOf(inEpisode, 'acknowledge');
  const snooze = inEpisode
    .filter((one) => one.kind === 'snooze')
    .findLast((one) => one.until > asOf && !isWorse(open.severity, severityWhen(one, open.id)));

  const base: Finding = {
    ...open,
    exceptionPending: granted === undefined && pending !== undefined,
    ...(acknowledged === undefined ? {} : { assignee: nameOf(acknowledged) }),
    ...(granted === undefined && pending !== undefined ? { exceptionDecision: pending.id } : {}),
  };
  const wakeAt = earliest([granted?.expires, pending?.expires, snooze?.until]);
  if (granted !== undefined) {
    const { id, expires } = granted;
    return {
      finding: {
        ...base,
        state: 'excepted',
        exception: exceptionName(id),
        exceptionDecision: id,
        exceptedUntil: expires,
      },
      wakeAt,
    };
  }
  if (snooze !== undefined)
    return { finding: { ...base, state: 'snoozed', snoozedUntil: snooze.until }, wakeAt };
  return { finding: acknowledged === undefined ? base : { ...base, state: 'acknowledged' }, wakeAt };
}

/** Whether two people agreed to it in Slack, and git does not know of it. */
export function isGranted(decisions: readonly Decision[], request: string): boolean {
  return isAnswered(decisions, 'approve-exception', request);
}

/** Whether somebody has said yes or no to the request. */
export function isConcluded(decisions: readonly Decision[], request: string): boolean {
  return isGranted(decisions, request) || isAnswered(decisions, 'reject-exception', request);
}

/** The name an exception that was agreed to in Slack goes by, here and in the file that puts it into git. */
export function exceptionName(decision: string): string {
  return `slack-${decision.slice(0, 12)}`;
}

/** `jane@acme.example`, or the Slack user where Slack does not tell the address. */
export function nameOf({ by }: Pick<Decision, 'by'>): string {
  return by.email ?? `slack:${by.id}`;
}

function dismissed(open: Finding, decision: DecisionOf<'false-positive'>): Finding {
  return {
    ...open,
    state: 'resolved',
    resolution: 'false-positive',
    resolvedAt: decision.at,
    resolvedBy: nameOf(decision),
    confirming: false,
  };
}

function lastOf<K extends Decision['kind']>(
  decisions: readonly Decision[],
  kind: K,
): DecisionOf<K> | undefined {
  return decisions.findLast((one): one is DecisionOf<K> => one.kind === kind);
}

function isAnswered(
  decisions: readonly Decision[],
  kind: 'approve-exception' | 'reject-exception',
  request: string,
): boolean {
  return decisions.some((one) => one.kind === kind && one.request === request);
}

function severityWhen(decision: Decision, finding: string): Severity {
  return decision.about.find((one) => one.finding === finding)?.severity ?? 'info';
}

/** Whoever put a medium aside has not put the critical aside that it has become. */
function isWorse(now: Severity, then: Severity): boolean {
  return SEVERITIES.indexOf(now) < SEVERITIES.indexOf(then);
}

function byTime(a: Decision, b: Decision): number {
  return a.at !== b.at ? (a.at < b.at ? -1 : 1) : a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}
