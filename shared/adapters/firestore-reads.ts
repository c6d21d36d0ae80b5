import type {
  CollectionReference,
  DocumentReference,
  DocumentSnapshot,
  Firestore,
  Transaction as NativeTransaction,
  Query,
} from '@google-cloud/firestore';
import type { Collection, Documents } from '../ports.ts';
import { decodeId } from './document-codec.ts';
import {
  bodyIn,
  type FirstFields,
  type FurtherFields,
  pieceNamed,
  pieceNames,
} from './firestore-document.ts';
import { firestoreCollection, LIMITS } from './firestore-layout.ts';
import { damaged, decodeBody } from './store-rules.ts';

/** The first piece of a document, and its name. */
export interface Found {
  readonly name: string;
  readonly first: FirstFields;
}

/** Says what a failure of Firestore means, where `what` could not be done. */
export type Translate = (what: string, cause: unknown) => unknown;

/** Queries under way at once: a `find` by thousands of keys is a hundred of them. */
const AT_ONCE = 20;

/** The reads of one attempt at a transaction. What was read is locked, so no document is fetched twice. */
export class FirestoreReads {
  readonly #client: Firestore;
  readonly #native: NativeTransaction;
  readonly #translate: Translate;
  /** First pieces by path; `undefined`: there is none. */
  readonly #firsts = new Map<string, FirstFields | undefined>();

  constructor(client: Firestore, native: NativeTransaction, translate: Translate) {
    this.#client = client;
    this.#native = native;
    this.#translate = translate;
  }

  collection(collection: Collection): CollectionReference {
    return this.#client.collection(firestoreCollection(collection));
  }

  /** Those that exist of the documents with these names. */
  async named(collection: Collection, names: readonly string[]): Promise<readonly Found[]> {
    const wanted = names.map((name) => this.collection(collection).doc(name));
    const unread = wanted.filter(({ path }) => !this.#firsts.has(path));
    for (const snapshot of await this.#getAll(collection, unread)) this.#note(snapshot);
    return wanted.flatMap(({ id: name, path }) => foundAs(name, this.#firsts.get(path)));
  }

  /** Those that have any of these keys, which are given as they are stored. */
  async withKeys(collection: Collection, keys: readonly string[]): Promise<readonly Found[]> {
    const batches = batchesOf(keys, LIMITS.keysPerQuery);
    // What has keys of several batches would come with each: then only names are asked for, and each document is fetched once.
    const whole = batches.length === 1;
    const lowest = new Map<string, number>();
    for (const atOnce of batchesOf(batches, AT_ONCE)) {
      const answers = await Promise.all(
        atOnce.map((batch) => {
          const query = this.collection(collection).where('keys', 'array-contains-any', batch);
          return this.#query(collection, whole ? query : query.select());
        }),
      );
      for (const snapshot of answers.flat()) {
        const { first, index } = pieceNamed(snapshot.id);
        if (whole && index === 0) this.#note(snapshot);
        lowest.set(first, Math.min(index, lowest.get(first) ?? index));
      }
    }
    const found = await this.named(collection, [...lowest.keys()]);
    // A piece beyond the last is of a document that has expired: Firestore sweeps those piece by piece.
    return found.filter(({ name, first }) => (lowest.get(name) ?? 0) < (first.pieces ?? 1));
  }

  /** What a query over first pieces gives, in its order. */
  async page(collection: Collection, query: Query): Promise<readonly Found[]> {
    const snapshots = await this.#query(collection, query);
    return snapshots.flatMap((snapshot) => foundAs(snapshot.id, this.#note(snapshot)));
  }

  /** The documents that begin with these pieces, by id, in their order. */
  async documents<C extends Collection>(
    collection: C,
    found: readonly Found[],
  ): Promise<ReadonlyMap<string, Documents[C]>> {
    const further = await this.#further(collection, found);
    const documents = new Map<string, Documents[C]>();
    for (const { name, first } of found) {
      const id = decodeId(first.longId ?? first.id);
      const rest = furtherNames(name, first).map((one) => further.get(one));
      const there = rest.filter((piece) => piece !== undefined);
      if (there.length < rest.length) {
        // Firestore has begun to sweep it.
        if (first.expiresAt !== undefined) continue;
        throw damaged(collection, id);
      }
      // The cast is as good as the code that put it there: only `put` writes bodies.
      documents.set(id, decodeBody(collection, id, () => bodyIn([first, ...there])) as Documents[C]);
    }
    return documents;
  }

  /** All pieces of one document, the first first; none where it does not exist. */
  async whole(collection: Collection, name: string): Promise<readonly (FirstFields | FurtherFields)[]> {
    const [found] = await this.named(collection, [name]);
    if (found === undefined) return [];
    const further = await this.#further(collection, [found]);
    return [found.first, ...furtherNames(name, found.first).flatMap((one) => further.get(one) ?? [])];
  }

  /** How many pieces each of these documents has, by path: none where it does not exist. */
  async pieceCounts(documents: readonly DocumentReference[]): Promise<ReadonlyMap<string, number>> {
    const counts = new Map<string, number>();
    for (const { path } of documents) {
      const first = this.#firsts.get(path);
      if (first !== undefined) counts.set(path, first.pieces ?? 1);
    }
    const unread = documents.filter(({ path }) => !this.#firsts.has(path));
    if (unread.length === 0) return counts;
    const snapshots = await this.#attempt('look up what is to be replaced', () =>
      this.#native.getAll(...unread, { fieldMask: ['pieces'] }),
    );
    for (const snapshot of snapshots)
      if (snapshot.exists) counts.set(snapshot.ref.path, Number(snapshot.get('pieces') ?? 1));
    return counts;
  }

  async #further(
    collection: Collection,
    found: readonly Found[],
  ): Promise<ReadonlyMap<string, FurtherFields | undefined>> {
    const names = found.flatMap(({ name, first }) => furtherNames(name, first));
    const snapshots = await this.#getAll(
      collection,
      names.map((name) => this.collection(collection).doc(name)),
    );
    return new Map(snapshots.map((snapshot) => [snapshot.id, snapshot.data()]));
  }

  async #getAll(
    collection: Collection,
    references: readonly DocumentReference[],
  ): Promise<readonly DocumentSnapshot[]> {
    if (references.length === 0) return [];
    return this.#attempt(`read ${collection}`, () => this.#native.getAll(...references));
  }

  async #query(collection: Collection, query: Query): Promise<readonly DocumentSnapshot[]> {
    return (await this.#attempt(`read ${collection}`, () => this.#native.get(query))).docs;
  }

  async #attempt<T>(what: string, read: () => Promise<T>): Promise<T> {
    try {
      return await read();
    } catch (cause) {
      throw this.#translate(what, cause);
    }
  }

  #note(snapshot: DocumentSnapshot): FirstFields | undefined {
    // Only `piecesOf` makes what lies under these names.
    const first = snapshot.data() as FirstFields | undefined;
    this.#firsts.set(snapshot.ref.path, first);
    return first;
  }
}

function furtherNames(name: string, { pieces = 1 }: FirstFields): readonly string[] {
  return pieceNames(name, 1, pieces);
}

function foundAs(name: string, first: FirstFields | undefined): readonly Found[] {
  return first === undefined ? [] : [{ name, first }];
}

function batchesOf<T>(all: readonly T[], size: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, i) => all.slice(i * size, (i + 1) * size));
}
