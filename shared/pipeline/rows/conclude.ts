import { MINUTE, type Nanos, SECOND } from '../../model/time.ts';
import type { Found, InThread, MessageHandle, OutboxRow, SendResult, Transaction } from '../../ports.ts';
import type { DeliverPorts } from '../deliver-ports.ts';
import { type Claimed, hold, postpone, rest } from '../outbox.ts';
import { type Letter, send } from '../send.ts';

/** How long to leave alone what has to be mended by somebody first. */
const PARKED_FOR = 5n * MINUTE;
const LONGEST_BACKOFF_SECONDS = 300;
/** An alert that may come twice is better than one that waits for ever to be looked up. */
const MOST_LOOKUPS = 5;

/**
 * Renews the lease and reads what the row is about, in one transaction. `undefined` when there is nothing to do: another sender has the row,
 * its destination is resting, or `read` finds nothing left to tell and the row is dropped.
 */
export async function taken<T>(
  claimed: Claimed,
  { store, clock }: DeliverPorts,
  read: (tx: Transaction) => Promise<T | undefined>,
): Promise<{ readonly claimed: Claimed; readonly about: T } | undefined> {
  return store.transaction(async (tx) => {
    const held = await hold(tx, claimed, clock.now());
    if (held === undefined) return undefined;
    const about = await read(tx);
    if (about === undefined) {
      tx.delete('outbox', claimed.id);
      return undefined;
    }
    held.write();
    return { claimed: { id: claimed.id, row: held.row }, about };
  });
}

/** The row is done with, whatever became of it. */
export async function drop({ id }: Claimed, { store }: DeliverPorts): Promise<void> {
  await store.transaction(async (tx) => tx.delete('outbox', id));
}

/**
 * Sends a letter once. One whose sending was begun before and not concluded may be there already: it is looked for first, because Slack knows
 * no idempotency key.
 */
export async function sendOnce(
  claimed: Claimed,
  letter: Letter,
  ports: DeliverPorts,
): Promise<SendResult & { readonly adopted?: true }> {
  const { begun } = claimed.row;
  if (letter.handle === undefined && begun !== undefined) {
    const found = await ports.notifier.find(letter.destination, begun.key, begun.at, letter.thread);
    if (found.kind === 'wait' && claimed.row.attempts < MOST_LOOKUPS)
      return { kind: 'wait', seconds: found.seconds, ambiguous: true, why: found.why };
    noteLookup(found, letter, ports);
    if (found.kind === 'found') return { kind: 'sent', handle: found.handle, adopted: true };
  }
  if (letter.handle === undefined && begun === undefined) await begin(claimed, letter.key, ports);
  const result = await send(letter, ports.notifier);
  ports.metrics?.record('notify_attempts_total', 1, { result: result.kind });
  return result;
}

/** Says in the store that a sending begins, so that whoever finds the row after a crash looks before sending again. */
async function begin({ id, row }: Claimed, key: string, { store, clock }: DeliverPorts): Promise<void> {
  await store.transaction(async (tx) => {
    const current = await tx.get('outbox', id);
    if (current === undefined || current.leaseUntil !== row.leaseUntil) return;
    tx.put('outbox', id, { ...current, begun: { key, at: clock.now() } }, { dueAt: row.leaseUntil });
  });
}

function noteLookup(found: Found, { destination }: Letter, { log }: DeliverPorts): void {
  if (found.kind === 'unknown' || found.kind === 'wait')
    log.warn('a message may come twice: whether it arrived cannot be looked up', {
      destination,
      why: found.why,
    });
}

/** What to do when it was not sent; tells whether that is the end of the row. */
export async function notSent(
  claimed: Claimed,
  result: Exclude<SendResult, { kind: 'sent' }>,
  about: Readonly<Record<string, unknown>>,
  ports: DeliverPorts,
): Promise<void> {
  const { log, clock, store } = ports;
  const { row } = claimed;
  const now = clock.now();
  if (result.kind === 'wait') {
    log.warn('message delayed', { ...about, why: result.why });
    const begun = result.ambiguous ? await begunOf(claimed, ports) : undefined;
    const until = now + backoff(result.seconds, row.attempts);
    const restUntil = now + backoff(result.seconds, 0);
    await postpone(claimed, { until, failed: true, restUntil, begun }, store);
    return;
  }
  // Parked, not lost: it is tried again, and the log says what has to be mended.
  log.error('message cannot be sent', { ...about, why: result.why });
  const until = now + PARKED_FOR;
  const theWayThere = result.kind === 'unsendable' ? {} : { restUntil: until };
  await postpone(claimed, { until, parked: result.why, ...theWayThere }, store);
}

async function begunOf({ id }: Claimed, { store }: DeliverPorts): Promise<OutboxRow['begun']> {
  return (await store.transaction((tx) => tx.get('outbox', id), 'read-only'))?.begun;
}

/** The next message to this destination keeps its distance. */
export function pace(tx: Transaction, destination: string, { pacing, clock }: DeliverPorts): void {
  if (pacing !== undefined && pacing.between > 0n) rest(tx, destination, clock.now() + pacing.between);
}

/** Never less than Slack asks for; and longer with every failure, up to five minutes. */
function backoff(seconds: number, attempts: number): Nanos {
  const asked = Math.max(1, Math.ceil(seconds));
  const grown = Math.min(LONGEST_BACKOFF_SECONDS, asked * 2 ** Math.min(attempts, 8));
  return BigInt(Math.max(asked, grown)) * SECOND;
}

export function inThread(of: MessageHandle, broadcast: boolean): InThread {
  return { of, broadcast };
}
