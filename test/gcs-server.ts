/**
 * As much of Cloud Storage's JSON API (storage/docs/json_api/v1/objects) on 127.0.0.1 as buckets take: `list` with pages, `get` with `alt=media`
 * by generation and with its checksums, multipart `insert` under a condition; and what goes wrong with it.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type GcsFault =
  | { readonly status: number }
  /** Never answers. */
  | { readonly silent: true }
  /** Does what is asked, and ends the connection without saying so. */
  | { readonly lost: true }
  /** Sends half of the body. */
  | { readonly cutOff: true }
  /** Sends another body than the checksum is of. */
  | { readonly garbled: true };

interface Held {
  readonly body: Buffer;
  readonly generation: string;
  readonly contentType: string;
  readonly crc32c: string;
  /** Custom metadata. */
  readonly metadata?: Readonly<Record<string, string>> | undefined;
}

export interface GcsServer {
  readonly url: string;
  /** Buckets that are there, and their objects by name. */
  readonly buckets: Map<string, Map<string, Held>>;
  pageSize: number;
  /** Method, path and query of each request. */
  readonly requests: string[];
  /** Makes or replaces an object, as others do. Gives its generation. */
  put(
    bucket: string,
    name: string,
    body: string | Uint8Array,
    metadata?: Readonly<Record<string, string>>,
  ): string;
  /** The next requests meet these, one each. */
  fail(...faults: readonly GcsFault[]): void;
  close(): Promise<void>;
}

export async function startGcsServer(): Promise<GcsServer> {
  const faults: GcsFault[] = [];
  let generations = 1_763_800_000_000_000;
  const made = (body: Buffer, contentType: string): Held => ({
    body,
    contentType,
    generation: String(++generations),
    crc32c: crc32c(body),
  });

  const server = createServer(async (request, response) => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of request) chunks.push(chunk);
    gcs.requests.push(`${request.method} ${request.url}`);
    const fault = faults.shift();
    if (fault !== undefined && 'silent' in fault) return;
    if (fault !== undefined && 'status' in fault) return problem(response, fault.status, 'because\nI say so');
    answer(request, Buffer.concat(chunks), response, fault);
  });

  function answer(request: IncomingMessage, body: Buffer, response: ServerResponse, fault?: GcsFault) {
    const url = new URL(request.url ?? '', 'http://x');
    const [, upload, bucketName = '', object] =
      /^\/(upload\/)?storage\/v1\/b\/([^/]+)\/o(?:\/([^/]+))?$/.exec(url.pathname) ?? [];
    const bucket = gcs.buckets.get(bucketName);
    if (bucket === undefined) return problem(response, 404, 'The specified bucket does not exist.');
    if (upload !== undefined) return insert(bucket, request, url.searchParams, body, response, fault);
    if (object === undefined) return list(bucket, url.searchParams, response);
    get(bucket, decodeURIComponent(object), url.searchParams, response, fault);
  }

  function list(bucket: Map<string, Held>, query: URLSearchParams, response: ServerResponse): void {
    const names = [...bucket.keys()].filter((name) => name.startsWith(query.get('prefix') ?? '')).sort();
    const from = Number(query.get('pageToken') ?? 0);
    const to = from + gcs.pageSize;
    const items = names.slice(from, to).map((name) => resource(name, bucket.get(name)!));
    json(response, 200, {
      kind: 'storage#objects',
      // What is empty is left out.
      ...(items.length === 0 ? {} : { items }),
      ...(to < names.length ? { nextPageToken: String(to) } : {}),
    });
  }

  function get(
    bucket: Map<string, Held>,
    name: string,
    query: URLSearchParams,
    response: ServerResponse,
    fault?: GcsFault,
  ) {
    const held = bucket.get(name);
    const asked = query.get('generation');
    if (held === undefined || (asked !== null && asked !== held.generation))
      return problem(response, 404, `No such object: ${name}`);
    if (query.get('alt') !== 'media') return json(response, 200, resource(name, held));
    response.writeHead(200, {
      'content-type': held.contentType,
      'content-length': held.body.length,
      'x-goog-generation': held.generation,
      'x-goog-stored-content-encoding': 'identity',
      'x-goog-hash': `crc32c=${held.crc32c}`,
    });
    if (fault !== undefined && 'cutOff' in fault)
      return response.write(held.body.subarray(0, held.body.length / 2), () => response.destroy());
    response.end(fault !== undefined && 'garbled' in fault ? Buffer.alloc(held.body.length, 'x') : held.body);
  }

  /** `multipart/related`: what the object is called, as JSON, then what it holds. */
  function insert(
    bucket: Map<string, Held>,
    request: IncomingMessage,
    query: URLSearchParams,
    body: Buffer,
    response: ServerResponse,
    fault?: GcsFault,
  ) {
    const boundary = /boundary=([^;]+)/.exec(request.headers['content-type'] ?? '')?.[1]?.replace(/"/g, '');
    const name = query.get('name') ?? '';
    if (query.get('uploadType') !== 'multipart' || boundary === undefined)
      return problem(response, 400, 'only multipart uploads here');
    if (query.get('ifGenerationMatch') === '0' && bucket.has(name))
      return problem(response, 412, 'At least one of the pre-conditions you specified did not hold.');
    const parts = body.toString('latin1').split(`--${boundary}`);
    const media = parts[2] ?? '';
    const start = media.indexOf('\r\n\r\n') + 4;
    const contentType = /content-type: *([^\r]+)/i.exec(media)?.[1] ?? '';
    const held = made(Buffer.from(media.slice(start, -2), 'latin1'), contentType);
    bucket.set(name, held);
    if (fault !== undefined && 'lost' in fault) return response.destroy();
    json(response, 200, resource(name, held));
  }

  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const gcs: GcsServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    buckets: new Map(),
    pageSize: 1_000,
    requests: [],
    put: (bucket, name, body, metadata) => {
      const held = { ...made(Buffer.from(body), 'text/plain'), metadata };
      gcs.buckets.get(bucket)?.set(name, held);
      return held.generation;
    },
    fail: (...all) => faults.push(...all),
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
  return gcs;
}

/** Numbers of 64 bits are texts in Google's JSON. */
function resource(name: string, { body, generation, contentType, crc32c, metadata }: Held) {
  return {
    kind: 'storage#object',
    name,
    generation,
    size: String(body.length),
    contentType,
    crc32c,
    ...(metadata === undefined ? {} : { metadata }),
  };
}

function problem(response: ServerResponse, code: number, message: string): void {
  json(response, code, { error: { code, message, errors: [{ message, domain: 'global', reason: 'x' }] } });
}

function json(response: ServerResponse, code: number, body: object): void {
  response.writeHead(code, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

/** CRC-32C (RFC 3720, B.4) as Cloud Storage writes it: base64 of its four bytes, the highest first. */
function crc32c(body: Uint8Array): string {
  let crc = 0xffff_ffff;
  for (const byte of body) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0x82f6_3b78 : 0);
  }
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE((crc ^ 0xffff_ffff) >>> 0);
  return bytes.toString('base64');
}
