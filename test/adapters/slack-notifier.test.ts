import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { slackNotifier } from '../../shared/adapters/slack-notifier.ts';
import { slackMessage } from '../../shared/alerts/slack-message.ts';
import type { AlertMessage, Notifier, SendResult } from '../../shared/ports.ts';
import { finding, incident, NIGHT, resolved } from '../alerts/examples.ts';
import { type Fault, type SlackServer, startSlackServer } from '../slack-server.ts';

const OPEN = slackMessage({ incident: incident(), findings: [finding()], asOf: NIGHT });
const REPAIRED = slackMessage({
  incident: incident(),
  findings: [resolved({ confirming: true })],
  asOf: NIGHT,
});

let slack: SlackServer;
let notifier: Notifier;

beforeEach(async () => {
  slack = await startSlackServer();
  notifier = slackNotifier({ token: async () => slack.token, slackApiUrl: slack.url, timeoutMillis: 200 });
});
afterEach(() => slack.close());

async function handleOf(result: Promise<SendResult>) {
  const sent = await result;
  if (sent.kind !== 'sent') throw new Error(`not sent: ${JSON.stringify(sent)}`);
  return sent.handle;
}

describe('sending', () => {
  it('posts, then edits in place: one message in the channel', async () => {
    const handle = await handleOf(notifier.post('C0SOC', OPEN, 'outbox-1'));
    expect(await handleOf(notifier.update(handle, REPAIRED))).toEqual(handle);
    expect(slack.messages('C0SOC')).toEqual([
      {
        ts: handle.ts,
        text: REPAIRED.text,
        blocks: REPAIRED.blocks,
        edits: 1,
        metadata: { event_type: 'anchorwatch_alert', event_payload: { key: 'outbox-1' } },
      },
    ]);
  });

  it('unfurls nothing', async () => {
    await notifier.post('C0SOC', OPEN, 'k');
    expect(slack.requests[0]?.body).toMatchObject({
      unfurl_links: 'false',
      unfurl_media: 'false',
      text: OPEN.text,
    });
  });

  it('sends the plain form too, which has no blocks', async () => {
    expect(await notifier.post('C0SOC', { text: OPEN.text, blocks: [] }, 'k')).toMatchObject({
      kind: 'sent',
    });
  });

  it('reads the token when it first sends, and not before or after', async () => {
    let reads = 0;
    const token = async () => {
      reads++;
      return slack.token;
    };
    const counted = slackNotifier({ token, slackApiUrl: slack.url });
    expect(reads).toBe(0);
    await counted.post('C0SOC', OPEN, 'a');
    await counted.post('C0SOC', OPEN, 'b');
    expect(reads).toBe(1);
  });

  it("asks once, whatever comes: retrying is the outbox's", async () => {
    slack.fail({ status: 500 });
    await notifier.post('C0SOC', OPEN, 'k');
    expect(slack.requests).toHaveLength(1);
  });
});

describe('what goes wrong, by what must be done', () => {
  const wait = (seconds: number, why: string): SendResult => ({
    kind: 'wait',
    seconds,
    ambiguous: true,
    why,
  });
  it.each<[string, Fault, SendResult]>([
    ['429 says how long', { status: 429, retryAfter: '7' }, wait(7, 'ratelimited')],
    ['429 without a word', { status: 429 }, wait(30, 'unknown_error')],
    ['429 with garbage', { status: 429, retryAfter: 'soon' }, wait(30, 'unknown_error')],
    ['429 for a year is an hour', { status: 429, retryAfter: '31536000' }, wait(3600, 'ratelimited')],
    ['429 for a negative time is a second', { status: 429, retryAfter: '-5' }, wait(1, 'ratelimited')],
    ['ratelimited in a 200', { error: 'ratelimited' }, wait(30, 'ratelimited')],
    ['500', { status: 500 }, wait(30, 'http_500')],
    ['503 says how long', { status: 503, retryAfter: '12' }, wait(12, 'http_503')],
    ['no answer in time', { hang: true }, wait(30, 'timeout')],
    ["a proxy's page", { garbage: '<html>Bad gateway</html>' }, wait(30, 'unreadable_answer')],
    ['an error code nobody knows', { error: 'fatal_error' }, wait(30, 'fatal_error')],
  ])('wait: %s', async (_behaviour, fault, expected) => {
    slack.fail(fault);
    expect(await notifier.post('C0SOC', OPEN, 'k')).toEqual(expected);
  });

  it('wait: the line is cut after Slack has taken the message', async () => {
    slack.fail({ acceptThenHangUp: true });
    expect(await notifier.post('C0SOC', OPEN, 'k')).toMatchObject({
      kind: 'wait',
      seconds: 30,
      ambiguous: true,
    });
    expect(slack.messages('C0SOC')).toHaveLength(1);
  });

  it('wait, and surely not sent: nobody listens', async () => {
    const gone = await startSlackServer();
    await gone.close();
    const deaf = slackNotifier({ token: async () => gone.token, slackApiUrl: gone.url });
    expect(await deaf.post('C0SOC', OPEN, 'k')).toEqual({
      kind: 'wait',
      seconds: 30,
      ambiguous: false,
      why: 'ECONNREFUSED',
    });
  });

  it.each(['channel_not_found', 'not_in_channel', 'is_archived'])('another channel: %s', async (error) => {
    slack.fail({ error });
    expect(await notifier.post('C0SOC', OPEN, 'k')).toEqual({ kind: 'reroute', gone: 'channel', why: error });
  });

  it('another channel: names are no ids', async () => {
    expect(await notifier.post('#general', OPEN, 'k')).toEqual({
      kind: 'reroute',
      gone: 'channel',
      why: 'channel_not_found',
    });
  });

  it.each(['message_not_found', 'cant_update_message', 'edit_window_closed'])(
    'a new message: %s',
    async (error) => {
      const handle = await handleOf(notifier.post('C0SOC', OPEN, 'k'));
      slack.fail({ error });
      expect(await notifier.update(handle, REPAIRED)).toEqual({
        kind: 'reroute',
        gone: 'message',
        why: error,
      });
    },
  );

  it.each(['msg_blocks_too_long', 'msg_too_long', 'no_text', 'invalid_blocks'])(
    'the plain form: %s',
    async (error) => {
      slack.fail({ error });
      expect(await notifier.post('C0SOC', OPEN, 'k')).toEqual({ kind: 'unsendable', why: error });
    },
  );

  it.each<[string, AlertMessage, string]>([
    ['a block of no known kind', { text: 'x', blocks: [{ type: 'marquee' }] }, 'invalid_blocks'],
    [
      'a headline that is too long',
      { text: 'x', blocks: [{ type: 'header', text: { type: 'plain_text', text: 'x'.repeat(151) } }] },
      'invalid_blocks',
    ],
    ['no text', { text: '', blocks: OPEN.blocks }, 'no_text'],
    [
      'too much in all',
      {
        text: 'x',
        blocks: Array.from({ length: 5 }, () => ({
          type: 'section',
          text: { type: 'mrkdwn', text: 'x'.repeat(2_900) },
        })),
      },
      'msg_blocks_too_long',
    ],
  ])('the plain form: %s', async (_behaviour, message, why) => {
    expect(await notifier.post('C0SOC', message, 'k')).toEqual({ kind: 'unsendable', why });
  });
});

describe('the token', () => {
  it.each(['invalid_auth', 'not_authed', 'token_revoked', 'account_inactive', 'missing_scope'])(
    'is refused: %s',
    async (error) => {
      slack.fail({ error });
      expect(await notifier.post('C0SOC', OPEN, 'k')).toEqual({ kind: 'credential', why: error });
    },
  );

  it('is read again once it is refused, and a rotated one sends the message', async () => {
    const tokens = ['xoxb-old', slack.token];
    const rotating = slackNotifier({
      token: async () => tokens.shift() ?? slack.token,
      slackApiUrl: slack.url,
    });
    expect(await rotating.post('C0SOC', OPEN, 'k')).toMatchObject({ kind: 'sent' });
    expect(slack.requests.map((request) => request.token)).toEqual(['xoxb-old', slack.token]);
  });

  it('is not tried twice when it is still the same', async () => {
    slack.revoke(slack.token);
    expect(await notifier.post('C0SOC', OPEN, 'k')).toEqual({ kind: 'credential', why: 'invalid_auth' });
    expect(slack.requests).toHaveLength(1);
    slack.allow(slack.token);
    expect(await notifier.post('C0SOC', OPEN, 'k')).toMatchObject({ kind: 'sent' });
  });

  it('cannot be read: surely not sent, and read again next time', async () => {
    let broken = true;
    const token = async () => {
      if (broken) throw new Error('secret manager is away');
      return slack.token;
    };
    const shaky = slackNotifier({ token, slackApiUrl: slack.url });
    expect(await shaky.post('C0SOC', OPEN, 'k')).toEqual({
      kind: 'wait',
      seconds: 30,
      ambiguous: false,
      why: 'token_unreadable',
    });
    broken = false;
    expect(await shaky.post('C0SOC', OPEN, 'k')).toMatchObject({ kind: 'sent' });
  });
});

describe('the server we test against', () => {
  it('tells by the key whether a message of unknown fate arrived', async () => {
    slack.fail({ acceptThenHangUp: true });
    await notifier.post('C0SOC', OPEN, 'outbox-9');
    const answer = await fetch(`${slack.url}conversations.history`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${slack.token}`,
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: 'channel=C0SOC&include_all_metadata=true',
    });
    expect(await answer.json()).toMatchObject({
      ok: true,
      messages: [{ metadata: { event_payload: { key: 'outbox-9' } } }],
    });
  });

  it('holds a channel to one message a second', async () => {
    let now = 1_000_000;
    const strict = await startSlackServer({ rateLimited: true, now: () => now });
    const fast = slackNotifier({ token: async () => strict.token, slackApiUrl: strict.url });
    expect(await fast.post('C0SOC', OPEN, 'a')).toMatchObject({ kind: 'sent' });
    expect(await fast.post('C0SOC', OPEN, 'b')).toEqual({
      kind: 'wait',
      seconds: 1,
      ambiguous: true,
      why: 'ratelimited',
    });
    expect(await fast.post('C0PAY', OPEN, 'c')).toMatchObject({ kind: 'sent' });
    now += 1_000;
    expect(await fast.post('C0SOC', OPEN, 'b')).toMatchObject({ kind: 'sent' });
    await strict.close();
  });
});
