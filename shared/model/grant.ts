import type { AssetName } from './asset.ts';
import { type Principal, parseMember, principalKey } from './principal.ts';

/** An IAM condition as it stands in a binding. */
export interface Condition {
  readonly expression: string;
  readonly title?: string;
}

/** One member of one binding on one resource, its condition included: the grain of IAM's own `BindingDelta`. */
export interface Grant {
  readonly resource: AssetName;
  readonly role: string;
  readonly principal: Principal;
  /** The member as the policy spells it, for commands that must repeat it to the letter. */
  readonly member: string;
  readonly condition?: Condition;
}

export interface GrantChange {
  readonly action: 'add' | 'remove';
  readonly grant: Grant;
}

export function grantOf(resource: AssetName, role: string, member: string, condition?: Condition): Grant {
  const grant = { resource, role, member, principal: parseMember(member) };
  return condition === undefined ? grant : { ...grant, condition };
}

/** Conditions are equal when their expressions are, white space aside; a title is only a label. */
export function conditionKey(condition: Condition | undefined): string {
  return condition === undefined ? '' : condition.expression.replace(/\s+/g, ' ').trim();
}

/** Equal for equal grants, in whatever spelling the member came. */
export function grantKey(grant: Grant): string {
  return [grant.resource, grant.role, principalKey(grant.principal), conditionKey(grant.condition)].join('|');
}

/** Roles that let their holder act as a service account: holding one on a GSA is one half of an edge (gcp-facts 5.1, 6.1). */
export const LINKING_ROLES: ReadonlySet<string> = new Set([
  'roles/iam.workloadIdentityUser',
  'roles/iam.serviceAccountTokenCreator',
]);
