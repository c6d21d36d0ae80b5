/** What may not be read, or not now, is unknown: never fine, and never wrong. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ownParts } from '../../shared/adapters/own-parts.ts';
import { parseTime } from '../../shared/model/time.ts';
import type { OwnParts } from '../../shared/ports.ts';
import { type OwnPartsServer, startOwnPartsServer } from '../own-parts-server.ts';
import {
  account,
  Deployed,
  FEED,
  job,
  NUMBER,
  roleOf,
  SCOPE,
  SINK,
  secret,
  service,
  subscription,
  topic,
} from './deployed.ts';
import { examined } from './examining.ts';

const NOW = parseTime('2026-11-22T09:00:00Z')!;
const DATABASE = 'firestore.googleapis.com/v1/projects/acme-sec/databases/anchorwatch';

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

/** The checks that could not tell, each once, and what whoever asks would need. */
async function unknowns(): Promise<readonly string[]> {
  const told = await examined(on, parts);
  expect(told.filter(({ verdict }) => verdict === 'wrong')).toEqual([]);
  const open = told.filter(({ verdict }) => verdict === 'unknown');
  for (const { seen } of open) expect(seen).not.toBe('');
  return [...new Set(open.map(({ check, lacks }) => `${check}: ${lacks}`))];
}

describe('a reading that is refused', () => {
  it.each<[string, readonly string[]]>([
    ['serviceusage.googleapis.com/v1/projects/acme-sec/services', ['apis: serviceusage.services.list']],
    [
      `cloudresourcemanager.googleapis.com/v3/${SCOPE}:getIamPolicy`,
      [
        'permissions: resourcemanager.organizations.getIamPolicy',
        'excess: resourcemanager.organizations.getIamPolicy',
      ],
    ],
    [
      `iam.googleapis.com/v1/${roleOf('work', 'scope')}`,
      ['permissions: iam.roles.get', 'excess: iam.roles.get'],
    ],
    [
      `pubsub.googleapis.com/v1/${topic('dead-letter')}:getIamPolicy`,
      ['topics: pubsub.topics.getIamPolicy', 'dead-letters: pubsub.topics.getIamPolicy'],
    ],
    [
      `pubsub.googleapis.com/v1/${subscription('work')}:getIamPolicy`,
      ['dead-letters: pubsub.subscriptions.getIamPolicy'],
    ],
    [`pubsub.googleapis.com/v1/${subscription('work')}`, ['subscriptions: pubsub.subscriptions.get']],
    [
      `run.googleapis.com/v2/${service('work')}`,
      ['subscriptions: run.services.get', 'services: run.services.get'],
    ],
    [`run.googleapis.com/v2/${service('sweep')}:getIamPolicy`, ['invokers: run.services.getIamPolicy']],
    [
      `secretmanager.googleapis.com/v1/${secret('signing-secret')}/versions`,
      ['secrets: secretmanager.versions.list'],
    ],
    [
      `secretmanager.googleapis.com/v1/${secret('slack-token')}/versions/latest:access`,
      ['slack-token: secretmanager.versions.access', 'slack-channels: undefined'],
    ],
    [DATABASE, ['database: datastore.databases.getMetadata']],
    [`${DATABASE}/collectionGroups/-/indexes`, ['database: datastore.indexes.list']],
    ['storage.googleapis.com/storage/v1/b/acme-sec-anchorwatch-reports', ['buckets: storage.buckets.get']],
  ])('of %s is unknown, with what would have to be granted', async (path, expected) => {
    on.google.refused.add(path);
    expect(await unknowns()).toEqual(expected);
  });

  it.each<[string, string]>([
    [FEED, 'feeds: cloudasset.feeds.get'],
    [SINK, 'sinks: logging.sinks.get'],
    [`${SCOPE}/exclusions`, 'sinks: logging.exclusions.list'],
    [SCOPE, 'audit-logs: resourcemanager.organizations.getIamPolicy'],
    [topic('work'), 'topics: pubsub.topics.get and pubsub.topics.getIamPolicy'],
    [subscription('work'), 'subscriptions: pubsub.subscriptions.get'],
    [job('sweep'), 'schedules: cloudscheduler.jobs.get'],
  ])('of the part %s is unknown too', async (name, expected) => {
    server.refused.add(name);
    expect(await unknowns()).toEqual([expected]);
  });

  it('of a Scheduler job hides who calls, and that is not taken for nobody', async () => {
    on.google.refused.add(`cloudscheduler.googleapis.com/v1/${job('sweep')}`);
    expect(await unknowns()).toEqual([
      'invokers: cloudscheduler.jobs.get',
      'schedules: cloudscheduler.jobs.get',
    ]);
  });

  it('of the policy is unknown', async () => {
    on.storage.fail({ status: 403 });
    expect(await unknowns()).toEqual(['policy: storage.objects.list and storage.objects.get']);
  });

  it('of channels, for want of a scope that nothing else takes, is unknown', async () => {
    on.slack.withoutScope('channels:read');
    expect(await unknowns()).toEqual([
      'slack-channels: the Slack scopes channels:read and groups:read, which only this check takes',
    ]);
  });
});

describe('what cannot be told', () => {
  it('is a grant under a condition that hangs on the request', async () => {
    const place = `//pubsub.googleapis.com/${topic('work')}`;
    const member = `serviceAccount:${account('sweep')}`;
    on.unbind(place, member);
    on.bind(place, {
      role: roleOf('sweep', 'topic:work'),
      members: [member],
      condition: { expression: 'request.host == "pubsub.googleapis.com"' },
    });
    expect(await unknowns()).toEqual(['permissions: undefined']);
  });

  it('is a job that never ran', async () => {
    on.change(`cloudscheduler.googleapis.com/v1/${job('sweep')}`, (found: object) => ({
      ...found,
      lastAttemptTime: undefined,
    }));
    expect(await unknowns()).toEqual(['schedules: undefined']);
  });

  it('is an index that is being made', async () => {
    const path = `${DATABASE}/collectionGroups/-/indexes`;
    const { field, items } = on.google.lists.get(path)!;
    const [first, ...others] = items as readonly object[];
    on.google.lists.set(path, { field, items: [{ ...first, state: 'CREATING' }, ...others] });
    expect(await unknowns()).toEqual(['database: undefined']);
  });

  it('is an answer of another shape', async () => {
    on.google.resources.set(`run.googleapis.com/v2/${service('console')}`, { template: 7 });
    expect(await unknowns()).toEqual(['services: undefined']);
  });
});

describe('a deployment', () => {
  it('without Slack has no token to try', async () => {
    const told = await examined(on, parts, { secrets: {} });
    expect(told.filter(({ check }) => check.startsWith('slack'))).toEqual([
      { check: 'slack-token', about: 'token', verdict: 'ok', seen: 'none: nothing goes to Slack' },
    ]);
    expect(told.filter(({ check }) => check === 'secrets')).toEqual([]);
  });

  it('is asked each question once, page by page', async () => {
    await examined(on, parts);
    expect(new Set(on.google.requests).size).toBe(on.google.requests.length);
    expect(on.google.requests).toContain(
      'GET serviceusage.googleapis.com/v1/projects/acme-sec/services?filter=state%3AENABLED&pageSize=200&pageToken=2',
    );
    expect(on.google.requests.filter((one) => one.includes(`projects/${NUMBER}/secrets`))).not.toEqual([]);
  });
});
