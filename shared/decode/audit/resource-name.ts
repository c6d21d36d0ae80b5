import { type AssetName, canonicalName } from '../../model/asset.ts';
import { Malformed } from '../fields.ts';
import type { AuditEntry } from './entry.ts';

/** Services whose name in audit entries is not the one in full resource names (docs: asset-inventory/docs/asset-names). */
const ASSET_SERVICES: ReadonlyMap<string, string> = new Map([
  ['bigtableadmin.googleapis.com', 'bigtable.googleapis.com'],
]);

/**
 * The full resource name of what an entry is about, in our one spelling: audit entries have it without the service.
 * Throws `Malformed` when the entry does not say what it is about.
 */
export function assetOf(entry: AuditEntry): AssetName {
  const name = entry.resourceName ?? entry.request?.text('resource');
  if (name === undefined) throw new Malformed('protoPayload.resourceName: missing');
  if (name.startsWith('//')) return canonicalName(name);
  if (entry.service === undefined) throw new Malformed('protoPayload.serviceName: missing');
  const service = ASSET_SERVICES.get(entry.service) ?? entry.service;
  return canonicalName(`//${service}/${pathOf(name, entry)}`);
}

/** A name without its service, as assets spell it. */
export function pathOf(name: string, entry: AuditEntry): string {
  if (entry.service === 'run.googleapis.com') return cloudRunPath(name, entry);
  // `request.resource` of a project may be its bare id (fixtures: google-docs-iam).
  if (
    entry.service === 'cloudresourcemanager.googleapis.com' &&
    !name.includes('/') &&
    entry.resourceType !== undefined
  ) {
    return `${entry.resourceType}s/${name}`;
  }
  return name.replace(/^\/+/, '');
}

/** The v1 API of Cloud Run names things in the Knative way, the region standing in the labels only. */
function cloudRunPath(name: string, entry: AuditEntry): string {
  const [, project, rest] = /^namespaces\/([^/]+)\/(.+)$/.exec(name) ?? [];
  const location = entry.labels?.text('location');
  return project === undefined || location === undefined
    ? name
    : `projects/${project}/locations/${location}/${rest}`;
}
