import { SEVERITY_SYMBOLS } from '../../shared/alerts/headline.ts';
import { plain } from '../../shared/alerts/text.ts';
import type { Finding, Severity } from '../../shared/model/finding.ts';
import { type Io, styled } from '../io.ts';
import { codeLines } from './code-lines.ts';

const COLORS = {
  critical: 'magenta',
  high: 'red',
  medium: 'yellow',
  low: 'cyan',
  info: 'gray',
} as const satisfies Record<Severity, string>;

/** Findings for people: what stands, the worst first, with where the policy says so and the command that mends it. */
export function findingsTable(findings: readonly Finding[], io: Io): string {
  const standing = findings.filter(
    (finding) =>
      finding.state !== 'resolved' && finding.state !== 'undecided' && finding.state !== 'excepted',
  );
  const lines: string[] = [];
  for (const finding of standing) lines.push(...card(finding, io), '');
  lines.push(
    ...brief('Resolved', findings, 'resolved', io),
    ...brief('Excepted', findings, 'excepted', io),
    ...undecided(findings, io),
  );
  return lines.length === 0 ? '' : `${lines.join('\n')}\n`;
}

function card(finding: Finding, io: Io): string[] {
  const severity = styled(io, COLORS[finding.severity], finding.severity.padEnd(8));
  const dim = (text: string) => styled(io, 'dim', text);
  const indent = '   ';
  const who =
    finding.actor === 'unknown'
      ? []
      : [
          `by ${finding.actor === 'pending' ? 'somebody (the audit entry has not come yet)' : plain(finding.actor.principal, 200)}`,
        ];
  return [
    `${SEVERITY_SYMBOLS[finding.severity]} ${severity} ${styled(io, 'bold', plain(finding.title, 300))}`,
    ...[
      ...finding.before.map((line) => styled(io, 'red', `- ${plain(line, 300)}`)),
      ...finding.after.map((line) => styled(io, 'green', `+ ${plain(line, 300)}`)),
    ]
      .slice(0, 6)
      .map((line) => `${indent}${line}`),
    `${indent}${plain(finding.explanation, 600)}`,
    `${indent}${dim([finding.detector, `${finding.why.entry} · ${finding.why.file}:${finding.why.line}`, ...(finding.owner === undefined ? [] : [`owner ${plain(finding.owner, 80)}`]), ...who].join(' · '))}`,
    ...finding.remediation
      .slice(0, 3)
      .flatMap(({ text }) =>
        codeLines(text, 1_000).map((line, at) => `${indent}${at === 0 ? dim('fix') : '   '} ${line}`),
      ),
  ];
}

function brief(heading: string, findings: readonly Finding[], state: Finding['state'], io: Io): string[] {
  const those = findings.filter((finding) => finding.state === state);
  if (those.length === 0) return [];
  return [
    styled(io, 'bold', `${heading} (${those.length})`),
    ...those.map(
      (finding) =>
        `   ${plain(finding.title, 200)}  ${styled(io, 'dim', finding.exception === undefined ? finding.detector : `${finding.detector} · exception ${finding.exception}`)}`,
    ),
    '',
  ];
}

/** Undecided ones in a line each, at most a screenful: they are questions, not findings. */
function undecided(findings: readonly Finding[], io: Io): string[] {
  const those = findings.filter((finding) => finding.state === 'undecided');
  if (those.length === 0) return [];
  const shown = those.slice(0, 10);
  const rest = those.length - shown.length;
  return [
    styled(io, 'bold', `Undecided (${those.length})`) +
      styled(io, 'dim', '  too little is known; these are not called fine'),
    ...shown.map(
      (finding) => `   ? ${plain(finding.title, 200)}  ${styled(io, 'dim', plain(finding.explanation, 200))}`,
    ),
    ...(rest > 0 ? [styled(io, 'dim', `   … and ${rest} more (--format json has all of them)`)] : []),
    '',
  ];
}

/** One line that says how it stands. */
export function summaryLine(findings: readonly Finding[]): string {
  const open = findings.filter((finding) => ['open', 'acknowledged', 'snoozed'].includes(finding.state));
  const by = (severity: Severity) => open.filter((finding) => finding.severity === severity).length;
  const severities = (['critical', 'high', 'medium', 'low', 'info'] as const)
    .filter((severity) => by(severity) > 0)
    .map((severity) => `${by(severity)} ${severity}`);
  const others = (['excepted', 'undecided', 'resolved'] as const)
    .map((state) => [findings.filter((finding) => finding.state === state).length, state] as const)
    .filter(([count]) => count > 0)
    .map(([count, state]) => `${count} ${state}`);
  const head =
    open.length === 0
      ? 'no open findings'
      : `${open.length} open ${open.length === 1 ? 'finding' : 'findings'} (${severities.join(', ')})`;
  return [head, ...others].join(' · ');
}
