import { type AssetName, resourceKind } from '../model/asset.ts';
import type { AskedFor } from './truth.ts';

/** How IAM's conditions name a resource (cloud.google.com/iam/docs/conditions-resource-attributes). */
const SERVICES = {
  bucket: 'storage.googleapis.com',
  secret: 'secretmanager.googleapis.com',
  dataset: 'bigquery.googleapis.com',
  key: 'cloudkms.googleapis.com',
} as const;

/**
 * What a condition on access to an asset can be told of it. Names only of buckets: those of most others hold the project, now by id and now
 * by number. Of a project, or of a service that conditions know no attributes of, nothing.
 */
export function askedFor(name: AssetName): AskedFor {
  const kind = resourceKind(name);
  switch (kind) {
    case 'bucket':
      return { service: SERVICES.bucket, name: `projects/_/buckets/${name.split('/').at(-1)}` };
    case 'secret':
    case 'dataset':
    case 'key':
      return { service: SERVICES[kind] };
    default:
      return {};
  }
}
