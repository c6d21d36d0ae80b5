import type { DeliverPorts } from '../deliver-ports.ts';
import type { Claimed } from '../outbox.ts';
import { topicOf } from '../publish.ts';
import { drop, notSent, taken } from './conclude.ts';

/** Publishes one transition. Gives whether it was taken. */
export async function deliverPublication(claimed: Claimed, ports: DeliverPorts): Promise<boolean> {
  if (claimed.row.kind !== 'publish') return false;
  const { body, attributes, destination } = claimed.row;
  const held = await taken(claimed, ports, async () => true);
  if (held === undefined) return false;
  const about = { publication: claimed.id, destination };
  if (ports.publisher === undefined) {
    await notSent(
      held.claimed,
      { kind: 'reroute', gone: 'channel', why: 'no publisher is wired' },
      about,
      ports,
    );
    return false;
  }
  const result = await ports.publisher.publish(topicOf(destination), body, attributes);
  switch (result.kind) {
    case 'published':
      await drop(held.claimed, ports);
      return true;
    case 'wait':
      // Twice is no harm: whoever listens goes by the transition's hash.
      await notSent(held.claimed, { ...result, ambiguous: false }, about, ports);
      return false;
    case 'gone':
      await notSent(held.claimed, { kind: 'reroute', gone: 'channel', why: result.why }, about, ports);
      return false;
  }
}
