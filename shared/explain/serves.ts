import { type AssetName, resourceKind } from '../model/asset.ts';
import { type Answer, isPredefined, permitsLike } from '../roles/role.ts';
import type { World } from './world.ts';

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
 * Whether a role held on something above a resource reaches the resource: a predefined one by the service it is named after, a custom one by
 * the permissions it is known to hold. On the resource itself every role counts.
 */
export function serves(role: string, resource: AssetName, { view }: World): Answer {
  const kind = resourceKind(resource);
  if (kind === 'project' || kind === 'folder' || kind === 'organization') return 'yes';
  if (role === 'roles/owner') return 'yes';
  if (role === 'roles/editor' || role === 'roles/viewer')
    // Neither basic role reads secrets or hands out tokens (gcp-facts 6.1).
    return kind === 'secret' || kind === 'serviceAccount' ? 'no' : 'yes';
  if (kind === 'other') return 'unknown';
  if (!isPredefined(role)) {
    const answers = SERVICES[kind].map((name) => permitsLike(view.role(role), `${name}.*`));
    return answers.includes('yes') ? 'yes' : answers.includes('unknown') ? 'unknown' : 'no';
  }
  const service = role.slice('roles/'.length).split('.')[0]!;
  return SERVICES[kind].some((name) => name === service) ? 'yes' : 'no';
}
