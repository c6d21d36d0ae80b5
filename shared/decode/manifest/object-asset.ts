import type { Fields } from '../fields.ts';

/** The cluster of manifests when nobody says which: a place of its own, so that they never pass for what a real one holds. */
export const MANIFEST_CLUSTER = 'projects/-/locations/-/clusters/manifests';

interface Kind {
  readonly assetType: string;
  /** The path from the cluster or the namespace on (gcp-facts 1.5). */
  readonly path: string;
  readonly isNamespaced: boolean;
}

/** By API group and kind. Versions are left out: what we read is the same in all that are still served. */
const KINDS: ReadonlyMap<string, Kind> = new Map([
  ['/ServiceAccount', namespaced('k8s.io/ServiceAccount', 'serviceaccounts')],
  ['/Namespace', { assetType: 'k8s.io/Namespace', path: 'namespaces', isNamespaced: false }],
  ['/Pod', namespaced('k8s.io/Pod', 'pods')],
  ['/Secret', namespaced('k8s.io/Secret', 'secrets')],
  ['/ConfigMap', namespaced('k8s.io/ConfigMap', 'configmaps')],
  ['apps/Deployment', namespaced('apps.k8s.io/Deployment', 'apps/deployments')],
  ['apps/StatefulSet', namespaced('apps.k8s.io/StatefulSet', 'apps/statefulsets')],
  ['apps/DaemonSet', namespaced('apps.k8s.io/DaemonSet', 'apps/daemonsets')],
  ['apps/ReplicaSet', namespaced('apps.k8s.io/ReplicaSet', 'apps/replicasets')],
  ['batch/Job', namespaced('batch.k8s.io/Job', 'batch/jobs')],
  ['batch/CronJob', namespaced('batch.k8s.io/CronJob', 'batch/cronjobs')],
  [
    'rbac.authorization.k8s.io/Role',
    namespaced('rbac.authorization.k8s.io/Role', 'rbac.authorization.k8s.io/roles'),
  ],
  [
    'rbac.authorization.k8s.io/ClusterRole',
    {
      assetType: 'rbac.authorization.k8s.io/ClusterRole',
      path: 'rbac.authorization.k8s.io/clusterroles',
      isNamespaced: false,
    },
  ],
  [
    'rbac.authorization.k8s.io/RoleBinding',
    namespaced('rbac.authorization.k8s.io/RoleBinding', 'rbac.authorization.k8s.io/rolebindings'),
  ],
  [
    'rbac.authorization.k8s.io/ClusterRoleBinding',
    {
      assetType: 'rbac.authorization.k8s.io/ClusterRoleBinding',
      path: 'rbac.authorization.k8s.io/clusterrolebindings',
      isNamespaced: false,
    },
  ],
]);

function namespaced(assetType: string, path: string): Kind {
  return { assetType, path, isNamespaced: true };
}

export function groupOf(object: Fields): string {
  const [group = '', version] = object.needText('apiVersion').split('/');
  return version === undefined ? '' : group;
}

/** The asset that an object is once applied to a cluster; undefined for kinds we do not watch, or when it has no name yet. */
export function assetOf(
  object: Fields,
  cluster: string,
): { readonly assetType: string; readonly name: string } | 'not watched' | 'no name' {
  const kind = KINDS.get(`${groupOf(object)}/${object.needText('kind')}`);
  if (kind === undefined) return 'not watched';
  const metadata = object.object('metadata');
  const name = metadata?.text('name');
  if (name === undefined) return 'no name';
  const namespace = kind.isNamespaced ? `namespaces/${metadata?.text('namespace') ?? 'default'}/` : '';
  return {
    assetType: kind.assetType,
    name: `//container.googleapis.com/${cluster}/k8s/${namespace}${kind.path}/${name}`,
  };
}
