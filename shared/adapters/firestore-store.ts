import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import type { Firestore } from '@google-cloud/firestore';
import type { GoogleAuth } from 'google-auth-library';
import { type Access, type Store, StoreUnavailable, type Transaction } from '../ports.ts';
import { Contended, translated } from './firestore-errors.ts';
import { migrate, mustBeCurrent } from './firestore-migrations.ts';
import { FirestoreTransaction } from './firestore-transaction.ts';
import { mayBegin } from './store-rules.ts';

export interface FirestoreOptions {
  readonly projectId: string;
  /** `(default)` unless said. */
  readonly databaseId?: string;
  /** `HOST:PORT` of an emulator. It must never come from a policy or a request. */
  readonly emulatorHost?: string;
  /** Looks on only: a database of another schema version is refused, and not brought up to date. */
  readonly asItIs?: boolean;
  /** How long a transaction may take with all its attempts; 60,000 unless said. */
  readonly timeoutMillis?: number;
}

const TIMEOUT_MS = 60_000;
const ATTEMPTS = 6;
const FIRST_PAUSE_MS = 60;

/**
 * A `Store` in a Firestore database in Native mode. It connects with the first transaction; what keeps it from connecting is told by that
 * one, and the next tries again. Throws `StoreRefused` when somebody has to mend the database.
 */
export function openFirestoreStore(options: FirestoreOptions): Store {
  const { timeoutMillis = TIMEOUT_MS } = options;
  const current = new AsyncLocalStorage<FirestoreTransaction>();
  const running = new Set<Promise<unknown>>();
  let connection: Promise<Firestore> | undefined;
  let closing: Promise<void> | undefined;
  const translate = (what: string, cause: unknown): unknown => translated(what, nameOf(options), cause);

  function connected(): Promise<Firestore> {
    connection ??= connect(options).catch((cause: unknown) => {
      connection = undefined;
      throw translate('reach Firestore', cause);
    });
    return connection;
  }

  /** `signal`: the caller has been told that it failed, so it must not succeed any more. */
  async function attempt<T>(
    client: Firestore,
    body: (tx: Transaction) => Promise<T>,
    how: Access,
    signal: AbortSignal,
  ): Promise<T> {
    let handedOver = false;
    try {
      return await client.runTransaction(
        async (native) => {
          const tx = new FirestoreTransaction(client, native, how, translate);
          try {
            const result = await current.run(tx, async () => body(tx));
            signal.throwIfAborted();
            await tx.apply();
            handedOver = true;
            return result;
          } finally {
            tx.end();
          }
        },
        // The client would wait for minutes where Firestore has had enough: that is left to whoever delivers the message again.
        how === 'read-only' ? { readOnly: true } : { maxAttempts: 1 },
      );
    } catch (error) {
      throw handedOver ? translate('commit', error) : error;
    }
  }

  async function untilDone<T>(
    body: (tx: Transaction) => Promise<T>,
    how: Access,
    signal: AbortSignal,
  ): Promise<T> {
    const client = await connected();
    signal.throwIfAborted();
    for (let tried = 1; ; tried++) {
      try {
        return await attempt(client, body, how, signal);
      } catch (error) {
        if (!(error instanceof Contended) || tried === ATTEMPTS || signal.aborted) throw error;
      }
      // At different moments, else they meet again.
      await pause(FIRST_PAUSE_MS * 2 ** tried * Math.random());
    }
  }

  return {
    async transaction(body, how = 'read-write') {
      mayBegin(current.getStore(), closing);
      const late = new AbortController();
      const timer = setTimeout(
        () =>
          late.abort(new StoreUnavailable(`cannot finish a transaction: no answer in ${timeoutMillis} ms`)),
        timeoutMillis,
      );
      const work = untilDone(body, how, late.signal);
      running.add(work);
      // It may go on for a while after it has been told to have failed.
      void work.catch(() => {}).finally(() => running.delete(work));
      try {
        return await Promise.race([work, aborted(late.signal)]);
      } finally {
        clearTimeout(timer);
      }
    },
    async close() {
      mayBegin(current.getStore(), undefined);
      closing ??= Promise.allSettled(running).then(async () => (await connection)?.terminate());
      return closing;
    },
  };
}

/** The libraries are loaded with the first transaction: they take a while, and a function may start for a request it refuses. */
async function connect({ projectId, databaseId, ...options }: FirestoreOptions): Promise<Firestore> {
  const { Firestore } = await import('@google-cloud/firestore');
  // The library goes by the variable whatever it is told.
  const emulatorHost = options.emulatorHost ?? process.env.FIRESTORE_EMULATOR_HOST;
  const client = new Firestore({
    projectId,
    ...(databaseId === undefined ? {} : { databaseId }),
    ...(emulatorHost === undefined ? { auth: await credentials() } : { host: emulatorHost, ssl: false }),
  });
  await (options.asItIs === true ? mustBeCurrent(client) : migrate(client));
  return client;
}

/** Credentials that cannot be had fail here, where it can be caught. Inside the library that rejects a promise nobody holds, which ends the process. */
async function credentials(): Promise<GoogleAuth> {
  const { GoogleAuth } = await import('google-auth-library');
  const auth = new GoogleAuth({ scopes: ['https://www.googleapis.com/auth/datastore'] });
  try {
    await auth.getClient();
  } catch (cause) {
    throw new StoreUnavailable(`no credentials: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
    });
  }
  return auth;
}

function nameOf({ projectId, databaseId = '(default)' }: FirestoreOptions): string {
  return `${databaseId} of project ${projectId}`;
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason));
  });
}
