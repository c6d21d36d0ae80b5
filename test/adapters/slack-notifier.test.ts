import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { slackNotifier } from '../../shared/adapters/slack-notifier.ts';
import { slackMessage } from '../../shared/alerts/slack-message.ts';
import type { AlertMessage, Notifier, SendResult } from '../../shared/ports.ts';
import { finding, incident, NIGHT, resolved } from '../alerts/examples.ts';
import { type Fault, type SlackServer, startSlackServer } from '../slack-server.ts';

const OPEN = slackMessage({ incident: incident(), findings: [finding()], asOf: NIGHT, buttons: true });
const REPAIRED = slackMessage({
  incident: incident(),
  findings: [resolved({ confirming: true })],
  asOf: NIGHT,
  buttons: true,
});

let slack: SlackServer;
let notifier: Notifier;

beforeEach(async () => {
  slack = await startSlackServer();
  notifier = slackNotifier({ token: async () => slack.token, slackApiUrl: slack.url, timeoutMillis: 1_000 });
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

describe('a thread', () => {
  const NOTE: AlertMessage = { text: 'Acknowledged by jane@acme.example', blocks: [] };

  it('is written in below its message', async () => {
    const root = await handleOf(notifier.post('C0SOC', OPEN, 'k'));
    const reply = await handleOf(notifier.post('C0SOC', NOTE, 'k2', { of: root, broadcast: false }));
    expect(slack.messages('C0SOC')).toMatchObject([{ ts: root.ts, text: OPEN.text }]);
    expect(slack.replies('C0SOC', root.ts)).toMatchObject([{ ts: reply.ts, text: NOTE.text }]);
    expect(slack.broadcasts('C0SOC')).toEqual([]);
  });

  it('may be shown in the channel too', async () => {
    const of = await handleOf(notifier.post('C0SOC', OPEN, 'k'));
    const reply = await handleOf(notifier.post('C0SOC', NOTE, 'k2', { of, broadcast: true }));
    expect(slack.broadcasts('C0SOC')).toMatchObject([{ ts: reply.ts, thread_ts: of.ts }]);
  });

  it('has messages that can be edited', async () => {
    const of = await handleOf(notifier.post('C0SOC', OPEN, 'k'));
    const reply = await handleOf(notifier.post('C0SOC', NOTE, 'k2', { of, broadcast: false }));
    expect(await handleOf(notifier.update(reply, { ...NOTE, text: 'Nobody yet' }))).toEqual(reply);
    expect(slack.replies('C0SOC', of.ts)).toMatchObject([{ text: 'Nobody yet', edits: 1 }]);
  });

  it('is gone with its message', async () => {
    const of = await handleOf(notifier.post('C0SOC', OPEN, 'k'));
    slack.remove('C0SOC', of.ts);
    expect(await notifier.post('C0SOC', NOTE, 'k2', { of, broadcast: false })).toEqual({
      kind: 'reroute',
      gone: 'message',
      why: 'thread_not_found',
    });
  });
});

describe('a link to a message', () => {
  it('leads to it, in its thread as well', async () => {
    const of = await handleOf(notifier.post('C0SOC', OPEN, 'k'));
    const reply = await handleOf(notifier.post('C0SOC', OPEN, 'k2', { of, broadcast: false }));
    expect(await notifier.permalink(of)).toBe(
      `https://acme.slack.com/archives/C0SOC/p${of.ts.replace('.', '')}`,
    );
    expect(await notifier.permalink(reply)).toContain(`thread_ts=${of.ts}`);
  });

  it.each<[string, Fault]>([
    ['the message is gone', { error: 'message_not_found' }],
    ['Slack is away', { status: 503 }],
    ['Slack does not answer', { hang: true }],
    ['the token is refused', { error: 'invalid_auth' }],
    ['the answer has none', { garbage: '{"ok":true}' }],
  ])('is not to be had: %s', async (_behaviour, fault) => {
    const handle = await handleOf(notifier.post('C0SOC', OPEN, 'k'));
    slack.fail(fault);
    expect(await notifier.permalink(handle)).toBeUndefined();
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
    ['an error code nobody knows', { error: 'gremlins' }, wait(30, 'gremlins')],
    ['an error without a code', { garbage: '{"ok":false}' }, wait(30, 'unreadable_answer')],
    ['an answer that is nothing', { garbage: 'null' }, wait(30, 'unknown_error')],
    ['accepted, but where?', { garbage: '{"ok":true}' }, wait(30, 'answer_without_ts')],
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

  it('wait: the line is cut before', async () => {
    slack.fail({ hangUp: true });
    expect(await notifier.post('C0SOC', OPEN, 'k')).toMatchObject({ kind: 'wait', ambiguous: true });
    expect(slack.messages('C0SOC')).toEqual([]);
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

  it.each<[string, () => void]>([
    ['is_archived', () => slack.archive('C0SOC')],
    ['channel_not_found', () => slack.deleteChannel('C0SOC')],
    ['not_in_channel', () => slack.leave('C0SOC')],
  ])('another channel: %s', async (why, happen) => {
    happen();
    expect(await notifier.post('C0SOC', OPEN, 'k')).toEqual({ kind: 'reroute', gone: 'channel', why });
    expect(await notifier.post('C0PAY', OPEN, 'k')).toMatchObject({ kind: 'sent' });
  });

  it('another channel: names are no ids', async () => {
    expect(await notifier.post('#general', OPEN, 'k')).toEqual({
      kind: 'reroute',
      gone: 'channel',
      why: 'channel_not_found',
    });
  });

  it('a new message: the old one is gone', async () => {
    const handle = await handleOf(notifier.post('C0SOC', OPEN, 'k'));
    slack.remove('C0SOC', handle.ts);
    expect(await notifier.update(handle, REPAIRED)).toEqual({
      kind: 'reroute',
      gone: 'message',
      why: 'message_not_found',
    });
  });

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
  it('may not do that: no scope', async () => {
    slack.withoutScope('chat:write');
    expect(await notifier.post('C0SOC', OPEN, 'k')).toEqual({ kind: 'credential', why: 'missing_scope' });
  });

  it('is read again once it is refused, and a rotated one sends the message', async () => {
    const tokens = ['xoxb-old', slack.token];
    const rotating = slackNotifier({
      token: async () => tokens.shift() ?? slack.token,
      slackApiUrl: slack.url,
    });
    expect(await rotating.post('C0SOC', OPEN, 'k')).toMatchObject({ kind: 'sent' });
    expect(slack.requests.map((request) => request.token)).toEqual(['xoxb-old', slack.token]);
  });

  it('is rotated between two messages, and neither is lost', async () => {
    let token = slack.token;
    const rotating = slackNotifier({ token: async () => token, slackApiUrl: slack.url });
    const handle = await handleOf(rotating.post('C0SOC', OPEN, 'k'));
    slack.revoke(slack.token);
    token = 'xoxb-new';
    slack.allow(token);
    expect(await rotating.update(handle, REPAIRED)).toMatchObject({ kind: 'sent' });
    expect(await rotating.find('C0SOC', 'k', 0n)).toEqual({ kind: 'found', handle });
    expect(slack.requests.map((request) => request.token)).toEqual([
      slack.token,
      slack.token,
      'xoxb-new',
      'xoxb-new',
    ]);
  });

  it('is read anew when the rotated one could not be read', async () => {
    const tokens = ['xoxb-old', undefined, slack.token];
    const shaky = slackNotifier({
      token: async () => tokens.shift() ?? Promise.reject(new Error('secret manager is away')),
      slackApiUrl: slack.url,
    });
    expect(await shaky.post('C0SOC', OPEN, 'k')).toEqual({ kind: 'credential', why: 'invalid_auth' });
    expect(await shaky.post('C0SOC', OPEN, 'k')).toMatchObject({ kind: 'sent' });
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
