import { DAY, formatTime, HOUR, MINUTE, type Nanos, toDate } from '../../shared/model/time.ts';
import { daysAfter, localTime } from '../../shared/policy/local-time.ts';

/** Who looks at the page: when, and in which time zone. Slack shows every reader their own. */
export interface Reader {
  readonly asOf: Nanos;
  readonly timezone: string;
}

/**
 * A date as Slack shows it by a format such as `{date_short_pretty} {time}` (docs.slack.dev/reference/block-kit/block-elements/date-element),
 * to a reader who has chosen English and the 24-hour clock. A token it does not know stays as it is.
 */
export function slackDate(time: Nanos, format: string, reader: Reader): string {
  const shown = format.replace(/\{([a-z_]+)\}/g, (token, name: string) => {
    const write = Object.hasOwn(TOKENS, name) ? TOKENS[name] : undefined;
    return write === undefined ? token : write(time, reader);
  });
  // Slack begins with a capital: "Today at 12:00".
  return `${shown.charAt(0).toUpperCase()}${shown.slice(1)}`;
}

type Write = (time: Nanos, reader: Reader) => string;

const TOKENS: Readonly<Record<string, Write>> = {
  date_num: (time, { timezone }) => localTime(time, timezone).date,
  date_slash: (time, { timezone }) => localTime(time, timezone).date.split('-').reverse().join('/'),
  date: (time, reader) => longDate(time, reader),
  date_long: (time, reader) => `${weekday(time, reader)}, ${longDate(time, reader)}`,
  date_long_full: (time, reader) => longDate(time, reader),
  date_short: (time, reader) => shortDate(time, reader),
  date_pretty: (time, reader) => nearDay(time, reader) ?? longDate(time, reader),
  date_short_pretty: (time, reader) => nearDay(time, reader) ?? shortDate(time, reader),
  date_long_pretty: (time, reader) =>
    nearDay(time, reader) ?? `${weekday(time, reader)}, ${longDate(time, reader)}`,
  day_divider_pretty: (time, reader) =>
    nearDay(time, reader) ?? `${weekday(time, reader)}, ${longDate(time, reader)}`,
  time: (time, { timezone }) => localTime(time, timezone).time,
  time_secs: (time, { timezone }) => `${localTime(time, timezone).time}:${formatTime(time).slice(17, 19)}`,
  ago: (time, { asOf }) => agoText(asOf - time),
};

function nearDay(time: Nanos, { asOf, timezone }: Reader): string | undefined {
  const today = localTime(asOf, timezone).date;
  const day = localTime(time, timezone).date;
  if (day === today) return 'today';
  if (day === daysAfter(today, -1)) return 'yesterday';
  return day === daysAfter(today, 1) ? 'tomorrow' : undefined;
}

function shortDate(time: Nanos, { timezone: timeZone }: Reader): string {
  return toDate(time).toLocaleDateString('en-US', {
    timeZone,
    year: 'numeric',
    month: 'short',
    day: 'numeric',
  });
}

function longDate(time: Nanos, { timezone: timeZone }: Reader): string {
  return toDate(time).toLocaleDateString('en-US', {
    timeZone,
    year: 'numeric',
    month: 'long',
    day: 'numeric',
  });
}

function weekday(time: Nanos, { timezone: timeZone }: Reader): string {
  return toDate(time).toLocaleDateString('en-US', { timeZone, weekday: 'long' });
}

function agoText(length: Nanos): string {
  if (length < 0n) return `in ${roughly(-length)}`;
  return length < MINUTE ? 'just now' : `${roughly(length)} ago`;
}

function roughly(length: Nanos): string {
  const [size, name] =
    length >= DAY
      ? ([DAY, 'day'] as const)
      : length >= HOUR
        ? ([HOUR, 'hour'] as const)
        : ([MINUTE, 'minute'] as const);
  const count = length / size;
  return `${count} ${name}${count === 1n ? '' : 's'}`;
}
