import { isLive } from '../findings/settle.ts';
import { type Finding, SEVERITIES, type Severity } from '../model/finding.ts';
import { type Nanos, SECOND } from '../model/time.ts';
import type { BySeverity, Spread } from './report.ts';

/** It is wrong still: open, acknowledged or snoozed. */
export function stands({ state }: Finding): boolean {
  return isLive(state);
}

export function bySeverity(items: Iterable<{ readonly severity: Severity }>): BySeverity {
  const counts = Object.fromEntries(SEVERITIES.map((severity) => [severity, 0])) as Record<Severity, number>;
  for (const { severity } of items) counts[severity]++;
  return counts;
}

/** Whole seconds from one moment to another; never less than none, for clocks differ. */
export function secondsBetween(from: Nanos, to: Nanos): number {
  return to <= from ? 0 : Number((to - from) / SECOND);
}

/** The middle one, the one that nine in ten do not exceed (nearest rank), and the longest. */
export function spreadOf(seconds: readonly number[]): Spread {
  const sorted = seconds.toSorted((a, b) => a - b);
  const rank = (share: number): number | undefined =>
    sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
  return { count: sorted.length, median: rank(0.5), p90: rank(0.9), longest: sorted.at(-1) };
}

/** For sorting what has a time, the newest first and equal ones by id. */
export function newestFirst<T extends { readonly at: Nanos; readonly id: string }>(a: T, b: T): number {
  return a.at !== b.at ? (a.at > b.at ? -1 : 1) : compareText(a.id, b.id);
}

export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

export function countText(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
