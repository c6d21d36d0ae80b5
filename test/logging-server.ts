/**
 * `entries.list` of Cloud Logging (logging.googleapis.com, v2) on 127.0.0.1: the log of each project, folder and organisation, the part of the
 * query language that is asked in here, order, pages, and what goes wrong with it.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { matches } from './logging-query.ts';

export type Entry = Readonly<Record<string, unknown>>;

export type LoggingFault =
  | { readonly status: number; readonly retryAfter?: string }
  /** An empty page that is to be continued: the search ran out of its time. */
  | { readonly outOfTime: true }
  /** 200 with this text. */
  | { readonly body: string };

export interface LoggingServer {
  readonly url: string;
  /** By `projects/P`, `folders/N`, `organizations/N`. What is not here is refused. */
  readonly logs: Map<string, readonly Entry[]>;
  readonly requests: Readonly<Record<string, unknown>>[];
  /** The next requests meet these, one each. */
  fail(...faults: readonly LoggingFault[]): void;
  close(): Promise<void>;
}

export async function startLoggingServer(): Promise<LoggingServer> {
  const faults: LoggingFault[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const answer = (status: number, body: object | string) => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(typeof body === 'string' ? body : JSON.stringify(body));
    };
    const problem = (code: number, message: string) =>
      answer(code, { error: { code, message, status: 'X' } });
    if (request.method !== 'POST' || request.url !== '/v2/entries:list')
      return problem(404, 'no such method');
    if (request.headers.authorization !== 'Bearer our-token') return problem(401, 'who are you?');
    const asked = JSON.parse(Buffer.concat(chunks).toString());
    logging.requests.push(asked);
    const fault = faults.shift();
    if (fault !== undefined && 'status' in fault) {
      if (fault.retryAfter !== undefined) response.setHeader('retry-after', fault.retryAfter);
      return problem(fault.status, 'because\nI say so');
    }
    if (fault !== undefined && 'body' in fault) return answer(200, fault.body);
    if (fault !== undefined) return answer(200, { nextPageToken: asked.pageToken ?? '0' });
    const logs = asked.resourceNames.map((name: string) => logging.logs.get(name));
    if (logs.includes(undefined)) return problem(403, 'Permission denied for all log views');
    let found: readonly Entry[];
    try {
      found = logs.flat().filter((entry: Entry) => matches(asked.filter, entry));
    } catch (error) {
      return problem(400, `Unparseable filter: ${error}`);
    }
    const inOrder = found.toSorted((a, b) => (String(a.timestamp) < String(b.timestamp) ? -1 : 1));
    const from = Number(asked.pageToken ?? 0);
    const to = from + (asked.pageSize ?? 50);
    const page = inOrder.slice(from, to);
    answer(200, {
      ...(page.length === 0 ? {} : { entries: page }),
      ...(to < inOrder.length ? { nextPageToken: String(to) } : {}),
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const logging: LoggingServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    logs: new Map(),
    requests: [],
    fail: (...all) => faults.push(...all),
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
  return logging;
}
