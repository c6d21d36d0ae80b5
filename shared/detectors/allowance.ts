import type { GrantFact } from '../inventory/facts.ts';
import type { View } from '../inventory/view.ts';
import { serviceAccountOf } from '../model/asset.ts';
import { conditionKey, type Grant } from '../model/grant.ts';
import { isGoogleManaged } from '../model/principal.ts';
import { type Captures, fillCaptures } from '../policy/captures.ts';
import { globMatches } from '../policy/glob.ts';
import {
  type AllowedVerdict,
  allowedGrant,
  capturesOf,
  type ForbiddenVerdict,
  forbiddenVerdict,
  type GrantJudge,
  poolOf,
} from '../policy/match.ts';
import type { AllowedGrant, DeclaredIdentity, Policy } from '../policy/policy.ts';
import { ESCALATING } from '../roles/escalation.ts';
import { PermissionSet, Vocabulary } from '../roles/permission-set.ts';
import { type Answer, isForServiceAgents, isPredefined, isWithin, permits } from '../roles/role.ts';
import { WORKLOAD_IDENTITY_USER } from './edge-facts.ts';
import { entriesFor, ksaOf, resourceWords } from './grant-facts.ts';
import type { KsaSet } from './pool-facts.ts';

/** The best that the entries say of a grant of a KSA or an account: by the role's name, or because they list all that it permits. */
export function allowance(entries: readonly DeclaredIdentity[], grant: Grant, view: View): AllowedVerdict {
  const { principal } = grant;
  const ksa = ksaOf(principal, view);
  if (ksa !== undefined) return allowed(entries, grant, { ksa: ksa.name, namespace: ksa.namespace }, view);
  // An account may stand for several KSAs of a glob; what its entry allows to any of them, the account may hold.
  const email = principal.kind === 'gsa' ? principal.email : '';
  const answers = entries.flatMap((entry) =>
    capturesOf(entry, email).map((captures) => allowed([entry], grant, captures, view)),
  );
  return BEST.map((kind) => answers.find((answer) => answer.kind === kind)).find(Boolean) ?? { kind: 'no' };
}

const BEST = ['allowed', 'unknown', 'condition-missing'] as const;

/** Under which condition the policy allows a grant, and which it has: a sentence. */
export function conditionMissing({ condition }: AllowedGrant, { condition: had }: Grant): string {
  const wanted = condition === 'required' ? 'with a condition' : `if ${condition}`;
  const key = conditionKey(had);
  const has =
    key === ''
      ? 'has none'
      : `has ${condition === 'required' ? 'one that is always true' : 'another'}: ${had?.expression}`;
  return `The policy allows this role here only ${wanted}; the grant ${has}.`;
}

/** The entries that expect the grants of a set of KSAs in this very form, and allow this one. */
export function declarersOfSet(
  principal: KsaSet,
  grant: Grant,
  view: View,
  policy: Policy,
): readonly DeclaredIdentity[] {
  if (!isOwnCluster(principal, policy)) return [];
  const { set, pool } = principal;
  const namespace = set.of === 'namespace' ? set.namespace : undefined;
  const captures = { ksa: undefined, namespace };
  return policy.identities.filter(
    (entry) =>
      entry.grantForm === set.of &&
      entry.identities.some(
        (pattern) =>
          pattern.pool === pool && (namespace === undefined || globMatches(pattern.namespace, namespace)),
      ) &&
      (allowed([entry], grant, captures, view).kind === 'allowed' ||
        isLinkOf(entry.gsa && fillCaptures(entry.gsa, captures), grant, view)),
  );
}

/** The policy says which clusters of a pool it means; a set of another one is nobody's. */
function isOwnCluster({ pool, set }: KsaSet, policy: Policy): boolean {
  const clusters = poolOf(policy, pool)?.clusters ?? [];
  return set.of !== 'cluster' || clusters.length === 0 || clusters.includes(set.cluster);
}

/** On the account itself the entry's `gsa` is the declaration: workloadIdentityUser in this form is its binding. */
function isLinkOf(gsa: string | undefined, grant: Grant, view: View): boolean {
  return (
    gsa !== undefined &&
    grant.role === WORKLOAD_IDENTITY_USER &&
    resourceWords(grant.resource, view).email === gsa
  );
}

/** Whether the policy allows a grant to whoever holds it; of those we keep no watch over it says nothing. */
export function isDeclared({ grant }: GrantFact, view: View, policy: Policy): boolean {
  if (grant.principal.kind === 'ksa-set')
    return declarersOfSet(grant.principal, grant, view, policy).length > 0;
  const entries = entriesFor(grant.principal, view, policy);
  return entries !== undefined && allowance(entries, grant, view).kind === 'allowed';
}

/** The rule of forbiddenRoles that a grant breaks, or may break. */
export function forbiddenGrant(grant: Grant, view: View, policy: Policy): ForbiddenVerdict | undefined {
  // A rule against a narrower way to be an account is none against the binding that makes a workload of it: that one is named, or declared.
  const isLink = grant.role === WORKLOAD_IDENTITY_USER && serviceAccountOf(grant.resource) !== undefined;
  return forbiddenVerdict(policy, grant, {
    amountsTo: (role, forbidden) => (isLink ? 'no' : amountsTo(role, forbidden, view)),
    permits: (role, permission) => permits(view.role(role), permission),
  });
}

/** Whether a grant is forbidden, as far as that is known: by a rule, or because its role is for Google's own accounts. */
export function isForbidden(grant: Grant, view: View, policy: Policy): boolean {
  return forbiddenGrant(grant, view, policy)?.kind === 'forbidden' || isAgentsRole(grant);
}

/** Who runs as an account of Google's is Google; of anybody else nobody can say why they should hold such a role. */
export function isAgentsRole({ role, principal }: Grant): boolean {
  return (
    isForServiceAgents(role) &&
    !FOR_CUSTOMERS.has(role) &&
    !isGoogleManaged(principal) &&
    principal.kind !== 'deleted' &&
    principal.kind !== 'unknown'
  );
}

/** Called like one, and made for the accounts of customers' nodes (cloud.google.com/iam/docs/understanding-roles). */
const FOR_CUSTOMERS: ReadonlySet<string> = new Set(['roles/container.defaultNodeServiceAgent']);

function allowed(
  entries: readonly DeclaredIdentity[],
  grant: Grant,
  captures: Captures,
  view: View,
): AllowedVerdict {
  return allowedGrant(entries, grant, (name) => view.spellings(name), captures, judgeOf(grant, view));
}

function judgeOf(grant: Grant, view: View): GrantJudge {
  return {
    within: (role, permissions) =>
      isWithin(view.role(role), PermissionSet.of(new Vocabulary(permissions), permissions)),
    narrows: (condition) => view.conditionOf({ ...grant, condition }).kind !== 'always',
  };
}

/**
 * Whether a role can take the place of a forbidden one: it permits all that one permits, or each way in which that one lets its holder become
 * an account, give out roles or take guards away. Not even Google lets a custom role hold all of roles/editor: the ways are what counts.
 */
function amountsTo(name: string, forbidden: string, view: View): Answer {
  const [role, other] = [view.role(name), view.role(forbidden)];
  if (other === undefined) return 'no';
  const ways = other.permissions.which(ESCALATING);
  const isKnown = ways.length > 0 || (other.complete && other.permissions.size > 0);
  if (!isKnown) return 'no';
  const wanted = ways.length > 0 ? ways : other.permissions.names();
  const answer = all(wanted.map((permission) => permits(role, permission)));
  // What the built-in table does not tell of Google's own roles, their names do.
  return answer === 'unknown' && isPredefined(name) ? 'no' : answer;
}

function all(answers: readonly Answer[]): Answer {
  if (answers.includes('no')) return 'no';
  return answers.includes('unknown') ? 'unknown' : 'yes';
}
