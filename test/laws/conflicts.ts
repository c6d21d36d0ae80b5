/** A store with optimistic transactions, as Firestore is: a body may run, find that others were there first, and run again from the start. */
import type { Store } from '../../shared/ports.ts';

const ROLLED_BACK = Symbol('rolled back');

/** Runs a body, and leaves nothing of what it did. */
export async function undone<T>(
  store: Store,
  body: Parameters<typeof store.transaction<T>>[0],
): Promise<void> {
  try {
    await store.transaction(async (tx) => {
      await body(tx);
      throw ROLLED_BACK;
    });
  } catch (error) {
    if (error !== ROLLED_BACK) throw error;
  }
}
