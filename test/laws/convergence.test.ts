import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Finding } from '../../shared/model/finding.ts';
import { scan } from '../../shared/pipeline/scan.ts';
import { COMPLETE, known, NOW, POLICY } from '../world.ts';
import { allNews, type News } from './arbitrary-news.ts';
import { asScanned, judgementsOf, openPipeline } from './pipeline-of.ts';
import { RUNS } from './runs.ts';

function scanned(news: readonly News[]): readonly Finding[] {
  const world = known({
    observations: news.flatMap((one) => one.observations),
    acts: news.flatMap((one) => one.acts),
    coverage: COMPLETE,
  });
  return scan(world, POLICY, NOW).findings;
}

describe('law 1, convergence: whatever the order, the duplicates and the interleaving, the findings are those of a scan', () => {
  it('holds for messages one after the other, in any order, some delivered again', async () => {
    const deliveries = allNews.chain((news) =>
      fc.tuple(
        fc.constant(news),
        fc.shuffledSubarray([...news, ...news], { minLength: news.length }).map((some) => [...some, ...news]),
      ),
    );
    await fc.assert(
      fc.asyncProperty(deliveries, async ([news, delivered]) => {
        const pipeline = await openPipeline(COMPLETE);
        for (const message of delivered) await pipeline.take(message);
        const expected = scanned(news);
        expect(asScanned(await pipeline.findings(), expected)).toEqual(judgementsOf(expected));
        await pipeline.store.close();
      }),
      RUNS,
    );
  });

  it('holds for handlers that run at the same time', async () => {
    await fc.assert(
      fc.asyncProperty(allNews, fc.infiniteStream(fc.nat({ max: 3 })), async (news, pauses) => {
        const pipeline = await openPipeline(COMPLETE);
        await Promise.all(
          [...news, ...news].map(async (message) => {
            for (let ticks = pauses.next().value; ticks > 0; ticks--) await Promise.resolve();
            await pipeline.take(message);
          }),
        );
        const expected = scanned(news);
        expect(asScanned(await pipeline.findings(), expected)).toEqual(judgementsOf(expected));
        await pipeline.store.close();
      }),
      RUNS,
    );
  });

  it('leaves nothing to be found by judging everything once more', async () => {
    await fc.assert(
      fc.asyncProperty(allNews, async (news) => {
        const pipeline = await openPipeline(COMPLETE);
        for (const message of news) await pipeline.take(message);
        const quiet = judgementsOf(await pipeline.findings());
        await pipeline.judgeAll();
        expect(judgementsOf(await pipeline.findings())).toEqual(quiet);
        await pipeline.store.close();
      }),
      RUNS,
    );
  });
});
