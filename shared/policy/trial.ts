import { lineOfKey } from './compare/frame.ts';
import type { Mode, ModeRule, Policy } from './policy.ts';

/**
 * The policy while some detectors are new to it: what they find goes to the digest and the report, and alerts nobody. Any entry of `modes`
 * that matches has the last word, and a policy that does not alert anyway stays as it is.
 */
export function withTrials(policy: Policy, detectors: readonly string[]): Policy {
  if (detectors.length === 0 || policy.mode !== 'enforce') return policy;
  const set: Mode = 'audit';
  const at = lineOfKey(policy, 'mode');
  const trials = detectors.map(
    (detector): ModeRule => ({
      match: { pool: undefined, namespace: undefined, project: undefined, detector },
      set,
      at,
    }),
  );
  return { ...policy, modes: [...trials, ...policy.modes] };
}
