import { command, flag } from '../../detectors/commands.ts';
import { listed, unique } from '../../explain/words.ts';
import type { DeployedFunction, RunService, Unread } from '../../model/deployment.ts';
import { APPLY, type Check, type Diagnosis, type Examined, type Mend, ok, unknown, wrong } from '../check.ts';
import { holdersOf } from '../holding.ts';
import { located, serviceName, shortName } from '../places.ts';
import { partsOf, wantedOf } from '../settings.ts';
import { functionAt } from './subscriptions.ts';

const INVOKE = 'run.routes.invoke';
const ANYBODY = ['allUsers', 'allAuthenticatedUsers'];
/** Slack calls it, and Slack has no account of Google: it believes only what is signed. */
const OPEN = 'slack-actions';

export const invokers: Check = {
  id: 'invokers',
  title: 'Who may call the functions',
  reads:
    'The IAM policy of each service: whoever pushes to it may call it and nobody else; slack-actions is open, since Slack signs what it sends.',
  async run(examined) {
    const all = await Promise.all(
      examined.deployment.functions.map(async (one) => {
        const service = await examined.cloud.service(one.service);
        // What is wrong with the service itself has been said.
        if (service.kind !== 'found') return [];
        return one.name === OPEN
          ? [await isOpen(one, service.value, examined)]
          : closed(one, service.value, examined);
      }),
    );
    return all.flat();
  },
};

async function isOpen(one: DeployedFunction, service: RunService, examined: Examined): Promise<Diagnosis> {
  const about = one.name;
  const { id, project, location } = located(one.service);
  const update = (...how: readonly (readonly [string, string?])[]) =>
    command(
      'gcloud',
      'run',
      'services',
      'update',
      id,
      flag('region', location),
      project,
      ...how.map(([name, value]) => flag(name, value)),
    );
  if (service.ingress !== 'INGRESS_TRAFFIC_ALL')
    return wrong(about, `ingress ${service.ingress}`, 'Slack reaches it', ...update(['ingress', 'all']));
  if (service.isOpen) return ok(about, 'Slack reaches it');
  const holders = await holdersOf(INVOKE, serviceName(one.service), examined);
  if (holders.kind === 'unknown') return unknown(about, holders);
  return holders.kind === 'found' && holders.value.certain.has('allUsers')
    ? ok(about, 'Slack reaches it')
    : wrong(
        about,
        'Cloud Run turns Slack away',
        'no check of who calls: every request is signed',
        ...update(['no-invoker-iam-check']),
      );
}

async function closed(
  one: DeployedFunction,
  service: RunService,
  examined: Examined,
): Promise<readonly Diagnosis[]> {
  const about = one.name;
  if (service.isOpen)
    return [wrong(about, 'Cloud Run lets in whoever asks', 'it checks who calls', ...closing(one))];
  const [holders, { members: callers, unread }] = await Promise.all([
    holdersOf(INVOKE, serviceName(one.service), examined),
    callersOf(one, examined),
  ]);
  if (holders.kind !== 'found')
    return [unknown(about, holders.kind === 'unknown' ? holders : { why: 'it has no policy' })];
  const { certain, perhaps } = holders.value;
  const missing = callers.filter((member) => !certain.has(member) && !perhaps.has(member));
  // Who calls a function that nothing is known to push to is not known here; that not everybody may is.
  const more = [...certain].filter(([member]) =>
    callers.length === 0 || unread.length > 0 ? ANYBODY.includes(member) : !callers.includes(member),
  );
  const diagnoses = [
    ...missing.map((member) =>
      wrong(about, `${member} may not call it`, 'it may: it pushes', ...binding('add', one, member)),
    ),
    ...more.map(([member, role]) =>
      wrong(
        about,
        `${member} may call it`,
        callers.length === 0 ? 'not everybody may' : `only ${listed(callers)} may`,
        ...binding('remove', one, member, role),
      ),
    ),
    ...[...perhaps.values(), ...unread].map((why) => unknown(about, why)),
  ];
  return diagnoses.length > 0 ? diagnoses : [ok(about, callers.length === 0 ? 'not open' : listed(callers))];
}

interface Callers {
  readonly members: readonly string[];
  /** Jobs of which it could not be read in whose name they call. */
  readonly unread: readonly Unread[];
}

/** In whose names subscriptions and jobs call a function. */
async function callersOf(one: DeployedFunction, examined: Examined): Promise<Callers> {
  const pushers = partsOf(examined, 'subscription').flatMap((part) => {
    const account = wantedOf(part, 'pushAccount');
    const isHere = functionAt(wantedOf(part, 'push') ?? '', examined) === one;
    return isHere && account !== undefined ? [account] : [];
  });
  const jobs = await Promise.all(
    partsOf(examined, 'schedule')
      .filter((part) => functionAt(wantedOf(part, 'target') ?? '', examined) === one)
      .map(({ resource }) => examined.cloud.job(shortName(resource))),
  );
  const schedulers = jobs.flatMap((job) =>
    job.kind === 'found' && job.value.account !== undefined ? [job.value.account] : [],
  );
  return {
    members: unique([...pushers, ...schedulers].map((email) => `serviceAccount:${email}`)),
    unread: jobs.filter((job) => job.kind === 'unknown'),
  };
}

function binding(
  how: 'add' | 'remove',
  { service }: DeployedFunction,
  member: string,
  role = 'roles/run.invoker',
): readonly Mend[] {
  const { id, project, location } = located(service);
  return command(
    'gcloud',
    'run',
    'services',
    `${how}-iam-policy-binding`,
    id,
    flag('region', location),
    project,
    flag('member', member),
    flag('role', role),
  );
}

function closing({ service }: DeployedFunction): readonly Mend[] {
  const { id, project, location } = located(service);
  const check = flag('invoker-iam-check');
  return [
    ...command('gcloud', 'run', 'services', 'update', id, flag('region', location), project, check),
    APPLY,
  ];
}
