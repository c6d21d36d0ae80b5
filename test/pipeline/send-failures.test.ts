/** What Slack may answer, and what becomes of the alert (reliability-security A5 rows 12 and 24, A6). */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Notifier } from '../../shared/ports.ts';
import { StoreUnavailable } from '../../shared/ports.ts';
import type { Fault } from '../slack-server.ts';
import { Stage } from './stage.ts';
import { BEFORE, BINDS, REPAIRED, SECOND, SEEN } from './story.ts';

let stage: Stage;
beforeEach(async () => {
  stage = await Stage.open();
  await stage.take(BEFORE);
});
afterEach(() => stage.close());

/** How often Slack was asked to take something: looking whether it has is another matter. */
function writes(): number {
  return stage.slack.requests.filter(({ method }) => /^chat\.(post|update)/.test(method)).length;
}

/** Nothing is asked of Slack for this long; then it is asked, and says yes. */
async function waits(seconds: number): Promise<void> {
  const asked = stage.slack.requests.length;
  const written = writes();
  stage.advance(seconds - 1);
  await stage.deliver();
  expect(stage.slack.requests).toHaveLength(asked);
  stage.advance(1);
  expect(await stage.deliver()).toBe(1);
  expect(writes()).toBe(written + 1);
}

describe('not now', () => {
  it.each<[string, Fault, number]>([
    ['429 with a time', { status: 429, retryAfter: '7' }, 7],
    ['429 with a time beyond our own longest pause', { status: 429, retryAfter: '1800' }, 1800],
    ['429 without a time', { status: 429 }, 30],
    ['500', { status: 500 }, 30],
    ['503 with a time', { status: 503, retryAfter: '12' }, 12],
    ['an answer nobody can read', { garbage: '<html>Bad gateway</html>' }, 30],
  ])('%s: waits as long as asked, then sends once', async (_what, fault, seconds) => {
    stage.slack.fail(fault);
    await stage.take(BINDS);
    expect(await stage.deliver()).toBe(0);
    expect(stage.lines).toContainEqual(
      expect.objectContaining({ level: 'warn', message: 'message delayed' }),
    );
    await waits(seconds);
    expect(stage.messages()).toHaveLength(1);
  });

  it('waits longer with every failure, up to five minutes', async () => {
    stage.slack.fail(...Array.from({ length: 6 }, () => ({ method: 'chat.postMessage', status: 500 })));
    await stage.take(BINDS);
    const asked: number[] = [];
    for (let second = 0; asked.length < 7; second += 10) {
      const before = writes();
      await stage.deliver();
      if (writes() > before) asked.push(second);
      stage.advance(10);
    }
    expect(asked.slice(1).map((second, index) => second - asked[index]!)).toEqual([
      30, 60, 120, 240, 300, 300,
    ]);
  });

  it('the news of the incident that comes meanwhile does not break the wait', async () => {
    stage.slack.fail({ status: 429, retryAfter: '120' });
    await stage.take(SEEN);
    await stage.deliver();
    await stage.take(BINDS);
    await waits(120);
    expect(stage.messages()).toHaveLength(1);
    expect(stage.texts()[0]).toContain('by jane@acme.example');
  });

  it('nor does another incident for the same channel', async () => {
    stage.slack.fail({ status: 429, retryAfter: '120' });
    await stage.take(BINDS);
    await stage.deliver();
    await stage.take(SECOND);
    await stage.deliver();
    expect(stage.slack.requests).toHaveLength(1);
    stage.advance(120);
    expect(await stage.deliver()).toBe(2);
  });

  it('is not asked again for the other rows of the same call', async () => {
    stage.slack.fail({ status: 429, retryAfter: '60' });
    for (const one of [BINDS, SECOND]) await stage.take(one);
    await stage.deliver();
    expect(stage.slack.requests).toHaveLength(1);
  });

  it('a message that Slack fails over and over keeps no other from being sent', async () => {
    for (const one of [BINDS, SECOND]) await stage.take(one);
    const slack = stage.notifier;
    stage.notifier = {
      ...slack,
      post: async (channel, message, key) =>
        message.text.includes('sandbox/other')
          ? { kind: 'wait', seconds: 30, ambiguous: true, why: 'fatal_error' }
          : slack.post(channel, message, key),
    };
    for (let minute = 0; minute < 5; minute++) {
      await stage.deliver();
      stage.advance(60);
    }
    expect(stage.texts()).toEqual([expect.stringContaining('sandbox/debug')]);
  });

  it.each([
    ['it is found there, and kept', true, 1],
    ['it cannot be looked for, so that it comes twice', false, 2],
  ])('the line is cut after Slack took the message: %s', async (_what, mayRead, count) => {
    if (!mayRead) stage.slack.withoutScope('channels:history');
    stage.slack.fail({ method: 'chat.postMessage', acceptThenHangUp: true });
    await stage.take(BINDS);
    for (let minutes = 0; minutes < 30; minutes += 10) {
      await stage.deliver();
      stage.advance(600);
    }
    expect(stage.messages()).toHaveLength(count);
    await stage.take(REPAIRED);
    await stage.deliver();
    expect(stage.texts().at(-1)).toMatch(/^✅ Repaired/);
  });
});

it('a message that may have arrived, and cannot be looked up just now, is not sent again before it can', async () => {
  stage.slack.fail({ method: 'chat.postMessage', acceptThenHangUp: true });
  await stage.take(BINDS);
  await stage.deliver();
  stage.slack.fail({ method: 'conversations.history', status: 503 });
  for (let minutes = 0; minutes < 30; minutes += 10) {
    stage.advance(600);
    await stage.deliver();
  }
  expect(stage.messages()).toHaveLength(1);
  expect(await stage.waiting()).toEqual([]);
});

describe('not there', () => {
  it.each(['channel_not_found', 'is_archived', 'not_in_channel'])(
    '%s: parked, logged, tried again',
    async (error) => {
      stage.slack.fail({ error });
      await stage.take(BINDS);
      expect(await stage.deliver()).toBe(0);
      expect(await stage.waiting()).toMatchObject([{ parked: error }]);
      expect(stage.lines).toContainEqual(
        expect.objectContaining({
          level: 'error',
          message: 'message cannot be sent',
          fields: expect.objectContaining({ why: error, destination: 'C0PLATSEC' }),
        }),
      );
      await waits(300);
      expect(await stage.waiting()).toEqual([]);
    },
  );

  it.each(['message_not_found', 'cant_update_message', 'edit_window_closed'])(
    '%s: the news gets a new message',
    async (error) => {
      await stage.take(BINDS);
      await stage.deliver();
      await stage.take(REPAIRED);
      stage.slack.fail({ method: 'chat.update', error });
      await stage.deliver();
      expect(stage.texts()).toEqual([
        expect.stringMatching(/^🔶 High/),
        expect.stringMatching(/^✅ Repaired, confirming/),
      ]);
    },
  );
});

describe('the token', () => {
  it('is refused: one question in five minutes, and everything is sent once it is mended', async () => {
    stage.slack.revoke(stage.slack.token);
    for (const one of [BINDS, SECOND]) await stage.take(one);
    await stage.deliver();
    expect(stage.slack.requests).toHaveLength(1);
    expect(stage.lines.filter((line) => line.level === 'error')).toHaveLength(1);
    stage.slack.allow(stage.slack.token);
    stage.advance(300);
    expect(await stage.deliver()).toBe(2);
  });
});

describe('content that Slack refuses', () => {
  it('is posted in its plain form', async () => {
    stage.slack.fail({ error: 'invalid_blocks' });
    await stage.take(BINDS);
    expect(await stage.deliver()).toBe(1);
    expect(stage.messages()).toMatchObject([{ text: expect.stringContaining('sandbox/debug'), blocks: [] }]);
  });

  it('is edited in its plain form: the message that is there does not stay wrong', async () => {
    await stage.take(BINDS);
    await stage.deliver();
    await stage.take(REPAIRED);
    stage.slack.fail({ method: 'chat.update', error: 'msg_blocks_too_long' });
    await stage.deliver();
    expect(stage.messages()).toMatchObject([
      { text: expect.stringMatching(/^✅ Repaired, confirming/), blocks: [], edits: 1 },
    ]);
  });

  it('is posted in its plain form also where the message to edit is gone', async () => {
    await stage.take(BINDS);
    await stage.deliver();
    await stage.take(REPAIRED);
    stage.slack.fail(
      { method: 'chat.update', error: 'message_not_found' },
      { method: 'chat.postMessage', error: 'invalid_blocks' },
    );
    expect(await stage.deliver()).toBe(1);
    expect(stage.messages().at(-1)).toMatchObject({ text: expect.stringMatching(/^✅/), blocks: [] });
  });

  it('is parked when even that is refused, and keeps no other from being sent', async () => {
    stage.slack.fail({ error: 'invalid_blocks' }, { error: 'no_text' });
    for (const one of [BINDS, SECOND]) await stage.take(one);
    expect(await stage.deliver()).toBe(1);
    expect(await stage.waiting()).toMatchObject([{ parked: 'no_text' }]);
  });
});

describe('faults of our own', () => {
  it('in one message keep no other from being sent, and the call fails in the end', async () => {
    for (const one of [BINDS, SECOND]) await stage.take(one);
    stage.notifier = breaking(stage.notifier, 'sandbox/debug');
    await expect(stage.deliver()).rejects.toThrow('a fault');
    expect(stage.texts()).toEqual([expect.stringContaining('sandbox/other')]);
  });

  it('in judging keep nothing from being sent that has been judged', async () => {
    await stage.take(BINDS);
    stage.store = {
      ...stage.memory,
      transaction: (body) =>
        stage.memory.transaction((tx) =>
          body({
            get: tx.get.bind(tx),
            getMany: tx.getMany.bind(tx),
            find: tx.find.bind(tx),
            list: tx.list.bind(tx),
            put: tx.put.bind(tx),
            amend: tx.amend.bind(tx),
            delete: tx.delete.bind(tx),
            due(collection, ...rest) {
              if (collection === 'subjects') throw new StoreUnavailable('cannot read subjects');
              return tx.due(collection, ...rest);
            },
          }),
        ),
    };
    await expect(stage.deliver()).rejects.toThrow('cannot read subjects');
    expect(stage.messages()).toHaveLength(1);
  });
});

function breaking(notifier: Notifier, on: string): Notifier {
  return {
    ...notifier,
    async post(channel, message, key) {
      if (message.text.includes(on)) throw new Error('a fault');
      return notifier.post(channel, message, key);
    },
  };
}
