/** A healthy deployment behind servers that speak for Google and Slack, as the Terraform module makes it and gives it out. */
import { hash } from 'node:crypto';
import { COMPOSITE_INDEXES, TIME_TO_LIVE } from '../../shared/adapters/firestore-layout.ts';
import { openSqliteStore } from '../../shared/adapters/sqlite-store.ts';
import { formatTime, MINUTE, type Nanos } from '../../shared/model/time.ts';
import { STREAMS } from '../../shared/model/watch-part.ts';
import { noteAlive } from '../../shared/pipeline/alive.ts';
import type { Store, SweepRun } from '../../shared/ports.ts';
import { policyText } from '../cli/small-world.ts';
import { type DoctorServer, startDoctorServer } from '../doctor-server.ts';
import { type GcsServer, startGcsServer } from '../gcs-server.ts';
import type { OwnPartsServer } from '../own-parts-server.ts';
import { type SlackServer, startSlackServer } from '../slack-server.ts';

type Json = Readonly<Record<string, unknown>>;
interface Binding {
  readonly role: string;
  readonly members: readonly string[];
  readonly condition?: Json;
}

const P = 'acme-sec';
export const NUMBER = '777788889999';
export const SCOPE = 'organizations/123456789012';
const REGION = 'europe-west1';
export const CHANNEL = 'C0PLATSEC';
export const FEED = `${SCOPE}/feeds/anchorwatch-resource`;
export const SINK = `${SCOPE}/sinks/anchorwatch`;
const FILTER = 'log_id("cloudaudit.googleapis.com/activity")';
export const WRITER = 'serviceAccount:o123456789012-9@gcp-sa-logging.iam.gserviceaccount.com';
export const ASSET_AGENT = `serviceAccount:service-${NUMBER}@gcp-sa-cloudasset.iam.gserviceaccount.com`;
export const PUBSUB_AGENT = `serviceAccount:service-${NUMBER}@gcp-sa-pubsub.iam.gserviceaccount.com`;
export const PUSHER = account('pusher');
export const SCHEDULER = account('scheduler');
const IAP_AGENT = `serviceAccount:service-${NUMBER}@gcp-sa-iap.iam.gserviceaccount.com`;

const FUNCTIONS = [
  'on-asset-change',
  'on-audit-log',
  'work',
  'sweep',
  'deliver',
  'heartbeat',
  'slack-actions',
  'console',
] as const;
const PUSHED = {
  'asset-changes': 'on-asset-change',
  'audit-log': 'on-audit-log',
  work: 'work',
  deliver: 'deliver',
};
const SCHEDULES = { deliver: '* * * * *', heartbeat: '*/5 * * * *', sweep: '0 */6 * * *' };

/** As `local.permissions` of the module has them, fewer of each. */
const STORE = ['datastore.entities.get', 'datastore.entities.update'];
const PERMISSIONS: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  'on-asset-change': { database: STORE, 'topic:work': ['pubsub.topics.publish'] },
  'on-audit-log': { database: STORE, 'topic:work': ['pubsub.topics.publish'] },
  work: {
    database: STORE,
    scope: ['cloudasset.assets.listResource', 'logging.logEntries.list'],
    'scope:folders': ['resourcemanager.folders.getIamPolicy'],
    'scope:organizations': ['iam.roles.list'],
    'bucket:policy': ['storage.objects.get'],
    'topic:deliver': ['pubsub.topics.publish'],
  },
  sweep: { database: STORE, 'topic:work': ['pubsub.topics.publish'] },
  deliver: { database: STORE, 'secret:slack-token': ['secretmanager.versions.access'] },
  heartbeat: {
    database: STORE,
    project: ['pubsub.topics.get'],
    'canary-account': ['iam.serviceAccounts.setIamPolicy'],
  },
  'slack-actions': {
    database: STORE,
    'secret:slack-token': ['secretmanager.versions.access'],
    'secret:signing-secret': ['secretmanager.versions.access'],
    'topic:deliver': ['pubsub.topics.publish'],
  },
  console: { database: STORE },
  pusher: { 'function:work': ['run.routes.invoke'] },
};

export function account(name: string): string {
  return `anchorwatch-${name}@${P}.iam.gserviceaccount.com`;
}

export function topic(name: string): string {
  return `projects/${P}/topics/anchorwatch-${name}`;
}

export function subscription(name: string): string {
  return `projects/${P}/subscriptions/anchorwatch-${name}`;
}

export function job(name: string): string {
  return `projects/${P}/locations/${REGION}/jobs/anchorwatch-${name}`;
}

export function service(name: string): string {
  return `projects/${P}/locations/${REGION}/services/anchorwatch-${name}`;
}

/** Secret Manager names secrets by the project's number. */
export function secret(name: string): string {
  return `projects/${NUMBER}/secrets/anchorwatch-${name}`;
}

export function roleOf(name: string, where: string): string {
  return `projects/${P}/roles/anchorwatch_${`${name}_${where}`.replace(/[-:]/g, '_')}`;
}

function uriOf(name: string): string {
  return `https://anchorwatch-${name}-${NUMBER}.${REGION}.run.app`;
}

export const CANARY = `projects/${P}/serviceAccounts/anchorwatch-canary@${P}.iam.gserviceaccount.com`;
const TOPICS = ['asset-changes', 'audit-log', 'work', 'deliver', 'dead-letter'];

/** Who publishes on a topic besides functions. */
const AGENTS: Readonly<Record<string, string>> = {
  'asset-changes': ASSET_AGENT,
  'audit-log': WRITER,
  'dead-letter': PUBSUB_AGENT,
};

function publishersOf(name: string): readonly string[] {
  const agent = AGENTS[name];
  const functions = FUNCTIONS.filter((one) => PERMISSIONS[one]?.[`topic:${name}`] !== undefined);
  return [
    ...(agent === undefined ? [] : [agent]),
    ...functions.map((one) => `serviceAccount:${account(one)}`),
  ];
}

/** What `terraform output -json deployment` prints. */
export const DEPLOYMENT = {
  schemaVersion: 1,
  project: P,
  projectNumber: NUMBER,
  region: REGION,
  scopes: [SCOPE],
  policy: 'gs://acme-sec-anchorwatch-policy/policy/',
  store: `firestore:${P}/anchorwatch`,
  reportBuckets: ['gs://acme-sec-anchorwatch-reports'],
  functions: Object.fromEntries(
    FUNCTIONS.map((name) => [name, { service: service(name), uri: uriOf(name), account: account(name) }]),
  ),
  secrets: { slackToken: secret('slack-token'), slackSigningSecret: secret('signing-secret') },
  apis: ['cloudasset.googleapis.com', 'pubsub.googleapis.com', 'run.googleapis.com'],
  permissions: PERMISSIONS,
  auditLogs: [{ service: 'iam.googleapis.com', types: ['ADMIN_READ'] }],
  watch: {
    feeds: [
      {
        name: FEED,
        assetTypes: ['iam.googleapis.com/ServiceAccount'],
        content: 'RESOURCE',
        topic: topic('asset-changes'),
      },
    ],
    sinks: [
      {
        name: SINK,
        destination: `pubsub.googleapis.com/${topic('audit-log')}`,
        filterSha256: hash('sha256', FILTER, 'hex'),
        writer: WRITER,
        includeChildren: true,
      },
    ],
    topics: TOPICS.map((name) => ({ name: topic(name), publishers: publishersOf(name) })),
    subscriptions: [
      ...Object.entries(PUSHED).map(([name, to]) => ({
        name: subscription(name),
        topic: topic(name),
        ackDeadlineSeconds: 600,
        deadLetterTopic: topic('dead-letter'),
        push: uriOf(to),
        pushAccount: PUSHER,
      })),
      { name: subscription('dead-letter'), topic: topic('dead-letter'), ackDeadlineSeconds: 60 },
    ],
    schedules: Object.entries(SCHEDULES).map(([name, schedule]) => ({
      name: job(name),
      schedule,
      target: `${uriOf(name)}/`,
    })),
    functions: FUNCTIONS.map(service),
    auditConfig: { scope: SCOPE, logs: [{ service: 'iam.googleapis.com', types: ['ADMIN_READ'] }] },
    canary: { account: CANARY, uniqueId: '1234567890' },
  },
};

export class Deployed {
  readonly google: DoctorServer;
  readonly parts: OwnPartsServer;
  readonly storage: GcsServer;
  readonly slack: SlackServer;
  readonly store: Store;
  readonly asOf: Nanos;

  private constructor(
    servers: readonly [DoctorServer, OwnPartsServer, GcsServer, SlackServer],
    store: Store,
    asOf: Nanos,
  ) {
    [this.google, this.parts, this.storage, this.slack] = servers;
    this.store = store;
    this.asOf = asOf;
  }

  /** Everything as it was deployed, and at work a minute before `asOf`. `parts`: a server that is used again and again. */
  static async open(asOf: Nanos, parts: OwnPartsServer): Promise<Deployed> {
    for (const kept of [parts.resources, parts.policies, parts.refused]) kept.clear();
    const [google, storage, slack] = await Promise.all([
      startDoctorServer(),
      startGcsServer(),
      startSlackServer(),
    ]);
    const servers = [google, parts, storage, slack] as const;
    const store = openSqliteStore({ path: ':memory:', onEphemeralDisk: false });
    const deployed = new Deployed(servers, store, asOf);
    deployed.#permissions();
    deployed.#parts();
    deployed.#services();
    deployed.#kept();
    await deployed.#work();
    return deployed;
  }

  async close(): Promise<void> {
    await Promise.all([this.google.close(), this.storage.close(), this.slack.close()]);
    await this.store.close();
  }

  /** Another value of one resource, by host and path. */
  change(name: string, change: (resource: never) => Json): void {
    this.google.resources.set(name, change(this.google.resources.get(name) as never));
  }

  /** Another policy on a resource, by its full name. */
  bind(resource: string, ...bindings: readonly Binding[]): void {
    const before = (this.google.policies.get(resource)?.bindings ?? []) as readonly Binding[];
    this.google.policies.set(resource, { etag: 'e', bindings: [...before, ...bindings] });
  }

  /** Takes a member out of the policy on a resource. */
  unbind(resource: string, member: string): void {
    const before = (this.google.policies.get(resource)?.bindings ?? []) as readonly Binding[];
    const bindings = before.map(({ members, ...rest }) => ({
      ...rest,
      members: members.filter((one) => one !== member),
    }));
    this.google.policies.set(resource, { etag: 'e', bindings });
  }

  role(name: string, includedPermissions: readonly string[]): void {
    this.google.resources.set(`iam.googleapis.com/v1/${name}`, { name, includedPermissions, stage: 'GA' });
  }

  /** One custom role for each function and place, granted on the spot. */
  #permissions(): void {
    const { policies, lists } = this.google;
    lists.set(`serviceusage.googleapis.com/v1/projects/${P}/services`, {
      field: 'services',
      items: DEPLOYMENT.apis.map((name) => ({
        name: `projects/${NUMBER}/services/${name}`,
        config: { name },
        state: 'ENABLED',
      })),
    });
    this.role('roles/pubsub.publisher', ['pubsub.topics.publish']);
    this.role('roles/pubsub.subscriber', [
      'pubsub.subscriptions.consume',
      'pubsub.topics.attachSubscription',
    ]);
    this.role('roles/run.invoker', ['run.routes.invoke']);
    this.role('roles/owner', ['resourcemanager.projects.get', 'pubsub.topics.publish']);
    this.role('roles/secretmanager.secretAccessor', ['secretmanager.versions.access']);
    const project = `//cloudresourcemanager.googleapis.com/projects/${P}`;
    policies.set(project, {
      etag: 'e',
      bindings: [{ role: 'roles/owner', members: ['user:root@acme.example'] }],
    });
    const places: Readonly<Record<string, string>> = {
      scope: `//cloudresourcemanager.googleapis.com/${SCOPE}`,
      project,
      database: project,
      bucket: '//storage.googleapis.com/acme-sec-anchorwatch-policy',
      'canary-account': `//iam.googleapis.com/${CANARY}`,
    };
    const condition = {
      title: 'anchorwatch only',
      expression: `resource.name == "projects/${P}/databases/anchorwatch"`,
    };
    for (const name of FUNCTIONS) {
      for (const [where, permissions] of Object.entries(PERMISSIONS[name] ?? {})) {
        if (where === 'scope:folders') continue;
        const [kind = '', what = ''] = where.split(':');
        this.role(roleOf(name, where), permissions);
        const own = {
          topic: `//pubsub.googleapis.com/${topic(what)}`,
          secret: `//secretmanager.googleapis.com/${secret(what)}`,
        };
        const place = own[kind as keyof typeof own] ?? places[kind] ?? '';
        const members = [`serviceAccount:${account(name)}`];
        const narrowed = kind === 'database' ? { condition } : {};
        this.bind(place, { role: roleOf(name, where), members, ...narrowed });
      }
    }
    for (const [name, agent] of Object.entries(AGENTS))
      this.bind(`//pubsub.googleapis.com/${topic(name)}`, {
        role: 'roles/pubsub.publisher',
        members: [agent],
      });
  }

  /** What the watch is made of, as the APIs tell it. */
  #parts(): void {
    const { resources, policies } = this.parts;
    const { lists } = this.google;
    resources.set(FEED, {
      name: FEED,
      assetTypes: ['iam.googleapis.com/ServiceAccount'],
      contentType: 'RESOURCE',
      feedOutputConfig: { pubsubDestination: { topic: topic('asset-changes') } },
    });
    resources.set(SINK, {
      name: 'anchorwatch',
      destination: `pubsub.googleapis.com/${topic('audit-log')}`,
      filter: FILTER,
      writerIdentity: WRITER,
      includeChildren: true,
    });
    resources.set(`${SCOPE}/exclusions`, {});
    policies.set(SCOPE, {
      auditConfigs: [{ service: 'iam.googleapis.com', auditLogConfigs: [{ logType: 'ADMIN_READ' }] }],
    });
    for (const name of TOPICS) {
      resources.set(topic(name), { name: topic(name) });
      policies.set(topic(name), { etag: 'e' });
      lists.set(`pubsub.googleapis.com/v1/${topic(name)}/subscriptions`, {
        field: 'subscriptions',
        items: [subscription(name)],
      });
    }
    for (const one of DEPLOYMENT.watch.subscriptions) {
      const push = 'push' in one ? one : undefined;
      const found = {
        name: one.name,
        topic: one.topic,
        ackDeadlineSeconds: one.ackDeadlineSeconds,
        state: 'ACTIVE',
        ...(push === undefined
          ? {}
          : {
              deadLetterPolicy: { deadLetterTopic: push.deadLetterTopic, maxDeliveryAttempts: 100 },
              pushConfig: {
                pushEndpoint: push.push,
                oidcToken: { serviceAccountEmail: push.pushAccount, audience: push.push },
              },
            }),
      };
      resources.set(one.name, found);
      this.google.resources.set(`pubsub.googleapis.com/v1/${one.name}`, found);
      this.bind(`//pubsub.googleapis.com/${one.name}`, {
        role: 'roles/pubsub.subscriber',
        members: [PUBSUB_AGENT],
      });
    }
    for (const { name, schedule, target } of DEPLOYMENT.watch.schedules) {
      const found = {
        name,
        schedule,
        timeZone: 'Etc/UTC',
        state: 'ENABLED',
        httpTarget: {
          uri: target,
          httpMethod: 'POST',
          oidcToken: { serviceAccountEmail: SCHEDULER, audience: target },
        },
        lastAttemptTime: '2026-11-22T08:59:00.123456Z',
        status: {},
      };
      resources.set(name, found);
      this.google.resources.set(`cloudscheduler.googleapis.com/v1/${name}`, found);
    }
  }

  /** The Cloud Run services, and who may call them. */
  #services(): void {
    for (const name of FUNCTIONS) {
      const revision = `${service(name)}/revisions/anchorwatch-${name}-00003-xyz`;
      const values = {
        ANCHORWATCH_POLICY: DEPLOYMENT.policy,
        ANCHORWATCH_STORE: DEPLOYMENT.store,
        ANCHORWATCH_WORK_TOPIC: topic('work'),
        ANCHORWATCH_DELIVER_TOPIC: topic('deliver'),
        ANCHORWATCH_PUSH_AUTH: 'iam',
        ANCHORWATCH_PUSH_AUDIENCE: uriOf(name),
        ANCHORWATCH_PUSH_ACCOUNTS: PUSHER,
        ANCHORWATCH_SCOPES: SCOPE,
        ANCHORWATCH_WATCH: '{}',
        ANCHORWATCH_SLACK_TOKEN_FILE: '/secrets/slack-token/value',
        ANCHORWATCH_SLACK_SIGNING_SECRET_FILE: '/secrets/signing-secret/value',
        ANCHORWATCH_SLACK_TEAMS: 'T0ACME',
        ANCHORWATCH_CONSOLE_AUDIENCE: `/projects/${NUMBER}/locations/${REGION}/services/anchorwatch-console`,
      };
      this.google.resources.set(`run.googleapis.com/v2/${service(name)}`, {
        name: service(name),
        generation: '3',
        observedGeneration: '3',
        uri: `https://anchorwatch-${name}-abcdefghij-ew.a.run.app`,
        urls: [uriOf(name), `https://anchorwatch-${name}-abcdefghij-ew.a.run.app`],
        ingress: name === 'slack-actions' ? 'INGRESS_TRAFFIC_ALL' : 'INGRESS_TRAFFIC_INTERNAL_ONLY',
        ...(name === 'slack-actions' ? { invokerIamDisabled: true } : {}),
        latestReadyRevision: revision,
        latestCreatedRevision: revision,
        terminalCondition: { type: 'Ready', state: 'CONDITION_SUCCEEDED' },
        traffic: [{ type: 'TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST', percent: 100 }],
        template: {
          serviceAccount: account(name),
          containers: [{ env: Object.entries(values).map(([key, value]) => ({ name: key, value })) }],
        },
      });
      const callers = [
        ...(Object.values(PUSHED).includes(name) ? [PUSHER] : []),
        ...(name in SCHEDULES ? [SCHEDULER] : []),
      ].map((email) => `serviceAccount:${email}`);
      this.google.policies.set(`//run.googleapis.com/${service(name)}`, { etag: 'e' });
      const members = name === 'console' ? [IAP_AGENT] : callers;
      this.bind(`//run.googleapis.com/${service(name)}`, { role: 'roles/run.invoker', members });
    }
  }

  /** Secrets, the database, buckets and the policy. */
  #kept(): void {
    const { resources, lists } = this.google;
    for (const name of ['slack-token', 'signing-secret'])
      lists.set(`secretmanager.googleapis.com/v1/${secret(name)}/versions`, {
        field: 'versions',
        items: [{ name: `${secret(name)}/versions/3`, state: 'ENABLED' }],
      });
    resources.set(`secretmanager.googleapis.com/v1/${secret('slack-token')}/versions/latest:access`, {
      name: `${secret('slack-token')}/versions/3`,
      payload: { data: Buffer.from(`${this.slack.token}\n`).toString('base64'), dataCrc32c: '1' },
    });
    const database = `firestore.googleapis.com/v1/projects/${P}/databases/anchorwatch`;
    const groups = `projects/${P}/databases/anchorwatch/collectionGroups`;
    resources.set(database, { name: `projects/${P}/databases/anchorwatch`, type: 'FIRESTORE_NATIVE' });
    lists.set(`${database}/collectionGroups/-/indexes`, {
      field: 'indexes',
      items: COMPOSITE_INDEXES.map(({ collection, fields }, at) => ({
        name: `${groups}/${collection}/indexes/I${at}`,
        queryScope: 'COLLECTION',
        fields: [
          ...fields.map(({ field, order }) => ({ fieldPath: field, order })),
          { fieldPath: '__name__', order: 'ASCENDING' },
        ],
        state: 'READY',
      })),
    });
    lists.set(`${database}/collectionGroups/-/fields`, {
      field: 'fields',
      items: TIME_TO_LIVE.map(({ collection, field }) => ({
        name: `${groups}/${collection}/fields/${field}`,
        ttlConfig: { state: 'ACTIVE' },
      })),
    });
    const isPrivate = {
      iamConfiguration: { publicAccessPrevention: 'enforced', uniformBucketLevelAccess: { enabled: true } },
    };
    resources.set('storage.googleapis.com/storage/v1/b/acme-sec-anchorwatch-reports', {
      ...isPrivate,
      retentionPolicy: { retentionPeriod: '34560000', effectiveTime: '2026-01-01T00:00:00Z' },
    });
    resources.set('storage.googleapis.com/storage/v1/b/acme-sec-anchorwatch-policy', {
      ...isPrivate,
      versioning: { enabled: true },
    });
    this.storage.buckets.set('acme-sec-anchorwatch-policy', new Map());
    this.storage.put('acme-sec-anchorwatch-policy', 'policy/policy.yaml', policyText());
  }

  /** What the functions note of themselves. */
  async #work(): Promise<void> {
    const now = this.asOf - MINUTE;
    await noteAlive(this.store, 'heartbeat', now);
    await noteAlive(this.store, 'deliver', now);
    await this.swept({});
    for (const stream of Object.values(STREAMS)) await this.showed(stream, now);
  }

  async swept(counts: Partial<SweepRun['counts']>, endedAt = this.asOf - 60n * MINUTE): Promise<void> {
    const run: SweepRun = {
      startedAt: endedAt - 5n * MINUTE,
      scopes: [SCOPE],
      state: 'done',
      cursor: undefined,
      endedAt,
      counts: { assets: 4_211, missed: 0, gone: 0, complete: 40, shards: 40, ...counts },
    };
    await this.store.transaction(async (tx) => tx.put('runs', 'run', run));
  }

  /** A stream showed the canary. */
  async showed(stream: string, at: Nanos): Promise<void> {
    await this.store.transaction(async (tx) =>
      tx.put('registers', `resource|${stream}`, {
        content: 'resource',
        name: stream,
        type: 'watch-part',
        ancestors: [],
        placedAt: at,
        fields: {
          last: [{ value: formatTime(at), time: at, source: 'sweep', first: { time: at, source: 'sweep' } }],
        },
        whole: undefined,
        exists: undefined,
        goneAt: undefined,
        unsure: {},
      }),
    );
  }
}
