import { describe, expect, it } from '@jest/globals';
import type { Observation } from '../../shared/model/observation.ts';
import { CLUSTER, cluster, foundBy, only, says } from '../world.ts';
import { clusterWith, DEFAULT_ACCOUNT, NARROW, NODES, pool, projectRoles } from './nodes.ts';

const DETECTOR = 'node-pool-default-account';
const OPEN = 'open: The nodes of node pool old of prod-euw1 run as the Compute Engine default account';
const UNKNOWN =
  'undecided: Whether the nodes of node pool old of prod-euw1 run as the Compute Engine default account is not known';
const DEFAULT = { serviceAccount: 'default' };
const EXPOSED = { ...DEFAULT, metadataMode: 'GCE_METADATA' };

describe('a node pool', () => {
  it.each<[string, readonly Observation[], readonly string[]]>([
    ['with an account of its own', [cluster(), pool('old')], []],
    ['with the default account', [cluster(), pool('old', DEFAULT)], [OPEN]],
    [
      'with the default account by its address',
      [cluster(), pool('old', { serviceAccount: DEFAULT_ACCOUNT })],
      [OPEN],
    ],
    [
      'with the default account of another universe',
      [cluster(), pool('old', { serviceAccount: '4-compute@developer.eu0-system.gserviceaccount.com' })],
      [OPEN],
    ],
    [
      'with an account that is only called so',
      [cluster(), pool('old', { serviceAccount: '4-compute@acme-prod.iam.gserviceaccount.com' })],
      [],
    ],
    ['of a cluster without Workload Identity', [cluster(CLUSTER, ''), pool('old', DEFAULT)], [OPEN]],
    ['that is not the first', [cluster(), pool('a'), pool('old', DEFAULT)], [OPEN]],
    ['on Autopilot', [clusterWith({ autopilot: true }), pool('old', DEFAULT)], []],
    ['that is being made', [cluster(), pool('old', { ...DEFAULT, status: 'PROVISIONING' })], []],
    ['that was asked for without an account', [cluster(), pool('old', {}, { whole: false })], [UNKNOWN]],
    ['of a cluster nobody told of', [pool('old', DEFAULT)], [UNKNOWN]],
  ])('%s', (_what, observations, expected) => {
    expect(says(DETECTOR, { observations })).toEqual(expected);
  });

  it('is reported each', () => {
    const observations = [cluster(), pool('a', DEFAULT), pool('b'), pool('c', DEFAULT)];
    expect(foundBy(DETECTOR, { observations })).toHaveLength(2);
  });
});

describe('how bad it is', () => {
  const editor = projectRoles(['roles/editor', DEFAULT_ACCOUNT]);
  it.each<[string, readonly Observation[], string]>([
    ['Editor, for every pod to take', [...editor, pool('old', EXPOSED)], 'high'],
    [
      'Editor, where the cluster has Workload Identity off',
      [...editor, cluster(CLUSTER, ''), pool('old', DEFAULT)],
      'high',
    ],
    ['Editor, behind the metadata server', [...editor, pool('old', DEFAULT)], 'medium'],
    ['Editor, with the scopes of old', [...editor, pool('old', { ...EXPOSED, scopes: NARROW })], 'medium'],
    ['nobody knows what, for every pod to take', [pool('old', EXPOSED)], 'medium'],
    ['nobody knows what, behind the metadata server', [pool('old', DEFAULT)], 'medium'],
    ['some role', [...projectRoles(['roles/viewer', DEFAULT_ACCOUNT]), pool('old', EXPOSED)], 'medium'],
    [
      'what a node needs',
      [...projectRoles(['roles/logging.logWriter', DEFAULT_ACCOUNT]), pool('old', EXPOSED)],
      'low',
    ],
    [
      'no role, by a policy that was read',
      [...projectRoles(['roles/editor', NODES]), pool('old', EXPOSED)],
      'low',
    ],
  ])('%s', (_what, observations, severity) => {
    const all = observations.some(({ asset }) => asset === cluster().asset)
      ? observations
      : [cluster(), ...observations];
    expect(only(DETECTOR, { observations: all }).severity).toBe(severity);
  });
});

it('tells what the account holds, what moving breaks, and how to make a pool with an account of its own', () => {
  const observations = [cluster(), ...projectRoles(['roles/editor', DEFAULT_ACCOUNT]), pool('old', DEFAULT)];
  const found = only(DETECTOR, { observations });
  expect(found).toMatchObject({ class: 'posture', after: [`node pool old runs as ${DEFAULT_ACCOUNT}`] });
  expect(found.explanation).toContain('The account holds roles/editor.');
  expect(found.explanation).toContain("Pods that go by the node's account lose what it holds.");
  expect(found.controls.map(({ framework, id }) => `${framework} ${id}`)).toContain('CIS GKE 5.2.1');
  expect(found.remediation.map(({ text }) => text)).toEqual([
    'gcloud iam service-accounts create gke-nodes --project=acme-prod',
    `gcloud projects add-iam-policy-binding acme-prod --member=serviceAccount:${NODES} --role=roles/container.defaultNodeServiceAccount --condition=None`,
    `gcloud container node-pools create old-own --cluster=prod-euw1 --location=europe-west1 --project=acme-prod --service-account=${NODES} --workload-metadata=GKE_METADATA`,
  ]);
});
