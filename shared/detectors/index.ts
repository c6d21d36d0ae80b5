import type { SubjectKind } from '../inventory/subject.ts';
import { accountMissing } from './account-missing.ts';
import { annotationWithoutBinding } from './annotation-without-binding.ts';
import { danglingBinding } from './dangling-binding.ts';
import type { Detector } from './detector.ts';
import { forbiddenRole } from './forbidden-role.ts';
import { keyNotAllowed } from './key-not-allowed.ts';
import { outOfBandChange } from './out-of-band-change.ts';
import { undeclaredGrant } from './undeclared-grant.ts';
import { undeclaredIdentity } from './undeclared-identity.ts';
import { untrustedPool } from './untrusted-pool.ts';
import { wideMember } from './wide-member.ts';

/** Every detector, by what it judges. A test compares this list with the folder. */
export const DETECTORS: { readonly [K in SubjectKind]: readonly Detector<K>[] } = {
  edge: [undeclaredIdentity, accountMissing, annotationWithoutBinding, danglingBinding],
  grant: [untrustedPool, wideMember, forbiddenRole, undeclaredGrant],
  key: [keyNotAllowed],
  act: [outOfBandChange],
};

export const ALL_DETECTORS: readonly Detector[] = Object.values(DETECTORS).flat() as readonly Detector[];
