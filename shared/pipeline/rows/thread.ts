import { alerting } from '../../alerts/standing.ts';
import { threadNote } from '../../alerts/thread-note.ts';
import type { IncidentEventKind } from '../../ports.ts';
import type { DeliverPorts } from '../deliver-ports.ts';
import type { Claimed } from '../outbox.ts';
import { drop, inThread, notSent, pace, sendOnce, taken } from './conclude.ts';
import { announcedAt, eventCount, keepAnnounced, readIncident } from './incident-state.ts';

/** A request for an exception, and what became of it, have messages of their own in the thread. */
const TOLD_APART: ReadonlySet<IncidentEventKind> = new Set([
  'exception-asked',
  'exception-refused',
  'excepted',
]);

/** Writes into an incident's thread what has happened since it was last written to. Gives whether anything was sent. */
export async function deliverThread(claimed: Claimed, ports: DeliverPorts): Promise<boolean> {
  if (claimed.row.kind !== 'thread') return false;
  const { incident: id, destination, broadcast } = claimed.row;
  const held = await taken(claimed, ports, async (tx) => {
    const state = await readIncident(tx, id);
    const announced = state === undefined ? undefined : announcedAt(state.incident, destination);
    if (state === undefined || announced?.handle === undefined) return undefined;
    const fresh = state.incident.events.slice(Math.max(0, announced.noted - state.incident.forgotten));
    const events = fresh.filter(({ kind }) => !TOLD_APART.has(kind));
    return events.length === 0 ? undefined : { ...state, announced, handle: announced.handle, events };
  });
  if (held === undefined) return false;
  const { incident, findings, announced, handle, events } = held.about;
  const count = eventCount(incident);
  const letter = {
    destination,
    message: threadNote({ events, findings: alerting(findings), asOf: ports.clock.now() }),
    thread: inThread(handle, broadcast),
    key: `${claimed.id}|${count}`,
  };
  const result = await sendOnce(held.claimed, letter, ports);
  if (result.kind !== 'sent' && !(result.kind === 'reroute' && result.gone === 'message')) {
    await notSent(held.claimed, result, { incident: id, destination }, ports);
    return false;
  }
  if (result.kind !== 'sent') {
    // Its message is gone, and the thread with it; the next news makes a new message.
    await drop(held.claimed, ports);
    return false;
  }
  await ports.store.transaction(async (tx) => {
    const current = await tx.get('incidents', id);
    const now = current === undefined ? undefined : announcedAt(current, destination);
    // A new message has taken its place meanwhile: that one has a thread of its own.
    if (current !== undefined && now !== undefined && now.handle?.ts === announced.handle?.ts)
      keepAnnounced(tx, current, { ...now, noted: Math.max(now.noted, count) });
    tx.delete('outbox', claimed.id);
    pace(tx, destination, ports);
  });
  return true;
}
