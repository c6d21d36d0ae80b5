import type { Act } from '../model/act.ts';
import {
  type AssetName,
  clusterOf,
  type ResourceKind,
  resourceKind,
  serviceAccountOf,
} from '../model/asset.ts';
import type { Credential } from '../model/credential.ts';
import { type Grant, grantKey, LINKING_ROLES } from '../model/grant.ts';
import { principalKey } from '../model/principal.ts';
import { formatTime, type Nanos, parseTime } from '../model/time.ts';
import { isPredefined } from '../roles/role.ts';
import { fieldOf, RESTORABLE } from './absorb.ts';
import type { Aliases } from './aliases.ts';
import type { VisitsFact } from './baseline.ts';
import type { Coverage } from './coverage.ts';
import { coverageId } from './coverage.ts';
import { doingsOf } from './doings.ts';
import { effectivePolicy, type RemovedGrant, type StandingGrant } from './effective.ts';
import { type GroupFact, groupFact, groupKeys } from './group-facts.ts';
import {
  credentialsOf,
  type DataObjectFact,
  dataKey,
  dataObjectFact,
  type GoneKeyFact,
  goneKeyFact,
  type HmacKeyFact,
  hmacKeyFact,
  type KeySwitch,
  keySwitch,
  type OrgPolicyFact,
  orgPolicyFact,
} from './key-facts.ts';
import {
  bindingsKey,
  type KubernetesRoleFact,
  kubernetesRoleFact,
  kubernetesRoleKey,
  type RoleBindingFact,
  roleBindingFact,
} from './kubernetes-facts.ts';
import type { Place, PolicyRegister, ResourceRegister, SaidValue, Stamped } from './register.ts';
import type { Seen, SeenAlive } from './seen.ts';
import type { UsageFact } from './usage.ts';
import { type WatchFact, watchFact } from './watch-facts.ts';

export type GrantFact = Seen & StandingGrant & { readonly kind: 'grant' };
/** A grant that a delta reported removed, the policy not read since: it lies where the grant itself would. */
export type ReportedGoneFact = { readonly kind: 'reported-gone'; readonly grant: Grant };
/** What is known of a resource's policy as a whole, once it has been seen. */
export type PolicyFact = {
  readonly kind: 'policy';
  readonly resource: AssetName;
  /** Since when the whole policy is known. */
  readonly wholeSince: Nanos;
  /** Grants that are known to have stood, and who took them when. */
  readonly removed: readonly RemovedFact[];
};
export type KsaFact = SeenAlive & {
  readonly kind: 'ksa';
  readonly cluster: string;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string | undefined;
  /** When it was made, as it says itself; `undefined` when no message about this one held it. */
  readonly createdAt: Nanos | undefined;
  /** E-mail in the annotation; empty when there is none. */
  readonly annotation: string;
};
/** `exists: false` is a tombstone: the account was seen to be deleted. */
export type AccountFact = SeenAlive & {
  readonly kind: 'account';
  readonly id: string;
  readonly email: string | undefined;
  readonly disabled: boolean;
  readonly exists: boolean;
};
export type KeyFact = Seen &
  KeySwitch & {
    readonly kind: 'key';
    readonly id: string;
    readonly account: string | undefined;
    readonly managedBy: 'user' | 'google' | undefined;
    readonly origin: 'created' | 'uploaded' | undefined;
    readonly disabled: boolean;
    /** When it was made, by its own word; `undefined` when no message about it held that. */
    readonly validAfter: Nanos | undefined;
    readonly validBefore: Nanos | undefined;
  };
/** `exists: false` is a tombstone: whatever was seen in the cluster went with it. */
export type ClusterFact = Seen & {
  readonly kind: 'cluster';
  readonly cluster: string;
  /** Empty when Workload Identity is off; `undefined` when that was never told: Autopilot turns it on without being asked. */
  readonly workloadPool: string | undefined;
  readonly autopilot: boolean;
  /** It is being made, or taken down: what it says now is not what it will be. */
  readonly isPassing: boolean;
  readonly exists: boolean;
};
/** The node pools that a cluster said to have, and when it did so last: those seen before that and not among them are gone. */
export type NodePoolListFact = {
  readonly kind: 'node-pool-list';
  readonly cluster: string;
  readonly names: readonly string[];
  readonly at: Nanos;
};
export type NodePoolFact = SeenAlive & {
  readonly kind: 'node-pool';
  readonly asset: AssetName;
  readonly cluster: string;
  readonly name: string;
  /** `GKE_METADATA`, `GCE_METADATA`; empty when the pool does not say; `undefined` when that was never told. */
  readonly metadataMode: string | undefined;
  /** The node's own account; `default` is the Compute Engine default account. */
  readonly serviceAccount: string | undefined;
  /** OAuth scopes of its tokens; `undefined` when never told. */
  readonly scopes: readonly string[] | undefined;
  /** The instance metadata `disable-legacy-endpoints`; empty when the pool does not say; `undefined` when that was never told. */
  readonly noLegacyEndpoints: string | undefined;
  readonly isWindows: boolean;
  readonly isSandboxed: boolean;
  /** Of GKE, on its nodes; `undefined` of one that was only asked for. */
  readonly version: string | undefined;
  /** As a cluster's. */
  readonly isPassing: boolean;
  /** Since when some fields are what they are: what a finding about them rests on. */
  readonly fieldsSince: Readonly<
    Record<'serviceAccount' | 'noLegacyEndpoints', Pick<Seen, 'since' | 'source'>>
  >;
};
/** Whatever runs pods. */
export type WorkloadFact = SeenAlive & {
  readonly kind: 'workload';
  readonly asset: AssetName;
  readonly cluster: string;
  readonly namespace: string;
  readonly name: string;
  /** `Pod`, `Deployment`, … */
  readonly workloadKind: string;
  /** The KSA its pods run as. */
  readonly serviceAccount: string;
  readonly hostNetwork: boolean;
  /** What made it, as `ReplicaSet/api-5d8f`. */
  readonly controller: string | undefined;
  /** Signs that its pods carry a key, and since when it shows these. */
  readonly credentials: readonly Credential[];
  readonly credentialsSince: Pick<Seen, 'since' | 'source'>;
};
export type NamespaceFact = SeenAlive & {
  readonly kind: 'namespace';
  readonly cluster: string;
  readonly name: string;
  /** Who answers for it, by its labels. */
  readonly owner: string | undefined;
};
/** A cluster in a fleet: whoever it takes for its issuer vouches for every KSA of the fleet's pool. */
export type MembershipFact = Seen & {
  readonly kind: 'membership';
  readonly asset: AssetName;
  /** The GKE cluster it registers; empty for others; `undefined` when that was never told. */
  readonly cluster: string | undefined;
  /** Empty when it vouches for nobody. */
  readonly issuer: string | undefined;
  /** `undefined` when never told: the service fills it in. */
  readonly pool: string | undefined;
};
/** Who may come in from outside Google Cloud, and as whom. */
export type ProviderFact = Seen & {
  readonly kind: 'provider';
  readonly asset: AssetName;
  readonly disabled: boolean;
} & { readonly [F in 'issuer' | 'condition' | 'mapping' | 'keys']: TracedField };
/** What a field is, if that was ever told, and all that it is known to have been, the newest first. */
export interface TracedField {
  readonly now: Stamped | undefined;
  readonly said: readonly SaidValue[];
}
/** A custom role, deleted ones included. */
export type RoleFact = Seen & {
  readonly kind: 'role';
  readonly asset: AssetName;
  /** As grants spell it. */
  readonly name: string;
  readonly title: string | undefined;
  /** Why whoever holds it has nothing of it. */
  readonly inactive: 'deleted' | 'disabled' | undefined;
  /** What it permits and is known to have permitted, and who made it so: sorted, one a line. */
  readonly permissions: TracedField;
  /** When that was last told; `undefined` when it never was, or when they changed since and nobody told to what. */
  readonly readAt: Nanos | undefined;
  /** They changed since they were told last, if ever. */
  readonly isUnread: boolean;
  /** When anything of it was told last. */
  readonly toldAt: Nanos;
};
/** Whatever runs as an account outside of pods. */
export type AttachmentFact = SeenAlive & {
  readonly kind: 'attachment';
  readonly asset: AssetName;
  /** `Compute Engine instance`, as people call it. */
  readonly what: string;
  /** E-mails or unique ids. */
  readonly accounts: readonly string[];
  /** The node pool it says to be a node of. */
  readonly nodePool: string | undefined;
};
export type ActFact = { readonly kind: 'act'; readonly act: Act };
export type CoverageFact = { readonly kind: 'coverage'; readonly coverage: Coverage };

/** Where a resource lies, as far as its own messages told. */
export type PlaceFact = Place & { readonly kind: 'place'; readonly resource: AssetName };

/** The label or annotation by which a resource says that it is made as code. */
export type ManagedFact = { readonly kind: 'managed'; readonly resource: AssetName; readonly mark: string };

/** A grant that stood and was taken away; `key` is its `grantKey`. */
export type RemovedFact = RemovedGrant & { readonly key: string };
/** The asset was seen to be deleted: what was seen below it before that went with it. */
export type TombstoneFact = { readonly kind: 'tombstone'; readonly asset: AssetName; readonly at: Nanos };
/** Things of a type below the asset were deleted together, nobody said which: those seen before that may be gone. */
export type UnsureFact = {
  readonly kind: 'unsure';
  readonly asset: AssetName;
  readonly type: string;
  readonly at: Nanos;
};

/** One thing that is known, with everything from all sources merged. Detectors see these and nothing below them. */
export type Fact =
  | GrantFact
  | ReportedGoneFact
  | PolicyFact
  | KsaFact
  | AccountFact
  | KeyFact
  | ClusterFact
  | NodePoolListFact
  | NodePoolFact
  | WorkloadFact
  | NamespaceFact
  | RoleBindingFact
  | KubernetesRoleFact
  | MembershipFact
  | ProviderFact
  | RoleFact
  | GroupFact
  | AttachmentFact
  | DataObjectFact
  | HmacKeyFact
  | OrgPolicyFact
  | GoneKeyFact
  | UsageFact
  | VisitsFact
  | PlaceFact
  | ManagedFact
  | TombstoneFact
  | UnsureFact
  | WatchFact
  | ActFact
  | CoverageFact;

/** The facts a policy register holds, under the asset's canonical name. */
export function policyFacts(
  register: PolicyRegister,
  canonical: AssetName,
): readonly (GrantFact | ReportedGoneFact | PolicyFact)[] {
  const { grants, removed, removedByDelta, wholeSince, ancestors } = effectivePolicy(register);
  const here = (grant: Grant): Grant => ({ ...grant, resource: canonical });
  const facts: (GrantFact | ReportedGoneFact | PolicyFact)[] = [];
  for (const standing of grants.values())
    facts.push({ kind: 'grant', ...standing, grant: here(standing.grant), ancestors });
  for (const grant of removedByDelta.values()) facts.push({ kind: 'reported-gone', grant: here(grant) });
  if (wholeSince !== undefined) {
    const gone = [...removed].map(
      ([key, one]): RemovedFact => ({ ...one, grant: here(one.grant), key: `${canonical}${key}` }),
    );
    facts.push({ kind: 'policy', resource: canonical, wholeSince, removed: gone });
  }
  return facts;
}

/** The fact a resource register holds, if it is of a kind we keep and still exists (service accounts and clusters are remembered when gone). */
export function resourceFact(
  register: ResourceRegister,
  canonical: AssetName,
  aliases: Aliases,
): Fact | undefined {
  const { exists, type } = register;
  if (exists === undefined || type === undefined) return undefined;
  const text = (field: string): string | undefined => {
    const value = fieldOf(register, field)?.value;
    return typeof value === 'string' ? value : undefined;
  };
  const flag = (field: string): boolean => fieldOf(register, field)?.value === true;
  const sinceField = (field: string): Seen => {
    const stamped = fieldOf(register, field) ?? exists;
    return { ancestors: register.ancestors, since: stamped.time, source: stamped.source };
  };
  const seen: Seen = { ancestors: register.ancestors, since: exists.time, source: exists.source };
  if (type === 'service-account') {
    const named = serviceAccountOf(register.name) ?? '';
    const id = aliases.account(text('uniqueId') ?? named);
    const disabled = flag('disabled');
    return {
      kind: 'account',
      ...(exists.value === true && disabled ? sinceField('disabled') : seen),
      id,
      exists: exists.value === true,
      seenAt: exists.time,
      disabled,
      email: text('email') ?? aliases.email(id),
    };
  }
  if (type === 'cluster') {
    const cluster = text('cluster') ?? clusterOf(register.name);
    if (cluster === undefined) return undefined;
    const present = exists.value === true;
    const since = present ? sinceField('workloadPool') : seen;
    return {
      kind: 'cluster',
      ...since,
      cluster,
      workloadPool: text('workloadPool'),
      autopilot: flag('autopilot'),
      isPassing: isPassing(text('status')),
      exists: present,
    };
  }
  if (type === 'org-policy') return orgPolicyFact(register, canonical);
  const traced = (field: string): TracedField => ({
    now: fieldOf(register, field),
    said: register.fields[field] ?? [],
  });
  if (type === 'role') {
    const name = text('name') ?? canonical.replace('//iam.googleapis.com/', '');
    const [read, unread] = [register.fields.permissions?.[0], register.fields.unread?.[0]];
    const isUnread = unread !== undefined && (read === undefined || unread.time > read.time);
    return {
      kind: 'role',
      ...sinceField('permissions'),
      asset: canonical,
      name,
      title: text('title'),
      inactive:
        exists.value !== true || flag('deleted')
          ? 'deleted'
          : text('stage') === 'DISABLED'
            ? 'disabled'
            : undefined,
      permissions: traced('permissions'),
      readAt: isUnread ? undefined : read?.time,
      isUnread,
      toldAt: exists.time,
    };
  }
  if (type === 'kubernetes-role')
    return kubernetesRoleFact(register, canonical, { ...sinceField('rules'), seenAt: exists.time });
  if (exists.value !== true) return type === 'service-account-key' ? goneKeyFact(register) : undefined;
  switch (type) {
    case 'kubernetes-service-account': {
      const cluster = text('cluster') ?? clusterOf(register.name);
      const [namespace, name] = [text('namespace'), text('name')];
      if (cluster === undefined || namespace === undefined || name === undefined) return undefined;
      return {
        kind: 'ksa',
        ...sinceField('annotation'),
        cluster,
        namespace,
        name,
        uid: text('uid'),
        seenAt: exists.time,
        createdAt: parseTime(text('createdAt') ?? ''),
        annotation: (text('annotation') ?? '').toLowerCase(),
      };
    }
    case 'service-account-key': {
      const managedBy = text('managedBy');
      const origin = text('origin');
      const validBefore = text('validBefore');
      const validAfter = parseTime(text('validAfter') ?? '');
      return {
        kind: 'key',
        ...seen,
        id: text('keyId') ?? register.name.split('/').at(-1)!,
        // A key's own date says when it came, however late the export that shows it.
        since: validAfter ?? seen.since,
        account: text('account'),
        managedBy: managedBy === 'user' || managedBy === 'google' ? managedBy : undefined,
        origin: origin === 'created' || origin === 'uploaded' ? origin : undefined,
        disabled: flag('disabled'),
        ...keySwitch(register),
        validAfter,
        validBefore: validBefore === undefined ? undefined : parseTime(validBefore),
      };
    }
    case 'node-pool': {
      const [cluster, name] = [text('cluster') ?? clusterOf(register.name), text('name')];
      if (cluster === undefined || name === undefined) return undefined;
      return {
        kind: 'node-pool',
        ...sinceField('metadataMode'),
        asset: canonical,
        cluster,
        name,
        seenAt: exists.time,
        metadataMode: text('metadataMode'),
        serviceAccount: text('serviceAccount'),
        scopes: linesOf(text('scopes')),
        noLegacyEndpoints: text('noLegacyEndpoints'),
        isWindows: flag('isWindows'),
        isSandboxed: flag('isSandboxed'),
        version: text('version'),
        isPassing: isPassing(text('status')),
        fieldsSince: {
          serviceAccount: toldSince(sinceField('serviceAccount')),
          noLegacyEndpoints: toldSince(sinceField('noLegacyEndpoints')),
        },
      };
    }
    case 'workload': {
      const cluster = text('cluster') ?? clusterOf(register.name);
      const [namespace, name, kind] = [text('namespace'), text('name'), text('kind')];
      if (cluster === undefined || namespace === undefined || name === undefined || kind === undefined)
        return undefined;
      return {
        kind: 'workload',
        ...sinceField('serviceAccount'),
        asset: canonical,
        cluster,
        namespace,
        name,
        seenAt: exists.time,
        workloadKind: kind,
        serviceAccount: text('serviceAccount') ?? 'default',
        hostNetwork: flag('hostNetwork'),
        controller: text('controller'),
        credentials: credentialsOf(register),
        credentialsSince: toldSince(sinceField('credentials')),
      };
    }
    case 'namespace': {
      const [cluster, name] = [text('cluster') ?? clusterOf(register.name), text('name')];
      if (cluster === undefined || name === undefined) return undefined;
      return { kind: 'namespace', ...seen, cluster, name, seenAt: exists.time, owner: text('owner') };
    }
    case 'fleet-membership':
      return {
        kind: 'membership',
        ...sinceField('issuer'),
        asset: canonical,
        cluster: text('cluster'),
        issuer: text('issuer'),
        pool: text('pool'),
      };
    case 'identity-provider':
      return {
        kind: 'provider',
        ...seen,
        asset: canonical,
        disabled: flag('disabled'),
        issuer: traced('issuer'),
        condition: traced('condition'),
        mapping: traced('mapping'),
        keys: traced('keys'),
      };
    case 'group':
      return groupFact(canonical, text('email'), text('members'), sinceField('members'));
    case 'attachment':
      return {
        kind: 'attachment',
        ...sinceField('accounts'),
        asset: canonical,
        seenAt: exists.time,
        what: text('what') ?? 'resource',
        accounts: accountsIn(text('accounts')),
        nodePool: text('nodePool'),
      };
    case 'role-binding':
      return roleBindingFact(register, canonical, {
        ...latestField(['role', 'subjects'], sinceField),
        seenAt: exists.time,
      });
    case 'data-object':
      return dataObjectFact(register, canonical);
    case 'hmac-key':
      return hmacKeyFact(register);
    case 'watch-part':
      return watchFact(register, canonical);
    case 'project':
    case 'labelled':
      return undefined;
  }
}

/** Since when the last of some fields is what it is. */
function latestField(fields: readonly string[], sinceField: (field: string) => Seen): Seen {
  return fields.map(sinceField).reduce((a, b) => (b.since > a.since ? b : a));
}

/** Clusters and node pools alike (google/container/v1: Cluster.Status, NodePool.Status). */
function isPassing(status: string | undefined): boolean {
  return status === 'PROVISIONING' || status === 'STOPPING';
}

export function toldSince({ since, source }: Seen): Pick<Seen, 'since' | 'source'> {
  return { since, source };
}

/** The accounts of an attachment, which registers hold as text, one a line. */
export function accountsIn(lines: string | undefined): readonly string[] {
  return linesOf(lines) ?? [];
}

function linesOf(text: string | undefined): readonly string[] | undefined {
  return text === '' ? [] : text?.split('\n');
}

/** What a cluster's register says of the node pools that it has. */
export function nodePoolListFact(register: ResourceRegister): NodePoolListFact | undefined {
  const names = linesOf(textOf(fieldOf(register, 'nodePools')));
  const cluster = textOf(fieldOf(register, 'cluster')) ?? clusterOf(register.name);
  const at = register.fields.nodePools?.[0]?.time;
  if (register.type !== 'cluster' || names === undefined || cluster === undefined || at === undefined)
    return undefined;
  return { kind: 'node-pool-list', cluster, names, at };
}

function textOf(stamped: Stamped | undefined): string | undefined {
  return typeof stamped?.value === 'string' ? stamped.value : undefined;
}

/** What a register says of the assets below its own: that they went with it, or may have gone. What is restored brings them back. */
export function parentFacts(
  register: ResourceRegister,
  canonical: AssetName,
): readonly (TombstoneFact | UnsureFact)[] {
  const { goneAt, exists, type } = register;
  const unsure = Object.entries(register.unsure).map(
    ([type, at]): UnsureFact => ({ kind: 'unsure', asset: canonical, type, at }),
  );
  const isBack = exists?.value === true && RESTORABLE.has(type);
  return goneAt === undefined || isBack
    ? unsure
    : [{ kind: 'tombstone', asset: canonical, at: goneAt }, ...unsure];
}

/** What a register says of who makes its asset, whatever kind of resource it is. */
export function managedFact(register: ResourceRegister, canonical: AssetName): ManagedFact | undefined {
  const mark = fieldOf(register, 'managedBy')?.value;
  if (typeof mark !== 'string' || register.exists?.value !== true) return undefined;
  return { kind: 'managed', resource: canonical, mark };
}

/** Where a fact can be found again: by what it is, and by what others refer to it with. `raw` are the names it was reported under. */
export function keysOf(fact: Fact, raw: readonly AssetName[]): readonly string[] {
  switch (fact.kind) {
    case 'grant':
    case 'reported-gone':
      return keysOfGrant(fact.grant, raw);
    case 'policy':
      return raw.map((name) => `policy:${name}`);
    case 'ksa':
      return [
        `ksa:${fact.namespace}/${fact.name}`,
        `ksas-in:${fact.cluster}`,
        ...(fact.uid === undefined ? [] : [`uid:${fact.uid}`]),
        ...(fact.annotation === '' ? [] : [`annotates:${fact.annotation}`]),
      ];
    case 'account':
      return [
        `account:${fact.id}`,
        ...(fact.email === undefined ? [] : [`account:${fact.email}`]),
        ...raw.map((n) => `account:${serviceAccountOf(n)}`),
      ];
    case 'key':
      return [`key:${fact.id}`, ...(fact.account === undefined ? [] : [`keys-of:${fact.account}`])];
    case 'cluster':
      return [
        `cluster:${fact.cluster}`,
        ...(fact.workloadPool === '' || !fact.exists
          ? []
          : [`in-pool:${fact.workloadPool ?? poolOfProject(fact.cluster)}`]),
      ];
    case 'node-pool':
      return [
        ...raw.map((name) => `node-pool:${name}`),
        `node-pools-of:${fact.cluster}`,
        ...(fact.serviceAccount === undefined ? [] : [`attached:${fact.serviceAccount.toLowerCase()}`]),
      ];
    case 'node-pool-list':
      return [`node-pools-of:${fact.cluster}`];
    case 'membership':
      return raw.map((name) => `membership:${name}`);
    case 'provider':
      return raw.map((name) => `provider:${name}`);
    case 'role':
      return raw.map((name) => `role:${name.replace('//iam.googleapis.com/', '')}`);
    case 'group':
      return groupKeys(fact);
    case 'attachment':
      return fact.accounts.map((account) => `attached:${account}`);
    case 'workload':
      return [
        `workload:${fact.namespace}/${fact.name}`,
        `workloads-as:${fact.namespace}/${fact.serviceAccount}`,
        ...raw.map((name) => `object:${name}`),
        ...new Set(fact.credentials.flatMap((one) => holdingKey(one, fact))),
      ];
    case 'data-object':
      return [
        ...raw.map((name) => `object:${name}`),
        `data:${dataKey(fact.cluster, fact.namespace, fact.dataKind, fact.name)}`,
      ];
    case 'hmac-key':
      return [`hmac:${fact.accessId}`];
    case 'org-policy':
      return raw.map((name) => `org-policy:${name}`);
    case 'watch-part':
      return raw.map((name) => `watch:${name}`);
    case 'gone-key':
      return [`gone-key:${fact.id}`];
    case 'usage':
      return raw.map((name) => `usage:${name}`);
    case 'visits':
      return raw.map((name) => `visits:${name}`);
    case 'namespace':
      return [`namespace:${fact.cluster}/${fact.name}`];
    case 'role-binding':
      return [bindingsKey(fact.cluster, fact.namespace)];
    case 'kubernetes-role':
      return [kubernetesRoleKey(fact.cluster, fact.namespace, fact.name)];
    case 'tombstone':
      return raw.map((name) => `gone:${name}`);
    case 'unsure':
      return raw.map((name) => `unsure:${fact.type}|${name}`);
    case 'managed':
      return raw.map((name) => `managed:${name}`);
    case 'place':
      return raw.map((name) => `ancestors:${name}`);
    case 'act':
      return keysOfAct(fact.act);
    case 'coverage':
      return [`coverage:${coverageId(fact.coverage.scope, fact.coverage.assetType, fact.coverage.content)}`];
  }
}

/** A workload under what it reads its credentials from. */
function holdingKey(credential: Credential, { cluster, namespace }: WorkloadFact): readonly string[] {
  return credential.kind === 'mount' || credential.kind === 'variable'
    ? [`holding:${dataKey(cluster, namespace, credential.of, credential.name)}`]
    : [];
}

/** Those of an act, in the store as well: what it is, what it was done to, and who did it there. */
export function keysOfAct(act: Act): readonly string[] {
  const doings = doingsOf(act);
  return [
    `act:${act.id}`,
    `acts-on:${act.asset}`,
    ...(doings === undefined ? [] : [`doings:${doings.who}|${doings.on}`]),
    ...(act.kind === 'change-connector-object'
      ? [...new Set(act.changes.map(({ grant }) => `meant-for:${grant.resource}`))]
      : []),
  ];
}

/** The pool a cluster is in when nothing else is told: its project's own (gcp-facts 5.3). */
export function poolOfProject(cluster: string): string {
  return `${cluster.split('/')[1]}.svc.id.goog`;
}

/** Equal for equal facts: what changed between two inventories is the difference of these. */
export function factText(fact: Fact): string {
  return JSON.stringify(fact, (_key, value: unknown) =>
    typeof value === 'bigint' ? formatTime(value) : value,
  );
}

/** Of these all grants are asked for together. */
const WITH_GRANTS: ReadonlySet<ResourceKind> = new Set([
  'serviceAccount',
  'topic',
  'project',
  'folder',
  'organization',
]);

export function keysOfGrant(grant: Grant, raw: readonly AssetName[]): readonly string[] {
  const keys = [`of:${principalKey(grant.principal)}`];
  // Predefined roles are held by too many, and change by no message.
  if (!isPredefined(grant.role)) keys.push(`with-role:${grant.role}`);
  const kind = resourceKind(grant.resource);
  for (const name of raw) {
    keys.push(`grant:${grantKey({ ...grant, resource: name })}`);
    if (WITH_GRANTS.has(kind)) keys.push(`on:${name}`);
    if (kind !== 'serviceAccount' && LINKING_ROLES.has(grant.role)) keys.push(`links-in:${name}`);
  }
  return keys;
}
