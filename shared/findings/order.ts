import { type Finding, SEVERITIES, type Severity } from '../model/finding.ts';

const STATES: readonly Finding['state'][] = [
  'open',
  'acknowledged',
  'snoozed',
  'excepted',
  'undecided',
  'resolved',
];

/** What stands before what is over, the worst first, then by who and by id: the same findings always read in the same order. */
export function inReadingOrder(a: Finding, b: Finding): number {
  return (
    STATES.indexOf(a.state) - STATES.indexOf(b.state) ||
    SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) ||
    compare(a.identity, b.identity) ||
    compare(a.detector, b.detector) ||
    compare(a.id, b.id)
  );
}

/** Whether a severity is at or above a threshold; `none` is above everything. */
export function reaches(severity: Severity, threshold: Severity | 'none'): boolean {
  return threshold !== 'none' && SEVERITIES.indexOf(severity) <= SEVERITIES.indexOf(threshold);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
