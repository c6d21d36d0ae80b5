import { inReadingOrder } from '../findings/order.ts';
import type { Finding } from '../model/finding.ts';
import type { Ground } from './input.ts';
import type { AccessReview, ExceptionLine, IdentityLine, KeysSection, OwnerSummary } from './report.ts';
import { bySeverity, compareText, stands } from './standing.ts';

interface Parts {
  readonly identities: readonly IdentityLine[];
  readonly keys: KeysSection;
  readonly exceptions: readonly ExceptionLine[];
  readonly accessReview: AccessReview;
}

/** What each owner has to do. What nobody else answers for is the policy owner's. */
export function ownerSummaries(
  ground: Ground,
  { identities, keys, exceptions, accessReview }: Parts,
): readonly OwnerSummary[] {
  const { findings, policy } = ground.input;
  const ownerOf = ({ owner }: Finding): string => owner ?? policy.owner;
  const standing = Map.groupBy(findings.filter(stands), ownerOf);
  const ending = new Set(
    exceptions.filter(({ state }) => state === 'ending').flatMap(({ covers }) => covers),
  );
  const excepted = findings.filter(({ id }) => ending.has(id));
  const owners = new Set([
    ...identities.map(({ owner }) => owner),
    ...standing.keys(),
    ...keys.keys.map(({ owner }) => owner),
  ]);
  return [...owners]
    .map((owner): OwnerSummary => {
      const own = (standing.get(owner) ?? []).toSorted(inReadingOrder);
      return {
        owner,
        identities: identities.filter((line) => line.owner === owner).length,
        toDo: own.filter(({ state }) => state !== 'snoozed').length,
        open: bySeverity(own),
        findings: own.map(({ id }) => id),
        keysLeft: keys.keys.filter((key) => key.owner === owner).length,
        exceptionsEnding: new Set(
          excepted.filter((finding) => ownerOf(finding) === owner).map(({ exception }) => exception),
        ).size,
        reviewPending:
          accessReview.owners
            .find((one) => one.owner === owner)
            ?.identities.filter(({ decision }) => decision === 'pending').length ?? 0,
      };
    })
    .toSorted((a, b) => b.toDo - a.toDo || compareText(a.owner, b.owner));
}
