import { Cron } from 'croner';
import { fromDate, type Nanos, toDate } from '../../model/time.ts';

/**
 * The first moment after `after` that a cron expression of five fields names, by the clocks of a time zone; `undefined` when there is none
 * (the 31st of February). A time that the clocks leap over comes right after the leap, one that they show twice once. Throws on an
 * expression that is none.
 */
export function nextRun(expression: string, after: Nanos, timezone: string): Nanos | undefined {
  const next = new Cron(expression, { mode: '5-part', timezone, paused: true }).nextRun(toDate(after));
  return next === null ? undefined : fromDate(next);
}
