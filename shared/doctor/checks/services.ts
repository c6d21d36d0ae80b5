import { command, flag } from '../../detectors/commands.ts';
import { listed } from '../../explain/words.ts';
import type { DeployedFunction, RunService } from '../../model/deployment.ts';
import { APPLY, type Check, type Diagnosis, diagnosed, type Examined, ok, wrong } from '../check.ts';
import { logsOf } from '../logs.ts';
import { located } from '../places.ts';

export const services: Check = {
  id: 'services',
  title: 'Functions',
  reads:
    'The Cloud Run service of each function: ready, its newest revision serving, its account, its address, and which environment variables it has. Of values only what is no secret is read.',
  run: (examined) =>
    Promise.all(
      examined.deployment.functions.map(async (one) =>
        diagnosed(one.name, await examined.cloud.service(one.service), (service) =>
          judged(one, service, examined),
        ),
      ),
    ),
};

function judged(one: DeployedFunction, service: RunService, examined: Examined): Diagnosis {
  const { name } = one;
  const { id, project, location } = located(one.service);
  const where = [flag('region', location), project];
  if (!service.isReady || service.newest !== service.newestReady) {
    const why = service.why === '' ? '' : `: ${service.why}`;
    return wrong(
      name,
      `revision ${service.newest} is not ready${why}`,
      'its newest revision is ready',
      ...logsOf(name, examined),
    );
  }
  if (!service.servesNewest)
    return wrong(
      name,
      'requests go to older revisions',
      `all go to ${service.newest}`,
      ...command('gcloud', 'run', 'services', 'update-traffic', id, ...where, flag('to-latest')),
    );
  if (service.account !== one.account)
    return wrong(name, `it runs as ${service.account}`, `it runs as ${one.account}`, APPLY);
  if (!service.uris.includes(one.uri))
    return wrong(name, `it is at ${listed(service.uris)}`, `it is at ${one.uri}`, APPLY);
  const { slackToken } = examined.deployment.secrets;
  const needed = [...(NEEDED[name] ?? ALL), ...(slackToken === undefined ? [] : (FOR_SLACK[name] ?? []))];
  const missing = needed.filter((variable) => !service.environment.has(variable));
  if (missing.length > 0) return wrong(name, `without ${listed(missing)}`, 'they are set', APPLY);
  return ok(name, `${service.newest} serves`);
}

const ALL = ['ANCHORWATCH_POLICY', 'ANCHORWATCH_STORE'];
const QUEUE = ['ANCHORWATCH_WORK_TOPIC', 'ANCHORWATCH_DELIVER_TOPIC'];
const PUSHED = [
  'ANCHORWATCH_PUSH_AUTH',
  'ANCHORWATCH_PUSH_AUDIENCE',
  'ANCHORWATCH_PUSH_ACCOUNTS',
  ...QUEUE,
  ...ALL,
];
const WATCH = 'ANCHORWATCH_WATCH';

/** Without which a function does not start, or does less than its own work (docs/operate.md). */
const NEEDED: Readonly<Record<string, readonly string[]>> = {
  'on-asset-change': [...PUSHED, WATCH],
  'on-audit-log': [...PUSHED, WATCH],
  work: [...PUSHED, 'ANCHORWATCH_SCOPES'],
  sweep: [...PUSHED, 'ANCHORWATCH_SCOPES'],
  deliver: PUSHED,
  heartbeat: [...PUSHED, WATCH],
  report: PUSHED,
  console: [...ALL, 'ANCHORWATCH_CONSOLE_AUDIENCE'],
  'slack-actions': [...QUEUE, ...ALL, 'ANCHORWATCH_SLACK_SIGNING_SECRET_FILE', 'ANCHORWATCH_SLACK_TEAMS'],
};
const FOR_SLACK: Readonly<Record<string, readonly string[]>> = {
  deliver: ['ANCHORWATCH_SLACK_TOKEN_FILE'],
  'slack-actions': ['ANCHORWATCH_SLACK_TOKEN_FILE'],
};
