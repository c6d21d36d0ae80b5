import type { PolicyChange } from '../policy/compare/change.ts';
import { policyChanges } from '../policy/compare/policy-changes.ts';
import type { Policy } from '../policy/policy.ts';

export interface PolicyDiff {
  readonly kind: 'policy';
  /** Guard rails that were weakened first. */
  readonly changes: readonly PolicyChange[];
}

/** What a change of the policy permits or forbids, in words. */
export function diffPolicies(a: Policy, b: Policy): PolicyDiff {
  return { kind: 'policy', changes: policyChanges(a, b) };
}
