import type { GrantFact } from '../inventory/facts.ts';
import type { Identity } from '../inventory/identity.ts';
import type { Step } from '../inventory/reach.ts';
import type { View } from '../inventory/view.ts';
import { projectOfEmail, serviceAccountName } from '../model/asset.ts';
import { conditionKey } from '../model/grant.ts';
import { principalKey, principalLabel } from '../model/principal.ts';
import type { Policy } from '../policy/policy.ts';
import { wordsOf } from './escalation-goals.ts';
import { ownerOfPrincipal, resourceWords } from './grant-facts.ts';

/** `become admin@acme-prod: roles/iam.serviceAccountTokenCreator on serviceAccount:admin@acme-prod (iam.serviceAccounts.getAccessToken)`. */
export function stepText({ to, by, permissions }: Step, view: View): string {
  return `${wordsOf(to, view)}: ${by.map((fact) => grantText(fact, view)).join(' with ')} (${permissions.join(', ')})`;
}

export function grantText({ grant }: GrantFact, view: View): string {
  const condition = conditionKey(grant.condition);
  const { label } = resourceWords(grant.resource, view);
  return `${grant.role} of ${principalLabel(grant.principal)} on ${label}${condition === '' ? '' : ` if ${condition}`}`;
}

/** What findings on what an identity can become have in common. */
export function identityWords(identity: Identity, member: string, view: View, policy: Policy) {
  const owner = ownerOfPrincipal(identity, view, policy);
  const common = {
    subject: principalKey(identity),
    identity: principalLabel(identity),
    member,
    before: [],
    ...(owner === undefined ? {} : { owner }),
  };
  if (identity.kind === 'gsa') {
    const resource = serviceAccountName(view.accountId(identity.email));
    const home = projectOfEmail(identity.email);
    return {
      ...common,
      resource,
      account: identity.email,
      ...(home === undefined ? {} : { project: view.projectId(home) }),
    };
  }
  const namespace =
    identity.kind === 'ksa'
      ? identity.namespace
      : identity.set.of === 'namespace'
        ? identity.set.namespace
        : undefined;
  return {
    ...common,
    resource: `//iam.googleapis.com/projects/-/locations/global/workloadIdentityPools/${identity.pool}`,
    project: identity.pool.split('.svc.id.')[0]!,
    ...(namespace === undefined ? {} : { namespace }),
    ...(identity.kind === 'ksa'
      ? { ksa: { pool: identity.pool, namespace: identity.namespace, name: identity.name } }
      : {}),
  };
}
