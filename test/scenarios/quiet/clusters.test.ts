/** What GKE and the parts of a cluster do by themselves, and clusters that are as they should be. */
import { stored } from '../../decode/payloads.ts';
import { DEFAULT_ACCOUNT, NODES, pool } from '../../detectors/nodes.ts';
import { iam } from '../../world.ts';
import {
  audit,
  by,
  DECLARED,
  fed,
  JANE,
  type Json,
  kubernetes,
  NUMBER,
  PROJECT,
  quiet,
  TERRAFORM,
} from './quiet.ts';

const ROBOT = by(`service-${NUMBER}@container-engine-robot.iam.gserviceaccount.com`);
const CONTROLLER = by('system:kube-controller-manager');
const ADDONS = by('system:addon-manager');
const RBAC = 'rbac.authorization.k8s.io/v1';
const CLUSTERS = 'projects/acme-prod/locations/europe-west1/clusters';

const NODE_POOL = {
  name: 'default-pool',
  config: {
    serviceAccount: NODES,
    oauthScopes: ['https://www.googleapis.com/auth/cloud-platform'],
    metadata: { 'disable-legacy-endpoints': 'true' },
    workloadMetadataConfig: { mode: 'GKE_METADATA' },
  },
};
const WITH_IDENTITY = { workloadIdentityConfig: { workloadPool: 'acme-prod.svc.id.goog' } };

const gke = (method: string, name: string, payload: Json, entry: Json = {}) =>
  audit(
    'container.googleapis.com',
    `google.container.v1.ClusterManager.${method}`,
    { resourceName: `${CLUSTERS}/${name}`, ...payload },
    {
      resource: {
        type: 'gke_cluster',
        labels: { cluster_name: name.split('/')[0], location: 'europe-west1', project_id: 'acme-prod' },
      },
      ...entry,
    },
  );
const created = (name: string) => [
  gke(
    'CreateCluster',
    name,
    {
      ...TERRAFORM,
      request: {
        parent: 'projects/acme-prod/locations/europe-west1',
        cluster: { name, ...WITH_IDENTITY, nodePools: [NODE_POOL] },
      },
    },
    { operation: { id: 'o1', producer: 'container.googleapis.com', first: true }, insertId: 'first' },
  ),
  gke(
    'CreateCluster',
    name,
    { authenticationInfo: {} },
    { operation: { id: 'o1', producer: 'container.googleapis.com', last: true }, insertId: 'last' },
  ),
];

/** A machine of a node pool is made, which runs as an account. */
const machineMade = (
  authentication: Json,
  serviceAccount: string,
  name = 'gke-prod-euw1-default-pool-1f2e-x1',
) =>
  audit('compute.googleapis.com', 'v1.compute.instances.insert', {
    ...authentication,
    resourceName: `projects/acme-prod/zones/europe-west1-b/instances/${name}`,
    request: {
      '@type': 'type.googleapis.com/compute.instances.insert',
      name,
      serviceAccounts: [
        { email: serviceAccount, scopes: ['https://www.googleapis.com/auth/cloud-platform'] },
      ],
    },
  });

const ksaMade = (path: string, authentication: Json, annotations: Json = {}, insertId = path) => {
  const [namespace = '', name = ''] = path.split('/');
  return kubernetes(
    'core.v1.serviceaccounts.create',
    `core/v1/namespaces/${namespace}/serviceaccounts/${name}`,
    {
      ...authentication,
      response: stored('ServiceAccount', name, { namespace, annotations, uid: insertId }),
    },
    { insertId },
  );
};
const roleMade = (name: string, authentication: Json, rules: readonly Json[]) =>
  kubernetes(
    'authorization.rbac.v1.clusterroles.create',
    `${RBAC}/clusterroles/${name}`,
    { ...authentication, response: stored(`${RBAC}/ClusterRole`, name, {}, { rules }) },
    { insertId: `role ${name}` },
  );
const boundTo = (role: string, authentication: Json, subject: Json, namespace?: string) => {
  const kind = namespace === undefined ? 'ClusterRoleBinding' : 'RoleBinding';
  const place = namespace === undefined ? '' : `namespaces/${namespace}/`;
  return kubernetes(
    `authorization.rbac.v1.${kind.toLowerCase()}s.create`,
    `${RBAC}/${place}${kind.toLowerCase()}s/${role}`,
    {
      ...authentication,
      response: stored(`${RBAC}/${kind}`, role, namespace === undefined ? {} : { namespace }, {
        roleRef: { kind: 'ClusterRole', name: role },
        subjects: [subject],
      }),
    },
    { insertId: `binding ${role}` },
  );
};
const PODS = [{ apiGroups: [''], resources: ['pods'], verbs: ['create', 'delete', 'list'] }];
const account = (namespace: string, name: string) => ({ kind: 'ServiceAccount', namespace, name });

/** A cluster, as the feed tells it. */
const clusterFed = (name: string, data: Json) =>
  fed({
    name: `//container.googleapis.com/${CLUSTERS}/${name}`,
    assetType: 'container.googleapis.com/Cluster',
    resource: { version: 'v1', data: { name, location: 'europe-west1', status: 'RUNNING', ...data } },
  });

const DEFAULT_POOL = {
  name: 'default-pool',
  status: 'RUNNING',
  version: '1.31.4',
  config: { serviceAccount: 'default' },
};

quiet(
  {
    name: 'a cluster that the policy lists is made by Terraform',
    messages: created('prod-euw1'),
    but: {
      detail: 'the policy does not list it',
      messages: created('mine'),
      detectors: ['cluster-not-declared'],
    },
  },
  {
    name: 'a version is upgraded and nodes are repaired, by GKE',
    before: [pool('default-pool')],
    messages: [
      gke('UpdateCluster', 'prod-euw1', {
        authenticationInfo: {},
        methodName: 'google.container.internal.ClusterManagerInternal.UpdateClusterInternal',
        metadata: { operationType: 'UPGRADE_MASTER' },
      }),
      gke(
        'UpdateNodePool',
        'prod-euw1/nodePools/default-pool',
        {
          authenticationInfo: {},
          methodName: 'google.container.internal.ClusterManagerInternal.RepairNodePool',
          metadata: { operationType: 'AUTO_REPAIR_NODES' },
        },
        { insertId: 'repair' },
      ),
      machineMade(ROBOT, NODES),
    ],
    but: {
      detail: 'a person takes the metadata server off the pool on that occasion',
      messages: [
        gke(
          'UpdateNodePool',
          'prod-euw1/nodePools/default-pool',
          {
            ...JANE,
            request: {
              name: `${CLUSTERS}/prod-euw1/nodePools/default-pool`,
              workloadMetadataConfig: { mode: 'GCE_METADATA' },
            },
          },
          { operation: { id: 'o2', producer: 'container.googleapis.com', first: true } },
        ),
      ],
      detectors: ['node-pool-without-metadata-server'],
    },
  },
  {
    name: 'the machines of a node pool are made by the agent of GKE',
    messages: [machineMade(ROBOT, NODES)],
    but: {
      detail: 'a machine runs as the account of a workload',
      messages: [machineMade(JANE, 'api@acme-prod.iam.gserviceaccount.com', 'mine')],
      detectors: ['account-attached-elsewhere'],
    },
  },
  {
    name: 'controllers make the accounts of kube-system and of new namespaces',
    messages: [
      ksaMade('kube-system/replicaset-controller', CONTROLLER),
      ksaMade('gke-system/default', by('system:serviceaccount:kube-system:service-account-controller')),
      ksaMade('gmp-system/collector', ADDONS),
    ],
    but: {
      detail: 'one of them points at the account of a workload',
      messages: [
        ksaMade('gke-system/default', JANE, {
          'iam.gke.io/gcp-service-account': 'api@acme-prod.iam.gserviceaccount.com',
        }),
      ],
      detectors: ['undeclared-identity'],
    },
  },
  {
    name: 'a controller of kube-system is bound to its role, which makes pods everywhere',
    messages: [
      roleMade('system:controller:replicaset-controller', by('system:apiserver'), PODS),
      boundTo(
        'system:controller:replicaset-controller',
        by('system:apiserver'),
        account('kube-system', 'replicaset-controller'),
      ),
    ],
    but: {
      detail: 'another workload is bound to it',
      messages: [
        roleMade('system:controller:replicaset-controller', by('system:apiserver'), PODS),
        boundTo('system:controller:replicaset-controller', JANE, account('sandbox', 'debug')),
      ],
      detectors: ['impersonation-exposed'],
    },
  },
  {
    name: 'add-ons get their role bindings in kube-system and gke-managed namespaces',
    messages: [
      roleMade('system:gke-common-webhooks', ADDONS, PODS),
      boundTo('system:gke-common-webhooks', ADDONS, account('kube-system', 'pod-webhook'), 'kube-system'),
      roleMade('gmp-operator', ADDONS, PODS),
      boundTo('gmp-operator', ADDONS, account('gmp-system', 'operator'), 'gmp-public'),
    ],
    but: {
      detail: 'the binding is in the namespace of a workload',
      messages: [
        roleMade('gmp-operator', ADDONS, PODS),
        boundTo('gmp-operator', JANE, account('gmp-system', 'operator'), 'payments'),
      ],
      detectors: ['impersonation-exposed'],
    },
  },
  {
    name: 'an Autopilot cluster, whose nodes are for GKE to decide on',
    messages: [
      clusterFed('prod-euw1', { autopilot: { enabled: true }, ...WITH_IDENTITY, nodePools: [DEFAULT_POOL] }),
    ],
    but: {
      detail: 'it is none of Autopilot',
      messages: [clusterFed('prod-euw1', { nodePools: [DEFAULT_POOL] })],
      detectors: ['cluster-without-workload-identity', 'node-pool-default-account'],
    },
  },
  {
    name: 'the parts of GKE run on the network of their nodes',
    before: [
      pool('default-pool', { serviceAccount: 'default' }),
      // Nodes that hold more than they need: nobody but they may reach that.
      iam(PROJECT, [[...DECLARED], ['roles/storage.admin', `serviceAccount:${DEFAULT_ACCOUNT}`]], {
        etag: 'p1',
      }),
    ],
    messages: [hostPods('kube-system', 'gke-metadata-server'), hostPods('gke-managed-cim', 'agent')],
    but: {
      detail: 'a workload does',
      messages: [hostPods('payments', 'agent')],
      detectors: ['host-network-bypass'],
    },
  },
);

/** A DaemonSet on the network of its nodes. */
function hostPods(namespace: string, name: string): Json {
  return kubernetes(
    'apps.v1.daemonsets.create',
    `apps/v1/namespaces/${namespace}/daemonsets/${name}`,
    {
      ...ADDONS,
      response: stored(
        'apps/v1/DaemonSet',
        name,
        { namespace, uid: name },
        { spec: { template: { spec: { hostNetwork: true, containers: [{ name: 'a', image: 'a' }] } } } },
      ),
    },
    { insertId: `${namespace}/${name}` },
  );
}
