import type { DeliverPorts } from '../deliver-ports.ts';
import type { Claimed } from '../outbox.ts';
import { drop, inThread, notSent, pace, sendOnce, taken } from './conclude.ts';

/** Posts a message that was made already. Gives whether it was sent. */
export async function deliverMessage(claimed: Claimed, ports: DeliverPorts): Promise<boolean> {
  if (claimed.row.kind !== 'message') return false;
  const { message, thread, destination } = claimed.row;
  const held = await taken(claimed, ports, async () => true);
  if (held === undefined) return false;
  const letter = {
    destination,
    message,
    key: claimed.id,
    ...(thread === undefined ? {} : { thread: inThread(thread, false) }),
  };
  const result = await sendOnce(held.claimed, letter, ports);
  if (result.kind !== 'sent') {
    await notSent(held.claimed, result, { message: claimed.id, destination }, ports);
    return false;
  }
  await drop(held.claimed, ports);
  await ports.store.transaction(async (tx) => pace(tx, destination, ports));
  return true;
}
