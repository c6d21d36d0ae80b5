/**
 * An HTTP server that speaks as much of the REST APIs of Asset Inventory (v1), Logging (v2), Pub/Sub (v1), Scheduler (v1), Resource Manager
 * (v3) and IAM (v1) as the watch reads of itself, and what goes wrong with them.
 */
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

type Json = Readonly<Record<string, unknown>>;

export interface OwnPartsServer {
  readonly url: string;
  /** Feeds, sinks, topics, subscriptions and jobs, by their names; of `PARENT/exclusions` the answer to a listing. */
  readonly resources: Map<string, Json>;
  /** IAM policies, by the name of what they are on. */
  readonly policies: Map<string, Json>;
  /** Names that may not be read, or set: 403. */
  readonly refused: Set<string>;
  /** Requests in their order, as `GET /v1/…`. */
  readonly requests: string[];
  /** The next requests meet these instead, one each. */
  fail(...faults: readonly (number | { readonly body: string })[]): void;
  close(): Promise<void>;
}

const VERSIONS: Readonly<Record<string, string>> = { sinks: 'v2', exclusions: 'v2' };

export async function startOwnPartsServer(): Promise<OwnPartsServer> {
  const faults: (number | { readonly body: string })[] = [];
  const server = createServer(async (request, response) => {
    const pathname = decodeURIComponent(new URL(request.url ?? '', 'http://x').pathname);
    own.requests.push(`${request.method} ${pathname}`);
    const json = (status: number, body: unknown) => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(typeof body === 'string' ? body : JSON.stringify(body));
    };
    const fault = faults.shift();
    if (typeof fault === 'number') return json(fault, problem(fault));
    if (fault !== undefined) return json(200, fault.body);
    const [, version = '', name = '', verb] = /^\/(v\d)\/([^:]+)(?::(\w+))?$/.exec(pathname) ?? [];
    if (own.refused.has(name)) return json(403, problem(403));
    if (verb === undefined) {
      const isRight =
        version === (VERSIONS[name.split('/').at(name.endsWith('exclusions') ? -1 : -2) ?? ''] ?? 'v1');
      const resource = isRight && request.method === 'GET' ? own.resources.get(name) : undefined;
      return resource === undefined ? json(404, problem(404)) : json(200, resource);
    }
    // Asked for by GET of Pub/Sub, by POST of the others.
    const isAsked =
      verb === 'getIamPolicy' && (request.method === 'GET') === /\/(topics|subscriptions)\//.test(name);
    if (isAsked) {
      const policy = own.policies.get(name);
      return policy === undefined ? json(404, problem(404)) : json(200, policy);
    }
    if (verb !== 'setIamPolicy' || request.method !== 'POST') return json(404, problem(404));
    const { policy } = JSON.parse(await bodyOf(request)) as { policy: Json };
    const before = own.policies.get(name);
    if (before?.etag !== policy.etag) return json(409, problem(409));
    const after = { ...policy, etag: `${String(before?.etag ?? '')}+` };
    own.policies.set(name, after);
    json(200, after);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const own: OwnPartsServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    resources: new Map(),
    policies: new Map(),
    refused: new Set(),
    requests: [],
    fail: (...all) => void faults.push(...all),
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
  return own;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

function problem(code: number): Json {
  return { error: { code, message: `nothing for you (${code})`, status: 'X' } };
}
