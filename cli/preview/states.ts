import { asDecided } from '../../shared/findings/decided.ts';
import type { Decider, Decision, DecisionKind } from '../../shared/model/decision.ts';
import type { Finding } from '../../shared/model/finding.ts';
import { DAY, HOUR, type Nanos } from '../../shared/model/time.ts';

/** How a finding can be looked at, whatever it is. */
export const STATES = [
  'open',
  'acknowledged',
  'snoozed',
  'confirming',
  'resolved',
  'excepted',
  'undecided',
  'reopened',
] as const;
export type State = (typeof STATES)[number];

/** Who presses the buttons in a preview. */
export const SOMEBODY: Decider = { id: 'U0EXAMPLE', team: 'T0EXAMPLE', email: 'sam@example.com' };
export const ANOTHER: Decider = { id: 'U0ANOTHER', team: 'T0EXAMPLE', email: 'kim@example.com' };

/** What an exception is asked for with. */
export const REQUEST = {
  kind: 'request-exception',
  reason: 'Needed until the new exporter is live',
  ticket: 'OPS-1234',
} as const;

/** The finding in another state, which it came to at `asOf`: made by the rules that make it so when it is watched. */
export function shownAs(finding: Finding, state: State, asOf: Nanos): Finding {
  const open = opened(finding);
  switch (state) {
    case 'open':
      return open;
    case 'reopened':
      return { ...open, episode: open.episode + 1 };
    case 'undecided':
      return { ...open, state: 'undecided', verdict: 'undecided' };
    case 'confirming':
    case 'resolved':
      return {
        ...open,
        state: 'resolved',
        resolution: 'repaired',
        resolvedAt: asOf,
        confirming: state === 'confirming',
        ...(finding.resolvedBy === undefined ? {} : { resolvedBy: finding.resolvedBy }),
      };
    case 'acknowledged':
      return decided(open, asOf, [{ kind: 'acknowledge' }]);
    case 'snoozed':
      return decided(open, asOf, [{ kind: 'snooze', until: asOf + 8n * HOUR }]);
    case 'excepted':
      return decided(open, asOf, [
        { ...REQUEST, expires: asOf + 30n * DAY },
        { kind: 'approve-exception', request: decisionId(0) },
      ]);
  }
}

/** An exception was asked for, and nobody has agreed yet. */
export function asked(finding: Finding, asOf: Nanos): Finding {
  return decided(opened(finding), asOf, [{ ...REQUEST, expires: asOf + 30n * DAY }]);
}

/** As it was when it opened. */
function opened(finding: Finding): Finding {
  const {
    assignee: _assignee,
    snoozedUntil: _snoozed,
    exception: _exception,
    exceptionDecision: _decision,
    exceptedUntil: _excepted,
    resolvedAt: _at,
    resolution: _resolution,
    resolvedBy: _by,
    ...rest
  } = finding;
  return { ...rest, state: 'open', verdict: 'open', confirming: false, exceptionPending: false };
}

function decided(finding: Finding, asOf: Nanos, kinds: readonly DecisionKind[]): Finding {
  return asDecided(
    finding,
    kinds.map((kind, at) => decision(kind, at, finding, asOf)),
    asOf,
  ).finding;
}

function decision(kind: DecisionKind, at: number, finding: Finding, asOf: Nanos): Decision {
  const { id, detector, episode, severity, incident } = finding;
  return {
    ...kind,
    id: decisionId(at),
    at: asOf + BigInt(at),
    by: at === 0 ? SOMEBODY : ANOTHER,
    incident,
    about: [{ finding: id, detector, episode, severity }],
  };
}

export function decisionId(at: number): string {
  return `preview-${at + 1}`;
}
