import { ownerOf } from '../detectors/edge-facts.ts';
import { ownerOfAccount } from '../detectors/grant-facts.ts';
import type { ClusterFact, KsaFact, WorkloadFact } from '../inventory/facts.ts';
import type { AssetName } from '../model/asset.ts';
import type { KsaId } from '../model/principal.ts';
import { accountsDeclaredFor, declaredFor, poolOf } from '../policy/match.ts';
import type { DeclaredIdentity } from '../policy/policy.ts';
import { projectOfPool, unique } from './words.ts';
import type { World } from './world.ts';

/** A cluster the identity is looked at in, and the KSA there. */
export interface Place {
  readonly cluster: string;
  readonly fact: ClusterFact | undefined;
  readonly sighting: KsaFact | undefined;
}

/** What the steps of one chain have in common. */
export interface Context {
  readonly world: World;
  readonly ksa: KsaId;
  readonly places: readonly Place[];
  readonly clusters: readonly string[];
  readonly sightings: readonly KsaFact[];
  /** The workloads asked about; absent when the KSA itself was. */
  readonly workloads: readonly WorkloadFact[] | undefined;
  readonly entries: readonly DeclaredIdentity[];
  /** E-mails the policy gives it; empty when it declares direct access or nothing. */
  readonly accounts: readonly string[];
  readonly owner: string;
}

export interface Asked {
  readonly ksa: KsaId;
  /** Look in this cluster only. */
  readonly cluster?: string;
  readonly workloads?: readonly WorkloadFact[];
  readonly resource?: AssetName;
}

export function contextOf({ ksa, cluster, workloads }: Asked, world: World): Context {
  const { view, policy } = world;
  const named = view.ksasNamed(ksa.namespace, ksa.name);
  const clusters =
    cluster !== undefined
      ? [cluster]
      : workloads !== undefined
        ? clustersOf(workloads)
        : clustersFor(ksa, world);
  const places = clusters.map((one): Place => {
    const sighting = named.find((fact) => fact.cluster === one);
    return { cluster: one, fact: view.cluster(one), sighting };
  });
  const accounts = accountsDeclaredFor(policy, ksa);
  const ofNamespace = clusters.map((one) => view.namespace(one, ksa.namespace)?.owner);
  return {
    world,
    ksa,
    places,
    clusters,
    sightings: places.flatMap(({ sighting }) => sighting ?? []),
    workloads,
    entries: declaredFor(policy, ksa, {}),
    accounts,
    owner:
      ownerOf(ksa, policy)?.owner ??
      accounts.map((email) => ownerOfAccount(email, policy)).find((owner) => owner !== undefined) ??
      ofNamespace.find((owner) => owner !== undefined) ??
      policy.owner,
  };
}

function clustersOf(workloads: readonly WorkloadFact[]): readonly string[] {
  return unique(workloads.map(({ cluster }) => cluster)).toSorted();
}

/** Where the KSA is; where it is nowhere, wherever its pool is. */
function clustersFor(ksa: KsaId, world: World): readonly string[] {
  const { view, policy } = world;
  const sighted = view
    .ksasNamed(ksa.namespace, ksa.name)
    .map(({ cluster }) => cluster)
    .filter((cluster) => wouldBePoolOf(cluster, world) === ksa.pool && !view.isGone(cluster));
  if (sighted.length > 0) return unique(sighted).toSorted();
  return unique([
    ...view.clustersOf(ksa.pool).map(({ cluster }) => cluster),
    ...(poolOf(policy, ksa.pool)?.clusters ?? []),
    ...world
      .clusters()
      .filter(({ cluster, exists }) => exists && wouldBePoolOf(cluster, world) === ksa.pool)
      .map(({ cluster }) => cluster),
  ]).toSorted();
}

/** The pool of a cluster, and where Workload Identity is off the one it would have. */
export function wouldBePoolOf(cluster: string, { view, policy }: World): string {
  return (
    view.poolOf(cluster) ??
    policy.pools.find((pool) => pool.clusters.includes(cluster))?.pool ??
    `${cluster.split('/')[1]}.svc.id.goog`
  );
}

export function isDeclared({ entries }: Context): boolean {
  return entries.length > 0;
}

/** Where the platform, not the application, must act. */
export function platformOwner({ world }: Context): string {
  return world.policy.owner;
}

export function poolProject({ ksa }: Context): string {
  return projectOfPool(ksa.pool);
}
