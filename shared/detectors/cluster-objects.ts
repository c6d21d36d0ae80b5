import type { View } from '../inventory/view.ts';
import type { Act, ActKind } from '../model/act.ts';
import { clusterOf } from '../model/asset.ts';
import type { KsaId } from '../model/principal.ts';
import { globMatches } from '../policy/glob.ts';
import { declaredFor, poolOf } from '../policy/match.ts';
import type { Policy } from '../policy/policy.ts';
import { shortCluster } from './edge-facts.ts';

/** Something in a cluster of a trusted pool that a change of the cluster's API was made to. */
export interface ClusterObject {
  /** `projects/P/locations/L/clusters/C`. */
  readonly cluster: string;
  readonly pool: string;
  /** Absent for what is of the whole cluster. */
  readonly namespace?: string;
  /** Set when it is one KSA. */
  readonly ksa?: KsaId;
  /** What people call it: `payments/api`, `role binding deployer in payments`. */
  readonly label: string;
}

/** Acts that are told of by a cluster's own audit log, but for those that change nothing. */
const IN_CLUSTER: ReadonlySet<ActKind> = new Set<ActKind>([
  'create-ksa',
  'update-ksa',
  'delete-ksa',
  'create-ksa-token',
  'change-role-binding',
  'change-kubernetes-role',
  'create-namespace',
  'delete-namespace',
]);

/** What is meant where an act names no single object: it was done to all there were. */
const MANY: Partial<Readonly<Record<ActKind, string>>> = {
  'delete-ksa': 'KSAs',
  'change-role-binding': 'role bindings',
  'change-kubernetes-role': 'roles',
  'delete-namespace': 'namespaces',
};

/** What an act was done to; nothing when it was done outside of clusters, or in one whose pool is not trusted. */
export function clusterObject({ kind, asset }: Act, view: View, policy: Policy): ClusterObject | undefined {
  const cluster = clusterOf(asset);
  if (!IN_CLUSTER.has(kind) || cluster === undefined) return undefined;
  const pool = view.poolOf(cluster);
  if (pool === undefined || poolOf(policy, pool) === undefined) return undefined;
  const [, namespace, plural, name] =
    /\/k8s\/(?:namespaces\/([^/]+)\/?)?(?:(?:[^/]+\/)?([^/]+)\/([^/]+))?$/.exec(asset) ?? [];
  const place = { cluster, pool, ...(namespace === undefined ? {} : { namespace }) };
  if (plural === 'serviceaccounts' && namespace !== undefined && name !== undefined)
    return { ...place, ksa: { pool, namespace, name }, label: `${namespace}/${name}` };
  const where = namespace ?? shortCluster(cluster);
  if (name !== undefined) {
    const what = kind === 'change-kubernetes-role' ? 'role' : 'role binding';
    return { ...place, label: `${namespace === undefined ? 'cluster ' : ''}${what} ${name} in ${where}` };
  }
  const isOne = kind.endsWith('-namespace') && namespace !== undefined;
  return { ...place, label: isOne ? `namespace ${namespace}` : `all ${MANY[kind] ?? 'objects'} in ${where}` };
}

/**
 * Whether an identity that we keep watch over is at stake: the KSA itself is declared, annotated or holds something; of what is wider than
 * one KSA, one of those it reaches is declared or annotated.
 */
export function isWatchedObject(object: ClusterObject, view: View, policy: Policy): boolean {
  const { cluster, pool, namespace, ksa } = object;
  if (ksa !== undefined)
    return (
      declaredFor(policy, ksa, {}).length > 0 ||
      view.ksas(ksa).some(({ annotation }) => annotation !== '') ||
      view.heldBy({ kind: 'ksa', ...ksa }).length > 0
    );
  const isDeclared = policy.identities.some(({ identities }) =>
    identities.some(
      (pattern) =>
        pattern.pool === pool && (namespace === undefined || globMatches(pattern.namespace, namespace)),
    ),
  );
  return (
    isDeclared ||
    view
      .ksasIn(cluster)
      .some((one) => one.annotation !== '' && (namespace === undefined || one.namespace === namespace))
  );
}
