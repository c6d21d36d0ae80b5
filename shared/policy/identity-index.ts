import type { KsaId } from '../model/principal.ts';
import { hasCaptures } from './captures.ts';
import { isGlob } from './glob.ts';
import type { DeclaredIdentity, Policy } from './policy.ts';

type Entries = readonly DeclaredIdentity[];

/**
 * Entries by what they name outright, so that judging costs what concerns a subject and not what the policy holds. Each list has all entries
 * that can match and more: whoever asks still matches. In the order of the policy.
 */
interface Index {
  readonly byNamespace: ReadonlyMap<string, Entries>;
  /** Entries with a glob for the namespace, by pool. */
  readonly byPool: ReadonlyMap<string, Entries>;
  readonly byAccount: ReadonlyMap<string, Entries>;
  /** Entries whose account has captures before the `@` only, by what stands behind it. */
  readonly byDomain: ReadonlyMap<string, Entries>;
  /** Entries whose account has captures behind the `@`. */
  readonly anyDomain: Entries;
  readonly place: ReadonlyMap<DeclaredIdentity, number>;
}

/** Made once for each list of entries, which never changes. */
const INDEXES = new WeakMap<Entries, Index>();

/** The entries that may speak of a KSA. */
export function entriesNearKsa(policy: Policy, { pool, namespace }: KsaId): Entries {
  const { byNamespace, byPool, place } = indexOf(policy);
  return merged(place, [byNamespace.get(`${pool} ${namespace}`) ?? [], byPool.get(pool) ?? []]);
}

/** The entries that may give a KSA the account of this e-mail, which is in lower case. */
export function entriesNearAccount(policy: Policy, email: string): Entries {
  const { byAccount, byDomain, anyDomain, place } = indexOf(policy);
  return merged(place, [byAccount.get(email) ?? [], byDomain.get(domainOf(email)) ?? [], anyDomain]);
}

function indexOf({ identities }: Policy): Index {
  const known = INDEXES.get(identities);
  if (known !== undefined) return known;
  const index = {
    byNamespace: new Map<string, DeclaredIdentity[]>(),
    byPool: new Map<string, DeclaredIdentity[]>(),
    byAccount: new Map<string, DeclaredIdentity[]>(),
    byDomain: new Map<string, DeclaredIdentity[]>(),
    anyDomain: [] as DeclaredIdentity[],
    place: new Map(identities.map((entry, place) => [entry, place])),
  };
  for (const entry of identities) {
    for (const { pool, namespace } of entry.identities) {
      if (isGlob(namespace)) add(index.byPool, pool, entry);
      else add(index.byNamespace, `${pool} ${namespace}`, entry);
    }
    if (entry.gsa === undefined) continue;
    if (!hasCaptures(entry.gsa)) add(index.byAccount, entry.gsa, entry);
    else if (!hasCaptures(domainOf(entry.gsa))) add(index.byDomain, domainOf(entry.gsa), entry);
    else index.anyDomain.push(entry);
  }
  INDEXES.set(identities, index);
  return index;
}

function add(map: Map<string, DeclaredIdentity[]>, key: string, entry: DeclaredIdentity): void {
  const entries = map.get(key);
  if (entries === undefined) map.set(key, [entry]);
  else if (entries.at(-1) !== entry) entries.push(entry);
}

function domainOf(email: string): string {
  return email.slice(email.indexOf('@') + 1);
}

function merged(place: Index['place'], lists: readonly Entries[]): Entries {
  const filled = lists.filter((list) => list.length > 0);
  if (filled.length < 2) return filled[0] ?? [];
  return [...new Set(filled.flat())].sort((a, b) => place.get(a)! - place.get(b)!);
}
