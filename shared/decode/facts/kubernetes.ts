import { clusterOf } from '../../model/asset.ts';
import type { Facts } from '../../model/observation.ts';
import { ruleText } from '../../model/rbac.ts';
import { parseTime } from '../../model/time.ts';
import { type Fields, formattedTime } from '../fields.ts';
import { present } from '../present.ts';
import { objectMark } from './managed-by.ts';
import { ownerIn } from './owner.ts';
import type { Resource } from './resource.ts';

const ANNOTATION = 'iam.gke.io/gcp-service-account';

export function kubernetesServiceAccountFacts({ asset, data }: Resource): Facts {
  const [, namespace, name] = /\/k8s\/namespaces\/([^/]+)\/serviceaccounts\/([^/]+)$/i.exec(asset) ?? [];
  const metadata = data?.object('metadata');
  return {
    type: 'kubernetes-service-account',
    ...present({
      cluster: clusterOf(asset),
      namespace: namespace ?? metadata?.text('namespace'),
      name: name ?? metadata?.text('name'),
      uid: metadata?.text('uid'),
      // No metadata is no word about annotations; metadata without annotations is the word that there are none.
      annotation: metadata && (metadata.object('annotations')?.text(ANNOTATION) ?? ''),
      createdAt: formattedTime(parseTime(metadata?.textIfAny('creationTimestamp') ?? '')),
      owner: ownerIn(metadata),
      managedBy: objectMark(metadata),
    }),
  };
}

export function namespaceFacts({ asset, data }: Resource): Facts {
  const metadata = data?.object('metadata');
  return {
    type: 'namespace',
    ...present({
      cluster: clusterOf(asset),
      name: /\/k8s\/namespaces\/([^/]+)$/.exec(asset)?.[1] ?? metadata?.text('name'),
      uid: metadata?.text('uid'),
      owner: ownerIn(metadata),
    }),
  };
}

/** A ClusterRoleBinding lies in no namespace, which its facts say with an empty one. */
export function roleBindingFacts({ asset, data }: Resource): Facts {
  const metadata = data?.object('metadata');
  const namespaced = /\/k8s\/namespaces\/([^/]+)\//.exec(asset)?.[1];
  const role = data?.object('roleRef');
  return {
    type: 'role-binding',
    ...present({
      cluster: clusterOf(asset),
      namespace: namespaced ?? metadata?.text('namespace') ?? '',
      name: /\/(?:cluster)?rolebindings\/([^/]+)$/i.exec(asset)?.[1] ?? metadata?.text('name'),
      role: role && `${role.needText('kind')}/${role.needText('name')}`,
      // Bindings need no subjects: where there are none, that is what the object says. A stub without its role says nothing.
      subjects: role && subjectsOf(data),
    }),
  };
}

/** Role and ClusterRole: what lies in no namespace says so with an empty one. Of a ClusterRole made of others the stored rules are the sum. */
export function kubernetesRoleFacts({ asset, data }: Resource): Facts {
  const metadata = data?.object('metadata');
  const namespaced = /\/k8s\/namespaces\/([^/]+)\//.exec(asset)?.[1];
  return {
    type: 'kubernetes-role',
    ...present({
      cluster: clusterOf(asset),
      namespace: namespaced ?? metadata?.text('namespace') ?? '',
      name: /\/(?:cluster)?roles\/([^/]+)$/i.exec(asset)?.[1] ?? metadata?.text('name'),
      // Kubernetes leaves out empty lists: an object without rules permits nothing. A stub without metadata says nothing.
      rules: metadata || data?.has('rules') ? rulesOf(data) : undefined,
    }),
  };
}

/** Rules for paths that are no resources (`/healthz`) let nobody become anybody. */
function rulesOf(data: Fields | undefined): string {
  const rules = (data?.objects('rules') ?? []).filter((rule) => rule.has('resources'));
  const texts = rules.map((rule) =>
    ruleText({
      verbs: rule.texts('verbs'),
      groups: rule.texts('apiGroups').map((group) => (group === '' ? 'core' : group)),
      resources: rule.texts('resources'),
      names: rule.texts('resourceNames'),
    }),
  );
  return [...new Set(texts)].sort().join('\n');
}

/** Sorted, so that the order in which somebody wrote them is no change. */
function subjectsOf(data: Fields | undefined): string {
  return (data?.objects('subjects') ?? [])
    .map((subject) => {
      const kind = subject.needText('kind');
      const name = subject.needText('name');
      const whole = kind === 'ServiceAccount' ? `${subject.text('namespace') ?? ''}/${name}` : name;
      // The names of users and groups are free text: a line break in one must not read as a second subject.
      return `${kind}/${whole}`.replace(/[\r\n]+/g, ' ');
    })
    .sort()
    .join('\n');
}

/** Marked for deletion: it stays only until its finalizers are through, and its end writes no entry of its own. */
export function isTerminating(data: Fields | undefined): boolean {
  return data?.objectIfAny('metadata')?.has('deletionTimestamp') === true;
}
