import type { ActKind } from '../../../model/act.ts';
import type { KubernetesMethod } from './method.ts';

export type ChangeVerb = 'create' | 'update' | 'patch' | 'delete' | 'deletecollection';

/** A kind of object whose changes are read. */
export interface WatchedObject {
  /** As audit entries write the group: RBAC's is turned round, and also seen plain. */
  readonly groups: readonly string[];
  /** As asset names write it. */
  readonly assetGroup: string;
  readonly assetType: string;
  /** Whose act a change is; none for what controllers do all day. */
  readonly acts: Partial<Readonly<Record<ChangeVerb, ActKind>>>;
}

const RBAC = {
  groups: ['authorization.rbac', 'rbac', 'rbac.authorization'],
  assetGroup: 'rbac.authorization.k8s.io',
  acts: {
    create: 'change-role-binding',
    update: 'change-role-binding',
    patch: 'change-role-binding',
    delete: 'change-role-binding',
    deletecollection: 'change-role-binding',
  },
} as const;
const RBAC_ROLES = {
  ...RBAC,
  acts: {
    create: 'change-kubernetes-role',
    update: 'change-kubernetes-role',
    patch: 'change-kubernetes-role',
    delete: 'change-kubernetes-role',
    deletecollection: 'change-kubernetes-role',
  },
} as const;
const APPS = { groups: ['apps', 'extensions'], assetGroup: 'apps', acts: {} } as const;
const BATCH = { groups: ['batch'], assetGroup: 'batch', acts: {} } as const;

/** By plural. Pods and replica sets are churn: what makes them is read instead, and the feed has the pods. */
const WATCHED: ReadonlyMap<string, WatchedObject> = new Map<string, WatchedObject>([
  [
    'serviceaccounts',
    {
      groups: ['core'],
      assetGroup: 'core',
      assetType: 'k8s.io/ServiceAccount',
      acts: {
        create: 'create-ksa',
        update: 'update-ksa',
        patch: 'update-ksa',
        delete: 'delete-ksa',
        deletecollection: 'delete-ksa',
      },
    },
  ],
  [
    'namespaces',
    {
      groups: ['core'],
      assetGroup: 'core',
      assetType: 'k8s.io/Namespace',
      acts: { create: 'create-namespace', delete: 'delete-namespace', deletecollection: 'delete-namespace' },
    },
  ],
  ['roles', { ...RBAC_ROLES, assetType: 'rbac.authorization.k8s.io/Role' }],
  ['clusterroles', { ...RBAC_ROLES, assetType: 'rbac.authorization.k8s.io/ClusterRole' }],
  ['rolebindings', { ...RBAC, assetType: 'rbac.authorization.k8s.io/RoleBinding' }],
  ['clusterrolebindings', { ...RBAC, assetType: 'rbac.authorization.k8s.io/ClusterRoleBinding' }],
  ['deployments', { ...APPS, assetType: 'apps.k8s.io/Deployment' }],
  ['statefulsets', { ...APPS, assetType: 'apps.k8s.io/StatefulSet' }],
  ['daemonsets', { ...APPS, assetType: 'apps.k8s.io/DaemonSet' }],
  ['jobs', { ...BATCH, assetType: 'batch.k8s.io/Job' }],
  ['cronjobs', { ...BATCH, assetType: 'batch.k8s.io/CronJob' }],
]);

export function watchedObject({ group, resource }: KubernetesMethod): WatchedObject | undefined {
  const watched = WATCHED.get(resource);
  return watched?.groups.includes(group) ? watched : undefined;
}

export function changeVerb(verb: string): ChangeVerb | undefined {
  switch (verb) {
    case 'create':
    case 'update':
    case 'patch':
    case 'delete':
    case 'deletecollection':
      return verb;
    default:
      return undefined;
  }
}
