import { describe, expect, it } from '@jest/globals';
import {
  ACCOUNT,
  accountEntry,
  auditEntry,
  delta,
  EMAIL,
  grants,
  KSA_MEMBER,
  news,
  observed,
  policy,
  UNIQUE_ID,
} from './payloads.ts';

const WI_USER = 'roles/iam.workloadIdentityUser';
const VIEWER = 'roles/viewer';

describe('a policy write on a service account', () => {
  const entry = accountEntry('SetIAMPolicy', {
    request: {
      policy: policy('BwX=', [WI_USER, KSA_MEMBER]),
      resource: `projects/-/serviceAccounts/${EMAIL}`,
    },
    response: policy('BwY=', [WI_USER, KSA_MEMBER]),
    serviceData: delta(['ADD', WI_USER, KSA_MEMBER], ['REMOVE', VIEWER, 'user:ann@example.com']),
  });

  it('gives the whole policy, its version and the one it replaced', () => {
    const state = observed(news(entry), 'policy');
    expect(state).toMatchObject({
      asset: ACCOUNT,
      etag: 'BwY=',
      supersedes: 'BwX=',
      source: 'audit-log',
      ancestors: ['projects/acme-prod'],
    });
    expect(state.grants).toEqual([
      {
        resource: ACCOUNT,
        role: WI_USER,
        member: KSA_MEMBER,
        principal: { kind: 'ksa', pool: 'acme-prod.svc.id.goog', namespace: 'payments', name: 'api' },
      },
    ]);
  });

  it('gives the act with what it changed', () => {
    const [act] = news(entry).acts;
    expect(act).toMatchObject({
      kind: 'set-iam-policy',
      method: 'google.iam.admin.v1.SetIAMPolicy',
      asset: ACCOUNT,
      account: EMAIL,
      etag: 'BwY=',
    });
    expect(act?.changes.map(({ action, grant }) => [action, grant.role, grant.member])).toEqual([
      ['add', WI_USER, KSA_MEMBER],
      ['remove', VIEWER, 'user:ann@example.com'],
    ]);
  });

  it('tells in passing that id and e-mail are one account', () => {
    expect(observed(news(entry), 'alias')).toMatchObject({
      asset: ACCOUNT,
      alias: { of: 'service-account', id: UNIQUE_ID, name: EMAIL },
    });
  });
});

describe('what an entry tells of the policy', () => {
  const full = policy('BwY=', [VIEWER, 'allUsers']);
  const empty = { '@type': 'type.googleapis.com/google.iam.v1.Policy', etag: 'BwY=' };
  const change = delta(['ADD', VIEWER, 'allUsers']);
  it.each([
    ['the answer', { response: full }, 'policy', 1],
    ['the answer, one level down', { response: { policy: full } }, 'policy', 1],
    ['the request, where there is no answer', { request: { policy: full } }, 'policy', 1],
    ['the request itself', { request: full }, 'policy', 1],
    ['a request of Cloud Storage', { request: { iamRequest: { policy: full } } }, 'policy', 1],
    [
      'the answer rather than the request',
      { request: { policy: policy('a', [VIEWER, 'allUsers', 'user:x@y.z']) }, response: full },
      'policy',
      1,
    ],
    ['the answer rather than the delta', { response: full, serviceData: change }, 'policy', 1],
    [
      'metadata of BigQuery',
      { metadata: { datasetChange: { dataset: { acl: { policy: full } } } } },
      'policy',
      1,
    ],
    [
      'an emptied policy, by an answer without bindings',
      { request: { policy: { etag: 'BwX=' } }, response: empty },
      'policy',
      0,
    ],
    [
      'an emptied policy, by a request of no bindings',
      { request: { policy: { bindings: [] } } },
      'policy',
      0,
    ],
    ['an emptied policy, by an answer of no bindings', { response: { bindings: [] } }, 'policy', 0],
    [
      'the delta, where the answer disagrees with the request',
      { request: { policy: full }, response: empty, serviceData: change },
      'policy-delta',
      1,
    ],
    [
      'nothing certain, where they disagree and there is no delta',
      { request: { policy: full }, response: empty },
      'policy-unknown',
      0,
    ],
    [
      'nothing, where the mask keeps bindings out',
      { request: { policy: full, updateMask: 'auditConfigs' } },
      'policy-unknown',
      0,
    ],
    [
      'the request, where the mask lets bindings in',
      { request: { policy: full, updateMask: { paths: ['bindings'] } } },
      'policy',
      1,
    ],
    ['the delta alone', { serviceData: change }, 'policy-delta', 1],
    ['the delta in metadata', { metadata: change }, 'policy-delta', 1],
    [
      'a delta in snake_case and numbers',
      {
        serviceData: { policy_delta: { binding_deltas: [{ action: 2, role: VIEWER, member: 'allUsers' }] } },
      },
      'policy-delta',
      1,
    ],
    [
      'a delta of no bindings',
      { serviceData: { policyDelta: { auditConfigDeltas: [{ action: 'ADD' }] } } },
      'policy-delta',
      0,
    ],
    ['nothing at all', {}, 'policy-unknown', 0],
    ['an answer cut down to its type', { response: { '@type': empty['@type'] } }, 'policy-unknown', 0],
    ['an answer without bindings, the request not shown', { response: empty }, 'policy-unknown', 0],
  ] as const)('%s', (_what, payload, kind, count) => {
    const found = news(
      auditEntry({
        serviceName: 'pubsub.googleapis.com',
        methodName: 'google.iam.v1.IAMPolicy.SetIamPolicy',
        resourceName: 'projects/p/topics/t',
        ...payload,
      }),
    );
    const [state] = found.observations;
    expect(state?.kind).toBe(kind);
    const told =
      state?.kind === 'policy' ? state.grants : state?.kind === 'policy-delta' ? state.changes : [];
    expect(told).toHaveLength(count);
  });

  it('a policy never set has no version: ACAB is the same on every resource', () => {
    const found = news(
      auditEntry({
        serviceName: 'pubsub.googleapis.com',
        methodName: 'x.SetIamPolicy',
        resourceName: 'projects/p/topics/t',
        request: { policy: policy('ACAB') },
        response: full,
      }),
    );
    expect(found.observations[0]).toMatchObject({ etag: 'BwY=' });
    expect(found.observations[0]).not.toHaveProperty('supersedes');
  });

  it('conditions are kept with their grants, on policies and deltas', () => {
    const condition = { title: 'until May', expression: 'request.time < timestamp("2026-05-01T00:00:00Z")' };
    const found = news(
      auditEntry({
        serviceName: 'pubsub.googleapis.com',
        methodName: 'x.SetIamPolicy',
        resourceName: 'projects/p/topics/t',
        response: {
          etag: 'e',
          bindings: [
            { role: VIEWER, members: ['allUsers'], condition },
            { role: VIEWER, members: ['user:a@b.c'], condition: { title: 'none' } },
          ],
        },
        serviceData: {
          policyDelta: { bindingDeltas: [{ action: 'ADD', role: VIEWER, member: 'allUsers', condition }] },
        },
      }),
    );
    expect(grants(found)).toEqual([`${VIEWER} allUsers ${condition.expression}`, `${VIEWER} user:a@b.c`]);
    expect(found.acts[0]?.changes[0]?.grant.condition).toEqual(condition);
  });

  it('ten thousand members are one policy', () => {
    const members = Array.from({ length: 10_000 }, (_, index) => `user:u${index}@example.com`);
    const found = news(
      auditEntry({
        serviceName: 'pubsub.googleapis.com',
        methodName: 'x.SetIamPolicy',
        resourceName: 'projects/p/topics/t',
        response: policy('e', [VIEWER, ...members]),
      }),
    );
    expect(grants(found)).toHaveLength(10_000);
  });
});

describe('what a policy stands on, by its one name', () => {
  const label = (type: string, labels: object = {}) => ({
    resource: { type, labels: { project_id: 'acme-prod', ...labels } },
  });
  it.each([
    [
      'SetIamPolicy',
      'cloudresourcemanager.googleapis.com',
      'projects/acme-prod',
      {},
      '//cloudresourcemanager.googleapis.com/projects/acme-prod',
    ],
    [
      'google.cloud.resourcemanager.v3.Projects.SetIamPolicy',
      'cloudresourcemanager.googleapis.com',
      'projects/123',
      {},
      '//cloudresourcemanager.googleapis.com/projects/123',
    ],
    [
      'SetIamPolicy',
      undefined,
      'folders/345',
      label('folder'),
      '//cloudresourcemanager.googleapis.com/folders/345',
    ],
    [
      'SetIamPolicy',
      'cloudresourcemanager.googleapis.com',
      'organizations/678',
      label('organization'),
      '//cloudresourcemanager.googleapis.com/organizations/678',
    ],
    [
      'SetIamPolicy',
      'cloudresourcemanager.googleapis.com',
      'acme-prod',
      label('project'),
      '//cloudresourcemanager.googleapis.com/projects/acme-prod',
    ],
    [
      'storage.setIamPermissions',
      'storage.googleapis.com',
      'projects/_/buckets/acme-ledger',
      label('gcs_bucket'),
      '//storage.googleapis.com/acme-ledger',
    ],
    [
      'google.iam.v1.IAMPolicy.SetIamPolicy',
      'bigquery.googleapis.com',
      'projects/p/datasets/d',
      {},
      '//bigquery.googleapis.com/projects/p/datasets/d',
    ],
    [
      'google.cloud.secretmanager.v1.SecretManagerService.SetIamPolicy',
      'secretmanager.googleapis.com',
      'projects/123/secrets/s',
      {},
      '//secretmanager.googleapis.com/projects/123/secrets/s',
    ],
    [
      'google.cloud.run.v1.Services.SetIamPolicy',
      'run.googleapis.com',
      'namespaces/p/services/s',
      label('cloud_run_revision', { location: 'europe-west1' }),
      '//run.googleapis.com/projects/p/locations/europe-west1/services/s',
    ],
    [
      'google.cloud.run.v1.Services.SetIamPolicy',
      'run.googleapis.com',
      'projects/p/locations/l/services/s',
      {},
      '//run.googleapis.com/projects/p/locations/l/services/s',
    ],
    [
      'v1.compute.disks.setIamPolicy',
      'compute.googleapis.com',
      'projects/p/zones/z/disks/d',
      {},
      '//compute.googleapis.com/projects/p/zones/z/disks/d',
    ],
    [
      'SetIamPolicy',
      'cloudkms.googleapis.com',
      'projects/p/locations/l/keyRings/r/cryptoKeys/k',
      {},
      '//cloudkms.googleapis.com/projects/p/locations/l/keyRings/r/cryptoKeys/k',
    ],
    [
      'google.devtools.artifactregistry.v1.ArtifactRegistry.SetIamPolicy',
      'artifactregistry.googleapis.com',
      'projects/p/locations/l/repositories/r',
      {},
      '//artifactregistry.googleapis.com/projects/p/locations/l/repositories/r',
    ],
    [
      'google.bigtable.admin.v2.BigtableInstanceAdmin.SetIamPolicy',
      'bigtableadmin.googleapis.com',
      'projects/p/instances/i',
      {},
      '//bigtable.googleapis.com/projects/p/instances/i',
    ],
    [
      'google.iam.v1.WorkloadIdentityPools.SetIamPolicy',
      'iam.googleapis.com',
      'projects/p/locations/global/workloadIdentityPools/w',
      {},
      '//iam.googleapis.com/projects/p/locations/global/workloadIdentityPools/w',
    ],
    [
      'google.iam.admin.v1.SetIAMPolicy',
      'iam.googleapis.com',
      `projects/-/serviceAccounts/${EMAIL}`,
      {},
      `//iam.googleapis.com/projects/-/serviceAccounts/${EMAIL}`,
    ],
    [
      'google.iam.admin.v1.SetIAMPolicy',
      'iam.googleapis.com',
      `projects/-/serviceAccounts/${EMAIL}`,
      label('service_account', { unique_id: UNIQUE_ID }),
      ACCOUNT,
    ],
    [
      'x.SetIamPolicy',
      'x.googleapis.com',
      '//x.googleapis.com/projects/p/things/t',
      {},
      '//x.googleapis.com/projects/p/things/t',
    ],
  ])('%s of %s on %s', (methodName, serviceName, resourceName, entry, expected) => {
    const found = news(auditEntry({ methodName, serviceName, resourceName, response: policy('e') }, entry));
    expect(found.observations[0]?.asset).toBe(expected);
    expect(found.acts[0]?.asset).toBe(expected);
  });

  it.each([
    'GetIamPolicy',
    'google.iam.admin.v1.GetIAMPolicy',
    'TestIamPermissions',
    'google.x.ResetIamPolicyLater',
  ])('%s is no write', (methodName) => {
    expect(() => news(auditEntry({ methodName, serviceName: 'x', resourceName: 'projects/p' }))).toThrow(
      /^ignored/,
    );
  });
});
