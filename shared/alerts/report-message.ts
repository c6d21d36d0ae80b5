import type { Severity } from '../model/finding.ts';
import type { ReportSummary } from '../model/report-summary.ts';
import { DAY } from '../model/time.ts';
import type { AlertMessage, Block } from '../ports.ts';
import {
  bold,
  context,
  type Field,
  fields,
  header,
  isWebAddress,
  lines,
  link,
  richText,
  type Span,
  span,
  words,
} from './block-kit.ts';
import { counted, numberText, severitiesText, totalOf } from './counts.ts';
import { fitted, type Room } from './room.ts';
import { mrkdwn, plain } from './text.ts';

/** What became of the file: it comes in the thread, or cannot, and why. */
export type FileNews = { readonly kind: 'in-thread' } | { readonly kind: 'not-shared'; readonly why: string };

export interface ReportNews {
  readonly summary: ReportSummary;
  readonly file: FileNews;
  /** Of the console, without a slash at its end. */
  readonly consoleUrl?: string | undefined;
}

/** A report that was made: its key figures, how they moved, what is still to do, and where the file is. */
export function reportMessage(news: ReportNews): AlertMessage {
  const { summary } = news;
  const headline = headlineOf(summary);
  const figures = `${scoreText(summary)}. Open: ${openText(summary)}. ${periodText(summary)}.`;
  return {
    text: mrkdwn(`${headline}: posture ${figures}`, 400),
    blocks: fitted((room) => [
      header(headline),
      fields(factsOf(summary)),
      toDoBlock(summary),
      fileBlock(news, room),
      context(footText(summary)),
    ]),
  };
}

function headlineOf({ entry, tenant }: ReportSummary): string {
  return `Anchorwatch report · ${plain(entry, 60) || 'unnamed'} · ${plain(tenant, 60) || 'unnamed'}`;
}

function factsOf(summary: ReportSummary): readonly Field[] {
  const { coverage, keysLeft, previous, undecided } = summary;
  return [
    { label: 'Score', lines: [mrkdwn(scoreText(summary), 300)] },
    {
      label: 'Open',
      lines: [openText(summary), ...(undecided > 0 ? [`${numberText(undecided)} undecided`] : [])],
    },
    { label: 'Period', lines: [periodText(summary)] },
    { label: 'Coverage', lines: [coverage === undefined ? 'not known' : percentText(coverage)] },
    {
      label: 'Keys',
      lines: [`${numberText(keysLeft)} left${changeText(keysLeft, previous?.keysLeft)}`],
    },
  ];
}

/** `78.5 (+2.5 since the report before)`, `insufficient data: …`. */
function scoreText({ score, insufficient, previous }: ReportSummary): string {
  if (score === undefined) return insufficient ?? 'insufficient data';
  return `${score} of 100${changeText(score, previous?.score)}`;
}

function openText({ open, previous }: ReportSummary): string {
  const total = totalOf(open);
  const before = previous?.open === undefined ? undefined : totalOf(previous.open);
  return `${severitiesText(open) || 'none'}${changeText(total, before)}`;
}

function periodText({ opened, resolved }: ReportSummary): string {
  return `${numberText(opened)} opened, ${numberText(resolved)} resolved`;
}

/** Empty where there is nothing to compare with. */
function changeText(now: number, before: number | undefined): string {
  if (before === undefined) return '';
  const change = Math.round((now - before) * 10) / 10;
  if (change === 0) return ' (as before)';
  return ` (${change > 0 ? '+' : '−'}${numberText(Math.abs(change))})`;
}

/** Never rounded up to all of it. */
function percentText(share: number): string {
  return `${Math.floor(share * 1000) / 10} %`;
}

function toDoBlock({ exceptionsEnding, review, signOff, open }: ReportSummary): Block | undefined {
  const urgent: readonly Severity[] = ['critical', 'high'];
  const standing = urgent.reduce((sum, severity) => sum + open[severity], 0);
  const all: readonly (readonly Span[])[] = [
    standing > 0 ? [words(`${counted(standing, 'critical or high finding')} to mend.`)] : [],
    exceptionsEnding > 0 ? [words(`${counted(exceptionsEnding, 'exception')} will end within 30 days.`)] : [],
    review.pending > 0
      ? [
          words('Access review '),
          span(review.quarter, 10),
          words(
            `: ${numberText(review.pending)} of ${counted(review.identities, 'identity', 'identities')} pending.`,
          ),
        ]
      : [],
    signOff === 'required' ? [words('It is to be signed.')] : [],
  ].filter((spans) => spans.length > 0);
  return all.length === 0 ? undefined : richText(lines([[bold('To do')], ...all]));
}

/** The place in the bucket is always told: Slack forgets files, and not everybody may open them. */
function fileBlock({ summary, file, consoleUrl }: ReportNews, room: Room): Block | undefined {
  const others = summary.files.length - 1;
  const said =
    file.kind === 'in-thread'
      ? 'The report is in the thread, and kept in the bucket '
      : `The report could not be shared here (${plain(file.why, 120)}). It is kept in the bucket `;
  return richText(
    lines([
      [
        words(said),
        span(summary.bucket, 80, { code: true }),
        words(' as '),
        span(summary.file, 3 * room.value, { code: true }),
        ...(others > 0 ? [words(`, with ${counted(others, 'file')} beside it`)] : []),
        words('.'),
      ],
      isWebAddress(consoleUrl) ? [link(consoleUrl, 'Open in Anchorwatch')] : [],
    ]),
  );
}

function footText({ hash, previous, period }: ReportSummary): string {
  return [
    `report ${plain(hash, 64).slice(0, 12)}`,
    previous === undefined
      ? 'the first of its kind'
      : `the one before ${plain(previous.hash, 64).slice(0, 12)}`,
    `period of ${days(period)}`,
  ].join(' · ');
}

function days({ from, to }: ReportSummary['period']): string {
  const whole = Number((to - from) / DAY);
  return whole < 1 ? 'less than a day' : counted(whole, 'day');
}
