import type { ClusterFact, NodePoolFact } from '../inventory/facts.ts';
import type { View } from '../inventory/view.ts';
import { clusterName, clusterOf } from '../model/asset.ts';
import { poolOf } from '../policy/match.ts';
import type { Policy, TrustedPool } from '../policy/policy.ts';
import { type Flag, flag } from './commands.ts';
import { isListed } from './pool-facts.ts';

/** A cluster that the policy speaks of. */
export interface WatchedCluster {
  /** `projects/P/locations/L/clusters/C`. */
  readonly cluster: string;
  /** Absent where nobody told of the cluster itself. */
  readonly fact: ClusterFact | undefined;
  readonly trusted: TrustedPool;
  /** The pool's `clusters` name it. */
  readonly isListed: boolean;
}

/** The cluster itself, under whichever name it was told of. */
export function clusterFact(cluster: string, view: View): ClusterFact | undefined {
  return view
    .spellings(clusterName(cluster))
    .flatMap((name) => view.cluster(clusterOf(name) ?? cluster) ?? [])[0];
}

/**
 * The cluster, if it is one to judge: a trusted pool lists it, is the one its workloads belong to, or is that of its project. Nothing for any
 * other, and for one that is being made, is being taken down, or is gone.
 */
export function watchedCluster(cluster: string, view: View, policy: Policy): WatchedCluster | undefined {
  const fact = clusterFact(cluster, view);
  if (fact?.exists === false || fact?.isPassing === true) return undefined;
  const listing = policy.pools.find((pool) => isListed(pool, cluster, view));
  const pool = view.poolOf(fact?.cluster ?? cluster);
  const trusted = listing ?? (pool === undefined ? poolOfHome(cluster, view, policy) : poolOf(policy, pool));
  return trusted && { cluster, fact, trusted, isListed: listing !== undefined };
}

/** The trusted pool of the cluster's project, in whichever universe that is: `PROJECT.svc.id.goog`, `PROJECT.eu0.svc.id.goog` of `eu0:PROJECT`. */
function poolOfHome(cluster: string, view: View, policy: Policy): TrustedPool | undefined {
  const [prefix, name] = view.projectId(cluster.split('/')[1]!).split(':');
  const stem = name === undefined ? prefix : `${name}.${prefix}`;
  return policy.pools.find(({ pool }) => pool.replace(/\.(?:svc|hub)\.id\.[a-z0-9.]+$/, '') === stem);
}

/** A node pool that is there to stay, in a cluster to judge that is not on Autopilot: there GKE alone decides what nodes are like. */
export function watchedNodePool(
  asset: string,
  view: View,
  policy: Policy,
): { readonly pool: NodePoolFact; readonly cluster: WatchedCluster } | undefined {
  const pool = view.nodePool(asset);
  const cluster = pool && watchedCluster(pool.cluster, view, policy);
  if (cluster === undefined || pool === undefined) return undefined;
  return pool.isPassing || cluster.fact?.autopilot === true ? undefined : { pool, cluster };
}

/** What the findings on one node pool have in common. */
export function nodePoolWords({ asset, cluster, name }: NodePoolFact, { trusted }: WatchedCluster) {
  return {
    subject: `node-pool:${cluster}/nodePools/${name}`,
    identity: `node pool ${name} of ${cluster.split('/').at(-1)}`,
    resource: asset,
    project: cluster.split('/')[1]!,
    cluster,
    before: [],
    why: trusted.at,
  };
}

/** Where a cluster is, for a gcloud command: `--location` takes zones and regions alike. */
export function placeFlags(cluster: string): readonly Flag[] {
  const [, project, , location] = cluster.split('/');
  return [flag('location', location), flag('project', project)];
}
