import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decodeMessage, decodePush } from '../../shared/decode/decode.ts';
import { openEnvelope } from '../../shared/decode/envelope.ts';
import {
  accountEntry,
  asset,
  auditEntry,
  CONTEXT,
  delta,
  EMAIL,
  KSA_MEMBER,
  kubernetesEntry,
  policy,
  stored,
  UNIQUE_ID,
} from './payloads.ts';

const NAME = `//iam.googleapis.com/projects/acme-prod/serviceAccounts/${UNIQUE_ID}`;
const whole = asset('iam.googleapis.com/ServiceAccount', NAME, {
  iamPolicy: policy('BwX=', ['roles/iam.workloadIdentityUser', KSA_MEMBER]),
  resource: {
    parent: '//cloudresourcemanager.googleapis.com/projects/1',
    data: { email: EMAIL, uniqueId: UNIQUE_ID },
  },
});
const PAYLOADS: readonly unknown[] = [
  whole,
  {
    asset: whole,
    priorAsset: whole,
    priorAssetState: 'PRESENT',
    deleted: false,
    window: { startTime: '2026-01-01T00:00:00Z' },
  },
  asset(
    'k8s.io/ServiceAccount',
    '//container.googleapis.com/projects/p/zones/z/clusters/c/k8s/namespaces/n/serviceaccounts/s',
    {
      resource: {
        data: { metadata: { name: 's', annotations: { 'iam.gke.io/gcp-service-account': EMAIL } } },
      },
    },
  ),
  accountEntry('SetIAMPolicy', {
    request: { policy: policy('a'), updateMask: 'bindings' },
    response: policy('b', ['roles/viewer', 'allUsers']),
    serviceData: delta(['ADD', 'roles/viewer', 'allUsers']),
  }),
  accountEntry('CreateServiceAccountKey', {
    response: {
      name: `projects/p/serviceAccounts/${EMAIL}/keys/k`,
      valid_after_time: { seconds: 1, nanos: 2 },
    },
  }),
  accountEntry('UndeleteServiceAccount', {
    response: { restoredAccount: { uniqueId: UNIQUE_ID, email: EMAIL } },
  }),
  auditEntry({
    serviceName: 'run.googleapis.com',
    methodName: 'x.SetIamPolicy',
    resourceName: 'namespaces/p/services/s',
  }),
  kubernetesEntry('core.v1.serviceaccounts.patch', 'core/v1/namespaces/n/serviceaccounts/s', {
    request: { metadata: { annotations: {} } },
    response: stored('ServiceAccount', 's', { labels: { team: 't' }, annotations: { a: 'b' } }),
  }),
  kubernetesEntry('core.v1.pods.exec.create', 'core/v1/namespaces/n/pods/p/exec'),
  kubernetesEntry(
    'authorization.rbac.v1.rolebindings.create',
    'rbac.authorization.k8s.io/v1/namespaces/n/rolebindings/b',
    {
      response: stored(
        'rbac.authorization.k8s.io/v1/RoleBinding',
        'b',
        {},
        { roleRef: { kind: 'Role', name: 'r' }, subjects: [{ kind: 'User', name: 'u' }] },
      ),
    },
  ),
  kubernetesEntry('batch.v1.cronjobs.update', 'batch/v1/namespaces/n/cronjobs/c', {
    response: stored(
      'batch/v1/CronJob',
      'c',
      {},
      { spec: { jobTemplate: { spec: { template: { spec: { serviceAccountName: 's' } } } } } },
    ),
  }),
  auditEntry(
    {
      methodName: 'google.container.v1.ClusterManager.CreateCluster',
      resourceName: 'projects/p/zones/z/clusters/c',
      request: {
        cluster: {
          workloadIdentityConfig: { workloadPool: 'p.svc.id.goog' },
          nodePools: [{ name: 'n', config: { workloadMetadataConfig: { mode: 'GKE_METADATA' } } }],
        },
      },
    },
    { operation: { id: 'o', first: true } },
  ),
  auditEntry({
    methodName: 'google.iam.v1.WorkloadIdentityPools.UpdateWorkloadIdentityPoolProvider',
    resourceName: 'projects/1/locations/global/workloadIdentityPools/a/providers/b',
    request: {
      updateMask: { paths: ['oidc'] },
      workloadIdentityPoolProvider: { oidc: { issuerUri: 'https://i' }, attributeMapping: { a: 'b' } },
    },
  }),
  auditEntry({
    methodName: 'SetOrgPolicy',
    resourceName: 'projects/p',
    request: { policy: { constraint: 'constraints/c', listPolicy: { allowedValues: ['a'] } } },
  }),
  {
    asset: asset(
      'cloudresourcemanager.googleapis.com/Project',
      '//cloudresourcemanager.googleapis.com/projects/1',
      { orgPolicy: [{ constraint: 'constraints/c', booleanPolicy: { enforced: true } }] },
    ),
    priorAsset: asset(
      'cloudresourcemanager.googleapis.com/Project',
      '//cloudresourcemanager.googleapis.com/projects/1',
      { orgPolicy: [{ constraint: 'constraints/d', booleanPolicy: {} }] },
    ),
  },
];

/** A copy of `value` in which whatever stands at the end of the chosen path is something else. */
function changed(value: unknown, path: readonly number[], replacement: unknown): unknown {
  const [step, ...rest] = path;
  if (step === undefined || typeof value !== 'object' || value === null) return replacement;
  const entries = Object.entries(value);
  if (entries.length === 0) return replacement;
  const [key] = entries[step % entries.length]!;
  const copy = entries.map(
    ([name, field]) => [name, name === key ? changed(field, rest, replacement) : field] as const,
  );
  return Array.isArray(value) ? copy.map(([, field]) => field) : Object.fromEntries(copy);
}

const path = fc.array(fc.nat(20), { minLength: 1, maxLength: 7 });
const oddValue = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom(
    '',
    'deleted:deleted:user:x',
    '//',
    'projects/',
    '9999999999999999999',
    null,
    [],
    {},
    [[]],
    [{}],
    -1,
    1e300,
    true,
  ),
);

describe('decoding never throws', () => {
  it('whatever the JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => {
        expect(decodeMessage(value, CONTEXT).kind).not.toBe('news');
        openEnvelope(value);
      }),
      { numRuns: 500 },
    );
  });

  it('whatever is changed in a true payload, and it says what is wrong', () => {
    fc.assert(
      fc.property(fc.constantFrom(...PAYLOADS), path, oddValue, (payload, where, replacement) => {
        const decoded = decodePush(changed(payload, where, replacement), CONTEXT);
        if (decoded.kind !== 'news') expect(decoded.why).not.toBe('');
      }),
      { numRuns: 5_000 },
    );
  });

  it('whatever bytes a push carries', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const message = { data: Buffer.from(bytes).toString('base64'), messageId: '1' };
        expect(decodePush({ message }, CONTEXT).kind).not.toBe('news');
      }),
    );
  });

  it('the payloads themselves are news', () => {
    expect(PAYLOADS.map((payload) => decodePush(payload, CONTEXT).kind)).toEqual(PAYLOADS.map(() => 'news'));
  });
});

it('decoding twice gives the same: nothing but the message and its context has a part in it', () => {
  fc.assert(
    fc.property(fc.constantFrom(...PAYLOADS), path, oddValue, (payload, where, replacement) => {
      const message = changed(payload, where, replacement);
      expect(decodeMessage(structuredClone(message), CONTEXT)).toEqual(decodeMessage(message, CONTEXT));
    }),
  );
});
