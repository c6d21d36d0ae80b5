import type { AssetName } from '../../model/asset.ts';
import type { Facts, Observation } from '../../model/observation.ts';
import { clusterAsked, nodePoolAsked, poolIn } from '../facts/cluster.ts';
import { Malformed } from '../fields.ts';
import { type AuditEntry, type AuditHead, seenIn } from './entry.ts';
import { newsOfOperation } from './operation.ts';
import type { ReadNews } from './reader.ts';

/** `v1beta1` is logged as well (fixtures: professional-services). */
const METHOD = /^google\.container\.v1\w*\.ClusterManager\.(\w+)$/;
/** google/container/v1/cluster_service.proto: what changes no cluster. */
const NO_CHANGE = /^(Get|List|Check|Fetch|Cancel)/;

/** What is done to clusters and node pools through the GKE API (gcp-facts 3.2). */
export function clusterReader({ method }: AuditHead): ReadNews | undefined {
  const call = METHOD.exec(method)?.[1];
  if (call === undefined || NO_CHANGE.test(call)) return undefined;
  return (entry) => {
    const cluster = clusterAsset(entry);
    const pool = call.includes('NodePool') ? nodePoolAsset(entry, cluster) : undefined;
    const asked = stateAsked(call, entry, cluster, pool);
    if (pool !== undefined) {
      const ends = call === 'DeleteNodePool' ? ({ ends: 'node-pool' } as const) : {};
      return newsOfOperation(entry, { kind: 'change-node-pool', asset: pool, asked, ...ends });
    }
    const ends = call === 'DeleteCluster' ? ({ ends: 'cluster' } as const) : {};
    return newsOfOperation(entry, { kind: 'change-cluster', asset: cluster, asked, ...ends });
  };
}

/** By its name, else by the labels of the monitored resource. Zones and regions are both locations. */
function clusterAsset(entry: AuditEntry): AssetName {
  const [, project, location, cluster] =
    /(?:^|\/)projects\/([^/]+)\/(?:zones|locations)\/([^/]+)\/clusters\/([^/]+)/.exec(
      entry.resourceName ?? '',
    ) ?? [
      '',
      entry.labels?.id('project_id'),
      entry.labels?.text('location'),
      entry.labels?.text('cluster_name'),
    ];
  if (project === undefined || location === undefined || cluster === undefined)
    throw new Malformed('protoPayload.resourceName: names no cluster');
  return `//container.googleapis.com/projects/${project}/locations/${location}/clusters/${cluster}`;
}

function nodePoolAsset(entry: AuditEntry, cluster: AssetName): AssetName | undefined {
  const name =
    /\/nodePools\/([^/]+)/.exec(entry.resourceName ?? '')?.[1] ??
    entry.labels?.text('nodepool_name') ??
    entry.request?.object('nodePool')?.text('name') ??
    entry.request?.text('nodePoolId');
  return name === undefined ? undefined : `${cluster}/nodePools/${name}`;
}

/** What the request says of things as they will be; never the whole of it, since the service adds what was left out. */
function stateAsked(
  call: string,
  entry: AuditEntry,
  cluster: AssetName,
  pool: AssetName | undefined,
): readonly Observation[] {
  const { request } = entry;
  if (request === undefined) return [];
  const observation = (asset: AssetName, facts: Facts): Observation => ({
    ...seenIn(entry),
    asset,
    kind: 'resource',
    facts,
    whole: false,
  });
  switch (call) {
    case 'CreateCluster': {
      const body = request.object('cluster');
      if (body === undefined) return [];
      const pools = body.objects('nodePools').flatMap((nodePool) => {
        const name = nodePool.text('name');
        const asset = `${cluster}/nodePools/${name}`;
        return name === undefined
          ? []
          : [observation(asset, nodePoolAsked(asset, nodePool.object('config')))];
      });
      return [observation(cluster, clusterAsked(cluster, body)), ...pools];
    }
    case 'UpdateCluster': {
      const identity = request.object('update')?.object('desiredWorkloadIdentityConfig');
      if (identity === undefined) return [];
      // Present and empty is how Workload Identity is switched off.
      const facts = { ...clusterAsked(cluster, undefined), workloadPool: poolIn(identity) ?? '' };
      return [observation(cluster, facts)];
    }
    case 'CreateNodePool': {
      const config = request.object('nodePool')?.object('config');
      return pool === undefined ? [] : [observation(pool, nodePoolAsked(pool, config))];
    }
    case 'UpdateNodePool':
      // The request has the setting itself, not within a config (google/container/v1: UpdateNodePoolRequest).
      return pool === undefined || !request.has('workloadMetadataConfig')
        ? []
        : [observation(pool, nodePoolAsked(pool, request))];
    default:
      return [];
  }
}
