import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { serviceAccountName } from '../../shared/model/asset.ts';
import { DAY, MINUTE, SECOND } from '../../shared/model/time.ts';
import { alias, gsa, iam, POOL, policyOf, t } from '../world.ts';
import { plant, repair } from './planting.ts';
import { BARE_POLICY, CHANNEL } from './policies.ts';
import { Stage } from './stage.ts';
import { ACCOUNT, BEFORE, news } from './story.ts';

let stage: Stage;
beforeEach(async () => {
  stage = await Stage.open();
});
afterEach(() => stage.close());

/** Delivers, and waits as long as a roll-up does for more. */
async function settled(): Promise<void> {
  await stage.deliver();
  stage.advance(30);
  await stage.deliver();
}

const isRollup = (text: string): boolean => /\d findings/.test(text);

describe('too much at once', () => {
  it('ten thousand findings are one roll-up and at most twenty criticals', async () => {
    await plant(stage, 10_000, 50);
    await settled();
    const texts = stage.texts();
    expect(texts.filter(isRollup)).toHaveLength(1);
    expect(texts.filter((text) => /^🔴 Critical · ns/.test(text))).toHaveLength(20);
    expect(texts).toHaveLength(21);
    expect(await stage.waiting()).toEqual([]);
    const [rollup] = await stage.all('rollups');
    expect(rollup).toMatchObject({ incidents: 9_980, bySeverity: { critical: 30, high: 9_950 } });
    // The worst are named.
    expect(rollup?.top.map(({ severity }) => severity)).toEqual(Array(10).fill('critical'));
  }, 60_000);

  it('as many as the burst allows get a message each', async () => {
    await plant(stage, 20, 0);
    await stage.deliver();
    expect(stage.texts()).toHaveLength(20);
    expect(stage.texts().some(isRollup)).toBe(false);
  });

  it('one more, and they are told together', async () => {
    await plant(stage, 21, 0);
    await settled();
    expect(stage.texts()).toEqual([expect.stringContaining('21')]);
  });

  it('what comes while a storm lasts is counted in, by an edit; afterwards it has a message again', async () => {
    await plant(stage, 25, 0);
    await settled();
    await plant(stage, 30, 0, 25);
    await stage.deliver();
    stage.advance(300);
    await stage.deliver();
    expect(stage.messages()).toMatchObject([{ text: expect.stringContaining('30'), edits: 1 }]);
    stage.advance(3_600);
    await plant(stage, 31, 0, 30);
    await stage.deliver();
    expect(stage.texts()).toEqual([
      expect.stringContaining('30'),
      expect.stringContaining('ns/30 may act as somebody'),
    ]);
  });

  it('counts what is repaired, and tells nobody else', async () => {
    await plant(stage, 25, 0);
    await settled();
    await repair(stage, 3);
    await stage.deliver();
    stage.advance(300);
    await stage.deliver();
    expect(await stage.all('rollups')).toMatchObject([{ incidents: 25, closed: 1 }]);
    expect(stage.messages()).toMatchObject([{ edits: 1 }]);
  });

  it('crashing between any two steps loses nobody and tells nobody twice', async () => {
    await plant(stage, 40, 3);
    for (let attempt = 0; attempt < 12; attempt++) {
      let left = attempt;
      const { memory } = stage;
      stage.store = {
        ...memory,
        transaction: (body) =>
          left-- > 0 ? memory.transaction(body) : Promise.reject(new Error('the process has ended')),
      };
      await stage.deliver().catch(() => undefined);
      stage.advance(90);
    }
    stage.store = stage.memory;
    await stage.deliver();
    stage.advance(600);
    await stage.deliver();
    const told = (await stage.all('incidents')).filter(({ sent }) => sent.length === 1);
    expect(told).toHaveLength(40);
    expect(stage.texts().filter((text) => /^🔴 Critical · ns/.test(text))).toHaveLength(3);
    expect(stage.texts().filter(isRollup)).toHaveLength(1);
  });
});

/** The bare policy, and one identity of the sandbox. */
function declaring(serviceAccount: string, gsaEmail: string): string {
  return `
apiVersion: anchorwatch.dev/v1
kind: WorkloadIdentityPolicy
metadata: {name: bare, owner: platform@acme.example, timezone: UTC}
spec:
  scope: {include: [organizations/123456789012]}
  mode: enforce
  trust:
    pools: [{name: prod, pool: ${POOL}, clusters: [acme-prod/europe-west1/prod-euw1]}]
  workloadIdentities:
    - name: sandbox
      identity: {pool: prod, namespace: sandbox, serviceAccount: "${serviceAccount}"}
      gsa: "${gsaEmail}"
      owner: team-sandbox
  routing: {fallbackChannel: ${CHANNEL}}
`;
}

describe('a new policy', () => {
  it('judges everything anew, and says that it was the policy', async () => {
    const accounts = Array.from({ length: 25 }, (_, index) => String(7_000 + index));
    stage.policy = policyOf(declaring('ksa-*', '<ksa>@acme-prod.iam.gserviceaccount.com'));
    for (const [index, id] of accounts.entries()) {
      const email = `ksa-${index}@acme-prod.iam.gserviceaccount.com`;
      const member = `serviceAccount:${POOL}[sandbox/ksa-${index}]`;
      await stage.take(
        news(`made-${index}`, 10, [
          gsa(email, id),
          alias(email, id),
          iam(serviceAccountName(id), [['roles/iam.workloadIdentityUser', member]], {
            time: t(10),
            etag: `b-${index}`,
            source: 'feed',
          }),
        ]),
      );
    }
    await stage.deliver();
    expect(stage.texts()).toEqual([]);
    const before = stage.policy.hash;
    stage.policy = BARE_POLICY;
    stage.advance(60);
    await settled();
    expect(stage.texts()).toEqual([expect.stringMatching(/25 findings/)]);
    expect(await stage.all('rollups')).toMatchObject([
      { policies: { from: before, to: BARE_POLICY.hash }, incidents: 25 },
    ]);
  });

  it('is adopted once, page by page, whoever comes first', async () => {
    await stage.take(BEFORE);
    await stage.take(
      news('binds', 10, [
        iam(ACCOUNT, [['roles/iam.workloadIdentityUser', `serviceAccount:${POOL}[sandbox/debug]`]], {
          time: t(10),
          etag: 'b',
          source: 'feed',
        }),
      ]),
    );
    await stage.deliver();
    expect(await stage.states('undeclared-identity')).toEqual(['open']);
    stage.policy = policyOf(declaring('debug', 'evil@acme-prod.iam.gserviceaccount.com'));
    stage.now = t(0) + DAY;
    await stage.deliver();
    expect(await stage.states('undeclared-identity')).toEqual(['resolved']);
    expect(stage.texts()).toEqual([expect.stringMatching(/^✅/)]);
  });
});

describe('pacing', () => {
  it('keeps the distance that Slack asks for, and sends everything within one call', async () => {
    await stage.close();
    stage = await Stage.open([], { rateLimited: true });
    stage.pace(SECOND, 5n * MINUTE);
    await plant(stage, 20, 0);
    expect(await stage.deliver()).toBe(20);
    expect(stage.slack.earlyCalls).toEqual([]);
    expect(stage.slack.requests.filter(({ method }) => method === 'chat.postMessage')).toHaveLength(20);
  });
});
