import { serviceAccountOf } from '../model/asset.ts';
import { type Grant, grantKey, LINKING_ROLES } from '../model/grant.ts';
import type { Observation } from '../model/observation.ts';
import type { ChangeItem } from './change.ts';

/** A time during the apply in which somebody is without what stands before and after it. */
export interface Gap {
  readonly item: ChangeItem;
  readonly text: string;
}

/** Replacements show in no comparison of before and after: what goes comes back. Terraform does one after the other. */
export function gapsIn(items: readonly ChangeItem[]): readonly Gap[] {
  return [...items.flatMap(replacement), ...moves(items)];
}

function replacement(item: ChangeItem): readonly Gap[] {
  if (item.action !== 'replace') return [];
  const account = item.prior.find(isAccount);
  if (account !== undefined) {
    const text =
      'the account is made anew: another account of the same name, without the roles and bindings of the old one but those this change brings';
    return [{ item, text }];
  }
  const ksa = item.prior.find(isAnnotatedKsa);
  if (ksa !== undefined)
    return [{ item, text: 'between the two the KSA is not there, and the workload has no identity' }];
  const after = new Set(linksIn(item.brought, 'add').map(grantKey));
  const kept = linksIn(item.prior, 'add').filter((grant) => after.has(grantKey(grant)));
  if (kept.length === 0) return [];
  const who = kept.map(whoActs).join(', ');
  const text = item.createsFirst
    ? `the new binding is the old one, which is deleted last and takes it away: ${who} may be left without it`
    : `between the two the workload has no identity: ${who}`;
  return [{ item, text }];
}

/** Another resource of the plan makes what this one deletes, and Terraform does both at once. */
function moves(items: readonly ChangeItem[]): readonly Gap[] {
  const made = new Map(
    items
      .filter(({ action }) => action === 'create')
      .flatMap((item) => linksIn(item.brought, 'add').map((grant) => [grantKey(grant), item] as const)),
  );
  return items
    .filter(({ action }) => action === 'delete')
    .flatMap((item) =>
      linksIn(item.prior, 'add').flatMap((grant) => {
        const other = made.get(grantKey(grant));
        return other === undefined || other === item
          ? []
          : [
              {
                item,
                text: `${other.name} makes the same binding, in no order: whichever comes last decides whether ${whoActs(grant)} keeps it. A moved block keeps it`,
              },
            ];
      }),
    );
}

function isAccount(observation: Observation): boolean {
  return observation.kind === 'resource' && observation.facts.type === 'service-account';
}

function isAnnotatedKsa(observation: Observation): boolean {
  return (
    observation.kind === 'resource' &&
    observation.facts.type === 'kubernetes-service-account' &&
    (observation.facts.annotation ?? '') !== ''
  );
}

/** Grants by which somebody acts as an account. */
function linksIn(observations: readonly Observation[], action: 'add' | 'remove'): readonly Grant[] {
  return observations
    .flatMap((observation) => {
      if (observation.kind === 'policy') return observation.grants;
      if (observation.kind !== 'policy-delta') return [];
      return observation.changes.flatMap((change) => (change.action === action ? [change.grant] : []));
    })
    .filter(({ resource, role }) => LINKING_ROLES.has(role) && serviceAccountOf(resource) !== undefined);
}

function whoActs({ principal, member, resource }: Grant): string {
  const who = principal.kind === 'ksa' ? `${principal.namespace}/${principal.name}` : member;
  return `${who} as ${serviceAccountOf(resource)}`;
}
