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
import { COMPLETE, known, NOW, POLICY } from '../world.ts';
import { allNews } from './arbitrary-news.ts';
import { THROWING_LOG } from './pipeline-of.ts';
import { RUNS } from './runs.ts';

function judged(subject: string, inventory: Inventory) {
  const view = new View(inventory, NOW, declaredPoolOf(POLICY));
  const { verdicts, failed } = judge(parseSubject(subject), view, POLICY);
  return { verdicts, failed, reads: [...view.reads].sort(), nextChangeAt: view.nextChangeAt };
}

describe('law 2, locality: a subject judged on its neighbourhood is judged as on everything', () => {
  it('holds for every subject of every world', async () => {
    await fc.assert(
      fc.asyncProperty(allNews, async (news) => {
        const world = known({
          observations: news.flatMap((one) => one.observations),
          acts: news.flatMap((one) => one.acts),
          coverage: COMPLETE,
        });
        const store = openSqliteStore({ path: ':memory:', onEphemeralDisk: false });
        await takeBaseline(world, POLICY, store, THROWING_LOG, NOW);
        const whole = new Inventory(world);
        for (const subject of allSubjects(whole, POLICY, NOW)) {
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

  it('reads a neighbourhood that does not grow with the organisation', async () => {
    const sizeIn = async (others: number) => {
      const store = openSqliteStore({ path: ':memory:', onEphemeralDisk: false });
      const { ksa, gsa, iam, WI, alias } = await import('../world.ts').then((world) => ({
        ...world,
        WI: 'roles/iam.workloadIdentityUser',
      }));
      const observations = [...Array(others).keys()].flatMap((n) => [
        ksa(`team-${n}/app`, `app-${n}@acme-prod.iam.gserviceaccount.com`),
        gsa(`app-${n}@acme-prod.iam.gserviceaccount.com`, `2${n}`),
        alias(`app-${n}@acme-prod.iam.gserviceaccount.com`, `2${n}`),
        iam(gsa('', `2${n}`).asset, [[WI, `serviceAccount:acme-prod.svc.id.goog[team-${n}/app]`]]),
      ]);
      const world = known({ observations });
      await takeBaseline(world, POLICY, store, THROWING_LOG, NOW);
      const subject = allSubjects(new Inventory(world), POLICY, NOW).find(
        (key) => key.includes('"edge"') && key.includes('team-0'),
      )!;
      const { known: read } = await store.transaction((tx) =>
        onNeighbourhood(tx, (inventory) => judged(subject, inventory)),
      );
      await store.close();
      return read.registers.size;
    };
    expect(await sizeIn(200)).toBe(await sizeIn(2));
  });
});
