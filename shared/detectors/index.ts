import type { SubjectKind } from '../inventory/subject.ts';
import { accountAttachedElsewhere } from './account-attached-elsewhere.ts';
import { accountMissing } from './account-missing.ts';
import { annotationWithoutBinding } from './annotation-without-binding.ts';
import { clusterNotDeclared } from './cluster-not-declared.ts';
import { clusterWithoutWorkloadIdentity } from './cluster-without-workload-identity.ts';
import { conditionDropped } from './condition-dropped.ts';
import { customRoleWidened } from './custom-role-widened.ts';
import { danglingBinding } from './dangling-binding.ts';
import { declaredGrantMissing } from './declared-grant-missing.ts';
import { declaredIdentityMissing } from './declared-identity-missing.ts';
import { defaultServiceAccountIdentity } from './default-service-account-identity.ts';
import { deletedMember } from './deleted-member.ts';
import type { Detector } from './detector.ts';
import { escalationPath } from './escalation-path.ts';
import { federationProviderChanged } from './federation-provider-changed.ts';
import { fleetMembershipNotDeclared } from './fleet-membership-not-declared.ts';
import { forbiddenRole } from './forbidden-role.ts';
import { hmacKey } from './hmac-key.ts';
import { hostNetworkBypass } from './host-network-bypass.ts';
import { identitySameness } from './identity-sameness.ts';
import { impersonationExposed } from './impersonation-exposed.ts';
import { keyGuardWeakened } from './key-guard-weakened.ts';
import { keyInUse } from './key-in-use.ts';
import { keyInWorkload } from './key-in-workload.ts';
import { keyNotAllowed } from './key-not-allowed.ts';
import { keyOverdue } from './key-overdue.ts';
import { keyReenabled } from './key-reenabled.ts';
import { keyUnused } from './key-unused.ts';
import { malformedMember } from './malformed-member.ts';
import { nodePoolDefaultAccount } from './node-pool-default-account.ts';
import { nodePoolLegacyMetadata } from './node-pool-legacy-metadata.ts';
import { nodePoolWithoutMetadataServer } from './node-pool-without-metadata-server.ts';
import { outOfBandChange } from './out-of-band-change.ts';
import { publicAccess } from './public-access.ts';
import { redirectedIdentity } from './redirected-identity.ts';
import { scopeTooWide } from './scope-too-wide.ts';
import { selfAuditConfigWeakened } from './self-audit-config-weakened.ts';
import { selfDetectorFailed } from './self-detector-failed.ts';
import { selfExceptionSource } from './self-exception-source.ts';
import { selfFeedTampered } from './self-feed-tampered.ts';
import { selfPipelineTampered } from './self-pipeline-tampered.ts';
import { selfPolicyInvalid } from './self-policy-invalid.ts';
import { selfPolicyWeakened } from './self-policy-weakened.ts';
import { selfPublisher } from './self-publisher.ts';
import { selfQuarantine } from './self-quarantine.ts';
import { selfRoute } from './self-route.ts';
import { selfSilent } from './self-silent.ts';
import { selfSinkTampered } from './self-sink-tampered.ts';
import { sharedAccount } from './shared-account.ts';
import { tokenMintedByPerson } from './token-minted-by-person.ts';
import { trustedChangerExposed } from './trusted-changer-exposed.ts';
import { undeclaredGrant } from './undeclared-grant.ts';
import { undeclaredIdentity } from './undeclared-identity.ts';
import { untrustedPool } from './untrusted-pool.ts';
import { unusedPrivilege } from './unused-privilege.ts';
import { unusualImpersonation } from './unusual-impersonation.ts';
import { unusualNetwork } from './unusual-network.ts';
import { unusualTokenUse } from './unusual-token-use.ts';
import { wideMember } from './wide-member.ts';
import { workloadExec } from './workload-exec.ts';

/** Every detector, by what it judges. A test compares this list with the folder. */
export const DETECTORS: { readonly [K in SubjectKind]: readonly Detector<K>[] } = {
  edge: [
    redirectedIdentity,
    undeclaredIdentity,
    accountMissing,
    annotationWithoutBinding,
    danglingBinding,
    defaultServiceAccountIdentity,
  ],
  ksa: [identitySameness],
  account: [sharedAccount, accountAttachedElsewhere],
  identity: [escalationPath, unusedPrivilege, impersonationExposed, trustedChangerExposed],
  declaration: [declaredIdentityMissing, declaredGrantMissing],
  grant: [
    malformedMember,
    untrustedPool,
    wideMember,
    forbiddenRole,
    publicAccess,
    conditionDropped,
    undeclaredGrant,
    scopeTooWide,
    deletedMember,
  ],
  key: [keyNotAllowed, keyReenabled, keyOverdue, keyUnused, keyInUse],
  'hmac-key': [hmacKey],
  object: [keyInWorkload, hostNetworkBypass],
  'org-policy': [keyGuardWeakened],
  cluster: [clusterNotDeclared, clusterWithoutWorkloadIdentity],
  'node-pool': [nodePoolWithoutMetadataServer, nodePoolDefaultAccount, nodePoolLegacyMetadata],
  membership: [fleetMembershipNotDeclared],
  provider: [federationProviderChanged],
  role: [customRoleWidened],
  usage: [unusualTokenUse, unusualNetwork, unusualImpersonation],
  watch: [
    selfFeedTampered,
    selfSinkTampered,
    selfPipelineTampered,
    selfAuditConfigWeakened,
    selfPublisher,
    selfSilent,
    selfPolicyInvalid,
    selfPolicyWeakened,
    selfExceptionSource,
    selfDetectorFailed,
    selfQuarantine,
    selfRoute,
  ],
  act: [outOfBandChange],
  doings: [tokenMintedByPerson, workloadExec],
};

export const ALL_DETECTORS: readonly Detector[] = Object.values(DETECTORS).flat() as readonly Detector[];
