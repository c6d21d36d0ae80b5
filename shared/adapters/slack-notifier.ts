import { type Logger, LogLevel, WebClient } from '@slack/web-api';
import type { Block, Notifier, SendResult } from '../ports.ts';
import { classify, plainFetch } from './slack-errors.ts';

interface SlackOptions {
  /** Read when first needed, and again when Slack refuses the last one: a rotated secret needs no restart. */
  readonly token: () => Promise<string>;
  /** Tests only: it must never come from a policy or a request. */
  readonly slackApiUrl?: string;
  /** Tests only. */
  readonly timeoutMillis?: number;
}

/** Sends one message, once, and says what became of it. Retries, pacing and rerouting are the outbox's. */
export function slackNotifier(options: SlackOptions): Notifier {
  let client: Promise<WebClient> | undefined;
  const fresh = async () => newClient(options, await options.token());

  async function call(send: (client: WebClient) => Promise<SendResult>): Promise<SendResult> {
    client ??= fresh();
    const used = await settled(client);
    if (used === undefined) {
      client = undefined;
      return { kind: 'wait', seconds: 30, ambiguous: false, why: 'token_unreadable' };
    }
    const result = await attempt(send, used);
    if (result.kind !== 'credential') return result;
    client = fresh();
    const rotated = await settled(client);
    // The same token would only be refused again.
    return rotated === undefined || rotated.token === used.token ? result : attempt(send, rotated);
  }

  return {
    post: (channel, message, key) =>
      call(async (slack) => {
        const { ts, channel: posted } = await slack.chat.postMessage({
          channel,
          text: message.text,
          blocks: asSlack(message.blocks),
          unfurl_links: false,
          unfurl_media: false,
          // Any app in the channel can read metadata: ids only.
          metadata: { event_type: 'anchorwatch_alert', event_payload: { key } },
        });
        return sent(posted ?? channel, ts);
      }),
    update: (handle, message) =>
      call(async (slack) => {
        const { ts, channel } = await slack.chat.update({
          ...handle,
          text: message.text,
          blocks: asSlack(message.blocks),
        });
        return sent(channel ?? handle.channel, ts ?? handle.ts);
      }),
  };
}

async function attempt(
  send: (client: WebClient) => Promise<SendResult>,
  client: WebClient,
): Promise<SendResult> {
  try {
    return await send(client);
  } catch (error) {
    return classify(error);
  }
}

/** Accepted without an id cannot be edited later; the probe by `key` finds it. */
function sent(channel: string, ts: string | undefined): SendResult {
  if (ts === undefined) return { kind: 'wait', seconds: 30, ambiguous: true, why: 'answer_without_ts' };
  return { kind: 'sent', handle: { channel, ts } };
}

/** The client's own defaults suit a server, not a function: no timeout, thirty minutes of retries, a queue that sleeps through a 429. */
function newClient({ slackApiUrl, timeoutMillis = 8_000 }: SlackOptions, token: string): WebClient {
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

/** Results are returned to be logged once, in our words; the client would log request bodies. */
const QUIET: Logger = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  setLevel() {},
  getLevel: () => LogLevel.ERROR,
  setName() {},
};

/** Our blocks are Slack's JSON by another type; the tests hold them against Slack's rules. */
function asSlack(blocks: readonly Block[]): Block[] {
  return [...blocks];
}
