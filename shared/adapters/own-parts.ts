import type { MethodOptions } from 'googleapis/build/src/apis/pubsub/index.js';
import type { DeclaredPart } from '../model/watch-part.ts';
import type { OwnParts, PartReading } from '../ports.ts';
import {
  auditConfigSettings,
  exclusionSettings,
  feedSettings,
  scheduleSettings,
  sinkSettings,
  subscriptionSettings,
  topicSettings,
} from './own-parts-settings.ts';

export interface OwnPartsOptions {
  /** Another address than Google's, without credentials. Tests only: it must never come from a policy or a request. */
  readonly rootUrl?: string;
  /** Between two tries. Tests only. */
  readonly longestWaitMillis?: number;
}

/** What each try is given, of three. */
const TIMEOUT_MILLIS = 10_000;
const TRIES = 3;
const MOST_EXCLUSIONS = 1_000;

/** Reads what the watch is made of from the APIs of its services, each loaded with its first reading. */
export function ownParts({ rootUrl, longestWaitMillis = 4_000 }: OwnPartsOptions = {}): OwnParts {
  const clients = clientsOf(rootUrl);
  // New ones for each request: the client counts the tries in them.
  const options = (): MethodOptions => ({
    timeout: TIMEOUT_MILLIS,
    retryConfig: {
      retry: TRIES - 1,
      noResponseRetries: TRIES - 1,
      retryDelay: Math.min(300, longestWaitMillis),
      maxRetryDelay: longestWaitMillis,
    },
  });
  return {
    async read(part) {
      const name = part.resource.replace(/^\/\/[^/]+\//, '');
      try {
        return await readings[part.kind](name, clients, options);
      } catch (error) {
        return statusOf(error) === 404 ? { kind: 'absent' } : { kind: 'unknown', why: wordsOf(error) };
      }
    },
  };
}

type Access = { readonly rootUrl: string } | { readonly auth: Auth };
type Auth = InstanceType<typeof import('googleapis/build/src/apis/pubsub/index.js')['auth']['GoogleAuth']>;

/** The clients, each made with its first use: to make one takes longer than to ask with it. */
function clientsOf(rootUrl: string | undefined) {
  const access = once(() => accessTo(rootUrl));
  return {
    assets: once(async () => {
      const { cloudasset } = await import('googleapis/build/src/apis/cloudasset/index.js');
      return cloudasset({ version: 'v1', ...(await access()) });
    }),
    logging: once(async () => {
      const { logging } = await import('googleapis/build/src/apis/logging/index.js');
      return logging({ version: 'v2', ...(await access()) });
    }),
    pubsub: once(async () => {
      const { pubsub } = await import('googleapis/build/src/apis/pubsub/index.js');
      return pubsub({ version: 'v1', ...(await access()) });
    }),
    scheduler: once(async () => {
      const { cloudscheduler } = await import('googleapis/build/src/apis/cloudscheduler/index.js');
      return cloudscheduler({ version: 'v1', ...(await access()) });
    }),
    resources: once(async () => {
      const { cloudresourcemanager } = await import(
        'googleapis/build/src/apis/cloudresourcemanager/index.js'
      );
      return cloudresourcemanager({ version: 'v3', ...(await access()) });
    }),
  };
}
type Clients = ReturnType<typeof clientsOf>;

/** What failed is tried anew. */
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    const attempt = made ?? make();
    made = attempt;
    attempt.catch(() => {
      made = undefined;
    });
    return attempt;
  };
}

type Reading = (name: string, clients: Clients, options: () => MethodOptions) => Promise<PartReading>;

const readings: Readonly<Record<DeclaredPart['kind'], Reading>> = {
  async feed(name, { assets }, options) {
    const { data } = await (await assets()).feeds.get({ name }, options());
    return { kind: 'found', settings: feedSettings(named(data)) };
  },
  async sink(sinkName, { logging }, options) {
    const { data } = await (await logging()).sinks.get({ sinkName }, options());
    return { kind: 'found', settings: sinkSettings(named(data)) };
  },
  async exclusions(name, { logging }, options) {
    const parent = name.replace(/\/exclusions$/, '');
    const params = { parent, pageSize: MOST_EXCLUSIONS };
    const { data } = await (await logging()).exclusions.list(params, options());
    return { kind: 'found', settings: exclusionSettings(object(data).exclusions ?? []) };
  },
  async topic(topic, { pubsub }, options) {
    const { topics } = (await pubsub()).projects;
    const { data } = await topics.get({ topic }, options());
    const asked = { resource: topic, 'options.requestedPolicyVersion': 3 };
    const policy = await topics.getIamPolicy(asked, options());
    return { kind: 'found', settings: topicSettings(named(data)), policy: object(policy.data) };
  },
  async subscription(subscription, { pubsub }, options) {
    const { data } = await (await pubsub()).projects.subscriptions.get({ subscription }, options());
    return { kind: 'found', settings: subscriptionSettings(named(data)) };
  },
  async schedule(name, { scheduler }, options) {
    const { data } = await (await scheduler()).projects.locations.jobs.get({ name }, options());
    return { kind: 'found', settings: scheduleSettings(named(data)) };
  },
  async 'audit-config'(resource, { resources }, options) {
    const { organizations, folders, projects } = await resources();
    const params = { resource, requestBody: { options: { requestedPolicyVersion: 3 } } };
    const { data } = resource.startsWith('organizations/')
      ? await organizations.getIamPolicy(params, options())
      : resource.startsWith('folders/')
        ? await folders.getIamPolicy(params, options())
        : await projects.getIamPolicy(params, options());
    return { kind: 'found', settings: auditConfigSettings(object(data)) };
  },
  // What a function runs is no setting: its changes are known by the audit log alone.
  async function() {
    return { kind: 'unknown', why: 'functions are not read back' };
  },
};

async function accessTo(rootUrl: string | undefined): Promise<Access> {
  if (rootUrl !== undefined) return { rootUrl };
  const { auth } = await import('googleapis/build/src/apis/pubsub/index.js');
  // Two of the APIs know no narrower scope (their discovery documents); what may be read is decided by our roles.
  return { auth: new auth.GoogleAuth({ scopes: ['https://www.googleapis.com/auth/cloud-platform'] }) };
}

/** An answer as it came: the client gives whatever the body held, a text where that was no JSON. */
function object<T>(data: T): T {
  if (typeof data !== 'object' || data === null || Array.isArray(data))
    throw new Error('the answer is no object of JSON');
  return data;
}

/** Whatever has a name says it: an answer without one is none, and would look like a part without settings. */
function named<T extends { name?: string | null }>(data: T): T {
  if (typeof object(data).name !== 'string') throw new Error('the answer has no name');
  return data;
}

function statusOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'status' in error ? error.status : undefined;
}

/** In a line: the client's messages may hold whole pages. */
function wordsOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  const status = statusOf(error);
  return `${typeof status === 'number' ? `${status} ` : ''}${text}`.replace(/\s+/g, ' ').trim().slice(0, 200);
}
