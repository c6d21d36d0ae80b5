import type { Finding } from '../model/finding.ts';
import { HOUR, type Nanos } from '../model/time.ts';
import type { AlertMessage, IncidentEvent } from '../ports.ts';
import { date, lines, richText, type Span, spansText, words } from './block-kit.ts';
import { fitted, type Room } from './room.ts';
import { type Told, toldEvents } from './thread/events.ts';
import { eventSpans } from './thread/words.ts';

/** What has happened to an incident since its thread was last told: one reply, a line for each thing, the oldest first. */
export function threadNote({
  events,
  findings,
  asOf,
}: {
  readonly events: readonly IncidentEvent[];
  /** All findings of the incident, to say which of them a line is about. */
  readonly findings: readonly Finding[];
  readonly asOf: Nanos;
}): AlertMessage {
  const told = toldEvents(events);
  const text = told.map((one) => spansText(eventSpans(one, findings, 120), 200)).join(' · ');
  return {
    text: shortened(text) || 'Nothing new.',
    blocks: fitted((room) => [richText(lines(shownLines(told, findings, asOf, room)))]),
  };
}

/** The newest matter most: when there are too many, the first are counted only. */
function shownLines(
  told: readonly Told[],
  findings: readonly Finding[],
  asOf: Nanos,
  room: Room,
): readonly (readonly Span[])[] {
  const shown = told.slice(-2 * room.others);
  const left = told.length - shown.length;
  return [
    ...(left > 0 ? [[words(`… ${left} earlier`)]] : []),
    ...shown.map((one) => [clock(one.event.at, asOf), words('  '), ...eventSpans(one, findings, room.value)]),
    ...(told.length === 0 ? [[words('Nothing new.')]] : []),
  ];
}

/** The time of day is enough for what has just happened. */
function clock(at: Nanos, asOf: Nanos): Span {
  return date(at, asOf - at < 12n * HOUR ? '{time}' : '{date_short_pretty} {time}');
}

/** Whole lines only, so that nothing that Slack parses is cut. */
function shortened(text: string): string {
  const parts = text.split(' · ');
  let length = 0;
  const kept = parts.filter((part) => {
    length += part.length + 3;
    return length <= 600;
  });
  return kept.length === parts.length ? text : `${kept.join(' · ')} · …`;
}
