/** Channels, their messages and threads, and what single people were told in them. */
import { type Answer, type Body, failed } from './answers.ts';
import { type Content, isRefused, readContent } from './content.ts';
import type { SharedFile } from './files.ts';

/** One message as Slack keeps it. */
export interface SlackMessage extends Content {
  readonly ts: string;
  /** How often `chat.update` has changed it. */
  readonly edits: number;
  /** The root, when it is a reply. */
  readonly thread_ts?: string;
  /** A reply that is shown in the channel too. */
  readonly isBroadcast?: true;
  /** Those that were shared with it. */
  readonly files?: readonly SharedFile[];
}

/** What one person alone was shown. */
export interface Whisper extends Content {
  readonly user: string;
  readonly ts: string;
}

interface Channel {
  readonly messages: Map<string, SlackMessage>;
  readonly whispers: Whisper[];
  /** Who is not in it; everybody else is. */
  readonly absent: Set<string>;
  isArchived: boolean;
  isDeleted: boolean;
}

export const BOT = 'U0WATCH';

/** `chat.postMessage` cuts longer texts off, which nobody here may rely on; the others refuse at less. */
const MOST_TEXT = 40_000;
const MOST_EDITED_TEXT = 4_000;

export class Channels {
  readonly #now: () => number;
  readonly #channels = new Map<string, Channel>();
  #posted = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** A channel is there as soon as somebody speaks of it. */
  channel(id: string): Channel {
    const channel = this.#channels.get(id) ?? {
      messages: new Map(),
      whispers: [],
      absent: new Set(),
      isArchived: false,
      isDeleted: false,
    };
    this.#channels.set(id, channel);
    return channel;
  }

  post(body: Body): Answer {
    const channel = this.#open(body.channel);
    if (channel === undefined) return failed('channel_not_found');
    if (channel.absent.has(BOT)) return failed('not_in_channel');
    if (channel.isArchived) return failed('is_archived');
    const content = readContent(body, MOST_TEXT);
    if (isRefused(content)) return content;
    const root = body.thread_ts === undefined ? undefined : channel.messages.get(body.thread_ts);
    if (body.thread_ts !== undefined && root === undefined) return failed('thread_not_found');
    if (root?.thread_ts !== undefined) return failed('cannot_reply_to_message');
    const message: SlackMessage = {
      ts: this.#nextTs(),
      ...content,
      edits: 0,
      ...(root === undefined ? {} : { thread_ts: root.ts }),
      ...(root !== undefined && body.reply_broadcast === 'true' ? { isBroadcast: true } : {}),
    };
    channel.messages.set(message.ts, message);
    return { ok: true, channel: body.channel, ts: message.ts, message: shown(message, true) };
  }

  update(body: Body): Answer {
    const channel = this.#open(body.channel);
    if (channel === undefined || channel.absent.has(BOT)) return failed('channel_not_found');
    if (channel.isArchived) return failed('is_inactive');
    const old = channel.messages.get(body.ts ?? '');
    if (old === undefined) return failed('message_not_found');
    const content = readContent(body, MOST_EDITED_TEXT);
    if (isRefused(content)) return content;
    // An edit that brings no metadata leaves the old in place.
    const message: SlackMessage = { ...old, ...content, edits: old.edits + 1 };
    channel.messages.set(old.ts, message);
    return { ok: true, channel: body.channel, ts: old.ts, text: message.text, message: shown(message, true) };
  }

  postEphemeral(body: Body): Answer {
    const channel = this.#open(body.channel);
    if (channel === undefined) return failed('channel_not_found');
    if (channel.absent.has(BOT)) return failed('not_in_channel');
    if (channel.isArchived) return failed('is_archived');
    const user = body.user ?? '';
    if (!/^[UW][A-Z0-9]+$/.test(user) || channel.absent.has(user)) return failed('user_not_in_channel');
    const content = readContent(body, MOST_EDITED_TEXT);
    if (isRefused(content)) return content;
    const ts = this.#nextTs();
    channel.whispers.push({ user, ts, text: content.text, blocks: content.blocks });
    return { ok: true, message_ts: ts };
  }

  /** Slack shares a file as a message of its own, without a text where none is given, and does not say which. */
  share(body: Body, files: readonly SharedFile[]): Answer | undefined {
    const channel = this.#open(body.channel_id);
    if (channel === undefined) return failed('channel_not_found');
    if (channel.absent.has(BOT)) return failed('not_in_channel');
    if (channel.isArchived) return failed('is_archived');
    const root = body.thread_ts === undefined ? undefined : channel.messages.get(body.thread_ts);
    if (body.thread_ts !== undefined && root === undefined) return failed('thread_not_found');
    const ts = this.#nextTs();
    const thread = root === undefined ? {} : { thread_ts: root.ts };
    channel.messages.set(ts, {
      ts,
      text: body.initial_comment ?? '',
      blocks: [],
      edits: 0,
      ...thread,
      files,
    });
    return undefined;
  }

  /** The newest first. */
  info(body: Body): Answer {
    const channel = this.#open(body.channel);
    if (channel === undefined) return failed('channel_not_found');
    return {
      ok: true,
      channel: {
        id: body.channel,
        name: body.channel?.toLowerCase(),
        is_archived: channel.isArchived,
        is_member: !channel.absent.has(BOT),
      },
    };
  }

  history(body: Body): Answer {
    const channel = this.#open(body.channel);
    if (channel === undefined) return failed('channel_not_found');
    if (channel.absent.has(BOT)) return failed('not_in_channel');
    if (!isTimestamp(body.oldest)) return failed('invalid_ts_oldest');
    if (!isTimestamp(body.latest)) return failed('invalid_ts_latest');
    const seen = [...channel.messages.values()].filter(
      (message) => message.thread_ts === undefined || message.isBroadcast === true,
    );
    return page(seen.filter((message) => isWithin(message, body)).reverse(), body, 100);
  }

  /** The root, whatever its age, then the replies, the oldest first. */
  replies(body: Body): Answer {
    const channel = this.#open(body.channel);
    if (channel === undefined || channel.absent.has(BOT)) return failed('channel_not_found');
    const named = channel.messages.get(body.ts ?? '');
    const root = named?.thread_ts === undefined ? named : channel.messages.get(named.thread_ts);
    if (root === undefined) return failed('thread_not_found');
    if (!isTimestamp(body.oldest)) return failed('invalid_ts_oldest');
    if (!isTimestamp(body.latest)) return failed('invalid_ts_latest');
    const replies = repliesTo(channel, root.ts).filter((message) => isWithin(message, body));
    return page([root, ...replies], body, 1000);
  }

  permalink(body: Body): Answer {
    const channel = this.#open(body.channel);
    if (channel === undefined || channel.absent.has(BOT)) return failed('channel_not_found');
    const message = channel.messages.get(body.message_ts ?? '');
    if (message === undefined) return failed('message_not_found');
    const link = `https://acme.slack.com/archives/${body.channel}/p${message.ts.replace('.', '')}`;
    const thread = message.thread_ts;
    const permalink = thread === undefined ? link : `${link}?thread_ts=${thread}&cid=${body.channel}`;
    return { ok: true, channel: body.channel, permalink };
  }

  roots(id: string): readonly SlackMessage[] {
    return [...this.channel(id).messages.values()].filter((message) => message.thread_ts === undefined);
  }

  repliesTo(id: string, ts: string): readonly SlackMessage[] {
    return repliesTo(this.channel(id), ts);
  }

  broadcasts(id: string): readonly SlackMessage[] {
    return [...this.channel(id).messages.values()].filter((message) => message.isBroadcast === true);
  }

  /** Ids, never names: a channel that is renamed keeps its id. */
  #open(id: string | undefined): Channel | undefined {
    if (id === undefined || !/^[CDG][A-Z0-9]+$/.test(id)) return undefined;
    const channel = this.channel(id);
    return channel.isDeleted ? undefined : channel;
  }

  #nextTs(): string {
    this.#posted++;
    return `${Math.floor(this.#now() / 1000)}.${String(this.#posted).padStart(6, '0')}`;
  }
}

function repliesTo(channel: Channel, ts: string): readonly SlackMessage[] {
  return [...channel.messages.values()].filter((message) => message.thread_ts === ts);
}

function isWithin({ ts }: SlackMessage, { oldest = '0', latest }: Body): boolean {
  return micros(ts) > micros(oldest) && (latest === undefined || micros(ts) <= micros(latest));
}

function isTimestamp(ts: string | undefined): boolean {
  return ts === undefined || /^\d{1,12}(\.\d{1,6})?$/.test(ts);
}

/** `seconds.microseconds`, which no float holds. */
function micros(ts: string): bigint {
  const [seconds = '0', fraction = ''] = ts.split('.');
  return BigInt(seconds) * 1_000_000n + BigInt(fraction.slice(0, 6).padEnd(6, '0'));
}

/** One page; its cursor says where the next begins. */
function page(all: readonly SlackMessage[], body: Body, usual: number): Answer {
  const start = body.cursor === undefined ? 0 : Number(atob(body.cursor));
  if (!Number.isInteger(start)) return failed('invalid_cursor');
  const end = start + Number(body.limit ?? usual);
  const messages = all
    .slice(start, end)
    .map((message) => shown(message, body.include_all_metadata === 'true'));
  const isMore = all.length > end;
  return {
    ok: true,
    messages,
    has_more: isMore,
    response_metadata: { next_cursor: isMore ? btoa(String(end)) : '' },
  };
}

function shown({ isBroadcast, metadata, ...message }: SlackMessage, withMetadata: boolean): object {
  return {
    type: 'message',
    user: BOT,
    ...message,
    ...(isBroadcast === true ? { subtype: 'thread_broadcast' } : {}),
    ...(withMetadata && metadata !== undefined ? { metadata } : {}),
  };
}
