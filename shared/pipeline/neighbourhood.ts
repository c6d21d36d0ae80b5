import type { DatedAlias } from '../inventory/aliases.ts';
import type { Coverage } from '../inventory/coverage.ts';
import { Inventory, type Known } from '../inventory/inventory.ts';
import type { Register } from '../inventory/register.ts';
import type { Act } from '../model/act.ts';
import type { Transaction } from '../ports.ts';

/** Rounds of "what else is needed" before we say that something is wrong: answers lead to a handful of further questions, never to many. */
const MOST_ROUNDS = 48;

/**
 * Runs `compute` on just the part of the inventory that it asks for. It is run again, on more, until nothing it asked for is missing, so it
 * must be pure; what it then returns is what it would return on the whole inventory (law 2). `known`: what has been read in this transaction.
 */
export async function onNeighbourhood<T>(
  tx: Transaction,
  compute: (inventory: Inventory) => T,
  known: Loaded = new Loaded(),
): Promise<{ readonly value: T; readonly known: Loaded }> {
  const [value] = await onNeighbourhoods(tx, [undefined], (inventory) => () => compute(inventory), known);
  return { value: value as T, known };
}

/**
 * The same for several items at once, what they read shared; gives what was computed for each, in their order. Whatever nothing was missing
 * for is done: only the others are computed again. `on`: asked once in every round.
 */
export async function onNeighbourhoods<I, T>(
  tx: Transaction,
  items: readonly I[],
  on: (inventory: Inventory) => (item: I) => T,
  known: Loaded,
): Promise<readonly T[]> {
  const values = new Map<number, T>();
  let waiting = [...items.entries()];
  // What was read before is made whole first: with it, most is computed once.
  let isBegun = false;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const inventory = new Inventory(known, known.keys);
    // As long as some assets are here in part, what is said of them may be wrong, and nobody knows who relies on it.
    const isWhole = inventory.missing.size === 0;
    if (!isWhole && !isBegun) {
      await known.load(tx, inventory.missing);
      continue;
    }
    isBegun = true;
    const compute = on(inventory);
    waiting = waiting.filter(([index, item]) => {
      const { value, missing } = inventory.noting(() => compute(item));
      const isDone = isWhole && missing.size === 0;
      if (isDone) values.set(index, value);
      return !isDone;
    });
    if (waiting.length === 0) return items.map((_, index) => values.get(index)!);
    await known.load(tx, inventory.missing);
  }
  throw new Error(`a neighbourhood did not close after ${MOST_ROUNDS} rounds`);
}

/** What has been read from the store so far. */
export class Loaded implements Known {
  readonly keys = new Set<string>();
  readonly registers = new Map<string, Register>();
  readonly aliases = new Map<string, DatedAlias>();
  readonly acts = new Map<string, Act>();
  readonly coverage = new Map<string, Coverage>();

  async load(tx: Transaction, missing: Iterable<string>): Promise<void> {
    const wanted: Record<'aliases' | 'acts' | 'coverage' | 'registers', string[]> = {
      aliases: [],
      acts: [],
      coverage: [],
      registers: [],
    };
    for (const key of missing) {
      wanted[collectionOf(key)].push(key);
      this.keys.add(key);
    }
    addAll(this.aliases, await find(tx, 'aliases', wanted.aliases));
    addAll(this.acts, await find(tx, 'acts', wanted.acts));
    addAll(this.coverage, await find(tx, 'coverage', wanted.coverage));
    addAll(this.registers, await find(tx, 'registers', wanted.registers));
  }
}

function collectionOf(key: string): 'aliases' | 'acts' | 'coverage' | 'registers' {
  const kind = key.slice(0, key.indexOf(':'));
  if (kind === 'alias') return 'aliases';
  if (['act', 'acts-on', 'doings', 'meant-for'].includes(kind)) return 'acts';
  return kind === 'coverage' ? 'coverage' : 'registers';
}

async function find<C extends 'aliases' | 'acts' | 'coverage' | 'registers'>(
  tx: Transaction,
  collection: C,
  keys: readonly string[],
) {
  return keys.length === 0 ? new Map<string, never>() : tx.find(collection, keys);
}

function addAll<T>(into: Map<string, T>, from: ReadonlyMap<string, T>): void {
  for (const [id, value] of from) into.set(id, value);
}
