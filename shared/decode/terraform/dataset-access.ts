import type { Decoded } from '../../model/decoded.ts';
import { type Grant, grantKey, grantOf } from '../../model/grant.ts';
import type { Observation } from '../../model/observation.ts';
import { ignored } from '../answer.ts';
import type { Fields } from '../fields.ts';
import type { Reading } from './reading.ts';
import { hasUnknown, type TerraformResource, unknownAt } from './resource.ts';
import { type Target, targetOf } from './target.ts';

const TYPE = 'google_bigquery_dataset_access';

export function isAccessType(type: string): boolean {
  return type === TYPE;
}

/** Datasets have their own words for three roles (cloud.google.com/bigquery/docs/access-control-basic-roles). */
const ROLES: ReadonlyMap<string, string> = new Map([
  ['READER', 'roles/bigquery.dataViewer'],
  ['WRITER', 'roles/bigquery.dataEditor'],
  ['OWNER', 'roles/bigquery.dataOwner'],
]);

const CONVENIENCE: ReadonlyMap<string, string> = new Map([
  ['projectOwners', 'projectOwner'],
  ['projectWriters', 'projectEditor'],
  ['projectReaders', 'projectViewer'],
]);

/** One entry of a dataset's access list. Views and routines that may read it are no members. */
export function decodeAccess(reading: Reading, resource: TerraformResource): Decoded {
  const after = resource.after && grantIn(reading, resource, resource.after);
  const before = resource.before && grantIn(reading, resource, resource.before);
  if (after === 'unknown') {
    reading.leaveOut(resource.address, { argument: 'access', mayGrant: {} });
    return ignored('terraform grant on something known only after apply', resource.address);
  }
  const lost = before === undefined || before === 'unknown' ? [] : [before];
  const changes = [
    ...lost
      .filter((grant) => after === undefined || grantKey(grant) !== grantKey(after))
      .map((grant) => ({ action: 'remove' as const, grant })),
    ...(after === undefined ? [] : [{ action: 'add' as const, grant: after }]),
  ];
  if (changes.length === 0) return ignored('terraform dataset access of no member', resource.address);
  const byAsset = Map.groupBy(changes, ({ grant }) => grant.resource);
  return reading.news(
    resource,
    [...byAsset].map(([asset, changed]) => ({
      ...reading.seen(asset, /\/projects\/([^/]+)/.exec(asset)?.[1]),
      kind: 'policy-delta' as const,
      changes: changed,
    })),
  );
}

/**
 * The access list that is written into a dataset: then it is the whole of it. One that is not written is what the service tells of entries that
 * may have resources of their own.
 */
export function accessListOf(
  reading: Reading,
  resource: TerraformResource,
  dataset: Target | undefined,
): readonly Observation[] {
  const { type, address, after } = resource;
  if (type !== 'google_bigquery_dataset' || after === undefined || dataset === undefined) return [];
  if (reading.plan.expression(resource, ['access', 0]) === undefined) return [];
  const isOpen = ['user_by_email', 'iam_member', 'group_by_email', 'role'].some((name) =>
    after.objects('access').some((_, index) => hasUnknown(resource, 'access', index, name)),
  );
  if (isOpen || unknownAt(resource.unknown, ['access']) === true) {
    reading.leaveOut(address, { argument: 'access', mayGrant: { asset: dataset.asset } });
    return [];
  }
  const grants = after.objects('access').flatMap((entry) => {
    const role = entry.text('role');
    const member = memberIn(entry, dataset.project);
    return role === undefined || member === undefined
      ? []
      : [grantOf(dataset.asset, ROLES.get(role) ?? role, member)];
  });
  return [{ ...reading.seen(dataset.asset, dataset.project), kind: 'policy', grants }];
}

function grantIn(
  reading: Reading,
  resource: TerraformResource,
  values: Fields,
): Grant | undefined | 'unknown' {
  const target = targetOf(reading.plan, resource, values, 'bigquery_dataset');
  const isOpen = ['user_by_email', 'iam_member', 'group_by_email', 'role'].some((name) =>
    values === resource.after ? hasUnknown(resource, name) : false,
  );
  const role = values.text('role');
  const member = memberIn(values, target?.project);
  if (target === undefined || (isOpen && (role === undefined || member === undefined))) return 'unknown';
  if (role === undefined || member === undefined) return undefined;
  return grantOf(target.asset, ROLES.get(role) ?? role, member);
}

function memberIn(values: Fields, project: string | undefined): string | undefined {
  const user = values.text('user_by_email');
  const group = values.text('group_by_email');
  const domain = values.text('domain');
  const special = values.text('special_group');
  if (user !== undefined)
    return `${user.endsWith('.gserviceaccount.com') ? 'serviceAccount' : 'user'}:${user}`;
  if (group !== undefined) return `group:${group}`;
  if (domain !== undefined) return `domain:${domain}`;
  if (special === 'allAuthenticatedUsers') return special;
  const convenience = CONVENIENCE.get(special ?? '');
  if (convenience !== undefined) return project === undefined ? undefined : `${convenience}:${project}`;
  return values.text('iam_member');
}
