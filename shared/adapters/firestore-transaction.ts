import type { Firestore, Transaction as NativeTransaction, Query } from '@google-cloud/firestore';
import type { Nanos } from '../model/time.ts';
import type { Access, Collection, Documents, Index, Transaction } from '../ports.ts';
import { encodeDocument, encodeId, encodeNanos } from './document-codec.ts';
import {
  amendedPieces,
  hashed,
  nameOf,
  type Piece,
  pieceNames,
  piecesOf,
  sizeOf,
  sortable,
} from './firestore-document.ts';
import { LIMITS } from './firestore-layout.ts';
import { FirestoreReads, type Found, type Translate } from './firestore-reads.ts';
import { checkedLimit, KeptBack } from './store-rules.ts';

interface Write {
  readonly collection: Collection;
  readonly name: string;
  /** None: the document goes. */
  readonly pieces: readonly Piece[];
}

/** A write that needs to know the index of what it replaces. */
interface Amendment {
  readonly collection: Collection;
  readonly name: string;
  readonly id: string;
  readonly body: string;
  /** By their hashes. */
  readonly renamed: ReadonlyMap<string, string>;
}

/** One attempt at a transaction: reads at once, keeps the writes back until `apply`. */
export class FirestoreTransaction implements Transaction {
  readonly #native: NativeTransaction;
  readonly #reads: FirestoreReads;
  readonly #writes: KeptBack<Write | Amendment>;

  constructor(client: Firestore, native: NativeTransaction, how: Access, translate: Translate) {
    this.#writes = new KeptBack(how);
    this.#native = native;
    this.#reads = new FirestoreReads(client, native, translate);
  }

  get isOpen(): boolean {
    return this.#writes.isOpen;
  }

  async get<C extends Collection>(collection: C, id: string): Promise<Documents[C] | undefined> {
    return (await this.getMany(collection, [id])).get(id);
  }

  async getMany<C extends Collection>(
    collection: C,
    ids: Iterable<string>,
  ): Promise<ReadonlyMap<string, Documents[C]>> {
    this.#writes.beforeRead(collection);
    const names = new Set(Array.from(ids, (id) => nameOf(encodeId(id))));
    const found = await this.#reads.named(collection, [...names]);
    return this.#reads.documents(collection, byId(found));
  }

  async find<C extends Collection>(
    collection: C,
    keys: Iterable<string>,
  ): Promise<ReadonlyMap<string, Documents[C]>> {
    this.#writes.beforeRead(collection);
    const hashes = new Set(Array.from(keys, (key) => hashed(encodeId(key))));
    const found = await this.#reads.withKeys(collection, [...hashes]);
    return this.#reads.documents(collection, byId(found));
  }

  async due<C extends Collection>(
    collection: C,
    now: Nanos,
    limit: number,
  ): Promise<ReadonlyMap<string, Documents[C]>> {
    const all = this.#reads.collection(collection);
    const query = all.where('dueAt', '<=', encodeNanos(now)).orderBy('dueAt').orderBy('id');
    return this.#page(collection, query, limit);
  }

  async list<C extends Collection>(
    collection: C,
    after: string | undefined,
    limit: number,
  ): Promise<ReadonlyMap<string, Documents[C]>> {
    const all = this.#reads.collection(collection).orderBy('id');
    const query = after === undefined ? all : all.startAfter(sortable(encodeId(after)));
    return this.#page(collection, query, limit);
  }

  put<C extends Collection>(collection: C, id: string, document: Documents[C], index: Index = {}): void {
    const encoded = encodeId(id);
    // Encoded now, so that a fault is reported where it was made, and a later change to the document is not written.
    const pieces = piecesOf({
      id: encoded,
      body: encodeDocument(document),
      keys: (index.keys ?? []).map(encodeId),
      dueAt: index.dueAt === undefined ? undefined : encodeNanos(index.dueAt),
      expiresAt: index.expiresAt,
    });
    this.#writes.add({ collection, name: nameOf(encoded), pieces });
  }

  amend<C extends Collection>(
    collection: C,
    id: string,
    document: Documents[C],
    renamed: ReadonlyMap<string, string> = new Map(),
  ): void {
    const hash = (key: string) => hashed(encodeId(key));
    this.#writes.add({
      collection,
      name: nameOf(encodeId(id)),
      id: encodeId(id),
      body: encodeDocument(document),
      renamed: new Map([...renamed].map(([from, to]) => [hash(from), hash(to)])),
    });
  }

  delete(collection: Collection, id: string): void {
    this.#writes.add({ collection, name: nameOf(encodeId(id)), pieces: [] });
  }

  /** Hands over what was kept back; throws when the body broke a rule, even if the body caught that. */
  async apply(): Promise<void> {
    const writes = await this.#lastWrites();
    const counts = await this.#reads.pieceCounts(writes.map((write) => this.#reference(write, write.name)));
    for (const write of writes) {
      for (const { name, fields } of write.pieces) this.#native.set(this.#reference(write, name), fields);
      // What was in more pieces before leaves none behind.
      const before = counts.get(this.#reference(write, write.name).path) ?? 0;
      for (const name of pieceNames(write.name, write.pieces.length, before))
        this.#native.delete(this.#reference(write, name));
    }
  }

  end(): void {
    this.#writes.end();
  }

  /** The last write of each document: a put replaces it whole. */
  async #lastWrites(): Promise<readonly Write[]> {
    const last = new Map<string, Write | Amendment>();
    for (const write of this.#writes.all()) last.set(`${write.collection}/${write.name}`, write);
    const writes: Write[] = [];
    for (const write of last.values())
      if ('pieces' in write) writes.push(write);
      else writes.push(...(await this.#amended(write)));
    const bytes = writes.flatMap(({ pieces }) => pieces.map(sizeOf)).reduce((sum, size) => sum + size, 0);
    if (bytes > LIMITS.commitBytes) {
      throw new Error(
        `one transaction writes ${writes.length} documents of ${bytes} bytes together: Firestore takes 10 MiB. Write fewer at a time`,
      );
    }
    return writes;
  }

  /** Nothing where there is no such document. */
  async #amended({ collection, name, id, body, renamed }: Amendment): Promise<readonly Write[]> {
    const before = await this.#reads.whole(collection, name);
    return before.length === 0
      ? []
      : [{ collection, name, pieces: amendedPieces(id, body, before, renamed) }];
  }

  async #page<C extends Collection>(
    collection: C,
    query: Query,
    limit: number,
  ): Promise<ReadonlyMap<string, Documents[C]>> {
    this.#writes.beforeRead(collection);
    if (checkedLimit(limit) === 0) return new Map();
    return this.#reads.documents(collection, await this.#reads.page(collection, query.limit(limit)));
  }

  #reference({ collection }: Write, name: string) {
    return this.#reads.collection(collection).doc(name);
  }
}

/** In text order, as SQLite gives them, so that nothing that follows depends on the adapter. */
function byId(found: readonly Found[]): readonly Found[] {
  const withId = found.map((one) => ({ one, id: Buffer.from(one.first.longId ?? one.first.id) }));
  return withId.sort((a, b) => Buffer.compare(a.id, b.id)).map(({ one }) => one);
}
