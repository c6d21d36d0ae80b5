import type { Actor } from '../../model/act.ts';
import type { Fields } from '../fields.ts';
import { present } from '../present.ts';

/**
 * Who did it. Any part may be missing: the e-mail of third parties, all of it in redacted entries and in the closing entry of a
 * long-running operation, the delegation down to `[{}]` (gcp-facts 3.1).
 */
export function actorOf(payload: Fields): Actor {
  const caller = payload.object('authenticationInfo');
  const request = payload.objectIfAny('requestMetadata');
  const subject = caller?.text('principalSubject');
  return {
    principal: caller?.text('principalEmail') ?? subject ?? '',
    delegation: (caller?.objects('serviceAccountDelegationInfo') ?? [])
      .map(delegate)
      .filter((name) => name !== ''),
    ...present({
      subject,
      keyName: caller?.text('serviceAccountKeyName'),
      ip: request?.textIfAny('callerIp') ?? request?.textIfAny('callerIP'),
      userAgent: request?.textIfAny('callerSuppliedUserAgent'),
      reason: request?.objectIfAny('requestAttributes')?.textIfAny('reason'),
    }),
  };
}

/** A GKE workload behind an account stands here as `serviceAccount:POOL[NS/KSA]`. */
function delegate(step: Fields): string {
  return (
    step.text('principalSubject') ??
    step.object('firstPartyPrincipal')?.text('principalEmail') ??
    thirdParty(step) ??
    ''
  );
}

function thirdParty(step: Fields): string | undefined {
  const claims = step.object('thirdPartyPrincipal')?.objectIfAny('thirdPartyClaims');
  return claims && (claims.textIfAny('sub') ?? 'third party');
}
