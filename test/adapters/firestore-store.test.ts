import { Firestore } from '@google-cloud/firestore';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { encodeDocument } from '../../shared/adapters/document-codec.ts';
import {
  type FirestoreMigration,
  MIGRATIONS,
  migrate,
  SCHEMA_DOCUMENT,
} from '../../shared/adapters/firestore-migrations.ts';
import { openFirestoreStore } from '../../shared/adapters/firestore-store.ts';
import { openSqliteStore, StoreRefused } from '../../shared/adapters/sqlite-store.ts';
import { registerKeys } from '../../shared/inventory/inventory.ts';
import type { Register } from '../../shared/inventory/register.ts';
import { grantOf } from '../../shared/model/grant.ts';
import { type Store, StoreUnavailable } from '../../shared/ports.ts';
import { incompressible, storeContract } from '../contracts/store-contract.ts';
import { run, STORY } from '../contracts/store-stories.ts';
import { type Emulator, startEmulator, withEmulators } from '../emulators.ts';

withEmulators(['firestore'], () => {
  // The emulator looks at every document of a collection for each query, and this machine may have other things to do.
  jest.setTimeout(60_000);
  let emulator: Emulator;
  let databases = 0;
  const closing: (() => Promise<unknown>)[] = [];
  beforeAll(async () => {
    emulator = await startEmulator('firestore');
  }, 90_000);
  afterEach(async () => {
    for (const close of closing.splice(0)) await close();
  });
  afterAll(() => emulator.stop());

  const PROJECT = 'acme-sec';
  const fresh = (): string => `store-${databases++}`;
  const open = (databaseId = fresh()): Store =>
    openFirestoreStore({ projectId: PROJECT, databaseId, emulatorHost: emulator.host });

  /** A store, and a client that sees what it stores. */
  function opened(databaseId = fresh()): { readonly store: Store; readonly client: Firestore } {
    const store = open(databaseId);
    const client = new Firestore({ projectId: PROJECT, databaseId, host: emulator.host, ssl: false });
    closing.push(
      () => store.close(),
      () => client.terminate(),
    );
    return { store, client };
  }

  // Its races are not the service's: it lets them wait for half a minute (firebase-tools #2452).
  storeContract('Firestore', async () => open(), { concurrency: false, runs: 10 });

  it('gives what SQLite gives, whatever is done to both', async () => {
    await fc.assert(
      fc.asyncProperty(STORY, async (story) => {
        const stores = [open(), openSqliteStore({ path: ':memory:', onEphemeralDisk: false })] as const;
        const [firestore, sqlite] = await Promise.all(stores.map((store) => run(store, story)));
        expect(firestore).toEqual(sqlite);
        await Promise.all(stores.map((store) => store.close()));
      }),
      { numRuns: 15 },
    );
  });

  describe('pieces', () => {
    const large = { at: 1n, why: '', body: incompressible(2_000_000) };

    async function names(client: Firestore): Promise<readonly string[]> {
      const { docs } = await client.collection('anchorwatch-quarantine').get();
      return docs.map(({ id }) => id.replace(/^[^.]+/, 'NAME')).sort();
    }

    it('are as many as it takes, and none is left behind', async () => {
      const { store, client } = opened();
      const put = (body: string) =>
        store.transaction(async (tx) => tx.put('quarantine', 'a', { ...large, body }));
      await put(large.body);
      expect(await names(client)).toEqual(['NAME', 'NAME.1', 'NAME.2']);
      await put(incompressible(1_200_000));
      expect(await names(client)).toEqual(['NAME', 'NAME.1']);
      await put('small');
      expect(await names(client)).toEqual(['NAME']);
      await put(large.body);
      await store.transaction(async (tx) => tx.delete('quarantine', 'a'));
      expect(await names(client)).toEqual([]);
    });

    it('that Firestore has swept make what has expired one that is gone, and bring nothing back', async () => {
      const { store, client } = opened();
      const put = (body: string, keys: readonly string[]) =>
        store.transaction(async (tx) =>
          tx.put('quarantine', 'a', { ...large, body }, { keys, dueAt: 1n, expiresAt: 1n }),
        );
      const all = client.collection('anchorwatch-quarantine');
      const found = (key: string) =>
        store.transaction(async (tx) => [...(await tx.find('quarantine', [key])).keys()]);
      const keys = Array.from({ length: 6_000 }, (_, i) => `key-${i}`);
      await put(large.body, keys);
      const [first] = (await all.get()).docs.filter(({ id }) => !id.includes('.'));
      await all.doc(`${first?.id}.2`).delete();
      expect(await store.transaction(async (tx) => (await tx.get('quarantine', 'a')) === undefined)).toBe(
        true,
      );
      expect((await store.transaction((tx) => tx.due('quarantine', 1n, 9))).size).toBe(0);
      await first?.ref.delete();
      expect(await found('key-5999')).toEqual([]);
      await put('anew', ['key-0']);
      expect(await found('key-0')).toEqual(['a']);
      expect(await found('key-5999')).toEqual([]);
    });

    it('that are damaged, or missing before their time, are told with the name of the document', async () => {
      const { store, client } = opened();
      await store.transaction(async (tx) => {
        tx.put('quarantine', 'cut', large);
        tx.put('quarantine', 'spoilt', large);
        tx.put('meta', 'text', { value: 'x' });
      });
      const named = async (collection: string, id: string) =>
        (await client.collection(collection).where('id', '==', id).get()).docs[0]!.ref;
      const cut = await named('anchorwatch-quarantine', 'cut');
      await cut.parent.doc(`${cut.id}.1`).delete();
      await (await named('anchorwatch-quarantine', 'spoilt')).update({
        packed: Buffer.from('no such thing'),
      });
      await (await named('anchorwatch-meta', 'text')).update({ body: '{"value":' });
      for (const [collection, id] of [
        ['quarantine', 'cut'],
        ['quarantine', 'spoilt'],
        ['meta', 'text'],
      ] as const) {
        const reading = store.transaction((tx) => tx.get(collection, id));
        await expect(reading).rejects.toThrow(StoreUnavailable);
        await expect(reading).rejects.toThrow(`${collection}/${id}: what is stored there is damaged`);
      }
    });

    it('hold the sixteen versions of a policy with 1,500 members in one document', async () => {
      const { store, client } = opened();
      const register = largePolicy();
      const keys = registerKeys(register);
      expect(keys.length).toBeGreaterThan(3_000);
      await store.transaction(async (tx) => tx.put('registers', 'policy|p', register, { keys }));
      const { docs } = await client.collection('anchorwatch-registers').get();
      expect(docs).toHaveLength(1);
      expect(docs[0]?.get('packed').length).toBeLessThan(100_000);
      const found = await store.transaction((tx) => tx.find('registers', [keys.at(-1)!]));
      expect(encodeDocument(found.get('policy|p')) === encodeDocument(register)).toBe(true);
    });
  });

  it('more than Firestore takes in one transaction is told before it is sent', async () => {
    const { store } = opened();
    const body = incompressible(2_000_000);
    const writing = store.transaction(async (tx) => {
      for (let i = 0; i < 8; i++) tx.put('quarantine', `q${i}`, { at: 1n, why: '', body: `${i}${body}` });
    });
    await expect(writing).rejects.toThrow(/one transaction writes 8 documents of \d+ bytes together/);
    expect((await store.transaction((tx) => tx.list('quarantine', undefined, 9))).size).toBe(0);
  });

  it('ids that are too long to be indexed are listed page by page all the same', async () => {
    const { store } = opened();
    const long = 'é'.repeat(2_000);
    const ids = ['a', `${long}1`, `${long}2`, `${long}3`, 'z😀'];
    await store.transaction(async (tx) => {
      for (const id of ids) tx.put('meta', id, { value: id });
    });
    const listed: string[] = [];
    for (;;) {
      const page = await store.transaction((tx) => tx.list('meta', listed.at(-1), 2));
      if (page.size === 0) break;
      for (const [id, { value }] of page) {
        expect(value).toBe(id);
        listed.push(id);
      }
    }
    expect([...listed].sort()).toEqual([...ids].sort());
    // Their order among themselves is not that of their text, but always the same.
    expect([listed[0], listed.at(-1)]).toEqual(['a', `${long}${listed.at(-1)?.at(-1)}`]);
  });

  describe('the schema', () => {
    const versionIn = async (client: Firestore) => (await client.doc(SCHEMA_DOCUMENT).get()).get('version');
    const latest = MIGRATIONS.length;

    it('is noted with the first use, by whoever comes first', async () => {
      const { store, client } = opened();
      const others = Array.from({ length: 4 }, () => open(client.databaseId));
      await Promise.all([store, ...others].map((one) => one.transaction((tx) => tx.get('meta', 'schema'))));
      expect(await versionIn(client)).toBe(latest);
      await Promise.all(others.map((one) => one.close()));
    });

    it('migrations are numbered from one without a gap', () => {
      expect(MIGRATIONS.map(({ version }) => version)).toEqual(MIGRATIONS.map((_, i) => i + 1));
    });

    it('what was stored under an older one is brought up, step by step, each step once', async () => {
      const { store, client } = opened();
      await store.transaction(async (tx) => tx.put('meta', 'a', { value: 'kept' }));
      const steps: string[] = [];
      const step = (version: number): FirestoreMigration => ({
        version,
        change: async () => void steps.push(`to ${version}`),
      });
      const later = [...MIGRATIONS, step(latest + 1), step(latest + 2)];
      await migrate(client, later);
      await migrate(client, later);
      expect(steps).toEqual([`to ${latest + 1}`, `to ${latest + 2}`]);
      expect(await versionIn(client)).toBe(latest + 2);
      expect(await store.transaction((tx) => tx.get('meta', 'a'))).toEqual({ value: 'kept' });
    });

    it('a step that fails leaves the version, and is taken again', async () => {
      const { client } = opened();
      await migrate(client);
      let fails = true;
      const change = async () => {
        if (fails) throw new Error('half way');
      };
      const later = [...MIGRATIONS, { version: latest + 1, change }];
      await expect(migrate(client, later)).rejects.toThrow('half way');
      expect(await versionIn(client)).toBe(latest);
      fails = false;
      await migrate(client, later);
      expect(await versionIn(client)).toBe(latest + 1);
    });

    it.each([
      [latest + 1, 'written by a newer Anchorwatch; this one knows 1. Upgrade Anchorwatch, or name another'],
      ['one', 'is "one". Restore it'],
      [0, 'is 0. Restore it'],
    ])('version %p is refused, and nothing is touched', async (version, why) => {
      const { store, client } = opened();
      await client.doc(SCHEMA_DOCUMENT).set({ version });
      const using = store.transaction(async (tx) => tx.put('meta', 'a', { value: 'x' }));
      await expect(using).rejects.toThrow(StoreRefused);
      await expect(using).rejects.toThrow(why);
      await expect(using).rejects.toThrow(client.databaseId);
      expect((await client.collection('anchorwatch-meta').get()).size).toBe(1);
    });
  });
});

function largePolicy(): Register {
  const name = '//cloudresourcemanager.googleapis.com/projects/123456789012';
  const member = (i: number) =>
    i % 3 === 0
      ? `serviceAccount:acme-prod.svc.id.goog[namespace-${i % 40}/account-${i}]`
      : `user:person.number${i}@engineering.acme.example`;
  const versions = Array.from({ length: 16 }, (_, version) => ({
    etag: `BwX${version}=`,
    time: 1_788_000_000_000_000_000n - BigInt(version),
    source: 'feed' as const,
    grants: Array.from({ length: 1_500 }, (_, i) =>
      // One member comes and goes.
      grantOf(
        name,
        `roles/${i % 4 === 0 ? 'viewer' : 'storage.objectViewer'}`,
        member(i === 7 ? 9_000 + version : i),
      ),
    ),
  }));
  return {
    content: 'policy',
    name,
    ancestors: ['projects/123456789012'],
    placedAt: 1n,
    versions,
    deltas: [],
    superseded: [],
    goneAt: undefined,
  };
}
