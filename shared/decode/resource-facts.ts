import { serviceAccountOf } from '../model/asset.ts';
import type { Alias, Facts, FactType } from '../model/observation.ts';
import { attachmentFacts, RUNNER_TYPES } from './facts/attachment.ts';
import { clusterFacts, nodePoolFacts, nodePoolsWithin } from './facts/cluster.ts';
import { dataObjectFacts } from './facts/data-object.ts';
import { identityProviderFacts } from './facts/identity-provider.ts';
import {
  isTerminating,
  kubernetesRoleFacts,
  kubernetesServiceAccountFacts,
  namespaceFacts,
  roleBindingFacts,
} from './facts/kubernetes.ts';
import { labelledFacts, resourceMark } from './facts/managed-by.ts';
import { membershipFacts } from './facts/membership.ts';
import { orgPolicyFacts } from './facts/org-policy.ts';
import { ownerIn } from './facts/owner.ts';
import type { Resource } from './facts/resource.ts';
import { roleFacts } from './facts/role.ts';
import { workloadFacts } from './facts/workload.ts';
import { type Fields, formattedTime } from './fields.ts';
import { present } from './present.ts';

interface WatchedType {
  readonly type: FactType;
  facts(resource: Resource): Facts;
}

const WORKLOAD: WatchedType = { type: 'workload', facts: workloadFacts };
const DATA_OBJECT: WatchedType = { type: 'data-object', facts: dataObjectFacts };
const ROLE_BINDING: WatchedType = { type: 'role-binding', facts: roleBindingFacts };
const KUBERNETES_ROLE: WatchedType = { type: 'kubernetes-role', facts: kubernetesRoleFacts };
const LABELLED: WatchedType = { type: 'labelled', facts: labelledFacts };
const PROVIDER: WatchedType = { type: 'identity-provider', facts: identityProviderFacts };

/** The asset types whose resources we read (gcp-facts 1.5, 5.4, 5.5, 7.4). */
const WATCHED: ReadonlyMap<string, WatchedType> = new Map<string, WatchedType>([
  ['iam.googleapis.com/ServiceAccount', { type: 'service-account', facts: serviceAccountFacts }],
  ['iam.googleapis.com/ServiceAccountKey', { type: 'service-account-key', facts: keyFacts }],
  ['iam.googleapis.com/WorkloadIdentityPoolProvider', PROVIDER],
  ['iam.googleapis.com/Role', { type: 'role', facts: roleFacts }],
  ['k8s.io/ServiceAccount', { type: 'kubernetes-service-account', facts: kubernetesServiceAccountFacts }],
  ['k8s.io/Namespace', { type: 'namespace', facts: namespaceFacts }],
  ['k8s.io/Pod', WORKLOAD],
  ['k8s.io/Secret', DATA_OBJECT],
  ['k8s.io/ConfigMap', DATA_OBJECT],
  ['apps.k8s.io/Deployment', WORKLOAD],
  ['apps.k8s.io/StatefulSet', WORKLOAD],
  ['apps.k8s.io/DaemonSet', WORKLOAD],
  ['apps.k8s.io/ReplicaSet', WORKLOAD],
  ['batch.k8s.io/Job', WORKLOAD],
  ['batch.k8s.io/CronJob', WORKLOAD],
  ['rbac.authorization.k8s.io/Role', KUBERNETES_ROLE],
  ['rbac.authorization.k8s.io/ClusterRole', KUBERNETES_ROLE],
  ['rbac.authorization.k8s.io/RoleBinding', ROLE_BINDING],
  ['rbac.authorization.k8s.io/ClusterRoleBinding', ROLE_BINDING],
  ['container.googleapis.com/Cluster', { type: 'cluster', facts: clusterFacts }],
  ['container.googleapis.com/NodePool', { type: 'node-pool', facts: nodePoolFacts }],
  ['gkehub.googleapis.com/Membership', { type: 'fleet-membership', facts: membershipFacts }],
  ['orgpolicy.googleapis.com/Policy', { type: 'org-policy', facts: orgPolicyFacts }],
  ['cloudresourcemanager.googleapis.com/Project', { type: 'project', facts: projectFacts }],
  ['storage.googleapis.com/Bucket', LABELLED],
  ['pubsub.googleapis.com/Topic', LABELLED],
  ['pubsub.googleapis.com/Subscription', LABELLED],
  ['secretmanager.googleapis.com/Secret', LABELLED],
  ['bigquery.googleapis.com/Dataset', LABELLED],
  ['cloudkms.googleapis.com/CryptoKey', LABELLED],
  ...RUNNER_TYPES.map((type): readonly [string, WatchedType] => [
    type,
    { type: 'attachment', facts: (resource) => attachmentFacts(type, resource) },
  ]),
]);

/** Every asset type we watch, by name. */
export const WATCHED_TYPES: readonly string[] = [...WATCHED.keys()].sort();

/** The kind of fact we keep of an asset type, when it is one we watch. */
export function factTypeOf(assetType: string): FactType | undefined {
  return WATCHED.get(assetType)?.type;
}

/** What the resource says of itself; undefined for a type we do not watch. Throws `Malformed` where its structure is broken. */
export function factsOf(assetType: string, resource: Resource): Facts | undefined {
  return WATCHED.get(assetType)?.facts(resource);
}

/** Resources of watched types that another carries inside, each whole: the node pools of a cluster. */
export function resourcesWithin(
  assetType: string,
  resource: Resource,
): readonly (Resource & { readonly assetType: string })[] {
  if (factTypeOf(assetType) !== 'cluster') return [];
  return nodePoolsWithin(resource).map((pool) => ({
    ...pool,
    assetType: 'container.googleapis.com/NodePool',
  }));
}

/**
 * Still listed, and at its end all the same. A deleted project stays for 30 days before Asset Inventory calls it deleted (gcp-facts 1.2),
 * and what lies in it stops at once; so does a deleted provider, which can be restored for as long; Kubernetes waits for finalizers.
 */
export function isClosing(assetType: string, data: Fields | undefined): boolean {
  switch (factTypeOf(assetType)) {
    case 'project':
      return /^DELETE_/.test(data?.text('lifecycleState') ?? data?.text('state') ?? '');
    case 'identity-provider':
      return data?.text('state') === 'DELETED';
    default:
      return /(^|\.)k8s\.io\//.test(assetType) && isTerminating(data);
  }
}

/** The two names a resource tells of itself, when it tells both. */
export function aliasIn(facts: Facts): Alias | undefined {
  if (facts.type === 'service-account' && facts.uniqueId !== undefined && facts.email !== undefined) {
    return { of: 'service-account', id: facts.uniqueId, name: facts.email };
  }
  if (facts.type === 'project' && facts.number !== undefined && facts.projectId !== undefined) {
    return { of: 'project', id: facts.number, name: facts.projectId };
  }
  return undefined;
}

function serviceAccountFacts({ asset, data }: Resource): Facts {
  const named = serviceAccountOf(asset) ?? '';
  return {
    type: 'service-account',
    ...present({
      uniqueId: data?.id('uniqueId') ?? matched(/^\d+$/, named),
      email: (data?.text('email') ?? matched(/^.+@.+$/, named))?.toLowerCase(),
      projectId: data?.text('projectId'),
      disabled: data?.flag('disabled'),
      displayName: data?.text('displayName'),
    }),
  };
}

const MANAGERS = new Map([
  ['USER_MANAGED', 'user'],
  ['SYSTEM_MANAGED', 'google'],
] as const);
const ORIGINS = new Map([
  ['GOOGLE_PROVIDED', 'created'],
  ['USER_PROVIDED', 'uploaded'],
] as const);

function keyFacts({ name, data }: Resource): Facts {
  const [, account, keyId] = /\/serviceAccounts\/([^/]+)\/keys\/([^/]+)$/.exec(name) ?? [];
  return {
    type: 'service-account-key',
    ...present({
      keyId,
      account: account === '-' ? undefined : account?.toLowerCase(),
      managedBy: valueIn(MANAGERS, data?.text('keyType')),
      origin: valueIn(ORIGINS, data?.text('keyOrigin')),
      disabled: data?.flag('disabled'),
      validAfter: formattedTime(data?.time('validAfterTime')),
      validBefore: formattedTime(data?.time('validBeforeTime')),
    }),
  };
}

function projectFacts({ asset, data }: Resource): Facts {
  const named = /\/projects\/([^/]+)$/.exec(asset)?.[1] ?? '';
  return {
    type: 'project',
    ...present({
      projectId: data?.text('projectId') ?? matched(PROJECT_ID, named),
      number: data?.id('projectNumber') ?? matched(/^\d+$/, named),
      // Resource Manager v1 has the display name in `name`, which in v3 is `projects/NUMBER`.
      displayName: data?.text('displayName') ?? matched(/^(?!projects\/).+$/, data?.text('name') ?? ''),
      owner: ownerIn(data),
      managedBy: resourceMark(data),
    }),
  };
}

/** Project ids, old domain-scoped ones included. Keeps out numbers and the placeholders of Terraform tools. */
export const PROJECT_ID = /^(?:[a-z0-9.-]+:)?[a-z][a-z0-9-]*$/;

function matched(pattern: RegExp, text: string): string | undefined {
  return pattern.test(text) ? text : undefined;
}

function valueIn<K, V>(values: ReadonlyMap<K | string, V>, key: string | undefined): V | undefined {
  return key === undefined ? undefined : values.get(key);
}
