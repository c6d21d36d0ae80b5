/** What is learnt of how identities are used is the same in whatever order it is told. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { absorb, emptyRegister } from '../../shared/inventory/absorb.ts';
import { KEPT_WAYS, learntBefore, mergeVisits, waysSeen } from '../../shared/inventory/baseline.ts';
import type { UsageRegister, VisitsRegister } from '../../shared/inventory/register.ts';
import { mergeUsages } from '../../shared/inventory/usage.ts';
import type { Observation } from '../../shared/model/observation.ts';
import { DAY, HOUR } from '../../shared/model/time.ts';
import { API_ASSET, DECLARED } from '../detectors/cast.ts';
import { ago, BIGQUERY, daily, ELSEWHERE, NATS, SQL, STORAGE, used } from '../detectors/usage.ts';
import { NOW, says } from '../world.ts';

const ASSET = API_ASSET;
const FORGET = 90n * DAY;

function learnt(news: readonly Observation[]): UsageRegister {
  return news.reduce((known, one) => absorb(known, one), emptyRegister('usage', ASSET)) as UsageRegister;
}
const habits = (news: readonly Observation[]) => learnt(news).habits;
const uses = (news: readonly Observation[]) => news.filter(({ kind }) => kind === 'used');

/** Uses within half a year, of few services and, now and then, of more than are kept. */
const anyUses = fc
  .array(
    fc.record({
      days: fc.integer({ min: 0, max: 180 * 24 }).map((hours) => hours / 24),
      service: fc.oneof(
        { weight: 4, arbitrary: fc.constantFrom(SQL, BIGQUERY, STORAGE) },
        fc.integer({ min: 0, max: KEPT_WAYS + 6 }).map((n) => `s${n}.googleapis.com`),
      ),
      network: fc.constantFrom(...NATS, ELSEWHERE, 'gce-internal-ip', 'private', 'scrubbed', '2001:db8::1'),
      through: fc.constantFrom(undefined, 'user:jane@acme.example'),
    }),
    { maxLength: 120 },
  )
  .map((all) =>
    all.flatMap(({ days, through, ...use }) =>
      uses(used(days, { ...use, ...(through === undefined ? {} : { through }) })),
    ),
  );
const shuffled = (news: readonly Observation[]) =>
  fc.shuffledSubarray([...news, ...news.slice(0, 5)], { minLength: news.length + Math.min(5, news.length) });

describe('habits', () => {
  it('are the same in whatever order uses are told, and however often', () => {
    fc.assert(
      fc.property(
        anyUses.chain((news) => fc.tuple(fc.constant(news), shuffled(news))),
        ([news, other]) => {
          expect(habits(other)).toEqual(habits(news));
        },
      ),
    );
  });

  it('are the same when they were learnt apart, under several names, and joined', () => {
    fc.assert(
      fc.property(anyUses, fc.integer({ min: 0, max: 120 }), (news, at) => {
        const [a, b] = [learnt(news.slice(0, at)), learnt(news.slice(at))];
        expect(mergeUsages([a, b])?.habits).toEqual(habits(news));
        expect(mergeUsages([b, a])?.habits).toEqual(habits(news));
      }),
    );
  });

  it('are small: of each month at most so many ways, of each way one hour a day, and four months', () => {
    fc.assert(
      fc.property(anyUses, (news) => {
        for (const months of Object.values(habits(news) ?? {})) {
          expect(months.length).toBeLessThanOrEqual(4);
          for (const { ways } of months) {
            expect(ways.length).toBeLessThanOrEqual(KEPT_WAYS);
            for (const { hours } of ways)
              expect(new Set(hours.map((hour) => Math.floor(hour / 24))).size).toBe(hours.length);
          }
        }
      }),
    );
  });

  it('say when more ways were seen than are kept', () => {
    const services = (count: number) =>
      uses(Array.from({ length: count }, (_, n) => used(3, { service: `s${n}` })).flat());
    const flags = (count: number) => habits(services(count))?.service?.map(({ more }) => more);
    expect(flags(KEPT_WAYS)).toEqual([false]);
    expect(flags(KEPT_WAYS + 1)).toEqual([true]);
  });

  it('are nobody’s where no audit entry told, nor a key’s', () => {
    const [use] = uses(used(1));
    expect(habits([{ ...use!, source: 'sweep' } as Observation])).toBeUndefined();
    expect(
      habits([{ ...use!, asset: '//iam.googleapis.com/projects/-/serviceAccounts/-/keys/k' } as Observation]),
    ).toBeUndefined();
  });
});

describe('a way', () => {
  const seen = (news: readonly Observation[], asOf = NOW) =>
    waysSeen(habits(uses(news))?.service, { asOf, forget: FORGET }).map(
      ({ value, first, days }) => `${value} ${(NOW - first) / DAY} days ago, ${days}`,
    );
  it('began when it was seen first, and anew after it was forgotten', () => {
    expect(seen(daily(20, 10))).toEqual([`${SQL} 20 days ago, 11`]);
    expect(seen([...used(92), ...used(1)])).toEqual([`${SQL} 1 days ago, 1`]);
    expect(seen([...used(89), ...used(1)])).toEqual([`${SQL} 89 days ago, 2`]);
  });

  it('is not there before it is seen', () => {
    expect(seen(daily(20, 10), ago(15))).toEqual([`${SQL} 20 days ago, 6`]);
    expect(seen(daily(20, 10), ago(30))).toEqual([]);
  });

  it('counts for what was learnt within the time that counts', () => {
    const months = habits(uses([...used(95), ...daily(60, 58), ...used(0.1)]))?.service;
    expect(learntBefore(months, { before: ago(1), forget: FORGET })).toMatchObject({ days: 3 });
    expect(learntBefore(months, { before: ago(70), forget: 10n * DAY })).toBeUndefined();
  });
});

it('who comes to a place is the same in whatever order it is told', () => {
  const anyVisits = fc.array(
    fc.record({ who: fc.integer({ min: 0, max: 40 }), hours: fc.integer({ min: 0, max: 900 }) }),
    { maxLength: 80 },
  );
  const register = (visits: readonly { who: number; hours: number }[]) =>
    visits.reduce(
      (known, { who, hours }) =>
        absorb(known, {
          kind: 'visited',
          asset: '//networks/x',
          who: `//a/${who}`,
          time: BigInt(hours) * HOUR,
          source: 'audit-log',
          ancestors: [],
        }),
      emptyRegister('visits', '//networks/x'),
    ) as VisitsRegister;
  fc.assert(
    fc.property(
      anyVisits.chain((visits) =>
        fc.tuple(fc.constant(visits), fc.shuffledSubarray(visits, { minLength: visits.length }), fc.nat(80)),
      ),
      ([visits, other, at]) => {
        expect(register(other)).toEqual(register(visits));
        expect(mergeVisits([register(other.slice(at)), register(other.slice(0, at))])).toEqual(
          register(visits),
        );
      },
    ),
  );
});

it('so that what is called unusual does not depend on it either', () => {
  const detectors = ['unusual-token-use', 'unusual-network', 'unusual-impersonation'];
  const base = daily(41, 1);
  fc.assert(
    fc.property(
      anyUses.chain((news) =>
        fc.tuple(
          fc.constant(news),
          fc.shuffledSubarray([...base, ...news], { minLength: base.length + news.length }),
        ),
      ),
      ([news, other]) => {
        for (const detector of detectors)
          expect(says(detector, { observations: [...DECLARED, ...other] })).toEqual(
            says(detector, { observations: [...DECLARED, ...base, ...news] }),
          );
      },
    ),
    { numRuns: 40 },
  );
});
