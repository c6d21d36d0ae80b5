import { isMadeByKnown } from '../detectors/key-signs.ts';
import type { WorkloadFact } from '../inventory/facts.ts';
import type { KsaId } from '../model/principal.ts';
import type { Ground } from './input.ts';

/** Workloads that run as a KSA, in the clusters of its pool. */
export function workloadsOfKsa({ pool, namespace, name }: KsaId, ground: Ground): readonly WorkloadFact[] {
  const { view } = ground;
  const all = view.workloadsAs(namespace, name).filter(({ cluster }) => view.poolOf(cluster) === pool);
  return madeByPeople(all, ground);
}

/** `Deployment payments/api`. */
export function workloadLabel({ workloadKind, namespace, name }: WorkloadFact): string {
  return `${workloadKind} ${namespace}/${name}`;
}

/** Named once, by what people made: a Deployment's ReplicaSets and pods are that Deployment. Those that went with their cluster are none. */
export function madeByPeople(workloads: readonly WorkloadFact[], { view }: Ground): readonly WorkloadFact[] {
  return workloads.filter((one) => view.object(one.asset) !== undefined && !isMadeByKnown(one, view));
}
