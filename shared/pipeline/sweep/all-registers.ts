import type { Register } from '../../inventory/register.ts';
import type { Store } from '../../ports.ts';

const PAGE = 500;

/** All that is known, page by page, in the order of names. What is written meanwhile may be told or not. */
export async function* allRegisters(store: Store): AsyncIterable<Register> {
  for (let after: string | undefined; ; ) {
    const page = await store.transaction((tx) => tx.list('registers', after, PAGE), 'read-only');
    yield* page.values();
    after = [...page.keys()].at(-1);
    if (after === undefined || page.size < PAGE) return;
  }
}
