/** Law 4: a finding closes when the state was seen to be mended, and on nothing less. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { judge } from '../../shared/findings/judge.ts';
import { Inventory } from '../../shared/inventory/inventory.ts';
import { parseSubject } from '../../shared/inventory/subject.ts';
import { View } from '../../shared/inventory/view.ts';
import { projectName } from '../../shared/model/asset.ts';
import type { Verdict } from '../../shared/model/finding.ts';
import { type Grant, grantOf } from '../../shared/model/grant.ts';
import type { Observation } from '../../shared/model/observation.ts';
import { allSubjects } from '../../shared/pipeline/baseline.ts';
import { declaredPoolOf } from '../../shared/pipeline/declared-pool.ts';
import { API, API_ASSET } from '../detectors/cast.ts';
import { delta, member, t, WI } from '../world.ts';
import type { News } from './arbitrary-news.ts';
import { gathered, type World, world } from './arbitrary-world.ts';
import { entry, type Told } from './news/entries.ts';
import { bareDelta } from './news/policies.ts';
import { LAW_POLICY } from './news/policy.ts';
import { RUNS } from './runs.ts';

/** Takes away some of the grants that were told, and says nothing else: not even where they lie, for a resource may turn out to be out of scope. */
function removals(news: readonly News[], picks: readonly number[]): readonly Observation[] {
  const told = news
    .flatMap((one) => one.observations)
    .flatMap((one) =>
      one.kind === 'policy' ? one.grants.map((grant) => ({ asset: one.asset, grant })) : [],
    );
  return picks.flatMap((pick) => {
    const one = told[pick % Math.max(1, told.length)];
    if (one === undefined) return [];
    const changes = [{ action: 'remove', grant: one.grant } as const];
    return [{ ...delta(one.asset, changes, { time: t(900), source: 'audit-log' }), ancestors: [] }];
  });
}

/** What is declared, and perhaps missing: told to have come by a delta alone, it mends nothing yet. */
const arrivals = fc.subarray([
  grantOf(API_ASSET, WI, member('payments/api')),
  grantOf(projectName('acme-prod'), 'roles/cloudsql.client', `serviceAccount:${API}`),
  grantOf('//storage.googleapis.com/ledger', 'roles/storage.objectCreator', member('payments/exporter')),
]);

function arrival(grant: Grant): Observation {
  const changes = [{ action: 'add', grant } as const];
  return { ...delta(grant.resource, changes, { time: t(900), source: 'audit-log' }), ancestors: [] };
}

/** What is said of a subject, and whether that rests on reports alone. */
function judged(subject: string, inventory: Inventory, { asOf }: World) {
  const view = new View(inventory, asOf, declaredPoolOf(LAW_POLICY));
  const { verdicts } = judge(parseSubject(subject), view, LAW_POLICY);
  return { verdicts, restsOnReport: view.restsOnReport };
}

/** What stood, and is not even undecided once more is told. What only rests on reports stays as it was found. */
function closedBy(world: World, more: readonly Told[]): readonly string[] {
  const told = more.map((one, index): News => ({ kind: 'news', id: `more-${index}`, time: t(900), ...one }));
  const before = new Inventory(gathered(world));
  const after = new Inventory(gathered({ ...world, news: [...world.news, ...told] }));
  return allSubjects(before, LAW_POLICY, world.asOf).flatMap((subject) => {
    const { verdicts, restsOnReport } = judged(subject, after, world);
    const left = new Set(verdicts.map(({ id }) => id));
    const closed = judged(subject, before, world).verdicts.filter(
      ({ verdict, id }: Verdict) => verdict !== 'undecided' && !left.has(id),
    );
    return restsOnReport ? [] : closed.map(({ detector, title }) => `${detector}: ${title}`);
  });
}

describe('law 4, evidence: no finding closes', () => {
  it('on the word of deltas, whatever they say', () => {
    const picks = fc.array(fc.nat(), { maxLength: 3 });
    const others = fc.array(bareDelta, { maxLength: 2 });
    fc.assert(
      fc.property(world, picks, arrivals, others, (world, picks, arrivals, others) => {
        const deltas = [...removals(world.news, picks), ...arrivals.map(arrival), ...others];
        expect(
          closedBy(
            world,
            deltas.map((one) => ({ observations: [one], acts: [] })),
          ),
        ).toEqual([]);
      }),
      RUNS,
    );
  });

  it('on learning who did it', () => {
    const acts = fc.array(entry, { minLength: 1, maxLength: 4 }).map((entries) =>
      entries.map(({ acts }, index) => ({
        observations: [],
        acts: acts.map((act) => ({ ...act, id: `late-${index}` })),
      })),
    );
    fc.assert(
      fc.property(world, acts, (world, acts) => {
        expect(closedBy(world, acts)).toEqual([]);
      }),
      RUNS,
    );
  });
});
