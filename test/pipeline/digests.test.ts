import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { formatTime, parseTime } from '../../shared/model/time.ts';
import { POOL, policyOf } from '../world.ts';
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
