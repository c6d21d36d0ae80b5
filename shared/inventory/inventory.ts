import type { Act } from '../model/act.ts';
import type { AssetName } from '../model/asset.ts';
import type { Grant } from '../model/grant.ts';
import type { Observation } from '../model/observation.ts';
import { absorb, contentsOf, emptyRegister, mergePolicies, mergeResources, registerId } from './absorb.ts';
import { Aliases, aliasId, aliasTerms, type DatedAlias } from './aliases.ts';
import { mergeVisits, visitsFact } from './baseline.ts';
import { type Coverage, coverageId } from './coverage.ts';
import {
  accountsIn,
  type Fact,
  factText,
  keysOf,
  keysOfGrant,
  managedFact,
  nodePoolListFact,
  parentFacts,
  policyFacts,
  resourceFact,
} from './facts.ts';
import { NOWHERE } from './place.ts';
import type {
  PolicyRegister,
  Register,
  ResourceRegister,
  UsageRegister,
  VisitsRegister,
} from './register.ts';
import { mergeUsages, usageFact } from './usage.ts';

/** Everything that is known, as the store or the files hold it. Plain data; `Inventory` makes it answerable. */
export interface Known {
  readonly registers: ReadonlyMap<string, Register>;
  readonly aliases: ReadonlyMap<string, DatedAlias>;
  readonly acts: ReadonlyMap<string, Act>;
  readonly coverage: ReadonlyMap<string, Coverage>;
}

/** Gathers observations and acts in memory. Equal sets give equal contents, in whatever order they were added. */
export class Gathered implements Known {
  readonly registers = new Map<string, Register>();
  readonly aliases = new Map<string, DatedAlias>();
  readonly acts = new Map<string, Act>();
  readonly coverage = new Map<string, Coverage>();

  observe(observation: Observation): void {
    if (observation.kind === 'alias') {
      const dated = { ...observation.alias, time: observation.time };
      const id = aliasId(dated);
      const known = this.aliases.get(id);
      if (known === undefined || dated.time < known.time) this.aliases.set(id, dated);
      return;
    }
    for (const content of contentsOf(observation)) {
      const id = registerId(content, observation.asset);
      this.registers.set(
        id,
        absorb(this.registers.get(id) ?? emptyRegister(content, observation.asset), observation),
      );
    }
  }

  act(act: Act): void {
    this.acts.set(act.id, act);
  }

  cover(coverage: Coverage): void {
    this.coverage.set(coverageId(coverage.scope, coverage.assetType, coverage.content), coverage);
  }
}

/** The index keys of a register as it lies in the store, under the name it was reported with. */
export function registerKeys(register: Register): readonly string[] {
  const keys = new Set([`name:${registerId(register.content, register.name)}`]);
  // Facts' own keys need no aliases here: under another spelling the asset is looked up by that spelling.
  for (const fact of factsOf([register], register.name, NO_ALIASES))
    for (const key of keysOf(fact, [register.name])) keys.add(key);
  // Joined with what was said under another name, a grant may stand that does not stand by this register alone.
  if (register.content === 'policy') {
    for (const grant of mentioned(register))
      for (const key of keysOfGrant(grant, [register.name])) keys.add(key);
  }
  // So may what runs as an account.
  if (register.content === 'resource')
    for (const account of accountsMentioned(register)) keys.add(`attached:${account}`);
  for (const term of aliasTerms(register.name)) keys.add(`spelled:${term}`);
  return [...keys];
}

function mentioned({ versions, deltas }: PolicyRegister): readonly Grant[] {
  return [...versions.flatMap((version) => version.grants), ...deltas.map((delta) => delta.grant)];
}

function accountsMentioned({ type, fields }: ResourceRegister): readonly string[] {
  const said = type === 'attachment' ? (fields.accounts ?? []) : [];
  return said.flatMap(({ value }) => (typeof value === 'string' ? accountsIn(value) : []));
}

const NO_ALIASES = new Aliases();

function factsOf(group: readonly Register[], canonical: AssetName, aliases: Aliases): readonly Fact[] {
  const policy = mergePolicies(group.filter((r): r is PolicyRegister => r.content === 'policy'));
  const resource = mergeResources(group.filter((r): r is ResourceRegister => r.content === 'resource'));
  const facts: Fact[] = policy === undefined ? [] : [...policyFacts(policy, canonical)];
  const { ancestors, placedAt } = policy ?? resource ?? NOWHERE;
  if (ancestors.length > 0) facts.push({ kind: 'place', resource: canonical, ancestors, placedAt });
  const fact = resource === undefined ? undefined : resourceFact(resource, canonical, aliases);
  if (fact !== undefined) facts.push(fact);
  const pools = resource === undefined ? undefined : nodePoolListFact(resource);
  if (pools !== undefined) facts.push(pools);
  const managed = resource === undefined ? undefined : managedFact(resource, canonical);
  if (managed !== undefined) facts.push(managed);
  if (resource !== undefined) facts.push(...parentFacts(resource, canonical));
  const usage = mergeUsages(group.filter((r): r is UsageRegister => r.content === 'usage'));
  if (usage !== undefined) facts.push(usageFact(usage, canonical));
  const visits = mergeVisits(group.filter((r): r is VisitsRegister => r.content === 'visits'));
  const visited = visits === undefined ? undefined : visitsFact(visits, canonical);
  if (visited !== undefined) facts.push(visited);
  return facts;
}

/**
 * Facts by index key. Complete (a scan: everything is here) or partial (an event: only what was loaded); a partial one notes what was asked
 * for and not loaded, so that its answers are never taken for "there is none".
 */
export class Inventory {
  readonly aliases = new Aliases();
  readonly #byKey = new Map<string, Fact[]>();
  readonly #sorted = new Set<string>();
  readonly #loaded: ReadonlySet<string> | undefined;
  #missing = new Set<string>();

  /** `loaded`: the keys that `known` answers for; absent when it is everything. */
  constructor(known: Known, loaded?: ReadonlySet<string>) {
    this.#loaded = loaded;
    for (const alias of known.aliases.values()) this.aliases.add(alias);
    const groups = new Map<string, Register[]>();
    for (const register of known.registers.values()) {
      const group = registerId(register.content, this.aliases.canonical(register.name));
      const members = groups.get(group);
      if (members === undefined) groups.set(group, [register]);
      else members.push(register);
    }
    for (const group of groups.values()) {
      const names = group.map((register) => register.name);
      this.#needSiblings(group);
      for (const fact of factsOf(group, this.aliases.canonical(names[0]!), this.aliases))
        this.#add(fact, names);
    }
    for (const act of known.acts.values()) this.#add({ kind: 'act', act }, []);
    for (const coverage of known.coverage.values()) this.#add({ kind: 'coverage', coverage }, []);
  }

  /** Keys that were asked for and are not loaded. */
  get missing(): ReadonlySet<string> {
    return this.#missing;
  }

  /** What is answered, and which keys were asked for meanwhile and are not loaded; of the whole inventory they are missing as well. */
  noting<T>(ask: () => T): { readonly value: T; readonly missing: ReadonlySet<string> } {
    const before = this.#missing;
    this.#missing = new Set();
    try {
      return { value: ask(), missing: this.#missing };
    } finally {
      const missing = this.#missing;
      this.#missing = before;
      this.need(missing);
    }
  }

  /** As if these keys, which are not loaded, were asked for again. */
  need(missing: Iterable<string>): void {
    for (const key of missing) this.#missing.add(key);
  }

  /** Facts under a key, in an order that depends on what they say and not on when they came. */
  find(key: string): readonly Fact[] {
    if (this.#loaded !== undefined && !this.#loaded.has(key)) this.#missing.add(key);
    const facts = this.#byKey.get(key) ?? [];
    if (facts.length > 1 && !this.#sorted.has(key)) {
      const texts = new Map(facts.map((fact) => [fact, factText(fact)]));
      facts.sort((a, b) => (texts.get(a)! < texts.get(b)! ? -1 : 1));
      this.#sorted.add(key);
    }
    return facts;
  }

  /** Every fact once, for a scan. */
  *facts(): Iterable<Fact> {
    const given = new Set<Fact>();
    for (const facts of this.#byKey.values()) {
      for (const fact of facts) {
        if (!given.has(fact)) yield fact;
        given.add(fact);
      }
    }
  }

  /** The keys under which a fact lies, for telling what a change of it touches. */
  keys(): ReadonlyMap<string, readonly Fact[]> {
    return this.#byKey;
  }

  #add(fact: Fact, names: readonly AssetName[]): void {
    for (const key of new Set(keysOf(fact, names))) {
      const facts = this.#byKey.get(key);
      if (facts === undefined) this.#byKey.set(key, [fact]);
      else facts.push(fact);
    }
  }

  /** An asset reported under several names is only whole when all its registers are here. */
  #needSiblings(group: readonly Register[]): void {
    if (this.#loaded === undefined) return;
    for (const register of group) {
      for (const term of this.aliases.termsOf(register.name))
        if (!this.#loaded.has(`alias:${term}`)) this.#missing.add(`alias:${term}`);
      for (const name of this.aliases.spellings(register.name)) {
        const key = `name:${registerId(register.content, name)}`;
        if (!this.#loaded.has(key)) this.#missing.add(key);
      }
    }
  }
}
