import { BIND, MOST_MEMBERS, ORGANISATION, type Organisation } from './organisation.ts';

export type Json = string | number | boolean | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

interface Head {
  readonly name: string;
  readonly assetType: string;
  readonly ancestors: readonly string[];
}

export type ResourceAsset = Head & {
  readonly resource: { readonly version: string; readonly data: JsonObject; readonly [key: string]: Json };
  readonly updateTime: string;
};

export interface Binding {
  readonly role: string;
  readonly members: readonly string[];
  readonly condition?: { readonly title: string; readonly expression: string };
}

export type PolicyAsset = Head & {
  readonly iamPolicy: {
    readonly version: number;
    readonly etag: string;
    readonly bindings: readonly Binding[];
  };
  readonly updateTime: string;
};

/** Some moment of the day before the export, to the microsecond. */
function timeOf(o: Organisation, what: string, index: number): string {
  const second = o.chance.below(86_400, `time of ${what}`, index);
  const micros = o.chance.below(1_000_000, `micros of ${what}`, index);
  return timeAt(Date.UTC(2026, 10, 20) + second * 1000, micros);
}

export function timeAt(millis: number, micros = 0): string {
  return `${new Date(millis).toISOString().slice(0, 19)}.${String(micros).padStart(6, '0')}Z`;
}

/** An IAM etag is the byte 7 and then the time of the change, in microseconds. */
export function etagAt(time: string): string {
  const bytes = Buffer.alloc(8);
  const micros = BigInt(Date.parse(`${time.slice(0, 19)}Z`)) * 1000n + BigInt(time.slice(20, -1));
  bytes.writeBigUInt64BE((7n << 56n) | micros);
  return bytes.toString('base64');
}

/** `gcloud asset export --content-type=resource`: one asset after the other, kind by kind. */
export function* resources(o: Organisation): Generator<ResourceAsset> {
  const makers: readonly (readonly [number, (o: Organisation, index: number) => ResourceAsset])[] = [
    [1, organization],
    [o.count.folders, folder],
    [o.count.projects, project],
    [o.count.roles, customRole],
    [o.count.accounts, serviceAccount],
    [o.count.keys, key],
    [o.count.clusters, cluster],
    [o.count.nodePools, nodePool],
    [o.count.namespaces, namespace],
    [o.count.ksas, ksa],
    [o.count.roleBindings, roleBinding],
    [o.count.deployments, deployment],
    [o.count.pods, pod],
    [o.count.instances, instance],
    [o.count.buckets, bucket],
    [o.count.topics, topic],
    [o.count.secrets, secret],
    [o.count.datasets, dataset],
  ];
  for (const [count, make] of makers) for (let index = 0; index < count; index++) yield make(o, index);
}

/** `gcloud asset export --content-type=iam-policy`: only what somebody set a policy on has a line. */
export function* policies(o: Organisation): Generator<PolicyAsset> {
  yield organizationPolicy(o);
  for (let index = 0; index < o.count.folders; index++) yield folderPolicy(o, index);
  for (let index = 0; index < o.count.projects; index++) yield projectPolicy(o, index);
  for (let index = 0; o.account(index).namespace !== undefined; index++) yield accountPolicy(o, index);
  for (let index = 0; index < o.count.buckets; index++) yield bucketPolicy(o, index);
  for (let index = 0; index < o.count.topics; index++) yield topicPolicy(o, index);
  for (let index = 0; index < o.count.secrets; index++) yield secretPolicy(o, index);
}

// ---- Resources ----

function asset(
  o: Organisation,
  [what, index]: readonly [string, number],
  head: Head,
  parent: string,
  data: JsonObject,
): ResourceAsset {
  const [service = '', discoveryName = ''] = head.assetType.split('/');
  const discovery = service.endsWith('k8s.io')
    ? {}
    : { discoveryDocumentUri: `https://${service}/$discovery/rest` };
  const resource = { version: 'v1', ...discovery, discoveryName, parent, data };
  return { ...head, resource, updateTime: timeOf(o, what, index) };
}

function projectAsset(id: string): string {
  return `//cloudresourcemanager.googleapis.com/projects/${id}`;
}

function organization(o: Organisation, index: number): ResourceAsset {
  const name = `//cloudresourcemanager.googleapis.com/${ORGANISATION}`;
  const head = {
    name,
    assetType: 'cloudresourcemanager.googleapis.com/Organization',
    ancestors: [ORGANISATION],
  };
  return asset(o, ['organization', index], head, '', {
    displayName: 'acme.example',
    lifecycleState: 'ACTIVE',
    name: ORGANISATION,
  });
}

function folder(o: Organisation, index: number): ResourceAsset {
  const path = o.folder(index);
  const name = `//cloudresourcemanager.googleapis.com/${path}`;
  const head = {
    name,
    assetType: 'cloudresourcemanager.googleapis.com/Folder',
    ancestors: [path, ORGANISATION],
  };
  const data = {
    displayName: `Division ${index}`,
    lifecycleState: 'ACTIVE',
    name: path,
    parent: ORGANISATION,
  };
  return asset(o, ['folder', index], head, `//cloudresourcemanager.googleapis.com/${ORGANISATION}`, data);
}

function project(o: Organisation, index: number): ResourceAsset {
  const { id, number, ancestors } = o.project(index);
  const head = {
    name: projectAsset(id),
    assetType: 'cloudresourcemanager.googleapis.com/Project',
    ancestors,
  };
  const [kind = '', parentId = ''] = ancestors[1]!.split('/');
  return asset(o, ['project', index], head, `//cloudresourcemanager.googleapis.com/${ancestors[1]}`, {
    createTime: '2020-03-09T10:12:41.318Z',
    labels: { team: `team-${index % 40}` },
    lifecycleState: 'ACTIVE',
    name: `Acme ${index}`,
    parent: { id: parentId, type: kind.slice(0, -1) },
    projectId: id,
    projectNumber: number,
  });
}

function customRole(o: Organisation, index: number): ResourceAsset {
  const path = customRoleName(index);
  const head = {
    name: `//iam.googleapis.com/${path}`,
    assetType: 'iam.googleapis.com/Role',
    ancestors: [ORGANISATION],
  };
  const includedPermissions = Array.from(
    { length: 5 + o.chance.below(60, 'permissions', index) },
    (_, i) =>
      `service${o.chance.below(40, 'service', index + i)}.things${i}.${i % 3 === 0 ? 'get' : 'update'}`,
  );
  return asset(o, ['role', index], head, `//cloudresourcemanager.googleapis.com/${ORGANISATION}`, {
    etag: etagAt(timeOf(o, 'role', index)),
    includedPermissions,
    name: path,
    stage: 'GA',
    title: `Custom role ${index}`,
  });
}

function customRoleName(index: number): string {
  return `${ORGANISATION}/roles/custom${String(index).padStart(5, '0')}`;
}

export function accountAsset(o: Organisation, index: number): string {
  const { project, uniqueId } = o.account(index);
  return `//iam.googleapis.com/projects/${project.id}/serviceAccounts/${uniqueId}`;
}

function serviceAccount(o: Organisation, index: number): ResourceAsset {
  const { project, uniqueId, email } = o.account(index);
  const head = {
    name: accountAsset(o, index),
    assetType: 'iam.googleapis.com/ServiceAccount',
    ancestors: project.ancestors,
  };
  return asset(o, ['account', index], head, projectAsset(project.id), {
    ...(o.chance.hits(0.005, 'disabled', index) ? { disabled: true } : {}),
    displayName: `Account ${email.split('@')[0]}`,
    email,
    etag: 'MDEwMjE5MjA=',
    name: `projects/${project.id}/serviceAccounts/${email}`,
    oauth2ClientId: uniqueId,
    projectId: project.id,
    uniqueId,
  });
}

function key(o: Organisation, index: number): ResourceAsset {
  const { project, email } = o.account(index % o.count.accounts);
  const path = `projects/${project.id}/serviceAccounts/${email}/keys/${o.chance.hex(40, 'key', index)}`;
  const isUsers = o.chance.hits(0.08, 'user key', index);
  const head = {
    name: `//iam.googleapis.com/${path}`,
    assetType: 'iam.googleapis.com/ServiceAccountKey',
    ancestors: project.ancestors,
  };
  return asset(o, ['key', index], head, accountAsset(o, index % o.count.accounts), {
    keyAlgorithm: 'KEY_ALG_RSA_2048',
    keyOrigin: 'GOOGLE_PROVIDED',
    keyType: isUsers ? 'USER_MANAGED' : 'SYSTEM_MANAGED',
    name: path,
    validAfterTime: timeOf(o, 'key', index),
    validBeforeTime: isUsers ? '9999-12-31T23:59:59Z' : '2026-12-07T03:20:11Z',
  });
}

function cluster(o: Organisation, index: number): ResourceAsset {
  const { project, location, path, pool } = o.cluster(index);
  const head = {
    name: `//container.googleapis.com/${path}`,
    assetType: 'container.googleapis.com/Cluster',
    ancestors: project.ancestors,
  };
  return asset(o, ['cluster', index], head, projectAsset(project.id), {
    currentMasterVersion: '1.34.1-gke.1829001',
    id: o.chance.hex(64, 'cluster', index),
    location,
    name: 'main',
    network: 'prod',
    nodePools: ['general', 'batch', 'spot'].map((name) => nodePoolData(project.id, name)),
    releaseChannel: { channel: 'REGULAR' },
    selfLink: `https://container.googleapis.com/v1/${path}`,
    status: 'RUNNING',
    workloadIdentityConfig: { workloadPool: pool },
  });
}

function nodePool(o: Organisation, index: number): ResourceAsset {
  const { project, path } = o.cluster(index);
  const name = ['general', 'batch', 'spot'][Math.floor(index / o.count.clusters)]!;
  const parent = `//container.googleapis.com/${path}`;
  const head = {
    name: `${parent}/nodePools/${name}`,
    assetType: 'container.googleapis.com/NodePool',
    ancestors: project.ancestors,
  };
  return asset(o, ['node pool', index], head, parent, nodePoolData(project.id, name));
}

function nodePoolData(project: string, name: string): JsonObject {
  return {
    config: {
      imageType: 'COS_CONTAINERD',
      machineType: 'n2d-standard-4',
      metadata: { 'disable-legacy-endpoints': 'true' },
      oauthScopes: ['https://www.googleapis.com/auth/cloud-platform'],
      serviceAccount: `gke-nodes@${project}.iam.gserviceaccount.com`,
      workloadMetadataConfig: { mode: 'GKE_METADATA' },
    },
    management: { autoRepair: true, autoUpgrade: true },
    name,
    status: 'RUNNING',
    version: '1.34.1-gke.1829001',
  };
}

type Namespace = ReturnType<Organisation['namespace']>;

/** `rest` beside what every object of Kubernetes has. */
function kubernetes(
  o: Organisation,
  [what, index]: readonly [string, number],
  { cluster: { project, path }, name: namespace }: Namespace,
  object: {
    readonly type: string;
    readonly path: string;
    readonly name: string;
    readonly metadata?: JsonObject;
    readonly rest?: JsonObject;
  },
): ResourceAsset {
  const { type, name, metadata = {}, rest = {} } = object;
  const root = `//container.googleapis.com/${path}/k8s`;
  const isNamespace = type === 'k8s.io/Namespace';
  const head = { name: `${root}/${object.path}/${name}`, assetType: type, ancestors: project.ancestors };
  const parent = isNamespace ? `//container.googleapis.com/${path}` : `${root}/namespaces/${namespace}`;
  return asset(o, [what, index], head, parent, {
    metadata: {
      ...metadata,
      creationTimestamp: '2025-04-17T09:05:33Z',
      name,
      ...(isNamespace ? {} : { namespace }),
      resourceVersion: o.chance.digits(9, what, index),
      uid: o.chance.hex(32, what, index).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-'),
    },
    ...rest,
  });
}

function namespace(o: Organisation, index: number): ResourceAsset {
  const ns = o.namespace(index);
  const metadata = { labels: { 'kubernetes.io/metadata.name': ns.name, team: `team-${ns.name}` } };
  const rest = { spec: { finalizers: ['kubernetes'] }, status: { phase: 'Active' } };
  return kubernetes(o, ['namespace', index], ns, {
    type: 'k8s.io/Namespace',
    path: 'namespaces',
    name: ns.name,
    metadata,
    rest,
  });
}

export function ksa(o: Organisation, index: number): ResourceAsset {
  const { namespace, name, account } = o.ksa(index);
  // One in a hundred points at its neighbour's account.
  const strays = account !== undefined && o.chance.hits(0.01, 'stray annotation', index);
  const email = strays ? o.account(account.index ^ 1).email : account?.email;
  const metadata = email === undefined ? {} : { annotations: { 'iam.gke.io/gcp-service-account': email } };
  const path = `namespaces/${namespace.name}/serviceaccounts`;
  return kubernetes(o, ['ksa', index], namespace, { type: 'k8s.io/ServiceAccount', path, name, metadata });
}

function roleBinding(o: Organisation, index: number): ResourceAsset {
  const ns = o.namespace(index);
  const path = `rbac.authorization.k8s.io/namespaces/${ns.name}/rolebindings`;
  const rest = {
    roleRef: {
      apiGroup: 'rbac.authorization.k8s.io',
      kind: 'ClusterRole',
      name: o.chance.of(['view', 'edit'], 'role', index),
    },
    subjects: [
      { apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: `team-${ns.name}@acme.example` },
    ],
  };
  const type = 'rbac.authorization.k8s.io/RoleBinding';
  return kubernetes(o, ['role binding', index], ns, { type, path, name: `team-${index}`, rest });
}

function podSpec(ksa: string, index: number): JsonObject {
  return {
    containers: [
      {
        env: [
          { name: 'PORT', value: '8080' },
          { name: 'LOG_LEVEL', value: 'info' },
        ],
        image: `europe-docker.pkg.dev/acme/images/app:${index % 500}`,
        name: 'app',
        ports: [{ containerPort: 8080, protocol: 'TCP' }],
        readinessProbe: { httpGet: { path: '/healthz', port: 8080 }, periodSeconds: 10 },
        resources: { limits: { memory: '512Mi' }, requests: { cpu: '250m', memory: '512Mi' } },
        securityContext: { allowPrivilegeEscalation: false, runAsNonRoot: true },
      },
    ],
    dnsPolicy: 'ClusterFirst',
    restartPolicy: 'Always',
    serviceAccount: ksa,
    serviceAccountName: ksa,
    terminationGracePeriodSeconds: 30,
  };
}

function deployment(o: Organisation, index: number): ResourceAsset {
  const { namespace, name } = o.ksa(index % o.count.ksas);
  const labels = { app: `app-${index}` };
  const rest = {
    spec: {
      replicas: 3,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: podSpec(name, index) },
    },
  };
  const path = `apps/namespaces/${namespace.name}/deployments`;
  const type = 'apps.k8s.io/Deployment';
  return kubernetes(o, ['deployment', index], namespace, {
    type,
    path,
    name: `app-${index}`,
    metadata: { labels },
    rest,
  });
}

export function pod(o: Organisation, index: number): ResourceAsset {
  const { namespace, name } = o.ksa((index * 7) % o.count.ksas);
  const controller = `app-${index % o.count.deployments}-${o.chance.hex(9, 'replica set', index)}`;
  const metadata = {
    labels: {
      app: `app-${index % o.count.deployments}`,
      'pod-template-hash': o.chance.hex(9, 'replica set', index),
    },
    ownerReferences: [
      {
        apiVersion: 'apps/v1',
        controller: true,
        kind: 'ReplicaSet',
        name: controller,
        uid: o.chance.hex(32, 'owner', index),
      },
    ],
  };
  const rest = {
    spec: { ...podSpec(name, index), nodeName: `gke-main-general-${o.chance.hex(8, 'node', index % 97)}` },
    status: { phase: 'Running', podIP: `10.8.${index % 250}.${(index >> 8) % 250}`, qosClass: 'Burstable' },
  };
  const path = `namespaces/${namespace.name}/pods`;
  const podName = `${controller}-${o.chance.hex(5, 'pod', index)}`;
  return kubernetes(o, ['pod', index], namespace, {
    type: 'k8s.io/Pod',
    path,
    name: podName,
    metadata,
    rest,
  });
}

/** Of no interest to us, as much of any export is. */
function instance(o: Organisation, index: number): ResourceAsset {
  const { project, location } = o.cluster(index);
  const path = `projects/${project.id}/zones/${location}-b/instances/vm-${index}`;
  const head = {
    name: `//compute.googleapis.com/${path}`,
    assetType: 'compute.googleapis.com/Instance',
    ancestors: project.ancestors,
  };
  return asset(o, ['instance', index], head, projectAsset(project.id), {
    creationTimestamp: timeOf(o, 'instance', index),
    disks: [
      {
        autoDelete: true,
        boot: true,
        diskSizeGb: '100',
        interface: 'SCSI',
        mode: 'READ_WRITE',
        type: 'PERSISTENT',
      },
    ],
    id: o.chance.digits(19, 'instance', index),
    labels: { 'goog-k8s-cluster-name': 'main' },
    machineType: `https://www.googleapis.com/compute/v1/projects/${project.id}/zones/${location}-b/machineTypes/n2d-standard-4`,
    name: `vm-${index}`,
    networkInterfaces: [
      { network: 'prod', networkIP: `10.0.${index % 250}.${(index >> 8) % 250}`, stackType: 'IPV4_ONLY' },
    ],
    scheduling: { automaticRestart: true, onHostMaintenance: 'MIGRATE', preemptible: false },
    selfLink: `https://www.googleapis.com/compute/v1/${path}`,
    serviceAccounts: [
      {
        email: `gke-nodes@${project.id}.iam.gserviceaccount.com`,
        scopes: ['https://www.googleapis.com/auth/cloud-platform'],
      },
    ],
    status: 'RUNNING',
  });
}

function storeAsset(o: Organisation, kind: 'bucket' | 'topic' | 'secret', index: number): string {
  const { project, name } = o.store(kind, index);
  switch (kind) {
    case 'bucket':
      return `//storage.googleapis.com/${project.id}-${name}`;
    case 'topic':
      return `//pubsub.googleapis.com/projects/${project.id}/topics/${name}`;
    case 'secret':
      return `//secretmanager.googleapis.com/projects/${project.number}/secrets/${name}`;
  }
}

function bucket(o: Organisation, index: number): ResourceAsset {
  const { project, name, label } = o.store('bucket', index);
  const head = {
    name: storeAsset(o, 'bucket', index),
    assetType: 'storage.googleapis.com/Bucket',
    ancestors: project.ancestors,
  };
  return asset(o, [label, index], head, projectAsset(project.id), {
    iamConfiguration: { publicAccessPrevention: 'enforced', uniformBucketLevelAccess: { enabled: true } },
    id: `${project.id}-${name}`,
    kind: 'storage#bucket',
    location: 'EU',
    name: `${project.id}-${name}`,
    projectNumber: project.number,
    storageClass: 'STANDARD',
    timeCreated: '2024-05-21T12:44:50.118Z',
  });
}

function topic(o: Organisation, index: number): ResourceAsset {
  const { project, name, label } = o.store('topic', index);
  const head = {
    name: storeAsset(o, 'topic', index),
    assetType: 'pubsub.googleapis.com/Topic',
    ancestors: project.ancestors,
  };
  return asset(o, [label, index], head, projectAsset(project.id), {
    name: `projects/${project.id}/topics/${name}`,
    ...(index % 3 === 0 ? { labels: { 'goog-terraform-provisioned': 'true' } } : {}),
  });
}

function secret(o: Organisation, index: number): ResourceAsset {
  const { project, name, label } = o.store('secret', index);
  const head = {
    name: storeAsset(o, 'secret', index),
    assetType: 'secretmanager.googleapis.com/Secret',
    ancestors: project.ancestors,
  };
  return asset(o, [label, index], head, projectAsset(project.id), {
    createTime: '2024-05-21T12:40:07.229481Z',
    name: `projects/${project.number}/secrets/${name}`,
    replication: { automatic: {} },
  });
}

function dataset(o: Organisation, index: number): ResourceAsset {
  const { id, ancestors } = o.project(index);
  const name = `//bigquery.googleapis.com/projects/${id}/datasets/warehouse_${index}`;
  const head = { name, assetType: 'bigquery.googleapis.com/Dataset', ancestors };
  const data = {
    datasetReference: { datasetId: `warehouse_${index}`, projectId: id },
    kind: 'bigquery#dataset',
    location: 'EU',
  };
  return asset(o, ['dataset', index], head, projectAsset(id), data);
}

// ---- Policies ----

function policy(
  o: Organisation,
  [what, index]: readonly [string, number],
  head: Head,
  bindings: readonly Binding[],
): PolicyAsset {
  const updateTime = timeOf(o, `policy of ${what}`, index);
  const version = bindings.some(({ condition }) => condition !== undefined) ? 3 : 1;
  const held = bindings
    .filter(({ members }) => members.length > 0)
    .sort((a, b) => (a.role < b.role ? -1 : a.role > b.role ? 1 : 0));
  return { ...head, iamPolicy: { version, etag: etagAt(updateTime), bindings: held }, updateTime };
}

function account(email: string): string {
  return `serviceAccount:${email}`;
}

function people(count: number): readonly string[] {
  return Array.from({ length: count }, (_, i) => `user:person-${String(i).padStart(4, '0')}@acme.example`);
}

/** People and groups, in one policy in twenty as many as there can be. */
function readers(o: Organisation, what: string, index: number): Binding {
  const members = o.chance.hits(0.05, `crowd on ${what}`, index) ? people(MOST_MEMBERS) : people(3);
  return {
    role: 'roles/viewer',
    members: ['group:platform@acme.example', ...members.slice(0, MOST_MEMBERS - 1)],
  };
}

function organizationPolicy(o: Organisation): PolicyAsset {
  const name = `//cloudresourcemanager.googleapis.com/${ORGANISATION}`;
  const head = {
    name,
    assetType: 'cloudresourcemanager.googleapis.com/Organization',
    ancestors: [ORGANISATION],
  };
  return policy(o, ['organization', 0], head, [
    { role: 'roles/browser', members: people(MOST_MEMBERS) },
    { role: 'roles/resourcemanager.organizationAdmin', members: ['group:org-admins@acme.example'] },
    { role: 'roles/iam.securityReviewer', members: ['group:security@acme.example'] },
  ]);
}

function folderPolicy(o: Organisation, index: number): PolicyAsset {
  const path = o.folder(index);
  const name = `//cloudresourcemanager.googleapis.com/${path}`;
  const head = {
    name,
    assetType: 'cloudresourcemanager.googleapis.com/Folder',
    ancestors: [path, ORGANISATION],
  };
  return policy(o, ['folder', index], head, [
    { role: 'roles/resourcemanager.folderViewer', members: people(5) },
    {
      role: customRoleName(o.chance.below(o.count.roles, 'role on folder', index)),
      members: ['group:sre@acme.example'],
    },
  ]);
}

export function projectPolicy(o: Organisation, index: number): PolicyAsset {
  const { id, number, ancestors } = o.project(index);
  const namespaces = o.namespacesOf(index);
  const accounts = namespaces.flatMap((namespace) =>
    o.accountsOf(namespace).map(({ email }) => account(email)),
  );
  const strays = accounts.filter((_, i) => o.chance.hits(0.004, 'editor', index * 1000 + i));
  const gone = o.chance.hits(0.05, 'deleted member', index)
    ? [
        `deleted:serviceAccount:old@${id}.iam.gserviceaccount.com?uid=1${o.chance.digits(20, 'deleted', index)}`,
      ]
    : [];
  const head = {
    name: projectAsset(id),
    assetType: 'cloudresourcemanager.googleapis.com/Project',
    ancestors,
  };
  return policy(o, ['project', index], head, [
    readers(o, 'project', index),
    { role: 'roles/cloudsql.client', members: [...accounts, ...gone] },
    {
      role: 'roles/monitoring.metricWriter',
      members: namespaces.map((namespace) => o.directMember(namespace)),
    },
    {
      role: 'roles/editor',
      members: [`serviceAccount:${number}@cloudservices.gserviceaccount.com`, ...strays],
    },
    {
      role: 'roles/container.serviceAgent',
      members: [`serviceAccount:service-${number}@container-engine-robot.iam.gserviceaccount.com`],
    },
    {
      role: customRoleName(o.chance.below(o.count.roles, 'role on project', index)),
      members: ['group:developers@acme.example'],
    },
    {
      role: 'roles/logging.viewer',
      members: ['group:on-call@acme.example'],
      condition: { title: 'this-year', expression: 'request.time < timestamp("2027-01-01T00:00:00Z")' },
    },
  ]);
}

export function accountPolicy(o: Organisation, index: number): PolicyAsset {
  const { project, namespace } = o.account(index);
  const pool = namespace?.cluster.pool ?? '';
  const binding = [
    ...(o.chance.hits(0.01, 'binding lost', index) ? [] : [o.member(index)]),
    ...(o.chance.hits(0.01, 'dangling binding', index)
      ? [`serviceAccount:${pool}[sandbox/old-${index}]`]
      : []),
    ...(o.chance.hits(0.002, 'malformed member', index) ? [`serviceAccount:${pool}[sandbox.api]`] : []),
  ];
  const creators = o.chance.hits(0.01, 'token creator', index) ? people(1) : [];
  const head = {
    name: accountAsset(o, index),
    assetType: 'iam.googleapis.com/ServiceAccount',
    ancestors: project.ancestors,
  };
  return policy(o, ['account', index], head, [
    { role: BIND, members: binding },
    { role: 'roles/iam.serviceAccountTokenCreator', members: creators },
  ]);
}

function holders(o: Organisation, namespace: Namespace, count: number): readonly string[] {
  return o
    .accountsOf(namespace.index)
    .slice(0, count)
    .map(({ email }) => account(email));
}

export function bucketPolicy(o: Organisation, index: number): PolicyAsset {
  const { project, namespace } = o.store('bucket', index);
  const head = {
    name: storeAsset(o, 'bucket', index),
    assetType: 'storage.googleapis.com/Bucket',
    ancestors: project.ancestors,
  };
  const exports = { title: 'exports-only', expression: 'resource.name.contains("/objects/exports/")' };
  return policy(o, ['bucket', index], head, [
    {
      role: 'roles/storage.legacyBucketOwner',
      members: [`projectEditor:${project.id}`, `projectOwner:${project.id}`],
    },
    { role: 'roles/storage.legacyBucketReader', members: [`projectViewer:${project.id}`] },
    {
      role: 'roles/storage.objectViewer',
      members: [...holders(o, namespace, 2), 'group:analysts@acme.example'],
    },
    ...(index % 10 === 0
      ? [{ role: 'roles/storage.objectCreator', members: holders(o, namespace, 1), condition: exports }]
      : []),
    ...(o.chance.hits(0.01, 'bucket admin', index)
      ? [{ role: 'roles/storage.admin', members: holders(o, namespace, 1) }]
      : []),
  ]);
}

function topicPolicy(o: Organisation, index: number): PolicyAsset {
  const { project, namespace } = o.store('topic', index);
  const head = {
    name: storeAsset(o, 'topic', index),
    assetType: 'pubsub.googleapis.com/Topic',
    ancestors: project.ancestors,
  };
  return policy(o, ['topic', index], head, [
    { role: 'roles/pubsub.publisher', members: holders(o, namespace, 3) },
  ]);
}

function secretPolicy(o: Organisation, index: number): PolicyAsset {
  const { project, namespace } = o.store('secret', index);
  const head = {
    name: storeAsset(o, 'secret', index),
    assetType: 'secretmanager.googleapis.com/Secret',
    ancestors: project.ancestors,
  };
  return policy(o, ['secret', index], head, [
    { role: 'roles/secretmanager.secretAccessor', members: holders(o, namespace, 1) },
  ]);
}
