import type { AssetName } from '../../../model/asset.ts';
import { type Fields, Malformed } from '../../fields.ts';
import type { AuditEntry } from '../entry.ts';

/** An object of a cluster, or a collection of them where it has no name. */
export interface ObjectPath {
  readonly cluster: AssetName;
  /** Undefined for objects of the whole cluster, and for collections across all namespaces. */
  readonly namespace: string | undefined;
  readonly name: string | undefined;
}

/**
 * Where `core/v1/namespaces/NS/serviceaccounts/NAME[/SUBRESOURCE]` lies (gcp-facts 4). Throws `Malformed` when the entry does not name its
 * cluster or an object of that resource.
 */
export function objectPathOf(entry: AuditEntry, resource: string): ObjectPath {
  const name = entry.resourceName;
  if (name === undefined) throw new Malformed('protoPayload.resourceName: missing');
  const path = name.replace(/^\/+/, '').split('/').slice(2);
  const cluster = clusterAsset(entry.labels);
  if (resource === 'namespaces' && path[0] === 'namespaces')
    return { cluster, namespace: undefined, name: path[1] };
  const namespace = path[0] === 'namespaces' ? path[1] : undefined;
  const [plural, object] = namespace === undefined ? path : path.slice(2);
  if (plural?.toLowerCase() !== resource)
    throw new Malformed(`protoPayload.resourceName: names none of ${resource}`);
  return { cluster, namespace, name: object };
}

/** Asset Inventory's name of the object: the group stands before the plural, and not at all for the core group (gcp-facts 1.5). */
export function objectAsset(
  { cluster, namespace, name }: ObjectPath,
  group: string,
  plural: string,
): AssetName {
  if (name === undefined || name === '') throw new Malformed('protoPayload.resourceName: names no object');
  const within = namespace === undefined ? '' : `namespaces/${namespace}/`;
  return `${cluster}/k8s/${within}${group === 'core' ? '' : `${group}/`}${plural}/${name}`;
}

/** What a collection lies in: its namespace, or the cluster. */
export function containerAsset({ cluster, namespace }: ObjectPath): AssetName {
  return namespace === undefined ? cluster : `${cluster}/k8s/namespaces/${namespace}`;
}

/** Entries do not carry the cluster's own id: project, location and name are what it goes by. */
function clusterAsset(labels: Fields | undefined): AssetName {
  const [project, location, cluster] = [
    labels?.id('project_id'),
    labels?.text('location'),
    labels?.text('cluster_name'),
  ];
  if (project === undefined || location === undefined || cluster === undefined)
    throw new Malformed('resource.labels: name no cluster');
  return `//container.googleapis.com/projects/${project}/locations/${location}/clusters/${cluster}`;
}
