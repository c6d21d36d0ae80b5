import type { Register } from '../../inventory/register.ts';
import { type AssetName, serviceAccountOf } from '../../model/asset.ts';
import { OutsideUnavailable } from '../../ports.ts';
import { learnUsage } from '../learn-usage.ts';
import { allRegisters } from './all-registers.ts';
import type { SweepPorts } from './ports.ts';

/** So many reasons say why something is not known. */
const MOST_REASONS = 10;

/**
 * Asks how the user-managed keys and the accounts that are known are used: once after each sweep, project by project, because the sources
 * answer by project. Each call does one project at least; what the time does not suffice for is asked of the queue again, `after` the last
 * project. Throws `OutsideUnavailable` when nobody can be asked now.
 */
export async function askForUsage(after: string | undefined, ports: SweepPorts): Promise<void> {
  const { usage, clock, log, queue } = ports;
  if (usage === undefined) return;
  const deadline = clock.now() + ports.budget;
  const byProject = await askable(ports);
  const projects = [...byProject.keys()].filter((one) => after === undefined || one > after).sort();
  const whys = new Map<string, number>();
  let [known, done] = [0, after];
  for (const project of projects) {
    if (done !== after && clock.now() >= deadline) break;
    try {
      const learnt = await learnUsage(
        project,
        byProject.get(project) ?? [],
        { ...ports, usage },
        clock.now(),
      );
      known += learnt.known;
      for (const why of learnt.unknown.values()) whys.set(why, (whys.get(why) ?? 0) + 1);
    } catch (error) {
      // What was learnt is kept: it is gone on from there, later.
      if (!(error instanceof OutsideUnavailable) || done === after) throw error;
      break;
    }
    done = project;
  }
  const unknown = [...whys].map(([why, times]) => `${times} × ${why}`).slice(0, MOST_REASONS);
  log.info('asked how keys and accounts are used', { known, unknown });
  if (done !== undefined && done !== projects.at(-1) && projects.length > 0)
    await queue.work({ kind: 'usage', after: done });
}

/** Keys and accounts by the project they lie in, as the sweep was told; what lies nowhere nobody can be asked about. */
async function askable({ store }: SweepPorts): Promise<ReadonlyMap<string, readonly AssetName[]>> {
  const found = new Map<string, AssetName[]>();
  for await (const register of allRegisters(store)) {
    if (!isAskable(register)) continue;
    const project = /^projects\/([^/]+)$/.exec(register.ancestors[0] ?? '')?.[1];
    if (project === undefined) continue;
    const others = found.get(project);
    if (others === undefined) found.set(project, [register.name]);
    else others.push(register.name);
  }
  return found;
}

function isAskable(register: Register): boolean {
  if (register.content !== 'resource' || register.exists?.value !== true) return false;
  if (register.type === 'service-account') return serviceAccountOf(register.name) !== undefined;
  return register.type === 'service-account-key' && register.fields.managedBy?.[0]?.value === 'user';
}
