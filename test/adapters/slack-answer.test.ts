/** What one person alone is told. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { slackNotifier } from '../../shared/adapters/slack-notifier.ts';
import type { AnswerTo } from '../../shared/model/decision.ts';
import type { AlertMessage, Notifier, SendResult } from '../../shared/ports.ts';
import { type Fault, type SlackServer, startSlackServer } from '../slack-server.ts';

const ANSWER: AlertMessage = {
  text: 'You are acting on it.',
  blocks: [{ type: 'section', text: { type: 'plain_text', text: 'You are acting on it.', emoji: false } }],
};
const JANE: AnswerTo = { kind: 'ephemeral', channel: 'C0SOC', user: 'U0JANE' };
const MINUTE = 60_000;

let now: number;
let slack: SlackServer;
let notifier: Notifier;
beforeEach(async () => {
  now = Date.UTC(2026, 2, 1, 2, 14);
  slack = await startSlackServer({ now: () => now });
  notifier = slackNotifier({
    token: async () => slack.token,
    slackApiUrl: slack.url,
    hooksOrigin: slack.hooksOrigin,
    timeoutMillis: 1_000,
  });
});
afterEach(() => slack.close());

const at = (url: string): AnswerTo => ({ kind: 'response-url', url });
const gone = (why: string): SendResult => ({ kind: 'reroute', gone: 'message', why });

describe('at the address that came with a press', () => {
  it('is for whoever pressed, and the message stays as it is', async () => {
    const url = slack.responseUrl();
    expect(await notifier.answer(at(url), ANSWER)).toMatchObject({ kind: 'sent' });
    expect(slack.answers(url)).toEqual([{ ...ANSWER, response_type: 'ephemeral', replace_original: false }]);
  });

  it('may be plain text', async () => {
    const url = slack.responseUrl();
    expect(await notifier.answer(at(url), { text: 'No.', blocks: [] })).toMatchObject({ kind: 'sent' });
    expect(slack.requests[0]?.body).toEqual({
      response_type: 'ephemeral',
      replace_original: 'false',
      text: 'No.',
    });
  });

  it('shows the token to nobody', async () => {
    await notifier.answer(at(slack.responseUrl()), ANSWER);
    expect(slack.requests).toMatchObject([{ method: 'response_url', token: undefined }]);
  });

  it('comes too late after half an hour', async () => {
    const url = slack.responseUrl();
    now += 30 * MINUTE - 1;
    expect(await notifier.answer(at(url), ANSWER)).toMatchObject({ kind: 'sent' });
    now += 1;
    expect(await notifier.answer(at(url), ANSWER)).toEqual(gone('expired_url'));
  });

  it('comes once too often the sixth time', async () => {
    const url = slack.responseUrl();
    for (let use = 0; use < 5; use++)
      expect(await notifier.answer(at(url), ANSWER)).toMatchObject({ kind: 'sent' });
    expect(await notifier.answer(at(url), ANSWER)).toEqual(gone('used_url'));
  });

  it.each<[string, Fault, SendResult]>([
    ['404', { status: 404 }, gone('http_404')],
    ['410', { status: 410 }, gone('http_410')],
    ['403', { status: 403 }, gone('http_403')],
    [
      'the words for an address that has expired',
      { garbage: '{"ok":false,"error":"Expired url"}' },
      gone('expired_url'),
    ],
    [
      'a closed channel, which is no reason to say it elsewhere',
      { garbage: '{"ok":false,"error":"channel_not_found"}' },
      gone('channel_not_found'),
    ],
    [
      'a token it should not care for',
      { garbage: '{"ok":false,"error":"token_revoked"}' },
      gone('token_revoked'),
    ],
    ['400', { status: 400 }, { kind: 'unsendable', why: 'http_400' }],
    [
      'blocks that are none',
      { garbage: '{"ok":false,"error":"invalid_blocks"}' },
      { kind: 'unsendable', why: 'invalid_blocks' },
    ],
    [
      '429',
      { status: 429, retryAfter: '7' },
      { kind: 'wait', seconds: 7, ambiguous: true, why: 'ratelimited' },
    ],
    ['503', { status: 503 }, { kind: 'wait', seconds: 30, ambiguous: true, why: 'http_503' }],
    ['no answer', { hang: true }, { kind: 'wait', seconds: 30, ambiguous: true, why: 'timeout' }],
    [
      "a proxy's page",
      { garbage: '<html>Bad gateway</html>' },
      { kind: 'wait', seconds: 30, ambiguous: true, why: 'unreadable_answer' },
    ],
  ])('is refused: %s', async (_behaviour, fault, expected) => {
    slack.fail({ ...fault, method: 'response_url' });
    expect(await notifier.answer(at(slack.responseUrl()), ANSWER)).toEqual(expected);
  });

  it('is refused: nothing to say', async () => {
    expect(await notifier.answer(at(slack.responseUrl()), { text: '', blocks: [] })).toEqual({
      kind: 'unsendable',
      why: 'no_text',
    });
  });

  it('may have arrived though the line was cut', async () => {
    const url = slack.responseUrl();
    slack.fail({ acceptThenHangUp: true });
    expect(await notifier.answer(at(url), ANSWER)).toMatchObject({ kind: 'wait', ambiguous: true });
    expect(slack.answers(url)).toHaveLength(1);
  });
});

describe("an address that is not Slack's", () => {
  const refused: SendResult = { kind: 'unsendable', why: 'foreign_response_url' };

  it.each([
    'http://hooks.slack.com/actions/T/1/x',
    'https://hooks.slack.com:8443/actions/T/1/x',
    'https://hooks.slack.com@evil.example/actions/T/1/x',
    'https://hooks.slack.com:443@evil.example/actions',
    'https://user@hooks.slack.com/actions/T/1/x',
    'https://user:secret@hooks.slack.com/actions/T/1/x',
    'https://hooks.slack.com.evil.example/actions/T/1/x',
    'https://hooks-slack.com/actions',
    'https://hooks.slack.com./actions',
    'https://xhooks.slack.com/actions',
    'https://slack.com/actions',
    'https://hooks.slack.c\u043em/actions',
    'https://evil.example/https://hooks.slack.com/actions',
    'https://evil.example#https://hooks.slack.com/',
    'https://evil.example\\@hooks.slack.com/actions',
    'https://169.254.169.254/computeMetadata/v1/',
    'http://metadata.google.internal/computeMetadata/v1/',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'data:text/plain,x',
    '//hooks.slack.com/actions',
    '/actions/T/1/x',
    'hooks.slack.com/actions',
    '',
    ' ',
  ])('is not asked: %s', async (url) => {
    const deployed = slackNotifier({ token: async () => slack.token, timeoutMillis: 200 });
    expect(await deployed.answer(at(url), ANSWER)).toEqual(refused);
  });

  it('is not asked, wherever it leads on this machine', async () => {
    await withBystander(async (origin, asked) => {
      const { port } = new URL(origin);
      const { port: ours } = new URL(slack.hooksOrigin);
      const path = new URL(slack.responseUrl()).pathname;
      for (const url of [
        `${origin}${path}`,
        `http://127.0.0.1:${ours}@127.0.0.1:${port}${path}`,
        `http://localhost:${ours}${path}`,
        `http://user@127.0.0.1:${ours}${path}`,
        `http://127.0.0.1${path}`,
        `https://127.0.0.1:${ours}${path}`,
      ])
        expect(await notifier.answer(at(url), ANSWER)).toEqual(refused);
      expect(asked).toEqual([]);
      expect(slack.requests).toEqual([]);
    });
  });

  it('is not followed to, either', async () => {
    await withBystander(async (origin, asked) => {
      const led = slackNotifier({ token: async () => slack.token, hooksOrigin: origin });
      expect(await led.answer(at(`${origin}/hooks/x`), ANSWER)).toMatchObject({ kind: 'wait' });
      expect(asked).toEqual(['/hooks/x']);
    });
  });
});

/** A server that has nothing to do with it. It says what it was asked for, and sends everybody on. */
async function withBystander(
  body: (origin: string, asked: readonly string[]) => Promise<void>,
): Promise<void> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.writeHead(request.url === '/elsewhere' ? 200 : 307, { location: '/elsewhere' }).end('ok');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  try {
    await body(`http://127.0.0.1:${port}`, asked);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

describe('in the channel', () => {
  it('is shown to one person', async () => {
    const answered = await notifier.answer(JANE, ANSWER);
    const [whisper] = slack.ephemerals('C0SOC');
    expect(whisper).toMatchObject({ user: 'U0JANE', text: ANSWER.text, blocks: ANSWER.blocks });
    expect(answered).toEqual({ kind: 'sent', handle: { channel: 'C0SOC', ts: whisper?.ts } });
    expect(slack.messages('C0SOC')).toEqual([]);
  });

  it('cannot be: they are not there', async () => {
    slack.leave('C0SOC', 'U0JANE');
    expect(await notifier.answer(JANE, ANSWER)).toEqual(gone('user_not_in_channel'));
  });

  it.each<[string, () => void]>([
    ['is_archived', () => slack.archive('C0SOC')],
    ['not_in_channel', () => slack.leave('C0SOC')],
    ['channel_not_found', () => slack.deleteChannel('C0SOC')],
  ])('cannot be: %s', async (why, happen) => {
    happen();
    expect(await notifier.answer(JANE, ANSWER)).toEqual({ kind: 'reroute', gone: 'channel', why });
  });

  it('waits as everything else does', async () => {
    slack.fail({ status: 429, retryAfter: '12' });
    expect(await notifier.answer(JANE, ANSWER)).toEqual({
      kind: 'wait',
      seconds: 12,
      ambiguous: true,
      why: 'ratelimited',
    });
  });
});
