import { describe, expect, it } from '@jest/globals';
import type { Observation } from '../../shared/model/observation.ts';
import type { WorkloadCounts } from '../../shared/report/report.ts';
import { CLUSTER, cluster, iam, inPool, ksa, member, workload } from '../world.ts';
import { report } from './small-report.ts';

const ON = [cluster(), nodePool('GKE_METADATA')];
const API = 'api@acme-prod.iam.gserviceaccount.com';

function nodePool(metadataMode: string, name = 'main'): Observation {
  const facts = { type: 'node-pool', cluster: CLUSTER, name, metadataMode } as const;
  const { time, source, ancestors } = cluster();
  const asset = `//container.googleapis.com/${CLUSTER}/nodePools/${name}`;
  return { kind: 'resource', asset, time, source, ancestors, facts, whole: true };
}

/** A Deployment with more facts than `workload` gives. */
function deployment(more: { hostNetwork?: boolean; credentials?: string }): Observation {
  const made = workload('Deployment payments/api', 'payments/api');
  if (made.kind !== 'resource' || made.facts.type !== 'workload') throw new Error('not a workload');
  return { ...made, facts: { ...made.facts, ...more } };
}

function totals(observations: readonly Observation[]): Partial<WorkloadCounts> {
  const { total } = report({ observations }).workloads;
  return Object.fromEntries(Object.entries(total).filter(([, count]) => count > 0));
}

const ONE = { workloads: 1 };
const API_RUNS = workload('Deployment payments/api', 'payments/api');

describe('where a workload gets its credentials', () => {
  it('by Workload Identity: its KSA is annotated, holds a role, or is one of a set that does', () => {
    const way = { ...ONE, workloadIdentity: 1 };
    expect(totals([...ON, ksa('payments/api', API), API_RUNS])).toEqual(way);
    const bucket = '//storage.googleapis.com/ledger';
    expect(
      totals([...ON, ksa('payments/api'), iam(bucket, [['roles/x', member('payments/api')]]), API_RUNS]),
    ).toEqual(way);
    expect(
      totals([
        ...ON,
        ksa('payments/api'),
        iam(bucket, [['roles/x', inPool('namespace/payments')]]),
        API_RUNS,
      ]),
    ).toEqual(way);
    expect(
      totals([...ON, ksa('payments/api'), iam(bucket, [['roles/x', inPool('namespace/other')]]), API_RUNS]),
    ).toEqual({
      ...ONE,
      noCloudIdentity: 1,
    });
  });

  it('from its node: the cluster has it off, no node pool serves it, or the pod is on the network of the node', () => {
    const way = { ...ONE, nodeIdentity: 1 };
    expect(totals([cluster(CLUSTER, ''), ksa('payments/api', API), API_RUNS])).toEqual(way);
    expect(totals([cluster(), nodePool('GCE_METADATA'), ksa('payments/api', API), API_RUNS])).toEqual(way);
    expect(totals([...ON, ksa('payments/api', API), deployment({ hostNetwork: true })])).toEqual(way);
  });

  it('by a key, whatever else is set', () => {
    expect(totals([...ON, ksa('payments/api', API), deployment({ credentials: 'inline SA_KEY' })])).toEqual({
      ...ONE,
      keys: 1,
    });
    expect(
      totals([...ON, ksa('payments/api', API), deployment({ credentials: 'token sts.googleapis.com' })]),
    ).toEqual({ ...ONE, workloadIdentity: 1 });
  });

  it('nobody can tell: the cluster, its node pools or the KSA were not seen', () => {
    const way = { ...ONE, unknown: 1 };
    expect(totals([ksa('payments/api', API), API_RUNS])).toEqual(way);
    expect(totals([cluster(), ksa('payments/api', API), API_RUNS])).toEqual(way);
    expect(totals([...ON, nodePool('GCE_METADATA', 'old'), ksa('payments/api', API), API_RUNS])).toEqual(way);
    expect(totals([...ON, API_RUNS])).toEqual(way);
  });
});

it('what a Deployment made is counted as that Deployment', () => {
  const made = [
    workload('ReplicaSet payments/api-5d8f', 'payments/api', { controller: 'Deployment/api' }),
    workload('Pod payments/api-5d8f-x2', 'payments/api', { controller: 'ReplicaSet/api-5d8f' }),
  ];
  expect(totals([...ON, ksa('payments/api', API), API_RUNS, ...made]).workloads).toBe(1);
});

it('clusters and their namespaces are counted apart, and the share is of those that are somebody', () => {
  const { workloads, figures } = report({
    observations: [
      ...ON,
      ksa('payments/api', API),
      ksa('payments/idle'),
      ksa('search/api', API),
      API_RUNS,
      workload('Deployment payments/idle', 'payments/idle'),
      workload('Deployment search/api', 'search/api'),
    ],
  });
  const [one] = workloads.clusters.filter(({ counts }) => counts.workloads > 0);
  expect(one).toMatchObject({
    cluster: CLUSTER,
    workloadIdentity: 'on',
    nodePools: { total: 1, metadataServer: 1, without: 0, unknown: 0 },
    counts: { workloads: 3, workloadIdentity: 2, noCloudIdentity: 1 },
  });
  expect(one?.namespaces.map(({ namespace, counts }) => [namespace, counts.workloads])).toEqual([
    ['payments', 2],
    ['search', 1],
  ]);
  expect(figures.workloadIdentityShare).toBe(1);
});
