/** Law 1 on the example: in whatever order its events come, and however often, they end in the same findings. */
import { expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { fixedPolicy } from '../../shared/adapters/fixed-policy.ts';
import { later } from '../../shared/model/time.ts';
import { evaluateDue } from '../../shared/pipeline/evaluate.ts';
import { receive } from '../../shared/pipeline/receive.ts';
import { judgementsOf, THROWING_LOG } from '../laws/pipeline-of.ts';
import { EVENTS, exported, publishTime } from './morning.ts';

jest.setTimeout(60_000);

const END = EVENTS.map(publishTime).reduce(later);

/** The judgements that stand once everything has been taken in. */
async function outcome(delivered: readonly string[]): Promise<readonly object[]> {
  const { policy, store } = await exported();
  const ports = {
    store,
    policy: fixedPolicy(() => policy),
    clock: { now: () => END },
    log: { ...THROWING_LOG, warn() {} },
    queue: { work: async () => {}, nudgeDeliver: async () => {} },
  };
  for (const event of delivered) await receive(JSON.parse(event), ports);
  await evaluateDue(policy, store, THROWING_LOG, { asOf: END, offline: false });
  const rows = await store.transaction((tx) => tx.list('findings', undefined, 10_000));
  await store.close();
  return judgementsOf([...rows.values()].map((row) => row.finding));
}

it('twenty orders, each event once or twice: the same findings', async () => {
  const inOrder = await outcome(EVENTS);
  expect(inOrder.length).toBeGreaterThan(8);
  const deliveries = fc
    .shuffledSubarray([...EVENTS], { minLength: 0 })
    .chain((again) =>
      fc.shuffledSubarray([...EVENTS, ...again], { minLength: EVENTS.length + again.length }),
    );
  await fc.assert(
    fc.asyncProperty(deliveries, async (delivered) => {
      expect(await outcome(delivered)).toEqual(inOrder);
    }),
    { numRuns: 20, seed: 20261121, endOnFailure: true },
  );
});
