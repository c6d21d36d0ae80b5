import { describe, expect, it } from '@jest/globals';
import { openSqliteStore } from '../../shared/adapters/sqlite-store.ts';
import { coverageId } from '../../shared/inventory/coverage.ts';
import type { Inventory } from '../../shared/inventory/inventory.ts';
import { takeBaseline } from '../../shared/pipeline/baseline.ts';
import { Loaded, onNeighbourhoods } from '../../shared/pipeline/neighbourhood.ts';
import { THROWING_LOG } from '../laws/pipeline-of.ts';
import { known, NOW, POLICY } from '../world.ts';

/** Items that each ask for so many things, one after the other. */
async function walk(hops: readonly number[], loaded = new Loaded()) {
  const store = openSqliteStore({ path: ':memory:', onEphemeralDisk: false });
  await takeBaseline(
    known({ observations: [], coverage: [0, 1, 2, 3].map(covered) }),
    POLICY,
    store,
    THROWING_LOG,
    NOW,
  );
  const computed = hops.map(() => 0);
  const found = await store.transaction((tx) =>
    onNeighbourhoods(
      tx,
      [...hops.entries()],
      (inventory) =>
        ([index, far]) => {
          computed[index] = (computed[index] ?? 0) + 1;
          return hop(inventory, 0, far);
        },
      loaded,
    ),
  );
  await store.close();
  return { found, computed };
}

function covered(n: number) {
  return {
    scope: `projects/hop-${n}`,
    assetType: 'k8s.io/ServiceAccount',
    content: 'resource',
    asOf: NOW,
  } as const;
}

function hop(inventory: Inventory, n: number, far: number): readonly string[] {
  const { scope, assetType, content } = covered(n);
  const facts = inventory.find(`coverage:${coverageId(scope, assetType, content)}`);
  return facts.length === 0 || n === far ? facts.map(() => scope) : [scope, ...hop(inventory, n + 1, far)];
}

describe('several items on their neighbourhoods', () => {
  it('are each what they are on everything, in their order', async () => {
    const { found } = await walk([2, 0, 3]);
    expect(found).toEqual([
      ['projects/hop-0', 'projects/hop-1', 'projects/hop-2'],
      ['projects/hop-0'],
      ['projects/hop-0', 'projects/hop-1', 'projects/hop-2', 'projects/hop-3'],
    ]);
  });

  it('are computed again only as long as something is missing for them', async () => {
    const { computed } = await walk([2, 0, 3]);
    expect(computed[1]).toBeLessThan(computed[0]!);
    expect(computed[0]).toBeLessThan(computed[2]!);
  });

  it('are computed once where all they ask for is there', async () => {
    const loaded = new Loaded();
    await walk([3], loaded);
    expect((await walk([3, 1], loaded)).computed).toEqual([1, 1]);
  });

  it('are given none for none', async () => {
    expect((await walk([])).found).toEqual([]);
  });
});
