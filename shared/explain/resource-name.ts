import { type AssetName, canonicalName, projectName, serviceAccountName } from '../model/asset.ts';

/** The full name behind a short form (`project:acme-prod`, `bucket:ledger`, `topic:acme-prod/orders`) or a full name; nothing for globs. */
export function resourceNameOf(text: string): AssetName | undefined {
  if (/[*?<]/.test(text)) return undefined;
  if (text.startsWith('//')) return canonicalName(text);
  const colon = text.indexOf(':');
  if (colon < 0) return undefined;
  const [alias, rest] = [text.slice(0, colon), text.slice(colon + 1)];
  const parts = rest.split('/');
  if (parts.some((part) => part === '')) return undefined;
  const [a, b, c, d] = parts;
  switch (alias) {
    case 'project':
      return parts.length === 1 ? projectName(rest) : undefined;
    case 'folder':
      return parts.length === 1 ? `//cloudresourcemanager.googleapis.com/folders/${rest}` : undefined;
    case 'organization':
      return parts.length === 1 ? `//cloudresourcemanager.googleapis.com/organizations/${rest}` : undefined;
    case 'bucket':
      return parts.length === 1 ? `//storage.googleapis.com/${rest}` : undefined;
    case 'topic':
      return parts.length === 2 ? `//pubsub.googleapis.com/projects/${a}/topics/${b}` : undefined;
    case 'subscription':
      return parts.length === 2 ? `//pubsub.googleapis.com/projects/${a}/subscriptions/${b}` : undefined;
    case 'secret':
      return parts.length === 2 ? `//secretmanager.googleapis.com/projects/${a}/secrets/${b}` : undefined;
    case 'dataset':
      return parts.length === 2 ? `//bigquery.googleapis.com/projects/${a}/datasets/${b}` : undefined;
    case 'key':
      return parts.length === 4
        ? `//cloudkms.googleapis.com/projects/${a}/locations/${b}/keyRings/${c}/cryptoKeys/${d}`
        : undefined;
    case 'serviceAccount':
      return parts.length === 1 ? serviceAccountName(rest) : undefined;
    default:
      return undefined;
  }
}
