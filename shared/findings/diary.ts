import type { Decision } from '../model/decision.ts';
import { type Finding, SEVERITIES } from '../model/finding.ts';
import type { IncidentEvent, IncidentEventKind } from '../model/incident-event.ts';
import type { Nanos } from '../model/time.ts';
import { nameOf } from './decided.ts';

/**
 * What an incident's thread says about one finding that is now other than it was: in the order in which people would tell it. Nothing for
 * changes that only the report needs.
 */
export function eventsBetween(
  before: Finding | undefined,
  after: Finding,
  decisions: readonly Decision[],
  asOf: Nanos,
): readonly IncidentEvent[] {
  const events: IncidentEvent[] = [];
  const tell = (kind: IncidentEventKind, more: Partial<IncidentEvent> = {}): void =>
    void events.push({ at: asOf, kind, title: after.title, ...more });
  const was = before?.state ?? 'undecided';
  const isNew = was === 'undecided' || was === 'resolved';

  if (isNew && after.state !== 'resolved' && after.state !== 'undecided')
    tell(was === 'resolved' ? 'reopened' : 'opened', { detail: after.severity });
  if (!isNew && before !== undefined && after.state !== 'resolved') {
    const worse = SEVERITIES.indexOf(before.severity) - SEVERITIES.indexOf(after.severity);
    if (worse !== 0) tell(worse > 0 ? 'worse' : 'eased', { detail: after.severity });
    if (typeof before.actor === 'string' && typeof after.actor !== 'string')
      tell('actor-known', { by: after.actor.delegation[0] ?? after.actor.principal });
  }
  if (after.exceptionPending && before?.exceptionPending !== true) {
    const request = decisions.find(({ id }) => id === after.exceptionDecision);
    if (request?.kind === 'request-exception')
      tell('exception-asked', {
        by: nameOf(request),
        detail: `${request.reason} (${request.ticket})`,
        until: request.expires,
      });
  }
  if (before?.exceptionPending === true && !after.exceptionPending && after.state !== 'excepted') {
    const refusal = decisions.find(
      (one) => one.kind === 'reject-exception' && one.request === before.exceptionDecision,
    );
    if (refusal !== undefined) tell('exception-refused', { by: nameOf(refusal) });
  }
  if (was === after.state) {
    if (before?.confirming === true && !after.confirming) tell('confirmed');
    return events;
  }
  switch (after.state) {
    case 'acknowledged':
      tell(was === 'snoozed' ? 'woken' : 'acknowledged', by(after.assignee));
      break;
    case 'snoozed': {
      const snooze = decisions.findLast((one) => one.kind === 'snooze' && one.until === after.snoozedUntil);
      tell('snoozed', {
        ...(snooze === undefined ? {} : { by: nameOf(snooze) }),
        ...(after.snoozedUntil === undefined ? {} : { until: after.snoozedUntil }),
      });
      break;
    }
    case 'excepted': {
      const agreed = decisions.find(
        (one) => one.kind === 'approve-exception' && one.request === after.exceptionDecision,
      );
      tell('excepted', {
        ...(agreed === undefined ? {} : { by: nameOf(agreed) }),
        ...(after.exception === undefined ? {} : { detail: after.exception }),
        ...(after.exceptedUntil === undefined ? {} : { until: after.exceptedUntil }),
      });
      break;
    }
    case 'open':
      if (was === 'snoozed') tell('woken');
      else if (was === 'excepted') tell('exception-ended');
      break;
    case 'resolved':
      if (after.resolution === 'false-positive') {
        const said = decisions.findLast((one) => one.kind === 'false-positive');
        tell('false-positive', {
          ...by(after.resolvedBy),
          ...(said?.kind === 'false-positive' ? { detail: said.reason } : {}),
        });
      } else tell(after.confirming ? 'repaired' : 'resolved', by(after.resolvedBy));
      break;
    case 'undecided':
      break;
  }
  return events;
}

function by(who: string | undefined): { readonly by?: string } {
  return who === undefined ? {} : { by: who };
}
