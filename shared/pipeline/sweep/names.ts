import { Aliases } from '../../inventory/aliases.ts';
import { type AssetName, projectOfEmail, serviceAccountOf } from '../../model/asset.ts';
import type { Store } from '../../ports.ts';

/** What is known of an asset's names: those of its account or of its project. */
async function aliasesFor(asset: AssetName, store: Store): Promise<Aliases> {
  return store.transaction(async (tx) => {
    const aliases = new Aliases();
    const asked = new Set<string>();
    for (;;) {
      const missing = aliases.termsOf(asset).filter((term) => !asked.has(term));
      if (missing.length === 0) return aliases;
      for (const term of missing) asked.add(term);
      const found = await tx.find(
        'aliases',
        missing.map((term) => `alias:${term}`),
      );
      for (const alias of found.values()) aliases.add(alias);
    }
  }, 'read-only');
}

/**
 * The names by which Asset Inventory may know an asset (gcp-facts 1.5): a project by its number, what lies in it by its id or its number, an
 * account in its project and by its unique id. Entries name projects by their ids, and accounts in no project.
 */
export async function inventoryNames(asset: AssetName, store: Store): Promise<readonly AssetName[]> {
  const aliases = await aliasesFor(asset, store);
  const spellings = aliases.spellings(asset);
  const account = serviceAccountOf(asset);
  const project =
    account === undefined ? undefined : projectOfEmail(aliases.email(aliases.account(account)) ?? '');
  return project === undefined
    ? spellings
    : spellings.map((name) => name.replace('/projects/-/', `/projects/${project}/`));
}
