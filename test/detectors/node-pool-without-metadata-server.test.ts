import { describe, expect, it } from '@jest/globals';
import type { Observation } from '../../shared/model/observation.ts';
import { CLUSTER, cluster, foundBy, gone, only, projectAlias, SECOND_CLUSTER, says, t } from '../world.ts';
import { clusterWith, DEFAULT_ACCOUNT, NODES, pool, projectRoles } from './nodes.ts';

const DETECTOR = 'node-pool-without-metadata-server';
const OPEN = 'open: Node pool old of prod-euw1 does not run the metadata server';
const UNKNOWN = 'undecided: Whether node pool old of prod-euw1 runs the metadata server is not known';
const OFF = { metadataMode: 'GCE_METADATA' };
const SILENT = { metadataMode: '' };
const ELSEWHERE = 'projects/acme-dev/locations/europe-west1-b/clusters/dev';

describe('a node pool', () => {
  it.each<[string, readonly Observation[], readonly string[]]>([
    ['that runs it', [cluster(), pool('old')], []],
    ['that hands out the account of its nodes', [cluster(), pool('old', OFF)], [OPEN]],
    ['that was there before its cluster had Workload Identity', [cluster(), pool('old', SILENT)], [OPEN]],
    ['that is not the first', [cluster(), pool('a'), pool('b'), pool('old', OFF)], [OPEN]],
    ['of a mode that nobody knows yet', [cluster(), pool('old', { metadataMode: 'NEW_MODE' })], [OPEN]],
    ['that was only asked for', [cluster(), pool('old', {}, { whole: false })], [UNKNOWN]],
    ['that was asked for without it', [cluster(), pool('old', OFF, { whole: false })], [OPEN]],
    ['on Autopilot that does not say', [clusterWith({ autopilot: true }), pool('old', SILENT)], []],
    ['on Autopilot, whatever it says', [clusterWith({ autopilot: true }), pool('old', OFF)], []],
    ['of a cluster that has Workload Identity off', [cluster(CLUSTER, ''), pool('old', OFF)], []],
    ['of a cluster nobody told of, that does not say', [pool('old', SILENT)], [UNKNOWN]],
    ['of a cluster nobody told of, that says', [pool('old', OFF)], [OPEN]],
    ['that is being made', [cluster(), pool('old', { ...OFF, status: 'PROVISIONING' })], []],
    ['of a cluster that is being made', [clusterWith({ status: 'PROVISIONING' }), pool('old', OFF)], []],
    [
      'of a pool nobody trusts',
      [cluster(ELSEWHERE, 'acme-dev.svc.id.goog'), pool('old', OFF, { of: ELSEWHERE })],
      [],
    ],
    ['that is gone', [cluster(), pool('old', OFF), gone(pool('old').asset, { time: t(9) })], []],
    ['that went with its cluster', [cluster(), pool('old', OFF), gone(cluster().asset, { time: t(9) })], []],
    [
      'that its cluster has no more',
      [pool('old', OFF), clusterWith({ nodePools: 'new' }, { time: t(9) })],
      [],
    ],
    [
      'that was made after its cluster listed others',
      [clusterWith({ nodePools: 'new' }), pool('old', OFF, { time: t(9) })],
      [OPEN],
    ],
    ['that was switched', [cluster(), pool('old', OFF), pool('old', {}, { time: t(9) })], []],
    ['that was switched back', [cluster(), pool('old'), pool('old', OFF, { time: t(9) })], [OPEN]],
  ])('%s', (_what, observations, expected) => {
    expect(says(DETECTOR, { observations })).toEqual(expected);
  });

  it('is reported each, and once, whether its cluster tells of it or it does itself', () => {
    const observations = [
      projectAlias('acme-prod', '111122223333'),
      clusterWith({ nodePools: 'a\nb' }),
      pool('a', OFF),
      pool('b', OFF),
      pool('b', OFF, { time: t(5) }),
      pool('b', OFF, { of: CLUSTER.replace('acme-prod', '111122223333'), time: t(6) }),
    ];
    expect(
      foundBy(DETECTOR, { observations })
        .map(({ resource }) => resource.split('/').at(-1))
        .sort(),
    ).toEqual(['a', 'b']);
  });
});

describe('how bad it is', () => {
  it.each<[string, readonly Observation[], string]>([
    ['an account that is Editor', [...projectRoles(['roles/editor', NODES]), pool('old', OFF)], 'high'],
    ['an account of which nothing is known', [pool('old', OFF)], 'medium'],
    [
      'the default account, which is Owner',
      [...projectRoles(['roles/owner', DEFAULT_ACCOUNT]), pool('old', { ...OFF, serviceAccount: 'default' })],
      'high',
    ],
    [
      'GKE Sandbox',
      [...projectRoles(['roles/editor', NODES]), pool('old', { ...OFF, isSandboxed: true })],
      'low',
    ],
    ['Windows', [pool('old', { ...OFF, isWindows: true })], 'low'],
  ])('%s', (_what, observations, severity) => {
    expect(only(DETECTOR, { observations: [cluster(), ...observations] }).severity).toBe(severity);
  });
});

describe('what the finding tells', () => {
  it('whose tokens pods get, what switching it breaks, and the command', () => {
    const observations = [cluster(SECOND_CLUSTER), ...projectRoles(['roles/viewer', NODES])];
    const found = only(DETECTOR, {
      observations: [...observations, pool('old', OFF, { of: SECOND_CLUSTER })],
    });
    expect(found).toMatchObject({
      class: 'posture',
      subject: `node-pool:${SECOND_CLUSTER}/nodePools/old`,
      identity: 'node pool old of prod-use4',
      cluster: SECOND_CLUSTER,
      after: ['GCE_METADATA on node pool old'],
      why: { entry: 'trust.pools[prod]' },
      remediation: [
        {
          kind: 'gcloud',
          text: 'gcloud container node-pools update old --cluster=prod-use4 --location=us-east4 --project=acme-prod --workload-metadata=GKE_METADATA',
        },
      ],
    });
    expect(found.explanation).toContain('The account holds roles/viewer.');
    expect(found.explanation).toContain("pods that go by the node's account lose it at once");
  });

  it('that Windows nodes have none, and no command', () => {
    const found = only(DETECTOR, { observations: [cluster(), pool('old', { ...OFF, isWindows: true })] });
    expect(found.explanation).toContain('belongs on another pool');
    expect(found.remediation).toEqual([]);
  });
});
