import { describe, expect, it } from '@jest/globals';
import { decodeMessage } from '../../shared/decode/decode.ts';
import { keyName } from '../../shared/model/asset.ts';
import { formatTime } from '../../shared/model/time.ts';
import {
  ACCOUNT,
  asset,
  EMAIL,
  grants,
  KSA_MEMBER,
  news,
  observed,
  policy,
  RECEIVED_AT,
  UNIQUE_ID,
  why,
} from './payloads.ts';

const SA = 'iam.googleapis.com/ServiceAccount';
const SA_NAME = `//iam.googleapis.com/projects/acme-prod/serviceAccounts/${UNIQUE_ID}`;
const CLUSTER_NAME = '//container.googleapis.com/projects/acme-prod/zones/europe-west1-b/clusters/c1';
const CLUSTER = 'projects/acme-prod/locations/europe-west1-b/clusters/c1';
const KSA_NAME = `${CLUSTER_NAME}/k8s/namespaces/payments/serviceaccounts/api`;
const iamPolicy = policy('BwX=', ['roles/iam.workloadIdentityUser', KSA_MEMBER]);

describe('the facts of each watched type', () => {
  const ANNOTATION = 'iam.gke.io/gcp-service-account';
  it.each([
    [
      SA,
      SA_NAME,
      { email: EMAIL, uniqueId: UNIQUE_ID, projectId: 'acme-prod', displayName: 'API', disabled: true },
      {
        type: 'service-account',
        uniqueId: UNIQUE_ID,
        email: EMAIL,
        projectId: 'acme-prod',
        displayName: 'API',
        disabled: true,
      },
    ],
    [
      SA,
      `//iam.googleapis.com/projects/acme-prod/serviceAccounts/${EMAIL}`,
      {},
      { type: 'service-account', email: EMAIL },
    ],
    [
      'iam.googleapis.com/ServiceAccountKey',
      `${SA_NAME}/keys/k1`,
      {
        keyType: 'USER_MANAGED',
        keyOrigin: 'USER_PROVIDED',
        validAfterTime: '2026-01-01T00:00:00Z',
        disabled: true,
      },
      {
        type: 'service-account-key',
        keyId: 'k1',
        account: UNIQUE_ID,
        managedBy: 'user',
        origin: 'uploaded',
        validAfter: '2026-01-01T00:00:00.000000000Z',
        disabled: true,
      },
    ],
    [
      'iam.googleapis.com/ServiceAccountKey',
      `//iam.googleapis.com/projects/p/serviceAccounts/${EMAIL}/keys/k1`,
      { keyType: 'SYSTEM_MANAGED', keyOrigin: 'GOOGLE_PROVIDED' },
      { type: 'service-account-key', keyId: 'k1', account: EMAIL, managedBy: 'google', origin: 'created' },
    ],
    [
      'iam.googleapis.com/ServiceAccountKey',
      `${SA_NAME}/keys/k1`,
      { keyType: 'NEW_TYPE' },
      { type: 'service-account-key', keyId: 'k1', account: UNIQUE_ID },
    ],
    [
      'k8s.io/ServiceAccount',
      KSA_NAME,
      { metadata: { name: 'api', namespace: 'payments', uid: '0c5d', annotations: { [ANNOTATION]: EMAIL } } },
      {
        type: 'kubernetes-service-account',
        cluster: CLUSTER,
        namespace: 'payments',
        name: 'api',
        uid: '0c5d',
        annotation: EMAIL,
      },
    ],
    [
      'k8s.io/ServiceAccount',
      KSA_NAME,
      { metadata: { uid: '0c5d' } },
      {
        type: 'kubernetes-service-account',
        cluster: CLUSTER,
        namespace: 'payments',
        name: 'api',
        uid: '0c5d',
        annotation: '',
      },
    ],
    [
      'k8s.io/ServiceAccount',
      `${CLUSTER_NAME}/k8s/something-new`,
      { metadata: { name: 'api', namespace: 'payments' } },
      {
        type: 'kubernetes-service-account',
        cluster: CLUSTER,
        namespace: 'payments',
        name: 'api',
        annotation: '',
      },
    ],
    [
      'container.googleapis.com/Cluster',
      CLUSTER_NAME,
      { workloadIdentityConfig: { workloadPool: 'acme-prod.svc.id.goog' } },
      { type: 'cluster', cluster: CLUSTER, workloadPool: 'acme-prod.svc.id.goog', autopilot: false },
    ],
    [
      'container.googleapis.com/Cluster',
      CLUSTER_NAME,
      {
        workloadIdentityConfig: { identityNamespace: 'acme-prod.svc.id.goog' },
        autopilot: { enabled: true },
      },
      { type: 'cluster', cluster: CLUSTER, workloadPool: 'acme-prod.svc.id.goog', autopilot: true },
    ],
    [
      'container.googleapis.com/Cluster',
      CLUSTER_NAME,
      { autopilot: {} },
      { type: 'cluster', cluster: CLUSTER, workloadPool: '', autopilot: false },
    ],
    [
      'container.googleapis.com/Cluster',
      CLUSTER_NAME,
      {
        controlPlaneEndpointsConfig: {
          dnsEndpointConfig: { endpoint: 'gke-4f2c-1.europe-west1.gke.goog', allowExternalTraffic: true },
        },
      },
      {
        type: 'cluster',
        cluster: CLUSTER,
        workloadPool: '',
        autopilot: false,
        dnsEndpoint: 'gke-4f2c-1.europe-west1.gke.goog',
      },
    ],
    [
      'container.googleapis.com/Cluster',
      CLUSTER_NAME,
      {
        controlPlaneEndpointsConfig: { dnsEndpointConfig: { endpoint: 'gke-4f2c-1.europe-west1.gke.goog' } },
      },
      { type: 'cluster', cluster: CLUSTER, workloadPool: '', autopilot: false, dnsEndpoint: '' },
    ],
    [
      'cloudresourcemanager.googleapis.com/Project',
      '//cloudresourcemanager.googleapis.com/projects/123456789012',
      { projectId: 'acme-prod', projectNumber: '123456789012', name: 'Acme', lifecycleState: 'ACTIVE' },
      { type: 'project', projectId: 'acme-prod', number: '123456789012', displayName: 'Acme' },
    ],
    [
      'cloudresourcemanager.googleapis.com/Project',
      '//cloudresourcemanager.googleapis.com/projects/123456789012',
      { projectId: 'acme-prod', name: 'projects/123456789012', displayName: 'Acme', state: 'ACTIVE' },
      { type: 'project', projectId: 'acme-prod', number: '123456789012', displayName: 'Acme' },
    ],
  ])('%s %s', (assetType, name, data, facts) => {
    const state = observed(news(asset(assetType, name, { resource: { data } })), 'resource');
    expect(state.facts).toEqual(facts);
    expect(state).toMatchObject({
      whole: true,
      source: 'scan',
      ancestors: ['projects/123456789012', 'folders/345', 'organizations/678'],
    });
  });

  it('a resource without its data is there, and says nothing of what it lacks', () => {
    const state = observed(
      news(asset('k8s.io/ServiceAccount', KSA_NAME, { resource: { version: 'v1' } })),
      'resource',
    );
    expect(state.whole).toBe(false);
    expect(state.facts).not.toHaveProperty('annotation');
  });

  it('a project asked to be deleted is gone at once', () => {
    const project = asset(
      'cloudresourcemanager.googleapis.com/Project',
      '//cloudresourcemanager.googleapis.com/projects/1',
      { resource: { data: { projectId: 'p', lifecycleState: 'DELETE_REQUESTED' } } },
    );
    expect(observed(news(project), 'gone').type).toBe('project');
  });

  it('placeholders of Terraform tools are kept as they stand', () => {
    const found = news(
      asset(SA, '//iam.googleapis.com/projects/{{.Provider.project}}/serviceAccounts/placeholder-x', {
        ancestors: ['projects/123'],
        resource: { data: { email: 'a@{{.Provider.project}}.iam.gserviceaccount.com' } },
      }),
    );
    expect(found.observations.map(({ kind }) => kind)).toEqual(['resource']);
  });
});

describe('policies and resources', () => {
  it('one asset may carry both', () => {
    const found = news(
      asset(SA, SA_NAME, { iamPolicy, resource: { data: { email: EMAIL, uniqueId: UNIQUE_ID } } }),
    );
    expect(grants(found)).toEqual([`roles/iam.workloadIdentityUser ${KSA_MEMBER}`]);
    expect(observed(found, 'resource').asset).toBe(ACCOUNT);
  });

  it('the policy of any type is read, the resource of a watched type only', () => {
    const name = '//compute.googleapis.com/projects/acme-prod/global/firewalls/f';
    expect(
      observed(
        news(asset('compute.googleapis.com/Firewall', name, { iamPolicy, resource: { data: {} } })),
        'policy',
      ).asset,
    ).toBe(name);
    expect(why(asset('compute.googleapis.com/Firewall', name, { resource: { data: {} } }))).toBe(
      'ignored: asset type that is not watched: compute.googleapis.com/Firewall',
    );
    expect(why(asset(SA, SA_NAME, {}))).toBe(`ignored: asset without the content that is watched: ${SA}`);
  });

  it.each([
    ['no bindings', { etag: 'e' }],
    ['null bindings', { bindings: null }],
    ['nothing', {}],
    ['audit configuration only', { auditConfigs: [{ service: 'allServices' }] }],
  ])('a policy of %s is a whole policy without grants', (_what, emptyPolicy) => {
    expect(grants(news(asset(SA, SA_NAME, { iamPolicy: emptyPolicy })))).toEqual([]);
  });

  it('an export in snake_case is the same as a listing in camelCase', () => {
    const camel = asset(SA, SA_NAME, { iamPolicy });
    const { assetType, iamPolicy: _, updateTime, ...rest } = camel;
    const snake = { ...rest, asset_type: assetType, iam_policy: iamPolicy, update_time: updateTime };
    expect(news(snake)).toEqual(news(camel));
  });
});

describe('names learnt in passing', () => {
  const aliases = (payload: unknown) =>
    news(payload).observations.flatMap((o) => (o.kind === 'alias' ? [o.alias] : []));
  const account = { of: 'service-account', id: UNIQUE_ID, name: EMAIL };
  const project = { of: 'project', id: '123456789012', name: 'acme-prod' };
  const resource = { data: { email: EMAIL, uniqueId: UNIQUE_ID } };
  const PROJECT = 'cloudresourcemanager.googleapis.com/Project';
  it.each([
    ['an account, and the project it lies in', asset(SA, SA_NAME, { resource }), [account, project]],
    ['the project of a policy', asset(SA, SA_NAME, { iamPolicy }), [project]],
    [
      'a project by its own asset, once',
      asset(PROJECT, '//cloudresourcemanager.googleapis.com/projects/123456789012', {
        resource: { data: { projectId: 'acme-prod' } },
      }),
      [project],
    ],
    [
      'the project of a parent, where there are no ancestors',
      asset(SA, SA_NAME, {
        ancestors: undefined,
        resource: { ...resource, parent: '//cloudresourcemanager.googleapis.com/projects/123456789012' },
      }),
      [account, project],
    ],
    [
      'none where both sides are numbers',
      asset(SA, `//iam.googleapis.com/projects/9/serviceAccounts/${UNIQUE_ID}`, { iamPolicy }),
      [],
    ],
    [
      'none where both sides are ids',
      asset(SA, SA_NAME, { iamPolicy, ancestors: ['projects/acme-prod'] }),
      [],
    ],
    [
      'none where the name has no project',
      asset('storage.googleapis.com/Bucket', '//storage.googleapis.com/b', { iamPolicy }),
      [],
    ],
  ])('%s', (_what, payload, expected) => {
    expect(aliases(payload)).toEqual(expected);
  });
});

describe('identity, time and source', () => {
  const whole = asset(SA, SA_NAME, { iamPolicy });

  it('the same content at the same time from the same source is the same news, in whatever order its keys come', () => {
    const turned = Object.fromEntries(Object.entries(whole).reverse());
    expect(news(turned).id).toBe(news(whole).id);
    expect(news({ ...whole, updateTime: '2026-02-03T04:05:06.500000Z' }).id).toBe(news(whole).id);
  });

  it.each([
    ['content', { iamPolicy: policy('BwY=') }],
    ['time', { updateTime: '2026-02-03T04:05:07Z' }],
    ['asset', { name: SA_NAME.replace('1057', '2057') }],
  ])('another %s is other news', (_what, change) => {
    expect(news({ ...whole, ...change }).id).not.toBe(news(whole).id);
  });

  it('a sweep says that it is one', () => {
    const decoded = decodeMessage(whole, { receivedAt: RECEIVED_AT, source: 'sweep' });
    expect(decoded).toMatchObject({ kind: 'news', observations: [{ source: 'sweep' }, { source: 'sweep' }] });
    expect(decoded).not.toMatchObject({ id: news(whole).id });
  });

  it('an export without times is as of its reading, and its id does not depend on that', () => {
    const undated = { ...whole, updateTime: undefined };
    expect(news(undated).time).toBe(RECEIVED_AT);
    expect(decodeMessage(undated, { receivedAt: 1n })).toMatchObject({ id: news(undated).id, time: 1n });
    expect(formatTime(news(whole).time)).toBe('2026-02-03T04:05:06.500000000Z');
  });
});

describe('broken structure is malformed, with its place', () => {
  it.each([
    [asset(SA, 'projects/p/serviceAccounts/1', { iamPolicy }), 'name: not a full resource name'],
    [asset(SA, SA_NAME, { iamPolicy: 'x' }), 'iamPolicy: an object was expected, found a text'],
    [
      asset(SA, SA_NAME, { iamPolicy: { bindings: [{ role: 'r', members: {} }] } }),
      'iamPolicy.bindings[0].members: a list was expected, found an object',
    ],
    [asset(SA, SA_NAME, { resource: { data: [] } }), 'resource.data: an object was expected, found a list'],
    [
      asset(SA, SA_NAME, { resource: { data: { disabled: 'no' } } }),
      'resource.data.disabled: true or false was expected, found a text',
    ],
    [
      asset('k8s.io/ServiceAccount', KSA_NAME, {
        resource: { data: { metadata: { annotations: { 'iam.gke.io/gcp-service-account': 1 } } } },
      }),
      'resource.data.metadata.annotations.iam.gke.io/gcp-service-account: a text was expected, found a number',
    ],
    [
      { asset: asset(SA, SA_NAME, { iamPolicy: { bindings: [{ role: 'r' }, 7] } }) },
      'asset.iamPolicy.bindings[1]: an object was expected, found a number',
    ],
    [[], 'message: an object was expected, found a list'],
    [null, 'message: an object was expected, found nothing'],
    [{ hello: 1 }, 'message: neither a log entry nor an asset nor a change of one'],
  ])('%#', (payload, expected) => {
    expect(why(payload)).toBe(`malformed: ${expected}`);
  });

  it('a hundred lists within one another are enough', () => {
    const nested = (depth: number): unknown => (depth === 0 ? 1 : [nested(depth - 1)]);
    expect(why({ ...asset(SA, SA_NAME, {}), extra: nested(100) })).toBe(
      'malformed: message: nested more than 100 deep',
    );
    expect(why({ ...asset(SA, SA_NAME, {}), extra: nested(99) })).toMatch(/^ignored/);
  });
});

it.each([
  [
    'a Kubernetes manifest',
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'api' } },
    /^ignored: Kubernetes manifest/,
  ],
  [
    'a Terraform plan',
    { format_version: '1.2', terraform_version: '1.9', resource_changes: [] },
    /^ignored: terraform plan/,
  ],
])('%s is known, and not read yet', (_what, payload, expected) => {
  expect(why(payload)).toMatch(expected);
});

it('a key goes by its id alone, whatever its asset name has beside it', () => {
  const byEmail = asset(
    'iam.googleapis.com/ServiceAccountKey',
    `//iam.googleapis.com/projects/p/serviceAccounts/${EMAIL}/keys/k1`,
    { resource: { data: {} } },
  );
  const byId = asset(
    'iam.googleapis.com/ServiceAccountKey',
    `//iam.googleapis.com/projects/-/serviceAccounts/${UNIQUE_ID}/keys/k1`,
    { resource: { data: {} } },
  );
  expect([byEmail, byId].map((payload) => observed(news(payload), 'resource').asset)).toEqual([
    keyName('k1'),
    keyName('k1'),
  ]);
});
