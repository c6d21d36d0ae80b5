import { ALL_DETECTORS } from '../../detectors/index.ts';
import { hashOf } from '../../findings/fingerprint.ts';
import type { Observation } from '../../model/observation.ts';
import type { Nanos } from '../../model/time.ts';
import type { AssetQuery, ShardOf, SweepRun, SweepShard } from '../../ports.ts';
import { evaluate } from '../evaluate.ts';
import { takeIn } from '../receive.ts';
import { allStored } from '../standing-now.ts';
import { askForActors } from './ask-for-actors.ts';
import { goneOf } from './gone.ts';
import type { SweepPorts } from './ports.ts';
import { keepRun, keepShard, runKey, shardName } from './runs.ts';
import { SETTLED } from './settled.ts';
import { Swept } from './swept.ts';
import { writeCoverage } from './write-coverage.ts';

/** Fewer than this may come and go as they like. */
const ENOUGH_TO_COMPARE = 20;
/** Registers looked at between two notes of how far it came. */
const PAGE = 500;
const GONE_AT_ONCE = 50;

/**
 * Once every shard of a sweep has been read: what was not seen where everything was is gone, and what was read completely may be called
 * missing from now on. What could not be read, or came back suspiciously small, takes nothing away. May be done twice over and broken off
 * anywhere; what the time does not suffice for is asked of the queue again.
 */
export async function concludeSweep(id: string, ports: SweepPorts): Promise<void> {
  const { store, clock, queue, log } = ports;
  const deadline = clock.now() + ports.budget;
  const begun = await begin(id, ports);
  if (begun === undefined) return;
  const swept = await Swept.of(id, begun.shards, store);

  let run = begun.run;
  for (;;) {
    const page = await store.transaction((tx) => tx.list('registers', run.cursor, PAGE), 'read-only');
    const gone = begun.isWhole
      ? [...page.values()].flatMap((register) => goneOf(register, swept, run.scopes) ?? [])
      : [];
    await takeGone(id, gone, ports);
    const cursor = [...page.keys()].at(-1) ?? run.cursor;
    run = { ...run, cursor, counts: { ...run.counts, gone: run.counts.gone + gone.length } };
    await store.transaction(async (tx) => keepRun(tx, id, run));
    if (page.size < PAGE) break;
    if (clock.now() >= deadline) return queue.work({ kind: 'conclude', run: id });
  }
  await writeCoverage(swept, store, clock.now());

  const ended: SweepRun = {
    ...run,
    state: 'done',
    endedAt: clock.now(),
    counts: countsOf(begun.shards, run),
  };
  await store.transaction(async (tx) => {
    keepRun(tx, id, ended);
    for (const { of, assets, state } of begun.shards.values()) {
      if (state === 'refused') tx.delete('meta', countId(of));
      else tx.put('meta', countId(of), { value: String(assets) });
    }
  });
  log.info('sweep ended', { run: id, ...ended.counts });
  ports.metrics?.record('missed_events_total', ended.counts.missed + ended.counts.gone);
  if (begun.isWhole) await confirmSettled(run.startedAt, begun.shards, ports);
  await askForActors(ports);
  if (ports.usage !== undefined) await queue.work({ kind: 'usage' });
  if (ports.directory !== undefined) await queue.work({ kind: 'groups' });
  await queue.work({ kind: 'evaluate' });
  await queue.nudgeDeliver();
}

interface Begun {
  readonly run: SweepRun;
  readonly shards: ReadonlyMap<string, SweepShard>;
  /**
   * Everything was read that was read the last time: else nothing is taken to be gone. What could not be read the last time either is not
   * waited for: a type that Asset Inventory does not know, a cluster that lets nobody in.
   */
  readonly isWhole: boolean;
}

/**
 * A repair of which no single reading tells (a KSA's, which has two halves, say) is confirmed by a whole sweep that comes when everything of
 * before has settled, and found nothing else. Not where a part that its detector is fed with could not be read.
 */
async function confirmSettled(
  startedAt: Nanos,
  shards: ReadonlyMap<string, SweepShard>,
  ports: SweepPorts,
): Promise<void> {
  const unread = [...shards.values()].flatMap(({ of, state }) =>
    of.kind === 'assets' && state !== 'complete' ? [of] : [],
  );
  const { store, policy, log, clock, roles } = ports;
  const waiting = await allStored(
    store,
    ({ finding: { confirming, resolvedAt, detector } }) =>
      confirming &&
      resolvedAt !== undefined &&
      resolvedAt < startedAt - SETTLED &&
      !unread.some((of) => isFed(detector, of)),
  );
  await evaluate(
    [...new Set(waiting.map(({ subjectKey }) => subjectKey))],
    await policy.current(),
    store,
    log,
    {
      asOf: clock.now(),
      offline: true,
      catalogue: (await roles?.current())?.catalogue,
    },
  );
}

/** What every detector is fed with besides its own types: what names, pools and places are learnt from. */
const FOUNDATION: ReadonlySet<string> = new Set([
  'cloudresourcemanager.googleapis.com/Project',
  'container.googleapis.com/Cluster',
  'iam.googleapis.com/ServiceAccount',
  'k8s.io/ServiceAccount',
]);

function isFed(detector: string, { content, assetTypes }: AssetQuery): boolean {
  if (content !== 'resource') return true;
  const own = ALL_DETECTORS.find(({ id }) => id === detector)?.sources.assetTypes ?? [];
  return assetTypes.some((type) => FOUNDATION.has(type) || own.some((source) => source.type === type));
}

/** The run and its shards, if it is to be concluded now; what shrank is marked. */
async function begin(id: string, { store, log, clock }: SweepPorts): Promise<Begun | undefined> {
  return store.transaction(async (tx) => {
    const [run, shards] = [await tx.get('runs', id), await tx.find('shards', [runKey(id)])];
    if (run === undefined || run.state === 'done') return undefined;
    if ([...shards.values()].some(({ state }) => state === 'reading')) return undefined;
    const counts = await tx.getMany(
      'meta',
      [...shards.values()].map(({ of }) => countId(of)),
    );
    const lastOf = ({ of }: SweepShard): string | undefined => counts.get(countId(of))?.value;
    const judged = new Map([...shards].map(([key, shard]) => [key, compared(shard, lastOf(shard))] as const));
    const isWhole = [...judged.values()].every(
      (shard) => shard.state === 'complete' || (shard.state === 'refused' && lastOf(shard) === undefined),
    );
    if (run.state === 'concluding') return { run, shards: judged, isWhole };
    for (const [key, shard] of judged) {
      if (shard === shards.get(key)) continue;
      keepShard(tx, key, shard, clock.now());
      if (shard.state === 'shrunk')
        log.warn('a part of the sweep shrank', { shard: shardName(shard.of), why: shard.why });
    }
    const concluding: SweepRun = { ...run, state: 'concluding', cursor: undefined };
    keepRun(tx, id, concluding);
    return { run: concluding, shards: judged, isWhole };
  });
}

/** Where it is kept how much was in a shard the last time. */
function countId(of: ShardOf): string {
  return `swept|${shardName(of)}`;
}

function compared(shard: SweepShard, last: string | undefined): SweepShard {
  // Before it was read for the first time nobody watched, so nothing was missed.
  return last === undefined ? { ...shard, missed: 0 } : shrunk(shard, Number(last));
}

/**
 * A listing that lost a fifth since the last sweep is believed for what it shows, and not for what it does not: a token that lost a grant, and
 * an API with half an answer, look the same. Should the next sweep find as little, it is believed.
 */
function shrunk(shard: SweepShard, last: number): SweepShard {
  if (shard.state !== 'complete' || last < ENOUGH_TO_COMPARE || shard.assets * 5 > last * 4) return shard;
  return { ...shard, state: 'shrunk', why: `${shard.assets} where there were ${last}` };
}

async function takeGone(run: string, gone: readonly Observation[], ports: SweepPorts): Promise<void> {
  for (let start = 0; start < gone.length; start += GONE_AT_ONCE) {
    const observations = gone.slice(start, start + GONE_AT_ONCE);
    const names = observations.map((one) => (one.kind === 'alias' ? '' : `${one.kind} ${one.asset}`));
    const time = observations[0]?.time ?? 0n;
    const news = { kind: 'news', id: hashOf(['gone', run, ...names]), time, observations, acts: [] } as const;
    await takeIn(news, ports, { offline: true, now: ports.clock.now(), judge: 'few' });
  }
}

function countsOf(shards: ReadonlyMap<string, SweepShard>, { counts }: SweepRun): SweepRun['counts'] {
  const all = [...shards.values()];
  return {
    assets: all.reduce((sum, { assets }) => sum + assets, 0),
    missed: all.reduce((sum, { missed }) => sum + missed, 0),
    gone: counts.gone,
    complete: all.filter(({ state }) => state === 'complete').length,
    shards: all.length,
  };
}
