/** KSAs of clusters, from API servers that answer, in part, late or not at all; and hosts that are none. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type KubernetesApiOptions, kubernetesApi } from '../../shared/adapters/kubernetes-api.ts';
import { type KubernetesServer, startKubernetesServer } from '../kubernetes-server.ts';

const ENDPOINT = 'gke-4f2c9a7be1-123456789012.europe-west1.gke.goog';

let server: KubernetesServer;
beforeEach(async () => {
  server = await startKubernetesServer();
  server.clusters.set(ENDPOINT, ['api', 'worker', 'ledger'].map(ksa));
});
afterEach(() => server.close());

function ksa(name: string) {
  return { metadata: { name, namespace: 'payments', uid: `uid-of-${name}` } };
}

function api(more: KubernetesApiOptions = {}) {
  return kubernetesApi({ originOf: server.originOf, token: async () => 'our-token', ...more });
}

describe('a listing', () => {
  it('comes page by page', async () => {
    server.pageSize = 2;
    const first = await api().serviceAccounts(ENDPOINT, undefined);
    expect(first).toEqual({ kind: 'page', items: [ksa('api'), ksa('worker')], next: '2' });
    const second = await api().serviceAccounts(ENDPOINT, '2');
    expect(second).toEqual({ kind: 'page', items: [ksa('ledger')], next: undefined });
    expect(server.requests).toEqual([
      { endpoint: ENDPOINT, path: '/api/v1/serviceaccounts?limit=500', token: 'our-token' },
      { endpoint: ENDPOINT, path: '/api/v1/serviceaccounts?limit=500&continue=2', token: 'our-token' },
    ]);
  });

  it('hands on whatever the token to continue holds, and nothing besides', async () => {
    await api().serviceAccounts(ENDPOINT, 'a&limit=1#/../x y');
    expect(server.requests[0]?.path).toBe(
      '/api/v1/serviceaccounts?limit=500&continue=a%26limit%3D1%23%2F..%2Fx+y',
    );
  });

  it('begins anew when the token to continue is too old', async () => {
    const message = 'The provided continue parameter is too old';
    server.fail({ status: 410, reason: 'Expired', message });
    expect(await api().serviceAccounts(ENDPOINT, '2')).toEqual({ kind: 'expired', why: message });
  });
});

describe('our token', () => {
  it.each([
    ['another domain', 'gke-4f2c-1.europe-west1.gke.goog.evil.example'],
    ['a domain that ends alike', 'gke-4f2c-1.europe-west1.evilgke.goog'],
    ['an address', '10.0.0.2'],
    ['the metadata server', 'metadata.google.internal'],
    ['a user before the host', 'gke-4f2c-1.europe-west1.gke.goog@evil.example'],
    ['a path', 'gke-4f2c-1.europe-west1.gke.goog/x'],
    ['a path that hides the domain', 'evil.example/gke-4f2c-1.europe-west1.gke.goog'],
    ['a port', 'gke-4f2c-1.europe-west1.gke.goog:8443'],
    ['a scheme', 'http://gke-4f2c-1.europe-west1.gke.goog'],
    ['a query', 'evil.example?.europe-west1.gke.goog'],
    ['a fragment', 'evil.example#gke-4f2c-1.europe-west1.gke.goog'],
    ['a backslash', 'evil.example\\gke-4f2c-1.europe-west1.gke.goog'],
    ['a second line', 'gke-4f2c-1.europe-west1.gke.goog\nevil.example'],
    ['a wildcard', '*.europe-west1.gke.goog'],
    ['nothing', ''],
  ])('is not sent to %s', async (_what, endpoint) => {
    let asked = 0;
    const origins: string[] = [];
    const refused = await api({
      token: async () => `token ${++asked}`,
      originOf: (host) => {
        origins.push(host);
        return server.originOf(ENDPOINT);
      },
    }).serviceAccounts(endpoint, undefined);
    expect(refused).toMatchObject({
      kind: 'refused',
      why: expect.stringMatching(/^not a DNS endpoint of GKE/),
    });
    expect({ asked, origins, requests: server.requests }).toEqual({ asked: 0, origins: [], requests: [] });
  });

  it.each(['uid.us-central1.gke.goog', 'gke-0a1b-123.northamerica-northeast2.gke.goog'])(
    'is sent to %s',
    async (endpoint) => {
      server.clusters.set(endpoint, []);
      expect(await api().serviceAccounts(endpoint, undefined)).toMatchObject({ kind: 'page', items: [] });
    },
  );

  it('does not follow where an answer leads', async () => {
    server.fail({ redirectTo: server.originOf('evil.example') });
    expect(await api().serviceAccounts(ENDPOINT, undefined)).toEqual({ kind: 'refused', why: 'HTTP 302' });
    expect(server.requests.map(({ endpoint }) => endpoint)).toEqual([ENDPOINT]);
  });

  it('is fetched anew, once, when it is no longer taken', async () => {
    server.tokens.add('new');
    const refused: (string | undefined)[] = [];
    const token = async (before?: string) => {
      refused.push(before);
      return before === undefined ? 'old' : 'new';
    };
    expect(await api({ token }).serviceAccounts(ENDPOINT, undefined)).toMatchObject({ kind: 'page' });
    expect(refused).toEqual([undefined, 'old']);
  });

  it('is refused when a new one is not taken either', async () => {
    server.tokens.add('of somebody else');
    expect(await api().serviceAccounts(ENDPOINT, undefined)).toEqual({
      kind: 'refused',
      why: 'HTTP 401: Unauthorized',
    });
    expect(server.requests).toHaveLength(2);
  });

  it('cannot be had: later, perhaps', async () => {
    const token = async () => Promise.reject(new Error('no credentials\nanywhere'));
    expect(await api({ token }).serviceAccounts(ENDPOINT, undefined)).toEqual({
      kind: 'wait',
      seconds: 60,
      why: 'no access token: no credentials anywhere',
    });
  });

  it('is in no message, however odd it is', async () => {
    const answer = await api({ token: async () => 'secret\ntoken' }).serviceAccounts(ENDPOINT, undefined);
    expect(answer).toMatchObject({ kind: 'wait' });
    expect(JSON.stringify(answer)).not.toContain('secret');
  });
});

describe('no answer', () => {
  it.each([
    [403, undefined, { kind: 'refused', why: 'HTTP 403: because I say so' }],
    [404, undefined, { kind: 'refused', why: 'HTTP 404: because I say so' }],
    [400, undefined, { kind: 'refused', why: 'HTTP 400: because I say so' }],
    [429, undefined, { kind: 'wait', seconds: 60, why: 'HTTP 429: because I say so' }],
    [429, '7', { kind: 'wait', seconds: 7, why: 'HTTP 429: because I say so' }],
    [429, '0', { kind: 'wait', seconds: 1, why: 'HTTP 429: because I say so' }],
    [429, '999999', { kind: 'wait', seconds: 3_600, why: 'HTTP 429: because I say so' }],
    [429, 'soon', { kind: 'wait', seconds: 60, why: 'HTTP 429: because I say so' }],
    [500, undefined, { kind: 'wait', seconds: 30, why: 'HTTP 500: because I say so' }],
    [503, '5', { kind: 'wait', seconds: 5, why: 'HTTP 503: because I say so' }],
  ])('HTTP %i with Retry-After %s', async (status, retryAfter, expected) => {
    server.fail({
      status,
      message: 'because\nI say so',
      ...(retryAfter === undefined ? {} : { retryAfter }),
    });
    expect(await api().serviceAccounts(ENDPOINT, undefined)).toEqual(expected);
  });

  it('nothing comes in the time given', async () => {
    server.fail({ silent: true });
    expect(await api({ timeoutMillis: 100 }).serviceAccounts(ENDPOINT, undefined)).toEqual({
      kind: 'wait',
      seconds: 30,
      why: 'no answer: timeout',
    });
  });

  it('the answer ends in its middle', async () => {
    server.fail({ cutOff: true });
    expect(await api().serviceAccounts(ENDPOINT, undefined)).toMatchObject({ kind: 'wait', seconds: 30 });
  });

  it('nobody listens', async () => {
    await server.close();
    expect(await api().serviceAccounts(ENDPOINT, undefined)).toEqual({
      kind: 'wait',
      seconds: 30,
      why: 'no answer: ECONNREFUSED',
    });
  });

  it.each([
    '<html>sign in here</html>',
    '{}',
    '{"items":{},"metadata":{}}',
    '{"items":[]}',
    '[]',
    'null',
    '',
  ])('an answer that is no list is none: %s', async (body) => {
    server.fail({ body });
    expect(await api().serviceAccounts(ENDPOINT, undefined)).toEqual({
      kind: 'refused',
      why: 'the answer is no list of Kubernetes objects',
    });
  });

  it('an answer that is too big is not read', async () => {
    expect(await api({ mostBytes: 100 }).serviceAccounts(ENDPOINT, undefined)).toEqual({
      kind: 'refused',
      why: 'the answer is too big to be read',
    });
  });
});
