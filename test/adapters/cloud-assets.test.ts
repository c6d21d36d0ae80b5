import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { cloudAssets } from '../../shared/adapters/cloud-assets.ts';
import { decodeAssets } from '../../shared/decode/decode.ts';
import type { Decoded } from '../../shared/model/decoded.ts';
import type { Observation } from '../../shared/model/observation.ts';
import { DAY, formatTime, parseTime } from '../../shared/model/time.ts';
import type { AssetContent, AssetQuery, NoAnswer } from '../../shared/ports.ts';
import {
  type AssetServerOptions,
  exportLine,
  type Fault,
  type ServedAsset,
  servedAssets,
  startAssetServer,
} from '../asset-server.ts';

const NOW = parseTime('2026-06-01T08:00:00.123456789Z')!;
const ORGANIZATION = 'organizations/678';
const ANCESTORS = ['projects/123456789012', 'folders/345', ORGANIZATION];
const SA = 'iam.googleapis.com/ServiceAccount';
const SA_NAME = '//iam.googleapis.com/projects/acme-prod/serviceAccounts/105711361070066902665';
const ALL: AssetQuery = { scope: ORGANIZATION, content: 'resource', assetTypes: [SA] };

const closing: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of closing.splice(0)) await one.close();
});

async function started(options: AssetServerOptions = {}) {
  const server = await startAssetServer({ readTime: formatTime(NOW), ...options });
  const api = cloudAssets({ server: server.host });
  closing.push(api, server);
  return { server, api };
}

function asset(part: Partial<ServedAsset>): ServedAsset {
  return { name: SA_NAME, assetType: SA, ancestors: ANCESTORS, updateTime: '2026-02-03T04:05:06Z', ...part };
}

function account(number: number, data: object = {}): ServedAsset {
  return asset({ name: `${SA_NAME.slice(0, -3)}${number}`, resource: { data: { ...data } } });
}

/** Answers by what they are; fails the test with the reason when the API gave none. */
function given<A extends { readonly kind: string }>(answer: A): Exclude<A, NoAnswer> {
  if (answer.kind === 'refused' || answer.kind === 'wait' || answer.kind === 'expired')
    throw new Error(JSON.stringify(answer));
  return answer as Exclude<A, NoAnswer>;
}

/** Tells that acme-prod is 123456789012. */
const PROJECT = asset({
  name: '//cloudresourcemanager.googleapis.com/projects/123456789012',
  assetType: 'cloudresourcemanager.googleapis.com/Project',
  resource: { data: { projectId: 'acme-prod', projectNumber: '123456789012' } },
});

function accountIn(project: string, idOrEmail: string): string {
  return `//iam.googleapis.com/projects/${project}/serviceAccounts/${idOrEmail}`;
}

/** All pages. */
async function listed(api: ReturnType<typeof cloudAssets>, query: AssetQuery): Promise<readonly unknown[]> {
  const assets: unknown[] = [];
  let token: string | undefined;
  do {
    const page = given(await api.list(query, token));
    assets.push(...page.assets);
    token = page.next;
  } while (token !== undefined);
  return assets;
}

const KSA_NAME =
  '//container.googleapis.com/projects/acme-prod/zones/europe-west1-b/clusters/c1/k8s/namespaces/payments/serviceaccounts/api';
const RESOURCE = { version: 'v1', discoveryName: 'X', location: 'global', parent: '//x.example/y' };

/** An asset of each kind that is watched by a content of its own, with everything in it that the messages can hold. */
const KINDS: readonly (readonly [string, AssetContent, ServedAsset])[] = [
  [
    'a service account',
    'resource',
    asset({
      updateTime: '2026-02-03T04:05:06.000000007Z',
      resource: {
        ...RESOURCE,
        resourceUrl: 'https://iam.googleapis.com/v1/x',
        data: {
          email: 'api@acme-prod.iam.gserviceaccount.com',
          uniqueId: '105711361070066902665',
          displayName: '',
          disabled: false,
          oauth2ClientId: null,
        },
      },
    }),
  ],
  [
    'an IAM policy with conditions and audit configs',
    'policy',
    asset({
      iamPolicy: {
        version: 3,
        etag: 'BwX/+w==',
        bindings: [
          { role: 'roles/owner', members: ['user:a@acme.example', 'deleted:user:b@acme.example?uid=1'] },
          {
            role: 'roles/iam.workloadIdentityUser',
            members: ['serviceAccount:acme-prod.svc.id.goog[payments/api]'],
            condition: {
              title: 'office hours',
              description: 'only then',
              expression: 'request.time < timestamp("2027-01-01T00:00:00Z")',
              location: 'x.yaml:3',
            },
          },
        ],
        auditConfigs: [
          {
            service: 'allServices',
            auditLogConfigs: [
              { logType: 'DATA_READ', exemptedMembers: ['user:a@acme.example'] },
              { logType: 'ADMIN_READ' },
            ],
          },
        ],
      },
    }),
  ],
  [
    'a KSA',
    'resource',
    asset({
      name: KSA_NAME,
      assetType: 'k8s.io/ServiceAccount',
      updateTime: '2026-02-03T04:05:06.123456Z',
      resource: {
        ...RESOURCE,
        data: {
          apiVersion: 'v1',
          kind: 'ServiceAccount',
          metadata: {
            name: 'api',
            namespace: 'payments',
            uid: '0c5d1f8e',
            creationTimestamp: '2026-01-02T03:04:05Z',
            generation: 3,
            labels: { team: 'payments' },
            annotations: { 'iam.gke.io/gcp-service-account': 'api@acme-prod.iam.gserviceaccount.com' },
          },
          secrets: [{ name: 'a' }, {}],
          automountServiceAccountToken: false,
        },
      },
    }),
  ],
  [
    'organisation policies',
    'org-policy',
    asset({
      name: '//cloudresourcemanager.googleapis.com/projects/123456789012',
      assetType: 'cloudresourcemanager.googleapis.com/Project',
      orgPolicy: [
        {
          constraint: 'constraints/iam.disableServiceAccountKeyCreation',
          etag: 'CJf7',
          updateTime: '2026-02-03T04:05:06.000001Z',
          booleanPolicy: { enforced: true },
        },
        // Not enforced: the default is left out, and the object stays.
        { version: 1, constraint: 'constraints/iam.disableServiceAccountKeyUpload', booleanPolicy: {} },
        { constraint: 'constraints/iam.managed.x', restoreDefault: {} },
        {
          constraint: 'constraints/iam.workloadIdentityPoolProviders',
          listPolicy: { allowedValues: ['https://a'], deniedValues: ['https://b'], suggestedValue: 'c' },
        },
        {
          constraint: 'constraints/iam.allowedPolicyMemberDomains',
          listPolicy: { allValues: 'DENY', inheritFromParent: true },
        },
      ],
    }),
  ],
  [
    'a custom role',
    'resource',
    asset({
      name: '//iam.googleapis.com/organizations/678/roles/deployer',
      assetType: 'iam.googleapis.com/Role',
      ancestors: [ORGANIZATION],
      resource: {
        ...RESOURCE,
        data: {
          name: 'organizations/678/roles/deployer',
          title: 'Deployer',
          stage: 'GA',
          includedPermissions: ['run.services.update', 'iam.serviceAccounts.actAs'],
        },
      },
    }),
  ],
];

describe('what is listed is read as an export is', () => {
  it.each(KINDS)('%s', async (_what, content, one) => {
    const { api } = await started({ assets: [one] });
    const page = given(await api.list({ scope: ORGANIZATION, content, assetTypes: [] }, undefined));
    expect(page.readTime).toBe(NOW);
    const [listed] = decodeAssets(page.assets, page.readTime).map(newsIn);
    const exported = [JSON.parse(exportLine(one)), JSON.parse(JSON.stringify(one))];
    for (const decoded of decodeAssets(exported, NOW).map(newsIn)) expect(decoded).toEqual(listed);
    expect(listed?.time).toBe(parseTime(one.updateTime!));
    expect(new Set(listed?.observations.map(({ source }) => source))).toEqual(new Set(['sweep']));
  });

  it.each(KINDS)('%s, to the letter', async (_what, content, one) => {
    const { api } = await started({ assets: [one] });
    const page = given(await api.list({ scope: ORGANIZATION, content, assetTypes: [] }, undefined));
    expect(withTimesAlike(page.assets)).toEqual(withTimesAlike([one]));
  });

  it('a policy that nobody is in is a policy, and says so', async () => {
    const { api } = await started({ assets: [asset({ iamPolicy: { etag: 'ACAB' } })] });
    const page = given(await api.list({ ...ALL, content: 'policy' }, undefined));
    const [decoded] = decodeAssets(page.assets, page.readTime).map(newsIn);
    expect(decoded?.observations[0]).toMatchObject({ kind: 'policy', grants: [] });
  });

  it('what carries no time is known at the time it was read', async () => {
    const { api } = await started({ assets: [{ ...account(1, { email: 'a@b' }), updateTime: undefined }] });
    const page = given(await api.list(ALL, undefined));
    expect(decodeAssets(page.assets, page.readTime)).toMatchObject([{ kind: 'news', time: NOW }]);
  });

  it('any JSON that a resource may be', async () => {
    const { server, api } = await started();
    // Numbers are doubles on both sides, and JSON has no -0.
    const json = fc
      .dictionary(fc.string(), fc.jsonValue({ maxDepth: 4 }))
      .map((value) => JSON.stringify(value));
    await fc.assert(
      fc.asyncProperty(fc.array(json, { minLength: 1, maxLength: 20 }), async (all) => {
        const assets = all.map((data, index) =>
          asset({ name: `${SA_NAME}${index}`, resource: { data: JSON.parse(data) } }),
        );
        server.serve(assets, formatTime(NOW));
        const got = await listed(api, ALL);
        expect(got.map((one) => (one as ServedAsset).resource?.data)).toEqual(
          all.map((one) => JSON.parse(one)),
        );
      }),
      { numRuns: 25 },
    );
  });

  it('a whole organisation', async () => {
    const lines = readFileSync(new URL('../../examples/acme/assets.ndjson', import.meta.url), 'utf8');
    const assets = servedAssets(lines);
    const { api } = await started({ assets, pageSize: 7 });
    const observations = (all: readonly unknown[]): readonly Observation[] =>
      decodeAssets(all, NOW).flatMap((decoded) => (decoded.kind === 'news' ? decoded.observations : []));
    const scope = 'organizations/123456789012';
    const parts = await Promise.all(
      (['resource', 'policy'] as const).map((content) => listed(api, { scope, content, assetTypes: [] })),
    );
    const told = observations(parts.flat()).filter(({ kind }) => kind !== 'alias');
    const expected = observations(assets).filter(({ kind }) => kind !== 'alias');
    expect(told.length).toBeGreaterThanOrEqual(90);
    expect(new Set(told.map(text))).toEqual(new Set(expected.map(text)));
  });
});

/** Times come with all nine digits. */
function withTimesAlike(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (name, field) => (name === 'updateTime' ? formatTime(parseTime(field)!) : field)),
  );
}

/** What the sweep makes of it. The id is left out: it is of the asset as it was written, and an export writes otherwise. */
function newsIn(decoded: Decoded) {
  if (decoded.kind !== 'news') throw new Error(`${decoded.kind}: ${decoded.why}`);
  return { time: decoded.time, observations: decoded.observations };
}

function text(observation: Observation): string {
  return JSON.stringify(observation, (_name, value) => (typeof value === 'bigint' ? String(value) : value));
}

describe('a listing', () => {
  const three = [account(1), account(2), account(3)];

  it('comes in pages, all of one moment', async () => {
    const { server, api } = await started({ assets: three, pageSize: 2 });
    const first = given(await api.list(ALL, undefined));
    server.serve([], formatTime(NOW + DAY));
    const second = given(await api.list(ALL, first.next));
    expect([first.assets.length, second.assets.length, second.next]).toEqual([2, 1, undefined]);
    expect(second.readTime).toBe(first.readTime);
  });

  it('asks once for each page, for as much as there may be', async () => {
    const { server, api } = await started({ assets: three, pageSize: 2 });
    await listed(api, ALL);
    expect(server.calls).toMatchObject([
      {
        method: 'ListAssets',
        request: { parent: ORGANIZATION, assetTypes: [SA], contentType: 'RESOURCE', pageSize: 1000 },
      },
      { method: 'ListAssets', request: { pageToken: 'page-1' } },
    ]);
  });

  it('shows what lies below its scope, of the types that were asked for', async () => {
    const other = asset({
      name: '//storage.googleapis.com/acme-ledger',
      assetType: 'storage.googleapis.com/Bucket',
      ancestors: ['projects/9', ORGANIZATION],
      resource: { data: {} },
    });
    const project = asset({
      name: '//cloudresourcemanager.googleapis.com/projects/9',
      assetType: 'cloudresourcemanager.googleapis.com/Project',
      ancestors: ['projects/9', ORGANIZATION],
      resource: { data: { projectId: 'acme-data', projectNumber: '9' } },
    });
    const { api } = await started({ assets: [...three, other, project] });
    const names = async (scope: string, ...assetTypes: string[]) =>
      (await listed(api, { scope, content: 'resource', assetTypes })).map((one) => (one as ServedAsset).name);
    expect(await names(ORGANIZATION)).toHaveLength(5);
    expect(await names('projects/acme-data')).toEqual([other.name, project.name]);
    expect(await names('projects/9', 'storage.googleapis.com/.*')).toEqual([other.name]);
    expect(await names('folders/345', 'storage.googleapis.com/Bucket')).toEqual([]);
  });

  it('may be larger than what gRPC takes by default', async () => {
    const { api } = await started({
      assets: three.map((one) => ({ ...one, resource: { data: { x: 'x'.repeat(2_500_000) } } })),
    });
    expect(given(await api.list(ALL, undefined)).assets).toHaveLength(3);
  });
});

describe('without an answer', () => {
  const fails: readonly (readonly [string, Omit<Fault, 'times'>, object])[] = [
    [
      'too much was asked',
      { code: 'RESOURCE_EXHAUSTED', message: 'Quota exceeded.' },
      {
        kind: 'wait',
        seconds: 30,
        why: 'ListAssets (resource) below organizations/678: RESOURCE_EXHAUSTED: Quota exceeded',
      },
    ],
    [
      'too much was asked, and it says for how long',
      { code: 'RESOURCE_EXHAUSTED', retryDelay: 41.5 },
      { kind: 'wait', seconds: 42 },
    ],
    [
      'it says not to wait at all',
      { code: 'RESOURCE_EXHAUSTED', retryDelay: 0 },
      { kind: 'wait', seconds: 1 },
    ],
    ['it is down', { code: 'UNAVAILABLE' }, { kind: 'wait', seconds: 30 }],
    [
      'it is down, for how long it says',
      { code: 'UNAVAILABLE', retryDelay: 5 },
      { kind: 'wait', seconds: 5 },
    ],
    ['it was too slow itself', { code: 'DEADLINE_EXCEEDED' }, { kind: 'wait', seconds: 30 }],
    ['it is broken', { code: 'INTERNAL' }, { kind: 'wait', seconds: 30 }],
    [
      'it may not be read',
      { code: 'PERMISSION_DENIED', message: 'The caller does not have permission' },
      {
        kind: 'refused',
        why: 'ListAssets (resource) below organizations/678: PERMISSION_DENIED: The caller does not have permission. Give our account roles/cloudasset.viewer there, and enable cloudasset.googleapis.com in the project it is of',
      },
    ],
    ['it is not there', { code: 'NOT_FOUND' }, { kind: 'refused' }],
    ['it was asked wrongly', { code: 'INVALID_ARGUMENT' }, { kind: 'refused' }],
  ];
  it.each(fails)('%s', async (_what, fault, answer) => {
    const { server, api } = await started({ assets: [account(1)] });
    server.fail('ListAssets', fault);
    expect(await api.list(ALL, undefined)).toMatchObject(answer);
    expect(server.calls).toHaveLength(1);
    expect(given(await api.list(ALL, undefined)).assets).toHaveLength(1);
  });

  it('an answer that comes too late is waited for no longer', async () => {
    const { server } = await started({ assets: [account(1)] });
    const api = cloudAssets({ server: server.host, timeoutMillis: 100 });
    closing.push(api);
    server.hold();
    expect(await api.list(ALL, undefined)).toMatchObject({ kind: 'wait', seconds: 30 });
    server.release();
  });

  it('where nobody listens', async () => {
    const { server, api } = await started();
    await server.close();
    expect(await api.list(ALL, undefined)).toMatchObject({
      kind: 'wait',
      why: expect.stringContaining('UNAVAILABLE'),
    });
  });

  it('in the middle of pages, the page can be asked for again', async () => {
    const { server, api } = await started({ assets: [account(1), account(2)], pageSize: 1 });
    server.fail('ListAssets', { code: 'UNAVAILABLE', after: 1, times: 2 });
    const { next } = given(await api.list(ALL, undefined));
    expect(await api.list(ALL, next)).toMatchObject({ kind: 'wait' });
    expect(await api.list(ALL, next)).toMatchObject({ kind: 'wait' });
    expect(given(await api.list(ALL, next)).assets).toHaveLength(1);
  });

  it('a page token that is no longer good', async () => {
    const { server, api } = await started({ assets: [account(1), account(2)], pageSize: 1 });
    const { next } = given(await api.list(ALL, undefined));
    server.expireTokens();
    expect(await api.list(ALL, next)).toMatchObject({
      kind: 'expired',
      why: 'ListAssets (resource) below organizations/678: INVALID_ARGUMENT: Request contains an invalid argument',
    });
    expect(await listed(api, ALL)).toHaveLength(2);
  });

  it('of one project, the others answer', async () => {
    const { server, api } = await started({
      assets: [account(1), { ...account(2), ancestors: ['projects/2', ORGANIZATION] }],
    });
    server.fail('ListAssets', { code: 'PERMISSION_DENIED', parent: 'projects/2', times: 9 });
    expect(await api.list({ ...ALL, scope: 'projects/2' }, undefined)).toMatchObject({ kind: 'refused' });
    expect(await listed(api, { ...ALL, scope: ANCESTORS[0]! })).toHaveLength(1);
  });

  it('of a scope that nobody has heard of', async () => {
    const { api } = await started({ assets: [account(1)] });
    expect(await api.list({ ...ALL, scope: 'projects/typo' }, undefined)).toMatchObject({ kind: 'refused' });
  });

  it('a token that is not taken is exchanged for another, once', async () => {
    const { server, api } = await started({ assets: [account(1)] });
    server.fail('ListAssets', { code: 'UNAUTHENTICATED' });
    expect(await listed(api, ALL)).toHaveLength(1);
    expect(server.calls).toHaveLength(2);
    server.fail('ListAssets', { code: 'UNAUTHENTICATED', message: 'Token expired.', times: 2 });
    expect(await api.list(ALL, undefined)).toMatchObject({
      kind: 'refused',
      why: expect.stringContaining('UNAUTHENTICATED: Token expired. Give us credentials that are good'),
    });
    expect(server.calls).toHaveLength(4);
    expect(await listed(api, ALL)).toHaveLength(1);
  });

  it('where several calls at once find the token withdrawn, all are answered', async () => {
    const { server, api } = await started({ assets: [account(1)] });
    server.fail('ListAssets', { code: 'UNAUTHENTICATED', times: 4 });
    const answers = await Promise.all([1, 2, 3, 4].map(() => api.list(ALL, undefined)));
    expect(answers.map(({ kind }) => kind)).toEqual(['page', 'page', 'page', 'page']);
  });

  it('where there are no credentials to ask with', async () => {
    const environment = {
      GOOGLE_APPLICATION_CREDENTIALS: '/nowhere/credentials.json',
      METADATA_SERVER_DETECTION: 'none',
    };
    await withEnvironment(environment, async () => {
      const api = cloudAssets();
      closing.push(api);
      expect(await api.list(ALL, undefined)).toMatchObject({
        kind: 'refused',
        why: expect.stringMatching(/UNAUTHENTICATED: .*\/nowhere/),
      });
    });
  });
});

it('a server on this machine is asked directly, whatever proxy there is', async () => {
  await withEnvironment({ grpc_proxy: 'http://127.0.0.1:1', no_proxy: '' }, async () => {
    const { api } = await started({ assets: [account(1)] });
    expect(await listed(api, ALL)).toHaveLength(1);
  });
});

async function withEnvironment(environment: Record<string, string>, body: () => Promise<void>) {
  const before = { ...process.env };
  Object.assign(process.env, environment);
  try {
    await body();
  } finally {
    for (const name of Object.keys(environment)) delete process.env[name];
    Object.assign(process.env, before);
  }
}

describe('the newest state', () => {
  const at = (day: number) => `2026-05-${day}T00:00:00.000000001Z`;
  const version = (day: number, email: string) => ({ ...account(1, { email }), updateTime: at(day) });
  const window = { from: NOW - 35n * DAY, to: NOW };
  const [one, other] = [account(1).name, account(2).name];

  it('of each asset is given, whatever came before and in whatever order', async () => {
    const { server, api } = await started();
    for (const day of [10, 11, 12]) server.serve([version(day, `v${day}@x`), account(2)], at(day));
    const { assets } = given(await api.latest(ORGANIZATION, 'resource', [one, other], window));
    expect(assets).toMatchObject([
      { asset: { name: other } },
      { window: { startTime: at(12) }, asset: { name: one, resource: { data: { email: 'v12@x' } } } },
    ]);
    const [, decoded] = decodeAssets(assets, NOW);
    expect(decoded).toMatchObject({ kind: 'news', time: parseTime(at(12)) });
    expect(server.calls).toMatchObject([{ request: { parent: ORGANIZATION, contentType: 'RESOURCE' } }]);
  });

  it('is the newest within the window', async () => {
    const { server, api } = await started();
    for (const day of [10, 11, 12]) server.serve([version(day, `v${day}@x`)], at(day));
    const { assets } = given(
      await api.latest(ORGANIZATION, 'resource', [one], { ...window, to: parseTime(at(11))! }),
    );
    expect(assets).toMatchObject([{ asset: { resource: { data: { email: 'v11@x' } } } }]);
  });

  it('of what was deleted is that it is gone, since then', async () => {
    const { server, api } = await started();
    server.serve([version(10, 'v@x')], at(10));
    server.serve([], at(20));
    const { assets } = given(await api.latest(ORGANIZATION, 'resource', [one], window));
    const decoded = decodeAssets(assets, NOW);
    expect(decoded).toMatchObject([
      {
        kind: 'news',
        time: parseTime(at(20)),
        observations: [{ kind: 'gone', type: 'service-account', source: 'sweep', time: parseTime(at(20)) }],
      },
    ]);
  });

  it('of a policy is the policy', async () => {
    const [, , policy] = KINDS[1]!;
    const { api } = await started({ assets: [policy] });
    const { assets } = given(await api.latest(ORGANIZATION, 'policy', [SA_NAME], window));
    expect(decodeAssets(assets, NOW).map(newsIn)).toEqual(decodeAssets([policy], NOW).map(newsIn));
  });

  it.each([
    [
      'an account, by its unique id',
      '//iam.googleapis.com/projects/-/serviceAccounts/1057',
      accountIn('acme-prod', '1057'),
    ],
    [
      'an account, by its e-mail',
      '//iam.googleapis.com/projects/-/serviceAccounts/api@acme-data.iam.gserviceaccount.com',
      accountIn('acme-data', 'api@acme-data.iam.gserviceaccount.com'),
    ],
    [
      'what lies in a zonal cluster',
      '//container.googleapis.com/projects/p/locations/europe-west1-b/clusters/c/k8s/namespaces/n/serviceaccounts/s',
      '//container.googleapis.com/projects/p/zones/europe-west1-b/clusters/c/k8s/namespaces/n/serviceaccounts/s',
    ],
    [
      'a regional cluster',
      '//container.googleapis.com/projects/p/locations/us-central1/clusters/us-a',
      '//container.googleapis.com/projects/p/locations/us-central1/clusters/us-a',
    ],
    [
      'a zonal cluster',
      '//container.googleapis.com/projects/p/locations/us-central1-a/clusters/c',
      '//container.googleapis.com/projects/p/zones/us-central1-a/clusters/c',
    ],
    ['a bucket', '//storage.googleapis.com/acme-ledger', '//storage.googleapis.com/acme-ledger'],
  ])('is asked for by the names that the API knows: %s', async (_what, name, asked) => {
    const { server, api } = await started({ assets: [PROJECT] });
    given(await api.latest('projects/acme-prod', 'resource', [name], window));
    expect(server.calls.map(({ request }) => request.assetNames)).toEqual([[asked]]);
  });

  it.each([
    ['a key', '//iam.googleapis.com/projects/-/serviceAccounts/-/keys/k1'],
    ['an HMAC key', '//storage.googleapis.com/projects/-/hmacKeys/GOOG1'],
    ['an account of an unknown project', '//iam.googleapis.com/projects/-/serviceAccounts/1057'],
  ])('cannot be asked for where the name does not say enough: %s', async (_what, name) => {
    const { server, api } = await started();
    expect(await api.latest(ORGANIZATION, 'resource', [name], window)).toEqual({
      kind: 'assets',
      assets: [],
    });
    expect(server.calls).toEqual([]);
  });

  it('is asked for a hundred at once, and no more', async () => {
    const names = Array.from({ length: 101 }, (_, index) => account(100 + index).name);
    const { api } = await started({
      assets: names.map((name) => ({ ...account(0), name, resource: { data: {} } })),
    });
    expect(given(await api.latest(ORGANIZATION, 'resource', names.slice(1), window)).assets).toHaveLength(
      100,
    );
    await expect(api.latest(ORGANIZATION, 'resource', names, window)).rejects.toThrow(
      'the history of 101 assets at once, 100 is the most',
    );
  });

  it('is refused below a folder, and waited for like anything else', async () => {
    const { server, api } = await started({ assets: [account(1)] });
    expect(await api.latest('folders/345', 'resource', [one], window)).toMatchObject({
      kind: 'refused',
      why: expect.stringContaining('BatchGetAssetsHistory (resource) below folders/345: INVALID_ARGUMENT'),
    });
    server.fail('BatchGetAssetsHistory', { code: 'RESOURCE_EXHAUSTED', retryDelay: 9 });
    expect(await api.latest(ORGANIZATION, 'resource', [one], window)).toMatchObject({
      kind: 'wait',
      seconds: 9,
    });
  });
});

describe('an export', () => {
  const TO = 'gs://acme-anchorwatch/exports/1';

  it('is begun, runs, and is done', async () => {
    const written = new Map<string, string>();
    const { server, api } = await started({
      assets: [account(1, { email: 'a@b' }), { ...account(2), ancestors: ['projects/2'] }],
      write: (uri, lines) => void written.set(uri, lines),
    });
    const { operation } = given(await api.beginExport(ALL, TO));
    expect(server.calls).toMatchObject([
      {
        method: 'ExportAssets',
        request: {
          parent: ORGANIZATION,
          assetTypes: [SA],
          contentType: 'RESOURCE',
          outputConfig: { gcsDestination: { uriPrefix: TO } },
        },
      },
    ]);
    expect(await api.exported(operation)).toEqual({ kind: 'running' });
    await server.finishExports();
    const objects = [`${TO}/iam.googleapis.com/ServiceAccount/0`];
    expect(await api.exported(operation)).toEqual({ kind: 'done', readTime: NOW, objects });
    const lines = (written.get(objects[0]!) ?? '').trim().split('\n');
    const page = given(await api.list(ALL, undefined));
    expect(
      decodeAssets(
        lines.map((line) => JSON.parse(line)),
        NOW,
      ).map(newsIn),
    ).toEqual(decodeAssets(page.assets, NOW).map(newsIn));
  });

  it('of nothing is done with no objects', async () => {
    const { server, api } = await started({ assets: [account(1)] });
    const { operation } = given(await api.beginExport({ ...ALL, assetTypes: ['x.googleapis.com/Y'] }, TO));
    await server.finishExports();
    expect(await api.exported(operation)).toEqual({ kind: 'done', readTime: NOW, objects: [] });
  });

  it('may fail', async () => {
    const { server, api } = await started({ assets: [account(1)] });
    const { operation } = given(await api.beginExport(ALL, TO));
    await server.finishExports('The bucket is gone.');
    expect(await api.exported(operation)).toEqual({ kind: 'failed', why: 'The bucket is gone.' });
  });

  it('is refused to where another is being written', async () => {
    const { api } = await started({ assets: [account(1)] });
    given(await api.beginExport(ALL, TO));
    expect(await api.beginExport(ALL, TO)).toMatchObject({
      kind: 'refused',
      why: `ExportAssets (resource) below ${ORGANIZATION} to ${TO}: FAILED_PRECONDITION: An export to this destination is running`,
    });
  });

  it('is asked for and looked at once each, whatever comes of it', async () => {
    const { server, api } = await started({ assets: [account(1)] });
    server.fail('ExportAssets', { code: 'UNAVAILABLE' });
    expect(await api.beginExport(ALL, TO)).toMatchObject({ kind: 'wait', seconds: 30 });
    const { operation } = given(await api.beginExport(ALL, TO));
    server.fail('GetOperation', { code: 'UNAVAILABLE', retryDelay: 3 });
    expect(await api.exported(operation)).toMatchObject({
      kind: 'wait',
      seconds: 3,
      why: `the export ${operation}: UNAVAILABLE: as it was told`,
    });
    expect(await api.exported(operation)).toEqual({ kind: 'running' });
    expect(await api.exported('projects/1/operations/none')).toMatchObject({ kind: 'refused' });
    expect(server.calls.map(({ method }) => method)).toEqual([
      'ExportAssets',
      'ExportAssets',
      'GetOperation',
      'GetOperation',
      'GetOperation',
    ]);
  });
});
