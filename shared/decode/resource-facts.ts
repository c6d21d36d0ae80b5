import { type AssetName, clusterOf, serviceAccountOf } from '../model/asset.ts';
import type { Alias, Facts, FactType } from '../model/observation.ts';
import { type Fields, formattedTime } from './fields.ts';
import { present } from './present.ts';

/** An asset's name as it came, the same in our spelling, and the resource as its own API writes it, where the message has it. */
export interface Resource {
  readonly name: string;
  readonly asset: AssetName;
  readonly data: Fields | undefined;
}

interface WatchedType {
  readonly type: FactType;
  facts(resource: Resource): Facts;
}

/** The asset types whose resources we read (gcp-facts 1.5, 5.4, 5.5). */
const WATCHED: ReadonlyMap<string, WatchedType> = new Map<string, WatchedType>([
  ['iam.googleapis.com/ServiceAccount', { type: 'service-account', facts: serviceAccountFacts }],
  ['iam.googleapis.com/ServiceAccountKey', { type: 'service-account-key', facts: keyFacts }],
  ['k8s.io/ServiceAccount', { type: 'kubernetes-service-account', facts: kubernetesServiceAccountFacts }],
  ['container.googleapis.com/Cluster', { type: 'cluster', facts: clusterFacts }],
  ['cloudresourcemanager.googleapis.com/Project', { type: 'project', facts: projectFacts }],
]);

/** The kind of fact we keep of an asset type, when it is one we watch. */
export function factTypeOf(assetType: string): FactType | undefined {
  return WATCHED.get(assetType)?.type;
}

/** What the resource says of itself; undefined for a type we do not watch. Throws `Malformed` where its structure is broken. */
export function factsOf(assetType: string, resource: Resource): Facts | undefined {
  return WATCHED.get(assetType)?.facts(resource);
}

/** A deleted project stays for 30 days before Asset Inventory calls it deleted (gcp-facts 1.2); what lies in it stops at once. */
export function isClosing(assetType: string, data: Fields | undefined): boolean {
  if (factTypeOf(assetType) !== 'project') return false;
  return /^DELETE_/.test(data?.text('lifecycleState') ?? data?.text('state') ?? '');
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

const ANNOTATION = 'iam.gke.io/gcp-service-account';

function kubernetesServiceAccountFacts({ asset, data }: Resource): Facts {
  const [, namespace, name] = /\/k8s\/namespaces\/([^/]+)\/serviceaccounts\/([^/]+)$/i.exec(asset) ?? [];
  const metadata = data?.object('metadata');
  return {
    type: 'kubernetes-service-account',
    ...present({
      cluster: clusterOf(asset),
      namespace: namespace ?? metadata?.text('namespace'),
      name: name ?? metadata?.text('name'),
      uid: metadata?.text('uid'),
      // No metadata is no word about annotations; metadata without annotations is the word that there are none.
      annotation: metadata && (metadata.object('annotations')?.text(ANNOTATION) ?? ''),
    }),
  };
}

function clusterFacts({ asset, data }: Resource): Facts {
  const identity = data?.object('workloadIdentityConfig');
  return {
    type: 'cluster',
    ...present({
      cluster: clusterOf(asset),
      // `identityNamespace` is the old name of the field.
      workloadPool: data && (identity?.text('workloadPool') ?? identity?.text('identityNamespace') ?? ''),
      autopilot: data && (data.object('autopilot')?.flag('enabled') ?? false),
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
