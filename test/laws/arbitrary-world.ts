/** What a law is tried on: everything that was told, how much was read completely, and when it is judged. */
import fc from 'fast-check';
import type { Coverage } from '../../shared/inventory/coverage.ts';
import type { Gathered } from '../../shared/inventory/inventory.ts';
import type { Nanos } from '../../shared/model/time.ts';
import { known, t } from '../world.ts';
import { allNews, type News } from './arbitrary-news.ts';
import { coverage } from './news/coverage.ts';

export interface World {
  readonly news: readonly News[];
  readonly coverage: readonly Coverage[];
  readonly asOf: Nanos;
}

/** At once, a quarter of an hour after the last of it and around, after the ends of an exception, an allowance and an entry, and when acts have had their time. */
export const asOf = fc.constantFrom(
  ...[900, 960, 1200, 1800, 3600, ...[1, 2, 4, 7].map((days) => days * 86_400)].map(t),
);

export const world: fc.Arbitrary<World> = fc.record({ news: allNews, coverage, asOf });

/** All of it, as a scan would gather it. */
export function gathered({ news, coverage }: Pick<World, 'news' | 'coverage'>): Gathered {
  return known({
    observations: news.flatMap((one) => one.observations),
    acts: news.flatMap((one) => one.acts),
    coverage,
  });
}
