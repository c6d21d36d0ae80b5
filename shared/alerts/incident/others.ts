import type { Finding } from '../../model/finding.ts';
import type { Block } from '../../ports.ts';
import { bold, bullets, paragraph, richText, span, words } from '../block-kit.ts';
import { severityMark } from '../headline.ts';
import type { Room } from '../room.ts';
import { isLive, rank, worstFirst } from '../standing.ts';

/** The rest of the incident, the worst first: one message for one change, however many findings it made. */
export function othersBlock(lead: Finding, findings: readonly Finding[], room: Room): Block | undefined {
  const others = findings
    .filter((finding) => finding.id !== lead.id)
    .sort((a, b) => order(a) - order(b) || worstFirst(a, b));
  if (others.length === 0) return undefined;
  const shown = others.slice(0, room.others);
  const rest = others.length - shown.length;
  return richText(
    paragraph(bold(`Also in this change (${others.length})`)),
    bullets([
      ...shown.map((finding) => [
        words(`${standingMark(finding)} · `),
        span(finding.title || 'untitled', room.value * 2),
      ]),
      ...(rest > 0 ? [[words(`… ${rest} more${worstOf(others.slice(room.others))}`)]] : []),
    ]),
  );
}

function order(finding: Finding): number {
  return isLive(finding) ? rank(finding.severity) : 10;
}

/** `🔴 Critical` while it stands, else what became of it. */
export function standingMark(finding: Finding): string {
  if (isLive(finding)) return severityMark(finding.severity);
  if (finding.state === 'resolved') return finding.confirming ? '✅ Repaired, confirming' : '✅ Closed';
  return `${SYMBOLS[finding.state]} ${finding.state.charAt(0).toUpperCase()}${finding.state.slice(1)}`;
}

const SYMBOLS: Readonly<Record<Exclude<Finding['state'], 'resolved'>, string>> = {
  open: '',
  acknowledged: '',
  snoozed: '💤',
  excepted: '📎',
  undecided: '❔',
};

function worstOf(findings: readonly Finding[]): string {
  const worst = findings.filter(isLive).sort(worstFirst)[0];
  return worst === undefined ? '' : `, ${worst.severity} or lower`;
}
