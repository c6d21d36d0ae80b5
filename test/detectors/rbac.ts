/** What is bound to whom in the clusters of the detectors' tests. */
import type { Observation, Source } from '../../shared/model/observation.ts';
import { ruleText } from '../../shared/model/rbac.ts';
import type { Nanos } from '../../shared/model/time.ts';
import { ANCESTORS, CLUSTER, t } from '../world.ts';

interface Told {
  readonly cluster?: string;
  readonly time?: Nanos;
  readonly source?: Source;
}

/** The asset of a role binding, or role: `rbacAsset('rolebindings', 'payments/deployers')`; of the whole cluster without a namespace. */
export function rbacAsset(plural: string, name: string, cluster = CLUSTER): string {
  const [namespace, short] = name.includes('/') ? name.split('/') : ['', name];
  const within = namespace === '' ? '' : `namespaces/${namespace}/`;
  return `//container.googleapis.com/${cluster}/k8s/${within}rbac.authorization.k8s.io/${plural}/${short}`;
}

/** `roleBinding('payments/deployers', 'ClusterRole/edit', 'User/jane@acme.example')`; without a namespace a ClusterRoleBinding. */
export function roleBinding(
  name: string,
  role: string,
  subjects: string | readonly string[],
  { cluster = CLUSTER, ...when }: Told = {},
): Observation {
  const [namespace, short] = name.includes('/') ? name.split('/') : ['', name];
  const plural = namespace === '' ? 'clusterrolebindings' : 'rolebindings';
  return {
    kind: 'resource',
    asset: rbacAsset(plural, name, cluster),
    ...seen(when),
    facts: {
      type: 'role-binding',
      cluster,
      namespace: namespace!,
      name: short!,
      role,
      subjects: [subjects].flat().toSorted().join('\n'),
    },
    whole: true,
  };
}

/** `kubernetesRole('payments/debug', 'create core pods/exec', 'get core pods')`: verbs, groups, resources and, where they are named, objects. */
export function kubernetesRole(
  name: string,
  rules: readonly string[],
  { cluster = CLUSTER, ...when }: Told = {},
): Observation {
  const [namespace, short] = name.includes('/') ? name.split('/') : ['', name];
  const plural = namespace === '' ? 'clusterroles' : 'roles';
  const texts = rules.map((rule) => {
    const [verbs = '', groups = '', resources = '', names] = rule.split(' ');
    return ruleText({
      verbs: verbs.split(','),
      groups: groups.split(','),
      resources: resources.split(','),
      names: names?.split(',') ?? [],
    });
  });
  return {
    kind: 'resource',
    asset: rbacAsset(plural, name, cluster),
    ...seen(when),
    facts: {
      type: 'kubernetes-role',
      cluster,
      namespace: namespace!,
      name: short!,
      rules: texts.toSorted().join('\n'),
    },
    whole: true,
  };
}

function seen({ time = t(0), source = 'scan' }: Told) {
  return { time, source, ancestors: ANCESTORS };
}
