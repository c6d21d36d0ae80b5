import { command, flag } from '../../detectors/commands.ts';
import { count, listed, unique } from '../../explain/words.ts';
import type { AssetName } from '../../model/asset.ts';
import { type Check, type Diagnosis, type Examined, type Mend, ok, unknown, wrong } from '../check.ts';
import { containerName, ownProject, placesOf, shortName } from '../places.ts';
import { roleUpdate } from './permissions.ts';

export const excess: Check = {
  id: 'excess',
  title: 'Nothing beyond the list',
  reads:
    'What the roles of each function’s account permit on the scopes and on the project, against the list of what it needs there.',
  async run(examined) {
    const { deployment } = examined;
    const places = unique([...deployment.scopes.map(containerName), ownProject(deployment)]);
    const accounts = unique(deployment.functions.map(({ account }) => account));
    const all = await Promise.all(
      accounts.flatMap((account) => places.map((place) => beyond(account, place, examined))),
    );
    return all.flat();
  },
};

/** Of accounts without any role there nothing is said. */
async function beyond(account: string, place: AssetName, examined: Examined): Promise<readonly Diagnosis[]> {
  const { cloud } = examined;
  const about = `${account} on ${shortName(place)}`;
  const policy = await cloud.grants(place);
  if (policy.kind !== 'found')
    return [unknown(about, policy.kind === 'unknown' ? policy : { why: 'there is no such place' })];
  const member = `serviceAccount:${account}`;
  const roles = unique(policy.value.filter((grant) => grant.member === member).map(({ role }) => role));
  const allowed = neededAt(account, place, examined);
  return Promise.all(
    roles.map(async (role) => {
      const permitted = await cloud.permissions(role);
      if (permitted.kind === 'unknown') return unknown(about, permitted);
      const held = permitted.kind === 'absent' ? [] : [...permitted.value];
      const more = held.filter((permission) => !allowed.has(permission)).sort();
      if (more.length === 0) return ok(about, `${role}: ${count(held.length, 'permission')}, all needed`);
      return wrong(
        about,
        `${role} permits ${listed(more)} besides`,
        'nothing beyond its list',
        ...mend(role, more, held, place, member),
      );
    }),
  );
}

/** By every function that runs as the account; a place may be meant by more than one name. */
function neededAt(account: string, place: AssetName, { deployment }: Examined): ReadonlySet<string> {
  const names = new Set(
    deployment.functions.filter((one) => one.account === account).map(({ name }) => name),
  );
  return new Set(
    deployment.permissions
      .filter(
        (needed) =>
          names.has(needed.function) && placesOf(needed.where, deployment)?.includes(place) === true,
      )
      .flatMap((needed) => needed.permissions),
  );
}

function mend(
  role: string,
  more: readonly string[],
  held: readonly string[],
  place: AssetName,
  member: string,
): readonly Mend[] {
  if (!role.startsWith('roles/') && more.length < held.length)
    return roleUpdate(role, 'remove-permissions', more);
  const [kind = '', id = ''] = shortName(place).split('/');
  const group = kind === 'folders' ? ['resource-manager', 'folders'] : [kind];
  return command(
    'gcloud',
    ...group,
    'remove-iam-policy-binding',
    id,
    flag('member', member),
    flag('role', role),
    flag('all'),
  );
}
