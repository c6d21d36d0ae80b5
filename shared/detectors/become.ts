import type { View } from '../inventory/view.ts';
import { type Answer, permitsAny } from '../roles/role.ts';
import { BECOMING_PERMISSIONS } from './permissions.ts';

/**
 * Whether a role on an account lets its holder become it, or let others (gcp-facts 6.1): through tokens, signatures, actAs, keys, or its IAM
 * policy.
 */
export function becoming(role: string, view: View): Answer {
  const answer = permitsAny(view.role(role), BECOMING_PERMISSIONS);
  // Most roles of service agents hold getAccessToken; the built-in table does not say which.
  return answer === 'unknown' && role.endsWith('.serviceAgent') ? 'yes' : answer;
}
