import type { KsaId } from '../model/principal.ts';
import { earliest, type Nanos } from '../model/time.ts';
import { capturesOf, fillCaptures } from './captures.ts';
import { entriesNearAccount, entriesNearKsa } from './identity-index.ts';
import { compareSpecificity, coversKsa, isCatchAll, poolId } from './identity-pattern.ts';
import type { DeclaredIdentity, IdentityPattern, Policy, TrustedPool } from './policy.ts';

/** The trusted pool with this id (`acme-prod.svc.id.goog`, also at the end of a path) or, for other pools, this full path. */
export function poolOf(policy: Policy, pool: string): TrustedPool | undefined {
  const id = poolId(pool);
  return policy.pools.find((trusted) => trusted.pool === id);
}

/**
 * The entries that speak of a KSA most specifically: exact before glob, the longer glob before the shorter, the namespace first.
 * Equally specific ones are all given, because policies add up. With `annotated`, an entry without `gsa` does not speak of it by `*`.
 * Given `asOf`, an entry whose `until` is over is not there; `nextEndFor` says when that will be.
 */
export function declaredFor(
  policy: Policy,
  ksa: KsaId,
  { annotated = false }: { readonly annotated?: boolean } = {},
  asOf?: Nanos,
): readonly DeclaredIdentity[] {
  const [first, ...others] = matching(policy, ksa, annotated, asOf);
  if (first === undefined) return [];
  return [first, ...others.filter(({ by }) => compareSpecificity(by, first.by) === 0)].map(
    ({ entry }) => entry,
  );
}

/** The entries that declare a KSA to act as a Google service account, the most specific first; any entry that covers the KSA counts. */
export function declarersOfEdge(
  policy: Policy,
  ksa: KsaId,
  gsaEmail: string,
  asOf?: Nanos,
): readonly DeclaredIdentity[] {
  const captures = { ksa: ksa.name, namespace: ksa.namespace };
  const email = gsaEmail.toLowerCase();
  return matching(policy, ksa, true, asOf)
    .map(({ entry }) => entry)
    .filter(({ gsa }) => gsa !== undefined && fillCaptures(gsa, captures) === email);
}

/** The most specific entry that declares a KSA to act as a Google service account. */
export function declaresEdge(
  policy: Policy,
  ksa: KsaId,
  gsaEmail: string,
  asOf?: Nanos,
): DeclaredIdentity | undefined {
  return declarersOfEdge(policy, ksa, gsaEmail, asOf)[0];
}

/** The e-mails of all accounts that entries give a KSA, captures filled in; of every entry that covers it, however specific. */
export function accountsDeclaredFor(policy: Policy, ksa: KsaId, asOf?: Nanos): readonly string[] {
  const captures = { ksa: ksa.name, namespace: ksa.namespace };
  const emails = matching(policy, ksa, false, asOf).flatMap(({ entry }) =>
    entry.gsa === undefined ? [] : (fillCaptures(entry.gsa, captures) ?? []),
  );
  return [...new Set(emails)];
}

/** The entries whose account an e-mail can be: by the letter, or with captures that stand for a KSA the entry speaks of. */
export function declaredForGsa(policy: Policy, email: string, asOf?: Nanos): readonly DeclaredIdentity[] {
  return entriesNearAccount(policy, email.toLowerCase()).filter(
    (entry) => holds(entry, asOf) && capturesOf(entry, email).length > 0,
  );
}

/**
 * The next moment after `asOf` at which an entry that speaks of a KSA or of an account ends (its `until`): when a verdict that rests on
 * entries must be given anew. `undefined` when none will.
 */
export function nextEndFor(
  policy: Policy,
  { ksa, gsa }: { readonly ksa?: KsaId | undefined; readonly gsa?: string | undefined },
  asOf: Nanos,
): Nanos | undefined {
  const entries = [
    ...(ksa === undefined ? [] : matching(policy, ksa, false, asOf).map(({ entry }) => entry)),
    ...(gsa === undefined ? [] : declaredForGsa(policy, gsa, asOf)),
  ];
  return earliest(entries.map(({ until }) => until));
}

/** Whether an entry is still there: always, when nobody says what time it is. */
function holds({ until }: DeclaredIdentity, asOf: Nanos | undefined): boolean {
  return until === undefined || asOf === undefined || asOf < until;
}

interface Match {
  readonly entry: DeclaredIdentity;
  /** The entry's most specific pattern that covers the KSA. */
  readonly by: IdentityPattern;
}

/** Every entry that covers a KSA, the most specific first. */
function matching(policy: Policy, ksa: KsaId, annotated: boolean, asOf: Nanos | undefined): readonly Match[] {
  const matches = entriesNearKsa(policy, ksa).flatMap((entry): readonly Match[] => {
    if (!holds(entry, asOf)) return [];
    const [by] = entry.identities
      .filter(
        (pattern) =>
          coversKsa(pattern, ksa) &&
          !(annotated && entry.gsa === undefined && isCatchAll(pattern.serviceAccount)),
      )
      .toSorted((a, b) => compareSpecificity(b, a));
    return by === undefined ? [] : [{ entry, by }];
  });
  return matches.toSorted((a, b) => compareSpecificity(b.by, a.by));
}
