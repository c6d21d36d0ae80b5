/** What a Firestore database of ours looks like, as data: the store reads it, and whatever creates the database. */
import type { Collection } from '../ports.ts';

/** Keeps our collections apart from those of others in a database that is shared. */
const PREFIX = 'anchorwatch-';

/** The name in Firestore of one of our collections. */
export function firestoreCollection(collection: Collection): string {
  return `${PREFIX}${collection}`;
}

/** The collections that are asked for what is due: each needs an index over (dueAt, id), ascending. */
export const ASKED_FOR_DUE: readonly Collection[] = ['subjects', 'ripples', 'news', 'outbox', 'intents'];

/** The collections whose documents expire: each needs a time-to-live policy on `expiresAt`. It only sweeps: nobody relies on it. */
export const EXPIRING: readonly Collection[] = [
  'acts',
  'changes',
  'seen',
  'quarantine',
  'runs',
  'shards',
  'sightings',
  'meta',
];

export interface CompositeIndex {
  readonly collection: string;
  readonly fields: readonly { readonly field: string; readonly order: 'ASCENDING' }[];
}

/** `due` sorts by both. The emulator answers without; Firestore itself does not. */
export const COMPOSITE_INDEXES: readonly CompositeIndex[] = ASKED_FOR_DUE.map((collection) => ({
  collection: firestoreCollection(collection),
  fields: [
    { field: 'dueAt', order: 'ASCENDING' },
    { field: 'id', order: 'ASCENDING' },
  ],
}));

/** Where Firestore deletes documents some time after the moment in `field`. */
export const TIME_TO_LIVE: readonly { readonly collection: string; readonly field: 'expiresAt' }[] =
  EXPIRING.map((collection) => ({ collection: firestoreCollection(collection), field: 'expiresAt' }));

/**
 * Left alone, Firestore indexes every field for every document. Only these are asked for: `id` by `list`, `keys` by `find`. All others are
 * best exempted: an index of bodies is paid for with each write, and one of times that only grow is written at its end only.
 */
export const SINGLE_FIELD_INDEXES = {
  indexed: [
    { field: 'id', order: 'ASCENDING' },
    { field: 'keys', arrayConfig: 'CONTAINS' },
  ],
  exempt: ['body', 'packed', 'pieces', 'longId', 'dueAt', 'expiresAt'],
} as const;

/**
 * Firestore's limits (cloud.google.com/firestore/quotas), with room for names and what surrounds the values: a document takes 1 MiB, an
 * indexed value 1,500 bytes, a document's indexes 40,000 entries, a query 30 keys, a commit 10 MiB.
 */
export const LIMITS = {
  packedBytes: 600_000,
  keysPerPiece: 5_000,
  indexedBytes: 1_500,
  keysPerQuery: 30,
  commitBytes: 9_500_000,
} as const;
