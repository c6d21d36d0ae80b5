import { type AssetName, keyName, projectOfEmail, serviceAccountOf } from '../model/asset.ts';

/**
 * A canonical name as Asset Inventory spells it (gcp-facts 1.5): zonal clusters lie in zones, and service accounts in their project, which the
 * e-mail names, or else the scope. `undefined` where that cannot be known: an account by its unique id below an organisation, any key.
 */
export function inventoryName(name: AssetName, scope: string): string | undefined {
  if (name.startsWith(keyName('')) || name.includes('/projects/-/hmacKeys/')) return undefined;
  const account = serviceAccountOf(name);
  if (account !== undefined && name.includes('/projects/-/')) {
    const project = projectOfEmail(account) ?? /^projects\/([^/]+)$/.exec(scope)?.[1];
    return project === undefined ? undefined : name.replace('/projects/-/', `/projects/${project}/`);
  }
  // Zones end in a letter, regions do not: europe-west1-b lies in europe-west1.
  return name.replace(
    /^(\/\/container\.googleapis\.com\/projects\/[^/]+)\/locations\/([a-z0-9-]+-[a-z])\//,
    '$1/zones/$2/',
  );
}
