import type { GrantFact } from '../inventory/facts.ts';
import { Gathered, Inventory, type Known } from '../inventory/inventory.ts';
import { type AssetName, serviceAccountOf } from '../model/asset.ts';
import { conditionKey, type GrantChange, grantKey } from '../model/grant.ts';
import type { Observation } from '../model/observation.ts';
import { later, type Nanos } from '../model/time.ts';
import type { ChangeItem } from './change.ts';

/** The world as the change finds it and as it leaves it. */
export interface Worlds {
  readonly before: Known;
  readonly after: Known;
}

/**
 * Applies a change onto what is known. `from` is later than anything known. What a plan says it found is told to both worlds, as of when it
 * found it: it is nothing the change brings, and the newest word counts, be it the plan's or the snapshot's. What goes, goes before what
 * comes, so that what is made anew is there in the end.
 */
export function applied(base: Known, items: readonly ChangeItem[], from: Nanos): Worlds {
  const before = copyOf(base);
  const readAt = policiesRead(base);
  for (const { prior, foundAt = from } of items) {
    const time = foundAt < from ? foundAt : from;
    for (const observation of prior)
      if (!isOvertaken(observation, time, readAt)) before.observe({ ...observation, time });
  }
  const after = copyOf(before);
  const inventory = new Inventory(before);
  const [goes, isBorn, comes] = [from + 1n, from + 2n, from + 3n];
  const brought = items.flatMap((item) => item.brought);
  for (const observation of brought)
    if (observation.kind === 'gone') after.observe({ ...observation, time: goes });
  for (const born of births(items, inventory)) after.observe({ ...born, time: isBorn });
  for (const loss of losses(items, inventory)) after.observe({ ...loss, time: comes });
  for (const observation of brought)
    if (observation.kind !== 'gone') after.observe({ ...observation, time: comes });
  return { before, after };
}

/** When each policy was last told as a whole, by the canonical name of its resource. */
function policiesRead(base: Known): (resource: AssetName) => Nanos | undefined {
  const { aliases } = new Inventory(base);
  const times = new Map<AssetName, Nanos>();
  for (const register of base.registers.values()) {
    if (register.content !== 'policy') continue;
    const name = aliases.canonical(register.name);
    for (const { time, seenAgain = time } of register.versions)
      times.set(name, later(times.get(name) ?? 0n, seenAgain));
  }
  return (resource) => times.get(aliases.canonical(resource));
}

/** A policy that was read as a whole since has the grant or has it not: that it was found there before says nothing more. */
function isOvertaken(
  { kind, asset }: Observation,
  time: Nanos,
  readAt: (resource: AssetName) => Nanos | undefined,
): boolean {
  return kind === 'policy-delta' && (readAt(asset) ?? -1n) >= time;
}

function copyOf(known: Known): Gathered {
  const copy = new Gathered();
  for (const [id, register] of known.registers) copy.registers.set(id, register);
  for (const [id, alias] of known.aliases) copy.aliases.set(id, alias);
  for (const [id, act] of known.acts) copy.acts.set(id, act);
  for (const [id, coverage] of known.coverage) copy.coverage.set(id, coverage);
  return copy;
}

/** An account that the change makes has no grants on it but those the change brings: its whole policy is known from its birth. */
function births(items: readonly ChangeItem[], inventory: Inventory): readonly Observation[] {
  const living = new Set<string>();
  for (const fact of inventory.facts())
    if (fact.kind === 'account' && fact.exists)
      for (const name of [fact.id, fact.email]) if (name) living.add(name);
  return items.flatMap((item) =>
    item.action !== 'create' && item.action !== 'replace'
      ? []
      : item.brought.flatMap((observation): readonly Observation[] => {
          if (observation.kind !== 'resource' || observation.facts.type !== 'service-account') return [];
          const { asset, time, source, ancestors } = observation;
          // It is there already: then what it is told to be is no news, and who may use it is known or not, as it was.
          if (item.action === 'create' && living.has(serviceAccountOf(asset) ?? '')) return [];
          return [{ asset, time, source, ancestors, kind: 'policy', grants: [] }];
        }),
  );
}

/** Whoever holds a role that a binding takes for its members alone loses it. */
function losses(items: readonly ChangeItem[], inventory: Inventory): readonly Observation[] {
  const taken = items.filter((item) => item.wholeRole !== undefined);
  if (taken.length === 0) return [];
  const held = new Map<string, GrantFact[]>();
  for (const fact of inventory.facts()) {
    if (fact.kind !== 'grant') continue;
    const on = inventory.aliases.canonical(fact.grant.resource);
    held.set(on, [...(held.get(on) ?? []), fact]);
  }
  return taken.flatMap(({ wholeRole, brought }): readonly Observation[] => {
    const [example] = brought;
    if (wholeRole === undefined || example === undefined) return [];
    const { asset, role, condition, grants } = wholeRole;
    const named = new Set(grants.map((grant) => grantKey({ ...grant, resource: '' })));
    const changes = (held.get(inventory.aliases.canonical(asset)) ?? [])
      .filter(({ grant }) => grant.role === role && conditionKey(grant.condition) === condition)
      .filter(({ grant }) => !named.has(grantKey({ ...grant, resource: '' })))
      .map(({ grant }): GrantChange => ({ action: 'remove', grant: { ...grant, resource: asset } }));
    const { time, source, ancestors } = example;
    return changes.length === 0 ? [] : [{ asset, time, source, ancestors, kind: 'policy-delta', changes }];
  });
}
