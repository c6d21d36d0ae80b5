import { workloadIdentityOf } from '../inventory/platform.ts';
import { clusterName } from '../model/asset.ts';
import { CLUSTER_METHODS } from './audit-methods.ts';
import { command, flag } from './commands.ts';
import { CIS_GKE_WORKLOAD_IDENTITY, LEAST_PRIVILEGE, OWASP_LATERAL } from './controls.ts';
import type { Detector } from './detector.ts';
import { shortCluster } from './edge-facts.ts';
import { placeFlags, watchedCluster } from './watched-cluster.ts';

export const clusterWithoutWorkloadIdentity = {
  id: 'cluster-without-workload-identity',
  title: 'A cluster gives its workloads no identity of their own',
  class: 'posture',
  severity: 'medium',
  about:
    "Workload Identity is off in a cluster of a trusted pool, or of such a pool's project: its pods all act as the account of their node, and whoever needs more carries a key. High where the pool's `clusters` name it, since what is declared for its workloads then holds nowhere. Autopilot has it always on and is never reported; neither is a cluster that is being made or deleted. Undecided where nothing told whether it is on.",
  subject: 'cluster',
  sources: {
    assetTypes: [{ type: 'container.googleapis.com/Cluster', content: 'resource' }],
    methods: CLUSTER_METHODS,
  },
  controls: [CIS_GKE_WORKLOAD_IDENTITY, LEAST_PRIVILEGE, OWASP_LATERAL],
  detect({ cluster }, view, policy) {
    const watched = watchedCluster(cluster, view, policy);
    // One that is known by its KSAs alone is no cluster yet that anybody told of.
    if (watched?.fact === undefined) return [];
    const { fact, trusted, isListed } = watched;
    const state = workloadIdentityOf(fact);
    if (state === 'on') return [];
    const short = shortCluster(cluster);
    const isOff = state === 'off';
    return [
      {
        state: isOff ? 'open' : 'undecided',
        ...(isListed ? { severity: 'high' } : {}),
        title: isOff
          ? `Workload Identity is off in cluster ${short}`
          : `Whether Workload Identity is on in cluster ${short} is not known`,
        subject: `cluster:${cluster}`,
        identity: `cluster ${short}`,
        resource: clusterName(cluster),
        project: cluster.split('/')[1]!,
        cluster,
        before: [],
        after: isOff ? [`no workload pool in ${cluster}`] : [],
        explanation: isOff
          ? `${isListed ? `trust.pools[${trusted.name}] lists it, and none of its KSAs is anybody there: ` : ''}its pods act as the account of their node, all alike. Turning it on leaves the node pools that are there as they are: each has to be switched to the metadata server afterwards, and pods that go by the node's account lose it then.`
          : 'The cluster was asked for, and whether Workload Identity is on there is not told yet.',
        why: trusted.at,
        remediation: isOff ? turnOn(cluster, trusted.pool) : [],
        cause: { asset: clusterName(cluster), time: fact.since, source: fact.source },
      },
    ];
  },
} satisfies Detector<'cluster'>;

/** docs: kubernetes-engine/docs/how-to/workload-identity, "Enable Workload Identity Federation for GKE on an existing cluster". */
function turnOn(cluster: string, pool: string) {
  return command(
    'gcloud',
    'container',
    'clusters',
    'update',
    shortCluster(cluster),
    ...placeFlags(cluster),
    flag('workload-pool', pool),
  );
}
