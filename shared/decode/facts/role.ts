import type { AssetName } from '../../model/asset.ts';
import type { Facts } from '../../model/observation.ts';
import { type Fields, Malformed } from '../fields.ts';
import { present } from '../present.ts';
import type { Resource } from './resource.ts';

export type RoleFacts = Extract<Facts, { type: 'role' }>;

/** A custom role (google.iam.admin.v1.Role): what it permits, and whether it gives anybody anything. Google's JSON leaves out empty lists. */
export function roleFacts({ asset, data }: Resource): Facts {
  const said = roleAsked(asset, data);
  return data === undefined ? said : { permissions: '', ...said };
}

/** What a message says of a role, and nothing else. Throws `Malformed` where a permission is none. */
export function roleAsked(asset: AssetName, role: Fields | undefined): RoleFacts {
  return {
    ...roleNamed(asset),
    ...present({
      title: role?.text('title'),
      permissions: role && permissionsIn(role),
      stage: role?.text('stage'),
      deleted: role?.flag('deleted'),
    }),
  };
}

export function roleNamed(asset: AssetName): RoleFacts {
  const name = /^\/\/iam\.googleapis\.com\/((?:projects|organizations)\/[^/]+\/roles\/[^/]+)$/.exec(
    asset,
  )?.[1];
  return { type: 'role', ...present({ name }) };
}

/** In an order of its own, so that equal roles make equal texts. */
function permissionsIn(role: Fields): string | undefined {
  if (!role.has('includedPermissions')) return undefined;
  const permissions = role.texts('includedPermissions');
  const wrong = permissions.find((permission) => !/^\S+$/.test(permission));
  if (wrong !== undefined) throw new Malformed(`${role.at('includedPermissions')}: one is no permission`);
  return [...new Set(permissions)].sort().join('\n');
}
