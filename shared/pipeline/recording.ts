import type { Nanos } from '../model/time.ts';
import type { Store, Transaction } from '../ports.ts';

const ID = 'changes-since';

/** Notes, once, since when identity changes are kept for reports. What was changed before that is on no record. */
export async function noteRecording(store: Store, now: Nanos): Promise<void> {
  await store.transaction(async (tx) => {
    if ((await recordedSince(tx)) === undefined) tx.put('meta', ID, { value: String(now) });
  });
}

/** `undefined`: nobody has noted it. */
export async function recordedSince(tx: Transaction): Promise<Nanos | undefined> {
  const value = (await tx.get('meta', ID))?.value;
  return value === undefined ? undefined : BigInt(value);
}
