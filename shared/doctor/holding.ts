import { decideCondition } from '../conditions/decide.ts';
import type { AssetName } from '../model/asset.ts';
import type { Reading, RoleGrant, Unread } from '../model/deployment.ts';
import type { Examined } from './check.ts';

/** Whether a member holds something. `maybe`: that could not be told. */
export type Holding =
  | { readonly kind: 'yes'; readonly at: AssetName }
  | { readonly kind: 'no' }
  | ({ readonly maybe: true } & Unread);

/**
 * Whether a member is granted a permission in one of these places, by name: what it may have through a group, or from a folder or organisation
 * that is not among the places, is not looked at.
 */
export async function holds(
  member: string,
  permission: string,
  places: readonly AssetName[],
  examined: Examined,
): Promise<Holding> {
  let unread: Unread | undefined;
  for (const at of places) {
    const policy = await examined.cloud.grants(at);
    if (policy.kind === 'unknown') unread ??= policy;
    if (policy.kind !== 'found') continue;
    for (const grant of policy.value.filter((one) => one.member === member)) {
      const given = await gives(grant, permission, examined);
      if (given === 'yes') return { kind: 'yes', at };
      if (given !== 'no') unread ??= given;
    }
  }
  return unread === undefined ? { kind: 'no' } : { ...unread, maybe: true };
}

/** Who is granted a permission on a resource itself, and by which role. `perhaps`: those of whom that could not be told. */
export interface Holders {
  readonly certain: ReadonlyMap<string, string>;
  readonly perhaps: ReadonlyMap<string, Unread>;
}

export async function holdersOf(
  permission: string,
  resource: AssetName,
  examined: Examined,
): Promise<Reading<Holders>> {
  const policy = await examined.cloud.grants(resource);
  if (policy.kind !== 'found') return policy;
  const certain = new Map<string, string>();
  const perhaps = new Map<string, Unread>();
  for (const grant of policy.value) {
    const given = await gives(grant, permission, examined);
    if (given === 'yes') certain.set(grant.member, grant.role);
    else if (given !== 'no') perhaps.set(grant.member, given);
  }
  for (const member of certain.keys()) perhaps.delete(member);
  return { kind: 'found', value: { certain, perhaps } };
}

async function gives(
  { role, condition }: RoleGrant,
  permission: string,
  { cloud, deployment, asOf }: Examined,
): Promise<'yes' | 'no' | Unread> {
  const permissions = await cloud.permissions(role);
  if (permissions.kind === 'unknown') return permissions;
  // A role that was deleted gives nothing.
  if (permissions.kind === 'absent' || !permissions.value.has(permission)) return 'no';
  if (condition === undefined) return 'yes';
  const { project, database } = deployment.store;
  const name = `projects/${project}/databases/${database}`;
  const isOfDatabase = permission.startsWith('datastore.');
  // Firestore shows conditions the database, whatever is asked of it (cloud.google.com/firestore/docs/manage-databases, IAM conditions).
  if (isOfDatabase && condition.replace(/\s+/g, '') === `resource.name=="${name}"`) return 'yes';
  const resource = isOfDatabase ? { name, service: 'firestore.googleapis.com' } : {};
  switch (decideCondition(condition, { asOf, resource }).kind) {
    case 'always':
    case 'until':
      return 'yes';
    case 'expired':
    case 'not-yet':
    case 'never':
      return 'no';
    default:
      return { kind: 'unknown', why: `${role} is granted under the condition ${condition}` };
  }
}
