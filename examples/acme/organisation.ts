/**
 * The organisation acme, described once: `make-assets.ts` writes it down as a Cloud Asset Inventory export, and in
 * `make-events.ts` a morning happens to it. Every id and time is made from a name, so the files come out the same each time.
 */
import { createHash } from 'node:crypto';

// ---- What there is ----

export const ORGANISATION = 'organizations/123456789012';
const PROD_FOLDER = 'folders/987654321098';

/** The project of the pipeline and its GitHub pool. It is not part of the export. */
export const IAC = { id: 'acme-iac', number: '444455556666' };

const PROJECTS = {
  'acme-prod': { number: '111122223333', title: 'Acme production', above: [PROD_FOLDER, ORGANISATION] },
  'acme-data': { number: '222233334444', title: 'Acme data', above: [PROD_FOLDER, ORGANISATION] },
  'acme-stage': { number: '333344445555', title: 'Acme staging', above: [ORGANISATION] },
} as const;
export type ProjectId = keyof typeof PROJECTS;
const PROJECT_IDS = Object.keys(PROJECTS) as ProjectId[];

const POOL = 'acme-prod.svc.id.goog';

interface Cluster {
  readonly name: string;
  readonly location: string;
  readonly nodePools: readonly string[];
}

export const EUW1: Cluster = { name: 'prod-euw1', location: 'europe-west1', nodePools: ['general', 'batch'] };
export const USE4: Cluster = { name: 'prod-use4', location: 'us-east4', nodePools: ['general'] };
const BOTH = [EUW1, USE4];

const NAMESPACES: readonly (readonly [namespace: string, clusters: readonly Cluster[]])[] = [
  ['checkout', BOTH],
  ['data', [EUW1]],
  ['default', BOTH],
  ['kube-system', BOTH],
  ['observability', BOTH],
  ['payments', BOTH],
  ['platform', BOTH],
  ['sandbox', [EUW1]],
];

interface Account {
  readonly name: string;
  readonly project: ProjectId;
  readonly title: string;
  /** Who may act as it, by role; absent when nobody ever set a policy on it. */
  readonly policy?: Roles;
  /** When a person made a key for it, if one did. */
  readonly userKey?: string;
  /** Google's own keys are listed for accounts in use. */
  readonly googleKey?: true;
}

const BIND = 'roles/iam.workloadIdentityUser';

const ACCOUNTS: readonly Account[] = [
  {
    name: 'ledger-writer',
    project: 'acme-prod',
    title: 'Books orders into the ledger',
    policy: { [BIND]: [legacyMember('payments/ledger-writer')] },
    googleKey: true,
  },
  {
    name: 'batch',
    project: 'acme-prod',
    title: 'Batch jobs of payments',
    // Planted: the KSA payments/legacy-batch is gone, its binding was left behind.
    policy: { [BIND]: [legacyMember('payments/nightly-batch'), legacyMember('payments/legacy-batch')] },
  },
  {
    name: 'cart',
    project: 'acme-prod',
    title: 'Shopping cart',
    policy: { [BIND]: [principalMember('checkout/cart')] },
  },
  {
    name: 'checkout',
    project: 'acme-prod',
    title: 'Checkout API',
    policy: { [BIND]: [legacyMember('checkout/checkout-api')] },
    googleKey: true,
  },
  {
    name: 'deployer',
    project: 'acme-prod',
    title: 'Publishes release images',
    policy: { [BIND]: [legacyMember('checkout/release')] },
  },
  {
    name: 'otel',
    project: 'acme-prod',
    title: 'OpenTelemetry collectors and agents',
    // Planted: observability/otel-agent is annotated with this account, and nobody bound it.
    policy: { [BIND]: [legacyMember('observability/otel-collector')] },
    googleKey: true,
  },
  {
    name: 'gke-nodes',
    project: 'acme-prod',
    title: 'Nodes of the production clusters',
    policy: { 'roles/iam.serviceAccountUser': [account('tf', 'acme-iac')] },
  },
  {
    name: 'etl-orders',
    project: 'acme-data',
    title: 'Loads orders into the warehouse',
    policy: { [BIND]: [legacyMember('data/etl-orders')] },
  },
  {
    name: 'reports',
    project: 'acme-data',
    title: 'Reads the warehouse for reports',
    policy: { [BIND]: [legacyMember('data/reports')] },
    // Planted: the key from before Workload Identity was never deleted.
    userKey: '2021-06-03T08:15:42Z',
    googleKey: true,
  },
  {
    name: 'sftp',
    project: 'acme-data',
    title: 'Ledger files for the bank, over SFTP',
    userKey: '2025-02-11T13:02:09Z',
    googleKey: true,
  },
];

interface Workload {
  readonly ksa: string;
  readonly clusters: readonly Cluster[];
  /** The e-mail in its annotation; absent for direct access or none. */
  readonly annotation?: string;
}

/** The KSAs that matter to IAM, and `sandbox/debug`, which does not until somebody binds it. */
const WORKLOADS: readonly Workload[] = [
  { ksa: 'payments/ledger-writer', clusters: BOTH, annotation: email('ledger-writer', 'acme-prod') },
  { ksa: 'payments/ledger-export', clusters: [EUW1] },
  { ksa: 'payments/nightly-batch', clusters: [EUW1], annotation: email('batch', 'acme-prod') },
  { ksa: 'checkout/cart', clusters: BOTH, annotation: email('cart', 'acme-prod') },
  { ksa: 'checkout/checkout-api', clusters: BOTH, annotation: email('checkout', 'acme-prod') },
  { ksa: 'checkout/release', clusters: [EUW1], annotation: email('deployer', 'acme-prod') },
  { ksa: 'observability/otel-collector', clusters: BOTH, annotation: email('otel', 'acme-prod') },
  { ksa: 'observability/otel-agent', clusters: [USE4], annotation: email('otel', 'acme-prod') },
  { ksa: 'observability/prometheus', clusters: BOTH },
  { ksa: 'data/etl-orders', clusters: [EUW1], annotation: email('etl-orders', 'acme-data') },
  { ksa: 'data/reports', clusters: [EUW1], annotation: email('reports', 'acme-data') },
  { ksa: 'platform/cost-meter', clusters: BOTH },
  { ksa: 'sandbox/debug', clusters: [EUW1] },
];

const PROJECT_POLICIES: { readonly [P in ProjectId]: Roles } = {
  'acme-prod': {
    'roles/artifactregistry.writer': [account('deployer', 'acme-prod')],
    'roles/cloudsql.client': [account('checkout', 'acme-prod'), account('ledger-writer', 'acme-prod')],
    'roles/cloudtrace.agent': [account('otel', 'acme-prod')],
    'roles/compute.serviceAgent': [
      'serviceAccount:service-111122223333@compute-system.iam.gserviceaccount.com',
    ],
    'roles/container.clusterViewer': [account('deployer', 'acme-prod'), 'group:developers@acme.example'],
    'roles/container.defaultNodeServiceAccount': [account('gke-nodes', 'acme-prod')],
    'roles/container.serviceAgent': [
      'serviceAccount:service-111122223333@container-engine-robot.iam.gserviceaccount.com',
    ],
    // Google's own: the APIs service agent is an editor of every project, and Pub/Sub once needed to sign its pushes.
    'roles/editor': ['serviceAccount:111122223333@cloudservices.gserviceaccount.com'],
    'roles/iam.serviceAccountTokenCreator': [
      'serviceAccount:service-111122223333@gcp-sa-pubsub.iam.gserviceaccount.com',
    ],
    'roles/logging.viewer': ['group:developers@acme.example', 'user:jane@acme.example'],
    'roles/monitoring.metricWriter': [account('otel', 'acme-prod'), namespaceMember('platform')],
    'roles/monitoring.viewer': ['group:sre@acme.example', principalMember('observability/prometheus')],
    'roles/viewer': ['group:platform@acme.example', 'user:sam@acme.example'],
  },
  'acme-data': {
    'roles/bigquery.dataEditor': [account('etl-orders', 'acme-data')],
    'roles/bigquery.dataViewer': [account('reports', 'acme-data'), 'group:analysts@acme.example'],
    'roles/bigquery.jobUser': [
      account('etl-orders', 'acme-data'),
      account('reports', 'acme-data'),
      'group:analysts@acme.example',
    ],
    'roles/bigquerydatatransfer.serviceAgent': [
      'serviceAccount:service-222233334444@gcp-sa-bigquerydatatransfer.iam.gserviceaccount.com',
    ],
    'roles/editor': ['serviceAccount:222233334444@cloudservices.gserviceaccount.com'],
    'roles/viewer': ['group:platform@acme.example'],
  },
  'acme-stage': {
    // The editor that was inherited, and that the policy excepts until 2027-02-28.
    'roles/editor': [
      account('etl-orders', 'acme-data'),
      'serviceAccount:333344445555@cloudservices.gserviceaccount.com',
    ],
    'roles/owner': ['user:kim@acme.example'],
    'roles/viewer': ['group:developers@acme.example'],
  },
};

const BUCKET = '//storage.googleapis.com/acme-ledger';
const TOPIC = '//pubsub.googleapis.com/projects/acme-prod/topics/orders';
const SECRET = '//secretmanager.googleapis.com/projects/111122223333/secrets/psp-api-key';

const TOPIC_ROLES: Roles = {
  'roles/pubsub.publisher': [
    account('cart', 'acme-prod'),
    account('checkout', 'acme-prod'),
    account('ledger-writer', 'acme-prod'),
  ],
};

const SECRET_ROLES: Roles = {
  'roles/secretmanager.secretAccessor': [account('checkout', 'acme-prod')],
};

const BUCKET_ROLES: Roles = {
  'roles/storage.legacyBucketOwner': ['projectEditor:acme-data', 'projectOwner:acme-data'],
  'roles/storage.legacyBucketReader': ['projectViewer:acme-data'],
  'roles/storage.objectCreator': [account('batch', 'acme-prod')],
  'roles/storage.objectViewer': [account('sftp', 'acme-data'), 'group:analysts@acme.example'],
};

const EXPORTS_ONLY: Binding = {
  role: 'roles/storage.objectCreator',
  members: [principalMember('payments/ledger-export')],
  condition: {
    title: 'exports-only',
    description: 'New objects under exports/ and nowhere else',
    expression: 'resource.name.startsWith("projects/_/buckets/acme-ledger/objects/exports/")',
  },
};

// ---- Names ----

export function email(name: string, project: string): string {
  return `${name}@${project}.iam.gserviceaccount.com`;
}

/** A Google service account as an IAM member. */
export function account(name: string, project: string): string {
  return `serviceAccount:${email(name, project)}`;
}

/** A KSA of the production pool in the old spelling; `ksa` is `namespace/name`. */
export function legacyMember(ksa: string): string {
  return `serviceAccount:${POOL}[${ksa}]`;
}

/** The same KSA in the spelling that Google recommends now. */
export function principalMember(ksa: string): string {
  const [namespace, name] = ksa.split('/');
  return `principal:${poolPath()}/subject/ns/${namespace}/sa/${name}`;
}

function namespaceMember(namespace: string): string {
  return `principalSet:${poolPath()}/namespace/${namespace}`;
}

function poolPath(): string {
  return `//iam.googleapis.com/projects/111122223333/locations/global/workloadIdentityPools/${POOL}`;
}

/** Service accounts are named by unique id in Asset Inventory, and so are their policies. */
export function accountAsset(name: string, project: ProjectId): string {
  return `//iam.googleapis.com/projects/${project}/serviceAccounts/${uniqueId(name, project)}`;
}

export function uniqueId(name: string, project: string): string {
  return `1${digits(email(name, project), 20)}`;
}

export function projectAsset(id: ProjectId): string {
  return `//cloudresourcemanager.googleapis.com/projects/${PROJECTS[id].number}`;
}

export function ksaAsset(cluster: Cluster, ksa: string): string {
  const [namespace, name] = ksa.split('/');
  return `${clusterAsset(cluster)}/k8s/namespaces/${namespace}/serviceaccounts/${name}`;
}

function clusterAsset({ location, name }: Cluster): string {
  return `//container.googleapis.com/projects/acme-prod/locations/${location}/clusters/${name}`;
}

export function ancestors(id: ProjectId): readonly string[] {
  return [`projects/${PROJECTS[id].number}`, ...PROJECTS[id].above];
}

// ---- Ids, times and etags, all of them made from names ----

export function hex(seed: string, length: number): string {
  return createHash('sha256').update(seed).digest('hex').slice(0, length);
}

export function digits(seed: string, length: number): string {
  return BigInt(`0x${hex(seed, 64)}`)
    .toString()
    .slice(0, length);
}

function uuid(seed: string): string {
  return hex(seed, 32).replace(/^(.{8})(.{4}).(.{3}).(.{3})/, '$1-$2-4$3-a$4-');
}

/** Microseconds since 1970, as far as Asset Inventory dates things. A double holds them exactly. */
export type Micros = number;

export function micros(time: string): Micros {
  return Date.parse(`${time.slice(0, 19)}Z`) * 1000 + Number(time.slice(20, -1).padEnd(6, '0'));
}

export function formatMicros(at: Micros): string {
  const seconds = new Date(Math.floor(at / 1000)).toISOString().slice(0, 19);
  return `${seconds}.${String(at % 1_000_000).padStart(6, '0')}Z`;
}

/** An IAM etag is the byte 7 and then the time of the change. */
export function etagAt(at: Micros): string {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE((7n << 56n) | BigInt(at));
  return bytes.toString('base64');
}

/** Some moment of 20 November 2026, always the same one for the same name. */
function lastChange(name: string): Micros {
  return micros('2026-11-20T00:00:00Z') + (Number(digits(name, 15)) % (24 * 3600 * 1_000_000));
}

// ---- Policies ----

export type Roles = { readonly [role: string]: readonly string[] };

export interface Binding {
  readonly role: string;
  readonly members: readonly string[];
  readonly condition?: { readonly title: string; readonly description: string; readonly expression: string };
}

export interface IamPolicy {
  readonly version: number;
  readonly etag: string;
  readonly bindings: readonly Binding[];
  readonly auditConfigs?: readonly {
    readonly service: string;
    readonly auditLogConfigs: readonly { readonly logType: string }[];
  }[];
}

/** IAM answers with roles and members in order. */
function bindings(roles: Roles, conditional: readonly Binding[] = []): Binding[] {
  const plain = Object.entries(roles).map(([role, members]) => ({ role, members: [...members].sort() }));
  return [...plain, ...conditional].sort((a, b) => (a.role < b.role ? -1 : a.role > b.role ? 1 : 0));
}

/** The version of `policy` that a change at `at` makes. */
export function withMember(policy: IamPolicy, role: string, member: string, at: Micros): IamPolicy {
  const roles = rolesOf(policy);
  return next(policy, { ...roles, [role]: [...(roles[role] ?? []), member] }, at);
}

export function withoutMember(policy: IamPolicy, role: string, member: string, at: Micros): IamPolicy {
  const roles = rolesOf(policy);
  return next(policy, { ...roles, [role]: (roles[role] ?? []).filter((m) => m !== member) }, at);
}

function rolesOf(policy: IamPolicy): Roles {
  return Object.fromEntries(policy.bindings.filter((b) => !b.condition).map((b) => [b.role, b.members]));
}

function next(policy: IamPolicy, roles: Roles, at: Micros): IamPolicy {
  const held = Object.fromEntries(Object.entries(roles).filter(([, members]) => members.length > 0));
  const conditional = policy.bindings.filter((b) => b.condition);
  return { ...policy, etag: etagAt(at), bindings: bindings(held, conditional) };
}

// ---- Assets ----

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

interface AssetHead {
  readonly ancestors: readonly string[];
  readonly assetType: string;
  readonly name: string;
}

export interface ResourceAsset extends AssetHead {
  readonly resource: {
    readonly data: JsonObject;
    readonly discoveryDocumentUri?: string;
    readonly discoveryName: string;
    readonly location: string;
    readonly parent: string;
    readonly version: string;
  };
  readonly updateTime: string;
}

export interface PolicyAsset extends AssetHead {
  readonly iamPolicy: IamPolicy;
  readonly updateTime: string;
}

/** What `gcloud asset export --content-type=resource` gives for the three projects. */
export function resources(): ResourceAsset[] {
  return [
    ...PROJECT_IDS.map(project),
    ...ACCOUNTS.map(serviceAccount),
    ...ACCOUNTS.flatMap(keys),
    ...BOTH.flatMap((c) => [cluster(c), ...c.nodePools.map((name) => nodePool(c, name))]),
    ...BOTH.flatMap((c) => [...namespaces(c), ...kubernetesServiceAccounts(c)]),
    ...stores(),
  ];
}

/** What `gcloud asset export --content-type=iam-policy` gives: an asset on which nobody set a policy has no line. */
export function policies(): PolicyAsset[] {
  return [
    ...PROJECT_IDS.map(projectPolicy),
    ...ACCOUNTS.flatMap(({ name, project: id, policy }) =>
      policy
        ? policyAsset('iam.googleapis.com/ServiceAccount', accountAsset(name, id), id, bindings(policy))
        : [],
    ),
    policyAsset('pubsub.googleapis.com/Topic', TOPIC, 'acme-prod', bindings(TOPIC_ROLES)),
    policyAsset('secretmanager.googleapis.com/Secret', SECRET, 'acme-prod', bindings(SECRET_ROLES)),
    bucketPolicy(),
  ];
}

/** The line of one asset in the export: where the events start from. */
export function policyOf(name: string): PolicyAsset {
  return theOne(policies(), name);
}

export function resourceOf(name: string): ResourceAsset {
  return theOne(resources(), name);
}

function theOne<A extends AssetHead>(assets: readonly A[], name: string): A {
  const found = assets.find((asset) => asset.name === name);
  if (!found) throw new Error(`The export has no ${name}.`);
  return found;
}

function policyAsset(assetType: string, name: string, id: ProjectId, list: Binding[]): PolicyAsset {
  const at = lastChange(`policy of ${name}`);
  return {
    ancestors: ancestors(id),
    assetType,
    iamPolicy: { version: 1, etag: etagAt(at), bindings: list },
    name,
    updateTime: formatMicros(at),
  };
}

function projectPolicy(id: ProjectId): PolicyAsset {
  const asset = policyAsset(
    'cloudresourcemanager.googleapis.com/Project',
    projectAsset(id),
    id,
    bindings(PROJECT_POLICIES[id]),
  );
  // Token minting is logged only where these logs are on.
  const auditConfigs = [{ service: 'iam.googleapis.com', auditLogConfigs: [{ logType: 'ADMIN_READ' }] }];
  return { ...asset, iamPolicy: { ...asset.iamPolicy, auditConfigs } };
}

/** Cloud Storage counts its etags, and a policy with a condition has version 3. */
function bucketPolicy(): PolicyAsset {
  const list = bindings(BUCKET_ROLES, [EXPORTS_ONLY]);
  const asset = policyAsset('storage.googleapis.com/Bucket', BUCKET, 'acme-data', list);
  return { ...asset, iamPolicy: { version: 3, etag: 'CAQ=', bindings: list } };
}

function project(id: ProjectId): ResourceAsset {
  const { number, title, above } = PROJECTS[id];
  const [kind, parentId] = above[0].split('/');
  return resourceAsset('cloudresourcemanager.googleapis.com/Project', projectAsset(id), id, {
    location: 'global',
    parent: `//cloudresourcemanager.googleapis.com/${above[0]}`,
    data: {
      createTime: '2020-03-09T10:12:41.318Z',
      lifecycleState: 'ACTIVE',
      name: title,
      parent: { id: parentId!, type: kind!.slice(0, -1) },
      projectId: id,
      projectNumber: number,
    },
  });
}

function serviceAccount({ name, project: id, title }: Account): ResourceAsset {
  const address = email(name, id);
  return resourceAsset('iam.googleapis.com/ServiceAccount', accountAsset(name, id), id, {
    location: 'global',
    parent: projectAsset(id),
    data: {
      displayName: title,
      email: address,
      etag: Buffer.from(digits(`version of ${address}`, 8)).toString('base64'),
      name: `projects/${id}/serviceAccounts/${address}`,
      oauth2ClientId: uniqueId(name, id),
      projectId: id,
      uniqueId: uniqueId(name, id),
    },
  });
}

function keys(owner: Account): ResourceAsset[] {
  const google = owner.googleKey
    ? key(owner, 'SYSTEM_MANAGED', '2026-11-14T03:20:11Z', '2026-12-01T03:20:11Z')
    : [];
  const user = owner.userKey ? key(owner, 'USER_MANAGED', owner.userKey, '9999-12-31T23:59:59Z') : [];
  return [google, user].flat();
}

function key({ name, project: id }: Account, keyType: string, from: string, until: string): ResourceAsset {
  const path = `projects/${id}/serviceAccounts/${email(name, id)}/keys/${hex(`${keyType} key of ${email(name, id)}`, 40)}`;
  return resourceAsset('iam.googleapis.com/ServiceAccountKey', `//iam.googleapis.com/${path}`, id, {
    location: 'global',
    parent: accountAsset(name, id),
    data: {
      keyAlgorithm: 'KEY_ALG_RSA_2048',
      keyOrigin: 'GOOGLE_PROVIDED',
      keyType,
      name: path,
      validAfterTime: from,
      validBeforeTime: until,
    },
  });
}

const GKE_VERSION = '1.34.1-gke.1829001';

function cluster(c: Cluster): ResourceAsset {
  return resourceAsset('container.googleapis.com/Cluster', clusterAsset(c), 'acme-prod', {
    location: c.location,
    parent: projectAsset('acme-prod'),
    data: {
      createTime: '2024-04-16T07:30:12+00:00',
      currentMasterVersion: GKE_VERSION,
      id: hex(clusterAsset(c), 64),
      location: c.location,
      name: c.name,
      network: 'prod',
      nodePools: c.nodePools.map((name) => nodePoolData(c, name)),
      releaseChannel: { channel: 'REGULAR' },
      selfLink: `https://container.googleapis.com/v1/projects/acme-prod/locations/${c.location}/clusters/${c.name}`,
      status: 'RUNNING',
      subnetwork: c.name,
      workloadIdentityConfig: { workloadPool: POOL },
    },
  });
}

function nodePool(c: Cluster, name: string): ResourceAsset {
  const asset = `${clusterAsset(c)}/nodePools/${name}`;
  return resourceAsset('container.googleapis.com/NodePool', asset, 'acme-prod', {
    location: c.location,
    parent: clusterAsset(c),
    data: nodePoolData(c, name),
  });
}

function nodePoolData(c: Cluster, name: string): JsonObject {
  return {
    config: {
      imageType: 'COS_CONTAINERD',
      machineType: 'n2d-standard-4',
      metadata: { 'disable-legacy-endpoints': 'true' },
      oauthScopes: ['https://www.googleapis.com/auth/cloud-platform'],
      serviceAccount: email('gke-nodes', 'acme-prod'),
      shieldedInstanceConfig: { enableIntegrityMonitoring: true, enableSecureBoot: true },
      workloadMetadataConfig: { mode: 'GKE_METADATA' },
    },
    management: { autoRepair: true, autoUpgrade: true },
    name,
    selfLink: `https://container.googleapis.com/v1/projects/acme-prod/locations/${c.location}/clusters/${c.name}/nodePools/${name}`,
    status: 'RUNNING',
    version: GKE_VERSION,
  };
}

function namespacesOf(c: Cluster): string[] {
  return NAMESPACES.filter(([, clusters]) => clusters.includes(c)).map(([name]) => name);
}

function namespaces(c: Cluster): ResourceAsset[] {
  return namespacesOf(c).map((name) => {
    const asset = `${clusterAsset(c)}/k8s/namespaces/${name}`;
    return kubernetesAsset(c, asset, {
      kind: 'Namespace',
      parent: clusterAsset(c),
      metadata: { labels: { 'kubernetes.io/metadata.name': name }, name },
      rest: { spec: { finalizers: ['kubernetes'] }, status: { phase: 'Active' } },
    });
  });
}

/** Kubernetes makes a `default` one in every namespace. */
function kubernetesServiceAccounts(c: Cluster): ResourceAsset[] {
  const own = WORKLOADS.filter(({ clusters }) => clusters.includes(c));
  const all: readonly Workload[] = [
    ...own,
    ...namespacesOf(c).map((namespace) => ({ ksa: `${namespace}/default`, clusters: [c] })),
  ];
  return [...all]
    .sort((a, b) => (a.ksa < b.ksa ? -1 : 1))
    .map((workload) => kubernetesServiceAccount(c, workload));
}

function kubernetesServiceAccount(c: Cluster, { ksa, annotation }: Workload): ResourceAsset {
  const [namespace = '', name = ''] = ksa.split('/');
  const annotations = annotation ? { annotations: { 'iam.gke.io/gcp-service-account': annotation } } : {};
  return kubernetesAsset(c, ksaAsset(c, ksa), {
    kind: 'ServiceAccount',
    parent: `${clusterAsset(c)}/k8s/namespaces/${namespace}`,
    metadata: { ...annotations, name, namespace },
    rest: {},
  });
}

function kubernetesAsset(
  c: Cluster,
  name: string,
  object: { kind: string; parent: string; metadata: JsonObject; rest: JsonObject },
): ResourceAsset {
  return resourceAsset(`k8s.io/${object.kind}`, name, 'acme-prod', {
    location: c.location,
    parent: object.parent,
    data: {
      apiVersion: 'v1',
      kind: object.kind,
      metadata: {
        ...object.metadata,
        creationTimestamp: '2024-04-17T09:05:33Z',
        resourceVersion: `2${digits(`resourceVersion of ${name}`, 8)}`,
        uid: uuid(name),
      },
      ...object.rest,
    },
  });
}

function stores(): ResourceAsset[] {
  return [
    resourceAsset('pubsub.googleapis.com/Topic', TOPIC, 'acme-prod', {
      location: 'global',
      parent: projectAsset('acme-prod'),
      data: { name: 'projects/acme-prod/topics/orders' },
    }),
    resourceAsset('secretmanager.googleapis.com/Secret', SECRET, 'acme-prod', {
      location: 'global',
      parent: projectAsset('acme-prod'),
      data: {
        createTime: '2024-05-21T12:40:07.229481Z',
        name: 'projects/111122223333/secrets/psp-api-key',
        replication: { automatic: {} },
      },
    }),
    resourceAsset('storage.googleapis.com/Bucket', BUCKET, 'acme-data', {
      location: 'eu',
      parent: projectAsset('acme-data'),
      data: {
        iamConfiguration: { publicAccessPrevention: 'enforced', uniformBucketLevelAccess: { enabled: true } },
        id: 'acme-ledger',
        kind: 'storage#bucket',
        location: 'EU',
        name: 'acme-ledger',
        projectNumber: '222233334444',
        storageClass: 'STANDARD',
        timeCreated: '2024-05-21T12:44:50.118Z',
      },
    }),
  ];
}

/** `parts` is what differs; the rest of the envelope follows from the asset type. */
function resourceAsset(
  assetType: string,
  name: string,
  id: ProjectId,
  parts: { readonly location: string; readonly parent: string; readonly data: JsonObject },
): ResourceAsset {
  const [service = '', discoveryName = ''] = assetType.split('/');
  const discovery =
    service === 'k8s.io' ? {} : { discoveryDocumentUri: `https://${service}/$discovery/rest` };
  return {
    ancestors: ancestors(id),
    assetType,
    name,
    resource: {
      data: parts.data,
      ...discovery,
      discoveryName,
      location: parts.location,
      parent: parts.parent,
      version: 'v1',
    },
    updateTime: formatMicros(lastChange(name)),
  };
}
