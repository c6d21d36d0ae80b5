import { type AssetName, canonicalName, projectName, serviceAccountName } from '../model/asset.ts';

/** The one asset a pattern without globs names (`project:x`, `topic:p/t`, a full name); nothing where the alias has no such form. */
export function resourceNamed(on: string): AssetName | undefined {
  if (on.startsWith('//')) return canonicalName(on);
  const colon = on.indexOf(':');
  const parts = on.slice(colon + 1).split('/');
  const [a = '', b = '', c = '', d = ''] = parts;
  switch (on.slice(0, colon)) {
    case 'project':
      return projectName(a);
    case 'folder':
      return `//cloudresourcemanager.googleapis.com/folders/${a}`;
    case 'organization':
      return `//cloudresourcemanager.googleapis.com/organizations/${a}`;
    case 'bucket':
      return `//storage.googleapis.com/${a}`;
    case 'topic':
      return `//pubsub.googleapis.com/projects/${a}/topics/${b}`;
    case 'subscription':
      return `//pubsub.googleapis.com/projects/${a}/subscriptions/${b}`;
    case 'secret':
      return `//secretmanager.googleapis.com/projects/${a}/secrets/${b}`;
    case 'dataset':
      return `//bigquery.googleapis.com/projects/${a}/datasets/${b}`;
    case 'key':
      return `//cloudkms.googleapis.com/projects/${a}/locations/${b}/keyRings/${c}/cryptoKeys/${d}`;
    case 'serviceAccount':
      return serviceAccountName(a);
    default:
      return undefined;
  }
}
