import { formatTime, type Nanos, toDate } from '../../model/time.ts';
import type { Spread } from '../report.ts';
import { type Html, html } from './markup.ts';

/** How one report writes moments: on the clocks of its policy. */
export class Clock {
  readonly timezone: string;
  /** Made once: a report shows tens of thousands of moments, and making it is what takes long. */
  readonly #format: Intl.DateTimeFormat;

  constructor(timezone: string) {
    this.timezone = isZone(timezone) ? timezone : 'UTC';
    // Sweden writes dates as ISO 8601 does.
    this.#format = new Intl.DateTimeFormat('sv', {
      timeZone: this.timezone,
      dateStyle: 'short',
      timeStyle: 'short',
    });
  }

  /** `2026-11-21 10:31`. */
  minute(time: Nanos): string {
    return this.#format.format(toDate(time));
  }

  /** `2026-11-21 10:31:07`, for what changes from one minute to the next. */
  second(time: Nanos): string {
    return `${this.minute(time)}${formatTime(time).slice(16, 19)}`;
  }

  /** `2026-11-21`. */
  date(time: Nanos): string {
    return this.minute(time).slice(0, -' 10:31'.length);
  }

  at(time: Nanos | undefined, otherwise = 'unknown'): Html {
    if (time === undefined) return html`<span class="quiet">${otherwise}</span>`;
    return html`<time datetime="${formatTime(time)}">${this.minute(time)}</time>`;
  }

  atSecond(time: Nanos): Html {
    return html`<time datetime="${formatTime(time)}">${this.second(time)}</time>`;
  }

  day(time: Nanos | undefined, otherwise = 'unknown'): Html {
    if (time === undefined) return html`<span class="quiet">${otherwise}</span>`;
    return html`<time datetime="${formatTime(time)}">${this.date(time)}</time>`;
  }
}

function isZone(timezone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: timezone });
    return true;
  } catch {
    return false;
  }
}

const UNITS = [
  ['d', 86_400],
  ['h', 3_600],
  ['min', 60],
  ['s', 1],
] as const;

/** `3 d 4 h`, `12 min`, `8 s`: the two largest units that say something. */
export function duration(seconds: number | undefined): string {
  if (seconds === undefined) return 'unknown';
  const at = UNITS.findIndex(([, size]) => seconds >= size);
  if (at < 0) return '0 s';
  const [unit, size] = UNITS[at]!;
  const next = UNITS[at + 1];
  const rest = next === undefined ? 0 : Math.floor((seconds % size) / next[1]);
  return `${Math.floor(seconds / size)} ${unit}${next === undefined || rest === 0 ? '' : ` ${rest} ${next[0]}`}`;
}

/** `93 %`, rounded down: what is not whole is never shown as whole. */
export function percent(share: number | undefined, otherwise = 'unknown'): string {
  return share === undefined ? otherwise : `${Math.floor(share * 1000 + 1e-9) / 10} %`;
}

/** `12 min (90 % within 2 h, 14 times)`. */
export function spreadText({ count, median, p90 }: Spread): string {
  if (count === 0) return 'nothing to measure';
  return `${duration(median)} (nine in ten within ${duration(p90)}; ${count} measured)`;
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${new Intl.NumberFormat('en').format(count)} ${count === 1 ? one : many}`;
}
