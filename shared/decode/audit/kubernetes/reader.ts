import type { AuditHead } from '../entry.ts';
import type { ReadNews } from '../reader.ts';
import { kubernetesMethod } from './method.ts';
import { newsOfChange } from './object-change.ts';
import { isWayIn, newsOfExec, newsOfToken } from './subresource.ts';
import { changeVerb, watchedObject } from './watched.ts';

/** Calls of the API servers of GKE clusters (gcp-facts 4). */
export function kubernetesReader(head: AuditHead): ReadNews | undefined {
  if (head.service !== 'k8s.io') return undefined;
  const method = kubernetesMethod(head.method);
  if (method === undefined) return undefined;
  const { group, resource, subresource, verb } = method;
  if (group === 'core' && resource === 'serviceaccounts' && verb === 'create' && isToken(head, subresource))
    return newsOfToken;
  if (group === 'core' && resource === 'pods' && isWayIn(subresource, verb)) return newsOfExec;
  const watched = subresource === undefined ? watchedObject(method) : undefined;
  const change = changeVerb(verb);
  return watched === undefined || change === undefined
    ? undefined
    : (entry) => newsOfChange(entry, method, watched, change);
}

/** The method's name for it is by analogy [NV]; the path of the subresource is Kubernetes' own. */
function isToken({ payload }: AuditHead, subresource: string | undefined): boolean {
  return (
    subresource === 'token' ||
    /\/serviceaccounts\/[^/]+\/token$/.test(payload.textIfAny('resourceName') ?? '')
  );
}

const READS = new Set(['get', 'list', 'watch']);

/** Why `kubernetesReader` leaves an entry alone. */
export function whyKubernetesIsNotRead(head: AuditHead): string {
  const method = kubernetesMethod(head.method);
  if (method === undefined) return 'Kubernetes call that concerns no object';
  if (READS.has(method.verb)) return 'Kubernetes read, which changes nothing';
  if (method.subresource !== undefined) return 'Kubernetes subresource that is not watched';
  if (method.resource === 'pods') return 'Kubernetes pods, which come and go: what makes them is read';
  return 'Kubernetes object that is not watched';
}
