import { setTimeout as sleep } from 'node:timers/promises';
import { fromDate, type Nanos } from '../model/time.ts';
import type { Clock } from '../ports.ts';

export const systemClock: Clock = { now: () => fromDate(new Date()) };

/** Comes back at that time by the clock of this machine, at once when it has passed. */
export async function sleepUntil(time: Nanos): Promise<void> {
  const left = Number((time - systemClock.now()) / 1_000_000n);
  if (left > 0) await sleep(left);
}
