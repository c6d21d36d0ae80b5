import { describe, expect, it } from '@jest/globals';
import { openSqliteStore } from '../../shared/adapters/sqlite-store.ts';
import type { Nanos } from '../../shared/model/time.ts';
import { adoptRoles } from '../../shared/pipeline/adopt-roles.ts';
import type { OutboxRow, RolesNow, Store } from '../../shared/ports.ts';
import { Catalogue, type RoleRecord } from '../../shared/roles/catalogue.ts';
import { changesBetween } from '../../shared/roles/changes.ts';
import { shown } from '../alerts/shown.ts';
import { t } from '../world.ts';
import { BARE_POLICY, CHANNEL } from './policies.ts';

const VIEWER: RoleRecord = { name: 'roles/storage.objectViewer', permissions: ['storage.objects.get'] };
const EDITOR: RoleRecord = { name: 'roles/editor', permissions: ['compute.instances.create'] };
const WIDER: RoleRecord = {
  ...VIEWER,
  permissions: ['storage.objects.get', 'storage.objects.list', 'storage.objects.update'],
};

const cataloguesOf = (...records: readonly RoleRecord[]) => ({
  at: (asOf: Nanos): Catalogue => Catalogue.of(records, { asOf, source: 'live' }),
});

function told(catalogue: Catalogue, before?: Catalogue): RolesNow {
  return { catalogue, changes: before === undefined ? [] : changesBetween(before, catalogue), gaps: [] };
}

/** A store with one subject that asked for each of these roles, clean and judged. */
async function storeWith(...roles: readonly string[]): Promise<Store> {
  const store = openSqliteStore({ path: ':memory:', onEphemeralDisk: false });
  await store.transaction(async (tx) => {
    for (const role of roles) {
      const reads = [`role:${role}`];
      const state = { dirty: false, evaluatedAt: t(0), nextChangeAt: undefined, reads };
      tx.put('subjects', `["account","${role}"]`, state, { keys: reads });
    }
  });
  return store;
}

const dirtyIn = async (store: Store): Promise<readonly string[]> => [
  ...(await store.transaction((tx) => tx.due('subjects', t(10_000), 10))).keys(),
];
const outboxOf = async (store: Store): Promise<readonly OutboxRow[]> => [
  ...(await store.transaction((tx) => tx.list('outbox', undefined, 10))).values(),
];

describe('a predefined role that Google changed', () => {
  it('has everything judged anew that asked for it, and is told once', async () => {
    const store = await storeWith(VIEWER.name, EDITOR.name);
    const before = cataloguesOf(VIEWER, EDITOR).at(t(1));
    const after = cataloguesOf(WIDER, EDITOR).at(t(2));
    await adoptRoles(told(before), BARE_POLICY, store, t(10));
    expect(await dirtyIn(store)).toEqual([]);
    await adoptRoles(told(after, before), BARE_POLICY, store, t(20));
    expect(await dirtyIn(store)).toEqual([`["account","${VIEWER.name}"]`]);
    await adoptRoles(told(after), BARE_POLICY, store, t(30));
    const [row, ...others] = await outboxOf(store);
    expect(others).toEqual([]);
    expect(row).toMatchObject({ kind: 'message', destination: CHANNEL });
    expect(row?.kind === 'message' && shown(row.message).join('\n')).toBe(
      'Google changed a predefined role that somebody here holds. What depends on it is judged anew.\n' +
        '• roles/storage.objectViewer: +storage.objects.list, storage.objects.update (1 place)',
    );
  });

  it('that nobody holds is not told', async () => {
    const store = await storeWith(EDITOR.name);
    const before = cataloguesOf(VIEWER, EDITOR).at(t(1));
    await adoptRoles(told(before), BARE_POLICY, store, t(10));
    await adoptRoles(told(cataloguesOf(WIDER, EDITOR).at(t(2)), before), BARE_POLICY, store, t(20));
    expect([await dirtyIn(store), await outboxOf(store)]).toEqual([[], []]);
  });

  it('is noticed also by a function that finds it in the store, which cannot say what changed', async () => {
    const store = await storeWith(VIEWER.name);
    await adoptRoles(told(cataloguesOf(VIEWER).at(t(1))), BARE_POLICY, store, t(10));
    await adoptRoles(told(cataloguesOf(WIDER).at(t(2)).from('cached')), BARE_POLICY, store, t(20));
    const [row] = await outboxOf(store);
    expect(row?.kind === 'message' && shown(row.message).join('\n')).toContain(
      '• roles/storage.objectViewer (1 place)',
    );
  });

  it('is no news by the built-in table, which changes with the program', async () => {
    const store = await storeWith(VIEWER.name);
    await adoptRoles(told(cataloguesOf(VIEWER).at(t(1))), BARE_POLICY, store, t(10));
    const builtIn = cataloguesOf(WIDER).at(t(2)).from('built-in');
    await adoptRoles(told(builtIn), BARE_POLICY, store, t(20));
    expect([await dirtyIn(store), await outboxOf(store)]).toEqual([[], []]);
  });
});
