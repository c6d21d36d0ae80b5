import { type Nanos, SECOND } from '../model/time.ts';

const DAY_MS = 86_400_000;

/** What calendars and clocks show somewhere: `2026-03-29`, `09:00`, `sun`. */
export interface LocalTime {
  readonly date: string;
  readonly time: string;
  readonly weekday: 'mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat' | 'sun';
}

/** What they show at `time` in a time zone of the IANA database. */
export function localTime(time: Nanos, timezone: string): LocalTime {
  const format = new Intl.DateTimeFormat('en-u-ca-iso8601', {
    timeZone: timezone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    weekday: 'short',
    hourCycle: 'h23',
  });
  const parts = new Map(
    format.formatToParts(Number(time / (SECOND / 1000n))).map(({ type, value }) => [type, value]),
  );
  const part = (name: Intl.DateTimeFormatPartTypes): string => parts.get(name) ?? '';
  return {
    date: `${part('year').padStart(4, '0')}-${part('month')}-${part('day')}`,
    time: `${part('hour')}:${part('minute')}`,
    weekday: part('weekday').toLowerCase() as LocalTime['weekday'],
  };
}

/**
 * The first moment at which the clocks of `timezone` show `time` (`HH:MM`) on `date` or, in a night in which they leap over it, the moment of
 * the leap. Found by asking the zone (bisected by the minute), so that no night of daylight saving can be off.
 */
export function instantOf(date: string, time: string, timezone: string): Nanos {
  const wanted = `${date} ${time}`;
  const guess = Date.parse(`${date}T${time}:00Z`) / 60_000;
  // Zones reach from 12 hours behind UTC to 14 ahead.
  let before = guess - 15 * 60;
  let reached = guess + 13 * 60;
  while (reached - before > 1) {
    const middle = Math.floor((before + reached) / 2);
    const there = localTime(BigInt(middle) * 60n * SECOND, timezone);
    if (`${there.date} ${there.time}` >= wanted) reached = middle;
    else before = middle;
  }
  return BigInt(reached) * 60n * SECOND;
}

/** The date some days after `date`. */
export function daysAfter(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}
