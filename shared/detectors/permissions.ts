import type { View } from '../inventory/view.ts';
import { type ResourceKind, resourceKind } from '../model/asset.ts';
import type { Grant } from '../model/grant.ts';
import { permits } from '../roles/role.ts';

interface Permission {
  readonly name: string;
  /** The kind of resource it is used on: it takes hold there, and on whatever that lies in. */
  readonly on: ResourceKind;
}

/**
 * The permissions that matter most, the worst first (gcp-facts 6.1): to give oneself more, to become an account, to take its secrets and data,
 * to cover tracks. Which roles hold them, the role catalogue and the custom roles' own messages tell.
 */
const PERMISSIONS: readonly Permission[] = [
  { name: 'resourcemanager.projects.setIamPolicy', on: 'project' },
  { name: 'iam.serviceAccounts.setIamPolicy', on: 'serviceAccount' },
  { name: 'iam.serviceAccounts.actAs', on: 'serviceAccount' },
  { name: 'iam.serviceAccounts.getAccessToken', on: 'serviceAccount' },
  { name: 'iam.serviceAccountKeys.create', on: 'serviceAccount' },
  { name: 'iam.roles.update', on: 'project' },
  { name: 'iam.googleapis.com/workloadIdentityPoolProviders.update', on: 'project' },
  { name: 'container.serviceAccounts.createToken', on: 'project' },
  { name: 'secretmanager.versions.access', on: 'secret' },
  { name: 'storage.buckets.setIamPolicy', on: 'bucket' },
  { name: 'storage.objects.get', on: 'bucket' },
  { name: 'bigquery.tables.getData', on: 'dataset' },
  { name: 'cloudkms.cryptoKeyVersions.useToDecrypt', on: 'key' },
  { name: 'iam.serviceAccounts.signBlob', on: 'serviceAccount' },
  { name: 'iam.serviceAccounts.signJwt', on: 'serviceAccount' },
  { name: 'iam.serviceAccounts.implicitDelegation', on: 'serviceAccount' },
  { name: 'iam.serviceAccounts.getOpenIdToken', on: 'serviceAccount' },
  { name: 'orgpolicy.policy.set', on: 'project' },
  { name: 'logging.sinks.delete', on: 'project' },
];

/** Those that take hold on a service account: each of them lets its holder become it, or let others. */
export const BECOMING_PERMISSIONS: readonly string[] = PERMISSIONS.filter(
  ({ on }) => on === 'serviceAccount',
).map(({ name }) => name);

const CONTAINERS: ReadonlySet<ResourceKind> = new Set(['project', 'folder', 'organization']);

/** What grants permit their holder that matters most, the worst first, as far as roles are known. Conditions are the caller's to look at. */
export function permissionsThatMatter(grants: readonly Grant[], view: View): readonly string[] {
  const held = grants.map(({ role, resource }) => ({ role: view.role(role), kind: resourceKind(resource) }));
  return PERMISSIONS.filter(({ name, on }) =>
    held.some(({ role, kind }) => (kind === on || CONTAINERS.has(kind)) && permits(role, name) === 'yes'),
  ).map(({ name }) => name);
}
