import type { Severity } from '../model/finding.ts';
import type { Nanos } from '../model/time.ts';
import type { AlertMessage, Block } from '../ports.ts';
import {
  bold,
  bullets,
  context,
  date,
  header,
  lines,
  paragraph,
  richText,
  type Span,
  span,
  spansText,
  words,
} from './block-kit.ts';
import { type BySeverity, counted, numberText, severitiesText, totalOf } from './counts.ts';
import { severityMark } from './headline.ts';
import { durationText } from './moments.ts';
import { fitted, type Room } from './room.ts';
import { plain } from './text.ts';

/** What a digest tells, counted already. */
export interface Digest {
  /** Whose findings these are; absent: everybody's. */
  readonly owner?: string;
  readonly period: 'daily' | 'weekly';
  /** `YYYY-MM-DD`, in the time zone of the policy. */
  readonly day: string;
  /** In this period, posture aside. */
  readonly opened: number;
  readonly closed: number;
  /** What stands now, posture aside: open and acknowledged. */
  readonly standing: BySeverity;
  readonly snoozed: number;
  readonly excepted: number;
  /** What could not be judged, because too little is known. */
  readonly undecided: number;
  /** The oldest of what stands, at most five are shown. */
  readonly ageing: readonly DigestFinding[];
  readonly posture: readonly DigestGroup[];
  /** Exceptions that end within fourteen days. */
  readonly endingExceptions: readonly EndingException[];
  /** Names of exceptions that nothing needs. */
  readonly unusedExceptions?: readonly string[];
  /** Identities that the policy declares. */
  readonly declared: number;
  readonly policyHash: string;
  /** Static keys that are left. */
  readonly keysLeft?: number;
  /** Of what must be known completely, how much is: 0 to 1. */
  readonly coverageRatio?: number;
  /** An access review that is not done. */
  readonly review?: ReviewProgress;
  /** How complete the watch is, in words: `2 projects not covered`. */
  readonly coverage: readonly string[];
  readonly asOf: Nanos;
}

/** How far the access review of a quarter has come. */
export interface ReviewProgress {
  /** `2026-Q4`. */
  readonly quarter: string;
  readonly identities: number;
  readonly attested: number;
  readonly revoked: number;
  readonly pending: number;
  /** Those who have something left to do, the most first. */
  readonly owners: readonly { readonly owner: string; readonly pending: number }[];
  /** Its last day, `YYYY-MM-DD`. */
  readonly ends: string;
}

export interface DigestFinding {
  readonly title: string;
  readonly severity: Severity;
  readonly since: Nanos;
  readonly owner?: string;
}

/** Findings of one detector. */
export interface DigestGroup {
  readonly detector: string;
  readonly count: number;
  readonly worst: Severity;
  /** The title of one of them. */
  readonly example: string;
}

export interface EndingException {
  readonly name: string;
  readonly ends: Nanos;
  /** Agreed to in Slack only. */
  readonly notInGit: boolean;
}

/** The daily or weekly summary: calm, and complete even where there is nothing, because its coming is a sign of life. */
export function digestMessage(digest: Digest): AlertMessage {
  const summary = summaryLines(digest);
  const headline = headlineOf(digest);
  return {
    text: spansText([words(`${headline}: `), ...summary.flatMap((line) => [...line, words(' ')])], 600),
    blocks: fitted((room) => [
      header(headline),
      richText(lines(summary)),
      ageingBlock(digest, room),
      postureBlock(digest, room),
      exceptionsBlock(digest, room),
      reviewBlock(digest, room),
      coverageBlock(digest, room),
      context(footText(digest)),
    ]),
  };
}

function headlineOf({ period, day, owner }: Digest): string {
  const whose = plain(owner ?? '', 80);
  return `Anchorwatch ${period} · ${plain(day, 10)}${whose === '' ? '' : ` · ${whose}`}`;
}

function summaryLines(digest: Digest): readonly (readonly Span[])[] {
  const { opened, closed, standing, snoozed, excepted, undecided, declared } = digest;
  const news =
    opened + closed === 0 ? 'Nothing new.' : `${numberText(opened)} new, ${numberText(closed)} closed.`;
  const aside = [
    snoozed > 0 ? `${numberText(snoozed)} snoozed` : '',
    excepted > 0 ? `${numberText(excepted)} excepted` : '',
  ].filter((text) => text !== '');
  const open = totalOf(standing) === 0 ? '' : `Open: ${severitiesText(standing)}.`;
  const identities = counted(declared, 'identity', 'identities');
  return [
    [
      bold(news),
      words(
        [open, aside.length === 0 ? '' : `${aside.join(', ')}.`]
          .filter(Boolean)
          .map((text) => ` ${text}`)
          .join(''),
      ),
    ],
    [words(isAsDeclared(digest) ? `${identities} declared, all as declared.` : `${identities} declared.`)],
    ...(undecided > 0
      ? [
          [
            words(
              `${counted(undecided, 'question')} could not be decided: too little is known. None of them is called fine.`,
            ),
          ],
        ]
      : []),
  ];
}

/** Only where everything was judged, and nothing stands or is merely put aside. */
function isAsDeclared({ standing, snoozed, excepted, undecided, posture }: Digest): boolean {
  return totalOf(standing) + snoozed + excepted + undecided + posture.length === 0;
}

function ageingBlock({ ageing, asOf }: Digest, room: Room): Block | undefined {
  const shown = ageing.slice(0, 5);
  if (shown.length === 0) return undefined;
  return richText(
    paragraph(bold('Open the longest')),
    bullets(
      shown.map(({ severity, title, since, owner }) => [
        words(`${severityMark(severity)} · `),
        span(title || 'untitled', room.value),
        words(`, for ${durationText(asOf - since)}`),
        ...(owner === undefined || owner.trim() === '' ? [] : [words(', '), span(owner, 60)]),
      ]),
    ),
  );
}

function postureBlock({ posture }: Digest, room: Room): Block | undefined {
  const shown = posture.slice(0, room.others);
  if (shown.length === 0) return undefined;
  const rest = posture.slice(room.others).reduce((sum, { count }) => sum + count, 0);
  return richText(
    paragraph(bold('Posture, when there is time')),
    bullets([
      ...shown.map(({ detector, count, worst, example }) => [
        words(`${severityMark(worst)} · `),
        span(detector || 'unnamed', 60),
        words(count === 1 ? ': ' : ` ${numberText(count)}, such as: `),
        span(example || 'untitled', room.value),
      ]),
      ...(rest > 0 ? [[words(`… ${counted(rest, 'more', 'more')}`)]] : []),
    ]),
  );
}

function exceptionsBlock(digest: Digest, room: Room): Block | undefined {
  const { endingExceptions: ending, unusedExceptions: unused = [] } = digest;
  const shown = ending.slice(0, room.others);
  const rest = ending.length - shown.length;
  return richText(
    paragraph(bold(ending.length === 0 ? '' : 'Exceptions that end within 14 days')),
    bullets([
      ...shown.map(({ name, ends, notInGit }) => [
        span(name || 'unnamed', 80),
        words(', ends '),
        date(ends, '{date_short_pretty}'),
        words(notInGit ? ', not in git' : ''),
      ]),
      ...(rest > 0 ? [[words(`… ${rest} more`)]] : []),
    ]),
    paragraph(...unusedSpans(unused, room)),
  );
}

function unusedSpans(unused: readonly string[], room: Room): readonly Span[] {
  if (unused.length === 0) return [];
  const shown = unused.slice(0, room.others).map((name) => plain(name, 80) || 'unnamed');
  const rest = unused.length - shown.length;
  return [
    bold('Exceptions that nothing needs  '),
    words(`${shown.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}. Delete them.`),
  ];
}

/** `Access review 2026-Q4: 3 of 14 identities attested, 11 pending (payments 5, orders 6); ends 2026-12-31.` */
function reviewBlock({ review, owner }: Digest, room: Room): Block | undefined {
  if (review === undefined) return undefined;
  const { quarter, identities, attested, revoked, pending, owners, ends } = review;
  const shown = owners.slice(0, room.others);
  const rest = owners.slice(room.others).reduce((sum, one) => sum + one.pending, 0);
  const names = [
    ...shown.map((one) => `${plain(one.owner, 60) || 'nobody'} ${numberText(one.pending)}`),
    ...(rest > 0 ? [`others ${numberText(rest)}`] : []),
  ];
  const said = [
    `${numberText(attested)} of ${counted(identities, 'identity', 'identities')} attested`,
    revoked > 0 ? `${numberText(revoked)} revoked` : '',
    `${numberText(pending)} pending`,
  ].filter((text) => text !== '');
  return richText(
    paragraph(
      bold(`Access review ${plain(quarter, 10)}  `),
      words(said.join(', ')),
      words(owner === undefined ? ` (${names.join(', ')})` : ''),
      words(`; it ends on ${plain(ends, 10)}.`),
    ),
  );
}

function coverageBlock({ coverage }: Digest, room: Room): Block | undefined {
  if (coverage.length === 0) return undefined;
  const shown = coverage.slice(0, room.others);
  return richText(
    paragraph(bold('The watch itself')),
    bullets([
      ...shown.map((line) => [span(line, 2 * room.value)]),
      ...(coverage.length > shown.length ? [[words(`… ${coverage.length - shown.length} more`)]] : []),
    ]),
  );
}

function footText({ policyHash, keysLeft, coverageRatio }: Digest): string {
  return [
    `policy ${plain(policyHash, 12).slice(0, 7) || '?'}`,
    keysLeft === undefined
      ? ''
      : keysLeft === 0
        ? 'no static keys left'
        : `${counted(keysLeft, 'static key')} left`,
    // Never rounded up to all of it.
    coverageRatio === undefined ? '' : `coverage ${Math.floor(coverageRatio * 1000) / 10} %`,
  ]
    .filter((text) => text !== '')
    .join(' · ');
}
