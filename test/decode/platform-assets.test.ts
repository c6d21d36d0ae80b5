/** Assets of the Kubernetes and GKE side: what each type's resource says, and when it is gone. */
import { describe, expect, it } from '@jest/globals';
import { asset, CLUSTER, CLUSTER_ASSET, news, observed, stored, why } from './payloads.ts';

const NAMESPACE = `${CLUSTER_ASSET}/k8s/namespaces/payments`;
const POOL = 'projects/123456789012/locations/global/workloadIdentityPools/ci';
const PROVIDER = `//iam.googleapis.com/${POOL}/providers/github`;
const MEMBERSHIP = '//gkehub.googleapis.com/projects/acme-prod/locations/global/memberships/c1';
const POLICY =
  '//orgpolicy.googleapis.com/projects/123456789012/policies/iam.disableServiceAccountKeyCreation';

const podSpec = { serviceAccountName: 'api', containers: [] };
const workload = {
  type: 'workload',
  cluster: CLUSTER,
  namespace: 'payments',
  name: 'api',
  serviceAccount: 'api',
  hostNetwork: false,
  credentials: '',
};
const binding = {
  roleRef: { kind: 'Role', name: 'deployer' },
  subjects: [
    { kind: 'Group', name: 'b' },
    { kind: 'Group', name: 'a' },
  ],
};
const pool = { type: 'node-pool', cluster: CLUSTER, name: 'main' };
const provider = { type: 'identity-provider', pool: POOL, name: 'github' };
const orgPolicy = {
  type: 'org-policy',
  parent: 'projects/123456789012',
  constraint: 'iam.disableServiceAccountKeyCreation',
};

describe('the facts of each type', () => {
  it.each<readonly [string, string, object, object]>([
    [
      'k8s.io/Namespace',
      NAMESPACE,
      stored('Namespace', 'payments', { labels: { owner: 'payments-team', team: 'x' } }),
      { type: 'namespace', cluster: CLUSTER, name: 'payments', uid: '0c5d1f8e', owner: 'payments-team' },
    ],
    [
      'k8s.io/Pod',
      `${NAMESPACE}/pods/api`,
      stored('Pod', 'api', {}, { spec: podSpec }),
      { ...workload, kind: 'Pod' },
    ],
    [
      'apps.k8s.io/ReplicaSet',
      `${NAMESPACE}/apps/replicasets/api`,
      stored('apps/v1/ReplicaSet', 'api', {}, { spec: { template: { spec: podSpec } } }),
      { ...workload, kind: 'ReplicaSet' },
    ],
    [
      'batch.k8s.io/CronJob',
      `${NAMESPACE}/batch/cronjobs/api`,
      { spec: { jobTemplate: { spec: { template: { spec: { serviceAccount: 'api' } } } } } },
      { ...workload, kind: 'CronJob' },
    ],
    [
      'rbac.authorization.k8s.io/RoleBinding',
      `${NAMESPACE}/rbac.authorization.k8s.io/rolebindings/b`,
      binding,
      {
        type: 'role-binding',
        cluster: CLUSTER,
        namespace: 'payments',
        name: 'b',
        role: 'Role/deployer',
        subjects: 'Group/a\nGroup/b',
      },
    ],
    [
      'rbac.authorization.k8s.io/Role',
      `${NAMESPACE}/rbac.authorization.k8s.io/roles/debug`,
      { rules: [{ apiGroups: [''], resources: ['pods/exec'], verbs: ['create'] }] },
      {
        type: 'kubernetes-role',
        cluster: CLUSTER,
        namespace: 'payments',
        name: 'debug',
        rules: 'create core pods/exec',
      },
    ],
    [
      'rbac.authorization.k8s.io/ClusterRole',
      `${CLUSTER_ASSET}/k8s/rbac.authorization.k8s.io/clusterroles/system:discovery`,
      {},
      {
        type: 'kubernetes-role',
        cluster: CLUSTER,
        namespace: '',
        name: 'system:discovery',
      },
    ],
    [
      'rbac.authorization.k8s.io/ClusterRoleBinding',
      `${CLUSTER_ASSET}/k8s/rbac.authorization.k8s.io/clusterrolebindings/system:basic-user`,
      { roleRef: { kind: 'ClusterRole', name: 'view' } },
      {
        type: 'role-binding',
        cluster: CLUSTER,
        namespace: '',
        name: 'system:basic-user',
        role: 'ClusterRole/view',
        subjects: '',
      },
    ],
    ...(
      [
        [{ workloadMetadataConfig: { mode: 'GKE_METADATA' }, serviceAccount: 'n@p' }, 'GKE_METADATA', 'n@p'],
        [
          { workloadMetadataConfig: { mode: 'GCE_METADATA' }, serviceAccount: 'default' },
          'GCE_METADATA',
          'default',
        ],
        [{ workloadMetadataConfig: { nodeMetadata: 'GKE_METADATA_SERVER' } }, 'GKE_METADATA', 'default'],
        [{ workloadMetadataConfig: { nodeMetadata: 'SECURE' } }, 'GCE_METADATA', 'default'],
        [{ workloadMetadataConfig: { mode: 'MODE_UNSPECIFIED' } }, '', 'default'],
        [{ workloadMetadataConfig: { mode: 'NEW_MODE' } }, 'NEW_MODE', 'default'],
        [{}, '', 'default'],
      ] as const
    ).map(
      ([config, metadataMode, serviceAccount]) =>
        [
          'container.googleapis.com/NodePool',
          `${CLUSTER_ASSET}/nodePools/main`,
          { name: 'main', config },
          { ...pool, metadataMode, serviceAccount, scopes: '', noLegacyEndpoints: '' },
        ] as const,
    ),
    [
      'gkehub.googleapis.com/Membership',
      MEMBERSHIP,
      {
        endpoint: {
          gkeCluster: {
            resourceLink: CLUSTER_ASSET.replace('/locations/europe-west1/', '/zones/europe-west1-b/'),
          },
        },
        authority: {
          issuer: `https://container.googleapis.com/v1/${CLUSTER}`,
          workloadIdentityPool: 'acme-prod.svc.id.goog',
        },
      },
      {
        type: 'fleet-membership',
        name: 'c1',
        cluster: 'projects/acme-prod/locations/europe-west1-b/clusters/c1',
        issuer: `https://container.googleapis.com/v1/${CLUSTER}`,
        pool: 'acme-prod.svc.id.goog',
      },
    ],
    [
      'gkehub.googleapis.com/Membership',
      MEMBERSHIP,
      {
        endpoint: { onPremCluster: {} },
        authority: { issuer: 'https://kubernetes.default.svc.cluster.local' },
      },
      {
        type: 'fleet-membership',
        name: 'c1',
        cluster: '',
        issuer: 'https://kubernetes.default.svc.cluster.local',
      },
    ],
    [
      'iam.googleapis.com/WorkloadIdentityPoolProvider',
      PROVIDER,
      {
        state: 'ACTIVE',
        oidc: { issuerUri: 'https://token.actions.githubusercontent.com' },
        attributeMapping: { 'google.subject': 'assertion.sub', 'attribute.repo': 'assertion.repository' },
        attributeCondition: "assertion.repository_owner == 'acme'",
      },
      {
        ...provider,
        issuer: 'https://token.actions.githubusercontent.com',
        condition: "assertion.repository_owner == 'acme'",
        mapping: '{"attribute.repo":"assertion.repository","google.subject":"assertion.sub"}',
        keys: '',
        disabled: false,
      },
    ],
    [
      'iam.googleapis.com/WorkloadIdentityPoolProvider',
      PROVIDER,
      { saml: { idpMetadataXml: '<xml/>' }, disabled: true },
      {
        ...provider,
        issuer: 'saml',
        condition: '',
        mapping: '',
        keys: expect.stringMatching(/^[0-9a-f]{64}$/),
        disabled: true,
      },
    ],
    ...(
      [
        [{ rules: [{ enforce: true }] }, { enforced: true, rules: '{"rules":[{"enforce":true}]}' }],
        [{ rules: [{ enforce: false }] }, { enforced: false, rules: '{"rules":[{"enforce":false}]}' }],
        [
          { rules: [{ enforce: true }, { enforce: false, condition: { expression: 'x' } }] },
          {
            enforced: false,
            rules: '{"rules":[{"enforce":true},{"condition":{"expression":"x"},"enforce":false}]}',
          },
        ],
        [
          { rules: [{ enforce: true, condition: { expression: 'x' } }] },
          { enforced: false, rules: '{"rules":[{"condition":{"expression":"x"},"enforce":true}]}' },
        ],
        [{ reset: true }, { rules: '{"reset":true,"rules":[]}' }],
        [
          { inheritFromParent: true, rules: [{ values: { allowedValues: ['a'] } }] },
          { rules: '{"inheritFromParent":true,"rules":[{"values":{"allowedValues":["a"]}}]}' },
        ],
        [undefined, { rules: '' }],
      ] as const
    ).map(
      ([spec, facts]) =>
        [
          'orgpolicy.googleapis.com/Policy',
          POLICY,
          spec === undefined ? { dryRunSpec: { rules: [{ enforce: true }] } } : { name: 'x', spec },
          { ...orgPolicy, ...facts },
        ] as const,
    ),
    [
      'cloudresourcemanager.googleapis.com/Project',
      '//cloudresourcemanager.googleapis.com/projects/123456789012',
      { projectId: 'acme-prod', labels: { team: 'platform' } },
      { type: 'project', projectId: 'acme-prod', number: '123456789012', owner: 'platform' },
    ],
  ])('%s %s', (assetType, name, data, facts) => {
    const state = observed(news(asset(assetType, name, { resource: { data } })), 'resource');
    expect(state.facts).toEqual(facts);
    expect(state.whole).toBe(true);
  });

  it('signing keys of one provider are told apart, and not shown', () => {
    const keysOf = (jwksJson: string) => {
      const data = { oidc: { issuerUri: 'https://i', jwksJson } };
      const { facts } = observed(
        news(asset('iam.googleapis.com/WorkloadIdentityPoolProvider', PROVIDER, { resource: { data } })),
        'resource',
      );
      return facts.type === 'identity-provider' ? facts.keys : undefined;
    };
    expect(keysOf('{"keys":[1]}')).not.toBe(keysOf('{"keys":[2]}'));
    expect(keysOf('{"keys":[1]}')).not.toContain('keys');
  });
});

describe('a cluster', () => {
  const data = {
    status: 'PROVISIONING',
    workloadIdentityConfig: { workloadPool: 'acme-prod.svc.id.goog' },
    nodePools: [
      { name: 'win', config: { imageType: 'WINDOWS_LTSC_CONTAINERD' } },
      {
        name: 'main',
        status: 'RUNNING',
        version: '1.31.4-gke.1372000',
        config: {
          metadata: { 'disable-legacy-endpoints': 'TRUE' },
          oauthScopes: ['b', 'a'],
          sandboxConfig: { type: 'GVISOR' },
          workloadMetadataConfig: { mode: 'GKE_METADATA' },
        },
      },
    ],
  };
  const told = (given: object) => {
    const found = news(
      asset('container.googleapis.com/Cluster', CLUSTER_ASSET, { resource: { data: given } }),
    );
    return found.observations.flatMap((one) => (one.kind === 'resource' ? [one] : []));
  };

  it('tells of each of its node pools what an asset of its own would', () => {
    const [cluster, ...pools] = told(data);
    expect(cluster?.facts).toMatchObject({ type: 'cluster', status: 'PROVISIONING', nodePools: 'main\nwin' });
    const alone = data.nodePools.map((one) => {
      const name = `${CLUSTER_ASSET}/nodePools/${one.name}`;
      return observed(
        news(asset('container.googleapis.com/NodePool', name, { resource: { data: one } })),
        'resource',
      );
    });
    expect(pools).toEqual(alone);
    expect(pools.map(({ facts }) => facts)).toMatchObject([
      { name: 'win', isWindows: true, metadataMode: '', scopes: '', noLegacyEndpoints: '' },
      {
        name: 'main',
        isSandboxed: true,
        metadataMode: 'GKE_METADATA',
        scopes: 'a\nb',
        noLegacyEndpoints: 'true',
        version: '1.31.4-gke.1372000',
        status: 'RUNNING',
      },
    ]);
  });

  it('says nothing of its node pools when it lists none', () => {
    const { nodePools: _, ...without } = data;
    const [cluster, ...pools] = told(without);
    expect(pools).toEqual([]);
    expect(cluster?.facts).not.toHaveProperty('nodePools');
  });
});

describe('what is gone', () => {
  it.each([
    ['k8s.io/Namespace', NAMESPACE, 'namespace'],
    ['k8s.io/Pod', `${NAMESPACE}/pods/api`, 'workload'],
    ['apps.k8s.io/Deployment', `${NAMESPACE}/apps/deployments/api`, 'workload'],
    [
      'rbac.authorization.k8s.io/RoleBinding',
      `${NAMESPACE}/rbac.authorization.k8s.io/rolebindings/b`,
      'role-binding',
    ],
    ['container.googleapis.com/NodePool', `${CLUSTER_ASSET}/nodePools/main`, 'node-pool'],
    ['gkehub.googleapis.com/Membership', MEMBERSHIP, 'fleet-membership'],
    ['iam.googleapis.com/WorkloadIdentityPoolProvider', PROVIDER, 'identity-provider'],
    ['orgpolicy.googleapis.com/Policy', POLICY, 'org-policy'],
  ])('%s: by the feed', (assetType, name, type) => {
    expect(observed(news({ asset: asset(assetType, name, {}), deleted: true }), 'gone')).toMatchObject({
      asset: name,
      type,
    });
  });

  it('a provider in its thirty days of grace', () => {
    const data = { state: 'DELETED', oidc: { issuerUri: 'https://i' } };
    const found = news(
      asset('iam.googleapis.com/WorkloadIdentityPoolProvider', PROVIDER, { resource: { data } }),
    );
    expect(observed(found, 'gone').type).toBe('identity-provider');
  });

  it('a namespace whose content is still being cleared', () => {
    const data = stored('Namespace', 'payments', { deletionTimestamp: '2026-02-03T04:05:06Z' });
    expect(observed(news(asset('k8s.io/Namespace', NAMESPACE, { resource: { data } })), 'gone').type).toBe(
      'namespace',
    );
  });
});

describe('organisation policies as content of what they are set on', () => {
  const PROJECT = '//cloudresourcemanager.googleapis.com/projects/123456789012';
  const TYPE = 'cloudresourcemanager.googleapis.com/Project';
  const keys = {
    constraint: 'constraints/iam.disableServiceAccountKeyCreation',
    booleanPolicy: { enforced: true },
  };
  const domains = {
    constraint: 'constraints/iam.allowedPolicyMemberDomains',
    listPolicy: { allowedValues: ['C0'], inheritFromParent: true },
  };
  const name = (constraint: string) =>
    `//orgpolicy.googleapis.com/projects/123456789012/policies/${constraint}`;

  it.each([
    [keys, { enforced: true, rules: '{"rules":[{"enforce":true}]}' }],
    [
      { ...keys, booleanPolicy: {} },
      { enforced: false, rules: '{"rules":[{"enforce":false}]}' },
    ],
    [domains, { rules: '{"inheritFromParent":true,"rules":[{"values":{"allowedValues":["C0"]}}]}' }],
    [{ ...domains, listPolicy: { allValues: 'ALLOW' } }, { rules: '{"rules":[{"allowAll":true}]}' }],
    [{ ...domains, listPolicy: { allValues: 'DENY' } }, { rules: '{"rules":[{"denyAll":true}]}' }],
    [{ constraint: keys.constraint, restoreDefault: {} }, { rules: '{"reset":true,"rules":[]}' }],
  ])('%j', (policy, facts) => {
    const state = observed(news(asset(TYPE, PROJECT, { orgPolicy: [policy] })), 'resource');
    const constraint = policy.constraint.replace('constraints/', '');
    expect(state).toMatchObject({ asset: name(constraint), whole: true });
    expect(state.facts).toEqual({
      type: 'org-policy',
      parent: 'projects/123456789012',
      constraint,
      ...facts,
    });
  });

  it('say the same as the policies themselves', () => {
    const content = observed(news(asset(TYPE, PROJECT, { org_policy: [keys] })), 'resource');
    const itself = observed(
      news(
        asset('orgpolicy.googleapis.com/Policy', POLICY, {
          resource: { data: { spec: { rules: [{ enforce: true }] } } },
        }),
      ),
      'resource',
    );
    expect(content).toMatchObject({ asset: itself.asset, facts: itself.facts });
  });

  it.each([
    ['one of them', [domains]],
    ['the last', undefined],
  ])('that are not there any more are gone: %s', (_what, orgPolicy) => {
    const found = news({
      asset: asset(TYPE, PROJECT, { orgPolicy }),
      priorAsset: asset(TYPE, PROJECT, { orgPolicy: [keys, ...(orgPolicy ?? [])] }),
      priorAssetState: 'PRESENT',
    });
    expect(observed(found, 'gone')).toMatchObject({ asset: POLICY, type: 'org-policy' });
  });

  it('are not concluded to be gone from a prior state that is not vouched for', () => {
    const found = news({
      asset: asset(TYPE, PROJECT, { orgPolicy: [domains] }),
      priorAsset: asset(TYPE, PROJECT, { orgPolicy: [keys, domains] }),
      priorAssetState: 'INVALID',
    });
    expect(found.observations.map(({ kind }) => kind)).toEqual(['resource']);
  });

  it('another policy at the same time is other news', () => {
    const idOf = (policy: object) => news(asset(TYPE, PROJECT, { orgPolicy: [policy] })).id;
    expect(idOf(keys)).not.toBe(idOf({ ...keys, booleanPolicy: {} }));
  });

  it('without a constraint are malformed', () => {
    expect(why(asset(TYPE, PROJECT, { orgPolicy: [{ booleanPolicy: {} }] }))).toBe(
      'malformed: orgPolicy[0].constraint: missing',
    );
  });
});

it('a label of an odd shape is no reason to refuse the rest', () => {
  const data = stored('Namespace', 'payments', { labels: { owner: 7, team: 'payments' } });
  expect(
    observed(news(asset('k8s.io/Namespace', NAMESPACE, { resource: { data } })), 'resource').facts,
  ).toMatchObject({ owner: 'payments' });
});
