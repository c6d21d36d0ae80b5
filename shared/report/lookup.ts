import type { IdentityLine, Report } from './report.ts';

/** The identity with this id; else those that go by the name as people or findings say it: `payments/api`, the account's address or its short form. */
export function identitiesNamed(name: string, { identities }: Report): readonly IdentityLine[] {
  const exact = identities.find(({ id }) => id === name);
  if (exact !== undefined) return [exact];
  return identities.filter((line) => namesOf(line).includes(name));
}

function namesOf({ ksa, pool, account }: IdentityLine): readonly string[] {
  const own = [ksa, `${pool}[${ksa}]`];
  return account === undefined ? own : [...own, account, account.replace(/\.iam\.gserviceaccount\.com$/, '')];
}

const MOST_LIKE = 8;

/** Identities of which a part is like a name that nobody has. */
export function identitiesLike(name: string, { identities }: Report): readonly IdentityLine[] {
  const parts = partsOf(name);
  return identities
    .filter(({ id }) => parts.some((part) => id.toLowerCase().includes(part)))
    .slice(0, MOST_LIKE);
}

export function ownersLike(name: string, { owners }: Report): readonly string[] {
  const parts = partsOf(name);
  return owners
    .map(({ owner }) => owner)
    .filter((owner) => parts.some((part) => owner.toLowerCase().includes(part)))
    .slice(0, MOST_LIKE);
}

/** Words long enough to mean something. */
function partsOf(name: string): readonly string[] {
  return name
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((part) => part.length > 2);
}
