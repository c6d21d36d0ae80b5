import type { Decision } from '../../model/decision.ts';
import type { Finding } from '../../model/finding.ts';
import type { Announced, Incident, Transaction } from '../../ports.ts';
import { findingsOf } from '../route.ts';

/** An incident as it stands now, with all that a message about it may say. */
export interface IncidentState {
  readonly incident: Incident;
  /** Never empty. */
  readonly findings: readonly Finding[];
  readonly decisions: readonly Decision[];
  readonly previous: Incident | undefined;
}

/** `undefined` when nothing is on record for it any more. */
export async function readIncident(tx: Transaction, id: string): Promise<IncidentState | undefined> {
  const incident = await tx.get('incidents', id);
  if (incident === undefined) return undefined;
  const findings = findingsOf(incident, await tx.getMany('findings', incident.findings));
  if (findings.length === 0) return undefined;
  const decisions = await tx.find('decisions', [`incident:${id}`]);
  const previous = incident.previous === undefined ? undefined : await tx.get('incidents', incident.previous);
  return { incident, findings, decisions: [...decisions.values()], previous };
}

/** How many events it has had, those forgotten included. */
export function eventCount(incident: Incident): number {
  return incident.forgotten + incident.events.length;
}

export function announcedAt(incident: Incident, destination: string): Announced | undefined {
  return incident.sent.find((sent) => sent.destination === destination);
}

/** Writes what a destination was told, over what it was told before. */
export function keepAnnounced(tx: Transaction, incident: Incident, announced: Announced): Incident {
  const others = incident.sent.filter(({ destination }) => destination !== announced.destination);
  const next = { ...incident, sent: [...others, announced] };
  tx.put('incidents', incident.id, next, { keys: incident.causes });
  return next;
}
