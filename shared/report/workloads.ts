import { keySigns } from '../detectors/key-signs.ts';
import type { WorkloadFact } from '../inventory/facts.ts';
import { identityOf } from '../inventory/identity.ts';
import { metadataServerOf, workloadIdentityOf } from '../inventory/platform.ts';
import type { KsaId } from '../model/principal.ts';
import type { Ground } from './input.ts';
import type { ClusterCoverage, WorkloadCounts, WorkloadCoverage } from './report.ts';
import { clustersOf } from './scopes.ts';
import { compareText } from './standing.ts';
import { madeByPeople } from './workload-facts.ts';

type Way = Exclude<keyof WorkloadCounts, 'workloads'>;

/** Which workloads get their credentials from Workload Identity, and where the others get theirs. */
export function workloadCoverage(ground: Ground): WorkloadCoverage {
  const byCluster = Map.groupBy(madeByPeople(ground.facts('workload'), ground), ({ cluster }) => cluster);
  const sets = setsOf(ground);
  const clusters = [...new Set([...clustersOf(ground), ...byCluster.keys()])].sort().map((cluster) => {
    const ways = (byCluster.get(cluster) ?? []).map(({ namespace, ...rest }) => ({
      namespace,
      way: wayOf({ namespace, ...rest }, sets, ground),
    }));
    const byNamespace = Map.groupBy(ways, ({ namespace }) => namespace);
    return {
      cluster,
      ...clusterFacts(cluster, ground),
      counts: countsOf(ways),
      namespaces: [...byNamespace]
        .toSorted(([a], [b]) => compareText(a, b))
        .map(([namespace, own]) => ({ namespace, counts: countsOf(own) })),
    };
  });
  return { total: clusters.map(({ counts }) => counts).reduce(sumOf, countsOf([])), clusters };
}

/** Of the workloads that are somebody in the cloud and of which it is known, the share on Workload Identity. */
export function workloadIdentityShare({ total }: WorkloadCoverage): number | undefined {
  const known = total.workloadIdentity + total.nodeIdentity + total.keys;
  return known === 0 ? undefined : total.workloadIdentity / known;
}

function clusterFacts(
  cluster: string,
  { view }: Ground,
): Pick<ClusterCoverage, 'workloadIdentity' | 'pool' | 'autopilot' | 'nodePools'> {
  const fact = view.cluster(cluster);
  const pools = view.nodePoolsOf(cluster);
  const autopilot = fact?.autopilot === true;
  const modes = pools.map((pool) => metadataServerOf(pool, fact));
  return {
    workloadIdentity: workloadIdentityOf(fact),
    pool: view.poolOf(cluster),
    autopilot,
    nodePools: {
      total: pools.length,
      metadataServer: modes.filter((mode) => mode === 'on').length,
      without: modes.filter((mode) => mode === 'off').length,
      unknown: modes.filter((mode) => mode === 'unknown').length,
    },
  };
}

/** Where a workload gets its credentials. Keys first: they work whatever else is set. */
function wayOf(workload: WorkloadFact, sets: readonly SetHolder[], ground: Ground): Way {
  const { view } = ground;
  const { cluster, namespace, serviceAccount } = workload;
  if (keySigns(workload, view).length > 0) return 'keys';
  const fact = view.cluster(cluster);
  const isOn = workloadIdentityOf(fact);
  if (isOn === 'off') return 'nodeIdentity';
  if (isOn === 'unknown') return 'unknown';
  // The metadata server does not serve pods on the node's network (cloud.google.com/kubernetes-engine/docs/concepts/workload-identity).
  if (workload.hostNetwork) return 'nodeIdentity';
  if (fact?.autopilot !== true) {
    const modes = new Set(view.nodePoolsOf(cluster).map((pool) => metadataServerOf(pool, fact)));
    if (modes.size === 1 && modes.has('off')) return 'nodeIdentity';
    // On which pool it runs, nobody told.
    if (modes.size !== 1 || !modes.has('on')) return 'unknown';
  }
  const pool = view.poolOf(cluster);
  if (pool === undefined) return 'unknown';
  const ksa: KsaId = { pool, namespace, name: serviceAccount };
  const sighting = view.ksas(ksa).find((one) => one.cluster === cluster);
  if (sighting !== undefined && sighting.annotation !== '') return 'workloadIdentity';
  if (view.heldBy({ kind: 'ksa', ...ksa }).length > 0) return 'workloadIdentity';
  if (sets.some((set) => set.covers(ksa, cluster))) return 'workloadIdentity';
  return sighting === undefined ? 'unknown' : 'noCloudIdentity';
}

interface SetHolder {
  covers(ksa: KsaId, cluster: string): boolean;
}

/** The sets of KSAs that hold anything. */
function setsOf({ subjects }: Ground): readonly SetHolder[] {
  return subjects.flatMap((subject): readonly SetHolder[] => {
    const holder = subject.kind === 'identity' ? identityOf(subject.member) : undefined;
    if (holder?.kind !== 'ksa-set') return [];
    const { pool, set } = holder;
    return [
      {
        covers: (ksa, cluster) =>
          ksa.pool === pool &&
          (set.of === 'pool' ||
            (set.of === 'namespace' ? set.namespace === ksa.namespace : set.cluster === cluster)),
      },
    ];
  });
}

function countsOf(ways: readonly { readonly way: Way }[]): WorkloadCounts {
  const count = (wanted: Way): number => ways.filter(({ way }) => way === wanted).length;
  return {
    workloads: ways.length,
    workloadIdentity: count('workloadIdentity'),
    nodeIdentity: count('nodeIdentity'),
    keys: count('keys'),
    noCloudIdentity: count('noCloudIdentity'),
    unknown: count('unknown'),
  };
}

function sumOf(a: WorkloadCounts, b: WorkloadCounts): WorkloadCounts {
  return {
    workloads: a.workloads + b.workloads,
    workloadIdentity: a.workloadIdentity + b.workloadIdentity,
    nodeIdentity: a.nodeIdentity + b.nodeIdentity,
    keys: a.keys + b.keys,
    noCloudIdentity: a.noCloudIdentity + b.noCloudIdentity,
    unknown: a.unknown + b.unknown,
  };
}
