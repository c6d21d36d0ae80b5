import { factTypeOf, WATCHED_TYPES } from '../../decode/resource-facts.ts';
import { registerId } from '../../inventory/absorb.ts';
import { Aliases } from '../../inventory/aliases.ts';
import type { Register } from '../../inventory/register.ts';
import { type AssetName, projectOf, projectOfEmail, serviceAccountOf } from '../../model/asset.ts';
import type { FactType } from '../../model/observation.ts';
import { earliest, type Nanos } from '../../model/time.ts';
import type { ShardOf, Store, SweepShard } from '../../ports.ts';

const PAGE = 200;

/** What a sweep saw, and of what it can say that it saw everything. */
export class Swept {
  readonly aliases: Aliases;
  /** Ids and numbers of the projects in which something was seen. */
  readonly projects: ReadonlySet<string>;
  /** Clusters of which KSAs were seen. */
  readonly clusters: ReadonlySet<string>;
  readonly #sighted: ReadonlySet<string>;
  readonly #shards: readonly SweepShard[];

  private constructor(parts: {
    readonly aliases: Aliases;
    readonly projects: ReadonlySet<string>;
    readonly clusters: ReadonlySet<string>;
    readonly sighted: ReadonlySet<string>;
    readonly shards: readonly SweepShard[];
  }) {
    this.aliases = parts.aliases;
    this.projects = parts.projects;
    this.clusters = parts.clusters;
    this.#sighted = parts.sighted;
    this.#shards = parts.shards;
  }

  static async of(run: string, shards: ReadonlyMap<string, SweepShard>, store: Store): Promise<Swept> {
    const aliases = await allAliases(store);
    const registers = new Set<string>();
    const projects = new Set<string>();
    const clusters = new Set<string>();
    for await (const [id, sighting] of sightingsOf(run, store)) {
      if (shards.get(shardIn(id))?.attempt !== sighting.attempt) continue;
      for (const register of sighting.registers) registers.add(canonicalId(register, aliases));
      for (const project of sighting.projects)
        for (const spelling of aliases.projectSpellings(project)) projects.add(spelling);
      for (const cluster of sighting.clusters) clusters.add(cluster);
    }
    return new Swept({ aliases, projects, clusters, sighted: registers, shards: [...shards.values()] });
  }

  isSighted(register: Register): boolean {
    return this.#sighted.has(registerId(register.content, this.aliases.canonical(register.name)));
  }

  /** When everything of this kind of resource had been read, in every scope; `undefined` when it was not. */
  readResources(type: FactType): Nanos | undefined {
    const types = WATCHED_TYPES.filter((one) => factTypeOf(one) === type);
    return types.length === 0
      ? undefined
      : this.#readAll(
          (of) =>
            of.kind === 'assets' &&
            of.content === 'resource' &&
            types.some((one) => of.assetTypes.includes(one)),
        );
  }

  /** The same of IAM policies, of whatever type of resource. */
  readPolicies(): Nanos | undefined {
    return this.#readAll((of) => of.kind === 'assets' && of.content === 'policy');
  }

  /** When the KSAs of a cluster were read completely: every cluster has some, so one of which none was seen was not read. */
  readKsas(cluster: string): Nanos | undefined {
    if (!this.clusters.has(cluster)) return undefined;
    const own = this.#readAll((of) => of.kind === 'cluster' && of.cluster === cluster);
    return own ?? this.readResources('kubernetes-service-account');
  }

  /** Whether an asset lies where this sweep looked: in a project in which it saw something, or below a scope by its own word. */
  isWithin({ name, ancestors }: Register, scopes: readonly string[]): boolean {
    if (ancestors.some((ancestor) => scopes.includes(ancestor))) return true;
    const projects = [
      projectOf(name),
      projectOfAccount(name, this.aliases),
      /^projects\/(.+)$/.exec(ancestors[0] ?? '')?.[1],
    ];
    return projects.some((project) => project !== undefined && this.projects.has(project));
  }

  #readAll(isOne: (of: ShardOf) => boolean): Nanos | undefined {
    const shards = this.#shards.filter(({ of }) => isOne(of));
    const isComplete = shards.length > 0 && shards.every(({ state }) => state === 'complete');
    return isComplete ? earliest(shards.map(({ readTime }) => readTime)) : undefined;
  }
}

function projectOfAccount(name: AssetName, aliases: Aliases): string | undefined {
  const account = serviceAccountOf(name);
  const email = account === undefined ? undefined : aliases.email(account);
  return email === undefined ? undefined : projectOfEmail(email);
}

function canonicalId(id: string, aliases: Aliases): string {
  const at = id.indexOf('|');
  return `${id.slice(0, at)}|${aliases.canonical(id.slice(at + 1))}`;
}

/** `RUN|0003` of `RUN|0003|00|000012`. */
function shardIn(sighting: string): string {
  return sighting.split('|').slice(0, 2).join('|');
}

async function* sightingsOf(run: string, store: Store) {
  for (let after = `${run}|`; ; ) {
    const page = await store.transaction((tx) => tx.list('sightings', after, PAGE), 'read-only');
    for (const [id, sighting] of page) {
      if (!id.startsWith(`${run}|`)) return;
      yield [id, sighting] as const;
    }
    const last = [...page.keys()].at(-1);
    if (last === undefined || page.size < PAGE) return;
    after = last;
  }
}

async function allAliases(store: Store): Promise<Aliases> {
  const aliases = new Aliases();
  for (let after: string | undefined; ; ) {
    const page = await store.transaction((tx) => tx.list('aliases', after, PAGE), 'read-only');
    for (const alias of page.values()) aliases.add(alias);
    after = [...page.keys()].at(-1);
    if (after === undefined || page.size < PAGE) return aliases;
  }
}
