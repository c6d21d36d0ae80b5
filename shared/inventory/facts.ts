import type { Act } from '../model/act.ts';
import { type AssetName, clusterOf, resourceKind, serviceAccountOf } from '../model/asset.ts';
import { type Grant, grantKey, LINKING_ROLES } from '../model/grant.ts';
import type { Source } from '../model/observation.ts';
import { principalKey } from '../model/principal.ts';
import { formatTime, type Nanos, parseTime } from '../model/time.ts';
import { fieldOf } from './absorb.ts';
import type { Aliases } from './aliases.ts';
import type { Coverage } from './coverage.ts';
import { coverageId } from './coverage.ts';
import { effectivePolicy, type RemovedGrant, type StandingGrant } from './effective.ts';
import type { PolicyRegister, ResourceRegister } from './register.ts';

interface Seen {
  readonly ancestors: readonly string[];
  readonly since: Nanos;
  readonly source: Source;
}

export type GrantFact = Seen & StandingGrant & { readonly kind: 'grant' };
/** What is known of a resource's policy as a whole: whether it has been seen, and which grants are gone by report only. */
export type PolicyFact = {
  readonly kind: 'policy';
  readonly resource: AssetName;
  /** Since when the whole policy is known; `undefined` when only deltas have been seen. */
  readonly wholeSince: Nanos | undefined;
  readonly removedByDelta: readonly string[];
  /** Grants that are known to have stood, and who took them when. */
  readonly removed: readonly RemovedFact[];
};
export type KsaFact = Seen & {
  readonly kind: 'ksa';
  readonly cluster: string;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string | undefined;
  /** When it was last seen to exist: a parent that died since then took it along. */
  readonly seenAt: Nanos;
  /** E-mail in the annotation; empty when there is none. */
  readonly annotation: string;
};
/** `exists: false` is a tombstone: the account was seen to be deleted. */
export type AccountFact = Seen & {
  readonly kind: 'account';
  readonly id: string;
  readonly email: string | undefined;
  readonly disabled: boolean;
  readonly exists: boolean;
};
export type KeyFact = Seen & {
  readonly kind: 'key';
  readonly id: string;
  readonly account: string | undefined;
  readonly managedBy: 'user' | 'google' | undefined;
  readonly origin: 'created' | 'uploaded' | undefined;
  readonly disabled: boolean;
  readonly validBefore: Nanos | undefined;
};
/** `exists: false` is a tombstone: whatever was seen in the cluster went with it. */
export type ClusterFact = Seen & {
  readonly kind: 'cluster';
  readonly cluster: string;
  readonly workloadPool: string;
  readonly autopilot: boolean;
  readonly exists: boolean;
};
export type NodePoolFact = Seen & {
  readonly kind: 'node-pool';
  readonly cluster: string;
  readonly name: string;
  /** `GKE_METADATA`, `GCE_METADATA`; empty when the pool does not say; `undefined` when that was never told. */
  readonly metadataMode: string | undefined;
  /** The node's own account; `default` is the Compute Engine default account. */
  readonly serviceAccount: string | undefined;
};
/** Whatever runs pods. */
export type WorkloadFact = Seen & {
  readonly kind: 'workload';
  readonly cluster: string;
  readonly namespace: string;
  readonly name: string;
  /** `Pod`, `Deployment`, … */
  readonly workloadKind: string;
  /** The KSA its pods run as. */
  readonly serviceAccount: string;
  readonly hostNetwork: boolean;
};
export type NamespaceFact = Seen & {
  readonly kind: 'namespace';
  readonly cluster: string;
  readonly name: string;
  /** Who answers for it, by its labels. */
  readonly owner: string | undefined;
};
export type ActFact = { readonly kind: 'act'; readonly act: Act };
export type CoverageFact = { readonly kind: 'coverage'; readonly coverage: Coverage };

/** Where a resource lies: nearest first. */
export type PlaceFact = {
  readonly kind: 'place';
  readonly resource: AssetName;
  readonly ancestors: readonly string[];
};

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
  | PolicyFact
  | KsaFact
  | AccountFact
  | KeyFact
  | ClusterFact
  | NodePoolFact
  | WorkloadFact
  | NamespaceFact
  | PlaceFact
  | TombstoneFact
  | UnsureFact
  | ActFact
  | CoverageFact;

/** The facts a policy register holds, under the asset's canonical name. */
export function policyFacts(
  register: PolicyRegister,
  canonical: AssetName,
): readonly (GrantFact | PolicyFact)[] {
  const policy = effectivePolicy(register);
  const facts: (GrantFact | PolicyFact)[] = [];
  for (const standing of policy.grants.values()) {
    const grant = { ...standing.grant, resource: canonical };
    facts.push({ kind: 'grant', ...standing, grant, ancestors: policy.ancestors });
  }
  if (policy.wholeSince !== undefined || policy.removedByDelta.size > 0) {
    const removedByDelta = [...policy.removedByDelta].map((key) => `${canonical}${key}`).sort();
    const removed = [...policy.removed].map(
      ([key, one]): RemovedFact => ({
        ...one,
        grant: { ...one.grant, resource: canonical },
        key: `${canonical}${key}`,
      }),
    );
    facts.push({
      kind: 'policy',
      resource: canonical,
      wholeSince: policy.wholeSince,
      removedByDelta,
      removed,
    });
  }
  return facts;
}

/** The fact a resource register holds, if it is of a kind we keep and still exists (service accounts and clusters are remembered when gone). */
export function resourceFact(register: ResourceRegister, aliases: Aliases): Fact | undefined {
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
    return {
      kind: 'account',
      ...seen,
      id,
      exists: exists.value === true,
      disabled: flag('disabled'),
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
      workloadPool: text('workloadPool') ?? '',
      autopilot: flag('autopilot'),
      exists: present,
    };
  }
  if (exists.value !== true) return undefined;
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
        validBefore: validBefore === undefined ? undefined : parseTime(validBefore),
      };
    }
    case 'node-pool': {
      const [cluster, name] = [text('cluster') ?? clusterOf(register.name), text('name')];
      if (cluster === undefined || name === undefined) return undefined;
      return {
        kind: 'node-pool',
        ...sinceField('metadataMode'),
        cluster,
        name,
        metadataMode: text('metadataMode'),
        serviceAccount: text('serviceAccount'),
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
        cluster,
        namespace,
        name,
        workloadKind: kind,
        serviceAccount: text('serviceAccount') ?? 'default',
        hostNetwork: flag('hostNetwork'),
      };
    }
    case 'namespace': {
      const [cluster, name] = [text('cluster') ?? clusterOf(register.name), text('name')];
      if (cluster === undefined || name === undefined) return undefined;
      return { kind: 'namespace', ...seen, cluster, name, owner: text('owner') };
    }
    case 'project':
      return undefined;
  }
}

/** What a register says of the assets below its own: that they went with it, or may have gone. */
export function parentFacts(
  register: ResourceRegister,
  canonical: AssetName,
): readonly (TombstoneFact | UnsureFact)[] {
  const unsure = Object.entries(register.unsure).map(
    ([type, at]): UnsureFact => ({ kind: 'unsure', asset: canonical, type, at }),
  );
  return register.goneAt === undefined
    ? unsure
    : [{ kind: 'tombstone', asset: canonical, at: register.goneAt }, ...unsure];
}

/** Where a fact can be found again: by what it is, and by what others refer to it with. `raw` are the names it was reported under. */
export function keysOf(fact: Fact, raw: readonly AssetName[]): readonly string[] {
  switch (fact.kind) {
    case 'grant':
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
        ...(fact.workloadPool === '' || !fact.exists ? [] : [`in-pool:${fact.workloadPool}`]),
      ];
    case 'node-pool':
      return [`node-pools-of:${fact.cluster}`];
    case 'workload':
      return [
        `workload:${fact.namespace}/${fact.name}`,
        `workloads-as:${fact.namespace}/${fact.serviceAccount}`,
      ];
    case 'namespace':
      return [`namespace:${fact.cluster}/${fact.name}`];
    case 'tombstone':
      return raw.map((name) => `gone:${name}`);
    case 'unsure':
      return raw.map((name) => `unsure:${fact.type}|${name}`);
    case 'place':
      return raw.map((name) => `ancestors:${name}`);
    case 'act':
      return [`act:${fact.act.id}`, `acts-on:${fact.act.asset}`];
    case 'coverage':
      return [`coverage:${coverageId(fact.coverage.scope, fact.coverage.assetType, fact.coverage.content)}`];
  }
}

/** Equal for equal facts: what changed between two inventories is the difference of these. */
export function factText(fact: Fact): string {
  return JSON.stringify(fact, (_key, value: unknown) =>
    typeof value === 'bigint' ? formatTime(value) : value,
  );
}

export function keysOfGrant(grant: Grant, raw: readonly AssetName[]): readonly string[] {
  const keys = [`of:${principalKey(grant.principal)}`];
  const kind = resourceKind(grant.resource);
  for (const name of raw) {
    keys.push(`grant:${grantKey({ ...grant, resource: name })}`);
    if (kind === 'serviceAccount') keys.push(`on:${name}`);
    else if (LINKING_ROLES.has(grant.role)) keys.push(`links-in:${name}`);
  }
  return keys;
}
