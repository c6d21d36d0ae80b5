/** Changes that may take their time: clusters, node pools, memberships of fleets, providers of identity pools. */
import { describe, expect, it } from '@jest/globals';
import { auditEntry, CLUSTER, CLUSTER_ASSET, news, observed, why } from './payloads.ts';

type Json = Readonly<Record<string, unknown>>;

const FIRST = { id: 'operation-1', producer: 'container.googleapis.com', first: true };
const LAST = { id: 'operation-1', producer: 'container.googleapis.com', last: true };
const BOTH = { ...FIRST, last: true };
const PATH = 'projects/acme-prod/zones/europe-west1/clusters/c1';

function gke(method: string, payload: Json = {}, operation: Json | undefined = FIRST): Json {
  const ended = operation !== undefined && !('first' in operation);
  return auditEntry(
    {
      serviceName: 'container.googleapis.com',
      methodName: `google.container.v1.ClusterManager.${method}`,
      resourceName: method.includes('NodePool') ? `${PATH}/nodePools/main` : PATH,
      ...(ended ? { authenticationInfo: undefined } : { status: undefined }),
      ...payload,
    },
    {
      operation,
      resource: {
        type: 'gke_cluster',
        labels: { cluster_name: 'c1', location: 'europe-west1', project_id: 'acme-prod' },
      },
    },
  );
}

describe('clusters and node pools', () => {
  it.each([
    ['UpdateMaster', 'change-cluster', CLUSTER_ASSET],
    ['SetLegacyAbac', 'change-cluster', CLUSTER_ASSET],
    ['UpdateCluster', 'change-cluster', CLUSTER_ASSET],
    ['DeleteCluster', 'change-cluster', CLUSTER_ASSET],
    ['SetNodePoolManagement', 'change-node-pool', `${CLUSTER_ASSET}/nodePools/main`],
    ['RollbackNodePoolUpgrade', 'change-node-pool', `${CLUSTER_ASSET}/nodePools/main`],
    ['DeleteNodePool', 'change-node-pool', `${CLUSTER_ASSET}/nodePools/main`],
  ])('%s: the first entry is the act, and claims nothing to be done', (method, kind, asset) => {
    const found = news(gke(method, { request: { name: 'x' } }));
    expect(found).toMatchObject({
      acts: [{ kind, asset, actor: { principal: 'dev@example.com' }, project: 'acme-prod' }],
      observations: [],
    });
  });

  it.each([
    ['DeleteCluster', CLUSTER_ASSET, 'cluster'],
    ['DeleteNodePool', `${CLUSTER_ASSET}/nodePools/main`, 'node-pool'],
  ])('%s: the last entry says that it is so, and has nobody who did it', (method, asset, type) => {
    const found = news(gke(method, { metadata: { operationType: 'DELETE' } }, LAST));
    expect(found).toMatchObject({ acts: [], observations: [{ kind: 'gone', asset, type }] });
  });

  it('an entry that is first and last is both', () => {
    const found = news(gke('DeleteCluster', {}, BOTH));
    expect(found.acts).toHaveLength(1);
    expect(observed(found, 'gone').type).toBe('cluster');
  });

  it('a deletion of which nothing says that it is through is an act only', () => {
    const entry = { ...gke('DeleteCluster'), operation: undefined };
    expect(news(entry)).toMatchObject({ acts: [{ kind: 'change-cluster' }], observations: [] });
  });

  it.each(['CreateCluster', 'UpdateNodePool'])('%s: the last entry adds nothing', (method) => {
    expect(why(gke(method, {}, LAST))).toBe(
      `ignored: later entry of an operation that its first entry told: google.container.v1.ClusterManager.${method}`,
    );
    expect(why(gke(method, { authenticationInfo: undefined }, { id: 'operation-1' }))).toMatch(
      /^ignored: later/,
    );
  });

  it('each entry goes by its own insert id', () => {
    const id = (operation: Json, insertId: string) =>
      news({ ...gke('DeleteCluster', {}, operation), insertId }).id;
    expect(id(FIRST, 'a')).not.toBe(id(LAST, 'b'));
  });

  it('an operation that failed in the end is over with nothing done', () => {
    expect(why(gke('DeleteCluster', { status: { code: 9 } }, LAST))).toMatch(/^ignored: the call failed/);
  });

  it.each(['GetCluster', 'ListNodePools', 'CancelOperation', 'CheckAutopilotCompatibility'])(
    '%s changes nothing',
    (method) => {
      expect(why(gke(method))).toMatch(/^ignored: method that this version does not judge/);
    },
  );

  it.each([
    [
      { name: 'c1', workloadIdentityConfig: { workloadPool: 'acme-prod.svc.id.goog' } },
      { type: 'cluster', cluster: CLUSTER, workloadPool: 'acme-prod.svc.id.goog' },
    ],
    [
      { name: 'c1', autopilot: { enabled: true } },
      { type: 'cluster', cluster: CLUSTER, autopilot: true },
    ],
    [{ name: 'c1' }, { type: 'cluster', cluster: CLUSTER }],
  ])('a cluster asked for as %j: what is left out is the service to decide', (cluster, facts) => {
    const state = observed(news(gke('CreateCluster', { request: { cluster } })), 'resource');
    expect(state).toMatchObject({ asset: CLUSTER_ASSET, whole: false });
    expect(state.facts).toEqual(facts);
  });

  it('a cluster may come with node pools', () => {
    const nodePools = [
      { name: 'main', config: { workloadMetadataConfig: { mode: 'GCE_METADATA' } } },
      { name: 'gpu' },
    ];
    const found = news(gke('CreateCluster', { request: { cluster: { name: 'c1', nodePools } } }));
    expect(found.observations).toMatchObject([
      { asset: CLUSTER_ASSET },
      {
        asset: `${CLUSTER_ASSET}/nodePools/main`,
        whole: false,
        facts: { type: 'node-pool', cluster: CLUSTER, name: 'main', metadataMode: 'GCE_METADATA' },
      },
      { asset: `${CLUSTER_ASSET}/nodePools/gpu`, facts: { name: 'gpu' } },
    ]);
  });

  it.each([
    [{ workloadPool: 'acme-prod.svc.id.goog' }, 'acme-prod.svc.id.goog'],
    [{}, ''],
  ])('Workload Identity set to %j', (desiredWorkloadIdentityConfig, workloadPool) => {
    const found = news(gke('UpdateCluster', { request: { update: { desiredWorkloadIdentityConfig } } }));
    expect(observed(found, 'resource').facts).toEqual({ type: 'cluster', cluster: CLUSTER, workloadPool });
  });

  it.each([
    [
      'CreateNodePool',
      {
        nodePool: {
          name: 'main',
          config: { serviceAccount: 'n@p', workloadMetadataConfig: { mode: 'GKE_METADATA' } },
        },
      },
      { serviceAccount: 'n@p', metadataMode: 'GKE_METADATA' },
    ],
    [
      'UpdateNodePool',
      { workloadMetadataConfig: { mode: 'GCE_METADATA' } },
      { metadataMode: 'GCE_METADATA' },
    ],
  ])('%s: what the request says of the node pool', (method, request, facts) => {
    const state = observed(news(gke(method, { request })), 'resource');
    expect(state).toMatchObject({ asset: `${CLUSTER_ASSET}/nodePools/main`, whole: false });
    expect(state.facts).toEqual({ type: 'node-pool', cluster: CLUSTER, name: 'main', ...facts });
  });

  it('are known by the labels where the entry has no name, and else malformed', () => {
    expect(news(gke('UpdateCluster', { resourceName: undefined })).acts[0]?.asset).toBe(CLUSTER_ASSET);
    expect(
      why({ ...gke('UpdateCluster', { resourceName: 'projects/acme-prod' }), resource: { labels: {} } }),
    ).toBe('malformed: protoPayload.resourceName: names no cluster');
  });
});

describe('memberships of a fleet', () => {
  const NAME = 'projects/acme-fleet/locations/global/memberships/evil';
  const ASSET = `//gkehub.googleapis.com/${NAME}`;
  const hub = (verb: string, payload: Json = {}, operation: Json = FIRST, version = 'v1') =>
    auditEntry(
      {
        serviceName: 'gkehub.googleapis.com',
        methodName: `google.cloud.gkehub.${version}.GkeHub.${verb}Membership`,
        resourceName: NAME,
        ...payload,
      },
      { operation },
    );
  const resource = {
    endpoint: { kubernetesMetadata: {} },
    authority: { issuer: 'https://evil.example', oidcJwks: 'eyJ9' },
  };

  it.each(['v1', 'v1beta1'])('through %s: who registered whose issuer', (version) => {
    const request = { parent: 'projects/acme-fleet/locations/global', membershipId: 'evil', resource };
    const found = news(hub('Create', { request, resourceName: undefined }, FIRST, version));
    expect(found.acts).toMatchObject([{ kind: 'change-membership', asset: ASSET }]);
    expect(observed(found, 'resource')).toMatchObject({
      asset: ASSET,
      whole: false,
      facts: { type: 'fleet-membership', name: 'evil', issuer: 'https://evil.example' },
    });
  });

  it('go when the operation is through', () => {
    expect(news(hub('Delete'))).toMatchObject({
      acts: [{ kind: 'change-membership' }],
      observations: [],
    });
    expect(news(hub('Delete', { authenticationInfo: undefined }, LAST))).toMatchObject({
      acts: [],
      observations: [{ kind: 'gone', asset: ASSET, type: 'fleet-membership' }],
    });
  });

  it('that are not named are malformed', () => {
    expect(why(hub('Update', { resourceName: 'projects/acme-fleet' }))).toBe(
      'malformed: protoPayload.resourceName: names no membership',
    );
  });
});

describe('providers of identity pools', () => {
  const POOL = 'projects/123456789012/locations/global/workloadIdentityPools/ci';
  const ASSET = `//iam.googleapis.com/${POOL}/providers/github`;
  const pools = (verb: string, payload: Json = {}, operation: Json = FIRST) =>
    auditEntry(
      {
        serviceName: 'iam.googleapis.com',
        methodName: `google.iam.v1.WorkloadIdentityPools.${verb}WorkloadIdentityPoolProvider`,
        resourceName: `${POOL}/providers/github`,
        ...payload,
      },
      { operation },
    );
  const body = {
    oidc: { issuerUri: 'https://token.actions.githubusercontent.com' },
    attributeMapping: { 'google.subject': 'assertion.sub' },
  };

  it('that are made: the pool is named, and the provider by its id', () => {
    const request = {
      parent: POOL,
      workloadIdentityPoolProviderId: 'github',
      workloadIdentityPoolProvider: body,
    };
    const found = news(pools('Create', { resourceName: POOL, request }));
    expect(found.acts).toMatchObject([{ kind: 'change-identity-provider', asset: ASSET }]);
    expect(observed(found, 'resource')).toMatchObject({ asset: ASSET, whole: false });
    expect(observed(found, 'resource').facts).toEqual({
      type: 'identity-provider',
      pool: POOL,
      name: 'github',
      issuer: 'https://token.actions.githubusercontent.com',
      mapping: '{"google.subject":"assertion.sub"}',
    });
  });

  it.each([
    [
      'no mask: all that is filled in',
      undefined,
      { issuer: body.oidc.issuerUri, mapping: '{"google.subject":"assertion.sub"}' },
    ],
    ['a mask: what it names', 'oidc.issuerUri', { issuer: body.oidc.issuerUri }],
    ['a mask over all of it', 'oidc', { issuer: body.oidc.issuerUri, keys: '' }],
    ['a mask over something else in it', 'oidc.allowedAudiences', {}],
    ['a mask over a part of the mapping', 'attribute_mapping.attribute.repo', {}],
    ['a mask over keys that the body leaves out', 'oidc.jwks_json', { keys: '' }],
    [
      'a mask as a list, in snake case',
      { paths: ['attribute_mapping'] },
      { mapping: '{"google.subject":"assertion.sub"}' },
    ],
    ['a mask over what the body leaves out: a condition dropped', 'attributeCondition', { condition: '' }],
    ['a mask over what the body leaves out: switched on', 'disabled', { disabled: false }],
  ])('that are changed, with %s', (_what, updateMask, facts) => {
    const request = { workloadIdentityPoolProvider: body, updateMask };
    expect(observed(news(pools('Update', { request })), 'resource').facts).toEqual({
      type: 'identity-provider',
      pool: POOL,
      name: 'github',
      ...facts,
    });
  });

  it('that are deleted, and restored', () => {
    expect(news(pools('Delete')).observations).toEqual([]);
    expect(observed(news(pools('Delete', {}, BOTH)), 'gone')).toMatchObject({
      asset: ASSET,
      type: 'identity-provider',
    });
    expect(observed(news(pools('Undelete')), 'resource').facts).toEqual({
      type: 'identity-provider',
      pool: POOL,
      name: 'github',
    });
  });

  it('that are not named are malformed', () => {
    expect(why(pools('Update', { resourceName: POOL }))).toBe(
      'malformed: protoPayload.resourceName: names no provider',
    );
  });
});
