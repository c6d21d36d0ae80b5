/** The attack paths of docs/threats.md: each as the messages that Google pushes, and what Slack shows of it how soon. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { serviceAccountName } from '../../shared/model/asset.ts';
import type { Observation } from '../../shared/model/observation.ts';
import { asset, auditEntry, delta, policy, stored } from '../decode/payloads.ts';
import { provider, trustingCi } from '../detectors/platform.ts';
import { pushed } from '../pipeline/bodies.ts';
import { Stage } from '../pipeline/stage.ts';
import { news } from '../pipeline/story.ts';
import { account, COMPLETE, cluster, iam, ksa, member, projectAlias, t, WI } from '../world.ts';

type Json = Readonly<Record<string, unknown>>;

const API = 'api@acme-prod.iam.gserviceaccount.com';
const API_ID = '1001';
const ADMIN = 'admin@acme-prod.iam.gserviceaccount.com';
const API_ASSET = serviceAccountName(API_ID);
const CI = 'projects/444455556666/locations/global/workloadIdentityPools/ci';

/** Somebody who got hold of jane's session. */
const JANE = {
  authenticationInfo: { principalEmail: 'jane@acme.example', principalSubject: 'user:jane@acme.example' },
  requestMetadata: { callerIp: '203.0.113.9', callerSuppliedUserAgent: 'curl/8' },
};
const AT = '2026-11-21T09:00:10.500000Z';
const WHERE = { ancestors: ['projects/111122223333', 'organizations/123456789012'] };

function audit(payload: Json, more: Json = {}): Json {
  return auditEntry({ ...JANE, ...payload }, { insertId: 'attack', timestamp: AT, ...more });
}

/** An entry of the API server of prod-euw1. */
function kubernetes(method: string, resourceName: string, payload: Json = {}): Json {
  return audit(
    { serviceName: 'k8s.io', methodName: `io.k8s.${method}`, resourceName, ...payload },
    {
      resource: {
        type: 'k8s_cluster',
        labels: { cluster_name: 'prod-euw1', location: 'europe-west1', project_id: 'acme-prod' },
      },
    },
  );
}

/** What is there and declared before anything happens. */
const STANDING: readonly Observation[] = [
  ...account(API, API_ID),
  ...account(ADMIN, '1002'),
  projectAlias('acme-prod', '111122223333'),
  cluster(),
  ksa('payments/api', API),
  ksa('sandbox/debug'),
  iam(API_ASSET, [[WI, member('payments/api')]], { etag: 'e1' }),
  provider({ pool: CI }),
];

interface AttackPath {
  readonly name: string;
  /** What was planted before. */
  readonly before?: readonly Observation[];
  readonly message: Json;
  /** Seconds from what happens to the message that is pushed: entries take seconds, the feed takes minutes. */
  readonly after: number;
  readonly detector: string;
  /** The first line of the message. */
  readonly says: string;
}

const ENTRY = 5;
const FEED = 120;
const FOREIGN = 'serviceAccount:evil-corp.svc.id.goog[x/y]';
const PATHS: readonly AttackPath[] = [
  {
    name: 'a KSA of a foreign pool is bound to an account',
    message: audit(
      {
        serviceName: 'iam.googleapis.com',
        methodName: 'google.iam.admin.v1.SetIAMPolicy',
        resourceName: `projects/-/serviceAccounts/${API_ID}`,
        request: { policy: policy('e1', [WI, member('payments/api'), FOREIGN]) },
        response: policy('e2', [WI, member('payments/api'), FOREIGN]),
        serviceData: delta(['ADD', WI, FOREIGN]),
      },
      {
        resource: {
          type: 'service_account',
          labels: { project_id: 'acme-prod', unique_id: API_ID, email_id: API },
        },
      },
    ),
    after: ENTRY,
    detector: 'untrusted-pool',
    says: '🔴 Critical · roles/iam.workloadIdentityUser on serviceAccount:api@acme-prod is held from pool evil-corp.svc.id.goog, which is not trust… · and 1 more · by jane@acme.example',
  },
  {
    name: 'a KSA is annotated with an account whose binding was planted long ago',
    before: [iam(serviceAccountName('1002'), [[WI, member('sandbox/debug')]], { etag: 'a1' })],
    message: kubernetes('core.v1.serviceaccounts.patch', 'core/v1/namespaces/sandbox/serviceaccounts/debug', {
      response: stored('ServiceAccount', 'debug', {
        namespace: 'sandbox',
        annotations: { 'iam.gke.io/gcp-service-account': ADMIN },
      }),
    }),
    after: ENTRY,
    detector: 'undeclared-identity',
    says: '🔴 Critical · sandbox/debug can act as admin@acme-prod, which no policy declares · and 1 more · by jane@acme.example',
  },
  {
    name: 'kubectl create token, to be exchanged on a laptop',
    message: kubernetes(
      'core.v1.serviceaccounts.token.create',
      'core/v1/namespaces/payments/serviceaccounts/api/token',
    ),
    after: ENTRY,
    detector: 'token-minted-by-person',
    says: '🟨 Medium · jane@acme.example had a token made of KSA payments/api · and 1 more · by jane@acme.example',
  },
  {
    name: "a workload that may run pods with another's service account",
    message: kubernetes(
      'authorization.rbac.v1.rolebindings.create',
      'rbac.authorization.k8s.io/v1/namespaces/payments/rolebindings/ci',
      {
        response: stored(
          'rbac.authorization.k8s.io/v1/RoleBinding',
          'ci',
          { namespace: 'payments' },
          {
            roleRef: { kind: 'ClusterRole', name: 'edit' },
            subjects: [{ kind: 'ServiceAccount', namespace: 'sandbox', name: 'debug' }],
          },
        ),
      },
    ),
    after: ENTRY,
    detector: 'impersonation-exposed',
    says: '🔶 High · sandbox/debug can become payments/api · and 1 more · by jane@acme.example',
  },
  {
    name: "a new cluster in the pool's project",
    message: audit(
      {
        serviceName: 'container.googleapis.com',
        methodName: 'google.container.v1.ClusterManager.CreateCluster',
        resourceName: 'projects/acme-prod/locations/us-east4/clusters/mine',
        request: {
          cluster: { name: 'mine', workloadIdentityConfig: { workloadPool: 'acme-prod.svc.id.goog' } },
        },
      },
      {
        operation: { id: 'o1', producer: 'container.googleapis.com', first: true },
        resource: {
          type: 'gke_cluster',
          labels: { cluster_name: 'mine', location: 'us-east4', project_id: 'acme-prod' },
        },
      },
    ),
    after: ENTRY,
    detector: 'cluster-not-declared',
    says: '🔶 High · Cluster mine shares pool acme-prod.svc.id.goog, and nobody declared it · by jane@acme.example',
  },
  {
    name: 'a membership of the fleet with an issuer of its own',
    message: audit(
      {
        serviceName: 'gkehub.googleapis.com',
        methodName: 'google.cloud.gkehub.v1.GkeHub.CreateMembership',
        resourceName: 'projects/acme-prod/locations/global/memberships/mine',
        request: {
          parent: 'projects/acme-prod/locations/global',
          membershipId: 'mine',
          resource: { authority: { issuer: 'https://evil.example', oidcJwks: 'eyJ9' } },
        },
      },
      { operation: { id: 'o2', producer: 'gkehub.googleapis.com', first: true } },
    ),
    after: ENTRY,
    detector: 'fleet-membership-not-declared',
    says: '🔶 High · Fleet member mine lets https://evil.example vouch for pool acme-prod.svc.id.goog, and nobody declared it · by jane@acme.example',
  },
  {
    name: "a provider's issuer is changed and its condition kept",
    message: audit(
      {
        serviceName: 'iam.googleapis.com',
        methodName: 'google.iam.v1.WorkloadIdentityPools.UpdateWorkloadIdentityPoolProvider',
        resourceName: `${CI}/providers/github`,
        request: {
          workloadIdentityPoolProvider: { oidc: { issuerUri: 'https://evil.example' } },
          updateMask: 'oidc.issuerUri',
        },
      },
      { operation: { id: 'o3', producer: 'iam.googleapis.com', first: true } },
    ),
    after: ENTRY,
    detector: 'federation-provider-changed',
    says: '🔴 Critical · Provider github of pool ci takes tokens of https://evil.example · by jane@acme.example',
  },
  {
    name: 'a Cloud Run service that runs as the account of a workload',
    message: {
      asset: asset(
        'run.googleapis.com/Service',
        '//run.googleapis.com/projects/acme-prod/locations/europe-west1/services/mine',
        { ...WHERE, updateTime: AT, resource: { data: { template: { serviceAccount: API } } } },
      ),
      window: { startTime: AT },
    },
    after: FEED,
    detector: 'account-attached-elsewhere',
    says: '🔶 High · Cloud Run service mine runs as api@acme-prod, outside of its pods',
  },
  {
    name: 'a person is given a role in the cluster',
    message: kubernetes(
      'authorization.rbac.v1.clusterrolebindings.create',
      'rbac.authorization.k8s.io/v1/clusterrolebindings/helpers',
      {
        response: stored(
          'rbac.authorization.k8s.io/v1/ClusterRoleBinding',
          'helpers',
          {},
          {
            roleRef: { kind: 'ClusterRole', name: 'cluster-admin' },
            subjects: [{ kind: 'User', name: 'mallory@evil.example' }],
          },
        ),
      },
    ),
    after: ENTRY,
    detector: 'impersonation-exposed',
    says: '🔶 High · mallory@evil.example can become payments/api · and 1 more · by jane@acme.example',
  },
];

let stage: Stage;
beforeEach(async () => {
  stage = await Stage.open(COMPLETE);
  stage.policy = trustingCi();
});
afterEach(() => stage.close());

describe.each(PATHS)('$name', ({ before = [], message, after, detector, says }) => {
  it(`is told by ${detector}, ${after} seconds later`, async () => {
    await stage.take(news('standing', 0, [...STANDING, ...before]));
    await stage.deliver();
    expect(stage.texts()).not.toContain(says);
    // The clock stands still from here on: what the message took to come is all that it takes.
    stage.now = t(10.5 + after);
    await stage.receive(pushed(message, 'attack'));
    await stage.deliver();
    expect(await stage.states(detector)).toContain('open');
    expect(stage.texts()).toContain(says);
  });
});

it('a token that is used from another network is not seen', async () => {
  await stage.take(news('standing', 0, STANDING));
  await stage.deliver();
  stage.now = t(60);
  const use = audit(
    {
      serviceName: 'storage.googleapis.com',
      methodName: 'storage.objects.get',
      resourceName: 'projects/_/buckets/ledger/objects/all',
      authenticationInfo: {
        principalEmail: API,
        serviceAccountDelegationInfo: [{ principalSubject: member('payments/api') }],
      },
      requestMetadata: { callerIp: '198.51.100.66' },
    },
    { logName: 'projects/acme-prod/logs/cloudaudit.googleapis.com%2Fdata_access' },
  );
  await stage.receive(pushed(use, 'use'));
  await stage.deliver();
  expect(stage.texts()).toEqual([]);
});
