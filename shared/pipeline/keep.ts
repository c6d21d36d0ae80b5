import { registerId } from '../inventory/absorb.ts';
import { aliasId, type DatedAlias } from '../inventory/aliases.ts';
import { type Coverage, coverageId } from '../inventory/coverage.ts';
import { keysOfAct } from '../inventory/facts.ts';
import { registerKeys } from '../inventory/inventory.ts';
import type { Register } from '../inventory/register.ts';
import { isDeferred } from '../inventory/subject.ts';
import type { Act } from '../model/act.ts';
import { type ChangeRecord, changeOf } from '../model/change.ts';
import { DAY, formatTime, type Nanos } from '../model/time.ts';
import type { Store, SubjectState, Transaction } from '../ports.ts';

/**
 * An act is judged by itself for up to a week (`out-of-band-change`), so it is there for as long, and a day more for whoever judges it to
 * wake up: an act that went sooner would close its finding as if it had been undone. That is longer than acts wait for the state they made
 * (the feed may be 36 hours late), and joins no more than before: by time they join within `JOIN_WINDOW`, beyond it only by etag, which is exact.
 */
const ACTS_KEPT = 8n * DAY;

/** A report of a year, made a month late, still holds every change of it. */
export const CHANGES_KEPT = 400n * DAY;

/** Writes what is known under the keys it is looked up by. */
export function keepRegister(tx: Transaction, register: Register): void {
  tx.put('registers', registerId(register.content, register.name), register, {
    keys: registerKeys(register),
  });
}

export function keepAlias(tx: Transaction, alias: DatedAlias): void {
  tx.put('aliases', aliasId(alias), alias, { keys: [`alias:${alias.id}`, `alias:${alias.name}`] });
}

export function keepAct(tx: Transaction, act: Act, now: Nanos): void {
  tx.put('acts', act.id, act, {
    keys: keysOfAct(act),
    expiresAt: now + ACTS_KEPT,
  });
  const change = changeOf(act);
  if (change !== undefined) tx.put('changes', changeId(change), change, { expiresAt: now + CHANGES_KEPT });
}

/** By their time, so that those of a period are read without the others. */
function changeId({ time, id }: ChangeRecord): string {
  return `${formatTime(time)}|${id}`;
}

export function keepCoverage(tx: Transaction, coverage: Coverage): void {
  const id = coverageId(coverage.scope, coverage.assetType, coverage.content);
  tx.put('coverage', id, coverage, { keys: [`coverage:${id}`] });
}

/** Marks a subject to be judged. What its last judging asked for stays its index until the next: `put` replaces the index. */
export function keepDirty(tx: Transaction, key: string, state: SubjectState | undefined, now: Nanos): void {
  const reads = state?.reads ?? [];
  const { evaluatedAt, nextChangeAt } = state ?? { evaluatedAt: undefined, nextChangeAt: undefined };
  tx.put('subjects', key, { dirty: true, evaluatedAt, nextChangeAt, reads }, { dueAt: now, keys: reads });
}

/** Subjects marked in one transaction: each brings what its judging asked for, some kilobytes, and Firestore takes 10 MiB. */
const DIRTY_AT_ONCE = 300;

/**
 * Marks subjects to be judged, by their keys and what is known of them. What is too much for one transaction ripples on: `spreadRipples` marks
 * it. Those that take a walk to judge come last. `about` names what touched them, once and for all. Gives those that are marked now.
 */
export function keepAllDirty(
  tx: Transaction,
  about: string,
  states: ReadonlyMap<string, SubjectState | undefined>,
  now: Nanos,
): readonly string[] {
  const keys = [...states.keys()].sort();
  const inOrder = [...keys.filter((key) => !isDeferred(key)), ...keys.filter(isDeferred)];
  const marked = inOrder.slice(0, DIRTY_AT_ONCE);
  for (const key of marked) keepDirty(tx, key, states.get(key), now);
  for (let start = DIRTY_AT_ONCE; start < inOrder.length; start += DIRTY_AT_ONCE) {
    const subjects = inOrder.slice(start, start + DIRTY_AT_ONCE);
    tx.put('ripples', `${about}|${start}`, { subjects }, { dueAt: now });
  }
  return marked;
}

/** Marks what was too much for the transaction that touched it. */
export async function spreadRipples(store: Store, now: Nanos): Promise<void> {
  const spreadOne = async (tx: Transaction): Promise<boolean> => {
    const [ripple] = await tx.due('ripples', now, 1);
    if (ripple === undefined) return false;
    const [id, { subjects }] = ripple;
    const states = await tx.getMany('subjects', subjects);
    for (const key of subjects) keepDirty(tx, key, states.get(key), now);
    tx.delete('ripples', id);
    return true;
  };
  while (await store.transaction(spreadOne));
}
