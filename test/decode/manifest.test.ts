import { describe, expect, it } from '@jest/globals';
import { decodeManifest } from '../../shared/decode/manifest/decode-manifest.ts';
import { CONTEXT, EMAIL, KSA_MEMBER, RECEIVED_AT, UNIQUE_ID } from './payloads.ts';
import { told } from './terraform-plan.ts';

const CLUSTER = 'projects/acme-prod/locations/europe-west1/clusters/c1';
const IN_CLUSTER = { ...CONTEXT, cluster: CLUSTER };
const HERE = `//container.googleapis.com/${CLUSTER}/k8s`;

/** What is kept of an object, with the asset it is; or why nothing is. */
function factsOf(object: unknown): unknown {
  const [answer] = decodeManifest(object, IN_CLUSTER).decoded;
  if (answer?.kind !== 'news') return `${answer?.kind}: ${answer?.why}`;
  const [observation] = answer.observations;
  return observation?.kind === 'resource'
    ? { asset: observation.asset, ...observation.facts }
    : observation?.kind;
}

describe('Kubernetes objects', () => {
  it('a service account, with its annotation and who answers for it', () => {
    const object = {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: {
        name: 'api',
        namespace: 'payments',
        labels: { team: 'pay' },
        annotations: { 'iam.gke.io/gcp-service-account': EMAIL },
      },
    };
    const { decoded, notes } = decodeManifest(object, IN_CLUSTER);
    expect(notes).toEqual([]);
    expect(decoded).toEqual([
      {
        kind: 'news',
        id: expect.stringMatching(/^[0-9a-f]{64}$/),
        time: RECEIVED_AT,
        acts: [],
        observations: [
          {
            kind: 'resource',
            asset: `${HERE}/namespaces/payments/serviceaccounts/api`,
            time: RECEIVED_AT,
            source: 'scan',
            ancestors: ['projects/acme-prod'],
            whole: false,
            facts: {
              type: 'kubernetes-service-account',
              cluster: CLUSTER,
              namespace: 'payments',
              name: 'api',
              annotation: EMAIL,
              owner: 'pay',
            },
          },
        ],
      },
    ]);
  });

  it('without a namespace it is in default, without a cluster in one that stands for none', () => {
    const object = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'api' } };
    expect(decodeManifest(object, CONTEXT).decoded).toMatchObject([
      {
        observations: [
          {
            asset:
              '//container.googleapis.com/projects/-/locations/-/clusters/manifests/k8s/namespaces/default/serviceaccounts/api',
            ancestors: [],
            facts: {
              namespace: 'default',
              annotation: '',
              cluster: 'projects/-/locations/-/clusters/manifests',
            },
          },
        ],
      },
    ]);
  });

  const pod = { serviceAccountName: 'api', hostNetwork: true };
  const template = { template: { spec: pod } };
  const runs = {
    type: 'workload',
    cluster: CLUSTER,
    namespace: 'payments',
    name: 'w',
    serviceAccount: 'api',
    hostNetwork: true,
    credentials: '',
  };
  it.each<[string, string, object, string, object]>([
    ['v1', 'Pod', { spec: pod }, 'pods', runs],
    ['apps/v1', 'Deployment', { spec: template }, 'apps/deployments', runs],
    ['apps/v1', 'StatefulSet', { spec: template }, 'apps/statefulsets', runs],
    ['apps/v1', 'DaemonSet', { spec: template }, 'apps/daemonsets', runs],
    ['batch/v1', 'Job', { spec: template }, 'batch/jobs', runs],
    ['batch/v1', 'CronJob', { spec: { jobTemplate: { spec: template } } }, 'batch/cronjobs', runs],
    ['v1', 'Pod', { spec: { serviceAccount: 'api', hostNetwork: true } }, 'pods', runs],
    ['v1', 'Pod', { spec: {} }, 'pods', { ...runs, serviceAccount: 'default', hostNetwork: false }],
  ])('%s %s runs as its service account: %j', (apiVersion, kind, spec, path, expected) => {
    expect(factsOf({ apiVersion, kind, metadata: { name: 'w', namespace: 'payments' }, ...spec })).toEqual({
      asset: `${HERE}/namespaces/payments/${path}/w`,
      ...expected,
      kind,
    });
  });

  it('roles of a namespace and of the cluster', () => {
    const role = {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['create'] }],
    };
    const expected = { type: 'kubernetes-role', cluster: CLUSTER, name: 'r', rules: 'create core pods' };
    expect(factsOf({ ...role, kind: 'Role', metadata: { name: 'r', namespace: 'payments' } })).toEqual({
      ...expected,
      asset: `${HERE}/namespaces/payments/rbac.authorization.k8s.io/roles/r`,
      namespace: 'payments',
    });
    expect(factsOf({ ...role, kind: 'ClusterRole', metadata: { name: 'r' } })).toEqual({
      ...expected,
      asset: `${HERE}/rbac.authorization.k8s.io/clusterroles/r`,
      namespace: '',
    });
  });

  it('a namespace, and bindings of roles within one and across all', () => {
    expect(factsOf({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'payments' } })).toEqual({
      asset: `${HERE}/namespaces/payments`,
      type: 'namespace',
      cluster: CLUSTER,
      name: 'payments',
    });
    const binding = {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'edit' },
      subjects: [
        { kind: 'User', name: 'jane@acme.example' },
        { kind: 'ServiceAccount', name: 'ci', namespace: 'build' },
      ],
    };
    const expected = {
      type: 'role-binding',
      cluster: CLUSTER,
      name: 'b',
      role: 'ClusterRole/edit',
      subjects: 'ServiceAccount/build/ci\nUser/jane@acme.example',
    };
    expect(
      factsOf({ ...binding, kind: 'RoleBinding', metadata: { name: 'b', namespace: 'payments' } }),
    ).toEqual({
      ...expected,
      asset: `${HERE}/namespaces/payments/rbac.authorization.k8s.io/rolebindings/b`,
      namespace: 'payments',
    });
    expect(factsOf({ ...binding, kind: 'ClusterRoleBinding', metadata: { name: 'b' } })).toEqual({
      ...expected,
      asset: `${HERE}/rbac.authorization.k8s.io/clusterrolebindings/b`,
      namespace: '',
    });
  });

  it.each<[string, unknown, string]>([
    [
      'another kind',
      { apiVersion: 'v1', kind: 'Service' },
      'ignored: Kubernetes kind that is not watched: Service',
    ],
    [
      'a kind of the same name in another group',
      { apiVersion: 'serving.knative.dev/v1', kind: 'Pod', metadata: { name: 'x' } },
      'ignored: Kubernetes kind that is not watched: Pod',
    ],
    [
      'a name made by the cluster',
      { apiVersion: 'batch/v1', kind: 'Job', metadata: { generateName: 'x-' } },
      'ignored: Kubernetes object without a name of its own: Job',
    ],
    [
      'a placeholder that YAML takes for a list',
      { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: ['KSA_NAME'] } },
      'malformed: metadata.name: a text was expected, found a list',
    ],
    ['what is no object', 'text', 'malformed: message: an object was expected, found a text'],
    [
      'what is nested without end',
      Array.from({ length: 200 }).reduce<unknown>((inner) => [inner], null),
      'malformed: manifest: nested more than 100 deep',
    ],
  ])('%s says why it is no news', (_what, object, expected) => {
    expect(factsOf(object)).toBe(expected);
  });
});

describe('Config Connector', () => {
  const iam = (kind: string, spec: object, metadata: object = {}, more: object = {}) => ({
    apiVersion: 'iam.cnrm.cloud.google.com/v1beta1',
    kind,
    metadata: { name: 'x', annotations: { 'cnrm.cloud.google.com/project-id': 'acme-prod' }, ...metadata },
    spec,
    ...more,
  });
  const role = 'roles/viewer';
  const member = 'user:a@x.example';
  const toProject = { kind: 'Project', external: 'projects/acme-prod' };
  const PROJECT = '//cloudresourcemanager.googleapis.com/projects/acme-prod';
  const read = (object: unknown) => told(decodeManifest(object, CONTEXT).decoded);

  it.each<[string, object, string[]]>([
    [
      'an account, named by itself and by the project of its annotation',
      iam('IAMServiceAccount', { displayName: 'API' }, { name: 'api' }),
      [`service-account //iam.googleapis.com/projects/-/serviceAccounts/${EMAIL}`],
    ],
    [
      'an account of another name',
      iam('IAMServiceAccount', { resourceID: 'api' }),
      [`service-account //iam.googleapis.com/projects/-/serviceAccounts/${EMAIL}`],
    ],
    [
      'an account as a cluster shows it',
      iam('IAMServiceAccount', {}, {}, { status: { email: EMAIL, uniqueId: UNIQUE_ID } }),
      [`service-account //iam.googleapis.com/projects/-/serviceAccounts/${UNIQUE_ID}`, 'alias'],
    ],
    [
      'an account whose project stands elsewhere',
      iam('IAMServiceAccount', {}, { annotations: {} }),
      ['ignored: IAMServiceAccount that does not say its project: x'],
    ],
    [
      'a member',
      iam('IAMPolicyMember', {
        resourceRef: toProject,
        role,
        member,
        condition: { expression: 'true', title: 't' },
      }),
      [`+ ${role} ${member} on ${PROJECT} if true`],
    ],
    [
      'some members',
      iam('IAMPartialPolicy', {
        resourceRef: toProject,
        bindings: [{ role, members: [{ member }, { memberFrom: { serviceAccountRef: { name: 'api' } } }] }],
      }),
      [`+ ${role} ${member} on ${PROJECT}`, `+ ${role} serviceAccount:${EMAIL} on ${PROJECT}`],
    ],
    [
      'a whole policy',
      iam('IAMPolicy', {
        resourceRef: { kind: 'IAMServiceAccount', name: 'api' },
        bindings: [{ role: 'roles/iam.workloadIdentityUser', members: [KSA_MEMBER] }],
      }),
      [
        `= roles/iam.workloadIdentityUser ${KSA_MEMBER} on //iam.googleapis.com/projects/-/serviceAccounts/${EMAIL}`,
      ],
    ],
    [
      'a member by reference to an account beside it',
      iam('IAMPolicyMember', {
        resourceRef: toProject,
        role,
        memberFrom: { serviceAccountRef: { name: 'api' } },
      }),
      [`+ ${role} serviceAccount:${EMAIL} on ${PROJECT}`],
    ],
    [
      'a member by reference to an account of another namespace',
      iam('IAMPolicyMember', {
        resourceRef: toProject,
        role,
        memberFrom: { serviceAccountRef: { name: 'api', namespace: 'elsewhere' } },
      }),
      ['ignored: IAMPolicyMember without a member that it names: x'],
    ],
    [
      'a custom role',
      iam('IAMCustomRole', { permissions: ['storage.objects.get'] }),
      ['role //iam.googleapis.com/projects/acme-prod/roles/x'],
    ],
    [
      'a custom role of an organisation',
      iam('IAMCustomRole', {}, { annotations: { 'cnrm.cloud.google.com/organization-id': '678' } }),
      ['role //iam.googleapis.com/organizations/678/roles/x'],
    ],
    [
      'a cluster',
      iam('ContainerCluster', { location: 'europe-west1', workloadIdentityConfig: { workloadPool: 'p' } }),
      ['cluster //container.googleapis.com/projects/acme-prod/locations/europe-west1/clusters/x'],
    ],
    [
      'a node pool',
      iam('ContainerNodePool', { location: 'europe-west1', clusterRef: { name: 'c' } }),
      [
        'node-pool //container.googleapis.com/projects/acme-prod/locations/europe-west1/clusters/c/nodePools/x',
      ],
    ],
    [
      'a provider',
      iam('IAMWorkloadIdentityPoolProvider', {
        workloadIdentityPoolRef: { name: 'github' },
        oidc: { issuerUri: 'https://token.actions.githubusercontent.com' },
      }),
      [
        'identity-provider //iam.googleapis.com/projects/acme-prod/locations/global/workloadIdentityPools/github/providers/x',
      ],
    ],
    [
      'a cluster that does not say where',
      iam('ContainerCluster', {}),
      ['ignored: ContainerCluster that does not say in full what it is: x'],
    ],
    [
      'another kind',
      iam('IAMAuditConfig', {}),
      ['ignored: Config Connector kind that is not watched: IAMAuditConfig'],
    ],
  ])('%s', (_what, object, expected) => {
    expect(read(object)).toEqual(expected);
  });

  it.each<[object, string | undefined]>([
    [{ kind: 'Project', name: 'acme-prod' }, PROJECT],
    [{ kind: 'Folder', external: '345' }, '//cloudresourcemanager.googleapis.com/folders/345'],
    [
      { kind: 'Organization', external: 'organizations/678' },
      '//cloudresourcemanager.googleapis.com/organizations/678',
    ],
    [{ kind: 'Folder', name: 'team' }, undefined],
    [{ kind: 'StorageBucket', name: 'ledger' }, '//storage.googleapis.com/ledger'],
    [{ kind: 'StorageBucket', external: 'ledger' }, '//storage.googleapis.com/ledger'],
    [{ kind: 'PubSubTopic', name: 'orders' }, '//pubsub.googleapis.com/projects/acme-prod/topics/orders'],
    [
      { kind: 'PubSubTopic', external: 'projects/acme-bus/topics/orders' },
      '//pubsub.googleapis.com/projects/acme-bus/topics/orders',
    ],
    [{ kind: 'KMSKeyRing', name: 'ring' }, undefined],
    [
      { kind: 'KMSKeyRing', external: 'projects/acme-prod/locations/global/keyRings/ring' },
      '//cloudkms.googleapis.com/projects/acme-prod/locations/global/keyRings/ring',
    ],
    [
      { kind: 'IAMServiceAccount', external: `projects/acme-prod/serviceAccounts/${EMAIL}` },
      `//iam.googleapis.com/projects/-/serviceAccounts/${EMAIL}`,
    ],
    [{ kind: 'SQLInstance', name: 'db' }, undefined],
  ])('grants on %j', (resourceRef, asset) => {
    expect(read(iam('IAMPolicyMember', { resourceRef, role, member }))).toEqual([
      asset === undefined
        ? expect.stringMatching(/^ignored: IAMPolicyMember on a resource that it does not name in full/)
        : `+ ${role} ${member} on ${asset}`,
    ]);
  });

  it('a policy with a member by reference is not the whole of it, and that is noted', () => {
    const bindings = [{ role, members: [{ member }, { memberFrom: {} }] }];
    const { decoded, notes } = decodeManifest(
      iam('IAMPolicy', { resourceRef: toProject, bindings }),
      CONTEXT,
    );
    expect(told(decoded)).toEqual([`+ ${role} ${member} on ${PROJECT}`]);
    expect(notes).toEqual(['IAMPolicy: a member by reference (memberFrom), left out']);
  });

  it('the project of what names none can be given', () => {
    const account = iam('IAMServiceAccount', {}, { name: 'api', annotations: {} });
    expect(told(decodeManifest(account, { ...CONTEXT, project: 'acme-prod' }).decoded)).toEqual([
      `service-account //iam.googleapis.com/projects/-/serviceAccounts/${EMAIL}`,
    ]);
  });
});
