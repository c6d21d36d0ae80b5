import { isForbidden } from '../detectors/allowance.ts';
import { becoming } from '../detectors/become.ts';
import { isWideLink } from '../detectors/grant-facts.ts';
import type { GrantFact } from '../inventory/facts.ts';
import type { View } from '../inventory/view.ts';
import { resourceLabel, serviceAccountOf } from '../model/asset.ts';
import { conditionKey } from '../model/grant.ts';
import { matchesResource } from '../policy/match.ts';
import type { Policy } from '../policy/policy.ts';
import { isExpression, isResourceName, isRoleName } from './declarable.ts';
import { sortedBy } from './sorted.ts';

export interface AllowDraft {
  readonly role: string;
  readonly on: string;
  readonly condition: string | undefined;
}

/**
 * The items of `allow` that say what an identity holds today. Left out is what nobody should declare in passing: forbidden roles, roles that
 * make their holder every account below a project, or another account. Those stay findings, and become exceptions with an end.
 */
export function allowOf(
  grants: readonly GrantFact[],
  gsa: string | undefined,
  view: View,
  policy: Policy,
): readonly AllowDraft[] {
  const drafts = grants
    .filter((fact) => !isDangerous(fact, gsa, view, policy))
    .flatMap((fact) => allowDraft(fact, view) ?? []);
  const all = sortedBy(drafts, ({ on, role, condition }) => [role, on, condition ?? ''].join('\n'));
  // Without a condition an item holds with any: the same one with a condition says nothing more.
  return all.filter(
    ({ role, on, condition }) =>
      condition === undefined ||
      !all.some((item) => item.role === role && item.on === on && item.condition === undefined),
  );
}

function isDangerous({ grant }: GrantFact, gsa: string | undefined, view: View, policy: Policy): boolean {
  if (isForbidden(grant, view, policy) || isWideLink(grant)) return true;
  const account = serviceAccountOf(grant.resource);
  if (account === undefined || becoming(grant.role, view) === 'no') return false;
  // An account that signs for itself becomes nobody else.
  return gsa === undefined || view.account(account).email !== gsa;
}

function allowDraft({ grant }: GrantFact, view: View): AllowDraft | undefined {
  const on = nameOf(grant.resource, view);
  if (on === undefined || !isRoleName(grant.role)) return undefined;
  const expression = conditionKey(grant.condition);
  const condition = expression === '' ? undefined : isExpression(expression) ? expression : 'required';
  return { role: grant.role, on, condition };
}

/** A resource in the policy's words; `undefined` when they cannot name it, and nothing else. */
export function nameOf(resource: string, view: View): string | undefined {
  const account = serviceAccountOf(resource);
  const email = account === undefined ? undefined : view.account(account).email;
  const name = email === undefined ? resourceLabel(view.canonical(resource)) : `serviceAccount:${email}`;
  return isResourceName(name) && matchesResource(name, view.spellings(resource)) ? name : undefined;
}
