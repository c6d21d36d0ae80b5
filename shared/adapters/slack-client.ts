import { type Logger, LogLevel, WebClient } from '@slack/web-api';
import { classify, type Failure } from './slack-errors.ts';
import { plainFetch } from './slack-fetch.ts';

export interface SlackOptions {
  /** Read when first needed, and again when Slack refuses the last one: a rotated secret needs no restart. */
  readonly token: () => Promise<string>;
  /** Tests only: it must never come from a policy or a request. */
  readonly slackApiUrl?: string;
  /** Tests only. */
  readonly timeoutMillis?: number;
}

/** What Slack answered, or what must be done next. */
export type Asked<T> = { readonly kind: 'answered'; readonly answer: T } | Failure;

export interface SlackClient {
  /** Asks once; a second time only where the token was refused and there is another. Never throws. */
  ask<T>(question: (slack: WebClient) => Promise<T>): Promise<Asked<T>>;
}

/** The one way to Slack's Web API. `timeoutMillis` is for one request. */
export function slackClient(options: SlackOptions & { readonly timeoutMillis: number }): SlackClient {
  let client: Promise<WebClient> | undefined;
  const fresh = async () => newClient(options, await options.token());

  return {
    async ask(question) {
      client ??= fresh();
      const used = await settled(client);
      if (used === undefined) {
        client = undefined;
        return { kind: 'wait', seconds: 30, ambiguous: false, why: 'token_unreadable' };
      }
      const asked = await attempt(question, used);
      if (asked.kind !== 'credential') return asked;
      client = fresh();
      const rotated = await settled(client);
      if (rotated === undefined) client = undefined;
      // The same token would only be refused again.
      return rotated === undefined || rotated.token === used.token ? asked : attempt(question, rotated);
    },
  };
}

async function attempt<T>(question: (slack: WebClient) => Promise<T>, client: WebClient): Promise<Asked<T>> {
  try {
    return { kind: 'answered', answer: await question(client) };
  } catch (error) {
    return classify(error);
  }
}

/** The library's own defaults suit a server, not a function: no timeout, thirty minutes of retries, a queue that sleeps through a 429. */
function newClient(
  { slackApiUrl, timeoutMillis }: SlackOptions & { readonly timeoutMillis: number },
  token: string,
): WebClient {
  return new WebClient(token, {
    ...(slackApiUrl === undefined ? {} : { slackApiUrl }),
    timeout: timeoutMillis,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    maxRequestConcurrency: 2,
    allowAbsoluteUrls: false,
    fetch: plainFetch,
    logger: QUIET,
  });
}

async function settled(client: Promise<WebClient>): Promise<WebClient | undefined> {
  try {
    return await client;
  } catch {
    return undefined;
  }
}

/** Results are returned to be logged once, in our words; the library would log request bodies. */
const QUIET: Logger = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  setLevel() {},
  getLevel: () => LogLevel.ERROR,
  setName() {},
};
