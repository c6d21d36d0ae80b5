import type { KeyFact } from '../inventory/facts.ts';
import type { Account, View } from '../inventory/view.ts';
import type { PolicyLine } from '../model/finding.ts';
import { isGlob } from '../policy/glob.ts';
import { keyAllowance } from '../policy/match.ts';
import type { KeyAllowance, Policy } from '../policy/policy.ts';

/** What the policy has against a key. */
export interface Objection {
  readonly why: PolicyLine;
  /** `the policy allows it none`, to end a title with. */
  readonly reason: string;
  /** Set when too little is known to object: what is not known. */
  readonly unknown?: string;
}

/** The objection to a key; none when the policy allows it, or does not speak of keys. */
export function objectionTo(
  key: KeyFact,
  account: Account | undefined,
  view: View,
  policy: Policy,
): Objection | undefined {
  const allowance = keyAllowance(policy, account?.email, view.asOf);
  switch (allowance.kind) {
    case 'unruled':
      return undefined;
    case 'allowed':
      view.wakeAt(allowance.by.expires);
      return beyondMax(key, account, allowance.by, view);
    case 'expired':
      return { why: allowance.by.at, reason: `the allowance ${allowance.by.name} has expired` };
    case 'forbidden': {
      const isUnnamed = account?.email === undefined && mayBeAllowed(account, view, policy);
      return {
        why: policy.serviceAccountKeys?.at ?? policy.at,
        reason: 'the policy allows it none',
        ...(isUnnamed
          ? { unknown: 'Allowances name accounts by e-mail, and that of this account is not known.' }
          : {}),
      };
    }
  }
}

/** Whether an account whose e-mail is not known can be one that an allowance names. */
function mayBeAllowed(account: Account | undefined, view: View, policy: Policy): boolean {
  return (policy.serviceAccountKeys?.allowed ?? []).some(({ serviceAccount }) => {
    if (isGlob(serviceAccount)) return true;
    const id = view.accountId(serviceAccount);
    return id === serviceAccount || id === account?.id;
  });
}

/** The oldest keys take the places that are allowed; whatever came after them is one too many. */
function beyondMax(
  key: KeyFact,
  account: Account | undefined,
  { maxKeys, at }: KeyAllowance,
  view: View,
): Objection | undefined {
  if (maxKeys === undefined || account === undefined) return undefined;
  const live = view
    .keysOf(account)
    .filter(
      ({ managedBy, validBefore }) => managedBy !== 'google' && (validBefore ?? view.asOf + 1n) > view.asOf,
    );
  // When an older one expires, its place is free.
  for (const { validBefore } of live) view.wakeAt(validBefore);
  const older = live.filter((other) => isOlder(other, key));
  if (older.length < maxKeys) return undefined;
  const sure = older.filter(({ managedBy }) => managedBy === 'user');
  return {
    why: at,
    reason: `only ${maxKeys} ${maxKeys === 1 ? 'is' : 'are'} allowed`,
    ...(sure.length < maxKeys
      ? { unknown: 'Of older keys of this account it is not known whether Google or a user manages them.' }
      : {}),
  };
}

function isOlder(a: KeyFact, b: KeyFact): boolean {
  return a.since !== b.since ? a.since < b.since : a.id < b.id;
}
