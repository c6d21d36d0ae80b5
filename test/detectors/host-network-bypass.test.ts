import { describe, expect, it } from '@jest/globals';
import type { Observation } from '../../shared/model/observation.ts';
import { CLUSTER, cluster, gone, only, SECOND_CLUSTER, says, t, workload } from '../world.ts';
import { clusterWith, DEFAULT_ACCOUNT, NARROW, NODES, onHost, pool, projectRoles } from './nodes.ts';

const DETECTOR = 'host-network-bypass';

const OPEN = "open: DaemonSet payments/agent is on the node's network and acts as gke-nodes@acme-prod";
const UNKNOWN =
  "undecided: Whether DaemonSet payments/agent, on the node's network, gets more than a node needs is not known";
const VIEWER = projectRoles(['roles/viewer', NODES]);
const ALL = [cluster(), pool('main'), ...VIEWER];

describe('a workload', () => {
  it.each<[string, readonly Observation[], readonly string[]]>([
    ['on the network of a node whose account holds more than a node needs', [...ALL, onHost()], [OPEN]],
    ['on the network of pods', [...ALL, workload('DaemonSet payments/agent', 'payments/api')], []],
    [
      'on the network of a node whose account holds what a node needs',
      [
        cluster(),
        pool('main'),
        ...projectRoles(['roles/container.defaultNodeServiceAccount', NODES]),
        onHost(),
      ],
      [],
    ],
    ['on a node whose account holds nothing', [cluster(), pool('main'), ...projectRoles(), onHost()], []],
    [
      'on a node with an account of some role, and scopes that leave little of it',
      [cluster(), pool('main', { scopes: NARROW }), ...VIEWER, onHost()],
      [],
    ],
    ['of a part of the cluster', [...ALL, onHost('DaemonSet kube-system/kube-proxy')], []],
    ['of an add-on of GKE', [...ALL, onHost('DaemonSet gke-managed-cim/agent')], []],
    ['on Autopilot', [clusterWith({ autopilot: true }), pool('main'), ...VIEWER, onHost()], []],
    ['where Workload Identity is off', [cluster(CLUSTER, ''), pool('main'), ...VIEWER, onHost()], []],
    [
      'where every pod gets that account',
      [cluster(), pool('main', { metadataMode: 'GCE_METADATA' }), ...VIEWER, onHost()],
      [],
    ],
    [
      'where one of the node pools keeps it from pods',
      [cluster(), pool('a', { metadataMode: 'GCE_METADATA' }), pool('main'), ...VIEWER, onHost()],
      [OPEN],
    ],
    ['where the node pools are not known', [cluster(), ...VIEWER, onHost()], [UNKNOWN]],
    ['where nobody knows what the account holds', [cluster(), pool('main'), onHost()], [UNKNOWN]],
    ['where nobody told of the cluster', [pool('main'), ...VIEWER, onHost()], [UNKNOWN]],
    [
      'of another cluster than the one that is read',
      [
        ...ALL,
        cluster(SECOND_CLUSTER, 'acme-dev.svc.id.goog'),
        onHost(undefined, { cluster: SECOND_CLUSTER }),
      ],
      [],
    ],
    ['that is gone', [...ALL, onHost(), gone(onHost().asset, { time: t(9) })], []],
    [
      'that something known made',
      [...ALL, onHost(), onHost('Pod payments/agent-x2x9', { controller: 'DaemonSet/agent' })],
      [OPEN],
    ],
  ])('%s', (_what, observations, expected) => {
    expect(says(DETECTOR, { observations })).toEqual(expected);
  });
});

it('counts the worst of the node pools: on which one pods land, nothing tells', () => {
  const observations = [
    cluster(),
    pool('a'),
    pool('b', { serviceAccount: 'default' }),
    ...projectRoles(['roles/viewer', NODES], ['roles/editor', DEFAULT_ACCOUNT]),
    onHost(),
  ];
  const found = only(DETECTOR, { observations });
  expect(found.severity).toBe('high');
  expect(found.explanation).toContain(
    'the Compute Engine default account on node pool b, in place of payments/api',
  );
});

it('tells whose account it gets in place of its own, who owns it, and how to take it off the network', () => {
  const found = only(DETECTOR, { observations: [...ALL, onHost()] });
  expect(found).toMatchObject({
    class: 'posture',
    severity: 'medium',
    identity: 'payments/api',
    owner: 'team-payments',
    namespace: 'payments',
    cluster: CLUSTER,
    after: ['hostNetwork: true in DaemonSet payments/agent'],
    why: { entry: 'trust.pools[prod]' },
    remediation: [
      {
        kind: 'kubectl',
        text: `kubectl patch daemonset agent --namespace=payments '--patch={"spec":{"template":{"spec":{"hostNetwork":false}}}}'`,
      },
    ],
  });
  expect(found.explanation).toContain(
    'the account of the node they run on, gke-nodes@acme-prod on node pool main, in place of payments/api. The account holds roles/viewer.',
  );
  expect(only(DETECTOR, { observations: [...ALL, onHost('Pod payments/agent')] }).remediation).toEqual([]);
});
