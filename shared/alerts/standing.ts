import { type Finding, type FindingClass, SEVERITIES, type Severity } from '../model/finding.ts';

/** How an incident stands as a whole: the worst of what can alert decides. */
export type Standing =
  | 'open'
  | 'acknowledged'
  | 'snoozed'
  | 'confirming'
  | 'resolved'
  | 'excepted'
  | 'undecided';

/** Still wrong, and nobody has put it aside. */
export function isLive(finding: Finding): boolean {
  return finding.state === 'open' || finding.state === 'acknowledged';
}

/** Findings that may alert. Posture goes to report and digest; where an incident has nothing else, posture speaks for it. */
export function alerting(findings: readonly Finding[]): readonly Finding[] {
  const paging = findings.filter((finding) => finding.class !== 'posture');
  return paging.length > 0 ? paging : findings;
}

export function standing(findings: readonly Finding[]): Standing {
  const states = new Set(alerting(findings).map(stateOf));
  return ORDER.find((state) => states.has(state)) ?? 'undecided';
}

/** The finding that speaks for the incident: of those that give it its standing the worst, then the earliest. */
export function leadFinding(findings: readonly Finding[]): Finding | undefined {
  const state = standing(findings);
  return alerting(findings)
    .filter((finding) => stateOf(finding) === state)
    .sort(worstFirst)[0];
}

const ORDER: readonly Standing[] = [
  'open',
  'acknowledged',
  'snoozed',
  'confirming',
  'resolved',
  'excepted',
  'undecided',
];

function stateOf(finding: Finding): Standing {
  return finding.state === 'resolved' && finding.confirming ? 'confirming' : finding.state;
}

/** For sorting, with the id last: the same findings make the same message in whatever order they came. */
export function worstFirst(a: Finding, b: Finding): number {
  return (
    rank(a.severity) - rank(b.severity) ||
    CLASSES.indexOf(a.class) - CLASSES.indexOf(b.class) ||
    Number(a.eventTime - b.eventTime) ||
    (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)
  );
}

const CLASSES: readonly FindingClass[] = ['attack', 'outage', 'posture'];

/** 0 is critical. */
export function rank(severity: Severity): number {
  return SEVERITIES.indexOf(severity);
}
