import type { View } from '../inventory/view.ts';
import type { Principal } from '../model/principal.ts';
import { sensitiveAt } from '../policy/match.ts';
import type { Policy } from '../policy/policy.ts';

/** Whether one of them holds a role on something that the policy calls sensitive. */
export function reachesSensitive(holders: readonly Principal[], view: View, policy: Policy): boolean {
  if (policy.sensitive.length === 0) return false;
  return holders.some((holder) =>
    view.heldBy(holder).some(({ grant }) => sensitiveAt(policy, view.spellings(grant.resource)).length > 0),
  );
}
