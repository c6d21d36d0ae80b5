/** The example's messages through what is deployed: each function its bundle, in a process of its own under the functions framework. */
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { ROOT } from '../../build/bundle.ts';
import { type Started, startFunction } from '../../build/start.ts';
import { buildFunction } from '../../build/write.ts';
import { type Nanos, SECOND } from '../../shared/model/time.ts';
import type { Store } from '../../shared/ports.ts';
import { type Deployment, deploy, PROJECT, PUSHED, type PushedFunction } from '../deployment.ts';
import type { Watch } from './ways.ts';

const PUSHER = 'pusher@anchorwatch.iam.gserviceaccount.com';
const AUDIENCE = 'https://functions.example';
const MILLISECOND: Nanos = SECOND / 1_000n;
const NEVER_QUIET_MS = 90_000;
const NAMES = Object.keys(PUSHED) as readonly PushedFunction[];

/** Starts the emulators and the functions, and builds those that are not there yet. `write` takes the alerts as `deliver` draws them. */
export async function builtFunctions(
  policy: string,
  { write, complain }: { readonly write: (text: string) => void; readonly complain: (text: string) => void },
): Promise<Watch> {
  const dist = join(ROOT, 'dist');
  for (const name of NAMES)
    if (!existsSync(join(dist, 'functions', name, 'index.js'))) await buildFunction(name, dist);
  const functions = new Map<string, Started>();
  const gate = new Gate(functions);
  const port = await gate.listen();
  const on = await deploy(port);
  const told = { posts: 0, updates: 0 };
  const output = lines((line) => {
    if (line.startsWith('{')) {
      if (/"severity":"ERROR"/.test(line)) complain(`${line}\n`);
      return;
    }
    if (/^┃.* → \S+$/.test(line)) told.posts++;
    if (/^┃.*↻ updated in \S+$/.test(line)) told.updates++;
    write(`${line}\n`);
  });
  for (const name of NAMES) {
    const started = await startFunction({
      folder: join(dist, 'functions', name),
      name,
      env: environment(on, policy),
      preload: fileURLToPath(new URL('clock.ts', import.meta.url)),
      told: output,
      complained: complain,
    });
    functions.set(name, started);
  }
  const all = [...functions.values()];
  let now: Nanos = 0n;
  return {
    title: 'published to Pub/Sub, pushed to the built functions, kept in Firestore (emulators)',
    store: on.store,
    told,
    async at(time) {
      now = time;
      gate.now = time;
      await Promise.all(
        all.map(async ({ process }) => {
          const set = once(process, 'message');
          process.send(Number(time / MILLISECOND));
          await set;
        }),
      );
    },
    async push(to, body) {
      const taken = gate.next(to);
      const { message }: { message: { data: string } } = JSON.parse(body);
      await on.publish(to, Buffer.from(message.data, 'base64'));
      return (await taken) && (await quiet(on.store, gate, now));
    },
    async close() {
      await Promise.all(all.map(({ stop }) => stop()));
      await on.stop();
      await gate.close();
    },
  };
}

/** What Terraform sets; the variables of the emulators are those that Google's libraries go by. */
function environment({ firestore, pubsub }: Deployment, policy: string): Readonly<Record<string, string>> {
  return {
    ANCHORWATCH_POLICY: policy,
    ANCHORWATCH_STORE: `firestore:${PROJECT}`,
    ANCHORWATCH_WORK_TOPIC: `projects/${PROJECT}/topics/${PUSHED.work}`,
    ANCHORWATCH_DELIVER_TOPIC: `projects/${PROJECT}/topics/${PUSHED.deliver}`,
    ANCHORWATCH_PUSH_AUTH: 'iam',
    ANCHORWATCH_PUSH_AUDIENCE: AUDIENCE,
    ANCHORWATCH_PUSH_ACCOUNTS: PUSHER,
    FIRESTORE_EMULATOR_HOST: firestore,
    PUBSUB_EMULATOR_HOST: pubsub,
  };
}

/**
 * Stands where Cloud Run does: one address for all functions, which hands each request on with the token of who pushes, without its signature
 * (the emulator pushes without one).
 */
class Gate {
  now: Nanos = 0n;
  /** Requests that are being answered. */
  busy = 0;
  readonly #functions: ReadonlyMap<string, Started>;
  readonly #waiting = new Map<string, (taken: boolean) => void>();
  readonly #server: Server;

  constructor(functions: ReadonlyMap<string, Started>) {
    this.#functions = functions;
    this.#server = createServer(async (request, response) => {
      this.busy++;
      const name = String(request.url).slice(1);
      const status = await this.#pass(name, request).catch(() => 503);
      response.statusCode = status;
      response.end(() => this.busy--);
      this.#waiting.get(name)?.(status < 300);
      this.#waiting.delete(name);
    });
  }

  async listen(): Promise<number> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return (this.#server.address() as AddressInfo).port;
  }

  /** How the next request to a function is answered. */
  next(name: string): Promise<boolean> {
    return new Promise((resolve) => this.#waiting.set(name, resolve));
  }

  async close(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  async #pass(name: string, request: IncomingMessage): Promise<number> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const answer = await fetch(`http://127.0.0.1:${this.#functions.get(name)?.port}/`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${this.#token()}` },
      body: Buffer.concat(chunks),
    });
    return answer.status;
  }

  #token(): string {
    const at = Number(this.now / SECOND);
    const claims = {
      iss: 'https://accounts.google.com',
      aud: AUDIENCE,
      email: PUSHER,
      email_verified: true,
      iat: at,
      exp: at + 3600,
    };
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    return `${part({ alg: 'RS256', typ: 'JWT' })}.${part(claims)}.SIGNATURE_REMOVED_BY_GOOGLE`;
  }
}

/** Waits until nothing is being done, and nothing is left to judge or to send. `false` when that does not come. */
async function quiet(store: Store, gate: Gate, now: Nanos): Promise<boolean> {
  const until = performance.now() + NEVER_QUIET_MS;
  while (performance.now() < until) {
    const left = await store.transaction(async (tx) => {
      const outbox = await tx.list('outbox', undefined, 100);
      const sending = [...outbox.values()].filter((row) => row.notBefore <= now).length;
      return sending + (await tx.due('subjects', now, 10)).size + (await tx.due('news', now, 10)).size;
    }, 'read-only');
    if (left === 0 && gate.busy === 0) return true;
    await pause(20);
  }
  return false;
}

/** Cuts what comes in pieces into lines. */
function lines(take: (line: string) => void): (text: string) => void {
  let rest = '';
  return (text) => {
    const parts = `${rest}${text}`.split('\n');
    rest = parts.pop() ?? '';
    for (const part of parts) take(part);
  };
}
