import { z } from 'zod';
import type { Reading, ScheduledJob, StorageBucket } from '../model/deployment.ts';
import type { DeclaredPart, Setting } from '../model/watch-part.ts';
import type { DeploymentReads, OwnParts, PartReading } from '../ports.ts';
import { doctorAsk } from './doctor-ask.ts';
import { firestoreDatabase } from './doctor-firestore.ts';
import { grantsOn, permissionsOf } from './doctor-policies.ts';
import { runService } from './doctor-run.ts';
import { type GoogleHttpOptions, googleHttp } from './google-http.ts';
import { ownParts } from './own-parts.ts';

export interface DoctorReadsOptions extends GoogleHttpOptions {
  /** Another address than Google's. Tests only: it must never come from a policy or a request. */
  readonly root?: string;
  /** What the watch is made of is read as the heartbeat reads it. */
  readonly parts?: OwnParts;
}

/** Reads a deployment from the APIs of its services, as whoever runs this. Nothing is read twice. */
export function doctorReads({ root, parts = ownParts(), ...http }: DoctorReadsOptions = {}): DeploymentReads {
  const asking = doctorAsk(googleHttp(http), root);
  return {
    async apis(project) {
      const services = await asking.all({
        host: 'serviceusage.googleapis.com',
        path: `v1/projects/${project}/services`,
        query: { filter: 'state:ENABLED', pageSize: '200' },
        field: 'services',
        needs: 'serviceusage.services.list',
        answer: z.object({ config: z.object({ name: z.string() }) }),
      });
      return services.kind === 'found'
        ? { kind: 'found', value: new Set(services.value.map(({ config }) => config.name)) }
        : services;
    },
    grants: (resource) => grantsOn(resource, asking),
    permissions: (role) => permissionsOf(role, asking),
    part: async (part) => settingsOf(part, await parts.read(part)),
    audience: (subscription) =>
      asking.one({
        host: 'pubsub.googleapis.com',
        path: `v1/${subscription}`,
        needs: 'pubsub.subscriptions.get',
        answer: SUBSCRIPTION,
      }),
    subscriptionsOf: (topic) =>
      asking.all({
        host: 'pubsub.googleapis.com',
        path: `v1/${topic}/subscriptions`,
        field: 'subscriptions',
        needs: 'pubsub.topics.get',
        answer: z.string(),
      }),
    service: (name) => runService(name, asking),
    job: (name) =>
      asking.one({
        host: 'cloudscheduler.googleapis.com',
        path: `v1/${name}`,
        needs: 'cloudscheduler.jobs.get',
        answer: JOB,
      }),
    async enabledVersions(secret) {
      const versions = await asking.all({
        host: 'secretmanager.googleapis.com',
        path: `v1/${secret}/versions`,
        query: { filter: 'state:ENABLED' },
        field: 'versions',
        needs: 'secretmanager.versions.list',
        answer: z.object({ state: z.string() }),
      });
      return versions.kind === 'found'
        ? { kind: 'found', value: versions.value.filter(({ state }) => state === 'ENABLED').length }
        : versions;
    },
    database: (project, database) => firestoreDatabase(project, database, asking),
    bucket: (name) =>
      asking.one({
        host: 'storage.googleapis.com',
        path: `storage/v1/b/${encodeURIComponent(name)}`,
        needs: 'storage.buckets.get',
        answer: BUCKET,
      }),
  };
}

/** google.pubsub.v1.Subscription. */
const SUBSCRIPTION = z
  .object({
    pushConfig: z.object({ oidcToken: z.object({ audience: z.string().optional() }).optional() }).optional(),
  })
  .transform(({ pushConfig }) => pushConfig?.oidcToken?.audience || undefined);

/** google.cloud.scheduler.v1.Job; `status` is of the last attempt, and left out or empty where that worked. */
const JOB = z
  .object({
    state: z.string().default(''),
    httpTarget: z
      .object({
        oidcToken: z.object({ serviceAccountEmail: z.string().optional() }).optional(),
      })
      .optional(),
    lastAttemptTime: z.string().optional(),
    status: z.object({ code: z.int().default(0), message: z.string().default('') }).optional(),
  })
  .transform(
    ({ state, httpTarget, lastAttemptTime, status }): ScheduledJob => ({
      state,
      account: httpTarget?.oidcToken?.serviceAccountEmail,
      lastAttempt: lastAttemptTime,
      lastFailure:
        status === undefined || status.code === 0
          ? undefined
          : `code ${status.code}${status.message === '' ? '' : `: ${status.message}`}`,
    }),
  );

/** Bucket of Cloud Storage's JSON API; the period comes as text. */
const BUCKET = z
  .object({
    versioning: z.object({ enabled: z.boolean().default(false) }).optional(),
    retentionPolicy: z.object({ retentionPeriod: z.coerce.number() }).optional(),
    iamConfiguration: z.object({ publicAccessPrevention: z.string().default('inherited') }).optional(),
  })
  .transform(
    ({ versioning, retentionPolicy, iamConfiguration }): StorageBucket => ({
      retentionSeconds: retentionPolicy?.retentionPeriod ?? 0,
      hasVersions: versioning?.enabled === true,
      publicAccessPrevention: iamConfiguration?.publicAccessPrevention ?? 'inherited',
    }),
  );

/** What the reading of each kind of part takes (cloud.google.com/iam/docs/permissions-reference). */
const NEEDS: Readonly<Record<DeclaredPart['kind'], string>> = {
  feed: 'cloudasset.feeds.get',
  sink: 'logging.sinks.get',
  exclusions: 'logging.exclusions.list',
  topic: 'pubsub.topics.get and pubsub.topics.getIamPolicy',
  subscription: 'pubsub.subscriptions.get',
  schedule: 'cloudscheduler.jobs.get',
  function: 'run.services.get',
  'audit-config': 'resourcemanager.organizations.getIamPolicy',
};

function settingsOf({ kind, resource }: DeclaredPart, reading: PartReading): Reading<readonly Setting[]> {
  switch (reading.kind) {
    case 'found':
      return { kind: 'found', value: reading.settings };
    case 'absent':
      return reading;
    case 'unknown': {
      if (!reading.why.startsWith('403')) return reading;
      const container = /cloudresourcemanager\.googleapis\.com\/([a-z]+)\//.exec(resource)?.[1];
      const lacks = container === undefined ? NEEDS[kind] : `resourcemanager.${container}.getIamPolicy`;
      return { kind: 'unknown', why: `HTTP ${reading.why}`, lacks };
    }
  }
}
