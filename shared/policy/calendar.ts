import { DAY, HOUR, MINUTE, type Nanos, SECOND } from '../model/time.ts';

const UNITS: Readonly<Record<string, Nanos>> = { d: DAY, h: HOUR, m: MINUTE, s: SECOND };

/** Reads `90d`, `12h`, `30m` or `45s`; `undefined` for anything else. */
export function parseDuration(text: string): Nanos | undefined {
  const found = /^([1-9]\d{0,5})([dhms])$/.exec(text);
  return found ? BigInt(found[1]!) * UNITS[found[2]!]! : undefined;
}

/** A length of time in words, in the largest unit that holds it whole: `7 days`, `36 hours`, `90 seconds`. */
export function durationText(length: Nanos): string {
  const [name, unit] = WORDS.find(([, one]) => length % one === 0n) ?? ['second', SECOND];
  const count = length / unit;
  return `${count} ${name}${count === 1n ? '' : 's'}`;
}

const WORDS: readonly (readonly [name: string, unit: Nanos])[] = [
  ['day', DAY],
  ['hour', HOUR],
  ['minute', MINUTE],
];

/** Whether `text` is a day of the calendar, `YYYY-MM-DD`. */
export function isDate(text: string): boolean {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return false;
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}

/** Whether `name` is a time zone of the IANA database, such as `Europe/Berlin` or `UTC`. */
export function isTimezone(name: string): boolean {
  // Intl also takes offsets such as +01:00, which know no daylight saving: not a place's time.
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** The zones to suggest from. */
export function knownTimezones(): readonly string[] {
  return ['UTC', ...Intl.supportedValuesOf('timeZone')];
}

/**
 * The first moment after `date` (`YYYY-MM-DD`) in `timezone`: where a thing that expires on that date no longer holds.
 * Found by asking the zone itself for its date, second by second (bisected), so that no night of daylight saving can be off.
 */
export function endOfDay(date: string, timezone: string): Nanos {
  const dateThere = dateIn(timezone);
  const midnight = Date.parse(`${date}T00:00:00Z`) / 1000 + 86_400;
  // Zones reach from 12 hours behind UTC to 14 ahead.
  let still = midnight - 15 * 3600;
  let over = midnight + 13 * 3600;
  while (over - still > 1) {
    const middle = Math.floor((still + over) / 2);
    if (dateThere(middle) > date) over = middle;
    else still = middle;
  }
  return BigInt(over) * SECOND;
}

/** The day of the calendar (`YYYY-MM-DD`) in a time zone, at so many seconds since 1970. */
export function dateIn(timezone: string): (epochSeconds: number) => string {
  const format = new Intl.DateTimeFormat('en-u-ca-iso8601', {
    timeZone: timezone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  });
  return (epochSeconds) => {
    const parts = new Map(format.formatToParts(epochSeconds * 1000).map(({ type, value }) => [type, value]));
    return `${parts.get('year')?.padStart(4, '0')}-${parts.get('month')}-${parts.get('day')}`;
  };
}
