/** An HTTP server that speaks `groups.lookup` and `searchTransitiveMemberships` of the Cloud Identity API (v1), with pages. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface DirectoryServer {
  readonly url: string;
  /** Relations as the API gives them, by the group's address. A group that is not here is refused, as Google does. */
  readonly groups: Map<string, readonly object[]>;
  /** Members on one page, whatever is asked for. */
  pageSize: number;
  /** The next answers are these instead, one each. */
  readonly instead: { readonly status: number; readonly body: string }[];
  /** What was asked, in its order. */
  readonly requests: string[];
  close(): Promise<void>;
}

export async function startDirectoryServer(): Promise<DirectoryServer> {
  const server = createServer((request, response) => {
    const { pathname, searchParams: query } = new URL(request.url ?? '', 'http://x');
    directory.requests.push(`${request.headers.authorization} ${pathname}`);
    const answer = (status: number, body: string) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(body);
    const instead = directory.instead.shift();
    if (instead !== undefined) return answer(instead.status, instead.body);
    const names = [...directory.groups.keys()];
    if (pathname === '/v1/groups:lookup') {
      const at = names.indexOf(query.get('groupKey.id') ?? '');
      return at < 0 ? answer(403, DENIED) : answer(200, JSON.stringify({ name: `groups/0${at}` }));
    }
    const at = /^\/v1\/groups\/0(\d+)\/memberships:searchTransitiveMemberships$/.exec(pathname)?.[1];
    const members = directory.groups.get(names[Number(at)] ?? '');
    if (members === undefined) return answer(404, DENIED);
    const from = Number(query.get('pageToken') ?? 0);
    const to = from + directory.pageSize;
    const memberships = members.slice(from, to);
    const more = to < members.length ? { nextPageToken: String(to) } : {};
    return answer(200, JSON.stringify({ ...(memberships.length === 0 ? {} : { memberships }), ...more }));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const directory: DirectoryServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    groups: new Map(),
    pageSize: 1_000,
    instead: [],
    requests: [],
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
  return directory;
}

const DENIED = JSON.stringify({
  error: {
    code: 403,
    message: 'Error(2028): Permission denied for resource groups/x',
    status: 'PERMISSION_DENIED',
  },
});
