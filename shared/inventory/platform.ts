import type { ClusterFact, NodePoolFact } from './facts.ts';

/** Whether something runs, as far as was told. */
export type Switch = 'on' | 'off' | 'unknown';

/** Whether a cluster's workloads have identities of their own. Autopilot has it always on, and nobody can turn it off there (gcp-facts 5.4). */
export function workloadIdentityOf(cluster: ClusterFact | undefined): Switch {
  if (cluster?.autopilot === true) return 'on';
  if (cluster?.workloadPool === undefined) return 'unknown';
  return cluster.workloadPool === '' ? 'off' : 'on';
}

/**
 * Whether the nodes of a pool answer pods with the GKE metadata server. A pool that is there and says nothing of it was made before its cluster
 * had Workload Identity, which leaves the pools there are as they were; one that was only asked for gets what GKE gives it (gcp-facts 5.4).
 */
export function metadataServerOf(
  { metadataMode, version }: Pick<NodePoolFact, 'metadataMode' | 'version'>,
  cluster: ClusterFact | undefined,
): Switch {
  if (cluster?.autopilot === true || metadataMode === 'GKE_METADATA') return 'on';
  if (metadataMode === undefined) return 'unknown';
  return metadataMode === '' && version === undefined ? 'unknown' : 'off';
}

/** Namespaces in which Kubernetes, GKE and its add-ons run parts of their own. */
const SYSTEM_NAMESPACES: ReadonlySet<string> = new Set([
  'kube-system',
  'kube-public',
  'kube-node-lease',
  'gke-system',
  'gke-gmp-system',
  'gmp-system',
  'gke-mcs',
  'asm-system',
  'cnrm-system',
  'configconnector-operator-system',
  'config-management-system',
  'config-management-monitoring',
  'resource-group-system',
]);

/** Whether what runs in a namespace is Google's, DaemonSets that see the node's network among it: nobody else answers for that. */
export function isSystemNamespace(namespace: string): boolean {
  return SYSTEM_NAMESPACES.has(namespace) || /^gke-managed-[a-z0-9-]+$/.test(namespace);
}
