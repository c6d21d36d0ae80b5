import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { formatTime, parseTime } from '../../shared/model/time.ts';
import { keepReviews } from '../../shared/pipeline/review.ts';
import { POINT } from '../report/small-report.ts';
import { POOL, policyOf, t } from '../world.ts';
import { CHANNEL } from './policies.ts';
import { Stage } from './stage.ts';
import { BEFORE, BINDS } from './story.ts';

const OWNERS = 'C0PAYMENTS';

const policy = (destinations = '') =>
  policyOf(`
apiVersion: anchorwatch.dev/v1
kind: WorkloadIdentityPolicy
metadata: {name: bare, owner: platform@acme.example, timezone: Europe/Berlin}
spec:
  scope: {include: [organizations/123456789012]}
  mode: enforce
  trust:
    pools: [{name: prod, pool: ${POOL}, clusters: [acme-prod/europe-west1/prod-euw1]}]
  workloadIdentities:
    - name: evil
      identity: {pool: prod, namespace: payments, serviceAccount: api}
      gsa: evil@acme-prod.iam.gserviceaccount.com
      owner: team-payments
      slack: ${OWNERS}
  routing:
    fallbackChannel: ${CHANNEL}
    digest: {at: "09:00", channel: ${CHANNEL}}
${destinations}`);

let stage: Stage;
beforeEach(async () => {
  stage = await Stage.open();
  stage.policy = policy();
});
afterEach(() => stage.close());

async function at(time: string): Promise<readonly string[]> {
  stage.now = parseTime(time)!;
  await stage.deliver();
  return stage.texts().filter((text) => text.startsWith('Anchorwatch daily'));
}

describe('the daily digest', () => {
  it('comes at its time, also when there is nothing to tell: it shows that the watch is awake', async () => {
    expect(await at('2026-11-20T10:00:00Z')).toEqual([]);
    expect(await at('2026-11-21T07:59:59Z')).toEqual([]);
    expect(await at('2026-11-21T08:00:00Z')).toHaveLength(1);
    expect(await at('2026-11-21T08:01:00Z')).toHaveLength(1);
    expect(await at('2026-11-22T08:00:30Z')).toHaveLength(2);
  });

  it('comes once and late when it was slept through', async () => {
    await at('2026-11-20T10:00:00Z');
    expect(await at('2026-11-25T12:00:00Z')).toHaveLength(1);
  });

  it('counts what opened since the last one', async () => {
    await at('2026-11-21T08:30:00Z');
    for (const one of [BEFORE, BINDS]) await stage.take(one);
    expect(formatTime(stage.now).slice(0, 16)).toBe('2026-11-21T09:00');
    await at('2026-11-22T08:00:00Z');
    const digest = JSON.stringify(stage.messages().at(-1)?.blocks);
    expect(digest).toContain('sandbox/debug may act as evil@acme-prod');
    expect(digest).toContain('1 new');
  });

  it('gives each owner with a channel their own, when there is something in it', async () => {
    const inOwners = () =>
      stage.slack
        .messages(OWNERS)
        .map(({ text }) => text)
        .filter((text) => text.startsWith('Anchorwatch daily'));
    await at('2026-11-20T10:00:00Z');
    await at('2026-11-21T08:30:00Z');
    expect(inOwners()).toEqual([]);
    for (const one of [BEFORE, BINDS]) await stage.take(one);
    await at('2026-11-22T08:00:00Z');
    expect(inOwners()).toEqual([expect.stringContaining('team-payments')]);
  });

  it('is written once by two that deliver at once', async () => {
    await at('2026-11-20T10:00:00Z');
    stage.now = parseTime('2026-11-21T08:00:00Z')!;
    await Promise.all([stage.deliver(), stage.deliver()]);
    expect(stage.texts()).toHaveLength(1);
  });
});

describe('what the newest report knows', () => {
  const REPORTS = (signOff: string) =>
    `  reports: [{name: weekly, cron: "0 7 * * 1", bucket: acme-reports, signOff: ${signOff}}]\n`;
  const identity = (name: string) => `${POOL}[${name}]`;
  const QUARTER = '2026-Q4';

  /** As a report takes it down. */
  const takeDown = () =>
    stage.memory.transaction(async (tx) => {
      const [payments, orders] = [['payments/api', 'payments/cron'], ['orders/api']];
      tx.put('rosters', 'team-payments|0000', {
        owner: 'team-payments',
        identities: payments!.map(identity),
      });
      tx.put('rosters', 'team-orders|0000', { owner: 'team-orders', identities: orders!.map(identity) });
    });
  const review = (name: string, decision: 'attested' | 'revoked', seconds = 0) =>
    keepReviews(stage.memory, [{ identity: identity(name), decision, comment: '' }], {
      quarter: QUARTER,
      by: 'jane@acme.example',
      at: t(seconds),
    });
  const last = (channel = CHANNEL) => JSON.stringify(stage.slack.messages(channel).at(-1)?.blocks);

  it('the access review is spoken of in the last thirty days of the quarter, once somebody has begun it', async () => {
    await takeDown();
    await at('2026-11-30T12:00:00Z');
    await at('2026-12-02T08:00:00Z');
    expect(last()).not.toContain('Access review');
    await review('payments/api', 'revoked');
    await review('payments/api', 'attested', 60);
    await at('2026-12-03T08:00:00Z');
    expect(last()).toContain('Access review 2026-Q4');
    expect(last()).toContain('1 of 3 identities attested, 2 pending');
    expect(last()).toContain(' (team-orders 1, team-payments 1)');
    expect(last()).toContain('it ends on 2026-12-31');
    expect(last(OWNERS)).toContain('1 of 2 identities attested, 1 pending');
  });

  it('before that on Mondays, where a report must be signed', async () => {
    stage.policy = policy(REPORTS('required'));
    await takeDown();
    await at('2026-11-20T10:00:00Z');
    await at('2026-11-21T08:00:00Z');
    expect(last()).not.toContain('Access review');
    await at('2026-11-23T08:00:00Z');
    expect(last()).toContain('0 of 3 identities attested, 3 pending');
    stage.policy = policy(REPORTS('none'));
    await at('2026-11-30T08:00:00Z');
    expect(last()).not.toContain('Access review');
  });

  it('it is over when nothing is pending, and begins anew with the quarter', async () => {
    stage.policy = policy(REPORTS('required'));
    await takeDown();
    await at('2026-12-20T12:00:00Z');
    for (const name of ['payments/api', 'payments/cron', 'orders/api']) await review(name, 'attested');
    await at('2026-12-21T08:00:00Z');
    expect(last()).not.toContain('Access review');
    await at('2027-01-04T08:00:00Z');
    expect(last()).toContain('Access review 2027-Q1');
    expect(last()).toContain('3 pending');
  });

  it('keys and coverage are told while the report is recent', async () => {
    const point = { ...POINT, at: parseTime('2026-11-20T07:00:00Z')!, keysLeft: 3, coverage: 0.9876 };
    await stage.memory.transaction(async (tx) => tx.put('posture', formatTime(point.at), point));
    await at('2026-11-20T10:00:00Z');
    await at('2026-11-21T08:00:00Z');
    expect(last()).toContain('3 static keys left · coverage 98.7 %');
    await at('2026-11-29T08:00:00Z');
    expect(last()).not.toContain('static keys');
  });

  it('exceptions that nothing needs are named', async () => {
    stage.policy = policy(
      `  exceptions:
    items:
      - {name: old-sftp, match: {detector: key-overdue}, reason: until it moves, requestedBy: lee@acme.example, approvedBy: kim@acme.example, expires: 2026-12-24}
`,
    );
    await at('2026-11-20T10:00:00Z');
    await at('2026-11-21T08:00:00Z');
    expect(last()).toContain('old-sftp');
    expect(last()).toContain('Exceptions that nothing needs');
  });
});

it('the weekly digest comes on Mondays', async () => {
  stage.policy = policy(`  destinations: [{name: weekly, digest: weekly, channel: C0WEEKLY}]\n`);
  const weekly = () => stage.slack.messages('C0WEEKLY').length;
  await at('2026-11-20T10:00:00Z');
  await at('2026-11-22T10:00:00Z');
  expect(weekly()).toBe(0);
  await at('2026-11-23T08:00:00Z');
  expect(weekly()).toBe(1);
  await at('2026-11-24T08:00:00Z');
  expect(weekly()).toBe(1);
});
