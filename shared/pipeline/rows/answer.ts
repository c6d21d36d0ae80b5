import { MINUTE } from '../../model/time.ts';
import type { DeliverPorts } from '../deliver-ports.ts';
import type { Claimed } from '../outbox.ts';
import { drop, notSent, taken } from './conclude.ts';

/** Nobody waits longer than this for an answer that only they see; Slack's own answer addresses last as long. */
const WORTH_SENDING = 30n * MINUTE;

/** Answers one person. What cannot be delivered soon is not delivered at all: what they decided stands, and the message shows it. */
export async function deliverAnswer(claimed: Claimed, ports: DeliverPorts): Promise<boolean> {
  if (claimed.row.kind !== 'answer') return false;
  const { to, message, destination, askedAt } = claimed.row;
  const held = await taken(claimed, ports, async () => true);
  if (held === undefined) return false;
  const result = await ports.notifier.answer(to, message);
  const isLate = askedAt + WORTH_SENDING <= ports.clock.now();
  if (result.kind === 'wait' && !isLate) {
    await notSent(held.claimed, result, { answer: claimed.id, destination }, ports);
    return false;
  }
  if (result.kind !== 'sent') ports.log.warn('answer not delivered', { destination, why: result.why });
  await drop(held.claimed, ports);
  return result.kind === 'sent';
}
