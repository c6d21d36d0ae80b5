/** A message of unknown fate is looked for by its key: Slack has no idempotency key. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { slackNotifier } from '../../shared/adapters/slack-notifier.ts';
import { type Nanos, SECOND } from '../../shared/model/time.ts';
import type { AlertMessage, InThread, MessageHandle, Notifier } from '../../shared/ports.ts';
import { type Fault, type SlackServer, startSlackServer } from '../slack-server.ts';

const MESSAGE: AlertMessage = { text: 'An alert', blocks: [] };

let now: number;
let slack: SlackServer;
let notifier: Notifier;
beforeEach(async () => {
  now = Date.UTC(2026, 2, 1, 2, 14);
  slack = await startSlackServer({ now: () => now });
  notifier = slackNotifier({ token: async () => slack.token, slackApiUrl: slack.url, timeoutMillis: 200 });
});
afterEach(() => slack.close());

const nanos = (): Nanos => BigInt(now) * 1_000_000n;

async function posted(key: string, thread?: InThread): Promise<MessageHandle> {
  const sent = await notifier.post('C0SOC', MESSAGE, key, thread);
  if (sent.kind !== 'sent') throw new Error(`not sent: ${JSON.stringify(sent)}`);
  return sent.handle;
}

describe('a message whose answer was lost', () => {
  it('is there', async () => {
    await posted('before');
    const began = nanos();
    slack.fail({ acceptThenHangUp: true });
    expect(await notifier.post('C0SOC', MESSAGE, 'lost')).toMatchObject({ kind: 'wait', ambiguous: true });
    await posted('after');
    expect(await notifier.find('C0SOC', 'lost', began)).toEqual({
      kind: 'found',
      handle: { channel: 'C0SOC', ts: slack.messages('C0SOC')[1]?.ts },
    });
  });

  it('is not there', async () => {
    const began = nanos();
    slack.fail({ hangUp: true });
    expect(await notifier.post('C0SOC', MESSAGE, 'lost')).toMatchObject({ kind: 'wait', ambiguous: true });
    await posted('after');
    expect(await notifier.find('C0SOC', 'lost', began)).toEqual({ kind: 'absent' });
  });

  it('is there, in its thread', async () => {
    const of = await posted('root');
    now += 3_600_000;
    const began = nanos();
    slack.fail({ acceptThenHangUp: true });
    await notifier.post('C0SOC', MESSAGE, 'lost', { of, broadcast: false });
    const thread = { of, broadcast: false };
    const ts = slack.replies('C0SOC', of.ts)[0]?.ts;
    expect(await notifier.find('C0SOC', 'lost', began, thread)).toEqual({
      kind: 'found',
      handle: { channel: 'C0SOC', ts },
    });
    // The channel does not show what is in a thread.
    expect(await notifier.find('C0SOC', 'lost', began)).toEqual({ kind: 'absent' });
    expect(await notifier.find('C0SOC', 'other', began, thread)).toEqual({ kind: 'absent' });
  });

  it("is there, though our clock is ahead of Slack's", async () => {
    const handle = await posted('lost');
    expect(await notifier.find('C0SOC', 'lost', nanos() + 59n * SECOND)).toEqual({ kind: 'found', handle });
    expect(await notifier.find('C0SOC', 'lost', nanos() + 61n * SECOND)).toEqual({ kind: 'absent' });
  });

  it('is asked for in the first minute of time as well', async () => {
    now = 1_000;
    const handle = await posted('lost');
    expect(await notifier.find('C0SOC', 'lost', nanos())).toEqual({ kind: 'found', handle });
  });
});

describe('only our own mark counts', () => {
  it.each([
    ['another event', { event_type: 'deploy_started', event_payload: { key: 'lost' } }],
    ['another key', { event_type: 'anchorwatch_alert', event_payload: { key: 'lost2' } }],
    ['no key', { event_type: 'anchorwatch_alert', event_payload: {} }],
  ])('%s', async (_behaviour, metadata) => {
    const body = new URLSearchParams({
      channel: 'C0SOC',
      text: 'hello',
      metadata: JSON.stringify(metadata),
    });
    const answer = await fetch(`${slack.url}chat.postMessage`, {
      method: 'POST',
      headers: { authorization: `Bearer ${slack.token}` },
      body,
    });
    expect(await answer.json()).toMatchObject({ ok: true });
    expect(await notifier.find('C0SOC', 'lost', nanos())).toEqual({ kind: 'absent' });
  });
});

describe('many messages', () => {
  const FULL_PAGE = '{"ok":true,"messages":[],"has_more":true,"response_metadata":{"next_cursor":"MjAw"}}';
  const pages = () => slack.requests.filter(({ method }) => method === 'conversations.history').length;

  it('are looked through page by page', async () => {
    const handle = await posted('lost');
    for (let at = 0; at < 200; at++) await posted(`other-${at}`);
    expect(await notifier.find('C0SOC', 'lost', nanos())).toEqual({ kind: 'found', handle });
    expect(pages()).toBe(2);
  });

  it('are not looked through for ever', async () => {
    slack.fail(...Array.from({ length: 9 }, () => ({ garbage: FULL_PAGE })));
    expect(await notifier.find('C0SOC', 'lost', nanos())).toEqual({
      kind: 'unknown',
      why: 'too_many_messages',
    });
    expect(pages()).toBe(5);
  });

  it('are not known when a later page fails', async () => {
    slack.fail({ garbage: FULL_PAGE }, { status: 500 });
    expect(await notifier.find('C0SOC', 'lost', nanos())).toEqual({
      kind: 'wait',
      seconds: 30,
      why: 'http_500',
    });
  });
});

describe('it cannot be known', () => {
  it.each<[string, string, () => void]>([
    ['C0SOC', 'missing_scope', () => slack.withoutScope('channels:history')],
    ['G0SOC', 'missing_scope', () => slack.withoutScope('groups:history')],
    ['C0SOC', 'not_in_channel', () => slack.leave('C0SOC')],
    ['C0SOC', 'channel_not_found', () => slack.deleteChannel('C0SOC')],
  ])('%s: %s', async (channel, why, happen) => {
    happen();
    expect(await notifier.find(channel, 'lost', nanos())).toEqual({ kind: 'unknown', why });
  });

  it.each<[string, Fault]>([
    ['no_permission', { error: 'no_permission' }],
    ['invalid_auth', { error: 'invalid_auth' }],
    ['page_without_cursor', { garbage: '{"ok":true,"messages":[],"has_more":true}' }],
  ])('%s', async (why, fault) => {
    await posted('lost');
    slack.fail(fault);
    expect(await notifier.find('C0SOC', 'lost', nanos())).toEqual({ kind: 'unknown', why });
  });

  it.each<[string, Fault]>([
    ['ratelimited', { status: 429, retryAfter: '30' }],
    ['http_503', { status: 503 }],
    ['timeout', { hang: true }],
    ['unreadable_answer', { garbage: '<html>Bad gateway</html>' }],
  ])('now, and may be later: %s', async (why, fault) => {
    await posted('lost');
    slack.fail(fault);
    expect(await notifier.find('C0SOC', 'lost', nanos())).toEqual({ kind: 'wait', seconds: 30, why });
  });

  it('thread_not_found', async () => {
    const of = await posted('root');
    slack.remove('C0SOC', of.ts);
    expect(await notifier.find('C0SOC', 'lost', nanos(), { of, broadcast: false })).toEqual({
      kind: 'unknown',
      why: 'thread_not_found',
    });
  });
});
