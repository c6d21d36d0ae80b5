/** How keys and accounts are used, from an Activity Analyzer and a Monitoring that answer, in part, late or not at all. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { googleUsage } from '../../shared/adapters/google-usage.ts';
import { seenTogether } from '../../shared/adapters/usage-source.ts';
import { keyName, serviceAccountName } from '../../shared/model/asset.ts';
import { DAY, HOUR, parseTime } from '../../shared/model/time.ts';
import { OutsideUnavailable } from '../../shared/ports.ts';
import { activityOf, DENIED, startUsageServer, type UsageServer } from '../usage-server.ts';

const PROJECT = 'acme-data';
const ACCOUNT =
  '//iam.googleapis.com/projects/acme-data/serviceAccounts/etl@acme-data.iam.gserviceaccount.com';
const [K1, K2] = [keyName('k1'), keyName('k2')];
const KEYS = `${PROJECT}/serviceAccountKeyLastAuthentication`;
const ACCOUNTS = `${PROJECT}/serviceAccountLastAuthentication`;

const NOW = parseTime('2026-11-21T09:00:00Z')!;
const MIDNIGHT = parseTime('2026-11-21T00:00:00Z')!;
/** What Activity Analyzer looked at, as it dates it. */
const LOOKED = { from: parseTime('2025-10-01T07:00:00Z')!, until: parseTime('2026-11-19T07:00:00Z')! };
/** What Monitoring has. */
const COUNTED = { from: MIDNIGHT - 40n * DAY, until: MIDNIGHT };
const SPRING = parseTime('2026-03-02T08:00:00Z')!;

let server: UsageServer;
beforeEach(async () => {
  server = await startUsageServer();
});
afterEach(() => server.close());

function ask(...assets: readonly string[]) {
  const origins = { policyAnalyzer: server.url, monitoring: server.url };
  const token = async () => 'our-token';
  return googleUsage({ clock: { now: () => NOW }, token, origins }).of(PROJECT, assets);
}

const activity = (key: string, lastUse?: bigint) =>
  activityOf(`${ACCOUNT}/keys/${key}`, { ...LOOKED, ...(lastUse === undefined ? {} : { lastUse }) });

describe('Activity Analyzer', () => {
  it('tells of each key when it was used last, and how long it looked, over all pages', async () => {
    server.activities.set(KEYS, [activity('k1', SPRING), activity('k2'), activity('k3', SPRING)]);
    server.pageSize = 2;
    expect([...(await ask(K1, K2))]).toEqual([
      [K1, { kind: 'known', watch: LOOKED, lastUse: SPRING, uses: [] }],
      [K2, { kind: 'known', watch: LOOKED, lastUse: undefined, uses: [] }],
    ]);
    const paths = server.requests.map(({ pathname, search }) => pathname + search);
    expect(paths.slice(0, 2)).toEqual([
      `/v1/projects/acme-data/locations/global/activityTypes/serviceAccountKeyLastAuthentication/activities:query?pageSize=1000`,
      `/v1/projects/acme-data/locations/global/activityTypes/serviceAccountKeyLastAuthentication/activities:query?pageSize=1000&pageToken=2`,
    ]);
  });

  it('tells of accounts under their ids, though it names them by their addresses', async () => {
    server.activities.set(ACCOUNTS, [activityOf(ACCOUNT, { ...LOOKED, lastUse: SPRING, account: '1002' })]);
    const asked = [serviceAccountName('1002'), serviceAccountName('etl@acme-data.iam.gserviceaccount.com')];
    const known = { kind: 'known', watch: LOOKED, lastUse: SPRING, uses: [] };
    expect([...(await ask(...asked)).values()]).toEqual([known, known]);
    expect(server.requests).toHaveLength(1);
  });

  it.each([
    ['no activity', []],
    ['an activity without a period', [{ ...activity('k1'), observationPeriod: undefined }]],
    [
      'a period that ends before it begins',
      [
        {
          ...activity('k1'),
          observationPeriod: { startTime: '2026-11-01T00:00:00Z', endTime: '2026-10-01T00:00:00Z' },
        },
      ],
    ],
    ['a time that is none', [{ ...activity('k1'), activity: { lastAuthenticatedTime: 'lately' } }]],
    [
      'an activity of another type',
      [{ ...activity('k1'), activityType: 'serviceAccountLastAuthentication' }],
    ],
    ['something else', [null, 7, { fullResourceName: 3 }]],
  ])('%s: nothing is known of the key, least of all that it is not used', async (_what, activities) => {
    server.activities.set(KEYS, activities as readonly object[]);
    expect([...(await ask(K1))]).toEqual([
      [K1, { kind: 'unknown', why: 'Activity Analyzer does not tell of it; Monitoring does not tell of it' }],
    ]);
  });
});

describe('Monitoring', () => {
  const counts = (keyId: string, ...times: readonly string[]) =>
    times.map((time) => ({ keyId, at: parseTime(time)!, count: 3 }));

  it('tells the last day on which a key was counted', async () => {
    server.samples.set(
      PROJECT,
      counts('k1', '2026-11-01T10:00:00Z', '2026-11-17T23:50:00Z', '2026-11-18T00:00:00Z'),
    );
    const [told] = (await ask(K1)).values();
    expect(told).toEqual({
      kind: 'known',
      watch: COUNTED,
      lastUse: parseTime('2026-11-17T12:00:00Z'),
      uses: [],
    });
  });

  it('is asked for sums by day of what is settled and still kept', async () => {
    await ask(K1);
    const query = Object.fromEntries(server.requests.at(-1)!.searchParams);
    expect(query).toEqual({
      filter:
        'metric.type = "iam.googleapis.com/service_account/key/authn_events_count" AND resource.type = "iam_service_account"',
      'interval.startTime': '2026-10-12T00:00:00.000000000Z',
      'interval.endTime': '2026-11-21T00:00:00.000000000Z',
      'aggregation.alignmentPeriod': '86400s',
      'aggregation.perSeriesAligner': 'ALIGN_SUM',
      pageSize: '100000',
    });
  });

  it.each([
    ['no counts at all', []],
    ['counts of nothing', [{ keyId: 'k1', at: NOW - 3n * DAY, count: 0 }]],
    ['counts from before', counts('k1', '2026-09-01T00:00:00Z')],
    ['counts of another key', counts('k2', '2026-11-17T10:00:00Z')],
  ])('%s: nothing is known of the key', async (_what, samples) => {
    server.samples.set(PROJECT, samples);
    expect((await ask(K1)).get(K1)?.kind).toBe('unknown');
  });

  it('knows nothing of accounts, and is not asked', async () => {
    const account = serviceAccountName('1002');
    expect((await ask(account)).get(account)).toEqual({
      kind: 'unknown',
      why: 'Activity Analyzer does not tell of it',
    });
  });

  it('half an answer is none', async () => {
    server.samples.set(PROJECT, counts('k1', '2026-11-17T10:00:00Z'));
    server.instead.set('/v3/', { status: 200, body: '{"executionErrors": [{"code": 14}]}' });
    expect((await ask(K1)).get(K1)).toEqual({
      kind: 'unknown',
      why: 'Activity Analyzer does not tell of it; Monitoring: the answer may be incomplete, it says',
    });
  });

  it('beside the other: the last use of both, and all the time that either looked', async () => {
    server.activities.set(KEYS, [activity('k1', SPRING), activity('k2', SPRING)]);
    server.samples.set(PROJECT, counts('k1', '2026-11-20T10:00:00Z'));
    const told = await ask(K1, K2);
    expect(told.get(K1)).toEqual({
      kind: 'known',
      watch: { from: LOOKED.from, until: COUNTED.until },
      lastUse: MIDNIGHT - 12n * HOUR,
      uses: [],
    });
    expect(told.get(K2)).toEqual({ kind: 'known', watch: LOOKED, lastUse: SPRING, uses: [] });
  });
});

describe('what may not be asked', () => {
  it('is said, and the other source counts alone', async () => {
    server.instead.set('/v3/', DENIED);
    server.activities.set(KEYS, [activity('k1', SPRING)]);
    const told = await ask(K1, K2);
    expect(told.get(K1)).toMatchObject({ kind: 'known', watch: LOOKED, lastUse: SPRING });
    expect(told.get(K2)).toEqual({
      kind: 'unknown',
      why: 'Activity Analyzer does not tell of it; Monitoring: HTTP 403: Policy Analyzer API has not been used',
    });
  });

  it.each([
    ['down', { status: 503, body: '' }],
    ['busy', { status: 429, body: '' }],
  ])('%s is asked again later: not even what the other tells is an answer', async (_what, instead) => {
    server.activities.set(KEYS, [activity('k1', SPRING)]);
    server.instead.set('/v3/', instead);
    await expect(ask(K1)).rejects.toThrow(OutsideUnavailable);
  });

  it.each(['[]', '"x"', '{"activities": {}}', 'no JSON', '{"nextPageToken": 3}'])(
    'answers %s: nothing is known',
    async (body) => {
      server.instead.set('/v1/', { status: 200, body });
      expect((await ask(K1)).get(K1)).toEqual({
        kind: 'unknown',
        why: 'Activity Analyzer: the answer is no page of activities; Monitoring does not tell of it',
      });
    },
  );

  it('pages without end are given up', async () => {
    server.instead.set('/v1/', { status: 200, body: '{"nextPageToken": "again"}' });
    expect((await ask(K1)).get(K1)).toMatchObject({
      why: expect.stringMatching(/^Activity Analyzer: more than 100 pages/),
    });
  });
});

describe('two watches', () => {
  const seen = (from: bigint, until: bigint, lastUse?: bigint) => ({ watch: { from, until }, lastUse });

  it('that meet are one; of those that do not, the later one counts', () => {
    const [old, recent] = [seen(0n, 10n * HOUR, 5n * HOUR), seen(8n * HOUR, 20n * HOUR)];
    const joined = seen(0n, 20n * HOUR, 5n * HOUR);
    expect([seenTogether(old, recent), seenTogether(recent, old)]).toEqual([joined, joined]);
    const after = seen(11n * HOUR, 20n * HOUR);
    expect(seenTogether(old, after)).toEqual(seen(11n * HOUR, 20n * HOUR, 5n * HOUR));
  });
});
