import { type AssetName, clusterOf } from '../../model/asset.ts';
import type { Facts } from '../../model/observation.ts';
import type { Fields } from '../fields.ts';
import { present } from '../present.ts';
import type { Resource } from './resource.ts';

export function clusterFacts({ asset, data }: Resource): Facts {
  return {
    type: 'cluster',
    ...present({
      cluster: clusterOf(asset),
      workloadPool: data && (poolIn(data.object('workloadIdentityConfig')) ?? ''),
      autopilot: data && (data.object('autopilot')?.flag('enabled') ?? false),
      dnsEndpoint: dnsEndpointIn(data),
    }),
  };
}

/** The endpoint has a name whether or not anybody outside of Google may use it (google/container/v1: DNSEndpointConfig). */
function dnsEndpointIn(data: Fields | undefined): string | undefined {
  const endpoint = data?.object('controlPlaneEndpointsConfig')?.object('dnsEndpointConfig');
  if (endpoint === undefined) return undefined;
  return endpoint.flag('allowExternalTraffic') === true ? (endpoint.text('endpoint') ?? '') : '';
}

/** What a request says of the cluster it makes. What it leaves out is the service's to decide: Autopilot turns Workload Identity on by itself. */
export function clusterAsked(asset: AssetName, cluster: Fields | undefined): Facts {
  return {
    type: 'cluster',
    ...present({
      cluster: clusterOf(asset),
      workloadPool: poolIn(cluster?.object('workloadIdentityConfig')),
      autopilot: cluster?.object('autopilot')?.flag('enabled'),
    }),
  };
}

/** `identityNamespace` is the old name of the field. */
export function poolIn(identity: Fields | undefined): string | undefined {
  return identity?.text('workloadPool') ?? identity?.text('identityNamespace');
}

export function nodePoolFacts({ asset, data }: Resource): Facts {
  const config = data?.object('config');
  return {
    ...nodePoolNamed(asset),
    ...present({
      metadataMode: config && (metadataModeIn(config) ?? ''),
      // "If no Service Account is specified, the "default" service account is used" (google/container/v1: NodeConfig).
      serviceAccount: config && (config.text('serviceAccount') ?? 'default'),
    }),
  };
}

/** What a request says of the node pool it makes; the rest is the service's to decide. */
export function nodePoolAsked(asset: AssetName, config: Fields | undefined): Facts {
  return {
    ...nodePoolNamed(asset),
    ...present({
      metadataMode: config && metadataModeIn(config),
      serviceAccount: config?.text('serviceAccount'),
    }),
  };
}

function nodePoolNamed(asset: AssetName) {
  return {
    type: 'node-pool',
    ...present({ cluster: clusterOf(asset), name: /\/nodePools\/([^/]+)$/.exec(asset)?.[1] }),
  } as const;
}

/**
 * Old enumerations in today's words (gcp-facts 5.4): concealment (`SECURE`) hid the node's own metadata, not the token of its account.
 * A value that is not known is kept as it came.
 */
const MODES: ReadonlyMap<string, string | undefined> = new Map([
  ['GKE_METADATA_SERVER', 'GKE_METADATA'],
  ['SECURE', 'GCE_METADATA'],
  ['EXPOSE', 'GCE_METADATA'],
  ['EXPOSED', 'GCE_METADATA'],
  ['UNSPECIFIED', undefined],
  ['MODE_UNSPECIFIED', undefined],
]);

function metadataModeIn(config: Fields): string | undefined {
  const metadata = config.object('workloadMetadataConfig');
  const mode = metadata?.text('mode') ?? metadata?.text('nodeMetadata');
  return mode !== undefined && MODES.has(mode) ? MODES.get(mode) : mode;
}
