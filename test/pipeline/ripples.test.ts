import { expect, it } from '@jest/globals';
import { openSqliteStore } from '../../shared/adapters/sqlite-store.ts';
import { keepAllDirty, spreadRipples } from '../../shared/pipeline/keep.ts';
import type { SubjectState } from '../../shared/ports.ts';
import { t } from '../world.ts';

const CLEAN: SubjectState = {
  dirty: false,
  evaluatedAt: t(0),
  nextChangeAt: undefined,
  reads: ['name:policy|//x'],
};
/** A thousand subjects, every tenth of which takes a walk to judge. */
const SUBJECTS = new Map(
  Array.from({ length: 1_000 }, (_, at) => [
    at % 10 === 0 ? `["identity","i${at}"]` : `["account","a${at}"]`,
    CLEAN,
  ]),
);

it('what touches a thousand subjects marks some at once, those that are quick to judge, and the rest ripples on', async () => {
  const store = openSqliteStore({ path: ':memory:', onEphemeralDisk: false });
  const dirty = async (): Promise<readonly string[]> => [
    ...(await store.transaction((tx) => tx.due('subjects', t(10), 2_000), 'read-only')).keys(),
  ];
  const marked = await store.transaction(async (tx) => keepAllDirty(tx, 'news', SUBJECTS, t(10)));
  expect(marked).toHaveLength(300);
  expect(marked.filter((key) => key.startsWith('["identity"'))).toEqual([]);
  expect((await dirty()).toSorted()).toEqual(marked.toSorted());

  await spreadRipples(store, t(10));
  expect((await dirty()).toSorted()).toEqual([...SUBJECTS.keys()].toSorted());
  expect((await store.transaction((tx) => tx.list('ripples', undefined, 10), 'read-only')).size).toBe(0);
  await store.close();
});
