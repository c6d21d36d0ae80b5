import type { NodePoolFact } from '../inventory/facts.ts';
import { metadataServerOf } from '../inventory/platform.ts';
import type { Remedy } from '../model/finding.ts';
import { CLUSTER_METHODS } from './audit-methods.ts';
import { command, flag } from './commands.ts';
import { LEAST_PRIVILEGE, OWASP_LATERAL } from './controls.ts';
import type { Detector } from './detector.ts';
import { shortCluster } from './edge-facts.ts';
import { nodeAccount } from './node-account.ts';
import { nodePoolWords, placeFlags, watchedNodePool } from './watched-cluster.ts';

/** From this minor version of 1.x on nodes serve no legacy endpoints; the CIS benchmark dropped its control with 1.6 (gcp-facts 7.2) [NV]. */
const WITHOUT_LEGACY = 21;

export const nodePoolLegacyMetadata = {
  id: 'node-pool-legacy-metadata',
  title: 'Nodes answer on the legacy metadata endpoints',
  class: 'posture',
  severity: 'medium',
  about:
    'A node pool has `disable-legacy-endpoints` set to false, or does not have it and runs a version before 1.21: its nodes may answer on the endpoints v0.1 and v1beta1, which ask for no header, so that whoever can make a pod fetch an address gets a token of the node. Low where the metadata server stands between, and where the version is newer and the setting only shows that somebody wanted them. Pools made since 1.12 have the setting by default, and newer versions need none. Silent on Autopilot. Undecided where neither setting nor version was told.',
  subject: 'node-pool',
  sources: {
    assetTypes: [
      { type: 'container.googleapis.com/Cluster', content: 'resource' },
      { type: 'container.googleapis.com/NodePool', content: 'resource' },
    ],
    methods: CLUSTER_METHODS,
  },
  controls: [LEAST_PRIVILEGE, OWASP_LATERAL],
  detect({ asset }, view, policy) {
    const found = watchedNodePool(asset, view, policy);
    if (found === undefined) return [];
    const { pool, cluster } = found;
    const { noLegacyEndpoints: setting, version } = pool;
    const minor = minorOf(version);
    const isModern = minor !== undefined && minor >= WITHOUT_LEGACY;
    const isWanted = setting === 'false';
    if (setting === 'true' || (isModern && !isWanted)) return [];
    const unknown =
      !isWanted && (setting === undefined || minor === undefined)
        ? 'Neither the setting disable-legacy-endpoints nor a version that makes it needless has been told.'
        : cluster.fact === undefined && !isWanted
          ? 'The cluster itself has not been told of: on Autopilot GKE decides what nodes answer.'
          : undefined;
    const isServed = metadataServerOf(pool, cluster.fact) === 'on';
    const place = `node pool ${pool.name} of ${shortCluster(pool.cluster)}`;
    const { since, source } = pool.fieldsSince.noLegacyEndpoints;
    return [
      {
        state: unknown === undefined ? 'open' : 'undecided',
        ...(isServed || isModern ? { severity: 'low' } : {}),
        title:
          unknown === undefined
            ? `The legacy metadata endpoints are not turned off on ${place}`
            : `Whether the legacy metadata endpoints are off on ${place} is not known`,
        ...nodePoolWords(pool, cluster),
        after: unknown === undefined ? [settingText(setting, version)] : [],
        explanation:
          unknown ??
          `They ask for no header, so that a pod which can be made to fetch an address gives away a token of ${nodeAccount(pool, view)?.label ?? 'its node'}.${
            isServed ? " The metadata server answers pods instead, but not those on the node's network." : ''
          }${isModern ? ' Nodes of this version are not known to have them: the setting shows that somebody wanted them.' : ''} The setting of a pool cannot be changed. ${
            isModern || pool.isWindows
              ? 'Make another pool with it, and move the workloads there.'
              : `Versions from 1.${WITHOUT_LEGACY} on do not need it: an upgrade makes the nodes anew, and whatever still asks the old endpoints stops working.`
          }`,
        remediation: unknown === undefined && !isModern ? upgrade(pool) : [],
        cause: { asset, time: since, source },
      },
    ];
  },
} satisfies Detector<'node-pool'>;

function settingText(setting: string | undefined, version: string | undefined): string {
  const what = setting === 'false' ? 'disable-legacy-endpoints=false' : 'no disable-legacy-endpoints';
  return version === undefined ? what : `${what}, version ${version}`;
}

/** 21 of `1.21.5-gke.1302`. A later major version counts as newer than all. */
function minorOf(version: string | undefined): number | undefined {
  const [, major, minor] = /^(\d+)\.(\d+)/.exec(version ?? '') ?? [];
  if (major === undefined) return undefined;
  return Number(major) > 1 ? Number.POSITIVE_INFINITY : Number(minor);
}

/** To the version of the control plane; docs: sdk/gcloud/reference/container/clusters/upgrade. */
function upgrade({ cluster, name }: NodePoolFact): readonly Remedy[] {
  return command(
    'gcloud',
    'container',
    'clusters',
    'upgrade',
    shortCluster(cluster),
    flag('node-pool', name),
    ...placeFlags(cluster),
  );
}
