/** An HTTP server that speaks `roles.list` of the IAM API (iam.googleapis.com, v1), with pages, and what goes wrong with it. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ServedRole {
  readonly name: string;
  readonly title?: string;
  readonly stage?: string;
  readonly etag?: string;
  readonly deleted?: boolean;
  readonly includedPermissions?: readonly string[];
}

/** What a request meets instead of a page. */
export type IamFault =
  | { readonly status: number }
  /** Promises the whole page and ends in its middle. */
  | { readonly cutOff: true }
  /** Answers 200 with this text. */
  | { readonly body: string };

export interface IamServer {
  readonly url: string;
  /** What each parent has: `''` is Google itself, then `projects/P` and `organizations/O`. A parent that is not here is refused. */
  readonly roles: Map<string, readonly ServedRole[]>;
  /** Roles on one page, whatever is asked for. */
  pageSize: number;
  /** Requests in their order: path and query. */
  readonly requests: { readonly path: string; readonly query: URLSearchParams }[];
  /** The next requests of that path meet these instead, one each. */
  fail(path: string, ...faults: readonly IamFault[]): void;
  close(): Promise<void>;
}

export async function startIamServer(): Promise<IamServer> {
  const faults: { readonly path: string; readonly fault: IamFault }[] = [];
  const server = createServer((request, response) => {
    const { pathname: path, searchParams: query } = new URL(request.url ?? '', 'http://x');
    iam.requests.push({ path, query });
    const next = faults.findIndex((one) => one.path === path);
    const fault = next < 0 ? undefined : faults.splice(next, 1)[0]?.fault;
    const json = (status: number, body: string, length = Buffer.byteLength(body)) => {
      response.writeHead(status, { 'content-type': 'application/json', 'content-length': length });
      response.end(body);
    };
    const parent = /^\/v1\/(?:(.+)\/)?roles$/.exec(path)?.[1] ?? '';
    const roles = iam.roles.get(parent);
    if (fault !== undefined && 'status' in fault) return json(fault.status, problem(fault.status));
    if (fault !== undefined && 'body' in fault) return json(200, fault.body);
    if (roles === undefined) return json(403, problem(403));
    const from = Number(query.get('pageToken') ?? 0);
    const to = from + iam.pageSize;
    const shown = roles
      .slice(from, to)
      .map(({ includedPermissions, ...role }) =>
        query.get('view') === 'FULL' && includedPermissions !== undefined
          ? { ...role, includedPermissions }
          : role,
      );
    const page = JSON.stringify({
      ...(shown.length === 0 ? {} : { roles: shown }),
      ...(to < roles.length ? { nextPageToken: String(to) } : {}),
    });
    if (fault === undefined) return json(200, page);
    response.on('error', () => {});
    json(200, page.slice(0, page.length / 2), page.length);
    response.destroy();
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const iam: IamServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    roles: new Map(),
    pageSize: 1_000,
    requests: [],
    fail: (path, ...all) => faults.push(...all.map((fault) => ({ path, fault }))),
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
  return iam;
}

function problem(code: number): string {
  return JSON.stringify({ error: { code, message: `no roles for you (${code})`, status: 'X' } });
}
