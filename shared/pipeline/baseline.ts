import { declarationSubjects } from '../detectors/declaration-facts.ts';
import { Inventory, type Known } from '../inventory/inventory.ts';
import { subjectKey, subjectsOf } from '../inventory/subject.ts';
import type { Nanos } from '../model/time.ts';
import type { Policy } from '../policy/policy.ts';
import type { Log, Store } from '../ports.ts';
import { adoptPolicy } from './adopt-policy.ts';
import { type Evaluation, evaluate } from './evaluate.ts';
import { keepAct, keepAlias, keepCoverage, keepRegister } from './keep.ts';
import { viewOf } from './view-of.ts';

const CHUNK = 500;

/** Every subject there is in an inventory. */
export function allSubjects(inventory: Inventory, policy: Policy, asOf: Nanos): readonly string[] {
  const keys = new Set<string>();
  const view = viewOf(inventory, asOf, policy, undefined);
  for (const fact of inventory.facts())
    for (const subject of subjectsOf(fact, view)) keys.add(subjectKey(subject));
  for (const subject of declarationSubjects(policy)) keys.add(subjectKey(subject));
  return [...keys].sort();
}

/** Whether anything has been taken in before: a baseline would write over what was learnt since. */
export async function isEmpty(store: Store): Promise<boolean> {
  return (await store.transaction((tx) => tx.list('registers', undefined, 1), 'read-only')).size === 0;
}

/**
 * Takes a whole inventory into an empty store and judges everything in it. What is found was there before anybody watched: it is recorded
 * and announced to nobody.
 */
export async function takeBaseline(
  known: Known,
  policy: Policy,
  store: Store,
  log: Log,
  asOf: Nanos,
): Promise<Evaluation> {
  if (!(await isEmpty(store))) throw new Error('a baseline goes into an empty store only');
  const writes = [
    ...[...known.registers.values()].map(
      (register) => (tx: Parameters<typeof keepRegister>[0]) => keepRegister(tx, register),
    ),
    ...[...known.aliases.values()].map(
      (alias) => (tx: Parameters<typeof keepAlias>[0]) => keepAlias(tx, alias),
    ),
    ...[...known.coverage.values()].map(
      (coverage) => (tx: Parameters<typeof keepCoverage>[0]) => keepCoverage(tx, coverage),
    ),
    ...[...known.acts.values()].map((act) => (tx: Parameters<typeof keepAct>[0]) => keepAct(tx, act, asOf)),
  ];
  for (let start = 0; start < writes.length; start += CHUNK) {
    await store.transaction(async (tx) => {
      for (const write of writes.slice(start, start + CHUNK)) write(tx);
    });
  }
  const inventory = new Inventory(known);
  await adoptPolicy(policy, store, asOf);
  return evaluate(allSubjects(inventory, policy, asOf), policy, store, log, {
    asOf,
    offline: true,
    announce: false,
    inventory,
  });
}
