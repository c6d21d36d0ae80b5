/** What roles permit, from an IAM API that answers, in part, late or not at all. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { liveRoleCatalog } from '../../shared/adapters/role-catalog.ts';
import { openSqliteStore } from '../../shared/adapters/sqlite-store.ts';
import { DAY, HOUR, MINUTE, type Nanos, parseTime } from '../../shared/model/time.ts';
import type { Log, RoleCatalog, RolesNow, Store } from '../../shared/ports.ts';
import { permits } from '../../shared/roles/role.ts';
import { type IamServer, type ServedRole, startIamServer } from '../iam-server.ts';

const GOOGLE: readonly ServedRole[] = [
  {
    name: 'roles/pubsub.publisher',
    title: 'Pub/Sub Publisher',
    etag: 'AA==',
    includedPermissions: ['pubsub.topics.publish'],
  },
  {
    name: 'roles/iam.securityReviewer',
    etag: 'AA==',
    includedPermissions: ['iam.roles.get', 'iam.roles.list'],
  },
  { name: 'roles/browser', etag: 'AA==', includedPermissions: ['resourcemanager.projects.get'] },
];
const OURS: ServedRole = {
  name: 'projects/acme-prod/roles/publisher',
  includedPermissions: ['pubsub.topics.publish', 'acme.custom.thing'],
};

let iam: IamServer;
let store: Store;
let now: Nanos;
let logged: string[];
beforeEach(async () => {
  iam = await startIamServer();
  iam.roles.set('', GOOGLE);
  iam.roles.set('projects/acme-prod', [OURS]);
  store = openSqliteStore({ path: ':memory:', onEphemeralDisk: false });
  now = parseTime('2026-11-22T09:00:00Z')!;
  logged = [];
});
afterEach(async () => {
  await iam.close();
  await store.close();
});

const note = (message: string, fields?: object) => void logged.push(`${message} ${JSON.stringify(fields)}`);
const log: Log = { info: note, warn: note, error: note };

function catalog(more: Partial<Parameters<typeof liveRoleCatalog>[0]> = {}): RoleCatalog {
  return liveRoleCatalog({
    scopes: ['projects/acme-prod'],
    store,
    clock: { now: () => now },
    log,
    rootUrl: iam.url,
    longestWaitMillis: 1,
    ...more,
  });
}

const permissions = ({ catalogue }: RolesNow, role: string) => catalogue.permissionsOf(role)?.names();

describe('a reading', () => {
  it('knows what each role permits, page after page', async () => {
    iam.pageSize = 1;
    const read = await catalog().current();
    expect(read.catalogue).toMatchObject({ source: 'live', asOf: now, size: 4 });
    expect(read.gaps).toEqual([]);
    expect(permissions(read, 'roles/iam.securityReviewer')).toEqual(['iam.roles.get', 'iam.roles.list']);
    expect(read.catalogue.role('roles/pubsub.publisher')).toMatchObject({
      title: 'Pub/Sub Publisher',
      complete: true,
    });
    expect(iam.requests.map(({ path, query }) => `${path} ${query.get('pageToken') ?? 'first'}`)).toEqual([
      '/v1/roles first',
      '/v1/roles 1',
      '/v1/roles 2',
      '/v1/projects/acme-prod/roles first',
    ]);
  });

  it('knows the custom roles of projects and organisations', async () => {
    iam.roles.set('organizations/1', [
      { name: 'organizations/1/roles/breakGlass', includedPermissions: ['iam.roles.update'] },
    ]);
    const read = await catalog({ scopes: ['projects/acme-prod', 'organizations/1'] }).current();
    expect(permissions(read, OURS.name)).toEqual(['acme.custom.thing', 'pubsub.topics.publish']);
    expect(permissions(read, 'organizations/1/roles/breakGlass')).toEqual(['iam.roles.update']);
  });

  it('knows that a disabled role permits nothing', async () => {
    iam.roles.set('projects/acme-prod', [{ ...OURS, stage: 'DISABLED' }]);
    const { catalogue } = await catalog().current();
    expect(permits(catalogue.role(OURS.name), 'pubsub.topics.publish')).toBe('no');
  });

  it('is not let down by one project that says no', async () => {
    const read = await catalog({ scopes: ['projects/secret', 'projects/acme-prod'] }).current();
    expect(read.catalogue.source).toBe('live');
    expect(read.gaps).toEqual([{ scope: 'projects/secret', why: '403 no roles for you (403)' }]);
    expect(permissions(read, OURS.name)).toHaveLength(2);
  });

  it('is tried again when there were too many, or nobody was at home', async () => {
    iam.fail('/v1/roles', { status: 429 }, { status: 503 }, { cutOff: true });
    expect((await catalog().current()).catalogue).toMatchObject({ source: 'live', size: 4 });
    expect(iam.requests.filter(({ path }) => path === '/v1/roles')).toHaveLength(4);
  });

  it('is given up after five tries, and not begun again for a quarter of an hour', async () => {
    iam.fail('/v1/roles', ...Array.from({ length: 20 }, () => ({ status: 429 })));
    const roles = catalog();
    expect((await roles.current()).catalogue.source).toBe('built-in');
    expect(iam.requests).toHaveLength(5);
    now += 14n * MINUTE;
    await roles.current();
    expect(iam.requests).toHaveLength(5);
    now += 2n * MINUTE;
    await roles.current();
    expect(iam.requests).toHaveLength(10);
  });

  it('is made once for all who ask at once', async () => {
    const roles = catalog();
    await Promise.all([roles.current(), roles.current(), roles.current()]);
    expect(iam.requests).toHaveLength(2);
  });
});

describe('the store', () => {
  it('spares the next start the reading, for a day', async () => {
    await catalog().current();
    now += 23n * HOUR;
    const next = await catalog().current();
    expect(next.catalogue).toMatchObject({ source: 'cached', asOf: now - 23n * HOUR, size: 4 });
    expect(permissions(next, OURS.name)).toEqual(['acme.custom.thing', 'pubsub.topics.publish']);
    expect(iam.requests).toHaveLength(2);
    now += 1n * HOUR;
    expect((await catalog().current()).catalogue).toMatchObject({ source: 'live', asOf: now });
  });

  it('answers with what it has, however old, when the API does not, and the age is told', async () => {
    await catalog().current();
    now += 9n * DAY;
    iam.roles.delete('');
    const old = await catalog().current();
    expect(old.catalogue).toMatchObject({ source: 'cached', asOf: now - 9n * DAY });
    expect(old.gaps).toEqual([{ scope: 'predefined roles', why: '403 no roles for you (403)' }]);
    expect(logged.at(-1)).toContain('roles of 2026-11-22 as Google told it, 9 days old');
  });

  it('holds a catalogue of any size, in parts that fit a document', async () => {
    const many = Array.from({ length: 300 }, (_, role) => ({
      name: `roles/big.role${role}`,
      title: `Größe ${role}`,
      includedPermissions: Array.from(
        { length: 100 },
        (_, i) => `big.service${role}.things${i}.aVeryLongVerb`,
      ),
    }));
    iam.roles.set('', [...GOOGLE, ...many]);
    await catalog().current();
    const parts = await store.transaction((tx) => tx.list('catalogue', undefined, 100));
    expect(parts.size).toBeGreaterThan(2);
    for (const { text } of parts.values()) expect(Buffer.byteLength(text)).toBeLessThan(900_000);
    const next = await catalog().current();
    expect(next.catalogue).toMatchObject({ source: 'cached', size: 304 });
    expect(next.catalogue.permissionsOf('roles/big.role299')?.size).toBe(100);
    // A smaller one leaves no part of it behind.
    now += DAY;
    iam.roles.set('', [...GOOGLE, ...many.slice(0, 200)]);
    await catalog().current();
    expect((await catalog().current()).catalogue).toMatchObject({ source: 'cached', size: 204 });
  });

  it('with a part missing or another one in its place is read anew', async () => {
    await catalog().current();
    await store.transaction(async (tx) => {
      tx.put('catalogue', '00', { hash: 'of something else', parts: 1, text: '{}' });
    });
    expect((await catalog().current()).catalogue.source).toBe('live');
  });

  it('that fails costs nothing but the reading', async () => {
    const broken: Store = { ...store, transaction: () => Promise.reject(new Error('the disk is full')) };
    expect((await catalog({ store: broken }).current()).catalogue.source).toBe('live');
    expect(logged.join()).toContain('the disk is full');
  });
});

describe('an answer that is none', () => {
  it.each([
    ['is no JSON', 'half a page'],
    ['is no page', '[]'],
    ['holds no role', '{}'],
    ['holds no permissions at all', JSON.stringify({ roles: [{ name: 'roles/owner' }] })],
    [
      'holds permissions that are none',
      JSON.stringify({ roles: [{ name: 'roles/x', includedPermissions: [1] }] }),
    ],
    ['holds a role without a name', JSON.stringify({ roles: [{ includedPermissions: ['a.b.c'] }] })],
    ['gives the same page for ever', JSON.stringify({ roles: GOOGLE, nextPageToken: 'again' })],
  ])('because it %s, replaces nothing', async (_what, body) => {
    iam.fail('/v1/roles', ...Array.from({ length: 60 }, () => ({ body })));
    const read = await catalog().current();
    expect(read.catalogue.source).toBe('built-in');
    expect(read.gaps).toMatchObject([{ scope: 'predefined roles' }]);
    expect(permits(read.catalogue.role('roles/owner'), 'iam.serviceAccounts.actAs')).toBe('yes');
  });

  it('because most roles are missing, replaces nothing', async () => {
    await catalog().current();
    now += DAY;
    iam.roles.set('', GOOGLE.slice(0, 1));
    const read = await catalog().current();
    expect(read.catalogue).toMatchObject({ source: 'cached', size: 4 });
    expect(read.gaps).toEqual([{ scope: 'predefined roles', why: '1 roles came where there were 3' }]);
  });
});

describe('changes', () => {
  it('of predefined roles are told once, though their etags stay the same', async () => {
    const roles = catalog();
    expect((await roles.current()).changes).toEqual([]);
    now += DAY;
    iam.roles.set('', [
      { ...GOOGLE[0]!, includedPermissions: ['pubsub.topics.get', 'pubsub.topics.publish'] },
      { ...GOOGLE[1]!, includedPermissions: ['iam.roles.get'] },
      { name: 'roles/brand.new', includedPermissions: ['brand.new.thing'] },
    ]);
    // Custom roles have their own messages.
    iam.roles.set('projects/acme-prod', [{ ...OURS, includedPermissions: [] }]);
    expect((await roles.current()).changes).toEqual([
      { role: 'roles/brand.new', kind: 'new', added: ['brand.new.thing'], removed: [] },
      { role: 'roles/browser', kind: 'gone', added: [], removed: ['resourcemanager.projects.get'] },
      { role: 'roles/iam.securityReviewer', kind: 'changed', added: [], removed: ['iam.roles.list'] },
      { role: 'roles/pubsub.publisher', kind: 'changed', added: ['pubsub.topics.get'], removed: [] },
    ]);
    expect((await roles.current()).changes).toEqual([]);
    expect((await catalog().current()).changes).toEqual([]);
  });

  it('are none where the roles are as they were', async () => {
    await catalog().current();
    now += DAY;
    const again = await catalog().current();
    expect(again).toMatchObject({ changes: [], catalogue: { source: 'live' } });
  });
});
