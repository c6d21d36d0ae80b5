import type { Finding } from '../model/finding.ts';
import type { Nanos } from '../model/time.ts';
import type { AlertMessage, Incident } from '../ports.ts';
import { lines, mentionSpan, richText, span, spansText, words } from './block-kit.ts';
import { incidentHeadline } from './headline.ts';
import { durationText } from './moments.ts';

/** Says it a second time, in the thread: nobody has said that they are acting. */
export function escalationNote({
  findings,
  mention,
  waited,
}: {
  readonly incident: Incident;
  readonly findings: readonly Finding[];
  /** Id of the Slack user or user group to call; without it the channel is reminded. */
  readonly mention: string | undefined;
  /** Since the first message. */
  readonly waited: Nanos;
  readonly asOf: Nanos;
}): AlertMessage {
  const called = mention === undefined ? undefined : mentionSpan(mention);
  const spans = [
    ...(called === undefined ? [] : [called, words('  ')]),
    words(`Not acknowledged for ${durationText(waited)}: `, { bold: true }),
    span(incidentHeadline(findings), 200),
    words('. If you are acting, press Acknowledge on the alert.'),
  ];
  const block = richText(lines([spans]));
  return { text: spansText(spans, 600), blocks: block === undefined ? [] : [block] };
}
