/** One fault planted in a healthy deployment is told, with what mends it, and nothing else is. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ownParts } from '../../shared/adapters/own-parts.ts';
import { MINUTE, parseTime } from '../../shared/model/time.ts';
import { STREAMS } from '../../shared/model/watch-part.ts';
import type { OwnParts } from '../../shared/ports.ts';
import { type OwnPartsServer, startOwnPartsServer } from '../own-parts-server.ts';
import {
  ASSET_AGENT,
  account,
  CANARY,
  CHANNEL,
  Deployed,
  FEED,
  job,
  NUMBER,
  PUBSUB_AGENT,
  PUSHER,
  roleOf,
  SCOPE,
  SINK,
  secret,
  service,
  subscription,
  topic,
  WRITER,
} from './deployed.ts';
import { examined, type Told } from './examining.ts';

const NOW = parseTime('2026-11-22T09:00:00Z')!;
const PROJECT = '//cloudresourcemanager.googleapis.com/projects/acme-sec';
const DATABASE = 'firestore.googleapis.com/v1/projects/acme-sec/databases/anchorwatch';
const run = (name: string) => `run.googleapis.com/v2/${service(name)}`;
const topicPolicy = (name: string) => `//pubsub.googleapis.com/${topic(name)}`;
const of = (name: string) => `serviceAccount:${account(name)}`;

let server: OwnPartsServer;
let parts: OwnParts;
let on: Deployed;
beforeAll(async () => {
  server = await startOwnPartsServer();
  parts = ownParts({ rootUrl: server.url, longestWaitMillis: 1 });
});
afterAll(() => server.close());
beforeEach(async () => {
  on = await Deployed.open(NOW, server);
});
afterEach(() => on.close());

it('a healthy deployment is well in everything', async () => {
  const told = await examined(on, parts);
  expect(told.filter(({ verdict }) => verdict !== 'ok')).toEqual([]);
  expect(new Set(told.map(({ check }) => check)).size).toBe(19);
});

/** Another value of a part, in whichever server tells it. */
function part(name: string, changed: object): void {
  on.parts.resources.set(name, { ...on.parts.resources.get(name), ...changed });
}

function without(path: string, item: (value: never) => boolean): void {
  const list = on.google.lists.get(path)!;
  on.google.lists.set(path, { ...list, items: list.items.filter((one) => !item(one as never)) });
}

type Case = readonly [
  what: string,
  plant: () => unknown,
  told: { readonly check: string; readonly about: string; readonly seen: string; readonly mend: string },
];

const CASES: readonly Case[] = [
  [
    'an API is off',
    () =>
      without(
        'serviceusage.googleapis.com/v1/projects/acme-sec/services',
        ({ config }: { config: { name: string } }) => config.name === 'run.googleapis.com',
      ),
    {
      check: 'apis',
      about: 'run.googleapis.com',
      seen: 'off',
      mend: 'gcloud services enable run.googleapis.com --project=acme-sec',
    },
  ],
  [
    'a role has lost a permission',
    () => on.role(roleOf('work', 'scope'), ['cloudasset.assets.listResource']),
    {
      check: 'permissions',
      about: `work on ${SCOPE}`,
      seen: `${account('work')} lacks logging.logEntries.list`,
      mend: 'gcloud iam roles update anchorwatch_work_scope --project=acme-sec --add-permissions=logging.logEntries.list',
    },
  ],
  [
    'a grant is gone',
    () => on.unbind(topicPolicy('work'), of('sweep')),
    {
      check: 'permissions',
      about: `sweep on ${topic('work')}`,
      seen: `${account('sweep')} lacks pubsub.topics.publish`,
      mend: 'terraform apply',
    },
  ],
  [
    'a grant on the database is for another database',
    () => {
      on.unbind(PROJECT, of('sweep'));
      on.bind(PROJECT, {
        role: roleOf('sweep', 'database'),
        members: [of('sweep')],
        condition: { expression: 'resource.name == "projects/acme-sec/databases/other"' },
      });
    },
    {
      check: 'permissions',
      about: 'sweep on projects/acme-sec',
      seen: `${account('sweep')} lacks datastore.entities.get and datastore.entities.update`,
      mend: 'gcloud iam roles update anchorwatch_sweep_database --project=acme-sec --add-permissions=datastore.entities.get,datastore.entities.update',
    },
  ],
  [
    'the canary is gone',
    () => on.google.policies.delete(`//iam.googleapis.com/${CANARY}`),
    {
      check: 'permissions',
      about: `heartbeat on ${CANARY}`,
      seen: `${account('heartbeat')} lacks iam.serviceAccounts.setIamPolicy`,
      mend: 'terraform apply',
    },
  ],
  [
    'a function holds a role besides',
    () => on.bind(PROJECT, { role: 'roles/owner', members: [of('console')] }),
    {
      check: 'excess',
      about: `${account('console')} on projects/acme-sec`,
      seen: 'roles/owner permits pubsub.topics.publish and resourcemanager.projects.get besides',
      mend: `gcloud projects remove-iam-policy-binding acme-sec --member=${of('console')} --role=roles/owner --all`,
    },
  ],
  [
    'a custom role permits more than it should',
    () => on.role(roleOf('heartbeat', 'project'), ['pubsub.topics.get', 'pubsub.topics.delete']),
    {
      check: 'excess',
      about: `${account('heartbeat')} on projects/acme-sec`,
      seen: `${roleOf('heartbeat', 'project')} permits pubsub.topics.delete besides`,
      mend: 'gcloud iam roles update anchorwatch_heartbeat_project --project=acme-sec --remove-permissions=pubsub.topics.delete',
    },
  ],
  [
    'a feed tells less',
    () => part(FEED, { contentType: 'IAM_POLICY' }),
    { check: 'feeds', about: FEED, seen: 'content IAM_POLICY', mend: 'terraform apply' },
  ],
  [
    'a feed is gone',
    () => on.parts.resources.delete(FEED),
    { check: 'feeds', about: FEED, seen: 'there is none', mend: 'terraform apply' },
  ],
  [
    'a sink has another filter',
    () => part(SINK, { filter: 'severity>=ERROR' }),
    { check: 'sinks', about: SINK, seen: 'filter severity>=ERROR', mend: 'terraform apply' },
  ],
  [
    'a sink leaves out what is below',
    () => part(SINK, { includeChildren: false }),
    { check: 'sinks', about: SINK, seen: 'nothing of the kind', mend: 'terraform apply' },
  ],
  [
    'an exclusion stands beside the sink',
    () => part(`${SCOPE}/exclusions`, { exclusions: [{ name: 'quiet', filter: 'severity<ERROR' }] }),
    {
      check: 'sinks',
      about: `${SCOPE}/exclusions`,
      seen: 'exclusion quiet severity<ERROR',
      mend: 'terraform apply',
    },
  ],
  [
    'the writer of the sink may not publish',
    () => on.unbind(topicPolicy('audit-log'), WRITER),
    {
      check: 'sinks',
      about: `writer of ${SINK}`,
      seen: `${WRITER} may not publish on ${topic('audit-log')}`,
      mend: `gcloud pubsub topics add-iam-policy-binding anchorwatch-audit-log --project=acme-sec --member=${WRITER} --role=roles/pubsub.publisher`,
    },
  ],
  [
    'token minting is not logged',
    () => on.parts.policies.set(SCOPE, { auditConfigs: [] }),
    {
      check: 'audit-logs',
      about: SCOPE,
      seen: 'off: iam.googleapis.com ADMIN_READ',
      mend: 'terraform apply',
    },
  ],
  [
    'somebody is exempted from the audit log',
    () =>
      on.parts.policies.set(SCOPE, {
        auditConfigs: [
          {
            service: 'allServices',
            auditLogConfigs: [{ logType: 'ADMIN_READ', exemptedMembers: ['user:eve@acme.example'] }],
          },
        ],
      }),
    {
      check: 'audit-logs',
      about: SCOPE,
      seen: 'exempted: allServices ADMIN_READ user:eve@acme.example',
      mend: 'terraform apply',
    },
  ],
  [
    'a topic has a schema that turns messages away',
    () => part(topic('work'), { schemaSettings: { schema: 'projects/acme-sec/schemas/s' } }),
    {
      check: 'topics',
      about: topic('work'),
      seen: 'schema projects/acme-sec/schemas/s',
      mend: 'terraform apply',
    },
  ],
  [
    'Asset Inventory may not publish',
    () => on.unbind(topicPolicy('asset-changes'), ASSET_AGENT),
    {
      check: 'topics',
      about: `publishers on ${topic('asset-changes')}`,
      seen: `${ASSET_AGENT} may not publish`,
      mend: `gcloud pubsub topics add-iam-policy-binding anchorwatch-asset-changes --project=acme-sec --member=${ASSET_AGENT} --role=roles/pubsub.publisher`,
    },
  ],
  [
    'somebody else may publish',
    () =>
      on.bind(topicPolicy('audit-log'), {
        role: 'roles/pubsub.publisher',
        members: ['user:eve@acme.example'],
      }),
    {
      check: 'topics',
      about: `publishers on ${topic('audit-log')}`,
      seen: 'user:eve@acme.example may publish too',
      mend: 'gcloud pubsub topics remove-iam-policy-binding anchorwatch-audit-log --project=acme-sec --member=user:eve@acme.example --role=roles/pubsub.publisher',
    },
  ],
  [
    'a subscription waits too little',
    () => part(subscription('work'), { ackDeadlineSeconds: 10 }),
    {
      check: 'subscriptions',
      about: subscription('work'),
      seen: 'ackDeadline 10',
      mend: 'terraform apply',
    },
  ],
  [
    'a subscription has no dead letter',
    () => part(subscription('work'), { deadLetterPolicy: undefined }),
    {
      check: 'subscriptions',
      about: subscription('work'),
      seen: 'nothing of the kind',
      mend: 'terraform apply',
    },
  ],
  [
    'a push is made out to another audience',
    () => {
      const name = `pubsub.googleapis.com/v1/${subscription('deliver')}`;
      on.change(name, (found: object) => ({
        ...found,
        pushConfig: { oidcToken: { serviceAccountEmail: PUSHER, audience: 'https://other.example' } },
      }));
    },
    {
      check: 'subscriptions',
      about: `pushes of ${subscription('deliver')}`,
      seen: 'made out to https://other.example',
      mend: 'terraform apply',
    },
  ],
  [
    'Pub/Sub may not put aside',
    () => on.unbind(topicPolicy('dead-letter'), PUBSUB_AGENT),
    {
      check: 'dead-letters',
      about: `forwarding to ${topic('dead-letter')}`,
      seen: `${PUBSUB_AGENT} may not publish`,
      mend: `gcloud pubsub topics add-iam-policy-binding anchorwatch-dead-letter --project=acme-sec --member=${PUBSUB_AGENT} --role=roles/pubsub.publisher`,
    },
  ],
  [
    'Pub/Sub may not take from a subscription',
    () => on.unbind(`//pubsub.googleapis.com/${subscription('work')}`, PUBSUB_AGENT),
    {
      check: 'dead-letters',
      about: `forwarding from ${subscription('work')}`,
      seen: `${PUBSUB_AGENT} may not take from it`,
      mend: `gcloud pubsub subscriptions add-iam-policy-binding anchorwatch-work --project=acme-sec --member=${PUBSUB_AGENT} --role=roles/pubsub.subscriber`,
    },
  ],
  [
    'dead letters are kept nowhere',
    () => without(`pubsub.googleapis.com/v1/${topic('dead-letter')}/subscriptions`, () => true),
    {
      check: 'dead-letters',
      about: `what comes to ${topic('dead-letter')}`,
      seen: 'no subscription: it is lost',
      mend: 'gcloud pubsub subscriptions create anchorwatch-dead-letter-kept --project=acme-sec --topic=anchorwatch-dead-letter --expiration-period=never',
    },
  ],
  [
    'a function does not start',
    () =>
      on.change(run('work'), (found: object) => ({
        ...found,
        latestCreatedRevision: `${service('work')}/revisions/anchorwatch-work-00004-abc`,
        terminalCondition: {
          type: 'Ready',
          state: 'CONDITION_FAILED',
          message: 'the container did not start',
        },
      })),
    {
      check: 'services',
      about: 'work',
      seen: 'revision anchorwatch-work-00004-abc is not ready: the container did not start',
      mend: `gcloud logging read 'resource.type="cloud_run_revision" AND resource.labels.service_name="anchorwatch-work" AND severity>=WARNING' --limit=20 --project=acme-sec`,
    },
  ],
  [
    'an old revision serves',
    () =>
      on.change(run('work'), (found: object) => ({
        ...found,
        traffic: [
          {
            type: 'TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION',
            revision: 'anchorwatch-work-00001-old',
            percent: 100,
          },
        ],
      })),
    {
      check: 'services',
      about: 'work',
      seen: 'requests go to older revisions',
      mend: 'gcloud run services update-traffic anchorwatch-work --region=europe-west1 --project=acme-sec --to-latest',
    },
  ],
  [
    'a function has lost a variable',
    () =>
      on.change(run('sweep'), (found: { template: { containers: { env: { name: string }[] }[] } }) => ({
        ...found,
        template: {
          ...found.template,
          containers: found.template.containers.map(({ env }) => ({
            env: env.filter(({ name }) => name !== 'ANCHORWATCH_SCOPES'),
          })),
        },
      })),
    { check: 'services', about: 'sweep', seen: 'without ANCHORWATCH_SCOPES', mend: 'terraform apply' },
  ],
  [
    'a function runs as another account',
    () =>
      on.change(run('sweep'), (found: { template: object }) => ({
        ...found,
        template: { ...found.template, serviceAccount: 'default@acme-sec.iam.gserviceaccount.com' },
      })),
    {
      check: 'services',
      about: 'sweep',
      seen: 'it runs as default@acme-sec.iam.gserviceaccount.com',
      mend: 'terraform apply',
    },
  ],
  [
    'a function is gone',
    () => on.google.resources.delete(run('heartbeat')),
    { check: 'services', about: 'heartbeat', seen: 'there is none', mend: 'terraform apply' },
  ],
  [
    'the pusher may not call',
    () => on.unbind(`//run.googleapis.com/${service('work')}`, `serviceAccount:${PUSHER}`),
    {
      check: 'invokers',
      about: 'work',
      seen: `serviceAccount:${PUSHER} may not call it`,
      mend: `gcloud run services add-iam-policy-binding anchorwatch-work --region=europe-west1 --project=acme-sec --member=serviceAccount:${PUSHER} --role=roles/run.invoker`,
    },
  ],
  [
    'anybody may call a function',
    () =>
      on.bind(`//run.googleapis.com/${service('console')}`, {
        role: 'roles/run.invoker',
        members: ['allUsers'],
      }),
    {
      check: 'invokers',
      about: 'console',
      seen: 'allUsers may call it',
      mend: 'gcloud run services remove-iam-policy-binding anchorwatch-console --region=europe-west1 --project=acme-sec --member=allUsers --role=roles/run.invoker',
    },
  ],
  [
    'Cloud Run checks nobody who calls',
    () => on.change(run('deliver'), (found: object) => ({ ...found, invokerIamDisabled: true })),
    {
      check: 'invokers',
      about: 'deliver',
      seen: 'Cloud Run lets in whoever asks',
      mend: 'gcloud run services update anchorwatch-deliver --region=europe-west1 --project=acme-sec --invoker-iam-check',
    },
  ],
  [
    'Slack is turned away',
    () => on.change(run('slack-actions'), (found: object) => ({ ...found, invokerIamDisabled: false })),
    {
      check: 'invokers',
      about: 'slack-actions',
      seen: 'Cloud Run turns Slack away',
      mend: 'gcloud run services update anchorwatch-slack-actions --region=europe-west1 --project=acme-sec --no-invoker-iam-check',
    },
  ],
  [
    'a job is paused',
    () => {
      part(job('sweep'), { state: 'PAUSED' });
      on.change(`cloudscheduler.googleapis.com/v1/${job('sweep')}`, (found: object) => ({
        ...found,
        state: 'PAUSED',
      }));
    },
    {
      check: 'schedules',
      about: job('sweep'),
      seen: 'it is PAUSED',
      mend: 'gcloud scheduler jobs resume anchorwatch-sweep --location=europe-west1 --project=acme-sec',
    },
  ],
  [
    'a job failed',
    () =>
      on.change(`cloudscheduler.googleapis.com/v1/${job('sweep')}`, (found: object) => ({
        ...found,
        status: { code: 7, message: 'HTTP 403' },
      })),
    {
      check: 'schedules',
      about: `last attempt of ${job('sweep')}`,
      seen: '2026-11-22T08:59:00.123456Z: code 7: HTTP 403',
      mend: 'gcloud scheduler jobs run anchorwatch-sweep --location=europe-west1 --project=acme-sec',
    },
  ],
  [
    'a secret has no version',
    () => without(`secretmanager.googleapis.com/v1/${secret('signing-secret')}/versions`, () => true),
    {
      check: 'secrets',
      about: secret('signing-secret'),
      seen: 'no version is enabled',
      mend: `gcloud secrets versions add anchorwatch-signing-secret --project=${NUMBER} --data-file=/dev/stdin`,
    },
  ],
  [
    'a function that decodes may read the token',
    () =>
      on.bind(`//secretmanager.googleapis.com/${secret('slack-token')}`, {
        role: 'roles/secretmanager.secretAccessor',
        members: [of('on-audit-log')],
      }),
    {
      check: 'secrets',
      about: `readers of ${secret('slack-token')}`,
      seen: `${account('on-audit-log')} may read it`,
      mend: `gcloud secrets remove-iam-policy-binding anchorwatch-slack-token --project=${NUMBER} --member=${of('on-audit-log')} --role=roles/secretmanager.secretAccessor`,
    },
  ],
  [
    'an index is missing',
    () =>
      without(`${DATABASE}/collectionGroups/-/indexes`, ({ name }: { name: string }) =>
        name.includes('/anchorwatch-outbox/'),
      ),
    {
      check: 'database',
      about: 'index of anchorwatch-outbox',
      seen: 'there is none',
      mend: 'gcloud firestore indexes composite create --collection-group=anchorwatch-outbox --field-config=field-path=dueAt,order=ascending --field-config=field-path=id,order=ascending --database=anchorwatch --project=acme-sec',
    },
  ],
  [
    'nothing expires',
    () =>
      without(`${DATABASE}/collectionGroups/-/fields`, ({ name }: { name: string }) =>
        name.includes('/anchorwatch-seen/'),
      ),
    {
      check: 'database',
      about: 'time to live of anchorwatch-seen',
      seen: 'there is none',
      mend: 'gcloud firestore fields ttls update expiresAt --collection-group=anchorwatch-seen --enable-ttl --database=anchorwatch --project=acme-sec',
    },
  ],
  [
    'there is no database',
    () => on.google.resources.delete(DATABASE),
    {
      check: 'database',
      about: 'anchorwatch',
      seen: 'there is none',
      mend: 'gcloud firestore databases create --location=europe-west1 --database=anchorwatch --project=acme-sec',
    },
  ],
  [
    'reports can be deleted',
    () =>
      on.change('storage.googleapis.com/storage/v1/b/acme-sec-anchorwatch-reports', (found: object) => ({
        ...found,
        retentionPolicy: undefined,
      })),
    {
      check: 'buckets',
      about: 'gs://acme-sec-anchorwatch-reports',
      seen: 'reports can be deleted',
      mend: 'gcloud storage buckets update gs://acme-sec-anchorwatch-reports --retention-period=1y',
    },
  ],
  [
    'a bucket can be made public',
    () =>
      on.change('storage.googleapis.com/storage/v1/b/acme-sec-anchorwatch-policy', (found: object) => ({
        ...found,
        iamConfiguration: { publicAccessPrevention: 'inherited' },
      })),
    {
      check: 'buckets',
      about: 'gs://acme-sec-anchorwatch-policy',
      seen: 'public access prevention is inherited',
      mend: 'gcloud storage buckets update gs://acme-sec-anchorwatch-policy --public-access-prevention',
    },
  ],
  [
    'the policy is bad',
    () => on.storage.put('acme-sec-anchorwatch-policy', 'policy/policy.yaml', 'kind: 7\n'),
    {
      check: 'policy',
      about: 'gs://acme-sec-anchorwatch-policy/policy/',
      seen: 'gs://acme-sec-anchorwatch-policy/policy/policy.yaml:1:',
      mend: 'anchorwatch validate FILE says what is wrong where; then put it there anew',
    },
  ],
  [
    'there is no policy',
    () => on.storage.buckets.set('acme-sec-anchorwatch-policy', new Map()),
    {
      check: 'policy',
      about: 'gs://acme-sec-anchorwatch-policy/policy/',
      seen: 'there is no .yaml file in gs://acme-sec-anchorwatch-policy/policy/',
      mend: 'put it there: gcloud storage cp policy.yaml, or name another place in Terraform',
    },
  ],
  [
    'the Slack app may not do enough',
    () => on.slack.withoutScope('usergroups:read'),
    {
      check: 'slack-token',
      about: 'scopes',
      seen: 'without usergroups:read (to know who may approve)',
      mend: 'oauth_config:\n  scopes:\n    bot:\n      - chat:write\n',
    },
  ],
  [
    'the app is not in a channel',
    () => on.slack.leave(CHANNEL),
    {
      check: 'slack-channels',
      about: 'C0PLATSEC #c0platsec',
      seen: 'the app is not in it',
      mend: 'in the channel: /invite',
    },
  ],
  [
    'a channel is archived',
    () => on.slack.archive(CHANNEL),
    {
      check: 'slack-channels',
      about: 'C0PLATSEC #c0platsec',
      seen: 'it is archived',
      mend: 'unarchive it, or give another id in the policy',
    },
  ],
  [
    'a channel is gone',
    () => on.slack.deleteChannel(CHANNEL),
    {
      check: 'slack-channels',
      about: CHANNEL,
      seen: 'Slack shows no such channel',
      mend: 'in the channel: /invite',
    },
  ],
  [
    'a sweep could not read everything',
    () => on.swept({ complete: 37 }),
    {
      check: 'coverage',
      about: 'last sweep',
      seen: '3 parts of 40 could not be read',
      mend: 'gcloud logging read',
    },
  ],
  [
    'no sweep has ended for a day',
    () => on.swept({}, NOW - 1440n * MINUTE),
    {
      check: 'coverage',
      about: 'last sweep',
      seen: '1\u00a0d ago',
      mend: 'gcloud scheduler jobs run anchorwatch-sweep --location=europe-west1 --project=acme-sec',
    },
  ],
  [
    'the canary does not come by the sink',
    () => on.showed(STREAMS['audit-log'], NOW - 45n * MINUTE),
    { check: 'coverage', about: 'canary by audit-log', seen: '45\u00a0m ago', mend: 'gcloud logging read' },
  ],
  [
    'messages are in quarantine',
    () =>
      on.store.transaction(async (tx) =>
        tx.put('quarantine', 'q', { at: NOW - MINUTE, why: 'not JSON: x', body: 'x' }),
      ),
    { check: 'coverage', about: 'quarantine', seen: '1 message: not JSON: x', mend: 'gcloud logging read' },
  ],
  [
    'a message does not get through',
    () =>
      on.store.transaction(async (tx) =>
        tx.put('outbox', 'o', {
          kind: 'thread',
          incident: 'i',
          broadcast: false,
          destination: CHANNEL,
          since: NOW - 20n * MINUTE,
          attempts: 3,
          notBefore: NOW,
          leaseUntil: undefined,
          parked: undefined,
          begun: undefined,
        }),
      ),
    {
      check: 'coverage',
      about: 'outbox',
      seen: '1 message not sent, the oldest for 20\u00a0m',
      mend: 'gcloud logging read',
    },
  ],
];

describe('of a planted fault', () => {
  it.each(CASES)('%s: it is told, and nothing else', async (_what, plant, { check, about, seen, mend }) => {
    await plant();
    const told = (await examined(on, parts)).filter(({ verdict }) => verdict === 'wrong');
    expect(told.map((one) => [one.check, one.about])).toEqual([[check, about]]);
    const [only] = told as [Told];
    expect(only.seen).toContain(seen);
    expect(only.expected).toBeTruthy();
    expect(only.remedies?.[0]?.text).toContain(mend);
  });
});

describe('a token that Slack does not take', () => {
  it('is told, and that its channels cannot be looked at meanwhile', async () => {
    on.slack.revoke(on.slack.token);
    const told = (await examined(on, parts)).filter(({ verdict }) => verdict !== 'ok');
    expect(told.map(({ check, verdict }) => `${check} ${verdict}`)).toEqual([
      'slack-token wrong',
      'slack-channels unknown',
    ]);
    expect(told[0]?.remedies?.[0]?.text).toBe(
      `gcloud secrets versions add anchorwatch-slack-token --project=${NUMBER} --data-file=/dev/stdin`,
    );
  });
});
