/** Two ways in which the example's messages come to the functions on loopback: straight over HTTP, or as they are deployed, on emulators. */
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { localQueue } from '../../shared/adapters/local-queue.ts';
import { openSqliteStore } from '../../shared/adapters/sqlite-store.ts';
import type { Nanos } from '../../shared/model/time.ts';
import type { Job, Log, Queue, Store } from '../../shared/ports.ts';
import { deploy, type PushedFunction } from '../deployment.ts';

export interface Way {
  readonly title: string;
  readonly store: Store;
  readonly queue: Queue;
  /** Has a function get a push body, and waits for all that comes of it. Gives whether it was taken in. */
  push(to: PushedFunction, body: string): Promise<boolean>;
  close(): Promise<void>;
}

/** The watch at work, as the demo looks at it. */
export interface Watch {
  readonly title: string;
  readonly store: Store;
  /** What people were told: messages, and edits of them. */
  readonly told: { readonly posts: number; readonly updates: number };
  /** What time it is for the functions. */
  at(now: Nanos): Promise<void>;
  push: Way['push'];
  close(): Promise<void>;
}

/** What the queue of a single process calls. */
export interface Hands {
  deliver(): Promise<unknown>;
  work(job: Job): Promise<unknown>;
}

/** SQLite in memory, and the queue of a single process. */
export function embedded(server: Server, hands: Hands, log: Log): Way {
  const store = openSqliteStore({ path: ':memory:', onEphemeralDisk: false });
  const queue = localQueue({ ...hands, log });
  return {
    title: 'functions on loopback, messages pushed over HTTP',
    store,
    queue,
    async push(to, body) {
      const answer = await fetch(`http://127.0.0.1:${portOf(server)}/${to}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
      });
      await queue.idle();
      return answer.ok;
    },
    close: () => store.close(),
  };
}

/** Firestore and Pub/Sub of the Cloud SDK's emulators: what is published is pushed, and what fails is pushed again. */
export async function onEmulators(server: Server, log: Log): Promise<Way> {
  const on = await deploy(portOf(server));
  /** Pushes that must still be answered, by function. */
  const awaited = new Map<string, number>();
  let settled: PromiseWithResolvers<void> | undefined;
  const count = (name: string, by: number): void => {
    awaited.set(name, (awaited.get(name) ?? 0) + by);
    if ([...awaited.values()].every((left) => left <= 0)) settled?.resolve();
  };
  server.on('request', (request, response) => {
    response.on('finish', () => {
      if (response.statusCode < 300) count(String(request.url).slice(1), -1);
    });
  });
  const published = on.queue(log);
  const queue: Queue = {
    async work(job) {
      // Nothing here reads the cloud: what should be read comes by the feed.
      if (job.kind !== 'evaluate') return;
      count('work', 1);
      await published.work(job);
    },
    async nudgeDeliver() {
      count('deliver', 1);
      await published.nudgeDeliver();
    },
  };
  return {
    title: 'published to Pub/Sub, pushed to the functions, kept in Firestore (emulators)',
    store: on.store,
    queue,
    async push(to, body) {
      settled = Promise.withResolvers();
      count(to, 1);
      const { message }: { message: { data: string } } = JSON.parse(body);
      await on.publish(to, Buffer.from(message.data, 'base64'));
      await settled.promise;
      return true;
    },
    close: () => on.stop(),
  };
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}
