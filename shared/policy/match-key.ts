import type { Nanos } from '../model/time.ts';
import { globMatches } from './glob.ts';
import type { KeyAllowance, Policy } from './policy.ts';

export type KeyVerdict =
  | { readonly kind: 'forbidden' }
  | { readonly kind: 'allowed'; readonly by: KeyAllowance }
  | { readonly kind: 'expired'; readonly by: KeyAllowance }
  /** The policy does not speak of keys, or allows them all. */
  | { readonly kind: 'unruled' };

/**
 * Whether an account may have user-managed keys at `asOf`. Of several allowances the one that holds longest is given. An account whose
 * e-mail is not known has none.
 */
export function keyAllowance(policy: Policy, email: string | undefined, asOf: Nanos): KeyVerdict {
  const rules = policy.serviceAccountKeys;
  if (rules === undefined || rules.userManaged === 'allow') return { kind: 'unruled' };
  if (email === undefined) return { kind: 'forbidden' };
  const named = rules.allowed.filter(({ serviceAccount }) =>
    globMatches(serviceAccount, email.toLowerCase(), { crossing: true }),
  );
  const [longest] = named.toSorted((a, b) => compareEnds(b.expires, a.expires));
  if (!longest) return { kind: 'forbidden' };
  return {
    kind: longest.expires === undefined || asOf < longest.expires ? 'allowed' : 'expired',
    by: longest,
  };
}

/** No end is the latest end. */
function compareEnds(a: Nanos | undefined, b: Nanos | undefined): number {
  if (a === b) return 0;
  if (a === undefined) return 1;
  if (b === undefined) return -1;
  return a < b ? -1 : 1;
}
