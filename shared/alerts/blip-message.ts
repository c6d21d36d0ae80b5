import { resourceLabel } from '../model/asset.ts';
import type { Finding } from '../model/finding.ts';
import type { Nanos } from '../model/time.ts';
import type { AlertMessage, Incident } from '../ports.ts';
import { date, lines, richText, type Span, span, spansText, words } from './block-kit.ts';
import { counted } from './counts.ts';
import { durationText } from './moments.ts';
import { alerting, leadFinding } from './standing.ts';

/** Something was missing for a moment only, and is back: one quiet line, nothing to press. */
export function blipMessage({
  findings,
}: {
  readonly incident: Incident;
  readonly findings: readonly Finding[];
  readonly asOf: Nanos;
}): AlertMessage {
  const lead = leadFinding(findings);
  const spans =
    lead === undefined
      ? [words('Something was missing for a moment, and is back.')]
      : sentence(lead, findings);
  const block = richText(lines([spans]));
  return { text: spansText(spans, 600), blocks: block === undefined ? [] : [block] };
}

function sentence(lead: Finding, findings: readonly Finding[]): readonly Span[] {
  const { resolvedAt, resolvedBy, eventTime } = lead;
  const others = alerting(findings).length - 1;
  return [
    ...whatWas(lead),
    ...(resolvedAt === undefined
      ? [words(' for a moment; it is back')]
      : [
          words(` for ${durationText(resolvedAt - eventTime)}; back since `),
          date(resolvedAt, '{time_secs}'),
        ]),
    ...(resolvedBy === undefined ? [] : [words(' (by '), span(resolvedBy, 120, { code: true }), words(')')]),
    ...(others > 0
      ? [words(`. So ${others === 1 ? 'was' : 'were'} ${counted(others, 'more', 'more')}`)]
      : []),
    words('.'),
  ];
}

function whatWas(lead: Finding): readonly Span[] {
  const { identity, role, resource, before, after } = lead;
  const isLoss = role !== undefined && before.length > 0 && after.every((line) => before.includes(line));
  if (!isLoss) return [span(lead.title || 'untitled', 200), words(':')];
  return [
    span(identity || 'an identity', 120),
    words(' was without '),
    span(role, 120, { code: true }),
    words(' on '),
    span(resourceLabel(resource), 120),
  ];
}
