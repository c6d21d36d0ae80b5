import type { NodePoolFact, WorkloadFact } from '../inventory/facts.ts';
import type { Remedy } from '../model/finding.ts';
import { command, flag } from './commands.ts';
import { shortCluster } from './edge-facts.ts';
import { placeFlags } from './watched-cluster.ts';

/** Has the nodes of a pool answer pods with the GKE metadata server; they are made anew for it. */
export function runMetadataServer({ cluster, name }: NodePoolFact): readonly Remedy[] {
  return command(
    'gcloud',
    'container',
    'node-pools',
    'update',
    name,
    flag('cluster', shortCluster(cluster)),
    ...placeFlags(cluster),
    flag('workload-metadata', 'GKE_METADATA'),
  );
}

/** Pods and Jobs cannot be changed once they are there: what makes them has to. */
const TEMPLATED: ReadonlySet<string> = new Set(['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet']);

/** Takes what a template makes off the node's network; nothing for what has none. */
export function leaveNodeNetwork({ workloadKind, namespace, name }: WorkloadFact): readonly Remedy[] {
  if (!TEMPLATED.has(workloadKind)) return [];
  return command(
    'kubectl',
    'patch',
    workloadKind.toLowerCase(),
    name,
    flag('namespace', namespace),
    flag('patch', '{"spec":{"template":{"spec":{"hostNetwork":false}}}}'),
  );
}
