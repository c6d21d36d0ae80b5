import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ALL_DETECTORS } from '../../shared/detectors/index.ts';
import { DAY, type Nanos } from '../../shared/model/time.ts';
import { adoptDetectors, TRIAL } from '../../shared/pipeline/adopt-detectors.ts';
import type { Policy } from '../../shared/policy/policy.ts';
import { policyOf, t } from '../world.ts';
import { BARE_POLICY } from './policies.ts';
import { Stage } from './stage.ts';
import { AGAIN, BEFORE, BINDS, REPAIRED } from './story.ts';

let stage: Stage;
beforeEach(async () => {
  stage = await Stage.open();
  await stage.take(BEFORE);
});
afterEach(() => stage.close());

const FOUND_BY = 'undeclared-identity';

/** The version before had every detector but one, and judged nothing with it. */
async function upgrade(without = FOUND_BY): Promise<void> {
  await stage.deliver();
  const others = ALL_DETECTORS.filter(({ id }) => id !== without);
  await stage.memory.transaction(async (tx) => {
    const subjects = await tx.list('subjects', undefined, 100);
    const findings = await tx.list('findings', undefined, 100);
    const known = Object.fromEntries(others.map(({ id }) => [id, '0']));
    tx.put('meta', 'detectors', { value: JSON.stringify(known) });
    for (const key of subjects.keys()) tx.delete('subjects', key);
    for (const key of findings.keys()) tx.delete('findings', key);
  });
}

const found = async () => (await stage.all('findings')).map(({ finding }) => finding.detector);
const alerts = () => stage.texts().filter((text) => !text.includes('new in this version'));

describe('a detector that a new version brings', () => {
  it('judges also what nobody has touched since, tells it in the digest only, and says so once', async () => {
    await stage.take(BINDS);
    await upgrade();
    const before = alerts().length;
    await stage.deliver();
    expect(await found()).toContain(FOUND_BY);
    expect(alerts()).toHaveLength(before);
    expect(stage.texts().at(-1)).toContain('A detector is new in this version');
    const told = stage.texts().length;
    await stage.deliver();
    expect(stage.texts()).toHaveLength(told);
  });

  it('alerts after two weeks like any other', async () => {
    await upgrade();
    await stage.deliver();
    await stage.take(BINDS);
    await stage.deliver();
    expect(alerts()).toEqual([]);
    await stage.take(REPAIRED);
    stage.now = t(0) + TRIAL + DAY;
    await stage.take({ ...AGAIN, time: stage.now });
    await stage.deliver();
    expect(alerts()).toHaveLength(1);
  });

  it('alerts at once where the policy says so', async () => {
    const enforced: Policy = policyOf(`
apiVersion: anchorwatch.dev/v1
kind: WorkloadIdentityPolicy
metadata: {name: bare, owner: platform@acme.example, timezone: UTC}
spec:
  scope: {include: [organizations/123456789012]}
  mode: enforce
  modes: [{match: {detector: ${FOUND_BY}}, set: enforce}]
  trust:
    pools: [{name: prod, pool: acme-prod.svc.id.goog, clusters: [acme-prod/europe-west1/prod-euw1]}]
  routing: {fallbackChannel: C0PLATSEC}
`);
    await upgrade();
    stage.policy = enforced;
    await stage.take(BINDS);
    await stage.deliver();
    expect(alerts()).toHaveLength(1);
  });
});

describe('which detectors are on trial', () => {
  const about = (...ids: readonly string[]) =>
    ids.map((id) => ({ id, title: 'A way to drift', class: 'attack' as const }));
  const adopt = (ids: readonly string[], now: Nanos) =>
    adoptDetectors(BARE_POLICY, stage.memory, now, about(...ids));

  it('none of the first version, and those of the next for two weeks', async () => {
    expect(await adopt(['a', 'b'], t(0))).toEqual([]);
    expect(await adopt(['a', 'b', 'c'], t(10))).toEqual(['c']);
    expect(await adopt(['a', 'b', 'c'], t(9) + TRIAL)).toEqual(['c']);
    expect(await adopt(['a', 'b', 'c'], t(10) + TRIAL)).toEqual([]);
  });

  it('never one that tells that the watch is blind', async () => {
    await adopt(['a'], t(0));
    expect(await adopt(['a', 'self-blind'], t(10))).toEqual([]);
  });

  it('keep their day while two versions take turns', async () => {
    await adopt(['a'], t(0));
    await adopt(['a', 'c'], t(10));
    await adopt(['a'], t(20));
    expect(await adopt(['a', 'c'], t(11) + TRIAL)).toEqual([]);
  });
});
