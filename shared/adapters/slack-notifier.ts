import type { AnswerTo } from '../model/decision.ts';
import type { AlertMessage, Block, InThread, Notifier, SendResult } from '../ports.ts';
import { type Asked, type SlackClient, type SlackOptions, slackClient } from './slack-client.ts';
import { attachFile } from './slack-files.ts';
import { answerAt } from './slack-response-url.ts';
import { findByKey, metadataOf } from './slack-search.ts';

interface NotifierOptions extends SlackOptions {
  /** Tests only: where answer addresses lead. It must never come from a policy or a request. */
  readonly hooksOrigin?: string;
  /** Tests only: where files are uploaded to. It must never come from a policy or a request. */
  readonly filesOrigin?: string;
}

const TIMEOUT_MILLIS = 8_000;

/** Sends one message, once, and says what became of it. Retries, pacing and rerouting are the outbox's. */
export function slackNotifier(options: NotifierOptions): Notifier {
  const { timeoutMillis = TIMEOUT_MILLIS, hooksOrigin, filesOrigin } = options;
  const client = slackClient({ ...options, timeoutMillis });

  return {
    post: (channel, message, key, thread) => post(client, channel, message, key, thread),
    async update(handle, message) {
      const asked = await client.ask((slack) => slack.chat.update({ ...handle, ...contentOf(message) }));
      return sentTo(asked, handle.channel, handle.ts);
    },
    answer(to, message) {
      return to.kind === 'response-url'
        ? answerAt(to.url, message, { hooksOrigin, timeoutMillis })
        : whisper(client, to, message);
    },
    attach: (to, file, since) => attachFile(client, to, file, since, filesOrigin),
    find: (channel, key, since, thread) => findByKey(client, channel, key, since, thread),
    async permalink({ channel, ts }) {
      const asked = await client.ask((slack) => slack.chat.getPermalink({ channel, message_ts: ts }));
      return asked.kind === 'answered' ? asked.answer.permalink : undefined;
    },
  };
}

async function post(
  client: SlackClient,
  channel: string,
  message: AlertMessage,
  key: string,
  thread: InThread | undefined,
): Promise<SendResult> {
  const place = thread === undefined ? {} : { thread_ts: thread.of.ts, reply_broadcast: thread.broadcast };
  const asked = await client.ask((slack) =>
    slack.chat.postMessage({
      channel,
      ...contentOf(message),
      ...place,
      unfurl_links: false,
      unfurl_media: false,
      metadata: metadataOf(key),
    }),
  );
  return sentTo(asked, channel, undefined);
}

/** Slack does not say whether they were there to see it (docs.slack.dev/reference/methods/chat.postEphemeral). */
async function whisper(
  client: SlackClient,
  { channel, user }: Extract<AnswerTo, { kind: 'ephemeral' }>,
  message: AlertMessage,
): Promise<SendResult> {
  const asked = await client.ask((slack) =>
    slack.chat.postEphemeral({ channel, user, ...contentOf(message) }),
  );
  if (asked.kind !== 'answered') return asked;
  return { kind: 'sent', handle: { channel, ts: asked.answer.message_ts ?? '' } };
}

/** Where it stands, by Slack's answer, else by what we know. */
function sentTo(
  asked: Asked<{ readonly channel?: string; readonly ts?: string }>,
  channel: string,
  ts: string | undefined,
): SendResult {
  if (asked.kind !== 'answered') return asked;
  const handle = { channel: asked.answer.channel ?? channel, ts: asked.answer.ts ?? ts };
  // Accepted without an id cannot be edited later; the probe by `key` finds it.
  if (handle.ts === undefined)
    return { kind: 'wait', seconds: 30, ambiguous: true, why: 'answer_without_ts' };
  return { kind: 'sent', handle: { channel: handle.channel, ts: handle.ts } };
}

/** Our blocks are Slack's JSON by another type; the tests hold them against Slack's rules. */
function contentOf({ text, blocks }: AlertMessage): { text: string; blocks: Block[] } {
  return { text, blocks: [...blocks] };
}
