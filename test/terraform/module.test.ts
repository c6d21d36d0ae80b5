/** What the module in terraform/ says, held against the program that it deploys. */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { Cron } from 'croner';
import { watchSettings } from '../../functions/watch-settings.ts';
import {
  COMPOSITE_INDEXES,
  firestoreCollection,
  SINGLE_FIELD_INDEXES,
  TIME_TO_LIVE,
} from '../../shared/adapters/firestore-layout.ts';
import { loadForAllDetectors } from '../../shared/adapters/policy-file.ts';
import { HOUR, MINUTE } from '../../shared/model/time.ts';
import type { Collection } from '../../shared/ports.ts';
import { part } from '../detectors/watch.ts';
import { where } from '../where.ts';
import { says, t } from '../world.ts';
import { type Block, readModule } from './check/hcl.ts';
import { referencesIn } from './check/references.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const MODULE = join(ROOT, 'terraform');
const EXAMPLES = readdirSync(join(MODULE, 'examples'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

const BLOCKS = await readModule(MODULE);
const RESOURCES = BLOCKS.filter(({ kind }) => kind === 'resource');
/** What is generated is held against the program elsewhere. */
const WRITTEN = BLOCKS.filter(({ file }) => file !== 'sources.tf');

function local(name: string): unknown {
  const found = BLOCKS.find(({ kind, body }) => kind === 'locals' && name in body);
  if (found === undefined) throw new Error(`there is no local.${name}`);
  return found.body[name];
}

function texts(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(texts) : [];
}

/** An expression as the parser gives it. */
const expression = (text: string) => `\${${text}}`;
const address = ({ labels }: Block) => labels.join('.');
const ofType = (type: string) => RESOURCES.filter(({ labels }) => labels[0] === type);

describe('the files', () => {
  it.each(EXAMPLES)('the example %s can be read', async (name) => {
    const blocks = await readModule(join(MODULE, 'examples', name));
    expect(blocks.filter(({ kind }) => kind === 'module')).not.toEqual([]);
  });

  it.each(EXAMPLES)('the policies of the example %s are good ones', async (name) => {
    const folder = join(MODULE, 'examples', name);
    for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
      if (!file.endsWith('.yaml')) continue;
      const text = readFileSync(join(folder, file), 'utf8');
      expect(await loadForAllDetectors([{ path: file, text }], t(0))).toMatchObject({ ok: true });
    }
  });

  where('terraform', () => {
    it('are in the form that `terraform fmt` gives them', () => {
      const { stdout, status } = spawnSync('terraform', ['fmt', '-check', '-recursive', MODULE], {
        encoding: 'utf8',
      });
      expect(stdout).toBe('');
      expect(status).toBe(0);
    });
  });
});

describe('functions', () => {
  it('are never triggered by events, which would be dropped when one fails', () => {
    expect(RESOURCES.filter(({ body }) => 'event_trigger' in body).map(address)).toEqual([]);
    expect(ofType('google_pubsub_subscription').map(address)).toContain('google_pubsub_subscription.push');
  });

  it('get the environment that docs/operate.md says, each variable and no other', () => {
    const documented = readFileSync(join(ROOT, 'docs', 'operate.md'), 'utf8');
    const rows = [...documented.matchAll(/^\| (`[A-Z][^|]*) \| ([^|]*) \|/gm)];
    const names = rows
      .filter(([, , readBy = '']) => !readBy.includes('on your machine'))
      .flatMap(([, cell = '']) => cell.match(/\b[A-Z][A-Z_]+\b/g) ?? [])
      // Cloud Run sets it.
      .filter((name) => name !== 'K_SERVICE');
    const functions = BLOCKS.filter(({ file, kind }) => file === 'functions.tf' && kind === 'locals');
    const set = JSON.stringify(functions.map(({ body }) => body)).match(
      /\b(?:ANCHORWATCH_[A-Z_]+|GOOGLE_CLOUD_PROJECT|NODE_OPTIONS)\b/g,
    );
    expect([...new Set(set)].sort()).toEqual([...new Set(names)].sort());
  });
});

/** Whoever is given a role of Google's, and why it cannot be one of ours. */
const PREDEFINED: Readonly<Record<string, string>> = {
  'google_pubsub_topic_iam_binding.agents roles/pubsub.publisher': 'agents of Google and the sink publish',
  'google_pubsub_subscription_iam_member.dead_letter roles/pubsub.subscriber':
    "Pub/Sub's agent takes out what is given up",
  'google_storage_bucket_iam_member.exporter roles/storage.admin':
    "Asset Inventory's agent exports into that bucket alone",
  'google_kms_crypto_key_iam_member.agent roles/cloudkms.cryptoKeyEncrypterDecrypter':
    'agents of Google encrypt what is stored',
  'google_cloud_run_v2_service_iam_binding.console roles/run.invoker': "IAP's agent calls the console",
  'google_cloud_run_v2_service_iam_binding.slack_actions roles/run.invoker':
    'Slack has no account; only if asked for',
  'google_iap_web_cloud_run_service_iam_binding.console roles/iap.httpsResourceAccessor':
    'people open the console',
  'google_artifact_registry_repository_iam_member.builder roles/artifactregistry.writer':
    'Cloud Build keeps the images',
  'google_storage_bucket_iam_member.builder roles/storage.objectViewer': 'Cloud Build reads the bundles',
  'google_project_iam_member.builder_sources roles/storage.objectViewer':
    'Cloud Build reads what Cloud Functions copied',
  'google_project_iam_member.builder_logs roles/logging.logWriter': 'Cloud Build writes its log',
};

describe('permissions', () => {
  it('stand in no file but the generated one', () => {
    const permission = /^[a-z][A-Za-z]+\.[a-zA-Z]+\.[a-z][A-Za-z]+$/;
    const literal = WRITTEN.flatMap(({ body }) => texts(body)).filter((text) => permission.test(text));
    expect(literal.filter((text) => !text.endsWith('.googleapis.com'))).toEqual([]);
  });

  it('make up the custom roles as they are', () => {
    const roles = RESOURCES.filter(({ labels: [type = ''] }) => type.endsWith('_iam_custom_role'));
    expect(roles.map(({ body }) => body.permissions)).toEqual(
      roles.map(() => expression('each.value.permissions')),
    );
    for (const name of ['scope_grants', 'own_grants'])
      expect(referencesIn(local(name))).toContainEqual(['local', 'permissions', 0]);
    expect(roles.length).toBeGreaterThan(2);
  });

  it("come by Google's own roles only where the table above says why", () => {
    const granted = RESOURCES.filter(({ labels: [type = ''] }) =>
      /_iam_(?:member|binding|policy)$/.test(type),
    );
    const predefined = granted.flatMap((block) =>
      texts(block.body)
        .filter((text) => text.startsWith('roles/'))
        .map((role) => `${address(block)} ${role}`),
    );
    expect(predefined.toSorted()).toEqual(Object.keys(PREDEFINED).toSorted());
    const others = granted.filter(({ body }) => !String(body.role).startsWith('roles/'));
    for (const { body } of others)
      expect(body.role).toMatch(/^\$\{google_\w+_iam_custom_role\.\w+\[each\.key\]\.name\}$/);
    expect(others.length).toBeGreaterThan(5);
  });

  it('let nobody write a policy but the canary, nor become an account', () => {
    const permissions = local('permissions');
    const all = Object.entries(permissions as Record<string, Record<string, readonly string[]>>).flatMap(
      ([account, places]) =>
        Object.entries(places).flatMap(([where, names]) => names.map((name) => ({ account, where, name }))),
    );
    expect(all.length).toBeGreaterThan(20);
    const dangerous =
      /setIamPolicy|actAs|getAccessToken|getOpenIdToken|signBlob|signJwt|implicitDelegation|serviceAccountKeys\.create|roles\.(?:create|update)/;
    expect(all.filter(({ name }) => dangerous.test(name))).toEqual([
      { account: 'heartbeat', where: 'canary-account', name: 'iam.serviceAccounts.setIamPolicy' },
    ]);
  });
});

describe('the database', () => {
  /** So that a new collection is missing here until it is known to Terraform too. */
  const EVERY: Readonly<Record<Collection, true>> = {
    registers: true,
    aliases: true,
    coverage: true,
    subjects: true,
    ripples: true,
    findings: true,
    transitions: true,
    incidents: true,
    news: true,
    outbox: true,
    rollups: true,
    intents: true,
    decisions: true,
    seen: true,
    acts: true,
    changes: true,
    quarantine: true,
    meta: true,
    catalogue: true,
    runs: true,
    shards: true,
    sightings: true,
    posture: true,
    reports: true,
    reviews: true,
    rosters: true,
    policies: true,
  };
  const named = (names: unknown) => texts(names).map((name) => `${local('store_prefix')}${name}`);
  const field = (name: string) =>
    ofType('google_firestore_field').find(({ labels }) => labels[1] === name)?.body;

  it('has the indexes that the store asks for', () => {
    expect(named(local('due_collections'))).toEqual(COMPOSITE_INDEXES.map(({ collection }) => collection));
    const [index] = ofType('google_firestore_index');
    for (const { fields } of COMPOSITE_INDEXES)
      expect(index?.body.fields).toEqual(fields.map(({ field, order }) => ({ field_path: field, order })));
  });

  it('lets expire what the store lets expire', () => {
    expect(named(local('expiring_collections'))).toEqual(TIME_TO_LIVE.map(({ collection }) => collection));
    expect(new Set(TIME_TO_LIVE.map(({ field: name }) => name))).toEqual(
      new Set([field('time_to_live')?.field]),
    );
  });

  it('indexes no field of any collection but those that are asked for', () => {
    const collections = Object.keys(EVERY).map((name) => firestoreCollection(name as Collection));
    expect(named(local('collections')).toSorted()).toEqual(collections.toSorted());
    expect(field('unindexed')).toMatchObject({
      field: '*',
      index_config: [{}],
      for_each: expression('toset(local.collections)'),
    });
    for (const { field: name, ...index } of SINGLE_FIELD_INDEXES.indexed) {
      const indexes = 'order' in index ? { order: index.order } : { array_config: index.arrayConfig };
      expect(field(name)).toMatchObject({
        field: name,
        index_config: [{ indexes: [indexes] }],
        for_each: expression('toset(local.collections)'),
      });
    }
  });
});

describe('the watch', () => {
  /** A value for each field that ANCHORWATCH_WATCH may have. */
  const SAMPLE: Readonly<Record<string, unknown>> = {
    'feeds.name': 'organizations/1/feeds/f',
    'feeds.assetTypes': ['iam.googleapis.com/Role'],
    'feeds.content': 'RESOURCE',
    'feeds.topic': 'projects/p/topics/t',
    'sinks.name': 'organizations/1/sinks/s',
    'sinks.destination': 'pubsub.googleapis.com/projects/p/topics/t',
    'sinks.filterSha256': 'a'.repeat(64),
    'sinks.writer': 'serviceAccount:w@logging.iam.gserviceaccount.com',
    'sinks.includeChildren': true,
    'topics.name': 'projects/p/topics/t',
    'topics.publishers': ['serviceAccount:w@logging.iam.gserviceaccount.com'],
    'subscriptions.name': 'projects/p/subscriptions/s',
    'subscriptions.topic': 'projects/p/topics/t',
    'subscriptions.ackDeadlineSeconds': 600,
    'subscriptions.deadLetterTopic': 'projects/p/topics/d',
    'subscriptions.push': 'https://f.run.app',
    'subscriptions.pushAccount': 'pusher@p.iam.gserviceaccount.com',
    'schedules.name': 'projects/p/locations/l/jobs/j',
    'schedules.schedule': '* * * * *',
    'schedules.target': 'https://f.run.app/',
    functions: ['projects/p/locations/l/services/s'],
    'auditConfig.scope': 'organizations/1',
    'auditConfig.logs': [{ service: 'iam.googleapis.com', types: ['ADMIN_READ'] }],
    'canary.account': 'projects/p/serviceAccounts/c@p.iam.gserviceaccount.com',
    'canary.uniqueId': '1',
    exceptionsFrom: ['gs://b/exceptions/*'],
    policyGeneration: '1',
  };
  const ONE = new Set(['auditConfig', 'canary']);

  it('is told in the fields that the functions read, and with all that they need', () => {
    const watch: Record<string, unknown> = {};
    let top = '';
    for (const [, indent = '', name = ''] of String(local('watch')).matchAll(/^( {6,})(\w+) += /gm)) {
      if (indent.length === 6) top = name;
      if (name in SAMPLE && indent.length === 6) watch[name] = SAMPLE[name];
      if (indent.length === 6) continue;
      const value = SAMPLE[`${top}.${name}`];
      if (value === undefined) throw new Error(`watch.tf writes ${top}.${name}, of which nothing is known`);
      const before = watch[top];
      const one = { ...(Array.isArray(before) ? before[0] : before), [name]: value };
      watch[top] = ONE.has(top) ? one : [one];
    }
    expect(Object.keys(watch)).toHaveLength(
      new Set(Object.keys(SAMPLE).map((key) => key.split('.')[0])).size,
    );
    expect(watchSettings({ ANCHORWATCH_WATCH: JSON.stringify(watch) })?.watch.parts).not.toHaveLength(0);
  });
});

describe('the schedules', () => {
  const schedules = local('schedules') as Record<string, { readonly schedule: string }>;
  /** Between two calls, in nanoseconds. */
  const gap = (name: string) => {
    const [first, second] = new Cron(schedules[name]?.schedule ?? '', { timezone: 'Etc/UTC' }).nextRuns(
      2,
      '2026-03-01T00:00:00Z',
    );
    return BigInt(Number(second) - Number(first)) * 1_000_000n;
  };

  it('are those of docs/operate.md', () => {
    expect(Object.fromEntries(Object.keys(schedules).map((name) => [name, gap(name)]))).toEqual({
      deliver: MINUTE,
      heartbeat: 5n * MINUTE,
      report: 15n * MINUTE,
      sweep: 6n * HOUR,
    });
  });

  it.each([['heartbeat'], ['deliver'], ['sweep']] as const)(
    'leave %s quiet after one call that failed, and not for long',
    (name) => {
      const restedFor = (gaps: bigint) =>
        says('self-silent', {
          observations: [part(name, `own:${name}`, { last: t(0) }, t(0))],
          asOf: t(0) + gaps * gap(name),
        });
      expect(restedFor(2n)).toEqual([]);
      expect(restedFor(10n)).not.toEqual([]);
    },
  );
});
