import type { ClusterFact } from '../inventory/facts.ts';
import type { View } from '../inventory/view.ts';
import { clusterName } from '../model/asset.ts';
import type { Remedy } from '../model/finding.ts';
import { poolOf } from '../policy/match.ts';
import type { TrustedPool } from '../policy/policy.ts';
import { CLUSTER_METHODS, KSA_METHODS } from './audit-methods.ts';
import { command, flag } from './commands.ts';
import { ACCOUNT_MANAGEMENT, OWASP_LATERAL } from './controls.ts';
import type { Cause, Detector } from './detector.ts';
import { ksaCause, shortCluster } from './edge-facts.ts';
import { isListed, mintable } from './pool-facts.ts';
import { clusterFact } from './watched-cluster.ts';

export const clusterNotDeclared = {
  id: 'cluster-not-declared',
  title: 'A cluster shares a trusted pool and is not declared',
  class: 'attack',
  severity: 'high',
  about:
    "A cluster's workloads belong to a trusted pool, and the pool's `clusters` do not list it. Namespace and KSA are one identity in every cluster of a pool, so whoever runs this one can make any of them, declared ones too. Autopilot clusters are always in the pool of their project. Undecided where the pool lists no clusters, or where nothing tells whether Workload Identity is on. Closes when the cluster is listed, leaves the pool, or is deleted.",
  subject: 'cluster',
  sources: {
    assetTypes: [
      { type: 'container.googleapis.com/Cluster', content: 'resource' },
      { type: 'k8s.io/ServiceAccount', content: 'resource' },
    ],
    methods: [...CLUSTER_METHODS, ...KSA_METHODS],
  },
  controls: [ACCOUNT_MANAGEMENT, OWASP_LATERAL],
  detect({ cluster }, view, policy) {
    const fact = clusterFact(cluster, view);
    const pool = view.poolOf(fact?.cluster ?? cluster);
    const trusted = pool === undefined ? undefined : poolOf(policy, pool);
    const cause = causeOf(cluster, fact, view);
    if (pool === undefined || trusted === undefined || cause === undefined) return [];
    if (isListed(trusted, cluster, view)) return [];
    const short = shortCluster(cluster);
    const unknown = unknownOf(fact, trusted);
    const project = cluster.split('/')[1]!;
    const kind = fact?.autopilot === true ? 'Autopilot cluster' : 'cluster';
    return [
      {
        state: unknown === undefined ? 'open' : 'undecided',
        title:
          unknown === undefined
            ? `Cluster ${short} shares pool ${pool}, and nobody declared it`
            : `Whether cluster ${short} may share pool ${pool} is not known`,
        subject: `cluster:${cluster}`,
        identity: `cluster ${short}`,
        resource: clusterName(cluster),
        project,
        cluster,
        before: [],
        after: [`${kind} ${cluster} in pool ${pool}`],
        explanation: `${unknown ?? `trust.pools[${trusted.name}] does not list it.`} Namespace and KSA are one identity in every cluster of a pool (sameness): ${mintable(pool, policy)}${
          fact?.autopilot === true ? ' An Autopilot cluster cannot leave its pool.' : ''
        }`,
        why: trusted.at,
        remediation: unknown === undefined && fact?.autopilot !== true ? leavePool(cluster) : [],
        cause,
      },
    ];
  },
} satisfies Detector<'cluster'>;

/** What is missing to say that it shares the pool without leave. */
function unknownOf(fact: ClusterFact | undefined, trusted: TrustedPool): string | undefined {
  if (trusted.clusters.length === 0)
    return `trust.pools[${trusted.name}] lists no clusters, so that nobody said which belong to it.`;
  if (fact === undefined)
    return 'The cluster is known by its KSAs alone: whether Workload Identity is on there is not.';
  return fact.workloadPool === undefined && !fact.autopilot
    ? 'The cluster was asked for, and whether Workload Identity is on there is not told yet.'
    : undefined;
}

/** The cluster itself, or the first KSA seen in one that was never told of; nothing when there is neither. */
function causeOf(cluster: string, fact: ClusterFact | undefined, view: View): Cause | undefined {
  if (fact !== undefined) return { asset: clusterName(cluster), time: fact.since, source: fact.source };
  const [first] = view
    .ksasIn(cluster)
    .toSorted((a, b) => (a.since !== b.since ? (a.since < b.since ? -1 : 1) : a.name < b.name ? -1 : 1));
  return first === undefined ? undefined : ksaCause(first);
}

/** docs: kubernetes-engine/docs/how-to/workload-identity, "Disable Workload Identity Federation for GKE". */
function leavePool(cluster: string): readonly Remedy[] {
  const [, project, , location, , name] = cluster.split('/');
  return command(
    'gcloud',
    'container',
    'clusters',
    'update',
    name!,
    flag('location', location),
    flag('project', project),
    flag('disable-workload-identity'),
  );
}
