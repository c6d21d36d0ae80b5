import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { wire, wiring } from '../../functions/wiring.ts';
import { startGcsServer } from '../gcs-server.ts';
import { POLICY, POLICY_YAML } from '../world.ts';

const NAMES = [
  'ANCHORWATCH_POLICY',
  'ANCHORWATCH_STORE',
  'ANCHORWATCH_SLACK_TOKEN_FILE',
  'ANCHORWATCH_SLACK_SIGNING_SECRET_FILE',
  'ANCHORWATCH_SLACK_TEAMS',
  'ANCHORWATCH_SLACK_APP_ID',
  'K_SERVICE',
  'STORAGE_EMULATOR_HOST',
] as const;

let folder: string;
let before: Readonly<Record<string, string | undefined>>;
beforeEach(() => {
  wire(undefined);
  folder = mkdtempSync(join(tmpdir(), 'anchorwatch-'));
  before = Object.fromEntries(NAMES.map((name) => [name, process.env[name]]));
  for (const name of NAMES) delete process.env[name];
});
afterEach(() => {
  for (const name of NAMES) {
    if (before[name] === undefined) delete process.env[name];
    else process.env[name] = before[name];
  }
  wire(undefined);
  rmSync(folder, { recursive: true });
});

function policy(text = POLICY_YAML, name = 'policy.yaml'): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

describe('the wiring from the environment', () => {
  it.each([
    ['ANCHORWATCH_POLICY', 'nothing is set', {}],
    ['ANCHORWATCH_POLICY', 'it is set to nothing', { ANCHORWATCH_POLICY: '' }],
    ['ANCHORWATCH_STORE', 'only the policy is set', { ANCHORWATCH_POLICY: 'policy.yaml' }],
  ])('asks for %s when %s', (name, _when, env) => {
    Object.assign(process.env, env);
    expect(() => wiring()).toThrow(`the environment variable ${name} is not set`);
  });

  it('refuses SQLite where the disk goes with the instance', () => {
    Object.assign(process.env, {
      ANCHORWATCH_POLICY: policy(),
      ANCHORWATCH_STORE: join(folder, 'a.sqlite'),
      K_SERVICE: 'on-audit-log',
    });
    expect(() => wiring()).toThrow(/this is Cloud Run or Cloud Functions, where the disk is memory/);
  });

  it('is built once, with the policy that was there first', async () => {
    Object.assign(process.env, {
      ANCHORWATCH_POLICY: policy(),
      ANCHORWATCH_STORE: join(folder, 'a.sqlite'),
    });
    const ports = wiring();
    expect(wiring()).toBe(ports);
    const { hash } = await ports.policy.current();
    policy('this is no policy');
    expect((await ports.policy.current()).hash).toBe(hash);
    await ports.store.close();
  });

  it('takes several policy files, apart by commas', async () => {
    const [head = '', spec = ''] = POLICY_YAML.split('  forbiddenRoles:');
    const first = policy(head, 'a.yaml');
    const header = head.slice(0, head.indexOf('spec:'));
    const second = policy(`${header}spec:\n  forbiddenRoles:${spec}`, 'b.yaml');
    Object.assign(process.env, {
      ANCHORWATCH_POLICY: `${first}, ${second}`,
      ANCHORWATCH_STORE: join(folder, 'a.sqlite'),
    });
    const ports = wiring();
    const loaded = await ports.policy.current();
    expect([loaded.identities.length, loaded.forbiddenRoles.length]).toEqual([3, 2]);
    await ports.store.close();
  });

  it('takes a policy in Cloud Storage', async () => {
    const server = await startGcsServer();
    server.buckets.set('acme-policy', new Map());
    server.put('acme-policy', 'prod/policy.yaml', POLICY_YAML);
    Object.assign(process.env, {
      ANCHORWATCH_POLICY: 'gs://acme-policy/prod/',
      ANCHORWATCH_STORE: join(folder, 'a.sqlite'),
      // Where the client library goes instead of to Google.
      STORAGE_EMULATOR_HOST: `${server.url}/storage/v1`,
    });
    const ports = wiring();
    expect((await ports.policy.current()).name).toBe(POLICY.name);
    await ports.store.close();
    await server.close();
  });

  it.each(['gs://acme-policy', 'policy.yaml,gs://acme-policy/policy.yaml'])(
    'refuses %s as the place of a policy',
    (place) => {
      Object.assign(process.env, { ANCHORWATCH_POLICY: place, ANCHORWATCH_STORE: join(folder, 'a.sqlite') });
      expect(() => wiring()).toThrow(`\`${place}\` names no one policy`);
    },
  );

  describe('for what comes from Slack', () => {
    function slackEnv(env: Readonly<Record<string, string>>): void {
      const secret = join(folder, 'signing-secret');
      writeFileSync(secret, 'current\nprevious\n');
      Object.assign(process.env, {
        ANCHORWATCH_POLICY: policy(),
        ANCHORWATCH_STORE: join(folder, 'a.sqlite'),
        ANCHORWATCH_SLACK_SIGNING_SECRET_FILE: secret,
        ...env,
      });
    }

    it('takes the signing secrets, the workspaces and the app', async () => {
      slackEnv({ ANCHORWATCH_SLACK_TEAMS: 'T0ACME, E0ACME', ANCHORWATCH_SLACK_APP_ID: 'A0WATCH' });
      const { slack, store } = wiring();
      expect(slack?.admission).toEqual({ teams: ['T0ACME', 'E0ACME'], app: 'A0WATCH' });
      expect(await slack?.secrets()).toEqual(['current', 'previous']);
      // Nobody told it a token.
      expect(await slack?.dialogues.open('1.2.a', { type: 'modal' })).toMatchObject({ kind: 'failed' });
      await store.close();
    });

    it.each([
      [{}, 'the environment variable ANCHORWATCH_SLACK_TEAMS is not set'],
      [{ ANCHORWATCH_SLACK_TEAMS: ' , ' }, 'no Slack workspace is named whose members may press'],
      [{ ANCHORWATCH_SLACK_TEAMS: 'acme' }, '`acme` is not the id of a Slack workspace (T…)'],
      [
        { ANCHORWATCH_SLACK_TEAMS: 'T0ACME', ANCHORWATCH_SLACK_APP_ID: 'T0ACME' },
        '`T0ACME` is not the id of a Slack app (A…)',
      ],
    ])('refuses %j', (env, why) => {
      slackEnv(env);
      expect(() => wiring()).toThrow(why);
    });

    it('is not wired without a signing secret', async () => {
      slackEnv({ ANCHORWATCH_SLACK_SIGNING_SECRET_FILE: '' });
      const { slack, store } = wiring();
      expect(slack).toBeUndefined();
      await store.close();
    });
  });

  it('says no more than 500 when it cannot be built, and tells the log why', async () => {
    const lines: string[] = [];
    const write = process.stdout.write;
    process.stdout.write = ((line: string) => lines.push(line) > 0) as typeof write;
    try {
      const { serve } = await import('./serving.ts');
      const served = await serve();
      wire(undefined);
      const answer = await served.post('/on-audit-log', {});
      expect([answer.status, await answer.text()]).toEqual([500, '']);
      await served.close();
    } finally {
      process.stdout.write = write;
    }
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      {
        severity: 'ERROR',
        message: 'not taken in, to be redelivered',
        error: 'the environment variable ANCHORWATCH_POLICY is not set',
      },
    ]);
  });
});
