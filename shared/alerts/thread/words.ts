import type { Finding } from '../../model/finding.ts';
import type { Nanos } from '../../model/time.ts';
import { date, type Span, span, words } from '../block-kit.ts';
import { counted } from '../counts.ts';
import { durationText } from '../moments.ts';
import type { Told } from './events.ts';

/** One line of an incident's diary, after its time: `repaired by tf-prod, confirming, after 3 m`. */
export function eventSpans(told: Told, findings: readonly Finding[], max: number): readonly Span[] {
  const { event, titles, flips } = told;
  const { by, detail, until } = event;
  const which = whichOf(titles, findings, ': ', max);
  // Where a reason ends the line.
  const whichFor = whichOf(titles, findings, ' for ', max);
  if (flips !== undefined) return [words(flipsText(flips)), ...which];
  switch (event.kind) {
    case 'opened':
      return [words(`also found${severity(detail)}: `), ...named(titles, max)];
    case 'reopened':
      // Said in the channel too, where nothing stands above it.
      return [words(`came back${severity(detail)}: `), ...named(titles, max)];
    case 'worse':
      return [words(`worse${now(detail)}`), ...which];
    case 'eased':
      return [words(`less grave${now(detail)}`), ...which];
    case 'actor-known':
      return [words('actor known'), ...(by === undefined ? [] : [words(': '), who(by, max)])];
    case 'acknowledged':
      return [words('acknowledged'), ...byWhom(by, max), ...which];
    case 'snoozed':
      return [words('snoozed'), ...byWhom(by, max), ...untilWhen(until), ...which];
    case 'woken':
      return by === undefined
        ? [words('snooze over, open again'), ...which]
        : [words('snooze over, still with '), who(by, max), ...which];
    case 'exception-asked':
      return [
        words('exception asked'),
        ...whichFor,
        ...byWhom(by, max),
        ...untilWhen(until),
        ...because(detail, max),
        words('; waits for somebody else'),
      ];
    case 'exception-refused':
      return [words('exception refused'), ...whichFor, ...byWhom(by, max), ...because(detail, max)];
    case 'excepted':
      return [
        words('excepted'),
        ...untilWhen(until),
        ...(by === undefined ? [] : [words(', agreed by '), who(by, max)]),
        ...(detail === undefined || detail === '' ? [] : [words(', as '), who(detail, max)]),
        ...which,
      ];
    case 'exception-ended':
      return [words('exception over, open again'), ...which];
    case 'false-positive':
      return [words('closed as false positive'), ...whichFor, ...byWhom(by, max), ...because(detail, max)];
    case 'repaired':
      return [
        words('repaired'),
        ...byWhom(by, max),
        words(`, confirming${after(told, findings, ',')}`),
        ...which,
      ];
    case 'confirmed':
      return [words('repair confirmed'), ...which];
    case 'resolved':
      return [words('resolved'), ...byWhom(by, max), words(after(told, findings)), ...which];
  }
}

function flipsText({ reopened, repaired }: NonNullable<Told['flips']>): string {
  return reopened === repaired
    ? `reopened and repaired ${times(reopened)}`
    : `reopened ${times(reopened)}, repaired ${times(repaired)}`;
}

function times(count: number): string {
  return counted(count, 'time');
}

/** Which of the incident's findings a line is about; nothing where there is only that one, or it is about all. */
function whichOf(
  titles: readonly string[],
  findings: readonly Finding[],
  before: string,
  max: number,
): readonly Span[] {
  const all = new Set(findings.map(({ title }) => title));
  if (titles.length === all.size && titles.every((title) => all.has(title))) return [];
  if (titles.length === 1) return [words(before), ...named(titles, max)];
  return [words(` (${counted(titles.length, 'finding')})`)];
}

function named([first = '', ...others]: readonly string[], max: number): readonly Span[] {
  return [
    span(first || 'untitled', max),
    ...(others.length > 0 ? [words(` and ${others.length} more`)] : []),
  ];
}

function who(name: string, max: number): Span {
  return span(name || 'somebody', max, { code: true });
}

function byWhom(by: string | undefined, max: number): readonly Span[] {
  return by === undefined ? [] : [words(' by '), who(by, max)];
}

function untilWhen(until: Nanos | undefined): readonly Span[] {
  return until === undefined ? [] : [words(' until '), date(until, '{date_short_pretty} {time}')];
}

function because(detail: string | undefined, max: number): readonly Span[] {
  return detail === undefined || detail.trim() === '' ? [] : [words(': '), span(detail, 2 * max)];
}

function severity(detail: string | undefined): string {
  return isSeverity(detail) ? `, ${detail}` : '';
}

function now(detail: string | undefined): string {
  return isSeverity(detail) ? `: now ${detail}` : '';
}

function isSeverity(text: string | undefined): text is string {
  return text !== undefined && /^(critical|high|medium|low|info)$/.test(text);
}

/** Since the change, where the finding is still known. */
function after({ event, titles }: Told, findings: readonly Finding[], comma = ''): string {
  const since = findings.find(({ title }) => titles.includes(title))?.eventTime;
  return since === undefined || since > event.at ? '' : `${comma} after ${durationText(event.at - since)}`;
}
