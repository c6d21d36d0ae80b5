import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ALL_DETECTORS } from '../../shared/detectors/index.ts';
import { loadPolicy } from '../../shared/policy/load.ts';
import { allNews, type News } from '../laws/arbitrary-news.ts';
import { COMPLETE, known, NOW, type World } from '../world.ts';
import { declared, FEWER, openUnder, written } from './writing.ts';

function worldOf(news: readonly News[], coverage = COMPLETE): World {
  return {
    observations: news.flatMap((one) => one.observations),
    acts: news.flatMap((one) => one.acts),
    coverage,
  };
}

/** Warnings that tell the truth about a world in which no cluster, or a strange role, was seen. */
const UNAVOIDABLE = ['pool-without-clusters', 'unknown-role'];

describe('the policy that init writes for any world', () => {
  it('loads without a problem, and under it nothing stands open', () => {
    fc.assert(
      fc.property(allNews, fc.constantFrom(COMPLETE, []), (news, coverage) => {
        const world = worldOf(news, coverage);
        const { text, remaining } = written(world);
        const loaded = loadPolicy([{ path: 'policy.yaml', text }], {
          detectors: ALL_DETECTORS.map(({ id }) => id),
          asOf: NOW,
        });
        const problems = loaded.ok ? loaded.warnings : loaded.problems;
        expect(problems.filter(({ code }) => !UNAVOIDABLE.includes(code))).toEqual([]);
        expect(remaining.map(({ verdict }) => verdict.title)).toEqual([]);
        expect(openUnder(text, known(world)).map(({ detector, title }) => `${detector}: ${title}`)).toEqual(
          [],
        );
      }),
      FEWER,
    );
  });

  it('is the same to the byte, in whatever order the news came', () => {
    fc.assert(
      fc.property(
        allNews.chain((news) =>
          fc.tuple(fc.constant(news), fc.shuffledSubarray([...news], { minLength: news.length })),
        ),
        ([news, shuffled]) => {
          expect(written(worldOf(shuffled)).text).toBe(written(worldOf(news)).text);
        },
      ),
      FEWER,
    );
  });

  it('is what declare would write from the same world', () => {
    fc.assert(
      fc.property(allNews, (news) => {
        const world = worldOf(news);
        const { text } = written(world);
        expect(declared(world, text)).toMatchObject({ isChanged: false, changes: [], text });
      }),
      FEWER,
    );
  });

  it('stays a policy when declare brings it up to date with any other world, and is then up to date', () => {
    fc.assert(
      fc.property(allNews, allNews, (news, later) => {
        const { text } = written(worldOf(news));
        const moved = declared(worldOf(later), text);
        expect(declared(worldOf(later), moved.text)).toMatchObject({ isChanged: false });
      }),
      FEWER,
    );
  });

  it('declares nothing that a forbidden role, a foreign pool or a wide grant is part of', () => {
    fc.assert(
      fc.property(allNews, (news) => {
        const { entries } = written(worldOf(news));
        const roles = entries.flatMap(({ allow }) =>
          allow.map(({ role, on }) => `${role} on ${on.split(':')[0]}`),
        );
        expect(
          roles.filter((text) => /editor|TokenCreator on project|workloadIdentityUser on project/.test(text)),
        ).toEqual([]);
      }),
      FEWER,
    );
  });
});
