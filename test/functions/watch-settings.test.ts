import { describe, expect, it } from '@jest/globals';
import { watchSettings } from '../../functions/watch-settings.ts';

const SINK = {
  name: 'organizations/1/sinks/s',
  destination: 'pubsub.googleapis.com/projects/p/topics/t',
  filter: 'severity>=NOTICE',
  writer: 'serviceAccount:o1-2@gcp-sa-logging.iam.gserviceaccount.com',
};
const read = (watch: unknown) =>
  watchSettings({ ANCHORWATCH_WATCH: typeof watch === 'string' ? watch : JSON.stringify(watch) });
const settingsOf = (watch: unknown) =>
  read(watch)?.watch.parts.map(({ kind, resource, wanted }) => [
    kind,
    resource,
    wanted.map(({ name, value }) => `${name}: ${value}`),
  ]);

describe('ANCHORWATCH_WATCH', () => {
  it('is not needed: then nothing is compared with anything', () => {
    expect(watchSettings({})).toBeUndefined();
    expect(read('')).toBeUndefined();
    expect(settingsOf({})).toEqual([]);
  });

  it('says what each part is to be set to', () => {
    expect(
      settingsOf({
        feeds: [
          {
            name: 'organizations/1/feeds/f',
            assetTypes: ['iam.googleapis.com/Role'],
            content: 'RESOURCE',
            topic: 'projects/p/topics/a',
          },
        ],
        topics: [{ name: 'projects/p/topics/a', publishers: ['serviceAccount:x@y'] }],
        subscriptions: [
          {
            name: 'projects/p/subscriptions/s',
            topic: 'projects/p/topics/a',
            ackDeadlineSeconds: 600,
            deadLetterTopic: 'projects/p/topics/dead',
          },
        ],
        schedules: [{ name: 'projects/p/locations/l/jobs/j', schedule: '* * * * *', target: 'https://x/' }],
        functions: ['projects/p/locations/l/services/s', 'projects/p/locations/l/functions/f'],
        auditConfig: {
          scope: 'organizations/1',
          logs: [{ service: 'iam.googleapis.com', types: ['DATA_READ'] }],
          exempted: [{ service: 'iam.googleapis.com', type: 'DATA_READ', member: 'user:x@y' }],
        },
      }),
    ).toEqual([
      [
        'feed',
        '//cloudasset.googleapis.com/organizations/1/feeds/f',
        ['assetType: iam.googleapis.com/Role', 'content: RESOURCE', 'topic: projects/p/topics/a'],
      ],
      ['topic', '//pubsub.googleapis.com/projects/p/topics/a', ['publisher: serviceAccount:x@y']],
      [
        'subscription',
        '//pubsub.googleapis.com/projects/p/subscriptions/s',
        ['topic: projects/p/topics/a', 'ackDeadline: 600', 'deadLetter: projects/p/topics/dead'],
      ],
      [
        'schedule',
        '//cloudscheduler.googleapis.com/projects/p/locations/l/jobs/j',
        ['schedule: * * * * *', 'target: https://x/'],
      ],
      ['function', '//run.googleapis.com/projects/p/locations/l/services/s', []],
      ['function', '//cloudfunctions.googleapis.com/projects/p/locations/l/functions/f', []],
      [
        'audit-config',
        '//cloudresourcemanager.googleapis.com/organizations/1',
        ['log: iam.googleapis.com DATA_READ', 'exempted: iam.googleapis.com DATA_READ user:x@y'],
      ],
    ]);
  });

  it('looks at the exclusions beside each sink: none is allowed unless it says so', () => {
    const beside = '//logging.googleapis.com/organizations/1/exclusions';
    expect(settingsOf({ sinks: [SINK] })?.at(-1)).toEqual(['exclusions', beside, []]);
    const allowed = [{ name: 'lb', filter: 'resource.type="http_load_balancer"' }];
    expect(
      settingsOf({ sinks: [SINK], exclusions: [{ container: 'organizations/1', allowed }] })?.at(-1),
    ).toEqual(['exclusions', beside, ['exclusion: lb resource.type="http_load_balancer"']]);
  });

  it('takes a long filter by its hash', () => {
    const { filter: _, ...rest } = SINK;
    expect(settingsOf({ sinks: [{ ...rest, filterSha256: 'a'.repeat(64) }] })?.[0]?.[2]).toContain(
      `filter: sha256:${'a'.repeat(64)}`,
    );
  });

  it('knows the canary by both its names', () => {
    const account = 'projects/p/serviceAccounts/canary@p.iam.gserviceaccount.com';
    expect(read({ canary: { account, uniqueId: '17' } })).toMatchObject({
      canaryAccount: account,
      watch: { canary: { email: 'canary@p.iam.gserviceaccount.com', uniqueId: '17' } },
    });
  });

  it.each<[unknown, string]>([
    ['{', 'ANCHORWATCH_WATCH is not JSON: '],
    [[], 'the whole: '],
    [{ feed: [] }, 'the whole: Unrecognized key: "feed"'],
    [{ sinks: [{ ...SINK, name: 's' }] }, 'sinks[0].name: not like organizations/NUMBER/sinks/SINK'],
    [
      { sinks: [{ ...SINK, filterSha256: 'a'.repeat(64) }] },
      'sinks[0]: needs either `filter` or `filterSha256`',
    ],
    [{ topics: [{ name: 'projects/p/topics/t' }] }, 'topics[0].publishers: '],
    [
      { canary: { account: 'canary@p', uniqueId: '17' } },
      'canary.account: not like projects/PROJECT/serviceAccounts/EMAIL',
    ],
    [{ sinks: [SINK, SINK] }, 'names //logging.googleapis.com/organizations/1/sinks/s twice'],
  ])('refuses %j, and says where', (watch, words) => {
    expect(() => read(watch)).toThrow(words);
  });
});
