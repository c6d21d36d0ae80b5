import type { View } from '../inventory/view.ts';
import { clusterName, clusterOf } from '../model/asset.ts';
import type { KsaId, Principal } from '../model/principal.ts';
import { poolOf } from '../policy/match.ts';
import type { Policy, TrustedPool } from '../policy/policy.ts';

export type KsaSet = Extract<Principal, { kind: 'ksa-set' }>;

/** The clusters of a pool, declared or seen, gone ones included; sorted. */
export function clustersOfPool(pool: string, view: View, policy: Policy): readonly string[] {
  const all = [
    ...(poolOf(policy, pool)?.clusters ?? []),
    ...view.clustersOf(pool).map((fact) => fact.cluster),
  ];
  return [...new Set(all)].sort();
}

/** Whether the policy lists a cluster among those of a pool, under whichever name. */
export function isListed(pool: TrustedPool, cluster: string, view: View): boolean {
  return view
    .spellings(clusterName(cluster))
    .some((name) => pool.clusters.includes(clusterOf(name) ?? cluster));
}

const MOST_NAMED = 4;

/** What whoever can name a KSA of a pool as they like can take, to stand after a colon. */
export function mintable(pool: string, policy: Policy): string {
  const patterns = policy.identities.flatMap(({ identities }) =>
    identities.filter((one) => one.pool === pool),
  );
  const names = [...new Set(patterns.map((one) => `${one.namespace}/${one.serviceAccount}`))].sort();
  if (names.length === 0) return 'it can mint every KSA of the pool, none of which is declared yet.';
  const rest = names.length - MOST_NAMED;
  const some = [...names.slice(0, MOST_NAMED), ...(rest > 0 ? [`${rest} more`] : [])];
  const listed = some.length === 1 ? some[0] : `${some.slice(0, -1).join(', ')} and ${some.at(-1)}`;
  return `it can mint every KSA of the pool, ${names.length === 1 ? 'the one that is' : `the ${names.length} that are`} declared among them: ${listed}.`;
}

/** The KSAs that a set covers now, one each however many clusters have it; sorted. */
export function ksasInSet({ set, pool }: KsaSet, view: View, policy: Policy): readonly KsaId[] {
  const clusters = set.of === 'cluster' ? [set.cluster] : clustersOfPool(pool, view, policy);
  const byName = new Map<string, KsaId>();
  for (const cluster of clusters) {
    if (view.poolOf(cluster) !== pool) continue;
    for (const { namespace, name } of view.ksasIn(cluster)) {
      if (set.of !== 'namespace' || set.namespace === namespace)
        byName.set(`${namespace}/${name}`, { pool, namespace, name });
    }
  }
  return [...byName].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, ksa]) => ksa);
}
