import { command, flag } from '../../detectors/commands.ts';
import { leaveNodeNetwork } from '../../detectors/node-commands.ts';
import type { WorkloadFact } from '../../inventory/facts.ts';
import { accountsDeclaredFor, declaredFor } from '../../policy/match.ts';
import type { Context } from '../context.ts';
import type { Evidence, Fix, Step } from '../explanation.ts';
import { listed, shortCluster, unique } from '../words.ts';

/** Which KSA do the pods run as, and does the host's network take them past it (gcp-facts 5.4)? */
export function podStep(context: Context): Step {
  const { ksa, workloads, owner } = context;
  const common = { id: 'pod', question: 'pods run as this KSA', nearMisses: [], fix: [] } as const;
  const shown = workloads ?? runningAs(context);
  if (shown.length === 0) {
    return {
      ...common,
      answer: 'undecided',
      says: `which pods run as ${ksa.namespace}/${ksa.name} is not known: none has been read`,
      evidence: [],
      ask: owner,
    };
  }
  const evidence = shown.map(evidenceOf);
  const bypassing = shown.filter(({ hostNetwork }) => hostNetwork);
  if (bypassing.length > 0) return bypassed(context, shown, bypassing, evidence);
  const better = workloads === undefined || ksa.name !== 'default' ? [] : meant(context);
  if (better.length > 0) {
    return {
      ...common,
      answer: 'no',
      says: `${labelOf(shown[0]!)} names no serviceAccountName, so it runs as default`,
      evidence,
      nearMisses: better.map((name) => `${ksa.namespace}/${name} has an identity`),
      side: 'the policy declares no identity for default: the workload names the wrong KSA',
      fix: better.length === 1 ? shown.flatMap((workload) => runAs(workload, better[0]!)) : [],
      ask: owner,
    };
  }
  return {
    ...common,
    answer: 'yes',
    says: `${listed(unique(shown.map(labelOf)), 3)} ${shown.length === 1 ? 'does' : 'do'}`,
    evidence,
  };
}

function runningAs({ world, ksa, clusters }: Context): readonly WorkloadFact[] {
  return world.view
    .workloadsAs(ksa.namespace, ksa.name)
    .filter(({ cluster }) => clusters.includes(cluster))
    .toSorted((a, b) => (labelOf(a) < labelOf(b) ? -1 : 1));
}

function bypassed(
  { owner, workloads }: Context,
  shown: readonly WorkloadFact[],
  bypassing: readonly WorkloadFact[],
  evidence: readonly Evidence[],
): Step {
  const all = bypassing.length === shown.length;
  const names = listed(unique(bypassing.map(labelOf)), 3);
  return {
    id: 'pod',
    question: 'pods run as this KSA',
    // Of several workloads some may be fine: the KSA's chain holds for those.
    answer: all || workloads !== undefined ? 'no' : 'undecided',
    says: `${names} ${bypassing.length === 1 ? 'is' : 'are'} on the host's network (hostNetwork: true), past the metadata server: ${
      bypassing.length === 1 ? 'it gets' : 'they get'
    } the node's own account`,
    evidence,
    nearMisses: [],
    side: 'take hostNetwork away in the manifest, where it is managed; nothing on the IAM side mends it',
    fix: bypassing.flatMap(offHost),
    ask: owner,
  };
}

/** KSAs of the namespace that have an identity: what the workload was probably meant to run as. The workload's own name decides. */
function meant({ world, ksa, clusters, workloads = [] }: Context): readonly string[] {
  if (declaredFor(world.policy, ksa, {}).length > 0) return [];
  const candidates = unique(
    clusters
      .flatMap((cluster) => world.view.ksasIn(cluster))
      .filter(
        ({ namespace, name, annotation }) =>
          namespace === ksa.namespace &&
          name !== 'default' &&
          (annotation !== '' || accountsDeclaredFor(world.policy, { ...ksa, name }).length > 0),
      )
      .map(({ name }) => name),
  ).toSorted();
  const same = candidates.filter((name) => workloads.some((workload) => workload.name === name));
  return same.length > 0 ? same : candidates;
}

function labelOf({ workloadKind, name }: WorkloadFact): string {
  return `${workloadKind} ${name}`;
}

function evidenceOf(workload: WorkloadFact): Evidence {
  const { cluster, namespace, serviceAccount, hostNetwork, since, source } = workload;
  return {
    text: `${shortCluster(cluster)}: ${labelOf(workload)} runs as ${namespace}/${serviceAccount}${hostNetwork ? ', hostNetwork: true' : ''}`,
    since,
    source,
  };
}

/** Kinds whose pod template can be changed as they stand; a Pod or a Job has to be made anew. */
const PATCHABLE: ReadonlySet<string> = new Set(['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet']);

function runAs({ workloadKind, namespace, name, cluster }: WorkloadFact, ksa: string): readonly Fix[] {
  if (!PATCHABLE.has(workloadKind)) return [];
  return command(
    'kubectl',
    'set',
    'serviceaccount',
    workloadKind.toLowerCase(),
    name,
    ksa,
    flag('namespace', namespace),
  ).map((fix) => ({ ...fix, where: `in cluster ${shortCluster(cluster)}` }));
}

function offHost(workload: WorkloadFact): readonly Fix[] {
  return leaveNodeNetwork(workload).map((fix) => ({
    ...fix,
    where: `in cluster ${shortCluster(workload.cluster)}`,
  }));
}
