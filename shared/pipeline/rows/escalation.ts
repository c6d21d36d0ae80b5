import { escalationNote } from '../../alerts/escalation-note.ts';
import { standing } from '../../alerts/standing.ts';
import type { DeliverPorts } from '../deliver-ports.ts';
import type { Claimed } from '../outbox.ts';
import { drop, inThread, notSent, pace, sendOnce, taken } from './conclude.ts';
import { announcedAt, readIncident } from './incident-state.ts';

/** Calls again for an incident that nobody has acknowledged, aloud in its thread. Gives whether anything was sent. */
export async function deliverEscalation(claimed: Claimed, ports: DeliverPorts): Promise<boolean> {
  if (claimed.row.kind !== 'escalation') return false;
  const { incident: id, destination, mention } = claimed.row;
  const held = await taken(claimed, ports, async (tx) => {
    const state = await readIncident(tx, id);
    if (state === undefined || standing(state.findings) !== 'open') return undefined;
    const announced = announcedAt(state.incident, destination);
    return announced?.handle === undefined
      ? undefined
      : { ...state, at: announced.at, handle: announced.handle };
  });
  if (held === undefined) return false;
  const { incident, findings, at, handle } = held.about;
  const asOf = ports.clock.now();
  const letter = {
    destination,
    message: escalationNote({ incident, findings, mention, waited: asOf - at, asOf }),
    thread: inThread(handle, true),
    key: claimed.id,
  };
  const result = await sendOnce(held.claimed, letter, ports);
  if (result.kind !== 'sent' && !(result.kind === 'reroute' && result.gone === 'message')) {
    await notSent(held.claimed, result, { incident: id, destination }, ports);
    return false;
  }
  await drop(held.claimed, ports);
  if (result.kind !== 'sent') return false;
  await ports.store.transaction(async (tx) => pace(tx, destination, ports));
  return true;
}
