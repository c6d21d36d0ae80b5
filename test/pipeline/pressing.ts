/** An incident that stands in the store, for somebody to press its buttons. */
import { pressedValue } from '../../shared/alerts/actions.ts';
import type { Finding } from '../../shared/model/finding.ts';
import type { Incident, Store } from '../../shared/ports.ts';
import { finding } from '../findings/a-finding.ts';
import { t } from '../world.ts';

export const INCIDENT = '0123456789abcdef0123456789abcdef';
/** What the buttons of its message carry. */
export const VALUE = pressedValue(INCIDENT, 1);

/** Puts the incident into a store, with a finding for each of `more` (one when there is none). */
export async function putIncident(store: Store, ...more: readonly Partial<Finding>[]): Promise<void> {
  const findings = (more.length === 0 ? [{}] : more).map((one, index) =>
    finding({ id: `f${index + 1}`, incident: INCIDENT, title: 'api holds roles/editor', ...one }),
  );
  const incident: Incident = {
    id: INCIDENT,
    causes: ['at:x|0'],
    findings: findings.map(({ id }) => id),
    openedAt: t(0),
    revision: 1,
    sent: [],
    events: [],
    forgotten: 0,
  };
  await store.transaction(async (tx) => {
    tx.put('incidents', incident.id, incident, { keys: incident.causes });
    for (const one of findings) {
      const row = { subjectKey: one.subject, finding: one, head: '' };
      tx.put('findings', one.id, row, { keys: [`subject:${one.subject}`, `incident:${one.incident}`] });
    }
  });
}
