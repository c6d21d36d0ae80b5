import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openFirestoreStore } from '../../shared/adapters/firestore-store.ts';
import { StoreRefused } from '../../shared/adapters/store-rules.ts';
import { type Store, StoreUnavailable, type Transaction } from '../../shared/ports.ts';
import { type FirestoreServer, startFirestoreServer } from './firestore-server.ts';

process.env.METADATA_SERVER_DETECTION = 'none';

let server: FirestoreServer;
let store: Store;
beforeEach(async () => {
  server = await startFirestoreServer();
  store = openFirestoreStore({ projectId: 'acme-sec', databaseId: 'watch', emulatorHost: server.host });
});
afterEach(async () => {
  await store.close();
  await server.close();
});

const reading = (tx: Transaction) => tx.get('meta', 'a');
const finding = (tx: Transaction) => tx.find('meta', ['k']);
const writing = async (tx: Transaction) => tx.put('meta', 'a', { value: 'x' });
/** It has connected. */
const warm = () => store.transaction(reading);

describe('when others were at the same documents', () => {
  it.each([
    ['a read', 'BatchGetDocuments', reading],
    ['a query', 'RunQuery', finding],
    ['the commit', 'Commit', writing],
  ] as const)('%s is tried again, from the start', async (_what, method, body) => {
    await warm();
    let runs = 0;
    server.fail(method, 10, 2);
    await store.transaction(async (tx) => {
      runs++;
      await body(tx);
    });
    expect(runs).toBe(3);
  });

  it('it is given up after six attempts, so that the message comes again', async () => {
    await warm();
    let runs = 0;
    server.fail('Commit', 10, 100);
    const outcome = store.transaction(async (tx) => {
      runs++;
      await writing(tx);
    });
    await expect(outcome).rejects.toThrow(StoreUnavailable);
    await expect(outcome).rejects.toThrow('cannot commit: ABORTED: as it was told');
    expect(runs).toBe(6);
  }, 20_000);

  it('what its body throws is not tried again, whatever code it bears', async () => {
    await warm();
    let runs = 0;
    const failure = Object.assign(new Error('of the body'), { code: 10 });
    const outcome = store.transaction(async () => {
      runs++;
      throw failure;
    });
    await expect(outcome).rejects.toBe(failure);
    expect(runs).toBe(1);
  });
});

describe('when Firestore refuses', () => {
  it.each([
    ['says that there is no such database', 5, 'there is no such database. Create it in Native mode'],
    ['does not know this account', 7, 'Give the account roles/datastore.user'],
    ['lacks an index', 9, 'Create the indexes of shared/adapters/firestore-layout.ts'],
  ])('because it %s, somebody must mend it', async (_what, status, remedy) => {
    await warm();
    server.fail('BatchGetDocuments', status, 1);
    const outcome = store.transaction(reading);
    await expect(outcome).rejects.toThrow(StoreRefused);
    await expect(outcome).rejects.toThrow(remedy);
    await expect(outcome).rejects.toThrow('watch of project acme-sec');
    await expect(outcome).rejects.toThrow('It says: as it was told');
  });

  it.each([
    ['CANCELLED', 1],
    ['UNAUTHENTICATED', 16],
    ['RESOURCE_EXHAUSTED', 8],
  ])('for now (%s), it is unavailable, and not asked again at once', async (name, status) => {
    await warm();
    const before = server.calls.length;
    server.fail('RunQuery', status, 1);
    const outcome = store.transaction(finding);
    await expect(outcome).rejects.toThrow(StoreUnavailable);
    await expect(outcome).rejects.toThrow(`cannot read meta: ${name}: as it was told`);
    expect(server.calls.slice(before).filter((method) => method === 'RunQuery')).toHaveLength(1);
  });

  it('what we sent, that is our fault, and told as such', async () => {
    await warm();
    server.fail('Commit', 3, 1);
    const outcome = store.transaction(writing);
    await expect(outcome).rejects.toThrow('cannot commit: INVALID_ARGUMENT: as it was told');
    await expect(outcome).rejects.not.toThrow(StoreUnavailable);
  });

  it('to be connected to, the next transaction tries again', async () => {
    server.fail('BatchGetDocuments', 7, 1);
    await expect(store.transaction(reading)).rejects.toThrow(StoreRefused);
    expect(await store.transaction(reading)).toBeUndefined();
  });
});

describe('when nobody answers', () => {
  const hasty = () =>
    openFirestoreStore({ projectId: 'acme-sec', emulatorHost: server.host, timeoutMillis: 200 });

  it('a transaction ends in the time given, and does not begin later', async () => {
    server.hold();
    const waiting = hasty();
    let ran = false;
    const outcome = waiting.transaction(async () => {
      ran = true;
    });
    await expect(outcome).rejects.toThrow(StoreUnavailable);
    await expect(outcome).rejects.toThrow('no answer in 200 ms');
    server.release();
    await waiting.close();
    expect(ran).toBe(false);
  });

  it('a body that takes too long writes nothing', async () => {
    const waiting = hasty();
    await warm();
    const before = server.written();
    const ended = Promise.withResolvers<void>();
    const outcome = waiting.transaction(async (tx) => {
      await ended.promise;
      await writing(tx);
    });
    await expect(outcome).rejects.toThrow('no answer in 200 ms');
    ended.resolve();
    await waiting.close();
    expect(server.written() - before).toBeLessThanOrEqual(1);
  });
});

describe('without credentials', () => {
  it('it is unavailable, nothing else breaks, and they are looked for again', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'anchorwatch-')), 'credentials.json');
    process.env.GOOGLE_APPLICATION_CREDENTIALS = file;
    const real = openFirestoreStore({ projectId: 'acme-sec' });
    try {
      const outcome = real.transaction(reading);
      await expect(outcome).rejects.toThrow(StoreUnavailable);
      await expect(outcome).rejects.toThrow(/no credentials: .*credentials\.json/);
      writeFileSync(file, '{}');
      await expect(real.transaction(reading)).rejects.toThrow(/no credentials: .*client_email/);
    } finally {
      delete process.env.GOOGLE_APPLICATION_CREDENTIALS;
      rmSync(dirname(file), { recursive: true });
      await real.close();
    }
  });
});
