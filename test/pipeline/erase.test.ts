import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from '@jest/globals';
import { fixedPolicy } from '../../shared/adapters/fixed-policy.ts';
import { openSqliteStore, type SqliteStore } from '../../shared/adapters/sqlite-store.ts';
import type { Decision } from '../../shared/model/decision.ts';
import { HOUR } from '../../shared/model/time.ts';
import { erase, slackIdsOf } from '../../shared/pipeline/erase/erase.ts';
import { Eraser } from '../../shared/pipeline/erase/person.ts';
import { evaluateDue } from '../../shared/pipeline/evaluate.ts';
import { everything } from '../../shared/pipeline/everything.ts';
import { keepDirty } from '../../shared/pipeline/keep.ts';
import { receive } from '../../shared/pipeline/receive.ts';
import { verifyAgainst } from '../../shared/pipeline/verify-report.ts';
import type { Policy } from '../../shared/policy/policy.ts';
import type { Collection, Log } from '../../shared/ports.ts';
import { Folder } from '../cli/cli.ts';
import { auditEntry, delta, policy as iamPolicy } from '../decode/payloads.ts';
import { EDITOR_ENTRY, pushed } from './bodies.ts';
import { BARE_POLICY } from './policies.ts';

const folder = new Folder();
afterAll(() => folder.remove());

const WHO = 'canary.person@acme.example';
const SLACK = 'U0CANARY01';
const IP = '203.0.113.77';
const PERSON = { names: [WHO, SLACK], pseudonym: 'erased-1a2b3c4d' };
const START = 1_795_251_610n * 1_000_000_000n;

/** News goes to a topic too, so that the outbox holds what was done as well. */
const POLICY: Policy = {
  ...BARE_POLICY,
  destinations: [
    { kind: 'pubsub', name: 'siem', topic: 'projects/acme-iac/topics/findings', at: BARE_POLICY.at },
  ],
};

const BY = {
  authenticationInfo: { principalEmail: 'Canary.Person@acme.example', principalSubject: `user:${WHO}` },
  requestMetadata: {
    callerIp: IP,
    callerSuppliedUserAgent: 'canary-browser',
    requestAttributes: { reason: 'canary-reason' },
  },
};

const by = (entry: Readonly<Record<string, unknown>>, id: string) => ({
  ...entry,
  insertId: id,
  protoPayload: { ...(entry.protoPayload as object), ...BY },
});

/** They mint a token as an account. */
const TOKEN = auditEntry(
  {
    ...BY,
    serviceName: 'iamcredentials.googleapis.com',
    methodName: 'GenerateAccessToken',
    resourceName: 'projects/-/serviceAccounts/100000000000000000001',
    request: { name: 'projects/-/serviceAccounts/api@acme-prod.iam.gserviceaccount.com' },
  },
  {
    insertId: 'token',
    logName: 'projects/acme-prod/logs/cloudaudit.googleapis.com%2Fdata_access',
    timestamp: '2026-11-21T09:00:20.000000Z',
    resource: {
      type: 'service_account',
      labels: {
        email_id: 'api@acme-prod.iam.gserviceaccount.com',
        unique_id: '100000000000000000001',
        project_id: 'acme-prod',
      },
    },
  },
);

/** They change a federation provider: a register keeps who set its fields. */
const PROVIDER = auditEntry(
  {
    ...BY,
    serviceName: 'iam.googleapis.com',
    methodName: 'google.iam.v1.WorkloadIdentityPools.UpdateWorkloadIdentityPoolProvider',
    resourceName: 'projects/acme-iac/locations/global/workloadIdentityPools/github/providers/main',
    request: {
      workloadIdentityPoolProvider: {
        name: 'projects/444455556666/locations/global/workloadIdentityPools/github/providers/main',
        attributeCondition: 'true',
      },
      updateMask: { paths: ['attribute_condition'] },
    },
  },
  { insertId: 'provider', timestamp: '2026-11-21T09:00:25.000000Z' },
);

const quiet: Log = { info() {}, warn() {}, error() {} };

function ports(store: SqliteStore, now: bigint) {
  return {
    store,
    policy: fixedPolicy(() => POLICY),
    clock: { now: () => now },
    queue: { work: async () => {}, nudgeDeliver: async () => {} },
    log: quiet,
  };
}

/** A store in which somebody has left traces everywhere, by the pipeline itself wherever that writes them. */
async function traced(name: string): Promise<SqliteStore> {
  const store = openSqliteStore({ path: folder.in(name), onEphemeralDisk: false });
  for (const [index, entry] of [by(EDITOR_ENTRY, 'editor'), TOKEN, PROVIDER].entries())
    await receive(pushed(entry, String(index)), ports(store, START + BigInt(index) * 20n * 1_000_000_000n));
  await receive(pushed(`{"cut": "${WHO}`, 'bad'), ports(store, START + HOUR));
  const found = [...(await everything(store, 'findings'))].find(
    ([, stored]) => stored.finding.detector === 'forbidden-role',
  );
  if (found === undefined) throw new Error('the forbidden role was not found');
  const [finding, row] = found;
  const about = [
    { finding, detector: row.finding.detector, episode: row.finding.episode, severity: 'critical' as const },
  ];
  const decision: Decision = {
    id: 'd1',
    at: START + HOUR,
    by: { id: SLACK, team: 'T0ACME0001', email: WHO },
    incident: row.finding.incident,
    about,
    kind: 'acknowledge',
  };
  const subject = (await everything(store, 'subjects')).get(row.subjectKey);
  await store.transaction(async (tx) => {
    tx.put('decisions', decision.id, decision, {
      keys: [`finding:${finding}`, `incident:${row.finding.incident}`],
    });
    tx.put('reviews', `2026-Q4|api|${WHO}`, {
      identity: 'api',
      quarter: '2026-Q4',
      decision: 'attested',
      by: WHO,
      at: START,
      comment: `asked ${WHO}`,
    });
    tx.put('rosters', `${WHO}|0000`, { owner: WHO, identities: ['api'] });
    tx.put('policies', 'p', { hash: 'h', at: START, by: WHO });
    tx.put(
      'intents',
      'i',
      {
        id: 'i',
        at: START,
        by: { id: SLACK, team: 'T0ACME0001' },
        answer: { kind: 'ephemeral', channel: 'C1', user: SLACK },
        kind: 'status',
      },
      { dueAt: START },
    );
    tx.put('rollups', 'r', {
      destination: 'C1',
      startedAt: START,
      until: START,
      incidents: 1,
      bySeverity: {},
      byGroup: { [`forbidden-role · ${WHO}`]: 1 },
      top: [{ title: `${WHO} did it`, severity: 'high', finding }],
      closed: 0,
      policies: undefined,
      handle: undefined,
      contentHash: undefined,
    });
    keepDirty(tx, row.subjectKey, subject, START + HOUR);
  });
  await evaluateDue(POLICY, store, quiet, { asOf: START + HOUR, offline: false });
  return store;
}

/** What of the file, and of what SQLite keeps beside it, names them. */
function bytesOf(name: string): string {
  return ['', '-wal']
    .map((suffix) => {
      try {
        return readFileSync(`${folder.in(name)}${suffix}`, 'latin1');
      } catch {
        return '';
      }
    })
    .join('');
}

const COLLECTIONS: readonly Collection[] = [
  'registers',
  'acts',
  'changes',
  'findings',
  'subjects',
  'transitions',
  'incidents',
  'outbox',
  'quarantine',
  'decisions',
  'reviews',
  'rosters',
  'policies',
  'intents',
  'rollups',
];

describe('erasing somebody who is in no binding', () => {
  it('leaves nothing of them in the file, nor of where they came from', async () => {
    const store = await traced('all.sqlite');
    const eraser = new Eraser(PERSON);
    for (const collection of COLLECTIONS)
      expect([
        collection,
        [...(await everything(store, collection))].some((one) => eraser.isIn(one)),
      ]).toEqual([collection, true]);
    expect(await slackIdsOf(store, WHO)).toEqual([SLACK]);

    const erased = await erase(store, PERSON);
    expect(erased.map(({ collection }) => collection).sort()).toEqual([...COLLECTIONS].sort());
    expect(erased.filter(({ stays }) => stays > 0)).toEqual([]);
    await store.compact();
    const text = bytesOf('all.sqlite');
    for (const canary of [WHO, 'Canary.Person@acme.example', SLACK, IP, 'canary-browser', 'canary-reason'])
      expect([canary, text.includes(canary)]).toEqual([canary, false]);
    expect(text).toContain(PERSON.pseudonym);
    expect(await erase(store, PERSON)).toEqual([]);
    await store.close();
  });

  it('counts the same without writing anything', async () => {
    const store = await traced('dry.sqlite');
    const before = await snapshot(store);
    const counted = await erase(store, PERSON, { dryRun: true });
    expect(await snapshot(store)).toEqual(before);
    expect(counted).toEqual(await erase(store, PERSON));
    await store.close();
  });

  it('keeps what is open open, its keys, and when things expire', async () => {
    const store = await traced('kept.sqlite');
    const states = async () =>
      [...(await everything(store, 'findings'))].map(([id, { finding }]) => [
        id,
        finding.state,
        finding.severity,
      ]);
    const before = await states();
    await erase(store, PERSON);
    expect(await states()).toEqual(before);
    for (const [id, { subjectKey, finding }] of await everything(store, 'findings')) {
      expect([
        ...(await store.transaction((tx) => tx.find('findings', [`subject:${subjectKey}`]))).keys(),
      ]).toContain(id);
      if (finding.incident !== '')
        expect(
          (await store.transaction((tx) => tx.find('findings', [`incident:${finding.incident}`]))).has(id),
        ).toBe(true);
    }
    // A new policy has everything judged anew: nothing is told of them as if it were new, and nothing as if it were mended.
    const subjects = await everything(store, 'subjects');
    expect(subjects.size).toBeGreaterThan(0);
    const now = START + 2n * HOUR;
    await store.transaction(async (tx) => {
      for (const [key, state] of subjects) keepDirty(tx, key, state, now);
    });
    const told = await evaluateDue(POLICY, store, quiet, { asOf: now, offline: false });
    expect(told.opened).toEqual([]);
    expect(told.resolved).toEqual([]);
    expect(await store.sweepExpired(START + 24n * 9n * HOUR, 99)).toBeGreaterThan(0);
    expect((await everything(store, 'acts')).size).toBe(0);
    expect((await everything(store, 'changes')).size).toBeGreaterThan(0);
    await store.close();
  });

  it('keeps the history verifiable: each transition still names the one before it', async () => {
    const store = await traced('chain.sqlite');
    const heads = [...(await everything(store, 'findings'))].map(([finding, { head }]) => ({
      finding,
      head,
    }));
    await erase(store, PERSON);
    const [chains] = (
      await verifyAgainst(store, { header: {}, hash: '', chains: { heads, root: '' } } as never)
    ).slice(-1);
    expect(chains).toMatchObject({ what: 'chains', ok: true });
    const named = [...(await everything(store, 'transitions')).values()].filter(({ erased }) => erased);
    expect(named.map(({ why }) => why)).toEqual([`acknowledged by ${PERSON.pseudonym}`]);
    await store.close();
  });
});

describe('erasing somebody whom a binding names', () => {
  it('leaves the binding, and says so', async () => {
    const store = openSqliteStore({ path: ':memory:', onEphemeralDisk: false });
    const member = `user:${WHO}`;
    const bound = auditEntry(
      {
        ...BY,
        serviceName: 'cloudresourcemanager.googleapis.com',
        methodName: 'SetIamPolicy',
        resourceName: 'projects/acme-prod',
        response: iamPolicy('after', ['roles/viewer', member]),
        serviceData: delta(['ADD', 'roles/viewer', member]),
      },
      { insertId: 'bound', timestamp: '2026-11-21T09:00:10.500000Z' },
    );
    await receive(pushed(bound), ports(store, START));
    const erased = await erase(store, PERSON);
    expect(erased.find(({ collection }) => collection === 'registers')).toEqual({
      collection: 'registers',
      changed: 0,
      stays: 1,
    });
    const [register] = [...(await everything(store, 'registers')).values()];
    expect(new Eraser(PERSON).isIn(register)).toBe(true);
    const [act] = [...(await everything(store, 'acts')).values()];
    expect(act?.actor).toMatchObject({ principal: PERSON.pseudonym });
    expect(act?.actor).not.toHaveProperty('ip');
    expect(await erase(store, PERSON)).toEqual(
      erased.filter(({ stays }) => stays > 0).map((one) => ({ ...one, changed: 0 })),
    );
    await store.close();
  });
});

describe('who is meant', () => {
  const eraser = new Eraser({ names: ['sam@acme.example', 'U0SAM'], pseudonym: 'erased-0' });
  it.each<[string, boolean]>([
    ['sam@acme.example', true],
    ['user:Sam@ACME.example created a key', true],
    ['principal://iam.googleapis.com/locations/global/workforcePools/acme/subject/sam@acme.example', true],
    ['sam%40acme.example', true],
    ['asked sam@acme.example.', true],
    ['<@U0SAM>', true],
    ['adsam@acme.example', false],
    ['x.sam@acme.example', false],
    ['sam@acme.example.org', false],
    ['sam@acme-example', false],
    ['U0SAMUEL', false],
  ])('%s: %s', (text, meant) => {
    expect(eraser.isIn(text)).toBe(meant);
    expect(eraser.text(text).includes('erased-0')).toBe(meant);
  });
});

async function snapshot(store: SqliteStore): Promise<unknown> {
  return Promise.all([...COLLECTIONS].map(async (one) => [...(await everything(store, one))]));
}
