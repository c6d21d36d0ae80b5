import { SEVERITIES, type Severity } from '../model/finding.ts';

/** `1,240`. */
export function numberText(count: number): string {
  // Made when it is used: it would be five milliseconds of every start.
  grouped ??= new Intl.NumberFormat('en');
  return grouped.format(count);
}

let grouped: Intl.NumberFormat | undefined;

/** `1 finding`, `1,240 findings`; `many` where an `s` does not make it. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${numberText(count)} ${count === 1 ? one : many}`;
}

export type BySeverity = Readonly<Partial<Record<Severity, number>>>;

/** `1 critical, 12 medium`, the worst first; empty where there is nothing. */
export function severitiesText(counts: BySeverity): string {
  return SEVERITIES.filter((severity) => (counts[severity] ?? 0) > 0)
    .map((severity) => `${numberText(counts[severity] ?? 0)} ${severity}`)
    .join(', ');
}

export function totalOf(counts: BySeverity): number {
  return SEVERITIES.reduce((sum, severity) => sum + (counts[severity] ?? 0), 0);
}

/** The worst severity that there is any of. */
export function worstOf(counts: BySeverity): Severity | undefined {
  return SEVERITIES.find((severity) => (counts[severity] ?? 0) > 0);
}
