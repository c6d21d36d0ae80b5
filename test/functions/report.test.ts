/** The `report` function as Scheduler calls it, with Cloud Storage and Slack over HTTP; and how a body asks for a report. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { reportAsked } from '../../functions/report-asked.ts';
import { fixedPolicy } from '../../shared/adapters/fixed-policy.ts';
import { gcsBucket } from '../../shared/adapters/gcs-bucket.ts';
import { slackNotifier } from '../../shared/adapters/slack-notifier.ts';
import { type Nanos, parseTime } from '../../shared/model/time.ts';
import { type GcsServer, startGcsServer } from '../gcs-server.ts';
import { type SlackServer, startSlackServer } from '../slack-server.ts';
import { POOL, policyOf } from '../world.ts';
import { type Served, serve } from './serving.ts';

const POLICY = policyOf(`
apiVersion: anchorwatch.dev/v1
kind: WorkloadIdentityPolicy
metadata: {name: bare, owner: platform@acme.example, timezone: UTC}
spec:
  scope: {include: [organizations/123456789012]}
  mode: enforce
  trust:
    pools: [{name: prod, pool: ${POOL}, clusters: [acme-prod/europe-west1/prod-euw1]}]
  routing: {fallbackChannel: C0PLATSEC}
  reports: [{name: weekly, cron: "0 7 * * 1", bucket: acme-reports, formats: [html, json], notify: C0COMPLIANCE}]
`);

describe('the function', () => {
  let [gcs, slack, served]: readonly [GcsServer?, SlackServer?, Served?] = [];
  let now: Nanos;
  beforeEach(async () => {
    gcs = await startGcsServer();
    gcs.buckets.set('acme-reports', new Map());
    slack = await startSlackServer({ now: () => Number(now / 1_000_000n) });
    const [api, chat] = [gcs.url, slack];
    now = parseTime('2026-11-21T10:00:00Z')!;
    served = await serve({
      policy: fixedPolicy(() => POLICY),
      clock: { now: () => now },
      buckets: (name) => gcsBucket(name, { apiEndpoint: api, retries: 0, timeoutMillis: 2_000 }),
      notifier: slackNotifier({
        token: async () => chat.token,
        slackApiUrl: chat.url,
        filesOrigin: chat.filesOrigin,
      }),
    });
  });
  afterEach(async () => {
    await served?.close();
    await gcs?.close();
    await slack?.close();
  });

  const call = async (body: unknown, headers?: Readonly<Record<string, string>>) =>
    (await served!.post('/report', body, headers)).status;
  const objects = () => [...gcs!.buckets.get('acme-reports')!.keys()];

  it('makes what is due into the bucket, however often it is called, and deliver posts it with its file', async () => {
    expect(await call('', {})).toBe(204);
    expect(objects()).toEqual([]);
    now = parseTime('2026-11-23T07:00:00Z')!;
    expect(await Promise.all([call('', {}), call({}), call('', { 'content-type': 'text/plain' })])).toEqual([
      204, 204, 204,
    ]);
    expect(objects()).toEqual([
      expect.stringMatching(/^bare\/weekly\/2026-11-23T070000Z-[0-9a-f]{12}\/report\.html$/),
      expect.stringMatching(/\/report\.json$/),
    ]);
    expect(served!.nudges()).toBe(1);
    for (let twice = 0; twice < 2; twice++) expect((await served!.post('/deliver', {})).status).toBe(204);
    const [message, ...others] = slack!.messages('C0COMPLIANCE');
    expect(others).toEqual([]);
    const replies = slack!.replies('C0COMPLIANCE', message!.ts);
    expect(replies.flatMap(({ files }) => files ?? [])).toEqual([
      expect.objectContaining({ name: expect.stringMatching(/^weekly-[0-9a-f]{12}\.html$/) }),
    ]);
  });

  it('makes the one that is asked for by name, whatever the body is called', async () => {
    expect(await call({ entry: 'weekly' })).toBe(204);
    now += 60_000_000_000n;
    expect(await call('{"entry":"weekly"}', { 'content-type': 'application/octet-stream' })).toBe(204);
    expect(await served!.all('reports')).toHaveLength(2);
  });

  it('fails, to be called again, where the bucket is not there, and says so', async () => {
    now = parseTime('2026-11-23T07:00:00Z')!;
    gcs!.buckets.clear();
    await call({});
    now = parseTime('2026-11-30T07:00:00Z')!;
    expect(await call({})).toBe(500);
    expect(served!.lines.join('\n')).toContain('weekly: gs://acme-reports/');
  });

  it.each([{ entry: 'monthly' }, { entry: 7 }, { entires: 'weekly' }, []])(
    'makes nothing of %j',
    async (body) => {
      expect(await call(body)).toBe(500);
      expect(objects()).toEqual([]);
    },
  );
});

describe('a body', () => {
  it.each([[undefined], [{}], [''], [' \n'], [Buffer.from('')], [Buffer.from('{}')], ['{}']])(
    'asks for what is due: %j',
    (body) => {
      expect(reportAsked({ body })).toBeUndefined();
    },
  );

  it.each([[{ entry: 'weekly' }], ['{"entry":"weekly"}'], [Buffer.from('{"entry":"weekly"}')]])(
    'asks for one: %j',
    (body) => {
      expect(reportAsked({ body })).toBe('weekly');
    },
  );

  it.each([['weekly'], [{ entry: '' }], [{ entry: 'a', more: 1 }], [[]], [7]])(
    'asks for nothing: %j',
    (body) => {
      expect(() => reportAsked({ body })).toThrow('{"entry":"NAME"}');
    },
  );
});
