import { type AssetName, resourceKind } from '../model/asset.ts';
import { SEVERITIES, type Severity } from '../model/finding.ts';
import { type Condition, conditionKey, type Grant } from '../model/grant.ts';
import { isGoogleManaged, ksaText, type Principal } from '../model/principal.ts';
import { type Captures, fillCaptures, hasCaptures } from './captures.ts';
import { globMatches, isGlob } from './glob.ts';
import type { AllowedGrant, DeclaredIdentity, ForbiddenRoles, Policy } from './policy.ts';
import { matchesResource } from './resource-pattern.ts';

/** As answers about roles are: `unknown` is never taken for `no`. */
type Answer = 'yes' | 'no' | 'unknown';

/** What names alone do not tell of a grant; whoever has the roles' permissions and the time at hand answers. */
export interface GrantJudge {
  /** Whether all that a role permits is among these permissions. */
  within(role: string, permissions: readonly string[]): Answer;
  /** Whether a condition keeps anything out: one that is always true is none. */
  narrows(condition: Condition): boolean;
}

export type AllowedVerdict =
  | { readonly kind: 'allowed'; readonly by: AllowedGrant }
  /** The permissions that are allowed here may cover the role: what it permits is not known. */
  | { readonly kind: 'unknown'; readonly by: AllowedGrant }
  /** The role is allowed here only under a condition that the grant does not have. */
  | { readonly kind: 'condition-missing'; readonly by: AllowedGrant }
  | { readonly kind: 'no' };

/**
 * Whether any of `entries` allows a grant, by the name of the role or because all that it permits is listed. `names` gives every spelling of a
 * resource. An `on` with captures matches only when `captures` says what they stand for: for a KSA its own name and namespace, for an
 * account what `capturesOf` gives.
 */
export function allowedGrant(
  entries: readonly DeclaredIdentity[],
  grant: { readonly role: string; readonly resource: AssetName; readonly condition?: Condition },
  names: (resource: AssetName) => readonly string[],
  captures: Captures | undefined,
  judge: GrantJudge,
): AllowedVerdict {
  const all = entries.flatMap(({ allow }) =>
    allow.filter(({ role }) => role === undefined || role === grant.role),
  );
  if (all.length === 0) return { kind: 'no' };
  const spellings = names(grant.resource);
  const verdicts = all
    .filter(({ on }) => isOn(on, spellings, captures))
    .map((item) => verdictOf(item, grant, judge));
  for (const kind of ['allowed', 'unknown', 'condition-missing'] as const) {
    const found = verdicts.find((verdict) => verdict.kind === kind);
    if (found !== undefined) return found;
  }
  return { kind: 'no' };
}

/** What one item says of a grant on a resource that it speaks of. */
function verdictOf(
  by: AllowedGrant,
  { role, condition }: { readonly role: string; readonly condition?: Condition },
  judge: GrantJudge,
): AllowedVerdict {
  const covers = by.role === undefined ? judge.within(role, by.permissions) : 'yes';
  const meets = meetsCondition(by, condition, judge);
  if (covers === 'no' || (covers === 'unknown' && !meets)) return { kind: 'no' };
  if (!meets) return { kind: 'condition-missing', by };
  return { kind: covers === 'yes' ? 'allowed' : 'unknown', by };
}

function isOn(on: string, spellings: readonly string[], captures: Captures | undefined): boolean {
  if (!hasCaptures(on)) return matchesResource(on, spellings);
  const filled = captures && fillCaptures(on, captures);
  return filled !== undefined && matchesResource(filled, spellings);
}

function meetsCondition({ condition }: AllowedGrant, had: Condition | undefined, judge: GrantJudge): boolean {
  if (condition === undefined) return true;
  const key = conditionKey(had);
  return condition === 'required'
    ? had !== undefined && key !== '' && judge.narrows(had)
    : key === conditionKey({ expression: condition });
}

/** What of a rule a role comes under without being named: the place of which role it takes, or what it permits. */
export type ForbiddenAs =
  | { readonly kind: 'role'; readonly role: string }
  | { readonly kind: 'permission'; readonly permission: string };

export type ForbiddenVerdict =
  /** `as` is absent where the rule names the role, or the member alone. */
  | { readonly kind: 'forbidden'; readonly by: ForbiddenRoles; readonly as?: ForbiddenAs }
  /** What the role permits is not known: it may come under the rule. */
  | { readonly kind: 'unknown'; readonly by: ForbiddenRoles; readonly as: ForbiddenAs };

/** What the names of roles do not tell of them. */
export interface RoleJudge {
  /** Whether a role permits what a forbidden one is forbidden for. */
  amountsTo(role: string, forbidden: string): Answer;
  permits(role: string, permission: string): Answer;
}

/**
 * The forbidden-role rule that a grant breaks; of several the one with the worst severity (a rule without one counts as high), and one that
 * it surely breaks before one that it may break. Rules by role alone speak of service accounts, KSAs and federated identities, but not of
 * accounts that Google runs. Names with globs are names alone.
 */
export function forbiddenVerdict(
  policy: Policy,
  grant: Grant,
  judge: RoleJudge,
): ForbiddenVerdict | undefined {
  const verdicts = policy.forbiddenRoles
    .toSorted((a, b) => rank(a.severity) - rank(b.severity))
    .flatMap((rule) => forbiddenUnder(rule, grant, judge) ?? []);
  return verdicts.find(({ kind }) => kind === 'forbidden') ?? verdicts[0];
}

function forbiddenUnder(by: ForbiddenRoles, grant: Grant, judge: RoleJudge): ForbiddenVerdict | undefined {
  const { roles, permissions, principals, at } = by;
  const isAnyRole = roles.length + permissions.length === 0;
  if (isAnyRole && principals.length === 0) return undefined;
  if (at.length > 0 && !at.includes(resourceKind(grant.resource))) return undefined;
  if (!(principals.length === 0 ? isWorkload(grant.principal) : isMember(principals, grant)))
    return undefined;
  if (isAnyRole || roles.some((role) => globMatches(role, grant.role, { crossing: true })))
    return { kind: 'forbidden', by };
  const answers: readonly { readonly as: ForbiddenAs; readonly answer: Answer }[] = [
    ...roles
      .filter((role) => !isGlob(role))
      .map((role) => ({ as: { kind: 'role' as const, role }, answer: judge.amountsTo(grant.role, role) })),
    ...permissions.map((permission) => ({
      as: { kind: 'permission' as const, permission },
      answer: judge.permits(grant.role, permission),
    })),
  ];
  const sure = answers.find(({ answer }) => answer === 'yes');
  if (sure !== undefined) return { kind: 'forbidden', by, as: sure.as };
  const unsure = answers.find(({ answer }) => answer === 'unknown');
  return unsure === undefined ? undefined : { kind: 'unknown', by, as: unsure.as };
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
