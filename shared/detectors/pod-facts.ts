import type { View } from '../inventory/view.ts';
import { type AssetName, clusterOf } from '../model/asset.ts';
import type { Sources } from './detector.ts';

/** What makes pods, and pods themselves, as Asset Inventory has them. */
export const WORKLOAD_TYPES: Sources['assetTypes'] = [
  { type: 'k8s.io/Pod', content: 'resource' },
  { type: 'apps.k8s.io/Deployment', content: 'resource' },
  { type: 'apps.k8s.io/StatefulSet', content: 'resource' },
  { type: 'apps.k8s.io/DaemonSet', content: 'resource' },
  { type: 'batch.k8s.io/Job', content: 'resource' },
  { type: 'batch.k8s.io/CronJob', content: 'resource' },
];

/** What a pod runs as. */
export interface RunsAs {
  /** The KSA's name. */
  readonly name: string;
  /** Set when the pod itself was not seen: whose pod it is, by its name (`Deployment api`). */
  readonly byName?: string;
}

export function podOf(asset: AssetName): { readonly namespace: string; readonly pod: string } | undefined {
  const [, namespace, pod] = /\/k8s\/namespaces\/([^/]+)\/pods\/([^/]+)$/.exec(asset) ?? [];
  return namespace === undefined || pod === undefined ? undefined : { namespace, pod };
}

/** The KSA a pod runs as: by the pod itself, else by what its name says made it; nothing where neither was seen. */
export function runsAs(asset: AssetName, view: View): RunsAs | undefined {
  const place = podOf(asset);
  if (place === undefined) return undefined;
  const { namespace, pod } = place;
  const cluster = clusterOf(asset);
  const named = (name: string) => view.workloads(namespace, name).filter((one) => one.cluster === cluster);
  const itself = named(pod).find(({ workloadKind }) => workloadKind === 'Pod');
  if (itself !== undefined) return { name: itself.serviceAccount };
  for (const name of makersOf(pod)) {
    const maker = named(name).find(({ workloadKind }) => workloadKind !== 'Pod');
    if (maker !== undefined) return { name: maker.serviceAccount, byName: `${maker.workloadKind} ${name}` };
  }
  return undefined;
}

/** Pods are called after what makes them: one part more, or two of those a Deployment or a CronJob makes (kubernetes.io: Workloads). */
function makersOf(pod: string): readonly string[] {
  const one = pod.replace(/-[a-z0-9]+$/, '');
  const two = one.replace(/-[a-z0-9]+$/, '');
  return [...new Set([one, two])].filter((name) => name !== pod);
}
