import type { Readable } from 'node:stream';
import type { Bucket as GoogleBucket } from '@google-cloud/storage';
import { type Bucket, OutsideUnavailable } from '../ports.ts';
import { messageOf } from './no-answer.ts';
import { linesOf } from './object-lines.ts';

export interface GcsBucketOptions {
  /** Another address than Google's, without credentials. Tests only: it must never come from a policy or a request. */
  readonly apiEndpoint?: string;
  /** For a listing or a writing, all tries of it together; of a reading, for each part of the object. */
  readonly timeoutMillis?: number;
  /** After the first try, of what may pass (429, 5xx, no answer). */
  readonly retries?: number;
}

/**
 * A bucket of Cloud Storage. Objects are made under the condition that there is none (`ifGenerationMatch: 0`), so an attempt whose answer was lost
 * finds `exists` when it is made again: what is there then may be its own.
 */
export function gcsBucket(name: string, options: GcsBucketOptions = {}): Bucket {
  const { timeoutMillis = 20_000 } = options;
  let opened: Promise<GoogleBucket> | undefined;

  async function within<T>(object: string, act: (bucket: GoogleBucket) => Promise<T>): Promise<T> {
    try {
      opened ??= open(name, { ...options, timeoutMillis });
      return await act(await opened);
    } catch (error) {
      // The library remembers for good that it found no credentials.
      if (statusOf(error) === undefined) opened = undefined;
      throw unavailable(name, object, error);
    }
  }

  return {
    list: (prefix) =>
      within(prefix, async (bucket) => {
        const [files] = await inTime(bucket.getFiles({ prefix }), timeoutMillis);
        return files
          .map(({ name, metadata }) => ({
            name,
            generation: String(metadata.generation),
            bytes: Number(metadata.size),
            ...saidOf(metadata.metadata),
          }))
          .sort((a, b) => (a.name < b.name ? -1 : 1));
      }),
    read: (object, generation) =>
      within(object, async (bucket) => {
        const file = bucket.file(object, generation === undefined ? {} : { generation });
        const stream = file.createReadStream();
        let own: unknown;
        stream.on('response', ({ headers }) => {
          own = headers['x-goog-generation'];
        });
        const chunks: Uint8Array[] = [];
        try {
          for await (const chunk of promptly(stream, timeoutMillis)) chunks.push(chunk);
        } catch (error) {
          if (statusOf(error) === 404) return undefined;
          throw error;
        }
        if (typeof own !== 'string') throw new Error('the answer does not say its generation');
        return { body: new Uint8Array(Buffer.concat(chunks)), generation: own };
      }),
    async *lines(object) {
      // As it is stored: what an encoding is said to be does not matter, the name says it.
      const stream = await within(object, async (bucket) =>
        bucket.file(object).createReadStream({ decompress: false }),
      );
      try {
        yield* linesOf(object, promptly(stream, timeoutMillis));
      } catch (error) {
        throw unavailable(name, object, error);
      }
    },
    create: (object, body, contentType) =>
      within(object, async (bucket) => {
        try {
          const saved = bucket.file(object).save(typeof body === 'string' ? body : Buffer.from(body), {
            resumable: false,
            contentType,
            preconditionOpts: { ifGenerationMatch: 0 },
          });
          await inTime(saved, timeoutMillis);
          return 'created';
        } catch (error) {
          if (statusOf(error) === 412) return 'exists';
          throw error;
        }
      }),
  };
}

/** Loaded with the first use: the library takes its time, and most functions use no bucket. */
async function open(
  name: string,
  { apiEndpoint, timeoutMillis, retries = 2 }: GcsBucketOptions & { readonly timeoutMillis: number },
): Promise<GoogleBucket> {
  const { Storage } = await import('@google-cloud/storage');
  const storage = new Storage({
    timeout: timeoutMillis,
    retryOptions: { autoRetry: retries > 0, maxRetries: retries, maxRetryDelay: 5 },
    ...(apiEndpoint === undefined ? {} : { apiEndpoint, projectId: 'none' }),
  });
  return storage.bucket(name);
}

/** The library's own limits begin when it has its credentials, and do not hold for all of its requests. */
async function inTime<T>(work: Promise<T>, millis: number): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(`no answer in ${millis} ms`)), millis);
  return Promise.race([work, late.promise]).finally(() => clearTimeout(timer));
}

/** The library waits for ever for what stops coming, and so it does when the connection ends too soon. How long the reader takes does not count. */
async function* promptly(stream: Readable, millis: number): AsyncGenerator<Uint8Array> {
  const chunks = stream[Symbol.asyncIterator]();
  try {
    for (;;) {
      const late = setTimeout(() => stream.destroy(new Error(`nothing came in ${millis} ms`)), millis);
      const next = await chunks.next().finally(() => clearTimeout(late));
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    stream.destroy();
  }
}

/** Custom metadata, as far as it is text. */
function saidOf(custom: Readonly<Record<string, unknown>> | undefined) {
  const texts = Object.entries(custom ?? {}).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
  return texts.length === 0 ? {} : { metadata: Object.fromEntries(texts) };
}

/** The status of HTTP; `undefined` where no answer came. */
function statusOf(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'number' ? error.code : undefined;
}

function unavailable(bucket: string, object: string, error: unknown): OutsideUnavailable {
  const status = statusOf(error);
  const why = status === undefined ? messageOf(error) : `HTTP ${status}: ${messageOf(error)}`;
  return new OutsideUnavailable(`gs://${bucket}/${object}: ${why}`, { cause: error });
}
