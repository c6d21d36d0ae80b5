import { type AssetName, resourceKind } from '../model/asset.ts';
import { SEVERITIES, type Severity } from '../model/finding.ts';
import { type Condition, conditionKey, type Grant } from '../model/grant.ts';
import { isGoogleManaged, ksaText, type Principal } from '../model/principal.ts';
import { type Captures, fillCaptures, hasCaptures } from './captures.ts';
import { globMatches } from './glob.ts';
import type { AllowedGrant, DeclaredIdentity, ForbiddenRoles, Policy } from './policy.ts';
import { matchesResource } from './resource-pattern.ts';

export type AllowedVerdict =
  | { readonly kind: 'allowed'; readonly by: AllowedGrant }
  /** The role is allowed here only under a condition that the grant does not have. */
  | { readonly kind: 'condition-missing'; readonly by: AllowedGrant }
  | { readonly kind: 'no' };

/**
 * Whether any of `entries` allows a grant. `names` gives every spelling of a resource. An `on` with captures matches only when
 * `captures` says what they stand for: for a KSA its own name and namespace, for an account what `capturesOf` gives.
 */
export function allowedGrant(
  entries: readonly DeclaredIdentity[],
  grant: { readonly role: string; readonly resource: AssetName; readonly condition?: Condition },
  names: (resource: AssetName) => readonly string[],
  captures?: Captures,
): AllowedVerdict {
  const ofRole = entries.flatMap(({ allow }) => allow.filter(({ role }) => role === grant.role));
  if (ofRole.length === 0) return { kind: 'no' };
  const spellings = names(grant.resource);
  const here = ofRole.filter(({ on }) => isOn(on, spellings, captures));
  const allowed = here.find((item) => meetsCondition(item, grant.condition));
  if (allowed) return { kind: 'allowed', by: allowed };
  const [missed] = here;
  return missed ? { kind: 'condition-missing', by: missed } : { kind: 'no' };
}

function isOn(on: string, spellings: readonly string[], captures: Captures | undefined): boolean {
  if (!hasCaptures(on)) return matchesResource(on, spellings);
  const filled = captures && fillCaptures(on, captures);
  return filled !== undefined && matchesResource(filled, spellings);
}

function meetsCondition({ condition }: AllowedGrant, had: Condition | undefined): boolean {
  if (condition === undefined) return true;
  const key = conditionKey(had);
  return condition === 'required' ? key !== '' : key === conditionKey({ expression: condition });
}

/**
 * The forbidden-role rule that a grant breaks; of several the one with the worst severity (a rule without one counts as high).
 * Rules by role alone speak of service accounts, KSAs and federated identities, but not of accounts that Google runs.
 */
export function forbiddenBy(policy: Policy, grant: Grant): ForbiddenRoles | undefined {
  const broken = policy.forbiddenRoles.filter((rule) => forbids(rule, grant));
  return broken.toSorted((a, b) => rank(a.severity) - rank(b.severity))[0];
}

function forbids(rule: ForbiddenRoles, grant: Grant): boolean {
  const { roles, principals, at } = rule;
  if (roles.length === 0 && principals.length === 0) return false;
  const isThere = at.length === 0 || at.includes(resourceKind(grant.resource));
  const isRole =
    roles.length === 0 || roles.some((role) => globMatches(role, grant.role, { crossing: true }));
  return (
    isThere && isRole && (principals.length === 0 ? isWorkload(grant.principal) : isMember(principals, grant))
  );
}

const WORKLOADS: ReadonlySet<Principal['kind']> = new Set([
  'gsa',
  'gsa-id',
  'ksa',
  'ksa-uid',
  'ksa-set',
  'federated',
  'federated-set',
  'service-accounts-of',
]);

function isWorkload(principal: Principal): boolean {
  return WORKLOADS.has(principal.kind) && !isGoogleManaged(principal);
}

function isMember(patterns: readonly string[], { member, principal }: Grant): boolean {
  const texts = [member, ...otherSpellings(member, principal)];
  return patterns.some((pattern) => texts.some((text) => globMatches(pattern, text, { crossing: true })));
}

/** E-mails are the same in any case, and one KSA has two spellings: neither may slip through. */
function otherSpellings(member: string, principal: Principal): readonly string[] {
  if (principal.kind === 'ksa') return [`serviceAccount:${ksaText(principal)}`];
  if (principal.kind !== 'gsa' && principal.kind !== 'user' && principal.kind !== 'group') return [];
  return [`${member.slice(0, member.indexOf(':'))}:${principal.email}`];
}

function rank(severity: Severity | undefined): number {
  return SEVERITIES.indexOf(severity ?? 'high');
}
