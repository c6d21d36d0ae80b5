/** Laws 1 and 2 where findings hang on what custom roles permit, and on conditions that begin and end. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { openSqliteStore } from '../../shared/adapters/sqlite-store.ts';
import { judge } from '../../shared/findings/judge.ts';
import { Inventory } from '../../shared/inventory/inventory.ts';
import { parseSubject } from '../../shared/inventory/subject.ts';
import { View } from '../../shared/inventory/view.ts';
import { allSubjects, takeBaseline } from '../../shared/pipeline/baseline.ts';
import { declaredPoolOf } from '../../shared/pipeline/declared-pool.ts';
import { onNeighbourhood } from '../../shared/pipeline/neighbourhood.ts';
import { scan } from '../../shared/pipeline/scan.ts';
import { COMPLETE, t } from '../world.ts';
import type { News } from './arbitrary-news.ts';
import { gathered } from './arbitrary-world.ts';
import { inWords } from './news/in-words.ts';
import { LAW_POLICY } from './news/policy.ts';
import { heldTold, roleTold, TURN } from './news/roles.ts';
import { STANDING } from './news/standing.ts';
import { asScanned, judgementsOf, openPipeline, THROWING_LOG } from './pipeline-of.ts';
import { RUNS } from './runs.ts';

const told = fc.oneof(roleTold, heldTold);
const news = fc
  .tuple(fc.subarray([...STANDING]), fc.array(told, { minLength: 1, maxLength: 10 }))
  .map(([standing, happening]) =>
    [...standing, ...happening.map((one) => [one])].map(
      (observations, index): News =>
        inWords({ kind: 'news', id: `message-${index}`, time: t(0), observations, acts: [] }),
    ),
  );
const asOf = fc.constantFrom(t(900), TURN - 1n, TURN, t(3600), t(86_400));
const world = fc.record({ news, asOf }).map((one) => ({ ...one, coverage: COMPLETE }));

describe('custom roles and conditions', () => {
  it('law 1, convergence: in whatever order they are told, the findings are those of a scan', async () => {
    await fc.assert(
      fc.asyncProperty(
        world.chain((one) =>
          fc.tuple(
            fc.constant(one),
            fc.shuffledSubarray([...one.news, ...one.news], { minLength: 2 * one.news.length }),
          ),
        ),
        async ([{ asOf, ...rest }, messages]) => {
          const pipeline = await openPipeline(rest.coverage);
          for (const message of messages) await pipeline.take(message, t(900));
          const expected = scan(gathered(rest), LAW_POLICY, asOf).findings;
          expect(asScanned(await pipeline.findings(asOf), expected)).toEqual(judgementsOf(expected));
          await pipeline.store.close();
        },
      ),
      RUNS,
    );
  });

  it('law 2, locality: a subject is judged on its neighbourhood as on everything', async () => {
    await fc.assert(
      fc.asyncProperty(world, async ({ asOf, ...rest }) => {
        const all = gathered(rest);
        const store = openSqliteStore({ path: ':memory:', onEphemeralDisk: false });
        await takeBaseline(all, LAW_POLICY, store, THROWING_LOG, asOf);
        const judged = (subject: string, inventory: Inventory) => {
          const view = new View(inventory, asOf, declaredPoolOf(LAW_POLICY));
          const verdicts = judge(parseSubject(subject), view, LAW_POLICY);
          return { ...verdicts, reads: [...view.reads].sort(), nextChangeAt: view.nextChangeAt };
        };
        const whole = new Inventory(all);
        for (const subject of allSubjects(whole, LAW_POLICY, asOf)) {
          const { value } = await store.transaction((tx) =>
            onNeighbourhood(tx, (inventory) => judged(subject, inventory)),
          );
          expect(value).toEqual(judged(subject, whole));
        }
        await store.close();
      }),
      RUNS,
    );
  });
});
