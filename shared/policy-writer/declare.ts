import type { Known } from '../inventory/inventory.ts';
import type { Nanos } from '../model/time.ts';
import { loadPolicy, type PolicyFile } from '../policy/load.ts';
import type { Policy } from '../policy/policy.ts';
import type { Problem } from '../policy/problem.ts';
import { entriesOf } from './entries.ts';
import { entryChanges } from './entry-changes.ts';
import { type NamedEntry, named } from './entry-names.ts';
import { type GeneratedPart, generatedPart, withEntries } from './generated-part.ts';
import { type Eyes, groundOf } from './ground.ts';
import { oldEntries } from './old-entries.ts';
import { poolsOf } from './pools.ts';
import { entryLines } from './print-entry.ts';

/** A policy file with its text. */
export interface TextFile extends PolicyFile {
  readonly text: string;
}

export interface Declared {
  /** The file as it should be. */
  readonly text: string;
  readonly isChanged: boolean;
  /** What changed, in words. */
  readonly changes: readonly string[];
  readonly entries: readonly NamedEntry[];
  /** Pools that hold grants or run clusters and that the policy does not trust: nothing of them is declared. */
  readonly untrusted: readonly string[];
}

/** The policy does not load, with or without what would be generated. */
export class CannotDeclare extends Error {
  override readonly name = 'CannotDeclare';
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super('the policy does not load');
    this.problems = problems;
  }
}

/**
 * Writes the generated part of a policy file anew. What people wrote around it is the same to the byte, and decides: its pools, its forbidden
 * roles, and the identities that it declares itself. `others` are the policy's other files.
 */
export function declare(
  known: Known,
  asOf: Nanos,
  eyes: Eyes,
  file: TextFile,
  others: readonly PolicyFile[] = [],
): Declared {
  const part = generatedPart(file.text);
  const load = (text: string): Policy => {
    const loaded = loadPolicy([{ path: file.path, text }, ...others]);
    if (!loaded.ok) throw new CannotDeclare(loaded.problems);
    return loaded.policy;
  };
  const base = load(withEntries(part, []));
  const ground = groundOf(known, asOf, eyes);
  const before = oldEntries(part.inside, base.pools);
  const names = new Map(before.map(({ key, name }) => [key, name]));
  const reserved = base.identities.map(({ name }) => name);
  const written = (entries: readonly NamedEntry[]): string => textOf(part, entries, base);
  const entries = named(
    entriesOf(ground, base, (drafts) => load(written(named(drafts, names, reserved)))),
    names,
    reserved,
  );
  const text = written(entries);
  const after = oldEntries(generatedPart(text).inside, base.pools);
  load(text);
  return {
    text,
    isChanged: text !== file.text,
    changes: entryChanges(before, after),
    entries,
    untrusted: poolsOf(ground)
      .filter(({ isGke, pool }) => isGke && !base.pools.some((trusted) => trusted.pool === pool))
      .map(({ pool }) => pool),
  };
}

function textOf(part: GeneratedPart, entries: readonly NamedEntry[], base: Policy): string {
  const words = {
    owner: base.owner,
    poolName: (id: string) => base.pools.find(({ pool }) => pool === id)?.name ?? id,
  };
  return withEntries(
    part,
    entries.map((entry) => entryLines(entry, words)),
  );
}
