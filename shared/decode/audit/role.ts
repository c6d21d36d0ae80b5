import type { AssetName } from '../../model/asset.ts';
import { type RoleFacts, roleAsked, roleNamed } from '../facts/role.ts';
import { Malformed } from '../fields.ts';
import { present } from '../present.ts';
import { type AuditEntry, type AuditHead, actBase, iamAdminMethod, seenIn, setterOf } from './entry.ts';
import type { AuditNews, ReadNews } from './reader.ts';
import { isNamed } from './update-mask.ts';

type Verb = 'create' | 'update' | 'delete' | 'undelete';

/** Methods of `google.iam.admin.v1` (gcp-facts 3.2), in lower case. */
const VERBS: ReadonlyMap<string | undefined, Verb> = new Map([
  ['createrole', 'create'],
  ['updaterole', 'update'],
  ['deleterole', 'delete'],
  ['undeleterole', 'undelete'],
]);

/** Custom roles being made, changed, deleted and restored. A deleted one stays for seven days, and gives nothing to whoever holds it. */
export function roleReader(head: AuditHead): ReadNews | undefined {
  const verb = VERBS.get(iamAdminMethod(head));
  return verb && ((entry) => newsOf(verb, entry));
}

function newsOf(verb: Verb, entry: AuditEntry): AuditNews {
  const asset = roleAsset(entry);
  const facts = stateAfter(verb, entry, asset);
  return {
    act: { ...actBase(entry), kind: 'change-role', asset, changes: [] },
    observations: [{ ...seenIn(entry), asset, kind: 'resource', facts, whole: false, by: setterOf(entry) }],
  };
}

/** The answer is the role as it is now; publishers cut answers down, and then the request tells, as far as its mask lets it. */
function stateAfter(verb: Verb, entry: AuditEntry, asset: AssetName): RoleFacts {
  const answered = roleAsked(asset, entry.response);
  if (verb === 'delete') return { ...answered, deleted: true };
  const asked = roleAsked(asset, entry.request?.object('role'));
  const permissions = answered.permissions ?? permissionsAsked(verb, entry, asked);
  return {
    ...roleNamed(asset),
    ...present({
      title: answered.title ?? asked.title,
      stage: answered.stage ?? asked.stage,
      permissions,
    }),
    // An answer that is a role leaves out what is false.
    ...(verb === 'undelete' || entry.response !== undefined ? { deleted: answered.deleted ?? false } : {}),
    ...(permissions === undefined && changesPermissions(entry) ? { unread: true } : {}),
  };
}

/** The role of an update holds what the mask names, and may hold more; an empty list is left out. */
function permissionsAsked(verb: Verb, entry: AuditEntry, asked: RoleFacts): string | undefined {
  if (verb === 'create') return asked.permissions ?? (entry.request?.has('role') ? '' : undefined);
  if (verb !== 'update') return undefined;
  if (isNamed(entry.request, 'includedPermissions')) return asked.permissions ?? '';
  // Without a mask, all that is filled in is set.
  return entry.request?.has('updateMask') === true ? undefined : asked.permissions;
}

/** That it was given or lost permissions, which alone do not tell what it holds. */
function changesPermissions({ payload }: AuditEntry): boolean {
  const delta = payload.object('serviceData')?.object('permissionDelta');
  return delta?.has('addedPermissions') === true || delta?.has('removedPermissions') === true;
}

/** On creation the request names the parent, and the id of the role beside it. */
function roleAsset(entry: AuditEntry): AssetName {
  const { request, response } = entry;
  const [parent, id] = [request?.text('parent'), request?.text('roleId')];
  const name = [
    entry.resourceName,
    response?.text('name'),
    request?.text('name'),
    parent === undefined || id === undefined ? undefined : `${parent}/roles/${id}`,
    entry.labels?.text('role_name'),
  ]
    .map((text) => /((?:projects|organizations)\/[^/]+\/roles\/[^/]+)$/.exec(text ?? '')?.[1])
    .find((text) => text !== undefined);
  if (name === undefined) throw new Malformed('protoPayload.resourceName: names no custom role');
  return `//iam.googleapis.com/${name}`;
}
