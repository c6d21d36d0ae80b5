import type { NoAnswer } from '../ports.ts';
import { type AccessToken, googleToken } from './google-token.ts';
import { NetworkFailure } from './network-failure.ts';
import { CREDENTIALS_SECONDS, DOWN_SECONDS, messageOf } from './no-answer.ts';

export interface GoogleHttpOptions {
  readonly token?: AccessToken;
  /** The project on whose quota requests count; most APIs refuse the credentials of a person without. */
  readonly quotaProject?: string | undefined;
  /** For each request, the answer's body included. */
  readonly timeoutMillis?: number;
  /** What an answer may weigh at most: whoever answers must not fill our memory. */
  readonly mostBytes?: number;
}

/** What came over HTTP, whatever its status. */
export interface Answer {
  readonly kind: 'answer';
  readonly status: number;
  readonly retryAfter: string | null;
  /** `undefined` when it is no JSON. */
  readonly value: unknown;
}

/** Asks once: a GET, or with a body a POST of it as JSON. What came of it is for the caller to read; where nothing came, it says so. */
export type Ask = (
  url: string,
  body?: object,
) => Promise<Answer | Extract<NoAnswer, { kind: 'wait' | 'refused' }>>;

/**
 * Requests with our own access token, for APIs of Google that answer in JSON. A token that is not taken is fetched anew, once. Redirections are
 * answers like others and not followed: the token is for the host that was asked.
 */
export function googleHttp(options: GoogleHttpOptions): Ask {
  const {
    token = googleToken(),
    quotaProject,
    timeoutMillis = 30_000,
    mostBytes = 32 * 1024 * 1024,
  } = options;

  async function send(url: string, body: object | undefined, bearer: string) {
    const response = await fetch(url, {
      headers: {
        authorization: `Bearer ${bearer}`,
        accept: 'application/json',
        ...(quotaProject === undefined ? {} : { 'x-goog-user-project': quotaProject }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMillis),
    });
    const text = await textOf(response, mostBytes);
    return { status: response.status, retryAfter: response.headers.get('retry-after'), text };
  }

  return async (url, body) => {
    try {
      const bearer = await token().catch(noToken);
      const first = await send(url, body, bearer);
      const { text, ...head } =
        first.status === 401 ? await send(url, body, await token(bearer).catch(noToken)) : first;
      if (text === undefined) return { kind: 'refused', why: 'the answer is too big to be read' };
      return { kind: 'answer', ...head, value: jsonIn(text) };
    } catch (error) {
      if (error instanceof NoToken) return { kind: 'wait', seconds: CREDENTIALS_SECONDS, why: error.message };
      // By its code only: what `fetch` says of a header that it does not take would hold the token.
      return { kind: 'wait', seconds: DOWN_SECONDS, why: `no answer: ${new NetworkFailure(error).code}` };
    }
  };
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

class NoToken extends Error {
  override readonly name = 'NoToken';
}

function noToken(error: unknown): never {
  throw new NoToken(`no access token: ${messageOf(error)}`);
}

/** `undefined`: it weighs too much. */
async function textOf(response: Response, mostBytes: number): Promise<string | undefined> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    // Leaving the loop ends the connection.
    if (bytes > mostBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
