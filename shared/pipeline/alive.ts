import type { Nanos } from '../model/time.ts';
import type { Store, Transaction } from '../ports.ts';

/** What works by the clock and says so when it has. */
export type Worker = 'heartbeat' | 'deliver';

/** It has done its work. */
export async function noteAlive(store: Store, worker: Worker, now: Nanos): Promise<void> {
  await store.transaction(async (tx) => tx.put('meta', idOf(worker), { value: String(now) }));
}

/** When it did so last; `undefined` when it never did. */
export async function lastAlive(tx: Transaction, worker: Worker): Promise<Nanos | undefined> {
  const noted = (await tx.get('meta', idOf(worker)))?.value;
  return noted === undefined ? undefined : BigInt(noted);
}

function idOf(worker: Worker): string {
  return `alive|${worker}`;
}
