/** The policy of the deployed service: replaced while it runs, by better ones and worse, and across starts. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { folderBucket } from '../../shared/adapters/folder-bucket.ts';
import { gcsBucket } from '../../shared/adapters/gcs-bucket.ts';
import { type PolicyBucketOptions, policyBucket, policyPlace } from '../../shared/adapters/policy-bucket.ts';
import { openSqliteStore } from '../../shared/adapters/sqlite-store.ts';
import { type Nanos, parseTime, SECOND } from '../../shared/model/time.ts';
import { loadPolicy } from '../../shared/policy/load.ts';
import {
  type Bucket,
  type Log,
  type PolicySource,
  type PolicyState,
  type Store,
  StoreUnavailable,
} from '../../shared/ports.ts';
import { type GcsServer, startGcsServer } from '../gcs-server.ts';
import { POLICY, POLICY_YAML } from '../world.ts';

const BAD = POLICY_YAML.replace('mode: enforce', 'mode: sometimes');
const OBSERVING = POLICY_YAML.replace('mode: enforce', 'mode: audit');
const START = parseTime('2026-11-22T09:00:00Z')!;

let server: GcsServer;
let store: Store;
let now: Nanos;
let logged: string[];
beforeEach(async () => {
  server = await startGcsServer();
  server.buckets.set('acme-policy', new Map());
  store = openSqliteStore({ path: ':memory:', onEphemeralDisk: false });
  now = START;
  logged = [];
});
afterEach(async () => {
  await server.close();
  await store.close();
});

const note = (level: string) => (message: string, fields?: object) =>
  void logged.push(`${level} ${message} ${JSON.stringify(fields)}`);
const log: Log = { info: note('info'), warn: note('warn'), error: note('error') };

/** A process that has just started. */
function source(at = 'policy.yaml', more: Partial<PolicyBucketOptions> = {}): PolicySource {
  const bucket = gcsBucket('acme-policy', { apiEndpoint: server.url, retries: 0, timeoutMillis: 2_000 });
  return policyBucket({
    bucket,
    root: 'gs://acme-policy/',
    at,
    store,
    clock: { now: () => now },
    log,
    ...more,
  });
}

const put = (text: string | Uint8Array, name = 'policy.yaml') => server.put('acme-policy', name, text);
const aMinute = () => {
  now += 60n * SECOND;
};
const hashOf = async (one: PolicySource) => (await one.current()).hash;
const downloads = () => server.requests.filter((request) => request.includes('alt=media')).length;
const listings = () => server.requests.filter((request) => request.includes('prefix=')).length;

function hashFor(...texts: readonly string[]): string {
  const loaded = loadPolicy(texts.map((text, index) => ({ path: `${index}.yaml`, text })));
  if (!loaded.ok) throw new Error('no good policy');
  return loaded.policy.hash;
}

describe('a policy in a bucket', () => {
  it('is read once, and looked at once a minute', async () => {
    const generation = put(POLICY_YAML);
    const policy = source();
    expect(await hashOf(policy)).toBe(POLICY.hash);
    expect(await policy.state()).toEqual({ kind: 'good', hash: POLICY.hash, generation, readAt: START });
    now += 59n * SECOND;
    await policy.current();
    expect([listings(), downloads()]).toEqual([1, 1]);
    now += 1n * SECOND;
    await policy.current();
    await policy.state();
    expect([listings(), downloads()]).toEqual([2, 1]);
    expect(await policy.state()).toMatchObject({ generation, readAt: START });
  });

  it('is read once for all who ask at once', async () => {
    put(POLICY_YAML);
    const policy = source();
    await Promise.all([policy.current(), policy.state(), policy.current()]);
    expect([listings(), downloads()]).toEqual([1, 1]);
  });

  it('is another one a minute after it was replaced', async () => {
    put(POLICY_YAML);
    const policy = source();
    await policy.current();
    const generation = put(OBSERVING);
    expect(await hashOf(policy)).toBe(POLICY.hash);
    aMinute();
    expect(await hashOf(policy)).toBe(hashFor(OBSERVING));
    expect(await policy.state()).toMatchObject({ kind: 'good', generation, readAt: now });
  });

  it('written anew with the same content is the same one', async () => {
    put(POLICY_YAML);
    const policy = source();
    await policy.current();
    const generation = put(POLICY_YAML);
    aMinute();
    expect(await policy.state()).toEqual({ kind: 'good', hash: POLICY.hash, generation, readAt: now });
  });

  it('says who wrote it, where a pipeline has put that on the object', async () => {
    server.put('acme-policy', 'policy.yaml', POLICY_YAML, {
      author: 'jane@acme.example',
      commit: '3f9c12ab34cd56ef78',
      other: 'x',
    });
    const policy = source();
    expect(await policy.state()).toMatchObject({ by: 'jane@acme.example, commit 3f9c12ab34cd' });
    server.put('acme-policy', 'policy.yaml', OBSERVING, { commit: 'abc\n\u202edef' });
    aMinute();
    expect(await policy.state()).toMatchObject({ by: 'commit abc def' });
    put(POLICY_YAML);
    aMinute();
    expect(await policy.state()).not.toHaveProperty('by');
  });

  it('that became bad changes nothing, and says where it is bad; mended, it is in force', async () => {
    put(POLICY_YAML);
    const policy = source();
    const before = await policy.current();
    put(BAD);
    aMinute();
    const since = now;
    expect(await policy.current()).toBe(before);
    const bad: PolicyState = {
      kind: 'bad',
      problems: [expect.stringMatching(/^gs:\/\/acme-policy\/policy\.yaml:7:9: .*sometimes/)],
      since,
      inForce: POLICY.hash,
    } as never;
    expect(await policy.state()).toEqual(bad);
    aMinute();
    expect(await policy.current()).toBe(before);
    expect(await policy.state()).toEqual(bad);
    // The bad one is read once, too.
    expect(downloads()).toBe(2);
    put(OBSERVING);
    aMinute();
    expect(await hashOf(policy)).toBe(hashFor(OBSERVING));
    expect(await policy.state()).toMatchObject({ kind: 'good', readAt: now });
    expect(logged.map((line) => line.split(' ').slice(0, 4).join(' '))).toEqual([
      expect.stringMatching(/^info policy /),
      'error the policy is',
      expect.stringMatching(/^info policy /),
    ]);
  });

  it('that cannot be read changes nothing', async () => {
    put(POLICY_YAML);
    const policy = source();
    const before = await policy.current();
    aMinute();
    const since = now;
    server.fail({ status: 503 });
    expect(await policy.current()).toBe(before);
    expect(await policy.state()).toEqual({
      kind: 'unreadable',
      why: expect.stringMatching(/^gs:\/\/acme-policy\/policy\.yaml: HTTP 503/),
      since,
      inForce: POLICY.hash,
    });
    aMinute();
    server.fail({ status: 403 });
    expect(await policy.state()).toMatchObject({
      kind: 'unreadable',
      why: expect.stringMatching(/403/),
      since,
    });
    aMinute();
    expect(await policy.state()).toMatchObject({ kind: 'good', hash: POLICY.hash, readAt: START });
    expect(downloads()).toBe(1);
    expect(logged.filter((line) => line.startsWith('error'))).toHaveLength(1);
  });

  it('that is bad and then cannot be read, and then can, is as bad as before', async () => {
    put(POLICY_YAML);
    const policy = source();
    await policy.current();
    put(BAD);
    aMinute();
    const bad = await policy.state();
    aMinute();
    server.fail({ status: 503 });
    expect(await policy.state()).toMatchObject({ kind: 'unreadable', inForce: POLICY.hash });
    aMinute();
    expect(await policy.state()).toEqual(bad);
  });

  it('that is deleted stays in force', async () => {
    put(POLICY_YAML);
    const policy = source();
    await policy.current();
    server.buckets.get('acme-policy')?.clear();
    aMinute();
    expect(await hashOf(policy)).toBe(POLICY.hash);
    expect(await policy.state()).toMatchObject({
      kind: 'unreadable',
      why: 'there is no object gs://acme-policy/policy.yaml (a folder is named with a slash at its end)',
    });
  });

  it('that is no UTF-8 is bad', async () => {
    put(Buffer.concat([Buffer.from(POLICY_YAML), Buffer.from([0x23, 0xff, 0xfe])]));
    expect(await source().state()).toMatchObject({
      kind: 'bad',
      problems: ['gs://acme-policy/policy.yaml:1:1: the file is not valid UTF-8 (save it as UTF-8)'],
    });
  });

  it('that is far too big is not even read', async () => {
    put(POLICY_YAML);
    const policy = source();
    await policy.current();
    put(`${POLICY_YAML}# ${'x'.repeat(3_000_000)}`);
    aMinute();
    expect(await policy.state()).toMatchObject({ kind: 'unreadable', inForce: POLICY.hash });
    expect(downloads()).toBe(1);
  });
});

describe('where there has never been a good policy', () => {
  it('nothing is judged', async () => {
    const policy = source();
    const none =
      'there is no object gs://acme-policy/policy.yaml (a folder is named with a slash at its end)';
    await expect(policy.current()).rejects.toMatchObject({ name: 'OutsideUnavailable', message: none });
    expect(await policy.state()).toEqual({ kind: 'unreadable', why: none, since: START, inForce: undefined });
    put(BAD);
    await expect(policy.current()).rejects.toMatchObject({
      name: 'PolicyRefused',
      message: expect.stringMatching(/policy\.yaml:7:9 error unknown-value/),
    });
    expect(await policy.state()).toMatchObject({ kind: 'bad', inForce: undefined });
  });

  it('the first good one is in force at once', async () => {
    const policy = source();
    await expect(policy.current()).rejects.toThrow();
    put(POLICY_YAML);
    expect(await hashOf(policy)).toBe(POLICY.hash);
  });
});

describe('across starts', () => {
  it('the last good one is in force where the bucket holds a bad one', async () => {
    put(POLICY_YAML);
    await source().current();
    put(BAD);
    const next = source();
    expect(await hashOf(next)).toBe(POLICY.hash);
    expect(await next.state()).toMatchObject({
      kind: 'bad',
      inForce: POLICY.hash,
      problems: [expect.any(String)],
    });
    put(OBSERVING);
    aMinute();
    expect(await hashOf(next)).toBe(hashFor(OBSERVING));
  });

  it('the last good one is in force where the bucket is away, or empty', async () => {
    put(POLICY_YAML);
    await source().current();
    server.fail({ status: 503 });
    expect(await hashOf(source())).toBe(POLICY.hash);
    server.buckets.get('acme-policy')?.clear();
    expect(await hashOf(source())).toBe(POLICY.hash);
  });

  it('the last good one is the last of all that were', async () => {
    put(POLICY_YAML);
    const running = source();
    await running.current();
    put(OBSERVING);
    aMinute();
    await running.current();
    put(BAD);
    expect(await hashOf(source())).toBe(hashFor(OBSERVING));
  });

  it('one that was read earlier does not take the place of a later one', async () => {
    put(OBSERVING);
    now += 10n * SECOND;
    await source().current();
    now -= 10n * SECOND;
    put(POLICY_YAML);
    await source().current();
    put(BAD);
    expect(await hashOf(source())).toBe(hashFor(OBSERVING));
  });

  it('is kept whole, however long it is', async () => {
    const long = `${POLICY_YAML}\n${'# größer als ein Dokument 🔴🔴\n'.repeat(10_000)}`;
    put(long, 'policies/a.yaml');
    await source('policies/').current();
    const parts = await store.transaction((tx) => tx.list('meta', undefined, 100));
    expect(parts.size).toBeGreaterThan(2);
    for (const { value } of parts.values()) expect(Buffer.byteLength(value)).toBeLessThan(900_000);
    put(BAD, 'policies/a.yaml');
    expect(await hashOf(source('policies/'))).toBe(POLICY.hash);
    // A shorter one leaves no part of it behind.
    put(OBSERVING, 'policies/a.yaml');
    aMinute();
    await source('policies/').current();
    expect((await store.transaction((tx) => tx.list('meta', undefined, 100))).size).toBe(2);
  });

  it('what was good elsewhere is not in force here', async () => {
    put(POLICY_YAML);
    await source().current();
    put(BAD, 'other.yaml');
    await expect(source('other.yaml').current()).rejects.toMatchObject({ name: 'PolicyRefused' });
  });

  it('is written once, and not with every start', async () => {
    put(POLICY_YAML);
    await source().current();
    let puts = 0;
    const counting: Store = {
      ...store,
      transaction: (body) =>
        store.transaction((tx) =>
          body({
            ...tx,
            get: tx.get.bind(tx),
            getMany: tx.getMany.bind(tx),
            put: () => void puts++,
          }),
        ),
      close: () => store.close(),
    };
    await source('policy.yaml', { store: counting }).current();
    expect(puts).toBe(0);
    expect(logged.filter((line) => line.startsWith('warn'))).toEqual([]);
  });

  it('a store that is away keeps no policy from being in force; it is kept when it is back', async () => {
    put(POLICY_YAML);
    let isAway = true;
    const failing: Store = {
      transaction: (body) =>
        isAway ? Promise.reject(new StoreUnavailable('away')) : store.transaction(body),
      close: () => store.close(),
    };
    const policy = source('policy.yaml', { store: failing });
    expect(await hashOf(policy)).toBe(POLICY.hash);
    expect(logged.at(-1)).toMatch(/^warn the policy is not kept for the next start .*away/);
    // Even when the bucket holds a bad one by then.
    put(BAD);
    isAway = false;
    aMinute();
    await policy.current();
    expect(await hashOf(source())).toBe(POLICY.hash);
  });

  it('a start that can read neither a policy nor the store says so, and looks again', async () => {
    put(BAD);
    const failing: Store = {
      transaction: () => Promise.reject(new StoreUnavailable('away')),
      close: () => store.close(),
    };
    const policy = source('policy.yaml', { store: failing });
    await expect(policy.current()).rejects.toMatchObject({ name: 'StoreUnavailable' });
    put(POLICY_YAML);
    expect(await hashOf(policy)).toBe(POLICY.hash);
  });
});

describe('a folder of policy files', () => {
  const [head = '', rest = ''] = POLICY_YAML.split('  forbiddenRoles:');
  const FIRST = head;
  const SECOND_FILE = `${head.slice(0, head.indexOf('spec:'))}spec:\n  forbiddenRoles:${rest}`;

  it('of several objects says each who wrote any of them', async () => {
    server.put('acme-policy', 'policies/a.yaml', FIRST, { author: 'jane@acme.example', commit: 'a1' });
    server.put('acme-policy', 'policies/teams/b.yml', SECOND_FILE, { author: 'kim@acme.example' });
    server.put('acme-policy', 'policies/.hidden.yaml', FIRST, { author: 'nobody@acme.example' });
    expect(await source('policies/').state()).toMatchObject({
      by: 'jane@acme.example, commit a1; kim@acme.example',
    });
  });

  it('is one policy', async () => {
    put(FIRST, 'policies/a.yaml');
    put(SECOND_FILE, 'policies/teams/b.yml');
    expect(await hashOf(source('policies/'))).toBe(hashFor(FIRST, SECOND_FILE));
  });

  it.each([
    'exceptions.yaml',
    'policies-of-mine/x.yaml',
    'policies.yaml',
    'policies/.hidden/x.yaml',
    'policies/notes.txt',
  ])('has no part in what stands elsewhere: %s', async (name) => {
    put(FIRST, 'policies/a.yaml');
    put(SECOND_FILE, 'policies/b.yaml');
    put('this is no policy', name);
    const policy = source('policies/');
    expect(await policy.state()).toMatchObject({ kind: 'good', hash: hashFor(FIRST, SECOND_FILE) });
    expect(server.requests.join()).not.toContain(`${encodeURIComponent(name)}?`);
  });

  it('of one object has no part in objects whose names begin alike', async () => {
    put(POLICY_YAML);
    put('this is no policy', 'policy.yaml.bak');
    put('this is no policy', 'policy.yaml/exception.yaml');
    expect(await source().state()).toMatchObject({ kind: 'good', hash: POLICY.hash });
  });

  it('is another one when a file is replaced, comes or goes', async () => {
    put(FIRST, 'policies/a.yaml');
    put(SECOND_FILE, 'policies/b.yaml');
    const policy = source('policies/');
    await policy.current();
    put('this: is no policy', 'policies/c.yaml');
    aMinute();
    expect(await policy.state()).toMatchObject({
      kind: 'bad',
      problems: expect.arrayContaining([
        expect.stringMatching(/^gs:\/\/acme-policy\/policies\/c\.yaml:1:1: /),
      ]),
    });
    server.buckets.get('acme-policy')?.delete('policies/c.yaml');
    aMinute();
    expect(await policy.state()).toMatchObject({ kind: 'good', hash: hashFor(FIRST, SECOND_FILE) });
    server.buckets.get('acme-policy')?.delete('policies/b.yaml');
    aMinute();
    expect(await hashOf(policy)).not.toBe(hashFor(FIRST, SECOND_FILE));
  });

  it('without a file is no policy', async () => {
    put('x', 'policies/notes.txt');
    expect(await source('policies/').state()).toMatchObject({
      kind: 'unreadable',
      why: 'there is no .yaml file in gs://acme-policy/policies/',
    });
  });

  it('is read again when an object is replaced in the meantime, and given up when that goes on', async () => {
    put(POLICY_YAML);
    const bucket = gcsBucket('acme-policy', { apiEndpoint: server.url, retries: 0 });
    let replacements = 1;
    const unsteady: Bucket = {
      ...bucket,
      async list(prefix) {
        const listed = await bucket.list(prefix);
        if (replacements-- > 0) put(OBSERVING);
        return listed;
      },
    };
    expect(await hashOf(source('policy.yaml', { bucket: unsteady }))).toBe(hashFor(OBSERVING));
    replacements = 100;
    const policy = source('policy.yaml', { bucket: unsteady });
    expect(await policy.state()).toMatchObject({
      kind: 'unreadable',
      why: 'gs://acme-policy/policy.yaml kept changing while it was read',
    });
  });
});

it('a folder of the disk serves as well as Cloud Storage', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'anchorwatch-policy-'));
  const write = (text: string) => writeFileSync(join(folder, 'policy.yaml'), text);
  const policy = source('policy.yaml', { bucket: folderBucket(folder), root: `${folder}/` });
  write(POLICY_YAML);
  expect(await hashOf(policy)).toBe(POLICY.hash);
  write(BAD);
  aMinute();
  expect(await policy.state()).toMatchObject({
    kind: 'bad',
    problems: [expect.stringContaining(`${folder}/policy.yaml:7:9: `)],
    inForce: POLICY.hash,
  });
  rmSync(folder, { recursive: true });
});

describe('the place of a policy', () => {
  it.each([
    ['gs://acme-policy/policy.yaml', { bucket: 'acme-policy', root: 'gs://acme-policy/', at: 'policy.yaml' }],
    [
      'gs://acme-policy/prod/policies/',
      { bucket: 'acme-policy', root: 'gs://acme-policy/', at: 'prod/policies/' },
    ],
  ])('%s', (text, place) => {
    expect(policyPlace(text)).toEqual(place);
  });

  it.each([
    'gs://',
    'gs://acme-policy',
    'gs://acme-policy/',
    'gs:///x',
    'gs://Acme/x',
    'gs://a/x',
    's3://acme-policy/x',
    'policy.yaml, gs://acme-policy/x',
    'gs://acme-policy/x, gs://acme-policy/y',
    'gs://acme-policy/x\n',
  ])('is not %j', (text) => {
    expect(() => policyPlace(text)).toThrow(/names no one policy: it is gs:\/\/BUCKET\/OBJECT/);
  });
});
