import type { Known } from '../inventory/inventory.ts';
import type { Collection, Documents, Store } from '../ports.ts';

const PAGE = 500;

/** A whole collection by id, page by page. Pages are read one after the other: what changes meanwhile may be in either state. */
export async function everything<C extends Collection>(
  store: Store,
  collection: C,
): Promise<ReadonlyMap<string, Documents[C]>> {
  const found = new Map<string, Documents[C]>();
  let after: string | undefined;
  for (;;) {
    const from = after;
    const page = await store.transaction((tx) => tx.list(collection, from, PAGE), 'read-only');
    for (const [id, document] of page) found.set(id, document);
    after = [...page.keys()].at(-1);
    if (page.size < PAGE || after === undefined) return found;
  }
}

/** All that the store knows of the cloud. */
export async function knownIn(store: Store): Promise<Known> {
  return {
    registers: await everything(store, 'registers'),
    aliases: await everything(store, 'aliases'),
    acts: await everything(store, 'acts'),
    coverage: await everything(store, 'coverage'),
  };
}
