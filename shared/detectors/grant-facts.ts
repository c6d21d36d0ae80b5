import type { GrantFact } from '../inventory/facts.ts';
import type { Account, View } from '../inventory/view.ts';
import { projectOf, projectOfEmail, resourceKind, resourceLabel, serviceAccountOf } from '../model/asset.ts';
import { conditionKey, type Grant } from '../model/grant.ts';
import { type KsaId, type Principal, principalKey, principalLabel, shortEmail } from '../model/principal.ts';
import { declaredFor, declaredForGsa, poolOf } from '../policy/match.ts';
import type { DeclaredIdentity, Policy } from '../policy/policy.ts';
import { grantCause } from './edge-facts.ts';

/** The resource as the policy would name it: accounts by e-mail, projects by id. */
export function resourceWords(
  resource: string,
  view: View,
): { readonly label: string; readonly email: string | undefined } {
  const account = serviceAccountOf(resource);
  if (account === undefined) return { label: resourceLabel(view.canonical(resource)), email: undefined };
  const { email } = view.account(account);
  return { label: `serviceAccount:${shortEmail(email ?? account)}`, email };
}

/** What the findings on one grant have in common. `subject` is who holds it. */
export function grantWords({ grant, ...fact }: GrantFact, view: View, policy: Policy) {
  const { label, email } = resourceWords(grant.resource, view);
  const holder = grant.principal;
  const ksa = ksaOf(holder, view);
  const owner = ownerOfPrincipal(holder, view, policy) ?? ownerOfAccount(email, policy);
  const project = projectOf(grant.resource) ?? (email === undefined ? undefined : projectOfEmail(email));
  const condition = conditionKey(grant.condition);
  return {
    subject: principalKey(holder),
    identity: principalLabel(holder),
    resource: grant.resource,
    role: grant.role,
    ...(condition === '' ? {} : { condition }),
    member: grant.member,
    ...(project === undefined ? {} : { project: view.projectId(project) }),
    ...(ksa === undefined ? {} : { namespace: ksa.namespace, ksa }),
    ...(holder.kind === 'ksa-set' && holder.set.of === 'namespace'
      ? { namespace: holder.set.namespace }
      : {}),
    ...(holder.kind === 'gsa' ? { account: holder.email } : email === undefined ? {} : { account: email }),
    ...(owner === undefined ? {} : { owner }),
    before: [] as readonly string[],
    after: [`${grant.role} on ${label} for ${grant.member}${condition === '' ? '' : ` if ${condition}`}`],
    cause: grantCause({ grant, ...fact }),
  };
}

function toKsa({ pool, namespace, name }: KsaId): KsaId {
  return { pool, namespace, name };
}

/** The KSA a principal is, named by itself or by the uid it has now. */
export function ksaOf(principal: Principal, view: View): KsaId | undefined {
  if (principal.kind === 'ksa') return toKsa(principal);
  return principal.kind === 'ksa-uid' ? view.ksaOfUid(principal.pool, principal.uid) : undefined;
}

export function ownerOfPrincipal(principal: Principal, view: View, policy: Policy): string | undefined {
  const ksa = ksaOf(principal, view);
  if (ksa !== undefined)
    return declaredFor(policy, ksa, {}).find((entry) => entry.owner !== undefined)?.owner;
  return principal.kind === 'gsa' ? ownerOfAccount(principal.email, policy) : undefined;
}

export function ownerOfAccount(email: string | undefined, policy: Policy): string | undefined {
  if (email === undefined) return undefined;
  return declaredForGsa(policy, email).find((entry) => entry.owner !== undefined)?.owner;
}

/** The pool a principal comes from, when it comes from one that mints workload identities. */
export function poolOfPrincipal(principal: Principal): string | undefined {
  switch (principal.kind) {
    case 'ksa':
    case 'ksa-uid':
    case 'ksa-set':
      return principal.pool;
    case 'federated':
    case 'federated-set':
      // Workforce pools are people's; they are no workload's identity.
      return principal.pool.includes('/workloadIdentityPools/') ? principal.pool : undefined;
    default:
      return undefined;
  }
}

/** The KSAs of trusted pools that can act as an account, or point at it. */
export function ksasLinkedTo(account: Account, view: View, policy: Policy): readonly KsaId[] {
  const byKey = new Map<string, KsaId>();
  for (const { grant } of view.linksOn(account)) {
    const { principal } = grant;
    if (principal.kind === 'ksa' && poolOf(policy, principal.pool) !== undefined)
      byKey.set(principalKey(principal), toKsa(principal));
  }
  for (const { cluster, namespace, name } of view.annotatedTo(account)) {
    const pool = view.poolOf(cluster);
    if (pool === undefined || poolOf(policy, pool) === undefined) continue;
    byKey.set(principalKey({ kind: 'ksa', pool, namespace, name }), { pool, namespace, name });
  }
  return [...byKey.values()];
}

/** Whether an account is one we keep watch over: declared for a KSA, or one that a KSA of a trusted pool is linked to. */
export function isWatched(account: Account, view: View, policy: Policy): boolean {
  if (account.email !== undefined && declaredForGsa(policy, account.email).length > 0) return true;
  return ksasLinkedTo(account, view, policy).length > 0;
}

/** The entries that speak for whoever holds a grant; `undefined` when nobody we keep watch over does. */
export function entriesFor(
  principal: Principal,
  view: View,
  policy: Policy,
): readonly DeclaredIdentity[] | undefined {
  if (principal.kind === 'ksa' || principal.kind === 'ksa-uid') {
    if (poolOf(policy, principal.pool) === undefined) return undefined;
    const ksa = ksaOf(principal, view);
    return ksa === undefined ? [] : declaredFor(policy, ksa, {});
  }
  if (principal.kind !== 'gsa') return undefined;
  const entries = declaredForGsa(policy, principal.email);
  if (entries.length > 0) return entries;
  return ksasLinkedTo(view.account(principal.email), view, policy).length > 0 ? [] : undefined;
}

/** A grant that lets its holder act as every account of a project, folder or organisation. */
export function isWideLink({ role, resource }: Grant): boolean {
  return (
    ['project', 'folder', 'organization'].includes(resourceKind(resource)) &&
    ['roles/iam.workloadIdentityUser', 'roles/iam.serviceAccountTokenCreator'].includes(role)
  );
}
