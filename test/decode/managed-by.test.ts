import { describe, expect, it } from '@jest/globals';
import { decodeManifest } from '../../shared/decode/manifest/decode-manifest.ts';
import { asset, CLUSTER_ASSET, CONTEXT, news, observed } from './payloads.ts';

const KSA_NAME = `${CLUSTER_ASSET}/k8s/namespaces/payments/serviceaccounts/api`;
const markOf = (assetType: string, name: string, data: object): unknown => {
  const { facts } = observed(news(asset(assetType, name, { resource: { data } })), 'resource');
  return 'managedBy' in facts ? facts.managedBy : undefined;
};

describe('a KSA says that it is made as code', () => {
  const mark = (metadata: object) => markOf('k8s.io/ServiceAccount', KSA_NAME, { metadata });

  it.each<[string, object, string | undefined]>([
    ['not at all', { annotations: { 'iam.gke.io/gcp-service-account': 'x@p' } }, undefined],
    [
      'by the annotation of Argo CD',
      { annotations: { 'argocd.argoproj.io/tracking-id': 'shop:/ServiceAccount:payments/api' } },
      'argocd.argoproj.io/tracking-id',
    ],
    [
      'not by what Argo CD is told of it',
      { annotations: { 'argocd.argoproj.io/sync-wave': '1' } },
      undefined,
    ],
    [
      'by those of Config Sync',
      {
        annotations: {
          'configmanagement.gke.io/managed': 'enabled',
          'configsync.gke.io/resource-id': '_serviceaccount_payments_api',
        },
      },
      'configsync.gke.io',
    ],
    [
      'no longer, once Config Sync was told to leave it',
      {
        annotations: {
          'configmanagement.gke.io/managed': 'disabled',
          'configsync.gke.io/resource-id': '_serviceaccount_payments_api',
        },
      },
      undefined,
    ],
    [
      'by those of Config Connector',
      { annotations: { 'cnrm.cloud.google.com/blueprint': 'cnrm/x' } },
      'cnrm.cloud.google.com',
    ],
    ['by its labels', { labels: { 'cnrm.cloud.google.com/system': 'true' } }, 'cnrm.cloud.google.com'],
    [
      'by the label of many tools',
      { labels: { 'app.kubernetes.io/managed-by': 'Helm' } },
      'app.kubernetes.io/managed-by: Helm',
    ],
    [
      'not by a text that no label holds',
      { labels: { 'app.kubernetes.io/managed-by': 'x\n# y' } },
      undefined,
    ],
    ['not by labels of an odd shape', { labels: ['x'] }, undefined],
  ])('%s', (_what, metadata, expected) => {
    expect(mark(metadata)).toBe(expected);
  });
});

describe('a Google Cloud resource says so by its labels', () => {
  it.each([
    ['cloudresourcemanager.googleapis.com/Project', '//cloudresourcemanager.googleapis.com/projects/1'],
    ['storage.googleapis.com/Bucket', '//storage.googleapis.com/ledger'],
    ['pubsub.googleapis.com/Topic', '//pubsub.googleapis.com/projects/p/topics/t'],
    ['pubsub.googleapis.com/Subscription', '//pubsub.googleapis.com/projects/p/subscriptions/s'],
    ['secretmanager.googleapis.com/Secret', '//secretmanager.googleapis.com/projects/p/secrets/s'],
    ['bigquery.googleapis.com/Dataset', '//bigquery.googleapis.com/projects/p/datasets/d'],
    [
      'cloudkms.googleapis.com/CryptoKey',
      '//cloudkms.googleapis.com/projects/p/locations/l/keyRings/r/cryptoKeys/k',
    ],
  ])('%s', (assetType, name) => {
    expect(markOf(assetType, name, { labels: { 'goog-terraform-provisioned': 'true' } })).toBe(
      'goog-terraform-provisioned',
    );
    expect(markOf(assetType, name, { labels: { 'managed-by-cnrm': 'true' } })).toBe('managed-by-cnrm');
    expect(markOf(assetType, name, { labels: { 'goog-terraform-provisioned': 'false' } })).toBeUndefined();
    expect(markOf(assetType, name, {})).toBeUndefined();
  });
});

it('an account says so by the object of Config Connector that makes it', () => {
  const object = {
    apiVersion: 'iam.cnrm.cloud.google.com/v1beta1',
    kind: 'IAMServiceAccount',
    metadata: { name: 'api', annotations: { 'cnrm.cloud.google.com/project-id': 'acme-prod' } },
  };
  const [decoded] = decodeManifest(object, CONTEXT).decoded;
  expect(decoded?.kind === 'news' ? decoded.observations : []).toMatchObject([
    { facts: { email: 'api@acme-prod.iam.gserviceaccount.com', managedBy: 'cnrm.cloud.google.com' } },
  ]);
});

describe('a workload tells what made it', () => {
  const controllerOf = (ownerReferences: unknown) => {
    const data = { metadata: { ownerReferences }, spec: { serviceAccountName: 'api' } };
    const name = `${CLUSTER_ASSET}/k8s/namespaces/payments/pods/api-5d8f-x7`;
    return observed(news(asset('k8s.io/Pod', name, { resource: { data } })), 'resource').facts;
  };

  it.each<[string, unknown, string | undefined]>([
    ['nothing did', undefined, undefined],
    ['a controller', [{ kind: 'ReplicaSet', name: 'api-5d8f', controller: true }], 'ReplicaSet/api-5d8f'],
    [
      'the controller among its owners',
      [
        { kind: 'ConfigMap', name: 'x' },
        { kind: 'Job', name: 'nightly', controller: true },
      ],
      'Job/nightly',
    ],
    ['an owner that does not keep it', [{ kind: 'Node', name: 'n', controller: false }], undefined],
  ])('%s', (_what, owners, expected) => {
    const facts = controllerOf(owners);
    expect('controller' in facts ? facts.controller : undefined).toBe(expected);
  });
});
