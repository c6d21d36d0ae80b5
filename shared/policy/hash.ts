import { createHash } from 'node:crypto';

/** The first 12 hex digits of SHA-256 over what the documents say: comments, white space and the order of keys do not count. */
export function policyHash(documents: readonly unknown[]): string {
  return createHash('sha256')
    .update(JSON.stringify(documents.map(normalised)))
    .digest('hex')
    .slice(0, 12);
}

function normalised(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(normalised);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, inner]): [string, unknown] => [key, normalised(inner)]);
  return Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
