import type { EntryDraft } from './entries.ts';
import { slug, Taken } from './slug.ts';

export type NamedEntry = EntryDraft & { readonly name: string };

/**
 * Names for entries: the one an identity had, because findings cite it; else the workload's own, made longer until it is free. `reserved`
 * are the names that are not to be given.
 */
export function named(
  entries: readonly EntryDraft[],
  before: ReadonlyMap<string, string>,
  reserved: readonly string[],
): readonly NamedEntry[] {
  const free = new Taken(reserved);
  const kept = new Map<string, string>();
  for (const { key } of entries) {
    const name = before.get(key);
    if (name === undefined || reserved.includes(name) || [...kept.values()].includes(name)) continue;
    kept.set(key, free.take(name));
  }
  return entries.map((entry) => ({ ...entry, name: kept.get(entry.key) ?? free.take(...namesFor(entry)) }));
}

function namesFor({ namespace, serviceAccounts, gsa, pool, grantForm }: EntryDraft): readonly string[] {
  const account = gsa?.split('@')[0];
  const [only] = serviceAccounts;
  const own =
    grantForm === 'namespace'
      ? slug(namespace, 'all')
      : slug(serviceAccounts.length === 1 && only !== undefined ? only : (account ?? 'shared'));
  return [
    // `default` says nothing of whose it is.
    ...(own === 'default' ? [] : [own]),
    slug(namespace, own),
    slug(namespace, own, account ?? 'direct'),
    slug(pool.replace(/\.svc\.id\..*$/, ''), namespace, own),
  ];
}
