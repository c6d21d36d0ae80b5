import type { Store, Transaction } from '../shared/ports.ts';

/** A store that counts the documents it gives. */
export class Counting implements Store {
  read = 0;
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  transaction<T>(body: (tx: Transaction) => Promise<T>): Promise<T> {
    return this.#store.transaction((tx) => body(this.#counted(tx)));
  }

  close(): Promise<void> {
    return this.#store.close();
  }

  #counted(tx: Transaction): Transaction {
    const counted = <M extends ReadonlyMap<string, unknown>>(documents: M): M => {
      this.read += documents.size;
      return documents;
    };
    return {
      get: async (collection, id) => {
        const document = await tx.get(collection, id);
        if (document !== undefined) this.read++;
        return document;
      },
      getMany: async (collection, ids) => counted(await tx.getMany(collection, ids)),
      find: async (collection, keys) => counted(await tx.find(collection, keys)),
      due: async (collection, now, limit) => counted(await tx.due(collection, now, limit)),
      list: async (collection, after, limit) => counted(await tx.list(collection, after, limit)),
      put: (collection, id, document, index) => tx.put(collection, id, document, index),
      amend: (collection, id, document, renamed) => tx.amend(collection, id, document, renamed),
      delete: (collection, id) => tx.delete(collection, id),
    };
  }
}
