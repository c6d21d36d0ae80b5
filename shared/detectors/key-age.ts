import type { View } from '../inventory/view.ts';
import type { PolicyLine } from '../model/finding.ts';
import { durationText } from '../policy/calendar.ts';
import { keyAllowance } from '../policy/match.ts';
import type { Policy } from '../policy/policy.ts';
import { dayText, type HeldKey } from './key-words.ts';

/** That a key is older than it may be, or should be gone. */
export interface Overdue {
  readonly why: PolicyLine;
  /** To end a title with: `was made on 2021-06-03, and keys may become 90 days old`. */
  readonly reason: string;
  /** Too little is known to say so: the reason says what. */
  readonly isUnknown: boolean;
}

/**
 * Whether a key has been kept for too long: past `retireBy`, unless its account's allowance holds for longer, or older than `maxAge`. Asks to
 * be judged anew at either moment.
 */
export function overdue({ key, account }: HeldKey, view: View, policy: Policy): Overdue | undefined {
  const rules = policy.serviceAccountKeys;
  if (rules === undefined) return undefined;
  const lineOf = (name: string) => policy.lines[`serviceAccountKeys.${name}`] ?? rules.at;
  const end = retiresAt(account?.email, view, policy);
  view.wakeAt(end);
  if (end !== undefined && end <= view.asOf)
    return {
      why: lineOf('retireBy'),
      reason: `no key was to be left after ${dayText(end - 1n, policy)}`,
      isUnknown: false,
    };
  if (rules.maxAge === undefined) return undefined;
  const limit = `keys may become ${durationText(rules.maxAge)} old`;
  if (key.validAfter === undefined)
    return { why: lineOf('maxAge'), reason: `when it was made is not known; ${limit}`, isUnknown: true };
  const due = key.validAfter + rules.maxAge;
  view.wakeAt(due);
  return due > view.asOf
    ? undefined
    : {
        why: lineOf('maxAge'),
        reason: `was made on ${dayText(key.validAfter, policy)}, and ${limit}`,
        isUnknown: false,
      };
}

/** The moment from which an account is to have no key: the policy's, or the end of an allowance that was made to last longer. */
export function retiresAt(email: string | undefined, view: View, policy: Policy): bigint | undefined {
  const end = policy.serviceAccountKeys?.retireBy;
  if (end === undefined) return undefined;
  const verdict = keyAllowance(policy, email, view.asOf);
  if (verdict.kind !== 'allowed') return end;
  const { expires } = verdict.by;
  return expires !== undefined && expires > end ? expires : end;
}
