import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Finding } from '../../shared/model/finding.ts';
import type { Nanos } from '../../shared/model/time.ts';
import { scan } from '../../shared/pipeline/scan.ts';
import { t } from '../world.ts';
import type { News } from './arbitrary-news.ts';
import { gathered, type World, world } from './arbitrary-world.ts';
import { LAW_POLICY } from './news/policy.ts';
import { asScanned, judgementsOf, openPipeline } from './pipeline-of.ts';
import { RUNS } from './runs.ts';

/** Messages one after the other, each at a later time, some of them again. */
interface Delivery {
  readonly message: News;
  readonly at: Nanos;
}

const delivered: fc.Arbitrary<World & { readonly deliveries: readonly Delivery[] }> = world.chain((all) =>
  fc
    .tuple(
      fc.shuffledSubarray([...all.news, ...all.news], { minLength: all.news.length }),
      fc.infiniteStream(fc.nat({ max: 15 })),
    )
    .map(([some, minutes]) => {
      const messages = [...some, ...all.news];
      const times = messages.map(() => t(60 * minutes.next().value)).sort((a, b) => (a < b ? -1 : 1));
      return { ...all, deliveries: messages.map((message, index) => ({ message, at: times[index]! })) };
    }),
);

function scanned(world: World): readonly Finding[] {
  return scan(gathered(world), LAW_POLICY, world.asOf).findings;
}

describe('law 1, convergence: whatever the order, the duplicates and the interleaving, the findings are those of a scan', () => {
  it('holds for messages one after the other, in any order, some delivered again', async () => {
    await fc.assert(
      fc.asyncProperty(delivered, async (world) => {
        const pipeline = await openPipeline(world.coverage);
        for (const { message, at } of world.deliveries) await pipeline.take(message, at);
        const expected = scanned(world);
        expect(asScanned(await pipeline.findings(world.asOf), expected)).toEqual(judgementsOf(expected));
        await pipeline.store.close();
      }),
      RUNS,
    );
  });

  it('holds for handlers that run at the same time', async () => {
    await fc.assert(
      fc.asyncProperty(world, fc.infiniteStream(fc.nat({ max: 3 })), async (world, pauses) => {
        const pipeline = await openPipeline(world.coverage);
        await Promise.all(
          [...world.news, ...world.news].map(async (message) => {
            for (let ticks = pauses.next().value; ticks > 0; ticks--) await Promise.resolve();
            await pipeline.take(message, t(900));
          }),
        );
        const expected = scanned(world);
        expect(asScanned(await pipeline.findings(world.asOf), expected)).toEqual(judgementsOf(expected));
        await pipeline.store.close();
      }),
      RUNS,
    );
  });

  it('leaves nothing to be found by judging everything once more', async () => {
    await fc.assert(
      fc.asyncProperty(world, async ({ news, coverage, asOf }) => {
        const pipeline = await openPipeline(coverage);
        for (const message of news) await pipeline.take(message, t(900));
        const quiet = judgementsOf(await pipeline.findings(asOf));
        await pipeline.judgeAll(asOf);
        expect(judgementsOf(await pipeline.findings(asOf))).toEqual(quiet);
        await pipeline.store.close();
      }),
      RUNS,
    );
  });
});
