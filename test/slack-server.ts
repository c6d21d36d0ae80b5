import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { blockKitErrors } from './alerts/block-kit.ts';

/** One message as Slack keeps it. */
export interface SlackMessage {
  readonly ts: string;
  readonly text: string;
  readonly blocks: readonly unknown[];
  readonly metadata?: unknown;
  /** How often `chat.update` has changed it. */
  readonly edits: number;
}

export interface SlackRequest {
  readonly method: string;
  readonly token: string | undefined;
  readonly body: Readonly<Record<string, string>>;
  readonly at: number;
}

/** What the next request meets instead of a good answer. `method` makes it wait for a call of that one. */
export type Fault = { readonly method?: string } & (
  | { readonly error: string }
  | { readonly status: number; readonly retryAfter?: string }
  /** Never answers. */
  | { readonly hang: true }
  /** Does what was asked, then cuts the line: the client cannot know. */
  | { readonly acceptThenHangUp: true }
  /** Answers 200 with this text. */
  | { readonly garbage: string }
);

export interface SlackServer {
  /** For `slackApiUrl`. */
  readonly url: string;
  /** A token it accepts. `revoke` takes it away, `allow` lets another in. */
  readonly token: string;
  readonly requests: readonly SlackRequest[];
  messages(channel: string): readonly SlackMessage[];
  fail(...next: readonly Fault[]): void;
  allow(token: string): void;
  revoke(token: string): void;
  close(): Promise<void>;
}

export interface SlackServerOptions {
  /** Enforces Slack's one message a second and channel. */
  readonly rateLimited?: boolean;
  /** Milliseconds; for tests that keep their own time. */
  readonly now?: () => number;
}

const TOKEN = 'xoxb-anchorwatch-test';

/** A Slack on 127.0.0.1 that accepts and refuses as Slack does (gcp-facts 10). It fails a message that Slack would fail, so that tests need no other. */
export async function startSlackServer(options: SlackServerOptions = {}): Promise<SlackServer> {
  const slack = new Slack(options);
  const server = createServer((request, response) => void slack.serve(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/api/`,
    token: TOKEN,
    requests: slack.requests,
    messages: (channel) => [...(slack.channels.get(channel)?.values() ?? [])],
    fail: (...next) => void slack.faults.push(...next),
    allow: (token) => void slack.tokens.add(token),
    revoke: (token) => void slack.tokens.delete(token),
    close: () => closed(server),
  };
}

async function closed(server: Server): Promise<void> {
  const done = new Promise<void>((resolve, reject) =>
    server.close((error) => (error ? reject(error) : resolve())),
  );
  server.closeAllConnections();
  await done;
}

type Answer = { readonly ok: boolean } & Readonly<Record<string, unknown>>;

class Slack {
  readonly channels = new Map<string, Map<string, SlackMessage>>();
  readonly requests: SlackRequest[] = [];
  readonly faults: Fault[] = [];
  readonly tokens = new Set([TOKEN]);
  readonly #options: SlackServerOptions;
  readonly #lastPost = new Map<string, number>();
  #posted = 0;

  constructor(options: SlackServerOptions) {
    this.#options = options;
  }

  async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const method = new URL(request.url ?? '/', 'http://slack').pathname.replace(/^\/api\//, '');
    const body = parseBody(request.headers['content-type'], await textOf(request));
    const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? body.token;
    this.requests.push({ method, token, body, at: this.#now() });

    const fault = this.#takeFault(method);
    if (fault !== undefined && 'hang' in fault) return;
    if (fault !== undefined && 'garbage' in fault) return void response.writeHead(200).end(fault.garbage);
    if (fault !== undefined && 'status' in fault) return refuse(response, fault.status, fault.retryAfter);
    if (fault !== undefined && 'error' in fault) return reply(response, { ok: false, error: fault.error });
    if (fault === undefined && method === 'chat.postMessage' && this.#tooFast(body.channel ?? ''))
      return refuse(response, 429, '1');

    const answer = this.#answer(method, token, body);
    if (fault !== undefined) return void response.destroy();
    reply(response, answer);
  }

  #answer(method: string, token: string | undefined, body: Readonly<Record<string, string>>): Answer {
    if (token === undefined) return failed('not_authed');
    if (!this.tokens.has(token)) return failed('invalid_auth');
    switch (method) {
      case 'auth.test':
        return {
          ok: true,
          url: 'https://acme.slack.com/',
          team: 'Acme',
          user: 'anchorwatch',
          team_id: 'T0ACME',
          user_id: 'U0WATCH',
          bot_id: 'B0WATCH',
        };
      case 'chat.postMessage':
        return this.#post(body);
      case 'chat.update':
        return this.#update(body);
      case 'conversations.history':
        return this.#history(body);
      default:
        return failed('unknown_method');
    }
  }

  #post(body: Readonly<Record<string, string>>): Answer {
    const channel = body.channel ?? '';
    if (!isChannelId(channel)) return failed('channel_not_found');
    const content = readContent(body);
    if ('error' in content) return failed(content.error, content.messages);
    this.#posted++;
    const ts = `${Math.floor(this.#now() / 1000)}.${String(this.#posted).padStart(6, '0')}`;
    const message: SlackMessage = { ts, ...content, edits: 0 };
    const messages = this.channels.get(channel) ?? new Map<string, SlackMessage>();
    this.channels.set(channel, messages.set(ts, message));
    this.#lastPost.set(channel, this.#now());
    return { ok: true, channel, ts, message: { type: 'message', user: 'U0WATCH', ...message } };
  }

  #update(body: Readonly<Record<string, string>>): Answer {
    const channel = body.channel ?? '';
    if (!isChannelId(channel)) return failed('channel_not_found');
    const messages = this.channels.get(channel);
    const old = messages?.get(body.ts ?? '');
    if (messages === undefined || old === undefined) return failed('message_not_found');
    const content = readContent(body);
    if ('error' in content) return failed(content.error, content.messages);
    // An edit that brings no metadata leaves the old in place.
    const message: SlackMessage = { ...old, ...content, edits: old.edits + 1 };
    messages.set(old.ts, message);
    return { ok: true, channel, ts: old.ts, text: message.text, message };
  }

  #history(body: Readonly<Record<string, string>>): Answer {
    const channel = body.channel ?? '';
    if (!isChannelId(channel)) return failed('channel_not_found');
    const [oldest, latest] = [Number(body.oldest ?? 0), Number(body.latest ?? Number.MAX_VALUE)];
    const limit = Number(body.limit ?? 100);
    const found = [...(this.channels.get(channel)?.values() ?? [])]
      .filter(({ ts }) => Number(ts) > oldest && Number(ts) <= latest)
      .reverse();
    const withMetadata = body.include_all_metadata === 'true';
    const messages = found.slice(0, limit).map(({ metadata, ...message }) => ({
      type: 'message',
      user: 'U0WATCH',
      ...message,
      ...(withMetadata && metadata !== undefined ? { metadata } : {}),
    }));
    return { ok: true, messages, has_more: found.length > limit };
  }

  #takeFault(method: string): Fault | undefined {
    const at = this.faults.findIndex((fault) => fault.method === undefined || fault.method === method);
    return at === -1 ? undefined : this.faults.splice(at, 1)[0];
  }

  #tooFast(channel: string): boolean {
    const last = this.#lastPost.get(channel);
    return this.#options.rateLimited === true && last !== undefined && this.#now() - last < 1000;
  }

  #now(): number {
    return (this.#options.now ?? Date.now)();
  }
}

type Content = Pick<SlackMessage, 'text' | 'blocks' | 'metadata'>;

function readContent(
  body: Readonly<Record<string, string>>,
): Content | { readonly error: string; readonly messages?: readonly string[] } {
  const text = body.text ?? '';
  // Slack takes blocks without text and warns; nothing here may do that, because phones and screen readers then get nothing.
  if (text.trim() === '') return { error: 'no_text' };
  if (text.length > 40_000) return { error: 'msg_too_long' };
  const blocks = readJson(body.blocks ?? '[]');
  if (blocks === undefined) return { error: 'invalid_blocks_format' };
  const messages = blockKitErrors(blocks);
  if (messages.length > 0) return { error: 'invalid_blocks', messages };
  if (JSON.stringify(blocks).length > 13_000) return { error: 'msg_blocks_too_long' };
  if (body.metadata === undefined) return { text, blocks: blocks as readonly unknown[] };
  const metadata = readJson(body.metadata);
  return isMetadata(metadata)
    ? { text, blocks: blocks as readonly unknown[], metadata }
    : { error: 'invalid_metadata_format' };
}

function isMetadata(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { event_type: type, event_payload: payload } = value as Readonly<Record<string, unknown>>;
  return (
    typeof type === 'string' &&
    /^[A-Za-z0-9_.:-]{1,255}$/.test(type) &&
    typeof payload === 'object' &&
    payload !== null
  );
}

/** Ids, never names: a channel that is renamed keeps its id. */
function isChannelId(channel: string): boolean {
  return /^[CDG][A-Z0-9]+$/.test(channel);
}

function failed(error: string, messages: readonly string[] = []): Answer {
  return { ok: false, error, ...(messages.length === 0 ? {} : { response_metadata: { messages } }) };
}

function reply(response: ServerResponse, answer: Answer): void {
  response.writeHead(200, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(answer));
}

function refuse(response: ServerResponse, status: number, retryAfter: string | undefined): void {
  response.writeHead(status, retryAfter === undefined ? {} : { 'retry-after': retryAfter }).end();
}

function parseBody(type: string | undefined, text: string): Readonly<Record<string, string>> {
  if (type?.startsWith('application/x-www-form-urlencoded') === true)
    return Object.fromEntries(new URLSearchParams(text));
  const json = readJson(text);
  if (typeof json !== 'object' || json === null) return {};
  return Object.fromEntries(
    Object.entries(json).map(([key, value]) => [
      key,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]),
  );
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
