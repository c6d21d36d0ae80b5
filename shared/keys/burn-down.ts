import { dayText } from '../detectors/key-words.ts';
import type { World } from '../explain/world.ts';
import { DAY, type Nanos } from '../model/time.ts';
import { type BurnDown, type KeyPlan, STAGES, type Stage } from './plan.ts';

/** How many of all the keys that were ever seen are where. Gone is what was deleted, has run out, or went with its account. */
export function burnDown(keys: readonly KeyPlan[], world: World): BurnDown {
  const { view, policy } = world;
  const left = new Set(keys.map(({ id }) => id));
  const deleted = world.goneKeys().filter(({ managedBy }) => managedBy === 'user');
  const ended = world.keys().filter(({ id, managedBy }) => managedBy === 'user' && !left.has(id));
  const gone = deleted.length + ended.length;
  const stages = Object.fromEntries(
    STAGES.map((stage) => [
      stage,
      stage === 'gone' ? gone : keys.filter((key) => key.stage === stage).length,
    ]),
  ) as Record<Stage, number>;
  const end = policy.serviceAccountKeys?.retireBy;
  return {
    total: keys.length + gone,
    gone,
    stages,
    retireBy: end === undefined ? undefined : dayText(end - 1n, policy),
    daysLeft: end === undefined ? undefined : daysUntil(end, view.asOf),
  };
}

/** Days begun until then; less than zero once it is past. */
function daysUntil(end: Nanos, asOf: Nanos): number {
  const begun = (time: Nanos): number => Number((time + DAY - 1n) / DAY);
  return end > asOf ? begun(end - asOf) : -begun(asOf - end);
}
