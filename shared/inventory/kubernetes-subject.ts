import { isGoogleManaged, type Principal, parseMember, parseSubjectName } from '../model/principal.ts';
import type { RbacSubject } from '../model/rbac.ts';

/** Where a binding holds: names mean something there only. */
export interface BindingPlace {
  readonly cluster: string;
  /** Of its workloads; absent where Workload Identity is off. */
  readonly pool: string | undefined;
}

/**
 * Whom a role binding means. Nothing for the cluster's own parts and for Google's accounts: controllers, nodes, `system:masters`, whatever runs
 * in kube-system. To GKE `system:authenticated` is everybody with a Google account (kubernetes-engine/docs/best-practices/rbac).
 */
export function principalOfSubject(
  { kind, name, namespace }: RbacSubject,
  place: BindingPlace,
): Principal | undefined {
  switch (kind) {
    case 'ServiceAccount':
      return ksaNamed(namespace, name, place);
    case 'User':
      return userNamed(name, place);
    case 'Group':
      return groupNamed(name, place);
  }
}

function ksaNamed(namespace: string, name: string, { pool }: BindingPlace): Principal | undefined {
  if (namespace === 'kube-system') return undefined;
  return pool === undefined
    ? { kind: 'unknown', text: `KSA ${namespace}/${name}`, why: 'its cluster belongs to no pool' }
    : { kind: 'ksa', pool, namespace, name };
}

function userNamed(name: string, place: BindingPlace): Principal | undefined {
  const [, namespace, ksa] = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(name) ?? [];
  if (namespace !== undefined && ksa !== undefined) return ksaNamed(namespace, ksa, place);
  if (name === 'system:anonymous') return { kind: 'all-users' };
  if (name.startsWith('system:')) return undefined;
  // GKE knows accounts by their unique id as well.
  if (/^\d{15,}$/.test(name)) return { kind: 'gsa-id', id: name };
  const who = parseSubjectName(name);
  return isGoogleManaged(who) ? undefined : who;
}

function groupNamed(name: string, { cluster, pool }: BindingPlace): Principal | undefined {
  if (name === 'system:authenticated') return { kind: 'all-authenticated-users' };
  if (name === 'system:unauthenticated') return { kind: 'all-users' };
  const namespace = /^system:serviceaccounts:([^:]+)$/.exec(name)?.[1];
  if (namespace === 'kube-system') return undefined;
  if ((namespace !== undefined || name === 'system:serviceaccounts') && pool !== undefined)
    return {
      kind: 'ksa-set',
      pool,
      set: namespace === undefined ? { of: 'cluster', cluster } : { of: 'namespace', namespace },
    };
  if (name.startsWith('system:')) return undefined;
  return name.startsWith('principalSet://')
    ? parseMember(name)
    : { kind: 'group', email: name.toLowerCase() };
}
