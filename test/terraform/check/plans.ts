import { copyFileSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deploymentIn } from '../../../cli/deployment.ts';
import {
  consoleSettings,
  consoleUrl,
  type Environment,
  pushSettings,
  queueTopics,
  storeSettings,
} from '../../../functions/settings.ts';
import { watchSettings } from '../../../functions/watch-settings.ts';
import { policyPlace } from '../../../shared/adapters/policy-bucket.ts';
import type { Block } from './hcl.ts';
import type { ProviderSchema } from './schema.ts';
import { type Plan, type PlannedResource, resourcesIn, terraformIn } from './terraform.ts';

/** A deployment that is planned: what is said of it, besides the few things that all have in common. */
interface Deployment {
  readonly title: string;
  readonly said: Readonly<Record<string, unknown>>;
  /** What Terraform has to say against it; without, it has to be planned. */
  readonly refused?: string;
}

const KEY = 'projects/acme-sec/locations/europe-west1/keyRings/r/cryptoKeys/k';

const DEPLOYMENTS: readonly Deployment[] = [
  {
    title: 'an organization with everything',
    said: {
      scope: 'organizations/123456789012',
      slack: { teams: ['T0ACME'], app_id: 'A0ACME' },
      slack_bot_token: `\${var.slack_bot_token}`,
      slack_signing_secret: `\${var.slack_signing_secret}`,
      console_members: ['group:security@acme.example'],
      notification_channels: ['projects/acme-sec/notificationChannels/1'],
      data_access_logs: 'set',
      kubernetes: true,
      directory: true,
      pin_policy: true,
      exceptions_from: ['gs://acme-sec-anchorwatch-policy/policy/exceptions/*'],
      kms_key: KEY,
      sizes: { work: { memory: '4Gi' } },
    },
  },
  { title: 'a folder', said: { scope: 'folders/34', organization_id: '12', data_access_logs: 'set' } },
  {
    title: 'a project',
    said: { scope: 'projects/acme-sec', data_access_logs: 'set', slack_open_by: 'all-users' },
  },
  {
    title: 'a folder without its organization',
    said: { scope: 'folders/34' },
    refused: 'a folder has no custom roles of its own',
  },
  { title: 'a project by its number', said: { scope: 'projects/34' }, refused: 'a project by its id' },
  {
    title: 'a region that is a zone',
    said: { scope: 'folders/34', region: 'europe-west1-b' },
    refused: 'not a zone',
  },
  {
    title: 'a name that is too long',
    said: { scope: 'folders/34', name: 'anchorwatch-acme' },
    refused: '4 to 14',
  },
  {
    title: 'a key elsewhere',
    said: { scope: 'projects/acme-sec', region: 'us-east1', kms_key: KEY },
    refused: 'in the same region',
  },
  {
    title: 'a policy that is none',
    said: { scope: 'projects/acme-sec', policy_files: { 'policy.yaml': `\${path.module}/main.tf.json` } },
    refused: 'is no policy',
  },
  {
    title: 'a policy that is not there',
    said: { scope: 'projects/acme-sec', policy_files: { 'policy.yaml': `\${path.module}/nowhere` } },
    refused: 'is not there',
  },
  {
    title: 'bundles that were not built',
    said: { scope: 'projects/acme-sec', bundles: `\${path.module}` },
    refused: 'npm run build',
  },
  {
    title: 'a console for everybody',
    said: { scope: 'projects/acme-sec', console_members: ['allUsers'] },
    refused: 'allUsers is none',
  },
];

const FUNCTIONS = [
  'on-asset-change',
  'on-audit-log',
  'work',
  'sweep',
  'deliver',
  'report',
  'slack-actions',
  'console',
  'heartbeat',
];

/**
 * What is wrong with what Terraform would make of the module: it cannot be planned, the functions would not take their environment, or what should
 * be refused is not. `policy`: the path of a good one.
 */
export async function planFaults(
  module: string,
  blocks: readonly Block[],
  providers: Readonly<Record<string, ProviderSchema>>,
  policy: string,
  readers: Readers,
): Promise<readonly string[]> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'anchorwatch-plan-')));
  const faults: string[] = [];
  try {
    copyFileSync(policy, join(folder, 'policy.yaml'));
    mkdirSync(join(folder, 'bundles'));
    for (const name of FUNCTIONS) writeFileSync(join(folder, 'bundles', `${name}.zip`), name);
    for (const { title, said, refused } of DEPLOYMENTS) {
      writeFileSync(join(folder, 'main.tf.json'), JSON.stringify(rootOf(module, folder, said)));
      const terraform = terraformIn(folder, blocks, providers);
      const before = await terraform.plan('before');
      if (refused !== undefined) {
        const [errors = ''] = isPlan(before) ? [] : before;
        // Terraform breaks lines where it likes.
        if (!errors.replace(/[\s│]+/g, ' ').includes(refused))
          faults.push(`${title}: is not refused with "${refused}": ${errors}`);
        continue;
      }
      const after = isPlan(before) ? await terraform.plan('after') : before;
      if (isPlan(after))
        faults.push(...(await deploymentFaults(after, folder, readers)).map((fault) => `${title}: ${fault}`));
      else faults.push(...after.map((error) => `${title}: ${error}`));
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return faults;
}

function isPlan(planned: Plan | readonly string[]): planned is Plan {
  return !Array.isArray(planned);
}

function rootOf(module: string, folder: string, said: Deployment['said']): unknown {
  const bundles = join(folder, 'bundles');
  return {
    variable: {
      slack_bot_token: { ephemeral: true, default: 'xoxb-1' },
      slack_signing_secret: { ephemeral: true, default: '0123456789abcdef0123456789abcdef' },
    },
    module: {
      anchorwatch: {
        source: module,
        project_id: 'acme-sec',
        region: 'europe-west1',
        bundles,
        policy_files: { 'policy.yaml': `\${path.module}/policy.yaml` },
        ...said,
      },
    },
    output: { deployment: { value: `\${module.anchorwatch.deployment}` } },
  };
}

/** Whatever a function would be started with is read as the function reads it, and the output as `anchorwatch doctor` does. */
async function deploymentFaults(
  { planned_values }: Plan,
  folder: string,
  readers: Readers,
): Promise<readonly string[]> {
  const functions = resourcesIn(planned_values.root_module).filter(
    ({ type }) => type === 'google_cloudfunctions2_function' || type === 'google_cloud_run_v2_service',
  );
  const deployment = planned_values.outputs?.deployment?.value;
  const file = join(folder, 'deployment.json');
  writeFileSync(file, JSON.stringify(deployment));
  const told = JSON.stringify(watchIn(deployment));
  const faults = functions.flatMap((one) => {
    const env = environmentOf(one);
    const name = FUNCTIONS.find((known) => String(one.values.name).endsWith(`-${known}`)) ?? '';
    return [
      ...readers.faults(name, env),
      ...(env.ANCHORWATCH_WATCH === undefined || sorted(env.ANCHORWATCH_WATCH) === sorted(told)
        ? []
        : ['its watch is not the one in the output']),
      ...thrown(() => {
        policyPlace(env.ANCHORWATCH_POLICY ?? '');
        storeSettings(env);
        queueTopics({ ...env, K_SERVICE: one.address });
        watchSettings(env);
        consoleUrl(env);
        if (name === 'console') consoleSettings(env);
        else if (name !== 'slack-actions') pushSettings(env);
      }),
    ].map((fault) => `${one.address}: ${fault}`);
  });
  return [
    ...faults,
    ...(functions.length < 7 ? [`only ${functions.length} functions are planned`] : []),
    ...(await deploymentIn(file).then(
      () => [],
      (error: unknown) => [String(error)],
    )),
  ];
}

interface Readers {
  /** What a function is given and does not read, or needs and is not given. */
  readonly faults: (name: string, env: Environment) => readonly string[];
}

/** Who reads which variable, by the table of docs/operate.md. */
export function readersIn(markdown: string): Readers {
  const rows = [...markdown.matchAll(/^\| (`[A-Z][^|]*) \| ([^|]*) \|/gm)].flatMap(
    ([, names = '', readBy = '']) =>
      (names.match(/\b[A-Z][A-Z_]+\b/g) ?? []).map((variable) => ({ variable, readBy })),
  );
  const reads = (name: string, readBy: string, env: Environment) => {
    if (readBy.startsWith('wherever the signing secret is'))
      return 'ANCHORWATCH_SLACK_SIGNING_SECRET_FILE' in env;
    const isNamed = readBy.includes(`\`${name}\``);
    return readBy.startsWith('all') ? !isNamed : isNamed;
  };
  return {
    faults: (name, env) => [
      ...Object.keys(env)
        .filter(
          (given) => !rows.some(({ variable, readBy }) => variable === given && reads(name, readBy, env)),
        )
        .map((given) => `it is given ${given}, which it does not read`),
      ...rows
        .filter(
          ({ variable, readBy }) =>
            /needed(?! by| there)/.test(readBy) && reads(name, readBy, env) && !env[variable],
        )
        .map(({ variable }) => `it needs ${variable}`),
    ],
  };
}

function thrown(read: () => void): readonly string[] {
  try {
    read();
    return [];
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
}

function sorted(json: string): string {
  return JSON.stringify(JSON.parse(json), (_key, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => a.localeCompare(b)))
      : value,
  );
}

function watchIn(deployment: unknown): unknown {
  return typeof deployment === 'object' && deployment !== null && 'watch' in deployment
    ? deployment.watch
    : {};
}

/** A function has it as a map, a service as a list in its container. */
function environmentOf({ values }: PlannedResource): Environment {
  const found: Record<string, string> = {};
  const walk = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    if ('name' in value && 'value' in value && typeof value.value === 'string')
      found[String(value.name)] = value.value;
    if ('environment_variables' in value) Object.assign(found, value.environment_variables);
    for (const inner of Object.values(value)) walk(inner);
  };
  walk(values);
  return found;
}
