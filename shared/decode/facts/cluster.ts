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
      status: data?.text('status'),
      nodePools: data?.has('nodePools') ? namesOf(data.objects('nodePools')) : undefined,
    }),
  };
}

function namesOf(pools: readonly Fields[]): string {
  return pools
    .flatMap((pool) => pool.text('name') ?? [])
    .sort()
    .join('\n');
}

/** The node pools that a cluster brings along: Asset Inventory has each as an asset of its own as well (gcp-facts 1.5). */
export function nodePoolsWithin({ name, asset, data }: Resource): readonly Resource[] {
  return (data?.objects('nodePools') ?? []).flatMap((pool) => {
    const path = pool.text('name') === undefined ? undefined : `/nodePools/${pool.text('name')}`;
    return path === undefined ? [] : [{ name: `${name}${path}`, asset: `${asset}${path}`, data: pool }];
  });
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
      scopes: config && scopesIn(config),
      noLegacyEndpoints: config && (legacySettingIn(config) ?? ''),
      ...kindOfNodes(config),
      version: data?.text('version'),
      status: data?.text('status'),
    }),
  };
}

function scopesIn(config: Fields): string {
  return config.texts('oauthScopes').toSorted().join('\n');
}

/** Values of instance metadata are text; tools write the flag as one of them, or as a truth value. */
function legacySettingIn(config: Fields): string | undefined {
  const value = config.object('metadata')?.raw('disable-legacy-endpoints');
  return value === undefined || value === null ? undefined : String(value).toLowerCase();
}

/** `WINDOWS_LTSC_CONTAINERD` and the like (google/container/v1: NodeConfig.image_type). */
function kindOfNodes(config: Fields | undefined) {
  return {
    isWindows: /^windows/i.test(config?.text('imageType') ?? '') || undefined,
    isSandboxed: config?.has('sandboxConfig') || undefined,
  };
}

/** What a request says of the node pool it makes; the rest is the service's to decide. */
export function nodePoolAsked(asset: AssetName, config: Fields | undefined): Facts {
  return {
    ...nodePoolNamed(asset),
    ...present({
      metadataMode: config && metadataModeIn(config),
      serviceAccount: config?.text('serviceAccount'),
      scopes: config?.has('oauthScopes') ? scopesIn(config) : undefined,
      noLegacyEndpoints: config && legacySettingIn(config),
      ...kindOfNodes(config),
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
