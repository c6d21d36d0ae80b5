/**
 * API servers of clusters on 127.0.0.1, as far as listing KSAs goes (kubernetes.io: API concepts, lists in chunks): `limit`, `continue`, a `Status`
 * for what is refused, and what else may come over the wire.
 */
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type KubernetesFault =
  /** A `Status`, as API servers send it. */
  | {
      readonly status: number;
      readonly message: string;
      readonly reason?: string;
      readonly retryAfter?: string;
    }
  | { readonly redirectTo: string }
  /** 200 with this text. */
  | { readonly body: string }
  /** Never answers. */
  | { readonly silent: true }
  /** Ends the connection in the middle of the answer. */
  | { readonly cutOff: true };

export interface KubernetesServer {
  /** Where an endpoint is found here. */
  originOf(endpoint: string): string;
  /** KSAs by DNS endpoint. An endpoint that is not here answers 404. */
  readonly clusters: Map<string, readonly object[]>;
  /** At most so many on a page, whatever is asked for. */
  pageSize: number;
  /** Tokens that are taken; any when empty. */
  readonly tokens: Set<string>;
  readonly requests: { readonly endpoint: string; readonly path: string; readonly token: string }[];
  /** The next requests meet these, one each. */
  fail(...faults: readonly KubernetesFault[]): void;
  close(): Promise<void>;
}

export async function startKubernetesServer(): Promise<KubernetesServer> {
  const faults: KubernetesFault[] = [];
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '', 'http://x');
    const [, endpoint = '', ...rest] = url.pathname.split('/');
    const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '';
    kubernetes.requests.push({ endpoint, path: `/${rest.join('/')}${url.search}`, token });
    const fault = faults.shift();
    if (fault !== undefined) return meet(response, fault);
    if (kubernetes.tokens.size > 0 && !kubernetes.tokens.has(token))
      return status(response, { status: 401, reason: 'Unauthorized', message: 'Unauthorized' });
    const all = kubernetes.clusters.get(endpoint);
    if (all === undefined || rest.join('/') !== 'api/v1/serviceaccounts')
      return status(response, { status: 404, reason: 'NotFound', message: 'the server could not find it' });
    const from = Number(url.searchParams.get('continue') ?? 0);
    const to = from + Math.min(kubernetes.pageSize, Number(url.searchParams.get('limit') ?? all.length));
    json(response, 200, {
      kind: 'ServiceAccountList',
      apiVersion: 'v1',
      metadata: { resourceVersion: '9123', ...(to < all.length ? { continue: String(to) } : {}) },
      // Items of a list leave out their kind and version.
      items: all.slice(from, to),
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  const kubernetes: KubernetesServer = {
    originOf: (endpoint) => `http://127.0.0.1:${port}/${endpoint}`,
    clusters: new Map(),
    pageSize: 1_000,
    tokens: new Set(),
    requests: [],
    fail: (...all) => faults.push(...all),
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
  return kubernetes;
}

function meet(response: ServerResponse, fault: KubernetesFault): void {
  if ('status' in fault) status(response, fault);
  else if ('redirectTo' in fault) response.writeHead(302, { location: fault.redirectTo }).end();
  else if ('body' in fault) response.end(fault.body);
  else if ('cutOff' in fault) {
    response.writeHead(200, { 'content-length': 1_000 });
    response.write('{"kind":', () => response.destroy());
  }
}

function status(response: ServerResponse, fault: Extract<KubernetesFault, { status: number }>): void {
  const { status: code, message, reason = '', retryAfter } = fault;
  if (retryAfter !== undefined) response.setHeader('retry-after', retryAfter);
  json(response, code, { kind: 'Status', apiVersion: 'v1', status: 'Failure', message, reason, code });
}

function json(response: ServerResponse, code: number, body: object): void {
  response.writeHead(code, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}
