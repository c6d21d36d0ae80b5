import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Http2Server } from 'node:http2';
import { type AddressInfo, createServer as createPlainServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Message, PubSub } from '@google-cloud/pubsub';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { pubsubPublisher } from '../../shared/adapters/pubsub-publisher.ts';
import { type Emulator, startEmulator, withEmulators } from '../emulators.ts';

const TOPIC = 'projects/acme-sec/topics/anchorwatch';

const closing: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of closing.splice(0)) await one.close();
});

function publisher(apiEndpoint: string, timeoutMillis?: number) {
  const made = pubsubPublisher({
    apiEndpoint,
    ...(timeoutMillis === undefined ? {} : { timeoutMillis }),
  });
  closing.push(made);
  return made;
}

withEmulators(['pubsub'], () => {
  describe('with a Pub/Sub', () => {
    let emulator: Emulator;
    let admin: PubSub;
    beforeAll(async () => {
      emulator = await startEmulator('pubsub');
      admin = new PubSub({ projectId: 'acme-sec', apiEndpoint: emulator.host });
      await admin.createTopic(TOPIC);
      await admin.topic(TOPIC).createSubscription('all');
    }, 90_000);
    afterAll(async () => {
      await admin.close();
      await emulator.stop();
    });

    async function received() {
      const subscription = admin.subscription('all');
      const [message]: Message[] = await once(subscription, 'message');
      message?.ack();
      await subscription.close();
      return { body: message?.data.toString(), attributes: message?.attributes };
    }

    it('a message arrives as it was given, with its attributes, at once', async () => {
      const one = publisher(emulator.host);
      const published = await one.publish(TOPIC, '{"what":"öpened 🔴"}', {
        severity: 'low',
        owner: 'team ö',
      });
      expect(published).toEqual({ kind: 'published', messageId: expect.stringMatching(/^\d+$/) });
      expect(await received()).toEqual({
        body: '{"what":"öpened 🔴"}',
        attributes: { severity: 'low', owner: 'team ö' },
      });
    });

    it('topics of several projects go through one publisher', async () => {
      const elsewhere = 'projects/acme-audit/topics/log';
      await admin.createTopic(elsewhere);
      const one = publisher(emulator.host);
      expect(await one.publish(TOPIC, 'here', {})).toMatchObject({ kind: 'published' });
      expect(await one.publish(elsewhere, 'there', {})).toMatchObject({ kind: 'published' });
    });

    it('a topic that is not there is gone, and the next one is no worse for it', async () => {
      const one = publisher(emulator.host);
      expect(await one.publish('projects/acme-sec/topics/never-made', 'x', {})).toEqual({
        kind: 'gone',
        why: 'NOT_FOUND: Topic not found',
      });
      expect(await one.publish(TOPIC, 'x', {})).toMatchObject({ kind: 'published' });
    });

    it('what Pub/Sub will never take is gone as well', async () => {
      expect(await publisher(emulator.host).publish(TOPIC, '', {})).toMatchObject({ kind: 'gone' });
    });
  });
});

describe('when it does not get through', () => {
  process.env.METADATA_SERVER_DETECTION = 'none';

  /** Answers every call with a status of gRPC, which is a header of an HTTP/2 response. */
  async function refusing(status: number, message: string): Promise<string> {
    const server: Http2Server = createServer();
    server.on('stream', (stream) => {
      stream.respond(
        {
          ':status': 200,
          'content-type': 'application/grpc',
          'grpc-status': String(status),
          'grpc-message': message,
        },
        { endStream: true },
      );
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closing.push({ close: () => new Promise<void>((resolve) => server.close(() => resolve())) });
    return `127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  it.each<[string, number, object]>([
    ['may not be written to', 7, { kind: 'gone', why: 'PERMISSION_DENIED: because I say so' }],
    ['is not there', 5, { kind: 'gone', why: 'NOT_FOUND: because I say so' }],
    ['has a schema of its own', 3, { kind: 'gone', why: 'INVALID_ARGUMENT: because I say so' }],
    ['is away', 14, { kind: 'wait', seconds: 10, why: 'UNAVAILABLE: because I say so' }],
    ['is late', 4, { kind: 'wait', seconds: 10, why: 'DEADLINE_EXCEEDED: because I say so' }],
    ['has had enough', 8, { kind: 'wait', seconds: 60, why: 'RESOURCE_EXHAUSTED: because I say so' }],
    ['does not know us', 16, { kind: 'wait', seconds: 60, why: 'UNAUTHENTICATED: because I say so' }],
    ['is at a loss', 13, { kind: 'wait', seconds: 30, why: 'not published: because I say so' }],
  ])('the topic %s', async (_what, status, expected) => {
    const address = await refusing(status, 'because I say so');
    expect(await publisher(address).publish(TOPIC, 'x', {})).toEqual(expected);
  });

  it('a refusal without a word has its name at least', async () => {
    const address = await refusing(7, '');
    expect(await publisher(address).publish(TOPIC, 'x', {})).toEqual({
      kind: 'gone',
      why: 'PERMISSION_DENIED',
    });
  });

  it('nobody listens', async () => {
    const address = await refusing(0, '');
    await closing.pop()?.close();
    expect(await publisher(address).publish(TOPIC, 'x', {})).toEqual({
      kind: 'wait',
      seconds: 10,
      why: expect.stringMatching(/^UNAVAILABLE: /),
    });
  });

  it('somebody listens and says nothing: that ends in the time given', async () => {
    const sockets: Socket[] = [];
    const server = createPlainServer((socket) => sockets.push(socket));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    expect(await publisher(`127.0.0.1:${port}`, 300).publish(TOPIC, 'x', {})).toEqual({
      kind: 'wait',
      seconds: 10,
      why: expect.stringMatching(/^no answer in 300 ms$|^DEADLINE_EXCEEDED: /),
    });
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });

  it('credentials that were not there yet are looked for again', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'anchorwatch-pubsub-')), 'credentials.json');
    process.env.GOOGLE_APPLICATION_CREDENTIALS = file;
    try {
      const one = publisher('pubsub.googleapis.com');
      const refused = { kind: 'wait', seconds: 30 };
      expect(await one.publish(TOPIC, 'x', {})).toEqual({
        ...refused,
        why: expect.stringMatching(/^not published: .*no such file .*credentials\.json/),
      });
      writeFileSync(file, '{}');
      expect(await one.publish(TOPIC, 'x', {})).toEqual({
        ...refused,
        why: expect.stringMatching(/^not published: .*client_email/),
      });
    } finally {
      delete process.env.GOOGLE_APPLICATION_CREDENTIALS;
      rmSync(dirname(file), { recursive: true });
    }
  });

  it('a long history of attempts is told in a line', async () => {
    const address = await refusing(14, Array(40).fill('again and').join(' '));
    const published = await publisher(address).publish(TOPIC, 'x', {});
    expect(published).toMatchObject({ why: expect.stringMatching(/^UNAVAILABLE: (again and again )+/) });
    expect(JSON.stringify(published).length).toBeLessThan(280);
  });
});
