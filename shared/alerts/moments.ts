import { DAY, formatTime, HOUR, MINUTE, type Nanos, SECOND } from '../model/time.ts';

/** A Slack date token: each reader sees their own time zone, and the fallback says UTC. */
export function dateToken(time: Nanos, format = '{date_short_pretty} {time_secs}'): string {
  if (time <= 0n) return 'not known';
  return `<!date^${time / SECOND}^${format}|${utcText(time)}>`;
}

/** `2026-03-01 14:02:07 UTC`. */
export function utcText(time: Nanos): string {
  return `${formatTime(time).slice(0, 19).replace('T', ' ')} UTC`;
}

/** `4 s`, `12 m`, `3 h 12 m`, `2 d 4 h`, with spaces that do not break. Clocks differ: what would be negative is nothing. */
export function durationText(length: Nanos): string {
  if (length < MINUTE) return joined([length > 0n ? length / SECOND : 0n, 's']);
  if (length < HOUR) return joined([length / MINUTE, 'm']);
  if (length < DAY) return joined([length / HOUR, 'h'], [(length % HOUR) / MINUTE, 'm']);
  return joined([length / DAY, 'd'], [(length % DAY) / HOUR, 'h']);
}

function joined(first: readonly [bigint, string], ...rest: readonly (readonly [bigint, string])[]): string {
  return [first, ...rest.filter(([count]) => count > 0n)].map((part) => part.join('\u00a0')).join('\u00a0');
}

/** `1st`, `2nd`, `11th`. */
export function ordinal(count: number): string {
  const teens = count % 100 >= 11 && count % 100 <= 13;
  const suffix = teens ? 'th' : (['th', 'st', 'nd', 'rd'][count % 10] ?? 'th');
  return `${count}${suffix}`;
}
