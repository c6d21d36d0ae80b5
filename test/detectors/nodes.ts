/** Clusters with node pools, and what stands on their nodes. */
import { projectName } from '../../shared/model/asset.ts';
import type { FactsByType, Observation } from '../../shared/model/observation.ts';
import type { Nanos } from '../../shared/model/time.ts';
import { ANCESTORS, CLUSTER, cluster, iam, POOL, projectAlias, t, workload } from '../world.ts';

export const NUMBER = '111122223333';
export const DEFAULT_ACCOUNT = `${NUMBER}-compute@developer.gserviceaccount.com`;
export const NODES = 'gke-nodes@acme-prod.iam.gserviceaccount.com';
export const CLOUD_PLATFORM = 'https://www.googleapis.com/auth/cloud-platform';
export const NARROW = [
  'https://www.googleapis.com/auth/devstorage.read_only',
  'https://www.googleapis.com/auth/logging.write',
].join('\n');

interface When {
  readonly time?: Nanos;
  readonly of?: string;
  readonly whole?: boolean;
}

/** A node pool as it should be, but for what is said otherwise. */
export function pool(
  name: string,
  facts: Partial<FactsByType['node-pool']> = {},
  { time = t(0), of = CLUSTER, whole = true }: When = {},
): Observation {
  const rest = {
    metadataMode: 'GKE_METADATA',
    serviceAccount: NODES,
    scopes: CLOUD_PLATFORM,
    noLegacyEndpoints: 'true',
    version: '1.31.4-gke.1372000',
    status: 'RUNNING',
  };
  return {
    kind: 'resource',
    asset: `//container.googleapis.com/${of}/nodePools/${name}`,
    time,
    source: 'scan',
    ancestors: ANCESTORS,
    facts: { type: 'node-pool', cluster: of, name, ...(whole ? rest : {}), ...facts },
    whole,
  };
}

/** A cluster with more facts than `cluster` gives. */
export function clusterWith(
  facts: Partial<FactsByType['cluster']>,
  { time = t(0), of = CLUSTER, whole = true }: When = {},
): Observation {
  const seen = cluster(of, POOL, { time });
  if (seen.kind !== 'resource') throw new Error('not a resource');
  return { ...seen, whole, facts: { ...(whole ? seen.facts : { cluster: of }), ...facts, type: 'cluster' } };
}

/** The whole policy of the project, with its number: these accounts hold these roles. */
export function projectRoles(
  ...held: readonly (readonly [role: string, email: string])[]
): readonly Observation[] {
  return [
    projectAlias('acme-prod', NUMBER),
    iam(
      projectName('acme-prod'),
      held.map(([role, email]) => [role, `serviceAccount:${email}`] as const),
    ),
  ];
}

/** A workload of payments/api on the network of its node. */
export function onHost(
  name = 'DaemonSet payments/agent',
  more: Parameters<typeof workload>[2] = {},
): Observation {
  const seen = workload(name, 'payments/api', more);
  if (seen.kind !== 'resource') throw new Error('not a resource');
  return { ...seen, facts: { ...seen.facts, hostNetwork: true } as typeof seen.facts };
}
