import { allowance } from '../detectors/allowance.ts';
import { entriesFor } from '../detectors/grant-facts.ts';
import type { GrantFact } from '../inventory/facts.ts';
import { serviceAccountOf } from '../model/asset.ts';
import { conditionKey, LINKING_ROLES } from '../model/grant.ts';
import { type Principal, principalLabel } from '../model/principal.ts';
import { levelLabel } from './access.ts';
import { conditionNote } from './condition-note.ts';
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
  const note = conditionNote(world.view.conditionOf(grant)).trim();
  return {
    role: grant.role,
    on: levelLabel(grant.resource, world),
    ...(condition === '' ? {} : { condition }),
    ...(note === '' ? {} : { underCondition: note }),
    ...(isOwn ? {} : { through: principalLabel(grant.principal) }),
    declared: declaredState(fact, world),
    since,
    source,
  };
}

const DECLARED = {
  allowed: 'yes',
  'condition-missing': 'condition missing',
  unknown: 'not judged',
  no: 'no',
} as const;

/** Whether the policy allows a grant to whoever holds it. */
export function declaredState({ grant }: GrantFact, { view, policy }: World): HeldRole['declared'] {
  const entries = entriesFor(grant.principal, view, policy);
  return entries === undefined ? 'not judged' : DECLARED[allowance(entries, grant, view).kind];
}
