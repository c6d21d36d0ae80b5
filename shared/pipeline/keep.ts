import { registerId } from '../inventory/absorb.ts';
import { aliasId, type DatedAlias } from '../inventory/aliases.ts';
import { type Coverage, coverageId } from '../inventory/coverage.ts';
import { keysOfAct } from '../inventory/facts.ts';
import { registerKeys } from '../inventory/inventory.ts';
import type { Register } from '../inventory/register.ts';
import type { Act } from '../model/act.ts';
import { DAY, type Nanos } from '../model/time.ts';
import type { SubjectState, Transaction } from '../ports.ts';

/**
 * An act is judged by itself for up to a week (`out-of-band-change`), so it is there for as long, and a day more for whoever judges it to
 * wake up: an act that went sooner would close its finding as if it had been undone. That is longer than acts wait for the state they made
 * (the feed may be 36 hours late), and joins no more than before: by time they join within `JOIN_WINDOW`, beyond it only by etag, which is exact.
 */
const ACTS_KEPT = 8n * DAY;

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
