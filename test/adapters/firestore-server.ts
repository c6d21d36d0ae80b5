/** A Firestore on 127.0.0.1 that knows of nothing and fails as it is told: what the emulator cannot be made to do. */
import { createServer, type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo } from 'node:net';

type Method = 'BatchGetDocuments' | 'RunQuery' | 'Commit' | 'Rollback';

export interface FirestoreServer {
  readonly host: string;
  /** The methods that were called, in their order. */
  readonly calls: readonly string[];
  /** How many documents were written. */
  readonly written: () => number;
  /** Calls that come from now on wait for `release`. */
  hold(): void;
  release(): void;
  /** The next calls of this method get a status of gRPC instead of an answer. */
  fail(method: Method, status: number, times: number): void;
  close(): Promise<void>;
}

/** Every document is missing, every query finds nothing, every commit succeeds, but for what was told to fail. */
export async function startFirestoreServer(): Promise<FirestoreServer> {
  const calls: string[] = [];
  const failures: { readonly method: string; readonly status: number }[] = [];
  let held: PromiseWithResolvers<void> | undefined;
  let written = 0;
  const server = createServer();
  server.on('stream', (stream: ServerHttp2Stream, headers) => {
    const method = String(headers[':path']).split('/').at(-1) ?? '';
    const chunks: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('end', async () => {
      calls.push(method);
      await held?.promise;
      const at = failures.findIndex((failure) => failure.method === method);
      const [failure] = at === -1 ? [] : failures.splice(at, 1);
      const answers = failure === undefined ? answersTo(method, Buffer.concat(chunks).subarray(5)) : [];
      if (method === 'Commit')
        written += answers.flatMap(fieldsIn).filter(({ number }) => number === 1).length;
      stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
      stream.on('wantTrailers', () =>
        stream.sendTrailers({
          'grpc-status': String(failure?.status ?? 0),
          'grpc-message': failure === undefined ? '' : 'as it was told',
        }),
      );
      for (const answer of answers) stream.write(framed(answer));
      stream.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    written: () => written,
    hold: () => {
      held = Promise.withResolvers();
    },
    release: () => {
      held?.resolve();
      held = undefined;
    },
    fail: (method, status, times) =>
      failures.push(...Array.from({ length: times }, () => ({ method, status }))),
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

// What little of google/firestore/v1/firestore.proto it takes, by the numbers of its fields.
const NO_TIME = field(4, Buffer.alloc(0));
const TRANSACTION = Buffer.from('transaction');

function answersTo(method: string, request: Buffer): readonly Buffer[] {
  switch (method) {
    case 'BatchGetDocuments':
      return fieldsIn(request)
        .filter(({ number }) => number === 2)
        .map(({ value }) => Buffer.concat([field(2, value), field(3, TRANSACTION), NO_TIME]));
    case 'RunQuery':
      return [Buffer.concat([field(2, TRANSACTION), field(3, Buffer.alloc(0))])];
    case 'Commit': {
      const writes = fieldsIn(request).filter(({ number }) => number === 2);
      return [
        Buffer.concat([...writes.map(() => field(1, field(1, Buffer.alloc(0)))), field(2, Buffer.alloc(0))]),
      ];
    }
    default:
      return [Buffer.alloc(0)];
  }
}

/** A message as gRPC sends it: not compressed, its length before it. */
function framed(message: Buffer): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
}

/** A field of protobuf that has a length: text, bytes, a message. */
function field(number: number, value: Buffer): Buffer {
  return Buffer.concat([varint((number << 3) | 2), varint(value.length), value]);
}

function varint(value: number): Buffer {
  return value < 0x80
    ? Buffer.from([value])
    : Buffer.concat([Buffer.from([(value & 0x7f) | 0x80]), varint(value >>> 7)]);
}

/** The fields of a message that have a length, which is all that requests here have. */
function fieldsIn(message: Buffer): readonly { readonly number: number; readonly value: Buffer }[] {
  const fields: { readonly number: number; readonly value: Buffer }[] = [];
  let at = 0;
  const next = (): number => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = message[at++] ?? 0;
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  while (at < message.length) {
    const number = next() >>> 3;
    const length = next();
    fields.push({ number, value: message.subarray(at, at + length) });
    at += length;
  }
  return fields;
}
