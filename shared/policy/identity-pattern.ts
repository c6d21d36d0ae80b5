import { isGkePool, type KsaId } from '../model/principal.ts';
import { globMatches, isGlob } from './glob.ts';
import type { IdentityPattern } from './policy.ts';

/**
 * Whether a pattern of service account names covers `name`. A pattern without a single letter (`*`) speaks of those that somebody
 * made: never of `default`, which every namespace has and every pod without an account of its own runs as.
 */
export function coversServiceAccount(pattern: string, name: string): boolean {
  if (isCatchAll(pattern) && name === 'default') return false;
  return globMatches(pattern, name);
}

/** Whether an identity pattern covers a KSA, the rule for `default` included. */
export function coversKsa(pattern: IdentityPattern, ksa: KsaId): boolean {
  return (
    pattern.pool === ksa.pool &&
    globMatches(pattern.namespace, ksa.namespace) &&
    coversServiceAccount(pattern.serviceAccount, ksa.name)
  );
}

/** Whether a pattern is wildcards only. */
export function isCatchAll(pattern: string): boolean {
  return /^[*?]+$/.test(pattern);
}

/** Which of two patterns is the more specific: above zero when `a` is. The namespace decides first, then the service account. */
export function compareSpecificity(a: IdentityPattern, b: IdentityPattern): number {
  return (
    specificity(a.namespace) - specificity(b.namespace) ||
    specificity(a.serviceAccount) - specificity(b.serviceAccount)
  );
}

/** A text without wildcards beats every glob, a longer glob a shorter one; stars add no length, because they ask for nothing. */
function specificity(pattern: string): number {
  return isGlob(pattern) ? pattern.replaceAll('*', '').length : 1000;
}

/** A pool of GKE clusters goes by its id alone, whatever project number stands before it; any other by its whole path. */
export function poolId(pool: string): string {
  const last = pool.slice(pool.lastIndexOf('/') + 1);
  return isGkePool(last) ? last : pool;
}
