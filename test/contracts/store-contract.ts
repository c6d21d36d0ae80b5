import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Register } from '../../shared/inventory/register.ts';
import type { ChangeRecord } from '../../shared/model/change.ts';
import { grantOf } from '../../shared/model/grant.ts';
import { DAY, formatTime, parseTime } from '../../shared/model/time.ts';
import type { Collection, Documents, Index, OutboxRow, Store, Transaction } from '../../shared/ports.ts';

export interface ContractOptions {
  /** False where concurrent transactions cannot be tried (the Firestore emulator stalls on contention). */
  readonly concurrency?: boolean;
  /** Random histories to compare with the model. */
  readonly runs?: number;
}

/** What every `Store` must do. `open` gives an empty store each time; the suite closes it. */
export function storeContract(
  name: string,
  open: () => Promise<Store>,
  { concurrency = true, runs = 100 }: ContractOptions = {},
): void {
  describe(`store contract: ${name}`, () => {
    let store: Store;
    beforeEach(async () => {
      store = await open();
    });
    afterEach(() => store.close());
    const use: Use = (body) => store.transaction(body);

    describe('documents', () => documentsContract(use));
    describe('find', () => findContract(use));
    describe('due', () => dueContract(use));
    describe('list', () => listContract(use));
    describe('amend', () => amendContract(use));
    describe('one transaction', () => transactionContract(use));
    describe('reads come before writes', () => readsFirstContract(use));
    describe('ids and keys', () => oddTextContract(use));
    describe('large documents', () => largeContract(use));
    describe('misuse is told at once', () => misuseContract(() => store, open));
    if (concurrency) describe('many at once', () => concurrencyContract(use));

    it('behaves as a map in memory does, whatever is done to it', async () => {
      await fc.assert(
        fc.asyncProperty(HISTORY, async (history) => {
          const tried = await open();
          try {
            await compareWithModel(tried, history);
          } finally {
            await tried.close();
          }
        }),
        { numRuns: runs },
      );
    });
  });
}

type Use = Store['transaction'];

function documentsContract(use: Use): void {
  it('gives back what was put', async () => {
    await put(use, 'meta', 'schema', { value: '1' });
    expect(await use((tx) => tx.get('meta', 'schema'))).toEqual({ value: '1' });
  });

  it('knows nothing of what was never put, nor of the same id in another collection', async () => {
    await put(use, 'meta', 'm1', { value: 'x' });
    expect(await use((tx) => tx.get('meta', 'm2'))).toBeUndefined();
    expect(await use((tx) => tx.get('seen', 'm1'))).toBeUndefined();
  });

  it('replaces a document whole', async () => {
    await put(use, 'outbox', 'o', { ...outboxRow(1n), leaseUntil: 2n, parked: 'why' });
    await put(use, 'outbox', 'o', { ...outboxRow(3n), leaseUntil: undefined });
    const row = await use((tx) => tx.get('outbox', 'o'));
    expect(row).toEqual(outboxRow(3n));
    expect(row?.leaseUntil).toBeUndefined();
  });

  it('deletes, and does not mind deleting what is not there', async () => {
    await put(use, 'meta', 'a', { value: 'x' });
    await use(async (tx) => {
      tx.delete('meta', 'a');
      tx.delete('meta', 'never');
    });
    expect(await use((tx) => tx.get('meta', 'a'))).toBeUndefined();
  });

  it('getMany gives those that exist, by id, each once', async () => {
    for (const id of ['a', 'b', 'c']) await put(use, 'meta', id, { value: id });
    const found = await use((tx) => tx.getMany('meta', new Set(['c', 'a', 'missing'])));
    expect(sorted(found)).toEqual([
      ['a', { value: 'a' }],
      ['c', { value: 'c' }],
    ]);
    expect((await use((tx) => tx.getMany('meta', ['b', 'b']))).size).toBe(1);
    expect((await use((tx) => tx.getMany('meta', []))).size).toBe(0);
  });

  it('getMany takes more ids than a query of any store can hold', async () => {
    await put(use, 'meta', 'id-3', { value: 'first' });
    await put(use, 'meta', 'id-1199', { value: 'last' });
    const found = await use((tx) => tx.getMany('meta', numbered('id', 1200)));
    expect(sorted(found)).toEqual([
      ['id-1199', { value: 'last' }],
      ['id-3', { value: 'first' }],
    ]);
  });

  it('keeps nested documents and times to the nanosecond', async () => {
    await put(use, 'registers', 'policy|x', REGISTER);
    expect(await use((tx) => tx.get('registers', 'policy|x'))).toEqual(REGISTER);
  });

  it('keeps who changed what by when it was, so that a period is read without the others', async () => {
    const change = (at: string, reason?: string): ChangeRecord => ({
      id: `log|${at}|1`,
      kind: 'set-iam-policy',
      method: 'SetIamPolicy',
      asset: '//iam.googleapis.com/x',
      time: parseTime(at)!,
      changes: [],
      actor: {
        principal: 'jane@acme.example',
        delegation: [],
        ...(reason === undefined ? {} : { reason }),
      },
    });
    const times = [
      '2026-09-30T23:59:59.999999999Z',
      '2026-10-01T00:00:00.000000001Z',
      '2026-12-31T00:00:00Z',
    ];
    for (const at of times.toReversed()) {
      const id = `${formatTime(parseTime(at)!)}|log|${at}|1`;
      await put(use, 'changes', id, change(at, 'PAY-7'), { expiresAt: parseTime(at)! + 400n * DAY });
    }
    const found = await use((tx) => tx.list('changes', formatTime(parseTime('2026-10-01T00:00:00Z')!), 10));
    expect([...found.values()]).toEqual(times.slice(1).map((at) => change(at, 'PAY-7')));
  });

  it('keeps text from the cloud as it came', async () => {
    for (const value of [
      '',
      ' ',
      'é😀\u2028"\\\n\0',
      '\uD800',
      '{"$ns":"00000000000000000001"}',
      'x'.repeat(10_000),
    ]) {
      await put(use, 'meta', 'text', { value });
      expect(await use((tx) => tx.get('meta', 'text'))).toEqual({ value });
    }
  });

  it('keeps a document of 800 kB', async () => {
    const large = { at: 1n, why: 'too long', body: 'é'.repeat(400_000) };
    await put(use, 'quarantine', 'large', large);
    const found = await use((tx) => tx.get('quarantine', 'large'));
    expect(found?.body === large.body).toBe(true);
  });

  it('is not touched by what becomes of a value after it was put, or got', async () => {
    const causes = ['act:1'];
    const incident = {
      id: 'i',
      causes,
      findings: [],
      openedAt: 1n,
      revision: 1,
      sent: [],
      events: [],
      forgotten: 0,
    };
    await use(async (tx) => {
      tx.put('incidents', 'i', incident);
      causes.push('act:2');
    });
    const read = async () => (await use((tx) => tx.get('incidents', 'i')))?.causes as string[];
    const got = await read();
    got.push('act:3');
    expect(await read()).toEqual(['act:1']);
  });
}

function findContract(use: Use): void {
  const idsBy = async (...keys: readonly string[]) => ids(await use((tx) => tx.find('meta', keys)));

  it('gives the documents that have any of the keys, each once, by id', async () => {
    await put(use, 'meta', 'a', { value: 'A' }, { keys: ['x', 'y'] });
    await put(use, 'meta', 'b', { value: 'B' }, { keys: ['y'] });
    await put(use, 'meta', 'c', { value: 'C' });
    expect(sorted(await use((tx) => tx.find('meta', ['x', 'y', 'y'])))).toEqual([
      ['a', { value: 'A' }],
      ['b', { value: 'B' }],
    ]);
    expect(await idsBy('x')).toEqual(['a']);
    expect(await idsBy('z')).toEqual([]);
    expect(await idsBy()).toEqual([]);
  });

  it('matches keys whole, and within the collection', async () => {
    await put(use, 'meta', 'a', { value: 'A' }, { keys: ['ksa:pool[ns/app]'] });
    await put(use, 'seen', 'b', { at: 1n }, { keys: ['other'] });
    for (const near of ['ksa:pool[ns/ap', 'ksa:pool[ns/app]x', 'KSA:pool[ns/app]', 'other', '']) {
      expect(await idsBy(near)).toEqual([]);
    }
  });

  it('forgets the keys that a later put no longer names', async () => {
    await put(use, 'meta', 'a', { value: '1' }, { keys: ['kept', 'dropped'] });
    await put(use, 'meta', 'a', { value: '2' }, { keys: ['kept', 'added', 'added'] });
    expect(await idsBy('dropped')).toEqual([]);
    expect(await idsBy('kept')).toEqual(['a']);
    expect(await idsBy('added')).toEqual(['a']);
    await put(use, 'meta', 'a', { value: '3' });
    expect(await idsBy('kept', 'added')).toEqual([]);
  });

  it('forgets the keys of what was deleted, even when it comes again', async () => {
    await put(use, 'meta', 'a', { value: '1' }, { keys: ['k'] });
    await use(async (tx) => tx.delete('meta', 'a'));
    expect(await idsBy('k')).toEqual([]);
    await put(use, 'meta', 'a', { value: '2' });
    expect(await idsBy('k')).toEqual([]);
  });

  it('takes more keys than a query of any store can hold', async () => {
    await put(use, 'meta', 'a', { value: 'A' }, { keys: ['key-0', 'key-700'] });
    await put(use, 'meta', 'b', { value: 'B' }, { keys: ['key-1199'] });
    expect(await idsBy(...numbered('key', 1200))).toEqual(['a', 'b']);
  });
}

function dueContract(use: Use): void {
  const due = async (now: bigint, limit = 100) => [
    ...(await use((tx) => tx.due('outbox', now, limit))).keys(),
  ];
  const putRow = (id: string, dueAt: bigint | undefined) =>
    put(use, 'outbox', id, outboxRow(dueAt ?? 0n), { dueAt });

  it('gives what is due, the earliest first, with the documents', async () => {
    await putRow('b', 20n);
    await putRow('c', 9n);
    await putRow('a', 100n);
    expect(await due(100n)).toEqual(['c', 'b', 'a']);
    expect(await due(99n)).toEqual(['c', 'b']);
    expect(await due(8n)).toEqual([]);
    expect((await use((tx) => tx.due('outbox', 9n, 1))).get('c')).toEqual(outboxRow(9n));
  });

  it('gives the earliest when there are more than the limit', async () => {
    for (const [i, id] of ['e', 'd', 'c', 'b', 'a'].entries()) await putRow(id, BigInt(i));
    expect(await due(100n, 2)).toEqual(['e', 'd']);
    expect(await due(100n, 0)).toEqual([]);
  });

  it('orders what is due at one time by id', async () => {
    for (const id of ['b', 'c', 'a']) await putRow(id, 5n);
    expect(await due(5n, 2)).toEqual(['a', 'b']);
  });

  it('tells one nanosecond from the next', async () => {
    await putRow('a', 1_788_000_000_000_000_001n);
    expect(await due(1_788_000_000_000_000_000n)).toEqual([]);
    expect(await due(1_788_000_000_000_000_001n)).toEqual(['a']);
  });

  it('leaves out what has no due time', async () => {
    await putRow('never', undefined);
    await put(use, 'outbox', 'no-index', outboxRow(1n));
    await put(use, 'seen', 'elsewhere', { at: 1n }, { dueAt: 1n });
    expect(await due(10n ** 19n)).toEqual([]);
  });

  it('follows a change of the due time', async () => {
    await putRow('a', 1n);
    await putRow('b', 2n);
    await putRow('a', 50n);
    expect(await due(10n)).toEqual(['b']);
    expect(await due(50n)).toEqual(['b', 'a']);
    await putRow('a', undefined);
    await use(async (tx) => tx.delete('outbox', 'b'));
    expect(await due(50n)).toEqual([]);
  });
}

function amendContract(use: Use): void {
  const amend = <C extends Collection>(
    collection: C,
    id: string,
    document: Documents[C],
    renamed?: ReadonlyMap<string, string>,
  ) => use(async (tx) => tx.amend(collection, id, document, renamed));
  const byKey = async (...keys: readonly string[]) => ids(await use((tx) => tx.find('outbox', keys)));

  it('replaces a document, and leaves its keys and when it is due', async () => {
    await put(use, 'outbox', 'a', outboxRow(5n), { keys: ['x', 'y'], dueAt: 5n, expiresAt: 10n ** 19n });
    await amend('outbox', 'a', outboxRow(9n));
    expect(await use((tx) => tx.get('outbox', 'a'))).toEqual(outboxRow(9n));
    expect(await byKey('x')).toEqual(['a']);
    expect(await byKey('y')).toEqual(['a']);
    expect([...(await use((tx) => tx.due('outbox', 5n, 9))).keys()]).toEqual(['a']);
    expect([...(await use((tx) => tx.due('outbox', 4n, 9))).keys()]).toEqual([]);
  });

  it('renames the keys that it is told to, of that document only', async () => {
    for (const id of ['a', 'b'])
      await put(use, 'outbox', id, outboxRow(1n), { keys: ['who:sam', 'who:lee', 'z'] });
    await amend(
      'outbox',
      'a',
      outboxRow(1n),
      new Map([
        ['who:sam', 'who:somebody'],
        ['who:lee', 'who:somebody'],
        ['never', 'who:never'],
      ]),
    );
    expect(await byKey('who:sam', 'who:lee')).toEqual(['b']);
    expect(await byKey('who:somebody')).toEqual(['a']);
    expect(await byKey('z')).toEqual(['a', 'b']);
    expect(await byKey('who:never')).toEqual([]);
  });

  it('makes nothing where there is nothing', async () => {
    await amend('meta', 'never', { value: 'x' });
    expect(await use((tx) => tx.get('meta', 'never'))).toBeUndefined();
  });

  it('takes a large document for a small one, and back, with its keys', async () => {
    const large = { at: 1n, why: 'too long', body: incompressible(1_500_000) };
    await put(use, 'quarantine', 'q', { at: 1n, why: 'short', body: '' }, { keys: ['k'] });
    await amend('quarantine', 'q', large);
    expect((await use((tx) => tx.get('quarantine', 'q')))?.body === large.body).toBe(true);
    await amend('quarantine', 'q', { at: 1n, why: 'short', body: '(erased)' });
    const found = await use((tx) => tx.find('quarantine', ['k']));
    expect(sorted(found)).toEqual([['q', { at: 1n, why: 'short', body: '(erased)' }]]);
  });
}

function listContract(use: Use): void {
  const page = async (after: string | undefined, limit: number) => [
    ...(await use((tx) => tx.list('meta', after, limit))).keys(),
  ];

  it('gives all documents by id in text order, page by page', async () => {
    for (const id of ['b', 'a', 'ab', 'B', '', 'c', '10', '9']) await put(use, 'meta', id, { value: id });
    await put(use, 'seen', 'aa', { at: 1n });
    expect(await page(undefined, 100)).toEqual(['', '10', '9', 'B', 'a', 'ab', 'b', 'c']);
    expect(await page(undefined, 3)).toEqual(['', '10', '9']);
    expect(await page('9', 3)).toEqual(['B', 'a', 'ab']);
    expect(await page('ab', 3)).toEqual(['b', 'c']);
    expect(await page('c', 3)).toEqual([]);
    expect(await page(undefined, 0)).toEqual([]);
  });

  it('goes on after an id that is no longer there', async () => {
    for (const id of ['a', 'c']) await put(use, 'meta', id, { value: id });
    expect(await page('b', 3)).toEqual(['c']);
  });

  it('orders by code point, as UTF-8 does and UTF-16 does not', async () => {
    for (const id of ['😀', '\uFF5E', 'é', 'z']) await put(use, 'meta', id, { value: id });
    expect(await page(undefined, 9)).toEqual(['z', 'é', '\uFF5E', '😀']);
    expect(await page('\uFF5E', 9)).toEqual(['😀']);
  });
}

function transactionContract(use: Use): void {
  it('gives what its body gives', async () => {
    expect(await use(async () => 'result')).toBe('result');
    expect(await use(async () => undefined)).toBeUndefined();
  });

  it('writes to several collections, all at once', async () => {
    await put(use, 'meta', 'old', { value: 'x' }, { keys: ['k'] });
    await use(async (tx) => {
      tx.put('seen', 'm', { at: 1n });
      tx.put('outbox', 'o', outboxRow(1n), { dueAt: 1n });
      tx.delete('meta', 'old');
    });
    expect(await everything(use)).toEqual(['outbox/o', 'seen/m']);
  });

  it('leaves nothing behind when its body throws, and throws the same', async () => {
    await put(use, 'meta', 'kept', { value: 'before' }, { keys: ['k'], dueAt: 1n });
    const failure = new Error('from the body');
    const failing = use(async (tx) => {
      await tx.get('meta', 'kept');
      tx.put('meta', 'kept', { value: 'after' });
      tx.put('seen', 'new', { at: 1n }, { keys: ['k'] });
      tx.delete('meta', 'kept');
      throw failure;
    });
    await expect(failing).rejects.toBe(failure);
    expect(await everything(use)).toEqual(['meta/kept']);
    expect(ids(await use((tx) => tx.find('meta', ['k'])))).toEqual(['kept']);
    expect(ids(await use((tx) => tx.due('meta', 1n, 9)))).toEqual(['kept']);
    expect(await use((tx) => tx.get('meta', 'kept'))).toEqual({ value: 'before' });
  });

  it('leaves nothing behind when its body throws before it waits for anything', async () => {
    const failing = use((tx) => {
      tx.put('meta', 'a', { value: 'x' });
      throw new Error('at once');
    });
    await expect(failing).rejects.toThrow('at once');
    expect(await everything(use)).toEqual([]);
  });

  it('goes on after one that failed', async () => {
    await expect(use(async () => Promise.reject(new Error('first')))).rejects.toThrow('first');
    await put(use, 'meta', 'a', { value: 'x' });
    expect(await everything(use)).toEqual(['meta/a']);
  });

  it('applies its writes in their order', async () => {
    await put(use, 'meta', 'c', { value: 'old' }, { keys: ['old'] });
    await use(async (tx) => {
      tx.put('meta', 'a', { value: '1' }, { keys: ['one'] });
      tx.put('meta', 'a', { value: '2' }, { keys: ['two'] });
      tx.put('meta', 'b', { value: 'x' }, { keys: ['one'] });
      tx.delete('meta', 'b');
      tx.delete('meta', 'c');
      tx.put('meta', 'c', { value: 'new' });
    });
    expect(sorted(await use((tx) => tx.list('meta', undefined, 9)))).toEqual([
      ['a', { value: '2' }],
      ['c', { value: 'new' }],
    ]);
    expect(ids(await use((tx) => tx.find('meta', ['one', 'old'])))).toEqual([]);
    expect(ids(await use((tx) => tx.find('meta', ['two'])))).toEqual(['a']);
  });
}

function readsFirstContract(use: Use): void {
  const reads: readonly [string, (tx: Transaction) => Promise<unknown>][] = [
    ['get', (tx) => tx.get('meta', 'a')],
    ['getMany', (tx) => tx.getMany('seen', ['a'])],
    ['getMany of nothing', (tx) => tx.getMany('seen', [])],
    ['find', (tx) => tx.find('meta', ['k'])],
    ['due', (tx) => tx.due('outbox', 1n, 1)],
    ['list', (tx) => tx.list('meta', undefined, 1)],
  ];
  const writes: readonly [string, (tx: Transaction) => void][] = [
    ['put', (tx) => tx.put('meta', 'a', { value: 'x' })],
    ['delete', (tx) => tx.delete('meta', 'kept')],
  ];
  const pairs = reads.flatMap(([read, doRead]) =>
    writes.map(([write, doWrite]) => ({ read, write, doRead, doWrite })),
  );

  it.each(pairs)('$read after $write throws, and nothing is written', async ({ doRead, doWrite }) => {
    await put(use, 'meta', 'kept', { value: 'x' });
    const breaking = use(async (tx) => {
      await tx.get('meta', 'kept');
      doWrite(tx);
      await doRead(tx);
    });
    await expect(breaking).rejects.toThrow('after its first write');
    expect(await everything(use)).toEqual(['meta/kept']);
  });
}

function oddTextContract(use: Use): void {
  it.each(ODD_TEXTS)('%j is an id like any other', async (id) => {
    await put(use, 'meta', id, { value: 'x' }, { keys: ['k'], dueAt: 1n });
    expect(await use((tx) => tx.get('meta', id))).toEqual({ value: 'x' });
    expect(ids(await use((tx) => tx.getMany('meta', [id])))).toEqual([id]);
    expect(ids(await use((tx) => tx.find('meta', ['k'])))).toEqual([id]);
    expect(ids(await use((tx) => tx.due('meta', 1n, 9)))).toEqual([id]);
    expect(ids(await use((tx) => tx.list('meta', undefined, 9)))).toEqual([id]);
    expect(ids(await use((tx) => tx.list('meta', id, 9)))).toEqual([]);
    await use(async (tx) => tx.delete('meta', id));
    expect(await everything(use)).toEqual([]);
  });

  it.each(ODD_TEXTS)('%j is a key like any other', async (key) => {
    await put(use, 'meta', 'a', { value: 'x' }, { keys: [key] });
    await put(use, 'meta', 'b', { value: 'x' }, { keys: [`${key}.`] });
    expect(ids(await use((tx) => tx.find('meta', [key])))).toEqual(['a']);
  });

  it('no two of them are one', async () => {
    for (const text of ODD_TEXTS) await put(use, 'meta', text, { value: text }, { keys: [text] });
    const all = await use((tx) => tx.getMany('meta', ODD_TEXTS));
    expect(new Map([...all].map(([id, { value }]) => [id, value]))).toEqual(
      new Map(ODD_TEXTS.map((text) => [text, text])),
    );
    for (const text of ODD_TEXTS) expect(ids(await use((tx) => tx.find('meta', [text])))).toEqual([text]);
  });
}

function largeContract(use: Use): void {
  // Beyond what one document of any store takes, and no compression helps.
  const body = incompressible(3_000_000);
  const keys = numbered('member', 6_000);

  it('keeps one with a body of megabytes and thousands of keys, found by any of them', async () => {
    await put(use, 'quarantine', 'large', { at: 1n, why: 'large', body }, { keys, dueAt: 5n });
    await put(
      use,
      'quarantine',
      'small',
      { at: 2n, why: 'small', body: '' },
      { keys: ['member-5999'], dueAt: 5n },
    );
    expect((await use((tx) => tx.get('quarantine', 'large')))?.body === body).toBe(true);
    expect(ids(await use((tx) => tx.find('quarantine', ['member-0'])))).toEqual(['large']);
    expect(ids(await use((tx) => tx.find('quarantine', ['member-5999'])))).toEqual(['large', 'small']);
    expect(ids(await use((tx) => tx.find('quarantine', ['member-0', 'member-5999'])))).toEqual([
      'large',
      'small',
    ]);
    expect(ids(await use((tx) => tx.getMany('quarantine', ['large', 'small'])))).toEqual(['large', 'small']);
    expect([...(await use((tx) => tx.list('quarantine', undefined, 9))).keys()]).toEqual(['large', 'small']);
    expect([...(await use((tx) => tx.due('quarantine', 5n, 9))).keys()]).toEqual(['large', 'small']);
  });

  it('forgets all of one that became small, and of one that was deleted', async () => {
    await put(use, 'quarantine', 'shrunk', { at: 1n, why: '', body }, { keys });
    await put(use, 'quarantine', 'deleted', { at: 1n, why: '', body }, { keys });
    await put(use, 'quarantine', 'shrunk', { at: 2n, why: '', body: 'x' }, { keys: ['member-0'] });
    await use(async (tx) => tx.delete('quarantine', 'deleted'));
    expect(await use((tx) => tx.get('quarantine', 'shrunk'))).toEqual({ at: 2n, why: '', body: 'x' });
    expect(ids(await use((tx) => tx.find('quarantine', ['member-5999'])))).toEqual([]);
    expect(ids(await use((tx) => tx.find('quarantine', ['member-0'])))).toEqual(['shrunk']);
  });

  it('is replaced by another large one, in a transaction that read it', async () => {
    await put(use, 'quarantine', 'large', { at: 1n, why: '', body }, { keys: ['old'] });
    const other = incompressible(1_000_000);
    await use(async (tx) => {
      await tx.get('quarantine', 'large');
      tx.put('quarantine', 'large', { at: 2n, why: '', body: other }, { keys: ['new'] });
    });
    expect((await use((tx) => tx.find('quarantine', ['new']))).get('large')?.body === other).toBe(true);
    expect(ids(await use((tx) => tx.find('quarantine', ['old'])))).toEqual([]);
  });
}

function misuseContract(current: () => Store, open: () => Promise<Store>): void {
  it.each<[string, (store: Store) => Promise<unknown>]>([
    ['a transaction in a transaction', (store) => store.transaction(() => store.transaction(async () => {}))],
    ['closing in a transaction', (store) => store.transaction(() => store.close())],
  ])('%s', async (_what, misuse) => {
    await expect(misuse(current())).rejects.toThrow('must use the store through its transaction');
    await put((body) => current().transaction(body), 'meta', 'a', { value: 'still works' });
  });

  it('what a body leaves running may use the store once the body has ended', async () => {
    const store = current();
    let later: Promise<unknown> = Promise.resolve();
    const ended = Promise.withResolvers<void>();
    await store.transaction(async () => {
      later = ended.promise.then(() => store.transaction(async () => {}));
    });
    ended.resolve();
    await later;
  });

  it('two stores at once are no nesting', async () => {
    const other = await open();
    await current().transaction(() => other.transaction(async (tx) => tx.put('meta', 'a', { value: 'x' })));
    await other.close();
  });

  it('a read after a write fails the transaction even when its body looks away', async () => {
    const breaking = current().transaction(async (tx) => {
      tx.put('meta', 'a', { value: 'x' });
      await tx.get('meta', 'a').catch(() => undefined);
    });
    await expect(breaking).rejects.toThrow('Firestore');
    expect(await current().transaction((tx) => tx.get('meta', 'a'))).toBeUndefined();
  });

  it('a read-only transaction reads, and throws when it writes', async () => {
    await put((body) => current().transaction(body), 'meta', 'a', { value: 'x' });
    const read = (body: Parameters<Store['transaction']>[0]) => current().transaction(body, 'read-only');
    expect(await read((tx) => tx.get('meta', 'a'))).toEqual({ value: 'x' });
    await expect(read(async (tx) => tx.put('meta', 'a', { value: 'y' }))).rejects.toThrow('read-only');
    await expect(read(async (tx) => tx.delete('meta', 'a'))).rejects.toThrow('read-only');
    expect(await read((tx) => tx.get('meta', 'a'))).toEqual({ value: 'x' });
  });

  it('a transaction that has ended', async () => {
    const ended = await current().transaction(async (tx) => [tx]);
    await expect(ended[0]!.get('meta', 'a')).rejects.toThrow('after its body had ended');
    expect(() => ended[0]!.put('meta', 'a', { value: 'x' })).toThrow('after its body had ended');
  });

  it('a store that is closed, once what was begun is done; closing twice is nothing', async () => {
    const store = await open();
    const last = store.transaction(async (tx) => tx.put('meta', 'a', { value: 'x' }));
    await Promise.all([store.close(), store.close()]);
    await last;
    await expect(store.transaction(async () => {})).rejects.toThrow('the store is closed');
  });

  it('a limit that is none, a negative time, a document that is not data', async () => {
    const use: Use = (body) => current().transaction(body);
    await expect(use((tx) => tx.list('meta', undefined, -1))).rejects.toThrow(RangeError);
    await expect(use((tx) => tx.due('meta', -1n, 1))).rejects.toThrow(RangeError);
    const undated = { value: new Date(0) as unknown as string };
    await expect(use(async (tx) => tx.put('meta', 'a', undated))).rejects.toThrow(TypeError);
  });
}

function concurrencyContract(use: Use): void {
  it('50 increments at once make 50', async () => {
    await Promise.all(Array.from({ length: 50 }, () => use(increment)));
    expect(await use((tx) => tx.get('meta', 'counter'))).toEqual({ value: '50' });
  });

  it('a slow transaction is seen whole or not at all', async () => {
    await put(use, 'meta', 'left', { value: '0' });
    await put(use, 'seen', 'right', { at: 0n });
    const both = async (tx: Transaction) => [
      (await tx.get('meta', 'left'))?.value,
      String((await tx.get('seen', 'right'))?.at),
    ];
    const slow = use(async (tx) => {
      await both(tx);
      await someTurns();
      tx.put('meta', 'left', { value: '1' });
      await someTurns();
      tx.put('seen', 'right', { at: 1n });
      await someTurns();
    });
    const views = await Promise.all(Array.from({ length: 5 }, () => use(both)));
    await slow;
    for (const [left, right] of views) expect(left).toBe(right);
    expect(await use(both)).toEqual(['1', '1']);
  });

  it('of many who look whether a thing is there and then put it, one does', async () => {
    const claim = async (id: string) =>
      use(async (tx) => {
        if ((await tx.find('outbox', ['incident:1'])).size > 0) return;
        await someTurns();
        tx.put('outbox', id, outboxRow(1n), { keys: ['incident:1'] });
      });
    await Promise.all(numbered('sender', 10).map(claim));
    expect((await use((tx) => tx.list('outbox', undefined, 99))).size).toBe(1);
  });

  it('one that fails does not touch the others', async () => {
    const outcomes = await Promise.allSettled(
      Array.from({ length: 20 }, (_, i) =>
        use(async (tx) => {
          await increment(tx);
          await someTurns();
          if (i % 2 === 0) throw new Error('every other one');
        }),
      ),
    );
    expect(outcomes.filter(({ status }) => status === 'rejected')).toHaveLength(10);
    expect(await use((tx) => tx.get('meta', 'counter'))).toEqual({ value: '10' });
  });
}

/** Adds one to a counter: two reads of one value would lose an increment. */
export async function increment(tx: Transaction): Promise<void> {
  const counter = await tx.get('meta', 'counter');
  tx.put('meta', 'counter', { value: String(Number(counter?.value ?? '0') + 1) });
}

const ODD_TEXTS = [
  '',
  '.',
  '..',
  '__name__',
  '__proto__',
  'a/b',
  '/',
  'policy|//iam.googleapis.com/projects/-/serviceAccounts/x@p.iam.gserviceaccount.com',
  '%',
  '%2F',
  "'; DROP TABLE documents; --",
  '*',
  ' ',
  'ÉCOLE',
  'École',
  '\u00e9',
  'e\u0301',
  '😀',
  '\0',
  'a\0b',
  'a',
  '\uFFFD',
  '\uFFFDd800',
  '\uD800',
  '\uDC00',
  'x'.repeat(1000),
  'x'.repeat(999),
  '|/%😀'.repeat(200),
];

const PROJECT = '//cloudresourcemanager.googleapis.com/projects/1';
const REGISTER: Register = {
  content: 'policy',
  name: PROJECT,
  ancestors: ['projects/1', 'folders/2'],
  placedAt: 1_788_345_678_123_456_789n,
  versions: [
    {
      etag: undefined,
      time: 1_788_345_678_123_456_789n,
      source: 'feed',
      grants: [
        grantOf(PROJECT, 'roles/viewer', 'serviceAccount:p.svc.id.goog[ns/app]'),
        grantOf(PROJECT, 'roles/editor', 'user:ann@example.com', {
          expression: 'request.time < x',
          title: '',
        }),
      ],
    },
  ],
  deltas: [],
  superseded: [{ etag: 'BwX=', time: 0n }],
  goneAt: 99_999_999_999_999_999_999n,
};

function outboxRow(notBefore: bigint): OutboxRow {
  return {
    kind: 'alert',
    incident: 'i',
    fresh: undefined,
    begun: undefined,
    destination: 'C1',
    attempts: 0,
    since: notBefore,
    notBefore,
    leaseUntil: undefined,
    parked: undefined,
  };
}

async function put<C extends Collection>(
  use: Use,
  collection: C,
  id: string,
  document: Documents[C],
  index?: Index,
): Promise<void> {
  await use(async (tx) => tx.put(collection, id, document, index));
}

/** Text that no compression makes much shorter, the same with every run. */
export function incompressible(length: number): string {
  const hashes = numbered('part', Math.ceil(length / 86)).map((part) =>
    createHash('sha512').update(part).digest('base64url'),
  );
  return hashes.join('').slice(0, length);
}

function numbered(prefix: string, count: number): readonly string[] {
  return Array.from({ length: count }, (_, i) => `${prefix}-${i}`);
}

// For answers whose order the port leaves open.
function sorted<T>(documents: ReadonlyMap<string, T>): readonly (readonly [string, T])[] {
  return [...documents].sort(([a], [b]) => inTextOrder(a, b));
}

function ids(documents: ReadonlyMap<string, unknown>): readonly string[] {
  return sorted(documents).map(([id]) => id);
}

function inTextOrder(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

async function everything(use: Use): Promise<readonly string[]> {
  return use(async (tx) => {
    const found: string[] = [];
    for (const collection of ['meta', 'outbox', 'seen'] as const) {
      for (const id of (await tx.list(collection, undefined, 1000)).keys()) found.push(`${collection}/${id}`);
    }
    return found;
  });
}

async function someTurns(): Promise<void> {
  for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve));
}

// The model: what the port promises, said with maps.

type Kept = 'meta' | 'seen';
type Step =
  | { readonly kind: 'delete'; readonly collection: Kept; readonly id: string }
  | {
      readonly kind: 'put';
      readonly collection: Kept;
      readonly id: string;
      readonly value: bigint;
      readonly keys: readonly string[];
      readonly dueAt: bigint | undefined;
    };
type Put = Extract<Step, { kind: 'put' }>;
type Model = Readonly<Record<Kept, ReadonlyMap<string, Put>>>;

const IDS = ['a', 'b', 'ab', 'A', 'a/b', '%', 'é', '😀', '\uFF5E', '\uD800'];
const KEYS = ['k', 'k|1', '😀', ''];
const DUE_TIMES = [0n, 1n, 9n, 10n, 1_788_000_000_000_000_000n, 1_788_000_000_000_000_001n];

const COLLECTION = fc.constantFrom<Kept>('meta', 'seen');
const STEP: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant('delete'), collection: COLLECTION, id: fc.constantFrom(...IDS) }),
  {
    arbitrary: fc.record({
      kind: fc.constant('put'),
      collection: COLLECTION,
      id: fc.constantFrom(...IDS),
      value: fc.bigInt(0n, 10n ** 20n - 1n),
      keys: fc.subarray(KEYS),
      dueAt: fc.option(fc.constantFrom(...DUE_TIMES), { nil: undefined }),
    }),
    weight: 3,
  },
);
const HISTORY = fc.array(
  fc.record({
    steps: fc.array(STEP, { maxLength: 6 }),
    fails: fc.boolean(),
    sought: fc.subarray(KEYS),
    now: fc.constantFrom(...DUE_TIMES),
    limit: fc.integer({ min: 0, max: 4 }),
    after: fc.option(fc.constantFrom(...IDS), { nil: undefined }),
  }),
  { maxLength: 8 },
);
type Chapter = typeof HISTORY extends fc.Arbitrary<(infer T)[]> ? T : never;

async function compareWithModel(store: Store, history: readonly Chapter[]): Promise<void> {
  let model: Model = { meta: new Map(), seen: new Map() };
  for (const chapter of history) {
    const done = store.transaction(async (tx) => {
      for (const step of chapter.steps) apply(tx, step);
      if (chapter.fails) throw new Error('rolled back');
    });
    if (chapter.fails) await expect(done).rejects.toThrow('rolled back');
    else {
      await done;
      model = after(model, chapter.steps);
    }
    for (const collection of ['meta', 'seen'] as const) {
      const answers = await store.transaction((tx) => answersOf(tx, collection, chapter));
      expect(answers).toEqual(expectedOf(model[collection], chapter));
    }
  }
}

function apply(tx: Transaction, step: Step): void {
  const { collection, id } = step;
  if (step.kind === 'delete') {
    tx.delete(collection, id);
    return;
  }
  const { value, keys, dueAt } = step;
  if (collection === 'meta') tx.put(collection, id, { value: String(value) }, { keys, dueAt });
  else tx.put(collection, id, { at: value }, { keys, dueAt });
}

function after(model: Model, steps: readonly Step[]): Model {
  const next = { meta: new Map(model.meta), seen: new Map(model.seen) };
  for (const step of steps) {
    if (step.kind === 'put') next[step.collection].set(step.id, step);
    else next[step.collection].delete(step.id);
  }
  return next;
}

async function answersOf(
  tx: Transaction,
  collection: Kept,
  { sought, now, limit, after }: Chapter,
): Promise<unknown> {
  return {
    all: sorted(await tx.getMany(collection, IDS)),
    first: await tx.get(collection, IDS[0]!),
    found: sorted(await tx.find(collection, sought)),
    due: [...(await tx.due(collection, now, limit))],
    listed: [...(await tx.list(collection, after, limit))],
  };
}

function expectedOf(kept: ReadonlyMap<string, Put>, { sought, now, limit, after }: Chapter): unknown {
  const rows = [...kept.values()].sort((a, b) => inTextOrder(a.id, b.id));
  const due = rows
    .filter(({ dueAt }) => dueAt !== undefined && dueAt <= now)
    .sort((a, b) => Number(a.dueAt! - b.dueAt!) || inTextOrder(a.id, b.id));
  const [first] = rows.filter(({ id }) => id === IDS[0]);
  return {
    all: rows.map(entry),
    first: first && entry(first)[1],
    found: rows.filter(({ keys }) => keys.some((key) => sought.includes(key))).map(entry),
    due: due.slice(0, limit).map(entry),
    listed: rows
      .filter(({ id }) => after === undefined || inTextOrder(id, after) > 0)
      .slice(0, limit)
      .map(entry),
  };
}

function entry({ collection, id, value }: Put): readonly [string, Documents[Kept]] {
  return [id, collection === 'meta' ? { value: String(value) } : { at: value }];
}
