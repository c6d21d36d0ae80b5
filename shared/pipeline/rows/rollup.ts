import { rollupMessage } from '../../alerts/rollup-message.ts';
import { hashOf } from '../../findings/fingerprint.ts';
import type { DeliverPorts } from '../deliver-ports.ts';
import type { Claimed } from '../outbox.ts';
import { drop, notSent, pace, sendOnce, taken } from './conclude.ts';

/** Posts a roll-up, or edits it as it grows. Gives whether anything was sent. */
export async function deliverRollup(claimed: Claimed, ports: DeliverPorts): Promise<boolean> {
  if (claimed.row.kind !== 'rollup') return false;
  const { rollup: id } = claimed.row;
  const held = await taken(claimed, ports, (tx) => tx.get('rollups', id));
  if (held === undefined) return false;
  const { about: rollup } = held;
  const { destination } = claimed.row;
  const { clock, consoleUrl } = ports;
  const message = rollupMessage({
    rollup,
    asOf: clock.now(),
    ...(consoleUrl === undefined ? {} : { consoleUrl }),
  });
  const contentHash = hashOf([JSON.stringify(message)]);
  if (contentHash === rollup.contentHash) {
    await drop(held.claimed, ports);
    return false;
  }
  const letter = { destination, message, handle: rollup.handle, key: `rollup|${id}` };
  const result = await sendOnce(held.claimed, letter, ports);
  if (result.kind !== 'sent') {
    await notSent(held.claimed, result, { rollup: id, destination }, ports);
    return false;
  }
  await ports.store.transaction(async (tx) => {
    const current = (await tx.get('rollups', id)) ?? rollup;
    tx.put('rollups', id, { ...current, handle: result.handle, contentHash });
    tx.delete('outbox', claimed.id);
    pace(tx, destination, ports);
  });
  return true;
}
