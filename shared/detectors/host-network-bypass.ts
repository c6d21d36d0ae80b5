import type { NodePoolFact, WorkloadFact } from '../inventory/facts.ts';
import { isSystemNamespace, metadataServerOf, workloadIdentityOf } from '../inventory/platform.ts';
import type { View } from '../inventory/view.ts';
import { clusterName, clusterOf } from '../model/asset.ts';
import type { Severity } from '../model/finding.ts';
import type { Policy } from '../policy/policy.ts';
import { CLUSTER_METHODS, WORKLOAD_METHODS } from './audit-methods.ts';
import { CIS_GKE_METADATA_SERVER, LEAST_PRIVILEGE, OWASP_LATERAL } from './controls.ts';
import type { Detector } from './detector.ts';
import { ownerOf } from './edge-facts.ts';
import { isMadeByKnown } from './key-signs.ts';
import { type NodeAccount, nodeAccount } from './node-account.ts';
import { leaveNodeNetwork } from './node-commands.ts';
import { WORKLOAD_TYPES } from './pod-facts.ts';
import { type WatchedCluster, watchedCluster } from './watched-cluster.ts';

export const hostNetworkBypass = {
  id: 'host-network-bypass',
  title: "A workload on the node's network gets the node's account",
  class: 'posture',
  severity: 'medium',
  about:
    'Pods with hostNetwork: true reach the metadata server of the node itself, past that of GKE: they act as the account of their node, and not as their KSA. Reported where that account holds more than a node needs, high where it is Owner or Editor. Silent where Workload Identity is off or no node pool runs the metadata server, since every pod gets the account there and that is reported of cluster and pool; on Autopilot; and in the namespaces of Kubernetes, GKE and its add-ons. Undecided where the node pools of the cluster, or what their account holds, are not known.',
  subject: 'object',
  sources: {
    assetTypes: [
      { type: 'container.googleapis.com/Cluster', content: 'resource' },
      { type: 'container.googleapis.com/NodePool', content: 'resource' },
      { type: '*', content: 'policy' },
      ...WORKLOAD_TYPES,
    ],
    methods: [...CLUSTER_METHODS, ...WORKLOAD_METHODS, '*setIamPolicy', '*setIamPermissions'],
  },
  controls: [CIS_GKE_METADATA_SERVER, LEAST_PRIVILEGE, OWASP_LATERAL],
  detect({ asset }, view, policy) {
    const workload = view.object(asset);
    if (workload?.kind !== 'workload' || !workload.hostNetwork) return [];
    if (isSystemNamespace(workload.namespace) || isMadeByKnown(workload, view)) return [];
    const watched = watchedCluster(workload.cluster, view, policy);
    if (watched === undefined || watched.fact?.autopilot === true) return [];
    const verdict = verdictOn(watched, view);
    return verdict === undefined ? [] : [judgementOf(workload, watched, verdict, view, policy)];
  },
} satisfies Detector<'object'>;

interface Verdict {
  readonly severity?: Severity;
  /** Why it cannot be decided. */
  readonly unknown?: string;
  /** The worst of the accounts that it may get, and where. */
  readonly account?: NodeAccount;
  readonly pool?: NodePoolFact;
}

/** On which of the pools its pods run, nothing tells: the worst of those that keep other pods away counts. */
function verdictOn(watched: WatchedCluster, view: View): Verdict | undefined {
  const { cluster, fact } = watched;
  const state = workloadIdentityOf(fact);
  if (state === 'off') return undefined;
  if (state === 'unknown') return { unknown: 'Whether Workload Identity is on in its cluster is not known.' };
  const pools = nodePoolsOf(cluster, view);
  if (pools.length === 0) return { unknown: 'The node pools of its cluster have not been told of.' };
  const kept = pools
    .filter((pool) => metadataServerOf(pool, fact) !== 'off')
    .map((pool) => ({ pool, account: nodeAccount(pool, view) }));
  const worst = (['basic', 'more'] as const).flatMap((worth) =>
    kept.filter(({ account }) => account?.worth === worth),
  )[0];
  if (worst?.account !== undefined)
    return {
      ...worst,
      account: worst.account,
      ...(worst.account.worth === 'basic' ? { severity: 'high' } : {}),
    };
  const open = kept.find(({ account }) => account === undefined || account.worth === 'unknown');
  return open && { unknown: `What the account of node pool ${open.pool.name} holds is not known.` };
}

function nodePoolsOf(cluster: string, view: View): readonly NodePoolFact[] {
  const names = view.spellings(clusterName(cluster)).map((name) => clusterOf(name) ?? cluster);
  return [...new Set(names.flatMap((name) => view.nodePoolsOf(name)))].toSorted((a, b) =>
    a.name < b.name ? -1 : 1,
  );
}

function judgementOf(
  workload: WorkloadFact,
  { trusted }: WatchedCluster,
  { severity, unknown, account, pool }: Verdict,
  view: View,
  policy: Policy,
) {
  const { cluster, namespace, name, workloadKind, serviceAccount, asset, since, source } = workload;
  const what = `${workloadKind} ${namespace}/${name}`;
  const home = view.poolOf(cluster);
  const ksa = home === undefined ? undefined : { pool: home, namespace, name: serviceAccount };
  const owner =
    (ksa === undefined ? undefined : ownerOf(ksa, policy)?.owner) ??
    view.namespace(cluster, namespace)?.owner;
  return {
    state: unknown === undefined ? 'open' : 'undecided',
    ...(severity === undefined ? {} : { severity }),
    title:
      unknown === undefined
        ? `${what} is on the node's network and acts as ${account?.label}`
        : `Whether ${what}, on the node's network, gets more than a node needs is not known`,
    subject: `object:${asset}`,
    identity: `${namespace}/${serviceAccount}`,
    resource: asset,
    namespace,
    cluster,
    project: cluster.split('/')[1]!,
    ...(ksa === undefined ? {} : { ksa }),
    ...(account?.email === undefined ? {} : { account: account.email }),
    ...(owner === undefined ? {} : { owner }),
    before: [],
    after: [`hostNetwork: true in ${what}`],
    explanation:
      unknown ??
      `Its pods reach the metadata server of the node, past that of GKE, and get the account of the node they run on, ${account?.label} on node pool ${pool?.name}, in place of ${namespace}/${serviceAccount}.${account?.words ?? ''} Off the node's network they lose that account, the ports of the node and whatever listens there; what they need belongs to their KSA.`,
    why: trusted.at,
    remediation: unknown === undefined ? leaveNodeNetwork(workload) : [],
    cause: { asset, time: since, source },
  } as const;
}
