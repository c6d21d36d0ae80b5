/** A dialogue opens while the trigger lasts, or it does not open. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { slackDialogues } from '../../shared/adapters/slack-dialogues.ts';
import type { Dialogues, ModalView } from '../../shared/ports.ts';
import { type Fault, type SlackServer, startSlackServer } from '../slack-server.ts';

const plain = (text: string) => ({ type: 'plain_text', text, emoji: false });

const VIEW: ModalView = {
  type: 'modal',
  callback_id: 'except',
  private_metadata: '0123456789abcdef0123456789abcdef|1',
  title: plain('Approve as exception'),
  submit: plain('Ask for approval'),
  close: plain('Cancel'),
  blocks: [
    {
      type: 'input',
      block_id: 'reason',
      label: plain('Why is this all right?'),
      element: { type: 'plain_text_input', action_id: 'reason', multiline: true, max_length: 500 },
    },
  ],
};

let now: number;
let slack: SlackServer;
let dialogues: Dialogues;
beforeEach(async () => {
  now = Date.UTC(2026, 2, 1, 2, 14);
  slack = await startSlackServer({ now: () => now });
  dialogues = slackDialogues({ token: async () => slack.token, slackApiUrl: slack.url, timeoutMillis: 200 });
});
afterEach(() => slack.close());

describe('a dialogue', () => {
  it('opens for whoever pressed', async () => {
    const trigger = slack.trigger();
    now += 3_000;
    expect(await dialogues.open(trigger, VIEW)).toEqual({ kind: 'opened' });
    expect(slack.views).toMatchObject([{ trigger, view: VIEW }]);
  });

  it('comes too late after three seconds', async () => {
    const trigger = slack.trigger();
    now += 3_001;
    expect(await dialogues.open(trigger, VIEW)).toEqual({ kind: 'failed', why: 'expired_trigger_id' });
    expect(slack.views).toEqual([]);
  });

  it('opens once for one press', async () => {
    const trigger = slack.trigger();
    await dialogues.open(trigger, VIEW);
    expect(await dialogues.open(trigger, VIEW)).toEqual({ kind: 'failed', why: 'exchanged_trigger_id' });
    expect(await dialogues.open('1.2.forged', VIEW)).toEqual({ kind: 'failed', why: 'invalid_trigger_id' });
  });

  it('is not opened when Slack would refuse it', async () => {
    const view: ModalView = { ...VIEW, title: plain('A title that is a little too long') };
    expect(await dialogues.open(slack.trigger(), view)).toEqual({
      kind: 'failed',
      why: 'invalid_arguments',
    });
  });

  it.each<[string, Fault]>([
    ['http_503', { status: 503 }],
    ['ratelimited', { status: 429, retryAfter: '30' }],
    ['timeout', { hang: true }],
    ['unreadable_answer', { garbage: '<html>Bad gateway</html>' }],
    ['token_revoked', { error: 'token_revoked' }],
  ])('is asked for once: %s', async (why, fault) => {
    slack.fail(fault);
    expect(await dialogues.open(slack.trigger(), VIEW)).toEqual({ kind: 'failed', why });
    expect(slack.requests).toHaveLength(1);
  });

  it('opens with a token that has just been rotated', async () => {
    const tokens = ['xoxb-old'];
    const rotating = slackDialogues({
      token: async () => tokens.shift() ?? slack.token,
      slackApiUrl: slack.url,
    });
    expect(await rotating.open(slack.trigger(), VIEW)).toEqual({ kind: 'opened' });
  });
});
