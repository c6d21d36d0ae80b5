import type { Act } from '../model/act.ts';
import { type AssetName, clusterOf, resourceKind, serviceAccountOf } from '../model/asset.ts';
import { grantKey, LINKING_ROLES } from '../model/grant.ts';
import type { Source } from '../model/observation.ts';
import { principalKey } from '../model/principal.ts';
import { formatTime, type Nanos, parseTime } from '../model/time.ts';
import { fieldOf } from './absorb.ts';
import type { Aliases } from './aliases.ts';
import type { Coverage } from './coverage.ts';
import { coverageId } from './coverage.ts';
import { effectivePolicy, type StandingGrant } from './effective.ts';
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
  readonly whole: boolean;
  readonly removedByDelta: readonly string[];
};
export type KsaFact = Seen & {
  readonly kind: 'ksa';
  readonly cluster: string;
  readonly namespace: string;
  readonly name: string;
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
export type ClusterFact = Seen & {
  readonly kind: 'cluster';
  readonly cluster: string;
  readonly workloadPool: string;
};
export type ActFact = { readonly kind: 'act'; readonly act: Act };
export type CoverageFact = { readonly kind: 'coverage'; readonly coverage: Coverage };

/** Where a resource lies: nearest first. */
export type PlaceFact = {
  readonly kind: 'place';
  readonly resource: AssetName;
  readonly ancestors: readonly string[];
};

/** One thing that is known, with everything from all sources merged. Detectors see these and nothing below them. */
export type Fact =
  | GrantFact
  | PolicyFact
  | KsaFact
  | AccountFact
  | KeyFact
  | ClusterFact
  | PlaceFact
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
  if (policy.whole || policy.removedByDelta.size > 0) {
    const removedByDelta = [...policy.removedByDelta].map((key) => `${canonical}${key}`).sort();
    facts.push({ kind: 'policy', resource: canonical, whole: policy.whole, removedByDelta });
  }
  return facts;
}

/** The fact a resource register holds, if it is of a kind we keep and still exists (service accounts are remembered when gone). */
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
    case 'cluster': {
      const cluster = text('cluster') ?? clusterOf(register.name);
      return cluster === undefined
        ? undefined
        : {
            kind: 'cluster',
            ...sinceField('workloadPool'),
            cluster,
            workloadPool: text('workloadPool') ?? '',
          };
    }
    case 'project':
      return undefined;
  }
}

/** Where a fact can be found again: by what it is, and by what others refer to it with. `raw` are the names it was reported under. */
export function keysOf(fact: Fact, raw: readonly AssetName[]): readonly string[] {
  switch (fact.kind) {
    case 'grant': {
      const of = `of:${principalKey(fact.grant.principal)}`;
      const keys = [of];
      const kind = resourceKind(fact.grant.resource);
      const links = LINKING_ROLES.has(fact.grant.role);
      for (const name of raw) {
        keys.push(`grant:${grantKey({ ...fact.grant, resource: name })}`);
        if (kind === 'serviceAccount') keys.push(`on:${name}`);
        else if (links) keys.push(`links-in:${name}`);
      }
      return keys;
    }
    case 'policy':
      return raw.map((name) => `policy:${name}`);
    case 'ksa':
      return [
        `ksa:${fact.namespace}/${fact.name}`,
        `ksas-in:${fact.cluster}`,
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
        ...(fact.workloadPool === '' ? [] : [`in-pool:${fact.workloadPool}`]),
      ];
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
