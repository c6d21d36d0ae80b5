/** Clusters that answer at a DNS endpoint are asked for their KSAs: their API servers know more of them than Asset Inventory. */
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { kubernetesApi } from '../../../shared/adapters/kubernetes-api.ts';
import { HOUR } from '../../../shared/model/time.ts';
import type { ServedAsset } from '../../asset-server.ts';
import { type KubernetesServer, startKubernetesServer } from '../../kubernetes-server.ts';
import { judgementsOf } from '../../laws/pipeline-of.ts';
import { ACME, Sweeping } from './sweeping.ts';

const CLUSTER = '//container.googleapis.com/projects/acme-prod/locations/europe-west1/clusters/prod-euw1';
const ENDPOINT = 'gke-4f2c9a7be1-111122223333.europe-west1.gke.goog';
const DANGLING = 'edge:acme-prod.svc.id.goog[payments/legacy-batch] -> 118545311130600723083';

/** The KSA that a binding of the example waits for: only the API server has it. */
const LEGACY = {
  metadata: {
    name: 'legacy-batch',
    namespace: 'payments',
    uid: 'a1b2c3',
    annotations: { 'iam.gke.io/gcp-service-account': 'batch@acme-prod.iam.gserviceaccount.com' },
  },
};

/** The organisation whose cluster may be asked from outside. */
const REACHABLE: readonly ServedAsset[] = ACME.map((asset) => {
  if (asset.name !== CLUSTER || asset.resource === undefined) return asset;
  const dnsEndpointConfig = { endpoint: ENDPOINT, allowExternalTraffic: true };
  const data = { ...(asset.resource.data as object), controlPlaneEndpointsConfig: { dnsEndpointConfig } };
  return { ...asset, resource: { ...asset.resource, data } };
});

/** KSAs of the cluster as Asset Inventory has them, as its API server lists them. */
const KNOWN = ACME.flatMap(({ name, assetType, resource }) =>
  assetType === 'k8s.io/ServiceAccount' && name.startsWith(`${CLUSTER}/`) ? [resource!.data as object] : [],
);

jest.setTimeout(30_000);

let on: Sweeping;
let server: KubernetesServer;
beforeEach(async () => {
  on = await Sweeping.open();
  server = await startKubernetesServer();
  server.clusters.set(ENDPOINT, [...KNOWN, LEGACY]);
  on.serve(REACHABLE);
  on.besides = { kubernetes: api() };
});
afterEach(async () => {
  await on.close();
  await server.close();
});

function api() {
  return kubernetesApi({ originOf: server.originOf, token: async () => 'our-token' });
}

/** The shard of the newest sweep that is of the cluster. */
async function clusterShard() {
  return (await on.shards()).findLast(({ of }) => of.kind === 'cluster');
}

describe('a KSA that only the API server knows', () => {
  it('ends the waiting of a binding', async () => {
    on.besides = {};
    await on.sweep();
    expect(await on.told('dangling-binding')).toEqual([`open ${DANGLING}`]);
    on.besides = { kubernetes: api() };
    on.now += HOUR;
    const { counts } = await on.sweep();
    expect(await on.told('dangling-binding')).toEqual([`resolved ${DANGLING}`]);
    expect(counts.complete).toBe(counts.shards);
    expect(await clusterShard()).toMatchObject({ state: 'complete', assets: KNOWN.length + 1 });
  });

  it('is asked of clusters that may be asked from outside, once in a sweep, and of no others', async () => {
    await on.sweep();
    expect(server.requests.map(({ endpoint }) => endpoint)).toEqual([ENDPOINT]);
    on.serve(ACME);
    on.now += HOUR;
    await on.sweep();
    expect(server.requests).toHaveLength(1);
  });

  it('is gone when the API server has it no longer', async () => {
    await on.sweep();
    expect(await on.told('dangling-binding')).toEqual([]);
    server.clusters.set(ENDPOINT, KNOWN);
    on.now += 48n * HOUR;
    on.serve(REACHABLE);
    expect((await on.sweep()).counts).toMatchObject({ gone: 1 });
    expect(await on.told('dangling-binding')).toEqual([`open ${DANGLING}`]);
  });
});

describe('an API server that lets nobody in', () => {
  const forbidden = { status: 403, reason: 'Forbidden', message: 'serviceaccounts is forbidden' };

  it('is left out: what Asset Inventory has is judged by', async () => {
    server.fail(forbidden);
    await on.sweep();
    expect(await clusterShard()).toMatchObject({
      state: 'refused',
      why: 'HTTP 403: serviceaccounts is forbidden',
    });
    expect(on.warnings.map(({ message }) => message)).toEqual(['a part of the sweep may not be read']);
    expect(await on.told('dangling-binding')).toEqual([`open ${DANGLING}`]);
  });

  it('takes nothing away that it had told before', async () => {
    await on.sweep();
    const before = judgementsOf(await on.findings());
    on.now += 48n * HOUR;
    on.serve(REACHABLE);
    server.fail(forbidden);
    expect((await on.sweep()).counts).toMatchObject({ gone: 0 });
    expect(judgementsOf(await on.findings())).toEqual(before);
  });
});

describe('a listing that takes too long', () => {
  it('begins anew, and counts what it shows then', async () => {
    await on.sweep();
    on.now += 48n * HOUR;
    on.serve(REACHABLE);
    server.pageSize = 5;
    // While it is read the first time, the KSA is still there: on the first page.
    server.clusters.set(ENDPOINT, [LEGACY, ...KNOWN]);
    const { serviceAccounts } = api();
    let isLate = true;
    on.besides = {
      kubernetes: {
        serviceAccounts: (endpoint, token) => {
          if (token !== undefined && isLate) {
            isLate = false;
            server.clusters.set(ENDPOINT, KNOWN);
            server.fail({
              status: 410,
              reason: 'Expired',
              message: 'The provided continue parameter is too old',
            });
          }
          return serviceAccounts(endpoint, token);
        },
      },
    };
    const { counts } = await on.sweep();
    expect(await clusterShard()).toMatchObject({ state: 'complete', attempt: 1, assets: KNOWN.length });
    expect(counts).toMatchObject({ complete: counts.shards, gone: 0 });
    // It was told a moment ago, so that it is not gone yet; two days later it is.
    expect(await on.told('dangling-binding')).toEqual([]);
    on.now += 48n * HOUR;
    on.serve(REACHABLE);
    expect((await on.sweep()).counts).toMatchObject({ gone: 1 });
    expect(await on.told('dangling-binding')).toEqual([`open ${DANGLING}`]);
  });

  it('is given up when it never ends', async () => {
    const expired = { status: 410, reason: 'Expired', message: 'too old' };
    server.fail(expired, expired, expired, expired, expired);
    await on.sweep();
    expect(await clusterShard()).toMatchObject({
      state: 'refused',
      why: 'begun 5 times and never ended: too old',
    });
  });
});
