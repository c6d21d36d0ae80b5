import { createHash } from 'node:crypto';
import { plainJson } from './json-form.ts';
import type { ChainHeads, Report } from './report.ts';
import { compareText } from './standing.ts';

/** The report with its hash. */
export function sealed(report: Omit<Report, 'hash'>): Report {
  return { ...report, hash: hashOfJson(plainJson(report)) };
}

/** SHA-256 (hex) over the canonical JSON of a value: keys sorted, no white space, nothing undefined. `hash` itself is left out. */
export function hashOfJson(report: object): string {
  const { hash: _hash, ...rest } = report as { readonly hash?: unknown };
  return sha256(JSON.stringify(canonical(rest)));
}

function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
  return Object.fromEntries(
    entries.toSorted(([a], [b]) => compareText(a, b)).map(([key, inner]) => [key, canonical(inner)]),
  );
}

/** The heads in the order of their findings, and one value over all of them. */
export function chainHeads(heads: ChainHeads['heads']): ChainHeads {
  const sorted = heads.toSorted((a, b) => compareText(a.finding, b.finding));
  return { root: rootOf(sorted), heads: sorted };
}

export function rootOf(heads: ChainHeads['heads']): string {
  return heads.length === 0 ? '' : sha256(JSON.stringify(heads.map(({ finding, head }) => [finding, head])));
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
