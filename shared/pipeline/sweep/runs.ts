import type { Nanos } from '../../model/time.ts';
import { DAY, formatTime } from '../../model/time.ts';
import type { ShardOf, SweepRun, SweepShard, Transaction } from '../../ports.ts';

/** For whoever asks what was swept when: reports, completeness. */
const RUNS_KEPT = 400n * DAY;
const SHARDS_KEPT = 35n * DAY;

/** Where the newest sweep's id is kept. */
export const LATEST_RUN = 'sweep';

export function runId(startedAt: Nanos): string {
  return formatTime(startedAt);
}

/** Four digits, so that the order of ids is that of shards. */
export function shardId(run: string, index: number): string {
  return `${run}|${String(index).padStart(4, '0')}`;
}

export function runKey(run: string): string {
  return `run:${run}`;
}

export function keepRun(tx: Transaction, id: string, run: SweepRun): void {
  tx.put('runs', id, run, { expiresAt: run.startedAt + RUNS_KEPT });
}

export function keepShard(tx: Transaction, id: string, shard: SweepShard, now: Nanos): void {
  tx.put('shards', id, shard, { keys: [runKey(shard.run)], expiresAt: now + SHARDS_KEPT });
}

/** A shard as it begins, or begins anew. */
export function newShard(run: string, of: ShardOf, attempt = 0): SweepShard {
  return {
    run,
    of,
    attempt,
    state: 'reading',
    why: undefined,
    position: { kind: 'page', token: undefined },
    pages: 0,
    assets: 0,
    missed: 0,
    readTime: undefined,
  };
}

/** What a shard is of, the same in every sweep. */
export function shardName(of: ShardOf): string {
  return of.kind === 'cluster'
    ? `cluster ${of.cluster}`
    : `${of.scope} ${of.content} ${of.assetTypes.join(',') || '*'}`;
}
