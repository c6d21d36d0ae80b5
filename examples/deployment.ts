/** What Terraform deploys, on the Cloud SDK's emulators: Firestore, and Pub/Sub that pushes to the functions on loopback. */
import { PubSub, type Topic } from '@google-cloud/pubsub';
import { openFirestoreStore } from '../shared/adapters/firestore-store.ts';
import { pubsubPublisher } from '../shared/adapters/pubsub-publisher.ts';
import { pubsubQueue } from '../shared/adapters/pubsub-queue.ts';
import type { Log, Publisher, Queue, Store } from '../shared/ports.ts';
import { startEmulator } from './emulators.ts';

export const PROJECT = 'anchorwatch';
/** Each function with the topic that is pushed to it. */
export const PUSHED = {
  'on-asset-change': 'feed',
  'on-audit-log': 'audit',
  work: 'work',
  deliver: 'deliver',
} as const;
export type PushedFunction = keyof typeof PUSHED;

/** As Terraform sets them; the pauses between two tries are as short as Pub/Sub lets them be, since here somebody waits. */
const MOST_DELIVERIES = 5;
const RETRY = { minimumBackoff: { seconds: 1 }, maximumBackoff: { seconds: 2 } };

export interface Deployment {
  /** `HOST:PORT` each. */
  readonly firestore: string;
  readonly pubsub: string;
  readonly store: Store;
  readonly publisher: Publisher;
  queue(log: Log): Queue;
  /** Publishes what a function is to be pushed. Gives the message's id. */
  publish(to: PushedFunction, data: Uint8Array): Promise<string>;
  /** The body of the next message that was given up on. */
  deadLetter(): Promise<string>;
  stop(): Promise<void>;
}

/** Starts the emulators and subscribes the functions at `http://127.0.0.1:PORT/NAME`. Takes some ten seconds. */
export async function deploy(port: number): Promise<Deployment> {
  const [firestore, emulator] = await Promise.all([startEmulator('firestore'), startEmulator('pubsub')]);
  const client = new PubSub({ projectId: PROJECT, apiEndpoint: emulator.host, emulatorMode: true });
  const topics = new Map<string, Topic>();
  for (const name of ['dead', ...Object.values(PUSHED)]) {
    const [topic] = await client.createTopic(name);
    topics.set(name, topic);
  }
  const [dead] = await client.createSubscription('dead', 'dead-letters');
  for (const [name, topic] of Object.entries(PUSHED)) {
    await client.createSubscription(topic, name, {
      pushEndpoint: `http://127.0.0.1:${port}/${name}`,
      ackDeadlineSeconds: 60,
      retryPolicy: RETRY,
      deadLetterPolicy: {
        deadLetterTopic: `projects/${PROJECT}/topics/dead`,
        maxDeliveryAttempts: MOST_DELIVERIES,
      },
    });
  }
  const store = inTurn(openFirestoreStore({ projectId: PROJECT, emulatorHost: firestore.host }));
  const publisher = pubsubPublisher({ projectId: PROJECT, apiEndpoint: emulator.host });
  return {
    firestore: firestore.host,
    pubsub: emulator.host,
    store,
    publisher,
    queue: (log) =>
      pubsubQueue({
        topics: { work: `projects/${PROJECT}/topics/work`, deliver: `projects/${PROJECT}/topics/deliver` },
        publisher,
        log,
      }),
    publish: (to, data) => topics.get(PUSHED[to])!.publishMessage({ data }),
    deadLetter: () =>
      new Promise((resolve, reject) => {
        dead.once('error', reject);
        dead.once('message', (message: { readonly data: Buffer; ack(): void }) => {
          message.ack();
          resolve(message.data.toString());
        });
      }),
    stop: async () => {
      dead.removeAllListeners();
      await dead.close();
      await publisher.close();
      await client.close();
      await store.close();
      await Promise.all([firestore.stop(), emulator.stop()]);
    },
  };
}

/**
 * One transaction at a time. Of two that meet Firestore ends one at once, which is then tried again; its emulator lets both wait for half a minute
 * (firebase-tools#2452).
 */
export function inTurn(store: Store): Store {
  let last: Promise<unknown> = Promise.resolve();
  return {
    transaction(body, how) {
      const turn = last.then(() => store.transaction(body, how));
      last = turn.catch(() => {});
      return turn;
    },
    close: () => store.close(),
  };
}
