/** Law 1: in whatever order the steps of several handlers come to pass, and however often a step has to be begun anew. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { scan } from '../../shared/pipeline/scan.ts';
import type { Store } from '../../shared/ports.ts';
import { t } from '../world.ts';
import type { News } from './arbitrary-news.ts';
import { gathered, world } from './arbitrary-world.ts';
import { undone } from './conflicts.ts';
import { LAW_POLICY } from './news/policy.ts';
import { asScanned, judgementsOf, openPipeline } from './pipeline-of.ts';
import { RUNS } from './runs.ts';

/** Each is dearer than a run of the other laws. */
const FEWER = { numRuns: Math.ceil(RUNS.numRuns / 2) };

/** Every transaction waits for its turn, which the scheduler gives; where `conflicts` says so it takes two. */
function scheduled(store: Store, scheduler: fc.Scheduler, conflicts: Iterator<boolean>): Store {
  return {
    close: () => store.close(),
    async transaction(body) {
      if (conflicts.next().value) await scheduler.scheduleFunction(() => undone(store, body))();
      return scheduler.scheduleFunction((run: typeof body) => store.transaction(run))(body);
    },
  };
}

/** The messages by handler, those about one asset by several. */
const handlers = world.chain((all) =>
  fc
    .array(fc.nat({ max: 3 }), { minLength: all.news.length * 2, maxLength: all.news.length * 2 })
    .map((whose) => {
      const messages = [...all.news, ...all.news];
      return { ...all, handlers: [...Map.groupBy(messages, (_, index) => whose[index]!).values()] };
    }),
);

async function takeAll(messages: readonly News[], take: (news: News) => Promise<unknown>): Promise<void> {
  for (const message of messages) await take(message);
}

describe('law 1, convergence, step by step', () => {
  it('holds for handlers whose transactions come in any order, some of them begun twice', async () => {
    await fc.assert(
      fc.asyncProperty(
        handlers,
        fc.scheduler(),
        fc.infiniteStream(fc.oneof({ weight: 4, arbitrary: fc.constant(false) }, fc.boolean())),
        async ({ handlers, ...world }, scheduler, conflicts) => {
          const pipeline = await openPipeline(world.coverage, LAW_POLICY, (store) =>
            scheduled(store, scheduler, conflicts),
          );
          const all = handlers.map((messages) =>
            takeAll(messages, (message) => pipeline.take(message, t(900))),
          );
          await scheduler.waitFor(Promise.all(all));
          const expected = scan(gathered(world), LAW_POLICY, world.asOf).findings;
          expect(asScanned(await pipeline.findings(world.asOf), expected)).toEqual(judgementsOf(expected));
          await pipeline.store.close();
        },
      ),
      FEWER,
    );
  });
});
