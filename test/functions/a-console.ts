/** A console over a small store with a history: what was found when the watch began, and what somebody decided about it. */
import { fixedPolicy } from '../../shared/adapters/fixed-policy.ts';
import { openSqliteStore } from '../../shared/adapters/sqlite-store.ts';
import type { Finding } from '../../shared/model/finding.ts';
import { takeBaseline } from '../../shared/pipeline/baseline.ts';
import type { Store } from '../../shared/ports.ts';
import { decision, SMALL } from '../report/small-report.ts';
import { known, NOW, POLICY, type World } from '../world.ts';

export interface Stocked {
  readonly store: Store;
  readonly findings: readonly Finding[];
}

export const SILENT = { info() {}, warn() {}, error() {} };

export async function stocked(world: World = SMALL): Promise<Stocked> {
  const store = openSqliteStore({ path: ':memory:', onEphemeralDisk: false });
  await takeBaseline(known(world), POLICY, store, SILENT, NOW);
  const findings = await store.transaction(async (tx) =>
    [...(await tx.list('findings', undefined, 500)).values()].map(({ finding }) => finding),
  );
  return { store, findings };
}

/** What the functions need to show it. */
export function showing(store: Store) {
  return { store, policy: fixedPolicy(() => POLICY), clock: { now: () => NOW } };
}

/** Somebody said that a finding is none. */
export async function dismiss(store: Store, { id, detector, severity }: Finding): Promise<void> {
  const taken = decision(
    { kind: 'false-positive', reason: 'the migration needs it' },
    { about: [{ finding: id, detector, episode: 1, severity }] },
  );
  await store.transaction(async (tx) => {
    tx.put('decisions', taken.id, taken, { keys: [`finding:${id}`] });
  });
}
