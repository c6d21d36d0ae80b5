import { entriesFor } from '../detectors/grant-facts.ts';
import type { GrantFact } from '../inventory/facts.ts';
import { serviceAccountOf } from '../model/asset.ts';
import { conditionKey, LINKING_ROLES } from '../model/grant.ts';
import { type Principal, principalLabel } from '../model/principal.ts';
import { allowedGrant, capturesOf } from '../policy/match.ts';
import type { DeclaredIdentity } from '../policy/policy.ts';
import { levelLabel } from './access.ts';
import type { HeldRole } from './explanation.ts';
import type { World } from './world.ts';

/** What any of these members holds, links to accounts aside: those are edges. */
export function heldBy(members: readonly Principal[], world: World): readonly GrantFact[] {
  return members
    .flatMap((member) => world.view.heldBy(member))
    .filter(
      ({ grant }) => !(LINKING_ROLES.has(grant.role) && serviceAccountOf(grant.resource) !== undefined),
    );
}

export function heldRole(fact: GrantFact, isOwn: boolean, world: World): HeldRole {
  const { grant, since, source } = fact;
  const condition = conditionKey(grant.condition);
  return {
    role: grant.role,
    on: levelLabel(grant.resource, world),
    ...(condition === '' ? {} : { condition }),
    ...(isOwn ? {} : { through: principalLabel(grant.principal) }),
    declared: declaredState(fact, world),
    since,
    source,
  };
}

/** Whether the policy allows a grant to whoever holds it. */
export function declaredState({ grant }: GrantFact, { view, policy }: World): HeldRole['declared'] {
  const entries = entriesFor(grant.principal, view, policy);
  if (entries === undefined) return 'not judged';
  const { principal } = grant;
  const names = (resource: string) => view.spellings(resource);
  const answers = entries.flatMap((entry) =>
    captures(entry, principal).map((found) => allowedGrant([entry], grant, names, found).kind),
  );
  if (answers.includes('allowed')) return 'yes';
  return answers.includes('condition-missing') ? 'condition missing' : 'no';
}

function captures(entry: DeclaredIdentity, principal: Principal) {
  if (principal.kind === 'gsa') return capturesOf(entry, principal.email);
  return principal.kind === 'ksa' ? [{ ksa: principal.name, namespace: principal.namespace }] : [undefined];
}
