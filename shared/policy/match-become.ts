import { globMatches } from './glob.ts';
import { globCovers } from './glob-covers.ts';
import type { MayBecome, Policy } from './policy.ts';

/**
 * The entry of `become.allowed` by which somebody may be able to become an identity. `members`: every spelling of who. `namespaces`: those of
 * its KSAs, globs where entries declare it by globs; an entry for some namespaces must cover all of them.
 */
export function mayBecome(
  policy: Policy,
  members: readonly string[],
  namespaces: readonly string[],
): MayBecome | undefined {
  return policy.become.allowed.find(
    (entry) =>
      members.some((member) => globMatches(entry.subject, member, { crossing: true })) &&
      (entry.namespaces.length === 0 ||
        (namespaces.length > 0 &&
          namespaces.every((one) => entry.namespaces.some((bound) => globCovers(bound, one))))),
  );
}
