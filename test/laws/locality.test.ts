import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { openSqliteStore } from '../../shared/adapters/sqlite-store.ts';
import { judge } from '../../shared/findings/judge.ts';
import { type Gathered, Inventory } from '../../shared/inventory/inventory.ts';
import { parseSubject } from '../../shared/inventory/subject.ts';
import { View } from '../../shared/inventory/view.ts';
import { projectName, serviceAccountName } from '../../shared/model/asset.ts';
import type { Observation } from '../../shared/model/observation.ts';
import type { Nanos } from '../../shared/model/time.ts';
import { allSubjects, takeBaseline } from '../../shared/pipeline/baseline.ts';
import { declaredPoolOf } from '../../shared/pipeline/declared-pool.ts';
import { Loaded, onNeighbourhood, onNeighbourhoods } from '../../shared/pipeline/neighbourhood.ts';
import { API, API_ASSET } from '../detectors/cast.ts';
import { account, alias, gone, gsa, iam, known, ksa, member, NOW, t, WI } from '../world.ts';
import { gathered, world } from './arbitrary-world.ts';
import { LAW_POLICY } from './news/policy.ts';
import { THROWING_LOG } from './pipeline-of.ts';
import { RUNS } from './runs.ts';

const look = (inventory: Inventory, asOf = NOW) => new View(inventory, asOf, declaredPoolOf(LAW_POLICY));

function judged(subject: string, view: View) {
  const { verdicts, failed } = judge(parseSubject(subject), view, LAW_POLICY);
  return { verdicts, failed, reads: [...view.reads].sort(), nextChangeAt: view.nextChangeAt };
}

/** Judges every subject there is on both, alone and all of them together, and compares all that comes of it. */
async function expectLocal(all: Gathered, asOf: Nanos): Promise<void> {
  const store = openSqliteStore({ path: ':memory:', onEphemeralDisk: false });
  await takeBaseline(all, LAW_POLICY, store, THROWING_LOG, asOf);
  const whole = new Inventory(all);
  const subjects = allSubjects(whole, LAW_POLICY, asOf);
  const expected = subjects.map((subject) => judged(subject, look(whole, asOf)));
  for (const [index, subject] of subjects.entries()) {
    const { value } = await store.transaction((tx) =>
      onNeighbourhood(tx, (inventory) => judged(subject, look(inventory, asOf))),
    );
    expect(value).toEqual(expected[index]);
  }
  const together = await store.transaction((tx) =>
    onNeighbourhoods(
      tx,
      subjects,
      (inventory) => {
        const view = look(inventory, asOf);
        return (subject) => judged(subject, view.another());
      },
      new Loaded(),
    ),
  );
  expect(together).toEqual(expected);
  await store.close();
}

describe('law 2, locality: a subject judged on its neighbourhood is judged as on everything', () => {
  it('holds for every subject of every world', async () => {
    await fc.assert(
      fc.asyncProperty(world, (world) => expectLocal(gathered(world), world.asOf)),
      RUNS,
    );
  });

  it.each<[string, readonly Observation[]]>([
    [
      'an account that was deleted under its e-mail, and whose unique id was told in passing',
      [
        ksa('payments/api', API),
        { ...gone(serviceAccountName(API)), type: 'service-account', ancestors: [] } as Observation,
        alias(API, '1001'),
      ],
    ],
    [
      'an account that is gone, and another that got its address',
      [
        ...account(API, '1001'),
        gone(API_ASSET, { time: t(5) }),
        alias(API, '1009', { time: t(9) }),
        iam(projectName('acme-prod'), []),
      ],
    ],
  ])('holds for %s', async (_what, observations) => {
    await expectLocal(known({ observations }), NOW);
  });

  it('reads a neighbourhood that does not grow with the organisation', async () => {
    const sizeIn = async (others: number) => {
      const store = openSqliteStore({ path: ':memory:', onEphemeralDisk: false });
      const observations = [...Array(others).keys()].flatMap((n) => [
        ksa(`team-${n}/app`, `app-${n}@acme-prod.iam.gserviceaccount.com`),
        gsa(`app-${n}@acme-prod.iam.gserviceaccount.com`, `2${n}`),
        alias(`app-${n}@acme-prod.iam.gserviceaccount.com`, `2${n}`),
        iam(gsa('', `2${n}`).asset, [[WI, member(`team-${n}/app`)]]),
      ]);
      const world = known({ observations });
      await takeBaseline(world, LAW_POLICY, store, THROWING_LOG, NOW);
      const subject = allSubjects(new Inventory(world), LAW_POLICY, NOW).find(
        (key) => key.includes('"edge"') && key.includes('team-0'),
      )!;
      const { known: read } = await store.transaction((tx) =>
        onNeighbourhood(tx, (inventory) => judged(subject, look(inventory))),
      );
      await store.close();
      return read.registers.size;
    };
    expect(await sizeIn(200)).toBe(await sizeIn(2));
  });
});
