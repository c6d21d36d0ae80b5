import { findingJson } from '../findings/finding-json.ts';
import { formatTime } from '../model/time.ts';
import type { Report } from './report.ts';

/** A value as JSON has it: moments as RFC 3339 with nine digits. */
export type JsonForm<T> = T extends bigint
  ? string
  : T extends readonly (infer Item)[]
    ? readonly JsonForm<Item>[]
    : T extends object
      ? { readonly [K in keyof T]: JsonForm<T[K]> }
      : T;

/** The report as plain JSON. Findings are those of every machine output. */
export function plainJson({ findings, ...rest }: Omit<Report, 'hash'>) {
  return { ...jsonForm(rest), findings: findings.map(findingJson) };
}

function jsonForm<T>(value: T): JsonForm<T> {
  // Every bigint of a report is a moment, and everything else in it is JSON already.
  return convert(value) as JsonForm<T>;
}

function convert(value: unknown): unknown {
  if (typeof value === 'bigint') return formatTime(value);
  if (Array.isArray(value)) return value.map(convert);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, convert(inner)]));
}
