import type { NodePoolFact } from '../inventory/facts.ts';
import { metadataServerOf, workloadIdentityOf } from '../inventory/platform.ts';
import type { Severity } from '../model/finding.ts';
import { CLUSTER_METHODS } from './audit-methods.ts';
import { CIS_GKE_METADATA_SERVER, CIS_GKE_WORKLOAD_IDENTITY, OWASP_LATERAL } from './controls.ts';
import type { Detector } from './detector.ts';
import { shortCluster } from './edge-facts.ts';
import { type NodeAccount, nodeAccount } from './node-account.ts';
import { runMetadataServer } from './node-commands.ts';
import { nodePoolWords, watchedNodePool } from './watched-cluster.ts';

export const nodePoolWithoutMetadataServer = {
  id: 'node-pool-without-metadata-server',
  title: 'A node pool hands its own account to every pod',
  class: 'posture',
  severity: 'medium',
  about:
    "Workload Identity is on in the cluster and this node pool does not run the GKE metadata server: turning it on leaves the pools there are as they were, and a pool can be told otherwise. Every pod on its nodes gets the node's account, and none gets its own. High where that account is Owner or Editor, low where GKE Sandbox keeps pods away from it and on Windows nodes, which have no such server. Every pool is looked at. Silent on Autopilot, and where Workload Identity is off: cluster-without-workload-identity speaks of that.",
  subject: 'node-pool',
  sources: {
    assetTypes: [
      { type: 'container.googleapis.com/Cluster', content: 'resource' },
      { type: 'container.googleapis.com/NodePool', content: 'resource' },
    ],
    methods: CLUSTER_METHODS,
  },
  controls: [CIS_GKE_METADATA_SERVER, CIS_GKE_WORKLOAD_IDENTITY, OWASP_LATERAL],
  detect({ asset }, view, policy) {
    const found = watchedNodePool(asset, view, policy);
    if (found === undefined) return [];
    const { pool, cluster } = found;
    const server = metadataServerOf(pool, cluster.fact);
    if (server === 'on' || workloadIdentityOf(cluster.fact) === 'off') return [];
    const unknown =
      server === 'unknown'
        ? 'The node pool was asked for, and what its nodes answer pods with is not told yet.'
        : // Nobody can tell a pool of Autopilot otherwise, so one that was told otherwise is none.
          cluster.fact === undefined && pool.metadataMode === ''
          ? 'The cluster itself has not been told of: on Autopilot the metadata server always runs.'
          : undefined;
    const account = nodeAccount(pool, view);
    const place = `Node pool ${pool.name} of ${shortCluster(pool.cluster)}`;
    return [
      {
        state: unknown === undefined ? 'open' : 'undecided',
        severity: severityOf(pool, account),
        title:
          unknown === undefined
            ? `${place} does not run the metadata server`
            : `Whether node pool ${pool.name} of ${shortCluster(pool.cluster)} runs the metadata server is not known`,
        ...nodePoolWords(pool, cluster),
        after:
          unknown === undefined
            ? [`${pool.metadataMode || 'no metadata mode'} on node pool ${pool.name}`]
            : [],
        explanation: unknown ?? wordsOn(pool, account),
        remediation: unknown === undefined && !pool.isWindows ? runMetadataServer(pool) : [],
        cause: { asset, time: pool.since, source: pool.source },
      },
    ];
  },
} satisfies Detector<'node-pool'>;

/** That Windows nodes have no such server is [NV]. */
function severityOf({ isSandboxed, isWindows }: NodePoolFact, account: NodeAccount | undefined): Severity {
  if (isSandboxed || isWindows) return 'low';
  return account?.worth === 'basic' ? 'high' : 'medium';
}

function wordsOn({ isSandboxed, isWindows }: NodePoolFact, account: NodeAccount | undefined): string {
  const who = account?.label ?? 'the account of the node';
  // kubernetes-engine/docs/concepts/sandbox-pods, "Accessing cluster metadata".
  if (isSandboxed)
    return `Its pods run in GKE Sandbox, which keeps them away from the metadata of their node: they are nobody to Google Cloud until the metadata server runs.${SWITCH}`;
  const what = `Pods on its nodes get the tokens of ${who}, and none of their own, whatever is declared for them.${account?.words ?? ''}`;
  return isWindows
    ? `${what} Windows nodes do not run it: what needs an identity of its own belongs on another pool.`
    : `${what}${SWITCH}`;
}

/** kubernetes-engine/docs/how-to/workload-identity, "Migrate existing workloads". */
const SWITCH =
  " Switching it makes the nodes anew, and pods that go by the node's account lose it at once: give each KSA what its pods need first.";
