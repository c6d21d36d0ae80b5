/** Random stories of use, for telling two stores apart: what one answers, the other must. */
import fc from 'fast-check';
import type { Documents, Index, Store, Transaction } from '../../shared/ports.ts';

/** Documents with every kind of field there is, and bodies that are stored as text, compressed, and in pieces. */
type Kept = 'meta' | 'seen' | 'quarantine' | 'subjects';

type Read =
  | { readonly kind: 'get'; readonly collection: Kept; readonly id: string }
  | { readonly kind: 'getMany'; readonly collection: Kept; readonly ids: readonly string[] }
  | { readonly kind: 'find'; readonly collection: Kept; readonly keys: readonly string[] }
  | { readonly kind: 'due'; readonly collection: Kept; readonly now: bigint; readonly limit: number }
  | {
      readonly kind: 'list';
      readonly collection: Kept;
      readonly after: string | undefined;
      readonly limit: number;
    };
type Write =
  | { readonly kind: 'delete'; readonly collection: Kept; readonly id: string }
  | {
      readonly kind: 'put';
      readonly collection: Kept;
      readonly id: string;
      readonly seed: number;
      readonly length: number;
      readonly index: Index;
    };

export interface Chapter {
  readonly reads: readonly Read[];
  readonly writes: readonly Write[];
  /** A read after the writes, which is against the rules. */
  readonly late: Read | undefined;
  readonly fails: boolean;
}

const IDS = ['a', 'b', 'a/b', '__a__', '.', '', 'é', '\uD800', 'x'.repeat(1_400), '//iam.googleapis.com/p/1'];
const KEYS = [
  'k',
  'k|1',
  '',
  '\uDC00',
  'z'.repeat(3_000),
  ...Array.from({ length: 60 }, (_, i) => `many-${i}`),
];
const TIMES = [0n, 1n, 2n, 1_788_000_000_000_000_000n, 1_788_000_000_000_000_001n];

const collection = fc.constantFrom<Kept>('meta', 'seen', 'quarantine', 'subjects');
const id = fc.constantFrom(...IDS);
const keys = fc.oneof(fc.subarray(KEYS.slice(0, 6)), fc.constant(KEYS), fc.constant(KEYS.slice(3)));
const time = fc.constantFrom(...TIMES);
const limit = fc.integer({ min: 0, max: 5 });

const READ: fc.Arbitrary<Read> = fc.oneof(
  fc.record({ kind: fc.constant('get' as const), collection, id }),
  fc.record({ kind: fc.constant('getMany' as const), collection, ids: fc.array(id, { maxLength: 6 }) }),
  fc.record({ kind: fc.constant('find' as const), collection, keys }),
  fc.record({ kind: fc.constant('due' as const), collection, now: time, limit }),
  fc.record({
    kind: fc.constant('list' as const),
    collection,
    after: fc.option(id, { nil: undefined }),
    limit,
  }),
);
const WRITE: fc.Arbitrary<Write> = fc.oneof(
  fc.record({ kind: fc.constant('delete' as const), collection, id }),
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('put' as const),
      collection,
      id,
      seed: fc.nat(),
      length: fc.oneof({ weight: 15, arbitrary: fc.nat(100) }, fc.constantFrom(40_000, 900_000)),
      index: fc.record({
        keys,
        dueAt: fc.option(time, { nil: undefined }),
        expiresAt: fc.constant(4_000_000_000_000_000_000n),
      }),
    }),
  },
);

export const STORY: fc.Arbitrary<readonly Chapter[]> = fc.array(
  fc.record({
    reads: fc.array(READ, { maxLength: 4 }),
    writes: fc.array(WRITE, { maxLength: 4 }),
    late: fc.option(READ, { nil: undefined, freq: 8 }),
    fails: fc.integer({ min: 0, max: 4 }).map((draw) => draw === 4),
  }),
  { minLength: 1, maxLength: 6 },
);

/** What a store answers to a story: each chapter a transaction, and at the end all there is. */
export async function run(store: Store, story: readonly Chapter[]): Promise<readonly unknown[]> {
  const answers: unknown[] = [];
  for (const { reads, writes, late, fails } of story) {
    const told = store.transaction(async (tx) => {
      const found: unknown[] = [];
      for (const one of reads) found.push(await read(tx, one));
      for (const one of writes) write(tx, one);
      if (late !== undefined) found.push(await read(tx, late));
      if (fails) throw new Error('given up');
      return found;
    });
    answers.push(await told.catch((error: unknown) => String(error)));
  }
  for (const one of ['meta', 'seen', 'quarantine', 'subjects'] as const)
    answers.push([...(await store.transaction((tx) => tx.list(one, undefined, 100)))]);
  return answers;
}

async function read(tx: Transaction, one: Read): Promise<unknown> {
  switch (one.kind) {
    case 'get':
      return tx.get(one.collection, one.id);
    case 'getMany':
      return [...(await tx.getMany(one.collection, one.ids))];
    case 'find':
      return [...(await tx.find(one.collection, one.keys))];
    case 'due':
      return [...(await tx.due(one.collection, one.now, one.limit))];
    case 'list':
      return [...(await tx.list(one.collection, one.after, one.limit))];
  }
}

function write(tx: Transaction, one: Write): void {
  if (one.kind === 'delete') {
    tx.delete(one.collection, one.id);
    return;
  }
  tx.put(one.collection, one.id, documentOf(one), one.index);
}

function documentOf({ collection: kind, seed, length }: Extract<Write, { kind: 'put' }>): Documents[Kept] {
  switch (kind) {
    case 'meta':
      return { value: noise(seed, length) };
    case 'seen':
      return { at: BigInt(seed) };
    case 'quarantine':
      return { at: BigInt(seed), why: '\uD800 {"$ns":"1"}', body: noise(seed, length) };
    case 'subjects':
      return {
        dirty: seed % 2 === 0,
        evaluatedAt: seed % 3 === 0 ? undefined : BigInt(seed),
        nextChangeAt: undefined,
        reads: [noise(seed, length), ''],
      };
  }
}

/** Text that does not compress well, the same for the same seed. */
function noise(seed: number, length: number): string {
  let state = seed + 1;
  let text = '';
  while (text.length < length) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    text += String.fromCharCode(32 + ((state >>> 24) % 90), 200 + ((state >>> 16) % 500));
  }
  return text.slice(0, length);
}
