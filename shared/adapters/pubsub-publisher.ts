import type { PubSub } from '@google-cloud/pubsub';
import type { Publisher, PublishResult } from '../ports.ts';

interface PubsubOptions {
  /** The project the client acts in; left out, that of the first topic. Topics of other projects can be published to all the same. */
  readonly projectId?: string;
  /** Another address than Google's: an emulator's `HOST:PORT`, or a regional endpoint. It must never come from a policy or a request. */
  readonly apiEndpoint?: string;
  /** Tests only. */
  readonly timeoutMillis?: number;
}

/**
 * Publishes one message, once, and says what became of it. Retries are the outbox's, so the client does none; nothing waits for a batch
 * to fill, because a function may be put to sleep as soon as it has answered. No ordering: consumers have each transition's own time and hash.
 */
export function pubsubPublisher(options: PubsubOptions = {}): Publisher & { close(): Promise<void> } {
  const { timeoutMillis = 8_000 } = options;
  let client: Promise<PubSub> | undefined;

  async function send(name: string, body: string, attributes: Readonly<Record<string, string>>) {
    client ??= clientFor(name, options);
    const topic = (await client).topic(name, {
      batching: { maxMessages: 1 },
      gaxOpts: { timeout: timeoutMillis, retry: null },
    });
    return topic.publishMessage({ data: Buffer.from(body), attributes: { ...attributes } });
  }

  return {
    async publish(topic, body, attributes) {
      try {
        const messageId = await within(timeoutMillis, send(topic, body, attributes));
        return { kind: 'published', messageId };
      } catch (error) {
        // The library remembers for good that it found no credentials, be it for a second of trouble.
        if (codeOf(error) === undefined) client = undefined;
        return classify(error);
      }
    },
    close: async () => (await client)?.close(),
  };
}

/** Loaded with the first message: the library takes half a second, and most functions never publish. */
async function clientFor(topic: string, { projectId, apiEndpoint }: PubsubOptions): Promise<PubSub> {
  const { PubSub } = await import('@google-cloud/pubsub');
  const project = projectId ?? /^projects\/([^/]+)\//.exec(topic)?.[1];
  const client = new PubSub({
    ...(project === undefined ? {} : { projectId: project }),
    ...(apiEndpoint === undefined ? {} : { apiEndpoint }),
  });
  // Credentials that cannot be had fail here, where it can be caught. Inside the library that rejects a promise nobody holds, which ends the process.
  if (!client.isEmulator) await client.auth.getClient();
  return client;
}

/** The client's own limit begins when it has its credentials; finding those may take far longer. */
async function within<T>(millis: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new TimedOut(`no answer in ${millis} ms`)), millis);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

class TimedOut extends Error {
  override readonly name = 'TimedOut';
}

/** Codes of gRPC (google.rpc.Code) as Pub/Sub uses them (cloud.google.com/pubsub/docs/reference/error-codes). */
const GONE: ReadonlyMap<number, string> = new Map([
  [5, 'NOT_FOUND'],
  [7, 'PERMISSION_DENIED'],
  // The topic has a schema that our message does not fit, or its encryption key is disabled: nothing gets better by trying again.
  [3, 'INVALID_ARGUMENT'],
  [9, 'FAILED_PRECONDITION'],
]);
const PASSING: ReadonlyMap<number, readonly [name: string, seconds: number]> = new Map([
  [14, ['UNAVAILABLE', 10]],
  [4, ['DEADLINE_EXCEEDED', 10]],
  [8, ['RESOURCE_EXHAUSTED', 60]],
  // The credentials: somebody has to mend them, and the topic is as good as before.
  [16, ['UNAUTHENTICATED', 60]],
]);
const DEFAULT_WAIT = 30;
const UNKNOWN = 2;

/** What must be done next. Whatever is not known to be lasting is tried again: a transition may come twice and must not be lost. */
function classify(error: unknown): Exclude<PublishResult, { kind: 'published' }> {
  if (error instanceof TimedOut) return { kind: 'wait', seconds: 10, why: error.message };
  const code = codeOf(error) ?? UNKNOWN;
  const said = wordsOf(error);
  const lasting = GONE.get(code);
  if (lasting !== undefined) return { kind: 'gone', why: joined(lasting, said) };
  const [name, seconds] = PASSING.get(code) ?? ['not published', DEFAULT_WAIT];
  return { kind: 'wait', seconds, why: joined(name, said) };
}

/** The code of gRPC; `undefined` where the call was never made. */
function codeOf(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'number' ? error.code : undefined;
}

function joined(name: string, said: string): string {
  return said === '' ? name : `${name}: ${said}`;
}

/** In a line, without the code that gRPC puts before it: the client's messages may carry whole histories of attempts. */
function wordsOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message
    .replace(/^\d+ [A-Z_]+:/, '')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 200);
}
