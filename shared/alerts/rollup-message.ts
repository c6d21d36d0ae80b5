import { SEVERITIES } from '../model/finding.ts';
import type { Nanos } from '../model/time.ts';
import type { AlertMessage, Block, Rollup } from '../ports.ts';
import {
  bold,
  bullets,
  date,
  type Field,
  fields,
  header,
  isWebAddress,
  link,
  paragraph,
  richText,
  type Span,
  span,
  words,
} from './block-kit.ts';
import { counted, numberText, totalOf, worstOf } from './counts.ts';
import { severityMark } from './headline.ts';
import { durationText } from './moments.ts';
import { fitted, type Room } from './room.ts';
import { mrkdwn, plain } from './text.ts';

/** A storm as one message: how much, how bad, after what, the worst of it, and what to do first. Edited while it grows, and as it is repaired. */
export function rollupMessage({
  rollup,
  asOf,
  consoleUrl,
}: {
  readonly rollup: Rollup;
  readonly asOf: Nanos;
  readonly consoleUrl?: string;
}): AlertMessage {
  const headline = headlineOf(rollup, asOf);
  const url = isWebAddress(consoleUrl) ? consoleUrl : undefined;
  return {
    text: mrkdwn(headline, 300),
    blocks: fitted((room) => [
      header(headline),
      fields(factsOf(rollup, room)),
      topBlock(rollup, room),
      nextBlock(rollup, asOf, url),
    ]),
  };
}

/** `🔴 Critical · 1,240 findings in 4 m after policy 3f9c12a → 8a11d04`. */
function headlineOf(rollup: Rollup, asOf: Nanos): string {
  const { bySeverity, startedAt, until, policies } = rollup;
  const end = asOf < until ? asOf : until;
  const mark = isOver(rollup) ? '✅ All repaired' : severityMark(worstOf(bySeverity) ?? 'info');
  const after =
    policies === undefined ? '' : ` after policy ${hashText(policies.from)} → ${hashText(policies.to)}`;
  return `${mark} · ${counted(totalOf(bySeverity), 'finding')} in ${durationText(end - startedAt)}${after}`;
}

function isOver({ incidents, closed }: Rollup): boolean {
  return incidents > 0 && closed >= incidents;
}

function hashText(hash: string): string {
  return plain(hash, 12).slice(0, 7) || '?';
}

function factsOf({ bySeverity, byGroup, incidents, closed }: Rollup, room: Room): readonly Field[] {
  const severities = SEVERITIES.filter((severity) => (bySeverity[severity] ?? 0) > 0).map(
    (severity) => `${severityMark(severity)} ${numberText(bySeverity[severity] ?? 0)}`,
  );
  const detectors = Object.entries(byGroup)
    .filter(([, count]) => count > 0)
    .sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  const shown = detectors.slice(0, room.others);
  const rest = detectors.slice(room.others).reduce((sum, [, count]) => sum + count, 0);
  return [
    { label: 'Severity', lines: severities.length > 0 ? severities : ['none'] },
    {
      label: 'Groups',
      lines: [
        ...shown.map(([detector, count]) => `${mrkdwn(detector, 60) || 'unnamed'} ${numberText(count)}`),
        ...(rest > 0 ? [`others ${numberText(rest)}`] : []),
      ],
    },
    { label: 'Status', lines: [`${numberText(closed)} of ${counted(incidents, 'change')} repaired since`] },
  ];
}

function topBlock(rollup: Rollup, room: Room): Block | undefined {
  const shown = isOver(rollup) ? [] : rollup.top.slice(0, Math.min(10, room.others + 2));
  if (shown.length === 0) return undefined;
  return richText(
    paragraph(bold('The worst')),
    bullets(
      shown.map(({ severity, title }) => [
        words(`${severityMark(severity)} · `),
        span(title || 'untitled', room.value),
      ]),
    ),
  );
}

function nextBlock(rollup: Rollup, asOf: Nanos, url: string | undefined): Block | undefined {
  const { policies, until } = rollup;
  return richText(
    paragraph(
      ...(isOver(rollup)
        ? []
        : [
            bold('What to do  '),
            words(
              policies === undefined
                ? 'One change made by a machine is behind most storms: look at the worst, find what they share, put that right. The rest closes by itself.'
                : 'The policy changed just before: read its last change first (anchorwatch diff OLD NEW). If it was not meant, put it back, and these close by themselves.',
            ),
            words('\n'),
          ]),
      ...allSpans(url),
      ...(asOf < until
        ? [words('What comes until '), date(until, '{time}'), words(' is counted here.')]
        : [words('What came later is told anew.')]),
    ),
  );
}

function allSpans(url: string | undefined): readonly Span[] {
  return url === undefined
    ? [words('The digest counts all of them. ')]
    : [link(url, 'All of them in Anchorwatch'), words('. ')];
}
