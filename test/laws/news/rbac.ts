/** Who holds which role in clusters: role bindings, and what the roles permit. */
import fc from 'fast-check';
import type { Observation } from '../../../shared/model/observation.ts';
import { account, cluster, ksaName, namespace, type SeenThen, seen, seenOf } from './names.ts';

const SOME_NAMESPACE = fc.oneof(namespace, fc.constant(''));
const ROLE_NAME = fc.constantFrom('deployer', 'edit');

const subject = fc.oneof(
  fc.constantFrom(
    'User/jane@acme.example',
    'Group/devs@acme.example',
    'Group/system:authenticated',
    'Group/system:masters',
    'User/tf@acme-iac.iam.gserviceaccount.com',
    'ServiceAccount/argocd/argocd-application-controller',
  ),
  ksaName.map((name) => `ServiceAccount/${name}`),
  account.map(({ email }) => `User/${email}`),
  account.map(({ id }) => `User/${'1'.repeat(17)}${id}`),
);

const rules = fc
  .subarray([
    'create core pods',
    'create core serviceaccounts/token api',
    'get core secrets',
    'get core pods',
    'create core serviceaccounts',
    '* * *',
  ])
  .map((lines) => lines.toSorted().join('\n'));

function placed(cluster: string, namespace: string, plural: string, name: string, seen: SeenThen) {
  const within = namespace === '' ? '' : `namespaces/${namespace}/`;
  const scope = namespace === '' ? 'cluster' : '';
  return seenOf(
    `//container.googleapis.com/${cluster}/k8s/${within}rbac.authorization.k8s.io/${scope}${plural}/${name}`,
    seen,
  );
}

const bindingSeen = fc
  .record({
    cluster,
    namespace: SOME_NAMESPACE,
    name: fc.constantFrom('deployers', 'admins'),
    role: fc.constantFrom('ClusterRole/edit', 'ClusterRole/deployer', 'Role/deployer', 'ClusterRole/view'),
    subjects: fc.uniqueArray(subject, { maxLength: 2 }),
    seen,
  })
  .map(
    ({ cluster, namespace, name, role, subjects, seen }): Observation => ({
      kind: 'resource',
      ...placed(cluster, namespace, 'rolebindings', name, seen),
      facts: {
        type: 'role-binding',
        cluster,
        namespace,
        name,
        role: namespace === '' ? role.replace(/^Role/, 'ClusterRole') : role,
        subjects: subjects.toSorted().join('\n'),
      },
      whole: true,
    }),
  );

const bindingGone = fc.tuple(cluster, SOME_NAMESPACE, seen).map(
  ([cluster, namespace, seen]): Observation => ({
    kind: 'gone',
    type: 'role-binding',
    ...placed(cluster, namespace, 'rolebindings', 'deployers', seen),
  }),
);

const roleSeen = fc
  .record({ cluster, namespace: SOME_NAMESPACE, name: ROLE_NAME, rules, seen, isGone: fc.boolean() })
  .map(({ cluster, namespace, name, rules, seen, isGone }): Observation => {
    const where = placed(cluster, namespace, 'roles', name, seen);
    return isGone
      ? { kind: 'gone', type: 'kubernetes-role', ...where }
      : {
          kind: 'resource',
          ...where,
          facts: { type: 'kubernetes-role', cluster, namespace, name, rules },
          whole: true,
        };
  });

export const rbacTold = fc.oneof(
  { weight: 4, arbitrary: bindingSeen },
  { weight: 1, arbitrary: bindingGone },
  { weight: 3, arbitrary: roleSeen },
);
