/** Nanoseconds since 1970-01-01T00:00:00Z. Asset Inventory dates changes finer than a JavaScript `Date` can hold. */
export type Nanos = bigint;

export const SECOND: Nanos = 1_000_000_000n;
export const MINUTE: Nanos = 60n * SECOND;
export const HOUR: Nanos = 60n * MINUTE;
export const DAY: Nanos = 24n * HOUR;

const RFC3339 = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:\.(\d{1,12}))?\s*(Z|z|UTC|[+-]\d\d:?\d\d)?$/;

/**
 * Reads an RFC 3339 time. A space for the `T` and a missing zone (read as UTC) are accepted too: some log shippers write them.
 * Gives `undefined` for anything else. Digits beyond the ninth are cut.
 */
export function parseTime(text: string): Nanos | undefined {
  const match = RFC3339.exec(text.trim());
  if (!match) return undefined;
  const [, date, clock, fraction = '', zone = 'Z'] = match;
  const offset = /^[zZU]/.test(zone)
    ? 'Z'
    : zone.includes(':')
      ? zone
      : `${zone.slice(0, 3)}:${zone.slice(3)}`;
  const millis = Date.parse(`${date}T${clock}${offset}`);
  if (Number.isNaN(millis)) return undefined;
  return BigInt(millis) * 1_000_000n + BigInt(fraction.slice(0, 9).padEnd(9, '0'));
}

/** RFC 3339 in UTC with exactly nine fraction digits: fixed width, so that text order is time order (stores and JSON). */
export function formatTime(time: Nanos): string {
  const nanos = ((time % SECOND) + SECOND) % SECOND;
  const millis = Number((time - nanos) / 1_000_000n);
  return `${new Date(millis).toISOString().slice(0, 19)}.${String(nanos).padStart(9, '0')}Z`;
}

export function fromDate(date: Date): Nanos {
  return BigInt(date.getTime()) * 1_000_000n;
}

export function toDate(time: Nanos): Date {
  return new Date(Number(time / 1_000_000n));
}

export function later(a: Nanos, b: Nanos): Nanos {
  return a > b ? a : b;
}

/** The earliest of the times that are known; `undefined` when none is. */
export function earliest(times: Iterable<Nanos | undefined>): Nanos | undefined {
  let first: Nanos | undefined;
  for (const time of times) if (time !== undefined && (first === undefined || time < first)) first = time;
  return first;
}
