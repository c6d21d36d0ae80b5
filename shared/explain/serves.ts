import { type AssetName, resourceKind } from '../model/asset.ts';

/** The service whose roles speak of a kind of resource. */
const SERVICES = {
  bucket: ['storage'],
  topic: ['pubsub'],
  subscription: ['pubsub'],
  secret: ['secretmanager'],
  dataset: ['bigquery'],
  key: ['cloudkms'],
  serviceAccount: ['iam'],
} as const;

/**
 * Whether a role held on something above a resource reaches the resource: by the role's service, until the role catalogue decides it on
 * permissions. On the resource itself every role counts.
 */
export function serves(role: string, resource: AssetName): 'yes' | 'no' | 'unknown' {
  const kind = resourceKind(resource);
  if (kind === 'project' || kind === 'folder' || kind === 'organization') return 'yes';
  if (role === 'roles/owner') return 'yes';
  if (role === 'roles/editor' || role === 'roles/viewer')
    // Neither basic role reads secrets or hands out tokens (gcp-facts 6.1).
    return kind === 'secret' || kind === 'serviceAccount' ? 'no' : 'yes';
  if (!role.startsWith('roles/') || kind === 'other') return 'unknown';
  const service = role.slice('roles/'.length).split('.')[0]!;
  return SERVICES[kind].some((name) => name === service) ? 'yes' : 'no';
}
