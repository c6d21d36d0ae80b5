import { command, flag } from '../../detectors/commands.ts';
import { count, listed } from '../../explain/words.ts';
import type { AssetName } from '../../model/asset.ts';
import type { NeededPermissions } from '../../model/deployment.ts';
import { APPLY, type Check, type Diagnosis, type Examined, type Mend, ok, unknown, wrong } from '../check.ts';
import { holds } from '../holding.ts';
import { containerFlag, ownProject, placesOf, shortName } from '../places.ts';

export const permissions: Check = {
  id: 'permissions',
  title: 'Permissions of the functions',
  reads:
    'The IAM policies of the scopes, the project and the resources of the list, and what the roles in them permit. What comes through a group, or from a folder or organisation above, is not looked at.',
  async run(examined) {
    const all = await Promise.all(examined.deployment.permissions.map((needed) => held(needed, examined)));
    return all.flat();
  },
};

async function held(needed: NeededPermissions, examined: Examined): Promise<readonly Diagnosis[]> {
  const { deployment } = examined;
  const account = deployment.functions.find(({ name }) => name === needed.function)?.account;
  const about = `${needed.function} on ${needed.where}`;
  if (account === undefined)
    // Whoever calls functions is looked at with those: a deployment names no accounts but theirs.
    return needed.where.startsWith('function:')
      ? []
      : [unknown(about, { why: 'the deployment has no function of that name' })];
  const places = placesOf(needed.where, deployment);
  if (places === undefined) return [unknown(about, { why: 'no resource is known by that name' })];
  const there = await Promise.all(places.map((place) => isThere(place, examined)));
  return Promise.all(
    places.filter((_, at) => there[at]).map((place) => heldAt(place, account, needed, examined)),
  );
}

/** That a topic, a secret or a bucket is gone is said with those, and some are not made in every deployment. The canary has no other check. */
async function isThere(place: AssetName, { cloud }: Examined): Promise<boolean> {
  return place.startsWith('//iam.') || (await cloud.grants(place)).kind !== 'absent';
}

async function heldAt(
  place: AssetName,
  account: string,
  needed: NeededPermissions,
  examined: Examined,
): Promise<Diagnosis> {
  const about = `${needed.function} on ${shortName(place)}`;
  const member = `serviceAccount:${account}`;
  // What is held on the project is held on what is in it.
  const own = ownProject(examined.deployment);
  const isContainer = place.startsWith('//cloudresourcemanager.');
  const places = isContainer ? [place] : [place, own];
  const answers = await Promise.all(
    needed.permissions.map(async (permission) => ({
      permission,
      holding: await holds(member, permission, places, examined),
    })),
  );
  const missing = answers.filter(({ holding }) => holding.kind === 'no').map(({ permission }) => permission);
  if (missing.length > 0)
    return wrong(
      about,
      `${account} lacks ${listed(missing)}`,
      `it holds ${count(needed.permissions.length, 'permission')} there`,
      ...(await mend(place, member, missing, examined)),
    );
  const open = answers.flatMap(({ holding }) => (holding.kind === 'unknown' ? [holding] : []))[0];
  return open === undefined
    ? ok(about, `${account} holds ${count(needed.permissions.length, 'permission')}`)
    : unknown(about, open);
}

/** The custom role that the account has there gets them; without one everything is deployed anew. */
async function mend(
  place: AssetName,
  member: string,
  missing: readonly string[],
  { cloud }: Examined,
): Promise<readonly Mend[]> {
  const policy = await cloud.grants(place);
  const grants = policy.kind === 'found' ? policy.value : [];
  const custom = grants.find((grant) => grant.member === member && !grant.role.startsWith('roles/'));
  return custom === undefined ? [APPLY] : [...roleUpdate(custom.role, 'add-permissions', missing), APPLY];
}

/** Changes what a custom role permits. */
export function roleUpdate(
  role: string,
  how: 'add-permissions' | 'remove-permissions',
  which: readonly string[],
): readonly Mend[] {
  const [container = '', id = ''] = role.split('/roles/');
  return command(
    'gcloud',
    'iam',
    'roles',
    'update',
    id,
    containerFlag(container),
    flag(how, which.join(',')),
  );
}
