import type { SubjectKind } from '../inventory/subject.ts';
import { accountMissing } from './account-missing.ts';
import { annotationWithoutBinding } from './annotation-without-binding.ts';
import { danglingBinding } from './dangling-binding.ts';
import { declaredGrantMissing } from './declared-grant-missing.ts';
import { declaredIdentityMissing } from './declared-identity-missing.ts';
import { defaultServiceAccountIdentity } from './default-service-account-identity.ts';
import { deletedMember } from './deleted-member.ts';
import type { Detector } from './detector.ts';
import { forbiddenRole } from './forbidden-role.ts';
import { identitySameness } from './identity-sameness.ts';
import { keyNotAllowed } from './key-not-allowed.ts';
import { malformedMember } from './malformed-member.ts';
import { outOfBandChange } from './out-of-band-change.ts';
import { redirectedIdentity } from './redirected-identity.ts';
import { sharedAccount } from './shared-account.ts';
import { undeclaredGrant } from './undeclared-grant.ts';
import { undeclaredIdentity } from './undeclared-identity.ts';
import { untrustedPool } from './untrusted-pool.ts';
import { wideMember } from './wide-member.ts';

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
  account: [sharedAccount],
  declaration: [declaredIdentityMissing, declaredGrantMissing],
  grant: [malformedMember, untrustedPool, wideMember, forbiddenRole, undeclaredGrant, deletedMember],
  key: [keyNotAllowed],
  act: [outOfBandChange],
};

export const ALL_DETECTORS: readonly Detector[] = Object.values(DETECTORS).flat() as readonly Detector[];
