import type { ControlRef, Finding } from '../model/finding.ts';
import type { Block } from '../ports.ts';
import {
  bullets,
  context,
  link,
  paragraph,
  preformatted,
  richText,
  type Span,
  span,
  words,
} from './block-kit.ts';
import { severityMark } from './headline.ts';
import { durationText } from './moments.ts';
import type { Room } from './room.ts';
import { isLive, rank, worstFirst } from './standing.ts';
import { plain } from './text.ts';

/** Why it matters, and what changed: struck through once it is no longer so. */
export function changeBlock(lead: Finding, room: Room): Block | undefined {
  const over = lead.state === 'resolved';
  return richText(
    paragraph(span(lead.explanation, room.prose, over ? { strike: true } : undefined)),
    preformatted(signedLines(lead.before, lead.after, room.lines), room.lineWidth),
  );
}

/** `- gone`, `+ new`, and a count of what stayed: a sign on each line, because colour is not for everybody. */
export function signedLines(
  before: readonly string[],
  after: readonly string[],
  most: number,
): readonly string[] {
  const [was, is] = [new Set(before), new Set(after)];
  const gone = [...was].filter((line) => !is.has(line));
  const fresh = [...is].filter((line) => !was.has(line));
  const stayed = is.size - fresh.length;
  // What came matters more than what went, unless little came.
  const freshShown = Math.min(fresh.length, Math.max(Math.ceil(most / 2), most - gone.length));
  const goneShown = Math.min(gone.length, most - freshShown);
  return [
    ...gone.slice(0, goneShown).map((line) => `- ${line}`),
    ...(gone.length > goneShown ? [`- … ${gone.length - goneShown} more`] : []),
    ...fresh.slice(0, freshShown).map((line) => `+ ${line}`),
    ...(fresh.length > freshShown ? [`+ … ${fresh.length - freshShown} more`] : []),
    ...(stayed > 0 && gone.length + fresh.length > 0 ? [`  ${stayed} unchanged`] : []),
    ...(gone.length + fresh.length === 0 ? after.slice(0, most).map((line) => `  ${line}`) : []),
  ];
}

/** How the identity gets there, and the line of the policy that says it must not. */
export function whyBlock(lead: Finding, room: Room, consoleUrl: string | undefined): Block | undefined {
  return richText(
    paragraph(...pathSpans(lead.path, room), ...policySpans(lead, room), ...consoleSpans(consoleUrl)),
  );
}

function pathSpans(path: readonly string[], room: Room): readonly Span[] {
  if (path.length < 2) return [];
  const last = path.length - 1;
  const hops = path.map((hop) => plain(hop, room.value));
  const shown =
    path.length <= room.hops
      ? hops
      : [...hops.slice(0, room.hops - 1), `… ${path.length - room.hops} more`, hops[last]];
  return [words('Path  ', { bold: true }), words(`${shown.join(' → ')}\n`)];
}

function policySpans({ detector, why }: Finding, room: Room): readonly Span[] {
  const entry = why.entry === 'spec' ? 'not declared, so denied' : why.entry;
  return [
    words('Rule  ', { bold: true }),
    words(`${plain(detector, room.value)} · ${plain(entry, room.value)} · `),
    span(`${why.file}:${why.line} @${why.policyHash.slice(0, 7)}`, room.value, { code: true }),
  ];
}

function consoleSpans(url: string | undefined): readonly Span[] {
  return url?.startsWith('https://') === true ? [words('\n'), link(url, 'Open in Anchorwatch')] : [];
}

/** The rest of the incident, the worst first: one message for one change, however many findings it made. */
export function othersBlock(lead: Finding, findings: readonly Finding[], room: Room): Block | undefined {
  const others = findings
    .filter((finding) => finding.id !== lead.id)
    .sort((a, b) => order(a) - order(b) || worstFirst(a, b));
  if (others.length === 0) return undefined;
  const shown = others.slice(0, room.others);
  const rest = others.length - shown.length;
  return richText(
    paragraph(words(`Also in this change (${others.length})`, { bold: true })),
    bullets([
      ...shown.map((finding) => [
        words(`${otherMark(finding)} · `),
        span(finding.title || 'untitled', room.value * 2),
      ]),
      ...(rest > 0 ? [[words(`… ${rest} more${worstOf(others.slice(room.others))}`)]] : []),
    ]),
  );
}

function order(finding: Finding): number {
  return isLive(finding) ? rank(finding.severity) : 10;
}

function otherMark(finding: Finding): string {
  if (isLive(finding)) return severityMark(finding.severity);
  if (finding.state === 'resolved') return finding.confirming ? '✅ Repaired, confirming' : '✅ Closed';
  return `${finding.state === 'undecided' ? '❔' : '📎'} ${finding.state.charAt(0).toUpperCase()}${finding.state.slice(1)}`;
}

function worstOf(findings: readonly Finding[]): string {
  const worst = findings.filter(isLive).sort(worstFirst)[0];
  return worst === undefined ? '' : `, ${worst.severity} or lower`;
}

/** Control references by framework, how we learnt of it and how fast, and the fingerprint to quote. */
export function contextBlock(lead: Finding): Block | undefined {
  const learnt = `via ${SOURCES[lead.observedBy]} in ${durationText(lead.firstSeen - lead.eventTime)}`;
  return context(
    plain(controlText(lead.controls), 200),
    `${learnt} · fp\u00a0${plain(lead.id, 64).slice(0, 8) || '?'}`,
  );
}

const SOURCES: Readonly<Record<Finding['observedBy'], string>> = {
  'audit-log': 'audit log',
  feed: 'asset feed',
  sweep: 'sweep',
  scan: 'scan',
};

/** `NIST 800-53 r5: AC-2, AC-6 · CIS GKE 1.9: 5.2.2`. */
export function controlText(controls: readonly ControlRef[]): string {
  const byFramework = Map.groupBy(controls, ({ framework, version }) => `${framework} ${version}`);
  return [...byFramework]
    .map(([name, refs]) => `${name}: ${refs.map((ref) => ref.id).join(', ')}`)
    .join(' · ');
}
