import type { Nanos } from '../model/time.ts';
import { parseTime } from '../model/time.ts';
import type { Job } from '../ports.ts';
import { evaluateDue } from './evaluate.ts';
import type { ReceivePorts } from './receive.ts';
import { lookUpActor } from './sweep/ask-for-actors.ts';
import { askForGroups } from './sweep/ask-for-groups.ts';
import { askForUsage } from './sweep/ask-for-usage.ts';
import { concludeSweep } from './sweep/conclude.ts';
import type { SweepPorts } from './sweep/ports.ts';
import { readShard } from './sweep/read-shard.ts';
import { verifyAsset } from './sweep/verify.ts';

/** What `work` needs: of the cloud's ports all, or none where there is no cloud to read. */
export type WorkPorts = ReceivePorts & Partial<SweepPorts>;

/**
 * Does one piece of work; `askedAt`: when it was asked for. Whatever it is may be done twice. Throws when it has to come again. Where there is
 * no cloud to read, what should be read is told to the log.
 */
export async function work(job: Job, askedAt: Nanos, ports: WorkPorts): Promise<void> {
  if (job.kind === 'evaluate') return judgeDue(ports);
  if (!readsCloud(ports)) return ports.log.info('nothing here reads the cloud', { ...job });
  switch (job.kind) {
    case 'verify':
      return verifyAsset(job.asset, askedAt, ports);
    case 'shard':
      return readShard(job.shard, ports);
    case 'conclude':
      return concludeSweep(job.run, ports);
    case 'backfill':
      return lookUpActor(job, parseTime(job.time) ?? askedAt, ports);
    case 'usage':
      return askForUsage(job.after, ports);
    case 'groups':
      return askForGroups(job.after, ports);
  }
}

function readsCloud(ports: WorkPorts): ports is SweepPorts {
  return ports.assets !== undefined && ports.scopes !== undefined && ports.budget !== undefined;
}

/** Judges what is due for as long as there is time, and asks for the rest. */
async function judgeDue(ports: WorkPorts): Promise<void> {
  const { store, policy, roles, queue, clock, log, budget = 0n } = ports;
  const deadline = clock.now() + budget;
  const catalogue = (await roles?.current())?.catalogue;
  const { opened, changed, resolved } = await evaluateDue(await policy.current(), store, log, {
    asOf: clock.now(),
    offline: false,
    catalogue,
    goOn: () => clock.now() < deadline,
  });
  if (opened.length + changed.length + resolved.length > 0) await queue.nudgeDeliver();
  const rest = await store.transaction((tx) => tx.due('subjects', clock.now(), 1), 'read-only');
  if (rest.size > 0) await queue.work({ kind: 'evaluate' });
}
