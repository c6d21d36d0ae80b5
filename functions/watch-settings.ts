import * as z from 'zod';
import type { DeclaredPart, DeclaredWatch, Setting } from '../shared/model/watch-part.ts';
import type { Environment } from './settings.ts';

const CONTAINER = '(?:organizations|folders|projects|billingAccounts)/[^/]+';
const named = (pattern: string, like: string) =>
  z.string().regex(new RegExp(`^${pattern}$`), `not like ${like}`);
const text = z.string().min(1);
const topic = named('projects/[^/]+/topics/[^/]+', 'projects/PROJECT/topics/TOPIC');
const exclusions = z.array(z.strictObject({ name: text, filter: text })).default([]);

const WATCH = z.strictObject({
  feeds: z
    .array(
      z.strictObject({
        name: named(`${CONTAINER}/feeds/[^/]+`, 'organizations/NUMBER/feeds/FEED'),
        assetTypes: z.array(text).min(1),
        content: z.enum(['RESOURCE', 'IAM_POLICY', 'ORG_POLICY']),
        topic,
        condition: text.optional(),
      }),
    )
    .default([]),
  sinks: z
    .array(
      z
        .strictObject({
          name: named(`${CONTAINER}/sinks/[^/]+`, 'organizations/NUMBER/sinks/SINK'),
          destination: text,
          filter: z.string().optional(),
          filterSha256: z
            .string()
            .regex(/^[0-9a-f]{64}$/, 'not 64 hexadecimal digits')
            .optional(),
          writer: named('serviceAccount:.+', 'serviceAccount:EMAIL'),
          includeChildren: z.boolean().default(false),
          exclusions,
        })
        .refine(
          ({ filter, filterSha256 }) => (filter === undefined) !== (filterSha256 === undefined),
          'needs either `filter` or `filterSha256`, the hash of the filter as the API gives it',
        ),
    )
    .default([]),
  /** Exclusions that stand beside the sinks, by container. */
  exclusions: z
    .array(z.strictObject({ container: named(CONTAINER, 'organizations/NUMBER'), allowed: exclusions }))
    .default([]),
  topics: z
    .array(z.strictObject({ name: topic, publishers: z.array(text), schema: text.optional() }))
    .default([]),
  subscriptions: z
    .array(
      z.strictObject({
        name: named('projects/[^/]+/subscriptions/[^/]+', 'projects/PROJECT/subscriptions/SUBSCRIPTION'),
        topic,
        ackDeadlineSeconds: z.int().min(10).max(600),
        deadLetterTopic: topic.optional(),
        push: text.optional(),
        pushAccount: text.optional(),
        filter: text.optional(),
      }),
    )
    .default([]),
  schedules: z
    .array(
      z.strictObject({
        name: named(
          'projects/[^/]+/locations/[^/]+/jobs/[^/]+',
          'projects/PROJECT/locations/LOCATION/jobs/JOB',
        ),
        schedule: text,
        target: text,
      }),
    )
    .default([]),
  functions: z
    .array(
      named(
        'projects/[^/]+/locations/[^/]+/(?:services|functions)/[^/]+',
        'projects/PROJECT/locations/LOCATION/services/SERVICE',
      ),
    )
    .default([]),
  auditConfig: z
    .strictObject({
      scope: named('(?:organizations|folders|projects)/[^/]+', 'organizations/NUMBER'),
      logs: z.array(
        z.strictObject({
          service: text,
          types: z.array(z.enum(['ADMIN_READ', 'DATA_READ', 'DATA_WRITE'])).min(1),
        }),
      ),
      exempted: z.array(z.strictObject({ service: text, type: text, member: text })).default([]),
    })
    .optional(),
  canary: z
    .strictObject({
      account: named(
        'projects/[^/]+/serviceAccounts/[^/@]+@[^/@]+',
        'projects/PROJECT/serviceAccounts/EMAIL',
      ),
      uniqueId: z.string().regex(/^\d+$/, 'not the number that is its unique id'),
    })
    .optional(),
  exceptionsFrom: z.array(text).default([]),
  policyGeneration: text.optional(),
});
type Watch = z.infer<typeof WATCH>;
type Exclusions = Watch['exclusions'][number]['allowed'];

export interface WatchSettings {
  readonly watch: DeclaredWatch;
  /** `projects/P/serviceAccounts/EMAIL` of the canary. */
  readonly canaryAccount: string | undefined;
}

/**
 * `ANCHORWATCH_WATCH`: the watch as it was deployed, as JSON that Terraform writes: what the heartbeat compares the cloud with. `undefined`
 * without it: then the watch knows nothing of what it is made of. Throws with every mistake and where it is.
 */
export function watchSettings(env: Environment): WatchSettings | undefined {
  const value = env.ANCHORWATCH_WATCH;
  if (value === undefined || value === '') return undefined;
  let json: unknown;
  try {
    json = JSON.parse(value);
  } catch (error) {
    throw new Error(
      `ANCHORWATCH_WATCH is not JSON: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  return watchIn(json, 'ANCHORWATCH_WATCH');
}

/** The same of the object itself. `source`: what it is called where something is wrong with it. */
export function watchIn(json: unknown, source: string): WatchSettings {
  const parsed = WATCH.safeParse(json);
  if (!parsed.success) {
    const faults = parsed.error.issues.map(({ path, message }) => `${pathText(path)}: ${message}`);
    throw new Error(`${source} does not say what the watch is made of: ${faults.join('; ')}`);
  }
  const { canary, exceptionsFrom, policyGeneration } = parsed.data;
  const parts = partsOf(parsed.data);
  const seen = new Set<string>();
  for (const { resource } of parts) {
    if (seen.has(resource)) throw new Error(`${source} names ${resource} twice`);
    seen.add(resource);
  }
  return {
    watch: {
      parts,
      canary:
        canary === undefined
          ? undefined
          : { email: canary.account.split('/').at(-1) ?? '', uniqueId: canary.uniqueId },
      exceptionsFrom,
      policyGeneration,
    },
    canaryAccount: canary?.account,
  };
}

/** `sinks[0].filter`; the whole where no part is to blame. */
function pathText(path: readonly PropertyKey[]): string {
  const words = path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`)).join('');
  return words === '' ? 'the whole' : words.replace(/^\./, '');
}

/** Under the names of settings that the adapter gives what it reads. */
function partsOf(watch: Watch): readonly DeclaredPart[] {
  const { auditConfig } = watch;
  return [
    ...watch.feeds.map(({ name, assetTypes, content, topic: to, condition }) =>
      part('feed', `//cloudasset.googleapis.com/${name}`, [
        ...assetTypes.map((type) => set('assetType', type)),
        set('content', content),
        set('topic', to),
        ...maybe('condition', condition),
      ]),
    ),
    ...watch.sinks.map((sink) =>
      part('sink', `//logging.googleapis.com/${sink.name}`, [
        set('destination', sink.destination),
        set('filter', sink.filter ?? `sha256:${sink.filterSha256}`),
        set('writer', sink.writer),
        ...(sink.includeChildren ? [set('includeChildren', 'true')] : []),
        ...sink.exclusions.map(exclusion),
      ]),
    ),
    ...[...containersOf(watch)].map(([container, allowed]) =>
      part('exclusions', `//logging.googleapis.com/${container}/exclusions`, allowed.map(exclusion)),
    ),
    ...watch.topics.map(({ name, publishers, schema }) =>
      part('topic', `//pubsub.googleapis.com/${name}`, [
        ...publishers.map((member) => set('publisher', member)),
        ...maybe('schema', schema),
      ]),
    ),
    ...watch.subscriptions.map((subscription) =>
      part('subscription', `//pubsub.googleapis.com/${subscription.name}`, [
        set('topic', subscription.topic),
        set('ackDeadline', String(subscription.ackDeadlineSeconds)),
        ...maybe('deadLetter', subscription.deadLetterTopic),
        ...maybe('push', subscription.push),
        ...maybe('pushAccount', subscription.pushAccount),
        ...maybe('filter', subscription.filter),
      ]),
    ),
    ...watch.schedules.map(({ name, schedule, target }) =>
      part('schedule', `//cloudscheduler.googleapis.com/${name}`, [
        set('schedule', schedule),
        set('target', target),
      ]),
    ),
    ...watch.functions.map((name) =>
      part(
        'function',
        `//${/\/functions\//.test(name) ? 'cloudfunctions' : 'run'}.googleapis.com/${name}`,
        [],
      ),
    ),
    ...(auditConfig === undefined
      ? []
      : [
          part('audit-config', `//cloudresourcemanager.googleapis.com/${auditConfig.scope}`, [
            ...auditConfig.logs.flatMap(({ service, types }) =>
              types.map((type) => set('log', `${service} ${type}`)),
            ),
            ...auditConfig.exempted.map(({ service, type, member }) =>
              set('exempted', `${service} ${type} ${member}`),
            ),
          ]),
        ]),
  ];
}

/** Wherever a sink is, exclusions beside it are looked at: none is allowed unless it was deployed. */
function containersOf({ sinks, exclusions: beside }: Watch): ReadonlyMap<string, Exclusions> {
  const containers = new Map<string, Exclusions>();
  for (const { name } of sinks) containers.set(name.replace(/\/sinks\/[^/]+$/, ''), []);
  for (const { container, allowed } of beside) containers.set(container, allowed);
  return containers;
}

function part(kind: DeclaredPart['kind'], resource: string, wanted: readonly Setting[]): DeclaredPart {
  return { kind, resource, wanted };
}

function set(name: string, value: string): Setting {
  return { name, value };
}

function maybe(name: string, value: string | undefined): readonly Setting[] {
  return value === undefined ? [] : [set(name, value)];
}

function exclusion({ name, filter }: { readonly name: string; readonly filter: string }): Setting {
  return set('exclusion', `${name} ${filter}`);
}
