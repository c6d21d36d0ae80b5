/** KSAs as an API server lists them say what the same KSAs in an asset export say. */
import { describe, expect, it } from '@jest/globals';
import { decodeMessage } from '../../shared/decode/decode.ts';
import { decodeKsaList } from '../../shared/decode/ksa-list.ts';
import { formatTime, parseTime } from '../../shared/model/time.ts';
import { EMAIL } from './payloads.ts';

const CLUSTER = 'projects/acme-prod/locations/europe-west1/clusters/c1';
const ANCESTORS = ['projects/123456789012', 'folders/345', 'organizations/678'];
const READ_TIME = parseTime('2026-11-22T06:00:00Z')!;
const CONTEXT = { cluster: CLUSTER, ancestors: ANCESTORS, readTime: READ_TIME };

/** As the API server writes it, in a list without kind and version. */
const KSA = {
  metadata: {
    name: 'api',
    namespace: 'payments',
    uid: '0c5d6a52-6f6b-4c2e-9a0c-0a1b2c3d4e5f',
    resourceVersion: '9123',
    creationTimestamp: '2026-01-02T03:04:05Z',
    annotations: { 'iam.gke.io/gcp-service-account': EMAIL, 'argocd.argoproj.io/tracking-id': 'payments:/x' },
    labels: { team: 'payments' },
    managedFields: [{ manager: 'argocd', operation: 'Update', apiVersion: 'v1' }],
  },
};

/** The same in an asset export, of a cluster in a region or in a zone (gcp-facts 1.4). */
function exported(item: object, where = 'locations/europe-west1') {
  const asset = {
    name: `//container.googleapis.com/projects/acme-prod/${where}/clusters/c1/k8s/namespaces/payments/serviceaccounts/api`,
    assetType: 'k8s.io/ServiceAccount',
    ancestors: ANCESTORS,
    updateTime: formatTime(READ_TIME),
    resource: {
      version: 'v1',
      discoveryName: 'ServiceAccount',
      location: where.split('/')[1],
      parent: `//container.googleapis.com/${CLUSTER}/k8s/namespaces/payments`,
      data: { apiVersion: 'v1', kind: 'ServiceAccount', ...item },
    },
  };
  return decodeMessage(asset, { receivedAt: READ_TIME, source: 'sweep' });
}

function told(decoded: ReturnType<typeof decodeMessage>) {
  if (decoded.kind !== 'news') throw new Error(decoded.why);
  return { time: decoded.time, observations: decoded.observations, acts: decoded.acts };
}

describe('a list of KSAs', () => {
  it.each([
    ['annotated', KSA],
    ['bare', { metadata: { name: 'api', namespace: 'payments' } }],
    ['on its way out', { metadata: { ...KSA.metadata, deletionTimestamp: '2026-11-22T05:59:00Z' } }],
  ])('says of one that is %s what an export says', (_what, ksa) => {
    const [listed] = decodeKsaList([ksa], CONTEXT);
    expect(told(listed!)).toEqual(told(exported(ksa)));
  });

  it('says it by the same name of a cluster in a zone', () => {
    const zonal = { ...CONTEXT, cluster: 'projects/acme-prod/locations/europe-west1-b/clusters/c1' };
    const [listed] = decodeKsaList([KSA], zonal);
    expect(told(listed!)).toEqual(told(exported(KSA, 'zones/europe-west1-b')));
  });

  it('says who the KSA is, from the sweep', () => {
    const [listed] = decodeKsaList([KSA], CONTEXT);
    expect(told(listed!).observations[0]).toEqual({
      kind: 'resource',
      asset: `//container.googleapis.com/${CLUSTER}/k8s/namespaces/payments/serviceaccounts/api`,
      time: READ_TIME,
      source: 'sweep',
      ancestors: ANCESTORS,
      whole: true,
      facts: {
        type: 'kubernetes-service-account',
        cluster: CLUSTER,
        namespace: 'payments',
        name: 'api',
        uid: KSA.metadata.uid,
        annotation: EMAIL,
        createdAt: '2026-01-02T03:04:05.000000000Z',
        owner: 'payments',
        managedBy: 'argocd.argoproj.io/tracking-id',
      },
    });
  });

  it('is news each time it is read, and the same news however often it is delivered', () => {
    const id = (readTime: bigint) => {
      const [listed] = decodeKsaList([KSA], { ...CONTEXT, readTime });
      return listed?.kind === 'news' ? listed.id : undefined;
    };
    expect(id(READ_TIME)).toBe(id(READ_TIME));
    expect(id(READ_TIME)).not.toBe(id(READ_TIME + 1n));
  });

  it.each([
    ['nothing', null],
    ['a text', 'x'],
    ['no metadata', {}],
    ['no namespace', { metadata: { name: 'api' } }],
    ['a namespace with a path', { metadata: { name: 'api', namespace: 'a/serviceaccounts/b' } }],
    ['a name with a path', { metadata: { name: '../../namespaces/b/serviceaccounts/c', namespace: 'a' } }],
  ])('an item that is %s is none, and spoils no other', (_what, item) => {
    expect(decodeKsaList([item, KSA], CONTEXT)).toEqual([
      { kind: 'malformed', why: 'items[0]: not a ServiceAccount with a name and a namespace' },
      expect.objectContaining({ kind: 'news' }),
    ]);
  });

  it('an item whose metadata is odd says where', () => {
    const odd = { metadata: { name: 'api', namespace: 'payments', annotations: [] } };
    expect(decodeKsaList([odd], CONTEXT)).toEqual([
      {
        kind: 'malformed',
        why: 'resource.data.metadata.annotations: an object was expected, found a list',
      },
    ]);
  });
});
