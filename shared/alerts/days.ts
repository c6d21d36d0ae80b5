import { type Nanos, SECOND } from '../model/time.ts';
import { dateIn, endOfDay } from '../policy/calendar.ts';

/** Days of the calendar, `YYYY-MM-DD`, in a time zone of the IANA database. */

export function dayOf(time: Nanos, timezone: string): string {
  return dateIn(timezone)(Number(time / SECOND));
}

/** The last whole day before `end`: what ends on it does not outlast `end`. */
export function lastDayBefore(end: Nanos, timezone: string): string {
  const day = dayOf(end - 1n, timezone);
  return endOfDay(day, timezone) <= end ? day : dayBefore(day);
}

function dayBefore(day: string): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) - 86_400_000).toISOString().slice(0, 10);
}
