/**
 * An HTTP server that speaks as much of Google's REST APIs as the doctor reads, each under its host as the first part of the path: listings
 * page by page, IAM policies by the verb that each API has for them, and 401, 403 and 404 as Google says them.
 */
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

type Json = Readonly<Record<string, unknown>>;

export interface DoctorServer {
  readonly url: string;
  readonly token: string;
  /** Single resources, by host and path: `run.googleapis.com/v2/projects/p/locations/l/services/s`. */
  readonly resources: Map<string, Json>;
  /** Listings, by host and path: the field of the answer, and all items. */
  readonly lists: Map<string, { readonly field: string; readonly items: readonly unknown[] }>;
  /** IAM policies, by full resource name. */
  readonly policies: Map<string, Json>;
  /** Hosts and paths that may not be read: 403. */
  readonly refused: Set<string>;
  /** Requests in their order, as `GET host/path?query`. */
  readonly requests: string[];
  /** The project whose quota each request named. */
  readonly quota: Set<string>;
  close(): Promise<void>;
}

/** Items on one page, whatever is asked for. */
const PAGE = 2;
const TOKEN = 'ya29.of-the-doctor';

/** How the IAM policy of each API's resources is asked for (their discovery documents). */
const POLICY_VERBS: Readonly<Record<string, { readonly method: string; readonly version: string }>> = {
  'cloudresourcemanager.googleapis.com': { method: 'POST', version: 'v3' },
  'iam.googleapis.com': { method: 'POST', version: 'v1' },
  'pubsub.googleapis.com': { method: 'GET', version: 'v1' },
  'run.googleapis.com': { method: 'GET', version: 'v2' },
  'secretmanager.googleapis.com': { method: 'GET', version: 'v1' },
};

export async function startDoctorServer(): Promise<DoctorServer> {
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '', 'http://x');
    const path = decodeURIComponent(url.pathname).slice(1);
    doctor.requests.push(`${request.method} ${path}${url.search}`);
    const project = request.headers['x-goog-user-project'];
    if (typeof project === 'string') doctor.quota.add(project);
    const body = await bodyOf(request);
    const [status, answer] =
      request.headers.authorization === `Bearer ${TOKEN}`
        ? answerTo(request.method ?? '', path, url.searchParams, body)
        : problem(401, 'Request had invalid authentication credentials.');
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answer));
  });

  function answerTo(
    method: string,
    path: string,
    query: URLSearchParams,
    body: string,
  ): readonly [number, Json] {
    if (doctor.refused.has(path))
      return problem(403, `The caller does not have permission on ${path.split('/').slice(1).join('/')}`);
    const policyOf = policyAsked(method, path, query, body);
    if (policyOf !== undefined) return found(doctor.policies.get(policyOf));
    if (method !== 'GET') return problem(404, 'Not found.');
    const list = doctor.lists.get(path);
    if (list === undefined) return found(doctor.resources.get(path));
    const from = Number(query.get('pageToken') ?? 0);
    const items = list.items.slice(from, from + PAGE);
    const next = from + PAGE < list.items.length ? { nextPageToken: String(from + PAGE) } : {};
    return [200, { ...(items.length === 0 ? {} : { [list.field]: items }), ...next }];
  }

  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const doctor: DoctorServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    token: TOKEN,
    resources: new Map(),
    lists: new Map(),
    policies: new Map(),
    refused: new Set(),
    requests: [],
    quota: new Set(),
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
  return doctor;
}

/** The full name of the resource whose policy is asked for, in the way and the version that its API takes. */
function policyAsked(method: string, path: string, query: URLSearchParams, body: string): string | undefined {
  const bucket = /^storage\.googleapis\.com\/storage\/v1\/b\/([^/]+)\/iam$/.exec(path)?.[1];
  if (bucket !== undefined && method === 'GET' && query.get('optionsRequestedPolicyVersion') === '3')
    return `//storage.googleapis.com/${bucket}`;
  const [, host = '', version = '', name = ''] = /^([^/]+)\/(v\d)\/(.+):getIamPolicy$/.exec(path) ?? [];
  const verb = POLICY_VERBS[host];
  const asksForConditions =
    query.get('options.requestedPolicyVersion') === '3' || /"requestedPolicyVersion":3/.test(body);
  return verb?.method === method && verb.version === version && asksForConditions
    ? `//${host}/${name}`
    : undefined;
}

function found(resource: Json | undefined): readonly [number, Json] {
  return resource === undefined ? problem(404, 'Requested entity was not found.') : [200, resource];
}

/** google.aip.dev/193. */
function problem(code: number, message: string): readonly [number, Json] {
  const status = { 401: 'UNAUTHENTICATED', 403: 'PERMISSION_DENIED', 404: 'NOT_FOUND' }[code];
  return [code, { error: { code, message, status } }];
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
