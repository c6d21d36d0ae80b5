import type { Finding, Resolution, Severity } from '../model/finding.ts';
import { leadFinding, standing } from './standing.ts';
import { plain } from './text.ts';

/** A shape for each severity, to stand beside its word: colour alone tells a tenth of the readers nothing. */
export const SEVERITY_SYMBOLS: Readonly<Record<Severity, string>> = {
  critical: '🔴',
  high: '🔶',
  medium: '🟨',
  low: '🔹',
  info: '⚪',
};

/** `🔴 Critical`. */
export function severityMark(severity: Severity): string {
  return `${SEVERITY_SYMBOLS[severity]} ${severity.charAt(0).toUpperCase()}${severity.slice(1)}`;
}

/** `🔴 Critical · payments/checkout-api gained roles/editor on project:acme-prod`: one line, at most 150 characters, for Slack, terminal and CLI. */
export function incidentHeadline(findings: readonly Finding[]): string {
  const lead = leadFinding(findings);
  if (lead === undefined) return '❔ An incident without findings';
  const others = findings.length > 1 ? ` · and ${findings.length - 1} more` : '';
  const mark = `${markOf(findings, lead)} · `;
  return `${mark}${plain(lead.title, 150 - mark.length - others.length) || 'untitled'}${others}`;
}

function markOf(findings: readonly Finding[], lead: Finding): string {
  switch (standing(findings)) {
    case 'open':
      return severityMark(lead.severity);
    case 'acknowledged':
      return `${severityMark(lead.severity)}, acknowledged`;
    case 'snoozed':
      return `💤 Snoozed, ${lead.severity}`;
    case 'confirming':
      return '✅ Repaired, confirming';
    case 'resolved':
      return `✅ ${closedWord(lead.resolution)}`;
    case 'excepted':
      return '📎 Excepted';
    case 'undecided':
      return '❔ Undecided';
  }
}

/** How a finding ended, in a word: only a repair is called resolved. */
export function closedWord(resolution: Resolution | undefined): string {
  switch (resolution) {
    case 'false-positive':
      return 'Closed as false positive';
    case 'wont-fix':
      return 'Closed, accepted as it is';
    case 'exception':
      return 'Closed by exception';
    case 'expired':
      return 'Expired';
    case 'repaired':
    case undefined:
      return 'Resolved';
  }
}
