/** The Slack we test against, asked as a client would ask: what it keeps, what it refuses, how it fails. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type SlackServer, startSlackServer } from '../slack-server.ts';

const SOC = 'C0SOC';
const MINUTE = 60_000;

let now: number;
let slack: SlackServer;
beforeEach(async () => {
  now = Date.UTC(2026, 2, 1, 2, 14);
  slack = await startSlackServer({ now: () => now });
});
afterEach(() => slack.close());

interface Answered {
  readonly ok: boolean;
  readonly error?: string;
  readonly ts: string;
  readonly messages: readonly { readonly ts: string; readonly [field: string]: unknown }[];
  readonly has_more: boolean;
  readonly response_metadata: { readonly next_cursor: string };
}

async function request(
  method: string,
  body: Readonly<Record<string, string>>,
  at = slack,
): Promise<Response> {
  return fetch(`${at.url}${method}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${at.token}` },
    body: new URLSearchParams(body),
  });
}

async function call(method: string, body: Readonly<Record<string, string>>): Promise<Answered> {
  return (await (await request(method, body)).json()) as Answered;
}

async function post(text: string, more: Readonly<Record<string, string>> = {}): Promise<string> {
  return (await call('chat.postMessage', { channel: SOC, text, ...more })).ts;
}

describe('threads', () => {
  it('are kept under their first message', async () => {
    const root = await post('root');
    await post('alone');
    await post('one', { thread_ts: root });
    await post('two', { thread_ts: root, reply_broadcast: 'true' });
    expect(slack.messages(SOC).map(({ text }) => text)).toEqual(['root', 'alone']);
    expect(slack.replies(SOC, root).map(({ text }) => text)).toEqual(['one', 'two']);
    expect(slack.broadcasts(SOC).map(({ text }) => text)).toEqual(['two']);
  });

  it('are read from their first message on; the channel shows what was meant for it', async () => {
    const root = await post('root');
    now += MINUTE;
    const later = String(Math.floor(now / 1000) - 1);
    await post('one', { thread_ts: root });
    await post('two', { thread_ts: root, reply_broadcast: 'true' });
    const thread = await call('conversations.replies', { channel: SOC, ts: root, oldest: later });
    expect(thread.messages.map(({ text }) => text)).toEqual(['root', 'one', 'two']);
    const channel = await call('conversations.history', { channel: SOC });
    expect(channel.messages).toMatchObject([
      { text: 'two', subtype: 'thread_broadcast', thread_ts: root },
      { text: 'root' },
    ]);
  });

  it('have one level, and need a message to begin with', async () => {
    const root = await post('root');
    const reply = await post('one', { thread_ts: root });
    expect(await call('chat.postMessage', { channel: SOC, text: 'x', thread_ts: reply })).toMatchObject({
      error: 'cannot_reply_to_message',
    });
    slack.remove(SOC, root);
    for (const [method, field] of [
      ['chat.postMessage', 'thread_ts'],
      ['conversations.replies', 'ts'],
    ] as const)
      expect(await call(method, { channel: SOC, text: 'x', [field]: root })).toMatchObject({
        error: 'thread_not_found',
      });
  });
});

describe('history', () => {
  it('comes in pages, the newest first', async () => {
    for (const text of ['1', '2', '3']) await post(text);
    const first = await call('conversations.history', { channel: SOC, limit: '2' });
    expect(first.messages.map(({ text }) => text)).toEqual(['3', '2']);
    expect(first.has_more).toBe(true);
    const { next_cursor: cursor } = first.response_metadata;
    const second = await call('conversations.history', { channel: SOC, limit: '2', cursor });
    expect(second).toMatchObject({ messages: [{ text: '1' }], has_more: false });
    expect(await call('conversations.history', { channel: SOC, cursor: btoa('x') })).toMatchObject({
      error: 'invalid_cursor',
    });
  });

  it('begins after `oldest`, to the microsecond', async () => {
    const [first, second] = [await post('1'), await post('2')];
    const after = await call('conversations.history', { channel: SOC, oldest: first });
    expect(after.messages.map(({ ts }) => ts)).toEqual([second]);
    const until = await call('conversations.history', { channel: SOC, latest: first });
    expect(until.messages.map(({ ts }) => ts)).toEqual([first]);
  });

  it.each(['oldest', 'latest'])('refuses what is no time: %s', async (field) => {
    for (const time of ['-59.000000', 'yesterday', '1.1234567', ''])
      for (const method of ['conversations.history', 'conversations.replies'])
        expect(await call(method, { channel: SOC, ts: await post('x'), [field]: time })).toMatchObject({
          error: `invalid_ts_${field}`,
        });
  });

  it('shows metadata to those who ask for it', async () => {
    const metadata = { event_type: 'e', event_payload: { key: 'k' } };
    await post('1', { metadata: JSON.stringify(metadata) });
    const asked = await call('conversations.history', { channel: SOC, include_all_metadata: 'true' });
    expect(asked.messages).toMatchObject([{ metadata }]);
    const [plain] = (await call('conversations.history', { channel: SOC })).messages;
    expect(plain).not.toHaveProperty('metadata');
  });
});

describe('content', () => {
  it.each([
    ['chat.update', 4_001],
    ['chat.postEphemeral', 4_001],
    ['chat.postMessage', 40_001],
  ])('is too long for %s', async (method, length) => {
    const ts = await post('root');
    const body = { channel: SOC, ts, user: 'U0JANE', text: 'x'.repeat(length) };
    expect(await call(method, body)).toMatchObject({ ok: false, error: 'msg_too_long' });
    expect(await call(method, { ...body, text: body.text.slice(1) })).toMatchObject({ ok: true });
  });
});

describe('channels', () => {
  it.each([
    ['archived', () => slack.archive(SOC), ['is_archived', 'is_archived', 'is_inactive', undefined]],
    [
      'left',
      () => slack.leave(SOC),
      ['not_in_channel', 'not_in_channel', 'channel_not_found', 'not_in_channel'],
    ],
    ['deleted', () => slack.deleteChannel(SOC), Array.from({ length: 4 }, () => 'channel_not_found')],
  ])('that are %s refuse', async (_what, happen, errors) => {
    const ts = await post('root');
    happen();
    const methods = ['chat.postMessage', 'chat.postEphemeral', 'chat.update', 'conversations.history'];
    const body = { channel: SOC, ts, text: 'x', user: 'U0JANE' };
    const answers = await Promise.all(methods.map((method) => call(method, body)));
    expect(answers.map(({ error }) => error)).toEqual(errors);
    expect(await call('chat.postMessage', { channel: 'C0PAY', text: 'x' })).toMatchObject({ ok: true });
  });
});

describe('scopes', () => {
  it('say which one is needed', async () => {
    slack.withoutScope('channels:history');
    expect(await call('conversations.history', { channel: SOC })).toMatchObject({
      error: 'missing_scope',
      needed: 'channels:history',
      provided: expect.not.stringContaining('channels:history'),
    });
    expect(await call('conversations.history', { channel: 'G0SOC' })).toMatchObject({ ok: true });
    expect(await call('chat.postMessage', { channel: SOC, text: 'x' })).toMatchObject({ ok: true });
  });
});

describe('limits', () => {
  let strict: SlackServer;
  beforeEach(async () => {
    strict = await startSlackServer({ now: () => now, rateLimited: true });
  });
  afterEach(() => strict.close());

  async function statusOf(method: string, body: Readonly<Record<string, string>>): Promise<number> {
    return (await request(method, { text: 'x', ...body }, strict)).status;
  }

  it('let one message a second into a channel', async () => {
    expect(await statusOf('chat.postMessage', { channel: SOC })).toBe(200);
    now += 999;
    const refused = await request('chat.postMessage', { channel: SOC, text: 'x' }, strict);
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '1']);
    expect(await statusOf('chat.postMessage', { channel: 'C0PAY' })).toBe(200);
    now += 1_000;
    expect(await statusOf('chat.postMessage', { channel: SOC })).toBe(200);
    expect(strict.earlyCalls).toEqual([]);
  });

  it('let fifty edits a minute into the workspace', async () => {
    const edit = (at: number) => ({ channel: `C0${at % 3}`, ts: '1.0' });
    for (let at = 0; at < 50; at++) expect(await statusOf('chat.update', edit(at))).toBe(200);
    now += 20_000;
    const refused = await request('chat.update', { ...edit(50), text: 'x' }, strict);
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '40']);
    now += 40_000;
    expect(await statusOf('chat.update', edit(51))).toBe(200);
  });

  it('are noted when they are not kept', async () => {
    slack.fail({ method: 'chat.postMessage', status: 429, retryAfter: '30' });
    const began = now;
    expect((await request('chat.postMessage', { channel: SOC, text: 'x' })).status).toBe(429);
    await post('elsewhere', { channel: 'C0PAY' });
    expect(slack.earlyCalls).toEqual([]);
    now += 29_999;
    await post('too early');
    expect(slack.earlyCalls).toEqual([
      { method: 'chat.postMessage', channel: SOC, at: now, notBefore: began + 30_000 },
    ]);
    now += 1;
    await post('in time');
    expect(slack.earlyCalls).toHaveLength(1);
  });
});

describe('outages', () => {
  it('begin and end by the clock', async () => {
    slack.down(now + MINUTE, now + 2 * MINUTE, { status: 503 });
    const status = async () => (await request('chat.postMessage', { channel: SOC, text: 'x' })).status;
    expect(await status()).toBe(200);
    now += MINUTE;
    expect([await status(), await status()]).toEqual([503, 503]);
    now += MINUTE;
    expect(await status()).toBe(200);
    expect(slack.messages(SOC)).toHaveLength(2);
  });

  it('may concern one method, and one request', async () => {
    slack.down(now, now + 1, { method: 'chat.update', error: 'fatal_error' });
    slack.fail({ method: 'auth.test', garbage: 'x' });
    expect(await call('chat.postMessage', { channel: SOC, text: 'x' })).toMatchObject({ ok: true });
    expect(await call('chat.update', { channel: SOC })).toMatchObject({ error: 'fatal_error' });
    expect(await (await request('auth.test', {})).text()).toBe('x');
    expect(await call('auth.test', {})).toMatchObject({ ok: true, team_id: 'T0ACME' });
  });

  it.each([
    ['nothing was done', { hangUp: true } as const, 0],
    ['all was done', { acceptThenHangUp: true } as const, 1],
  ])('may cut the line: %s', async (_what, fault, messages) => {
    slack.fail(fault);
    await expect(request('chat.postMessage', { channel: SOC, text: 'x' })).rejects.toThrow('fetch failed');
    expect(slack.messages(SOC)).toHaveLength(messages);
  });
});

describe('what is not there', () => {
  it('is refused', async () => {
    expect(await call('chat.delete', { channel: SOC })).toMatchObject({ error: 'unknown_method' });
    expect(await call('chat.postMessage', { channel: '#general', text: 'x' })).toMatchObject({
      error: 'channel_not_found',
    });
    expect(await call('chat.getPermalink', { channel: SOC, message_ts: '1.0' })).toMatchObject({
      error: 'message_not_found',
    });
    const hook = await fetch(`${slack.hooksOrigin}/hooks/actions/T0ACME/1/none`, {
      method: 'POST',
      body: '{}',
    });
    expect(hook.status).toBe(404);
  });
});
