/** Clusters and node pools of others, as Asset Inventory, the GKE API and the audit log told them, and what is found in them. */
import { describe, expect } from '@jest/globals';
import { decodePush } from '../../shared/decode/decode.ts';
import { CONTEXT } from '../decode/payloads.ts';
import { fixtures, itOnFixtures } from '../fixtures.ts';
import { found, POLICY_YAML, POOL, policyOf, type World } from '../world.ts';

/** The policy, with the pool of that project trusted in place of our own, and no cluster listed. */
function trusting(project: string) {
  return policyOf(
    POLICY_YAML.replace(
      `pool: ${POOL}, clusters: [acme-prod/europe-west1/prod-euw1]`,
      `pool: ${project}.svc.id.goog`,
    ).replace('include: [organizations/123456789012]', 'include: []'),
  );
}

function decoded(payloads: readonly unknown[]): Pick<World, 'observations' | 'acts'> {
  const news = payloads.map((payload) => decodePush(payload, CONTEXT));
  const told = news.flatMap((one) => (one.kind === 'news' ? [one] : []));
  return {
    observations: told.flatMap(({ observations }) => observations),
    acts: told.flatMap(({ acts }) => acts),
  };
}

const GROUP =
  /^(cluster-without-workload-identity|node-pool-without-metadata-server|node-pool-default-account|node-pool-legacy-metadata|host-network-bypass)$/;

/** `open node-pool-default-account CLUSTER[/POOL] SEVERITY`, of the platform's detectors, sorted. */
function foundIn(project: string, payloads: readonly unknown[]): readonly string[] {
  return found({ ...decoded(payloads), policy: trusting(project) })
    .filter(({ detector }) => GROUP.test(detector))
    .map(({ state, detector, resource, severity }) => {
      const where = resource.split('/clusters/')[1]?.replace('/nodePools/', '/');
      return `${state} ${detector} ${where} ${severity}`;
    })
    .sort();
}

/** Clusters as the GKE API lists them, as the assets they are. */
function asAssets(path: string): readonly unknown[] {
  const [{ clusters }] = fixtures(path) as readonly [{ clusters: readonly { selfLink: string }[] }];
  return clusters.map((data) => ({
    name: data.selfLink.replace('https://container.googleapis.com/v1/', '//container.googleapis.com/'),
    assetType: 'container.googleapis.com/Cluster',
    resource: { data },
  }));
}

describe('Asset Inventory', () => {
  itOnFixtures('policy-library: a cluster with the pool by either name of the field, and one without', () => {
    expect(foundIn('testproject', fixtures('policy-library/gke_enable_workload_identity.json'))).toEqual([
      'open cluster-without-workload-identity workloadidentity-disabled medium',
      'open node-pool-default-account workloadidentity-disabled/default-pool medium',
      'open node-pool-default-account workloadidentity-enabled-beta/default-pool medium',
      'open node-pool-default-account workloadidentity-enabled/default-pool medium',
    ]);
  });

  itOnFixtures(
    'policy-library: legacy endpoints wanted, and left on by old versions, on each of two pools',
    () => {
      const all = foundIn('transfer-repos', fixtures('policy-library/gke_disable_legacy_endpoints.json'));
      expect(all.filter((line) => line.includes('legacy'))).toEqual([
        'open node-pool-legacy-metadata joe-clust/joe-pool medium',
        'open node-pool-legacy-metadata joe-clust2/default-pool medium',
        'open node-pool-legacy-metadata joe-clust3/default-pool medium',
        'open node-pool-legacy-metadata joe-clust3/joe-pool medium',
      ]);
    },
  );

  itOnFixtures('policy-library: the default account, and one of its own', () => {
    const all = foundIn(
      'transfer-repos',
      fixtures('policy-library/gke_disable_default_service_account.json'),
    );
    expect(all).toEqual([
      'open cluster-without-workload-identity joe-clust medium',
      'open cluster-without-workload-identity joe-clust2 medium',
      'open node-pool-default-account joe-clust/joe-pool medium',
      'open node-pool-legacy-metadata joe-clust2/default-pool medium',
    ]);
  });

  itOnFixtures('policy-library: nothing in a project that no trusted pool is of', () => {
    expect(foundIn('another', fixtures('policy-library/gke_disable_legacy_endpoints.json'))).toEqual([]);
  });
});

describe('the GKE API', () => {
  itOnFixtures('gcpdiag: zonal and regional clusters, two on Autopilot, one with a second pool', () => {
    const all = foundIn('gcpdiag-gke1-aaaa', asAssets('gcpdiag/state/gke1/container-clusters.json'));
    expect(all).toEqual([
      'open cluster-without-workload-identity gke1 medium',
      'open cluster-without-workload-identity gke3 medium',
      'open cluster-without-workload-identity gke6 medium',
      'open node-pool-default-account gke1/default-pool medium',
      'open node-pool-default-account gke2/low-pod-per-node-pool medium',
      'open node-pool-default-account gke4/default-pool medium',
      'open node-pool-default-account gke6/default-pool medium',
    ]);
  });
});

describe('the audit log', () => {
  itOnFixtures('khi: a cluster that was asked for is not decided, and nothing of one that is gone', () => {
    const entries = fixtures('khi/gke_audit.json');
    expect(foundIn('project-id', entries.slice(0, 3)).filter((line) => line.startsWith('open'))).toEqual([]);
    expect(foundIn('project-id', entries.slice(0, 3))).toContain(
      'undecided cluster-without-workload-identity gke-basic-1 medium',
    );
    expect(foundIn('project-id', entries).filter((line) => line.includes(' gke-basic-1'))).toEqual([]);
  });

  itOnFixtures('khi: a node pool that was asked for is not decided', () => {
    expect(foundIn('your-project-id', fixtures('khi/gke_audit.json').slice(6, 7))).toEqual([
      'undecided node-pool-default-account gke-basic-1/default medium',
      'undecided node-pool-legacy-metadata gke-basic-1/default medium',
      'undecided node-pool-without-metadata-server gke-basic-1/default medium',
    ]);
  });

  itOnFixtures('professional-services: a cluster of the beta API', () => {
    const entries = fixtures('professional-services/audit_log_examples_relevant.json');
    expect(foundIn('testproject-320520', entries).filter((line) => line.startsWith('open'))).toEqual([]);
  });
});
