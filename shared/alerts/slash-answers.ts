import { inReadingOrder } from '../findings/order.ts';
import type { Finding, Severity } from '../model/finding.ts';
import type { Nanos } from '../model/time.ts';
import type { AlertMessage } from '../ports.ts';
import {
  bold,
  bullets,
  date,
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
import { standingMark } from './incident/others.ts';
import { durationText } from './moments.ts';
import { fitted } from './room.ts';

/** How things stand, counted already. */
export interface Status {
  /** What stands, acknowledged or not. */
  readonly openBySeverity: BySeverity;
  /** Of these, how many somebody has acknowledged. */
  readonly acknowledged: number;
  readonly snoozed: number;
  /** The oldest of what stands. */
  readonly oldest: { readonly title: string; readonly severity: Severity; readonly since: Nanos } | undefined;
  readonly policy: { readonly name: string; readonly hash: string };
  /** Messages that wait to be sent, and those that cannot be until something is mended. */
  readonly queued: number;
  readonly parked: number;
  /** How often people called what a detector says a false positive. */
  readonly falsePositives: ReadonlyMap<string, number>;
  readonly asOf: Nanos;
}

/** How things stand, to whoever asked. */
export function statusMessage(status: Status): AlertMessage {
  const { openBySeverity, acknowledged, snoozed, oldest, policy, queued, parked, falsePositives, asOf } =
    status;
  const open = totalOf(openBySeverity);
  const counts = [
    acknowledged > 0 ? `${numberText(acknowledged)} acknowledged` : '',
    snoozed > 0 ? `${numberText(snoozed)} snoozed` : '',
  ].filter((text) => text !== '');
  const first: readonly Span[] = [
    bold(open === 0 ? 'Nothing is open' : `Open: ${severitiesText(openBySeverity)}`),
    words(`${counts.length > 0 ? `; ${counts.join(', ')}` : ''}.`),
  ];
  const all: readonly (readonly Span[])[] = [
    first,
    ...(oldest === undefined
      ? []
      : [
          [
            words('The oldest: '),
            words(`${severityMark(oldest.severity)} · `),
            span(oldest.title || 'untitled', 200),
            words(`, for ${durationText(asOf - oldest.since)}.`),
          ],
        ]),
    [
      words('Policy '),
      span(policy.name || 'unnamed', 80),
      words(' '),
      span(`@${policy.hash.slice(0, 7)}`, 12, { code: true }),
      words(', as of '),
      date(asOf, '{time_secs}'),
      words('.'),
    ],
    ...(falsePositives.size > 0
      ? [[words('Called false positives: '), span(countsText(falsePositives), 300), words('.')]]
      : []),
    ...(queued > 0
      ? [[words(`${counted(queued, 'message')} wait${queued === 1 ? 's' : ''} to be sent.`)]]
      : []),
    ...(parked > 0
      ? [
          [
            bold(`${counted(parked, 'message')} cannot be sent`),
            words(' until something is mended: the log of deliver says what.'),
          ],
        ]
      : []),
  ];
  const block = richText(lines(all));
  return { text: spansText(first, 300), blocks: block === undefined ? [] : [block] };
}

function countsText(counts: ReadonlyMap<string, number>): string {
  const sorted = [...counts].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
  return sorted.map(([detector, count]) => `${detector} ${numberText(count)}`).join(', ');
}

const MOST_LISTED = 15;

/** What stands, a line each, the worst first, to whoever asked. */
export function findingsMessage({
  owner,
  findings,
  asOf,
}: {
  /** Given when only this owner's were asked for. */
  readonly owner?: string;
  readonly findings: readonly Finding[];
  readonly asOf: Nanos;
}): AlertMessage {
  const all = [...findings].sort(inReadingOrder);
  const whose = owner === undefined ? [] : [words(' of '), span(owner || 'nobody', 80)];
  const heading = [bold(all.length === 0 ? 'No findings' : counted(all.length, 'finding')), ...whose];
  return {
    text: spansText(heading, 300),
    blocks: fitted((room) => [
      richText(
        paragraph(...heading, words(all.length === 0 ? '.' : '')),
        bullets([
          ...all
            .slice(0, MOST_LISTED)
            .map((finding) => [
              words(`${standingMark(finding)} · `),
              span(finding.title || 'untitled', room.value),
              words(`, for ${durationText(asOf - finding.firstSeen)}`),
              ...(owner !== undefined || finding.owner === undefined || finding.owner.trim() === ''
                ? []
                : [words(', '), span(finding.owner, 40)]),
            ]),
          ...(all.length > MOST_LISTED
            ? [[words(`… ${counted(all.length - MOST_LISTED, 'more', 'more')}`)]]
            : []),
        ]),
      ),
    ]),
  };
}
