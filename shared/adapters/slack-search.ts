import { MINUTE, type Nanos, SECOND } from '../model/time.ts';
import type { Found, InThread, MessageHandle } from '../ports.ts';
import type { Asked, SlackClient } from './slack-client.ts';

/** Any app in the workspace can read metadata: ids only. */
const EVENT_TYPE = 'anchorwatch_alert';

/** What a message carries, for it to be found again: Slack has no idempotency key (slack-api-specs #10). */
export function metadataOf(key: string) {
  return { event_type: EVENT_TYPE, event_payload: { key } };
}

/** Our clock may be ahead of Slack's. */
const SLACK_TIME = MINUTE;
const PAGE = 200;
/** A thousand messages since we began to send: whoever has to look further cannot tell in time. */
const MOST_PAGES = 5;

/**
 * Looks through the channel, or through one thread, for the message with `key`. `unknown` wherever Slack refuses, be it for want
 * of the scope `channels:history` (docs.slack.dev/reference/methods/conversations.history), and where there is too much to look through.
 */
export function findByKey(
  client: SlackClient,
  channel: string,
  key: string,
  since: Nanos,
  thread: InThread | undefined,
): Promise<Found> {
  return findMessage(client, channel, since, thread, (message) => hasKey(message, key));
}

async function findMessage(
  client: SlackClient,
  channel: string,
  since: Nanos,
  thread: InThread | undefined,
  isWanted: (message: Message) => boolean,
): Promise<Found> {
  let cursor: string | undefined;
  for (let page = 0; page < MOST_PAGES; page++) {
    const asked = await readPage(client, channel, since, thread, cursor);
    if (asked.kind === 'wait') return { kind: 'wait', seconds: asked.seconds, why: asked.why };
    if (asked.kind !== 'answered') return { kind: 'unknown', why: asked.why };
    const ts = asked.answer.messages?.find(isWanted)?.ts;
    if (ts !== undefined) return { kind: 'found', handle: { channel, ts } };
    cursor = asked.answer.response_metadata?.next_cursor;
    if (cursor === undefined || cursor === '')
      return asked.answer.has_more === true
        ? { kind: 'unknown', why: 'page_without_cursor' }
        : { kind: 'absent' };
  }
  return { kind: 'unknown', why: 'too_many_messages' };
}

/** Looks through a thread for a file of that name, shared since then. `unknown` as above. */
export function findFile(client: SlackClient, of: MessageHandle, name: string, since: Nanos): Promise<Found> {
  return findMessage(client, of.channel, since, { of, broadcast: false }, ({ files = [] }) =>
    files.some((file) => file.name === name),
  );
}

interface Page {
  readonly messages?: readonly Message[];
  readonly has_more?: boolean;
  readonly response_metadata?: { readonly next_cursor?: string };
}

interface Message {
  readonly ts?: string;
  readonly metadata?: { readonly event_type?: string; readonly event_payload?: unknown };
  readonly files?: readonly { readonly name?: string | null }[];
}

function readPage(
  client: SlackClient,
  channel: string,
  since: Nanos,
  thread: InThread | undefined,
  cursor: string | undefined,
): Promise<Asked<Page>> {
  const question = {
    channel,
    oldest: timestampOf(since - SLACK_TIME),
    limit: PAGE,
    include_all_metadata: true,
    ...(cursor === undefined ? {} : { cursor }),
  };
  return client.ask<Page>((slack) =>
    thread === undefined
      ? slack.conversations.history(question)
      : slack.conversations.replies({ ...question, ts: thread.of.ts }),
  );
}

/** Slack's own form: seconds, a point, microseconds. */
function timestampOf(time: Nanos): string {
  const micros = time > 0n ? time / 1_000n : 0n;
  const perSecond = SECOND / 1_000n;
  return `${micros / perSecond}.${String(micros % perSecond).padStart(6, '0')}`;
}

function hasKey({ metadata }: Message, key: string): boolean {
  const payload = metadata?.event_payload;
  return (
    metadata?.event_type === EVENT_TYPE &&
    typeof payload === 'object' &&
    payload !== null &&
    'key' in payload &&
    payload.key === key
  );
}
