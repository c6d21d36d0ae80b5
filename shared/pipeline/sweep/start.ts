import { WATCHED_TYPES } from '../../decode/resource-facts.ts';
import { HOUR } from '../../model/time.ts';
import type { ShardOf, SweepRun } from '../../ports.ts';
import { adoptRoles } from '../adopt-roles.ts';
import type { SweepPorts } from './ports.ts';
import { keepRun, keepShard, LATEST_RUN, newShard, runId, runKey, shardId } from './runs.ts';

/** A sweep that takes longer than this is given up for a new one. */
const GIVEN_UP_AFTER = 12n * HOUR;

/**
 * Begins a sweep: everything there is below the scopes is to be read, by type, as work for the queue. One that is under way is gone on with
 * instead: its unfinished parts are asked for again, in case they were lost. Gives the run's id.
 */
export async function startSweep(ports: SweepPorts): Promise<string> {
  const { store, clock, queue, log } = ports;
  const now = clock.now();
  const roles = await ports.roles?.current();
  if (roles !== undefined) await adoptRoles(roles, await ports.policy.current(), store, now);

  const { id, jobs, isNew } = await store.transaction(async (tx) => {
    const latest = (await tx.get('meta', LATEST_RUN))?.value;
    const known = latest === undefined ? undefined : await tx.get('runs', latest);
    if (latest !== undefined && known !== undefined && isUnderWay(known, now)) {
      const shards = await tx.find('shards', [runKey(latest)]);
      const unread = [...shards].flatMap(([shard, { state }]) => (state === 'reading' ? [shard] : []));
      return { id: latest, jobs: unread, isNew: false };
    }
    const shards = shardsOf(ports.scopes);
    const run: SweepRun = {
      startedAt: now,
      scopes: ports.scopes,
      state: 'reading',
      cursor: undefined,
      endedAt: undefined,
      counts: { assets: 0, missed: 0, gone: 0, complete: 0, shards: shards.length },
    };
    const started = runId(now);
    keepRun(tx, started, run);
    for (const [index, of] of shards.entries())
      keepShard(tx, shardId(started, index), newShard(started, of), now);
    tx.put('meta', LATEST_RUN, { value: started });
    return { id: started, jobs: shards.map((_, index) => shardId(started, index)), isNew: true };
  });

  log.info(isNew ? 'sweep begun' : 'sweep gone on with', { run: id, shards: jobs.length });
  for (const shard of jobs) await queue.work({ kind: 'shard', shard });
  if (jobs.length === 0) await queue.work({ kind: 'conclude', run: id });
  return id;
}

function isUnderWay({ state, startedAt }: SweepRun, now: bigint): boolean {
  return state !== 'done' && now < startedAt + GIVEN_UP_AFTER;
}

/** By type, because a page token knows one listing only, and so that one type that cannot be read takes nothing from the others. */
function shardsOf(scopes: readonly string[]): readonly ShardOf[] {
  return scopes.flatMap((scope) => [
    ...WATCHED_TYPES.map(
      (type): ShardOf => ({
        kind: 'assets',
        scope,
        content: 'resource',
        assetTypes: [type],
      }),
    ),
    { kind: 'assets', scope, content: 'policy', assetTypes: [] },
    { kind: 'assets', scope, content: 'org-policy', assetTypes: [] },
  ]);
}
