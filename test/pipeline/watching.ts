/** A deployed watch with the APIs it is made of over HTTP, and a clock that is turned by hand. */
import { watchSettings } from '../../functions/watch-settings.ts';
import { iamCanary } from '../../shared/adapters/canary.ts';
import { ownParts } from '../../shared/adapters/own-parts.ts';
import type { Finding } from '../../shared/model/finding.ts';
import { formatTime } from '../../shared/model/time.ts';
import { type HeartbeatPorts, heartbeat } from '../../shared/pipeline/heartbeat.ts';
import { receive } from '../../shared/pipeline/receive.ts';
import type { Metrics } from '../../shared/ports.ts';
import { asset, auditEntry } from '../decode/payloads.ts';
import { type OwnPartsServer, startOwnPartsServer } from '../own-parts-server.ts';
import { pushed } from './bodies.ts';
import { Stage } from './stage.ts';

export const FEED = 'organizations/123456789012/feeds/anchorwatch-policies';
export const SINK = 'organizations/123456789012/sinks/anchorwatch';
export const ASSET_TOPIC = 'projects/acme-sec/topics/anchorwatch-assets';
export const AUDIT_TOPIC = 'projects/acme-sec/topics/anchorwatch-audit';
export const SUBSCRIPTION = 'projects/acme-sec/subscriptions/anchorwatch-audit';
export const SCHEDULE = 'projects/acme-sec/locations/europe-west1/jobs/anchorwatch-deliver';
export const FUNCTION = 'projects/acme-sec/locations/europe-west1/services/on-audit-log';
export const SCOPE = 'organizations/123456789012';
export const AGENT = 'serviceAccount:service-77@gcp-sa-cloudasset.iam.gserviceaccount.com';
export const WRITER = 'serviceAccount:o123456789012-9@gcp-sa-logging.iam.gserviceaccount.com';
const CANARY = 'projects/acme-sec/serviceAccounts/canary@acme-sec.iam.gserviceaccount.com';
const CANARY_ID = '1234567890';
const FILTER = 'log_id("cloudaudit.googleapis.com/activity")';

type Json = Readonly<Record<string, unknown>>;

const DEPLOYED: Json = {
  feeds: [
    {
      name: FEED,
      assetTypes: ['iam.googleapis.com/ServiceAccount'],
      content: 'IAM_POLICY',
      topic: ASSET_TOPIC,
    },
  ],
  sinks: [
    {
      name: SINK,
      destination: `pubsub.googleapis.com/${AUDIT_TOPIC}`,
      filter: FILTER,
      writer: WRITER,
      includeChildren: true,
    },
  ],
  topics: [
    { name: ASSET_TOPIC, publishers: [AGENT] },
    { name: AUDIT_TOPIC, publishers: [WRITER] },
  ],
  subscriptions: [{ name: SUBSCRIPTION, topic: AUDIT_TOPIC, ackDeadlineSeconds: 600 }],
  schedules: [{ name: SCHEDULE, schedule: '* * * * *', target: 'https://deliver.run.app/' }],
  functions: [FUNCTION],
  auditConfig: { scope: SCOPE, logs: [{ service: 'iam.googleapis.com', types: ['DATA_READ'] }] },
};
const CANARY_ONLY: Json = { canary: { account: CANARY, uniqueId: CANARY_ID } };

export class Watching {
  readonly stage: Stage;
  readonly server: OwnPartsServer;
  readonly metrics: string[] = [];
  /** What still arrives. */
  readonly arrives = { sink: true, feed: true };
  readonly #environment: Json;
  readonly #own: Pick<HeartbeatPorts, 'ownParts' | 'canary'>;
  #shown: unknown;
  #entries = 0;

  private constructor(stage: Stage, server: OwnPartsServer, environment: Json) {
    this.stage = stage;
    this.server = server;
    this.#environment = environment;
    const { url: rootUrl } = server;
    this.#own = {
      ownParts: ownParts({ rootUrl, longestWaitMillis: 1 }),
      canary: iamCanary({ account: CANARY, rootUrl }),
    };
  }

  /** Everything as it was deployed. `parts: false`: only the canary is watched. */
  static async open({ parts = true }: { readonly parts?: boolean } = {}): Promise<Watching> {
    const server = await startOwnPartsServer();
    const watching = new Watching(
      await Stage.open(),
      server,
      parts ? { ...DEPLOYED, ...CANARY_ONLY } : CANARY_ONLY,
    );
    watching.restore();
    return watching;
  }

  async close(): Promise<void> {
    await this.server.close();
    await this.stage.close();
  }

  /** Puts all parts back as they were deployed. */
  restore(): void {
    const { resources, policies } = this.server;
    resources.set(FEED, {
      name: FEED,
      assetTypes: ['iam.googleapis.com/ServiceAccount'],
      contentType: 'IAM_POLICY',
      feedOutputConfig: { pubsubDestination: { topic: ASSET_TOPIC } },
    });
    resources.set(SINK, {
      name: 'anchorwatch',
      destination: `pubsub.googleapis.com/${AUDIT_TOPIC}`,
      filter: FILTER,
      writerIdentity: WRITER,
      includeChildren: true,
    });
    resources.set(`${SCOPE}/exclusions`, {});
    for (const name of [ASSET_TOPIC, AUDIT_TOPIC]) resources.set(name, { name });
    resources.set(SUBSCRIPTION, { name: SUBSCRIPTION, topic: AUDIT_TOPIC, ackDeadlineSeconds: 600 });
    resources.set(SCHEDULE, {
      name: SCHEDULE,
      schedule: '* * * * *',
      httpTarget: { uri: 'https://deliver.run.app/' },
      state: 'ENABLED',
    });
    policies.set(ASSET_TOPIC, {
      etag: 'a',
      bindings: [{ role: 'roles/pubsub.publisher', members: [AGENT] }],
    });
    policies.set(AUDIT_TOPIC, {
      etag: 'w',
      bindings: [{ role: 'roles/pubsub.publisher', members: [WRITER] }],
    });
    policies.set(SCOPE, {
      auditConfigs: [{ service: 'iam.googleapis.com', auditLogConfigs: [{ logType: 'DATA_READ' }] }],
    });
    policies.set(CANARY, { etag: '0' });
  }

  get ports(): HeartbeatPorts & Stage['ports'] {
    const settings = watchSettings({ ANCHORWATCH_WATCH: JSON.stringify(this.#environment) });
    const metrics: Metrics = {
      record: (name, value, labels) =>
        void this.metrics.push(`${name}${labels === undefined ? '' : JSON.stringify(labels)} ${value}`),
    };
    return {
      ...this.stage.ports,
      metrics,
      watch: settings?.watch,
      ...this.#own,
    };
  }

  /** The heartbeat, and what the streams show of the canary if it was flipped. */
  async beat(): Promise<void> {
    await heartbeat(this.ports);
    const policy = this.server.policies.get(CANARY);
    if (policy === undefined || policy === this.#shown || policy.etag === '0') return;
    this.#shown = policy;
    const at = formatTime(this.stage.now);
    if (this.arrives.sink) {
      await this.push(
        this.entry(
          'iam.googleapis.com',
          'google.iam.admin.v1.SetIAMPolicy',
          `projects/-/serviceAccounts/${CANARY_ID}`,
          {
            response: policy,
            resource: {
              type: 'service_account',
              labels: { project_id: 'acme-sec', unique_id: CANARY_ID, email_id: CANARY.split('/').at(-1) },
            },
          },
        ),
      );
    }
    if (this.arrives.feed) {
      const name = `//iam.googleapis.com/projects/acme-sec/serviceAccounts/${CANARY_ID}`;
      await this.push({
        asset: asset('iam.googleapis.com/ServiceAccount', name, { updateTime: at, iamPolicy: policy }),
        window: { startTime: at },
      });
    }
  }

  push(content: Json) {
    return receive(pushed(content, `m${++this.#entries}`), this.ports);
  }

  /** An audit entry of now, by jane. */
  entry(
    serviceName: string,
    methodName: string,
    resourceName: string,
    { resource = { type: 'audited_resource', labels: {} }, ...payload }: Json = {},
  ): Json {
    return auditEntry(
      {
        serviceName,
        methodName,
        resourceName,
        authenticationInfo: {
          principalEmail: 'jane@acme.example',
          principalSubject: 'user:jane@acme.example',
        },
        ...payload,
      },
      {
        insertId: `e${++this.#entries}`,
        logName: `${SCOPE}/logs/cloudaudit.googleapis.com%2Factivity`,
        timestamp: formatTime(this.stage.now),
        resource,
      },
    );
  }

  /** Time passes: a heartbeat every five minutes, and whatever is due is told. */
  async pass(minutes: number, { beats = true, delivers = true } = {}): Promise<void> {
    for (let minute = 0; minute < minutes; minute += 5) {
      this.stage.advance(300);
      if (beats) await this.beat();
      if (delivers) await this.stage.deliver();
    }
  }

  /** What the watch says of itself: `self-silent open: title`. */
  async says(): Promise<readonly string[]> {
    return (await this.findings()).map((one) => `${one.detector} ${one.state}: ${one.title}`).sort();
  }

  async findings(): Promise<readonly Finding[]> {
    return (await this.stage.findings()).filter(({ state }) => state !== 'resolved');
  }
}
