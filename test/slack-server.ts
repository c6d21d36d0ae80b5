import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  type Answer,
  type Body,
  failed,
  readBody,
  readBytes,
  refuse,
  reply,
} from './slack-server/answers.ts';
import { BOT, Channels, type SlackMessage, type Whisper } from './slack-server/channels.ts';
import { type Fault, Faults } from './slack-server/faults.ts';
import { Files } from './slack-server/files.ts';
import { type HookAnswer, Hooks } from './slack-server/hooks.ts';
import { type EarlyCall, Limits } from './slack-server/limits.ts';
import { People, type SlackUserRecord, TEAM } from './slack-server/people.ts';
import { SCOPES, type Scope, scopeFor } from './slack-server/scopes.ts';
import { type OpenedView, Views } from './slack-server/views.ts';

export type { SlackMessage } from './slack-server/channels.ts';
export type { Fault } from './slack-server/faults.ts';

export interface SlackRequest {
  /** `response_url` where it was an answer address. */
  readonly method: string;
  readonly token: string | undefined;
  readonly body: Body;
  readonly at: number;
}

export interface SlackServer {
  /** For `slackApiUrl`. */
  readonly url: string;
  /** For `filesOrigin`. */
  readonly filesOrigin: string;
  /** For `hooksOrigin`. */
  readonly hooksOrigin: string;
  /** A token it accepts. `revoke` takes it away, `allow` lets another in. */
  readonly token: string;
  readonly requests: readonly SlackRequest[];
  /** Calls that came before the Retry-After of the last answer had passed. */
  readonly earlyCalls: readonly EarlyCall[];

  /** Those that begin a thread or stand alone. */
  messages(channel: string): readonly SlackMessage[];
  /** Those in the thread of the message `ts`. */
  replies(channel: string, ts: string): readonly SlackMessage[];
  /** Replies that the channel shows as well. */
  broadcasts(channel: string): readonly SlackMessage[];
  ephemerals(channel: string): readonly Whisper[];
  /** What a file that was shared holds; `undefined` when it was not. */
  fileBody(id: string): Uint8Array | undefined;
  /** Takes a message away; its thread can no longer be written in. */
  remove(channel: string, ts: string): void;
  archive(channel: string): void;
  deleteChannel(channel: string): void;
  /** Out of the channel goes `user`, without one the app itself. */
  leave(channel: string, user?: string): void;

  /** An address to answer at, good for five answers within half an hour. */
  responseUrl(): string;
  answers(responseUrl: string): readonly HookAnswer[];

  /** As it comes with a press: good for one dialogue within three seconds. */
  trigger(): string;
  readonly views: readonly OpenedView[];

  addUser(user: SlackUserRecord): void;
  addGroup(id: string, members: readonly string[]): void;

  /** What the next requests meet, one each. */
  fail(...next: readonly Fault[]): void;
  /** What every request meets from the one moment until the other: milliseconds by the server's clock. */
  down(from: number, to: number, how: Fault): void;
  allow(token: string): void;
  revoke(token: string): void;
  withoutScope(scope: Scope): void;
  close(): Promise<void>;
}

export interface SlackServerOptions {
  /** Enforces Slack's one message a second and channel, and how often each method may be called in a minute. */
  readonly rateLimited?: boolean;
  /** Milliseconds; for tests that keep their own time. */
  readonly now?: () => number;
  /** The organisation that the workspace belongs to. */
  readonly enterprise?: string;
}

const TOKEN = 'xoxb-anchorwatch-test';

/** A Slack on 127.0.0.1 that accepts and refuses as Slack does (gcp-facts 10). It fails a message that Slack would fail, so that tests need no other. */
export async function startSlackServer(options: SlackServerOptions = {}): Promise<SlackServer> {
  const slack = new Slack(options);
  const server = createServer((request, response) => void slack.serve(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const origin = `http://127.0.0.1:${port}`;
  const { channels, faults, files, hooks, people, views } = slack;
  files.origin = origin;
  return {
    url: `${origin}/api/`,
    filesOrigin: origin,
    hooksOrigin: origin,
    token: TOKEN,
    requests: slack.requests,
    earlyCalls: slack.limits.early,

    messages: (channel) => channels.roots(channel),
    replies: (channel, ts) => channels.repliesTo(channel, ts),
    broadcasts: (channel) => channels.broadcasts(channel),
    ephemerals: (channel) => channels.channel(channel).whispers,
    fileBody: (id) => files.bodyOf(id),
    remove: (channel, ts) => void channels.channel(channel).messages.delete(ts),
    archive: (channel) => void Object.assign(channels.channel(channel), { isArchived: true }),
    deleteChannel: (channel) => void Object.assign(channels.channel(channel), { isDeleted: true }),
    leave: (channel, user = BOT) => void channels.channel(channel).absent.add(user),

    responseUrl: () => `${origin}${hooks.mint(slack.now())}`,
    answers: (responseUrl) => hooks.answersAt(new URL(responseUrl).pathname),

    trigger: () => views.trigger(slack.now()),
    views: views.opened,

    addUser: (user) => people.add(user),
    addGroup: (id, members) => people.addGroup(id, members),

    fail: (...next) => faults.add(...next),
    down: (from, to, how) => faults.addOutage(from, to, how),
    allow: (token) => void slack.tokens.add(token),
    revoke: (token) => void slack.tokens.delete(token),
    withoutScope: (scope) => void slack.scopes.delete(scope),
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

class Slack {
  readonly requests: SlackRequest[] = [];
  readonly tokens = new Set([TOKEN]);
  readonly scopes = new Set<Scope>(SCOPES);
  readonly faults = new Faults();
  readonly limits = new Limits();
  readonly files = new Files();
  readonly hooks = new Hooks();
  readonly people = new People();
  readonly views = new Views();
  readonly channels: Channels;
  readonly now: () => number;
  readonly #options: SlackServerOptions;

  constructor(options: SlackServerOptions) {
    this.#options = options;
    this.now = options.now ?? Date.now;
    this.channels = new Channels(this.now);
  }

  async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? '/', 'http://slack');
    const isHook = pathname.startsWith('/hooks/');
    const isUpload = Files.isUpload(pathname);
    const method = isHook ? 'response_url' : isUpload ? 'upload_url' : pathname.replace(/^\/api\//, '');
    const bytes = isUpload ? await readBytes(request) : undefined;
    const body = bytes === undefined ? await readBody(request) : {};
    const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? body.token;
    const now = this.now();
    this.requests.push({ method, token, body, at: now });
    this.limits.note(method, body.channel, now);

    const fault = this.faults.take(method, now);
    if (fault !== undefined && 'hang' in fault) return;
    if (fault !== undefined && 'hangUp' in fault) return void response.destroy();
    if (fault !== undefined && 'garbage' in fault) return void response.writeHead(200).end(fault.garbage);
    if (fault !== undefined && 'error' in fault) return reply(response, failed(fault.error));
    if (fault !== undefined && 'status' in fault) {
      this.limits.askToWait(method, body.channel, fault.retryAfter, now);
      return refuse(response, fault.status, fault.retryAfter);
    }
    const retryAfter = this.#isLimited(fault) ? this.limits.retryAfter(method, body.channel, now) : undefined;
    if (retryAfter !== undefined) {
      this.limits.askToWait(method, body.channel, retryAfter, now);
      return refuse(response, 429, retryAfter);
    }

    if (isHook) {
      const [status, text] = this.hooks.receive(pathname, body, now);
      return void (fault === undefined ? response.writeHead(status).end(text) : response.destroy());
    }
    if (bytes !== undefined) {
      const [status, text] = this.files.upload(pathname, bytes);
      return void (fault === undefined ? response.writeHead(status).end(text) : response.destroy());
    }
    const answer = this.#answer(method, token, body);
    if (fault !== undefined) return void response.destroy();
    reply(response, answer, answer.error === 'invalid_auth' ? [] : [...this.scopes]);
  }

  #isLimited(fault: Fault | undefined): boolean {
    return fault === undefined && this.#options.rateLimited === true;
  }

  #answer(method: string, token: string | undefined, body: Body): Answer {
    if (token === undefined) return failed('not_authed');
    if (!this.tokens.has(token)) return failed('invalid_auth');
    const scope = scopeFor(method, body.channel);
    if (scope !== undefined && !this.scopes.has(scope))
      return { ...failed('missing_scope'), needed: scope, provided: [...this.scopes].join(',') };
    switch (method) {
      case 'auth.test':
        return this.#whoami();
      case 'chat.postMessage':
        return this.channels.post(body);
      case 'chat.update':
        return this.channels.update(body);
      case 'chat.postEphemeral':
        return this.channels.postEphemeral(body);
      case 'chat.getPermalink':
        return this.channels.permalink(body);
      case 'conversations.info':
        return this.channels.info(body);
      case 'conversations.history':
        return this.channels.history(body);
      case 'conversations.replies':
        return this.channels.replies(body);
      case 'files.getUploadURLExternal':
        return this.files.address(body);
      case 'files.completeUploadExternal':
        return this.files.complete(body, (files) => this.channels.share(body, files));
      case 'views.open':
        return this.views.open(body, this.now());
      case 'users.info':
        return this.people.info(body, this.scopes.has('users:read.email'));
      case 'usergroups.users.list':
        return this.people.group(body);
      default:
        return failed('unknown_method');
    }
  }

  #whoami(): Answer {
    const { enterprise } = this.#options;
    return {
      ok: true,
      url: 'https://acme.slack.com/',
      team: 'Acme',
      user: 'anchorwatch',
      team_id: TEAM,
      user_id: BOT,
      bot_id: 'B0WATCH',
      ...(enterprise === undefined ? {} : { enterprise_id: enterprise }),
    };
  }
}
