import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { fixedPolicy } from '../../shared/adapters/fixed-policy.ts';
import type { AssetName } from '../../shared/model/asset.ts';
import { keyName } from '../../shared/model/asset.ts';
import { learnUsage } from '../../shared/pipeline/learn-usage.ts';
import { take } from '../../shared/pipeline/receive.ts';
import { OutsideUnavailable, type Usage, type UsageTold } from '../../shared/ports.ts';
import { ACCOUNTS } from '../detectors/cast.ts';
import { ago, keyMade } from '../detectors/keys.ts';
import { NOW, POLICY } from '../world.ts';
import { Stage } from './stage.ts';

let stage: Stage;
beforeEach(async () => {
  stage = await Stage.open();
  stage.policy = POLICY;
  stage.now = NOW;
  const observations = [...ACCOUNTS, keyMade('k1', '1001', 400), keyMade('k2', '1001', 400)];
  await take({ kind: 'news', id: 'before', time: NOW, observations, acts: [] }, portsOf(), {
    offline: true,
    now: NOW,
  });
});
afterEach(() => stage.close());

function portsOf() {
  const { policy, now } = stage;
  return {
    store: stage.store,
    policy: fixedPolicy(() => policy),
    clock: { now: () => now },
    queue: { work: async () => {}, nudgeDeliver: async () => {} },
    log: { info() {}, warn() {}, error() {} },
  };
}

/** A cloud that knows this much. */
function telling(told: Readonly<Record<string, UsageTold>>): Usage {
  return {
    of: async (_project: string, assets: readonly AssetName[]) =>
      new Map(assets.flatMap((asset) => (told[asset] === undefined ? [] : [[asset, told[asset]] as const]))),
  };
}

async function says(detector: string): Promise<readonly string[]> {
  const findings = (await stage.findings()).filter((finding) => finding.detector === detector);
  return findings.map(({ state, title }) => `${state}: ${title}`).sort();
}

const UNKNOWN = (id: string) => `undecided: Whether anybody uses key ${id} of api@acme-prod is not known`;
const KEYS = [keyName('k1'), keyName('k2')];

it('what is told of the use of keys decides what was not known, and what is not told stays so', async () => {
  expect(await says('key-unused')).toEqual([UNKNOWN('k1'), UNKNOWN('k2')]);
  const watch = { from: ago(400), until: ago(2) };
  const usage = telling({ [KEYS[0]!]: { kind: 'known', watch, lastUse: ago(200), uses: [] } });
  expect(await learnUsage('acme-prod', KEYS, { ...portsOf(), usage }, NOW)).toEqual({
    known: 1,
    unknown: new Map([[KEYS[1], 'it was not told of']]),
  });
  expect(await says('key-unused')).toEqual([
    'open: Key k1 of api@acme-prod has not been used since 2026-05-05',
    UNKNOWN('k2'),
  ]);
});

it('a use makes the finding another: the key must go and is used', async () => {
  const watch = { from: ago(400), until: ago(2) };
  const use = { time: ago(3), principal: 'api@acme-prod.iam.gserviceaccount.com', network: '203.0.113.9' };
  const usage = telling({ [KEYS[0]!]: { kind: 'known', watch, lastUse: ago(3), uses: [use] } });
  await learnUsage('acme-prod', KEYS.slice(0, 1), { ...portsOf(), usage }, NOW);
  expect(await says('key-in-use')).toEqual([
    'open: Key k1 of api@acme-prod must go and was used on 2026-11-18',
  ]);
  expect(await says('key-unused')).toEqual([UNKNOWN('k2')]);
});

it('that it cannot be told, and why, is an answer too; that nobody can be asked is none', async () => {
  const usage = telling({
    [KEYS[0]!]: { kind: 'unknown', why: 'the Policy Analyzer API is off in acme-prod' },
  });
  const { unknown } = await learnUsage('acme-prod', KEYS.slice(0, 1), { ...portsOf(), usage }, NOW);
  expect(unknown.get(KEYS[0]!)).toBe('the Policy Analyzer API is off in acme-prod');
  const down: Usage = { of: () => Promise.reject(new OutsideUnavailable('not now')) };
  await expect(learnUsage('acme-prod', KEYS, { ...portsOf(), usage: down }, NOW)).rejects.toThrow(
    OutsideUnavailable,
  );
});
