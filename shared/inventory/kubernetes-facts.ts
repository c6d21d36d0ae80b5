import { type AssetName, clusterOf } from '../model/asset.ts';
import { parseRbacSubject, parseRules, type RbacRule, type RbacSubject } from '../model/rbac.ts';
import { fieldOf } from './absorb.ts';
import type { ResourceRegister } from './register.ts';
import type { SeenAlive } from './seen.ts';

/** Who holds which role in one namespace or, where that is empty, in a whole cluster. */
export type RoleBindingFact = SeenAlive & {
  readonly kind: 'role-binding';
  readonly asset: AssetName;
  readonly cluster: string;
  readonly namespace: string;
  readonly name: string;
  readonly roleKind: 'Role' | 'ClusterRole';
  readonly role: string;
  readonly subjects: readonly RbacSubject[];
};

/** What a Role or, with an empty namespace, a ClusterRole permits, deleted ones included. */
export type KubernetesRoleFact = SeenAlive & {
  readonly kind: 'kubernetes-role';
  readonly asset: AssetName;
  readonly cluster: string;
  readonly namespace: string;
  readonly name: string;
  /** `undefined` when no message told. */
  readonly rules: readonly RbacRule[] | undefined;
};

/** `seen`: since when it says what it says. Nothing while its role and its subjects have not been told. */
export function roleBindingFact(
  register: ResourceRegister,
  asset: AssetName,
  seen: SeenAlive,
): RoleBindingFact | undefined {
  const { cluster, namespace, name } = namesIn(register);
  const [roleKind, ...rest] = text(register, 'role')?.split('/') ?? [];
  const subjects = text(register, 'subjects');
  if (cluster === undefined || name === undefined || subjects === undefined) return undefined;
  if (roleKind !== 'Role' && roleKind !== 'ClusterRole') return undefined;
  const parsed = subjects === '' ? [] : subjects.split('\n').flatMap((line) => parseRbacSubject(line) ?? []);
  return {
    kind: 'role-binding',
    ...seen,
    asset,
    cluster,
    namespace,
    name,
    roleKind,
    role: rest.join('/'),
    subjects: parsed,
  };
}

export function kubernetesRoleFact(
  register: ResourceRegister,
  asset: AssetName,
  seen: SeenAlive,
): KubernetesRoleFact | undefined {
  const { cluster, namespace, name } = namesIn(register);
  if (cluster === undefined || name === undefined) return undefined;
  // Of a role that is gone bindings may stay, and give nothing.
  const rules = register.exists?.value === true ? text(register, 'rules') : '';
  return {
    kind: 'kubernetes-role',
    ...seen,
    asset,
    cluster,
    namespace,
    name,
    rules: rules === undefined ? undefined : parseRules(rules),
  };
}

/** Role bindings lie under what they hold in: a cluster's own under the cluster and no namespace. */
export function bindingsKey(cluster: string, namespace: string): string {
  return `role-bindings-in:${cluster}/${namespace}`;
}

export function kubernetesRoleKey(cluster: string, namespace: string, name: string): string {
  return `kubernetes-role:${cluster}/${namespace}/${name}`;
}

/** By its fields or, of what is gone, by its name. */
function namesIn(register: ResourceRegister) {
  const [, within = '', named] =
    /\/k8s\/(?:namespaces\/([^/]+)\/)?[^/]+\/[^/]+\/([^/]+)$/.exec(register.name) ?? [];
  return {
    cluster: text(register, 'cluster') ?? clusterOf(register.name),
    namespace: text(register, 'namespace') ?? within,
    name: text(register, 'name') ?? named,
  };
}

function text(register: ResourceRegister, field: string): string | undefined {
  const value = fieldOf(register, field)?.value;
  return typeof value === 'string' ? value : undefined;
}
