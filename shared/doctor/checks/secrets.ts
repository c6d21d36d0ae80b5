import { command, flag } from '../../detectors/commands.ts';
import { count, listed, unique } from '../../explain/words.ts';
import { type Check, type Diagnosis, diagnosed, type Examined, ok, unknown, wrong } from '../check.ts';
import { holdersOf } from '../holding.ts';
import { inProject, placesOf, secretName } from '../places.ts';

export const secrets: Check = {
  id: 'secrets',
  title: 'Secrets',
  reads:
    'Each secret: that a version of it is enabled, and that of our accounts none may read it but those of the list. What it holds is not shown.',
  async run(examined) {
    const { slackToken, slackSigningSecret } = examined.deployment.secrets;
    const all = await Promise.all(
      [slackToken, slackSigningSecret]
        .filter((secret) => secret !== undefined)
        .map(async (secret) => [await hasVersion(secret, examined), ...(await readersOf(secret, examined))]),
    );
    return all.flat();
  },
};

async function hasVersion(secret: string, { cloud }: Examined): Promise<Diagnosis> {
  return diagnosed(secret, await cloud.enabledVersions(secret), (versions) => {
    if (versions > 0) return ok(secret, `${count(versions, 'version')} enabled`);
    const { id, project } = inProject(secret);
    return wrong(
      secret,
      'no version is enabled',
      'one is',
      ...command('gcloud', 'secrets', 'versions', 'add', id, project, flag('data-file', '/dev/stdin')),
    );
  });
}

/** Whether those of the list may read it is said with all else that they need. */
async function readersOf(secret: string, examined: Examined): Promise<readonly Diagnosis[]> {
  const { functions, permissions } = examined.deployment;
  const about = `readers of ${secret}`;
  const found = await holdersOf('secretmanager.versions.access', secretName(secret), examined);
  // That there is no such secret has been said.
  if (found.kind === 'absent') return [];
  if (found.kind === 'unknown') return [unknown(about, found)];
  const readers = new Set(
    permissions
      .filter(({ where }) => placesOf(where, examined.deployment)?.includes(secretName(secret)) === true)
      .map((needed) => needed.function),
  );
  const allowed = functions.filter(({ name }) => readers.has(name)).map(({ account }) => account);
  const others = unique(functions.map(({ account }) => account)).filter(
    (account) => !allowed.includes(account),
  );
  const { id, project } = inProject(secret);
  const more = others.flatMap((account) => {
    const member = `serviceAccount:${account}`;
    const role = found.value.certain.get(member);
    if (role === undefined) return [];
    const removal = [id, project, flag('member', member), flag('role', role)];
    return [
      wrong(
        about,
        `${account} may read it`,
        `of ours only ${listed([...readers])}`,
        ...command('gcloud', 'secrets', 'remove-iam-policy-binding', ...removal),
      ),
    ];
  });
  return more.length > 0 ? more : [ok(about, `of ours ${listed([...readers])}`)];
}
