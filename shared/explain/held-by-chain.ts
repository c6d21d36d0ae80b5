import { parseMember } from '../model/principal.ts';
import { membersOfAccount, membersOfKsa } from './covers.ts';
import type { Chain, HeldRole } from './explanation.ts';
import { heldBy, heldRole } from './held.ts';
import type { World } from './world.ts';

/** The roles at the end of a chain. */
export function holderOf(chain: Chain, world: World): readonly HeldRole[] {
  const { view } = world;
  const principal = parseMember(`serviceAccount:${chain.identity}`);
  if (chain.account !== undefined) {
    const members = membersOfAccount(view.account(chain.account), world);
    return heldBy(members, world).map((fact) => heldRole(fact, fact.grant.principal.kind === 'gsa', world));
  }
  if (principal.kind !== 'ksa') return [];
  const sightings = view.ksas(principal);
  return heldBy(membersOfKsa(principal, sightings, chain.clusters), world).map((fact) =>
    heldRole(fact, fact.grant.principal.kind === 'ksa', world),
  );
}
