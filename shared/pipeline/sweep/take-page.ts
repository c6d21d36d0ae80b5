import { hashOf } from '../../findings/fingerprint.ts';
import { contentsOf, registerId } from '../../inventory/absorb.ts';
import { Aliases, aliasTerms } from '../../inventory/aliases.ts';
import { isOvertaken } from '../../inventory/overtaken.ts';
import type { Register } from '../../inventory/register.ts';
import { type AssetName, clusterOf, projectOf, resourceKind } from '../../model/asset.ts';
import type { Decoded } from '../../model/decoded.ts';
import type { Observation } from '../../model/observation.ts';
import { DAY, MINUTE, type Nanos } from '../../model/time.ts';
import type { Sighting, Store } from '../../ports.ts';
import { quarantine } from '../quarantine.ts';
import { type News, takeIn } from '../receive.ts';
import { confirmingKey } from '../record.ts';
import type { SweepPorts } from './ports.ts';
import { runKey } from './runs.ts';
import { SETTLED } from './settled.ts';

/** Assets taken in together: their registers are read and written in one transaction. */
const BATCH = 50;
/** Whoever is told of a change by events is told by now; what is younger may still be under way. */
const LATE = 10n * MINUTE;
/** A sweep is given up before. */
const SIGHTINGS_KEPT = 2n * DAY;

export interface PageOf {
  readonly run: string;
  /** Where sightings of this page are kept, and the same page's again. */
  readonly id: string;
  readonly attempt: number;
  readonly readTime: Nanos;
}

export interface PageTaken {
  readonly missed: number;
  /** Assets that could not be read for what they are: the page does not show all there is. */
  readonly malformed: number;
  /** What was seen of clusters, by path, with their DNS endpoints. */
  readonly endpoints: ReadonlyMap<string, string>;
}

/** Takes in what a sweep read, as it came and as it was decoded, and notes what was sighted. */
export async function takePage(
  raw: readonly unknown[],
  decoded: readonly Decoded[],
  { run, id, attempt, readTime }: PageOf,
  ports: SweepPorts,
): Promise<PageTaken> {
  const news = decoded.filter((one): one is News => one.kind === 'news');
  let missed = 0;
  for (let start = 0; start < news.length; start += BATCH) {
    const observations = news.slice(start, start + BATCH).flatMap((one) => one.observations);
    const waiting = await awaitingPolicy(observations, ports.store);
    const isWaiting = (one: Observation): boolean => one.kind !== 'alias' && waiting.has(one.asset);
    for (const [part, some, offline] of [
      ['', observations.filter((one) => !isWaiting(one)), true],
      ['waiting', observations.filter(isWaiting), false],
    ] as const) {
      if (some.length === 0) continue;
      const together: News = {
        kind: 'news',
        id: hashOf(['sweep', id, String(attempt), String(start), part]),
        time: readTime,
        observations: some,
        acts: [],
      };
      const { observed } = await takeIn(together, ports, { offline, now: ports.clock.now(), judge: 'few' });
      await overrule(some, observed.current, { id, readTime }, ports);
      missed += observed.taught.filter((asset) =>
        some.some((one) => one.kind !== 'alias' && one.asset === asset && one.time < readTime - LATE),
      ).length;
    }
  }
  let malformed = 0;
  for (const [index, one] of decoded.entries()) {
    if (one.kind !== 'malformed') continue;
    malformed++;
    await quarantine(raw[index], one.why, ports.store, ports.clock.now());
    ports.log.warn('an asset of the sweep cannot be read', { page: id, why: one.why });
  }
  const seen = news.flatMap((one) => one.observations);
  await ports.store.transaction(async (tx) => {
    tx.put('sightings', id, sightingOf(seen, attempt), {
      keys: [runKey(run)],
      expiresAt: ports.clock.now() + SIGHTINGS_KEPT,
    });
  });
  return { missed, malformed, endpoints: endpointsIn(seen) };
}

/**
 * What messages said long ago, and Asset Inventory still does not know of, was not so: a message that anybody could have sent, or whose clock
 * was wrong, would else hide for ever how things are.
 */
async function overrule(
  observations: readonly Observation[],
  current: readonly AssetName[],
  { id, readTime }: Pick<PageOf, 'id' | 'readTime'>,
  ports: SweepPorts,
): Promise<void> {
  const behind = observations.filter(
    (one): one is Exclude<Observation, { kind: 'alias' }> =>
      one.kind !== 'alias' && !current.includes(one.asset),
  );
  if (behind.length === 0) return;
  const registers = await ports.store.transaction(
    (tx) =>
      tx.getMany(
        'registers',
        new Set(behind.flatMap((one) => contentsOf(one).map((c) => registerId(c, one.asset)))),
      ),
    'read-only',
  );
  const wrong = behind.filter((one) =>
    contentsOf(one).some((content) => {
      const register = registers.get(registerId(content, one.asset));
      return (
        register !== undefined &&
        isOvertaken(register, one) &&
        !isToldTwice(register, one) &&
        !isOvertaken(register, asOf(one, readTime - SETTLED))
      );
    }),
  );
  if (wrong.length === 0) return;
  ports.log.warn('the sweep overrules what messages said', { assets: wrong.map(({ asset }) => asset) });
  const told = wrong.map((one) => asOf(one, readTime));
  const news: News = {
    kind: 'news',
    id: hashOf(['overruled', id, ...wrong.map(({ kind, asset }) => `${kind} ${asset}`)]),
    time: readTime,
    observations: told,
    acts: [],
  };
  await takeIn(news, ports, { offline: true, now: ports.clock.now(), judge: 'few' });
}

/** Asset Inventory tells of a node pool by itself and with its cluster, each as of another time: the later word is its own too. */
function isToldTwice(register: Register, one: Observation): boolean {
  if (register.content !== 'resource' || one.kind !== 'resource' || one.facts.type !== 'node-pool')
    return false;
  const { fields, exists } = register;
  const { type: _type, ...facts } = one.facts;
  const told: Readonly<Record<string, string | boolean | undefined>> = facts;
  return (
    exists?.value === true &&
    Object.entries(told).every(([field, value]) => {
      const newest = fields[field]?.[0];
      return value === undefined || (newest?.value === value && newest.source === 'sweep');
    })
  );
}

/** The same, told then. Its version's name goes: what was said to have replaced it did not. */
function asOf<T extends Exclude<Observation, { kind: 'alias' }>>(observation: T, time: Nanos): T {
  const {
    etag: _etag,
    supersedes: _supersedes,
    ...rest
  } = { etag: undefined, supersedes: undefined, ...observation };
  return { ...rest, time } as T;
}

/** Of what was read as resources, what has a repair of its policy to be confirmed: that waits until its policy is read. */
async function awaitingPolicy(
  observations: readonly Observation[],
  store: Store,
): Promise<ReadonlySet<AssetName>> {
  const assets = observations.flatMap((one) =>
    one.kind === 'resource' && resourceKind(one.asset) !== 'other' ? [one.asset] : [],
  );
  if (assets.length === 0) return new Set();
  return store.transaction(async (tx) => {
    const aliases = new Aliases();
    const terms = assets.flatMap(aliasTerms).map((term) => `alias:${term}`);
    for (const alias of (await tx.find('aliases', terms)).values()) aliases.add(alias);
    const byKey = new Map(
      assets.flatMap((asset) =>
        aliases.spellings(asset).map((name) => [confirmingKey(name), asset] as const),
      ),
    );
    const found = [...(await tx.find('findings', byKey.keys())).values()];
    return new Set(found.flatMap(({ finding }) => byKey.get(confirmingKey(finding.resource)) ?? []));
  }, 'read-only');
}

function sightingOf(seen: readonly Observation[], attempt: number): Sighting {
  const registers = new Set<string>();
  const projects = new Set<string>();
  const clusters = new Set<string>();
  for (const one of seen) {
    if (one.kind === 'alias') {
      if (one.alias.of === 'project') projects.add(one.alias.id).add(one.alias.name);
      continue;
    }
    if (one.kind === 'gone') continue;
    for (const content of contentsOf(one)) registers.add(registerId(content, one.asset));
    const nearest = /^projects\/(.+)$/.exec(one.ancestors[0] ?? '')?.[1];
    for (const project of [projectOf(one.asset), nearest]) if (project !== undefined) projects.add(project);
    if (one.kind === 'resource' && one.facts.type === 'kubernetes-service-account') {
      const cluster = one.facts.cluster ?? clusterOf(one.asset);
      if (cluster !== undefined) clusters.add(cluster);
    }
  }
  return {
    attempt,
    registers: [...registers].sort(),
    projects: [...projects].sort(),
    clusters: [...clusters].sort(),
  };
}

function endpointsIn(seen: readonly Observation[]): ReadonlyMap<string, string> {
  return new Map(
    seen.flatMap((one) => {
      if (one.kind !== 'resource' || one.facts.type !== 'cluster') return [];
      const { cluster, dnsEndpoint } = one.facts;
      return cluster === undefined || dnsEndpoint === undefined || dnsEndpoint === ''
        ? []
        : [[cluster, dnsEndpoint] as const];
    }),
  );
}
