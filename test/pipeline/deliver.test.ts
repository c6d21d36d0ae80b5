import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { API_POLICY, CHANNEL, POLICIES_COVERED } from './policies.ts';
import { Stage } from './stage.ts';
import { AGAIN, ANNOTATED, BEFORE, BINDS, BOUND, LATER, REPAIRED, SECOND, SEEN } from './story.ts';

let stage: Stage;
beforeEach(async () => {
  stage = await Stage.open();
  await stage.take(BEFORE);
});
afterEach(() => stage.close());

describe('one change, one message', () => {
  it('is posted once, and not again for being asked again', async () => {
    await stage.take(BINDS);
    expect(await stage.deliver()).toBe(1);
    expect(stage.texts()).toEqual([
      expect.stringMatching(/^🔶 High · .*sandbox\/debug.* · by jane@acme\.example$/),
    ]);
    stage.advance(60);
    expect(await stage.deliver()).toBe(0);
    expect(stage.slack.requests).toHaveLength(1);
    expect(await stage.waiting()).toEqual([]);
  });

  it('is edited in place once it is repaired, and says that this is being confirmed', async () => {
    await stage.take(BINDS);
    await stage.deliver();
    await stage.take(REPAIRED);
    await stage.deliver();
    expect(stage.messages()).toMatchObject([
      { text: expect.stringMatching(/^✅ Repaired, confirming/), edits: 1 },
    ]);
    // And its thread says when.
    expect(stage.slack.requests.map((request) => request.method)).toEqual([
      'chat.postMessage',
      'chat.update',
      'chat.postMessage',
    ]);
    expect(stage.notes()).toEqual([expect.stringContaining('epaired')]);
  });

  it('gets a message of its own when it comes back, with a link to the old: an edit notifies nobody', async () => {
    for (const one of [BINDS, REPAIRED, LATER]) {
      await stage.take(one);
      await stage.deliver();
    }
    expect(stage.texts().map((text) => text.split(' · ')[0])).toEqual(['✅ Repaired, confirming', '🔶 High']);
    expect(JSON.stringify(stage.messages()[1]?.blocks)).toContain(
      `https://acme.slack.com/archives/${CHANNEL}/p`,
    );
  });

  it('is the same message again when it is back within minutes, and its thread says so aloud', async () => {
    for (const one of [BINDS, REPAIRED, AGAIN]) {
      await stage.take(one);
      await stage.deliver();
    }
    expect(stage.texts().map((text) => text.split(' · ')[0])).toEqual(['🔶 High']);
    expect(stage.broadcasts()).toEqual([expect.stringMatching(/came back, high: sandbox\/debug/)]);
  });

  it('is one message when both views of it are taken in before anything is sent', async () => {
    for (const one of [BINDS, SEEN]) await stage.take(one);
    expect(await stage.deliver()).toBe(1);
    expect(stage.messages()).toHaveLength(1);
  });

  it('needs no second message for the view of the feed', async () => {
    for (const one of [BINDS, SEEN]) {
      await stage.take(one);
      await stage.deliver();
    }
    expect(stage.messages()).toMatchObject([{ edits: 0 }]);
  });

  it('gets its actor filled in when the feed was first', async () => {
    await stage.take(SEEN);
    await stage.deliver();
    expect(stage.texts()[0]).not.toContain('jane');
    await stage.take(BINDS);
    await stage.deliver();
    expect(stage.messages()).toHaveLength(1);
    expect(stage.messages()[0]).toMatchObject({ edits: 1 });
    expect(stage.texts()[0]).toContain('by jane@acme.example');
  });

  it('says the same in the end, whichever view was first', async () => {
    const finals: unknown[] = [];
    for (const order of [
      [BINDS, SEEN],
      [SEEN, BINDS],
    ]) {
      const fresh = await Stage.open();
      for (const one of [BEFORE, ...order]) {
        await fresh.take(one);
        await fresh.deliver();
      }
      finals.push(fresh.messages().map(({ text }) => text));
      await fresh.close();
    }
    expect(finals[0]).toEqual(finals[1]);
  });

  it('is told as opened and repaired when nobody could be told in between', async () => {
    await stage.take(BINDS);
    await stage.take(REPAIRED);
    await stage.deliver();
    expect(stage.texts()).toEqual([expect.stringMatching(/^✅ Repaired, confirming/)]);
  });
});

describe('what is held back', () => {
  beforeEach(async () => {
    await stage.close();
    stage = await Stage.open(POLICIES_COVERED);
    stage.policy = API_POLICY;
  });

  it('an outage settles for fifteen minutes, then it is told', async () => {
    await stage.take(ANNOTATED);
    expect(await stage.deliver()).toBe(0);
    stage.advance(15 * 60 - 1);
    expect(await stage.deliver()).toBe(0);
    stage.advance(1);
    expect(await stage.deliver()).toBe(1);
    expect(stage.texts()).toEqual([expect.stringContaining('payments/api')]);
  });

  it('an outage that mends itself before is told to nobody', async () => {
    await stage.take(ANNOTATED);
    await stage.deliver();
    await stage.take(BOUND);
    stage.advance(15 * 60);
    expect(await stage.deliver()).toBe(0);
    expect(stage.slack.requests).toEqual([]);
    expect(await stage.waiting()).toEqual([]);
  });

  it('an attack that comes while an outage settles is told at once', async () => {
    await stage.take(ANNOTATED);
    await stage.deliver();
    await stage.take(BINDS);
    expect(await stage.deliver()).toBe(1);
    expect(stage.texts()).toEqual([expect.stringContaining('sandbox/debug')]);
  });

  it.each(['baseline', 'audit'] as const)('mode %s records and is silent', async (mode) => {
    stage.policy = { ...stage.policy, mode };
    await stage.take(BINDS);
    await stage.take(SEEN);
    expect(await stage.deliver()).toBe(0);
    expect(stage.slack.requests).toEqual([]);
    expect(await stage.states('undeclared-identity')).toEqual(['open']);
    expect(await stage.states('out-of-band-change')).toEqual(['open']);
  });
});

describe('an incident that changes while it is being sent', () => {
  it('is sent again as it has become, as an edit of the same message', async () => {
    await stage.take(BINDS);
    const slack = stage.notifier;
    stage.notifier = {
      ...slack,
      async post(...args) {
        const result = await slack.post(...args);
        await stage.take(REPAIRED);
        return result;
      },
    };
    await stage.deliver();
    expect(stage.messages()).toMatchObject([{ edits: 1 }]);
    expect(stage.texts()).toEqual([expect.stringMatching(/^✅ Repaired/)]);
  });

  it('stays with the sender that has it: another that is nudged meanwhile posts no second message', async () => {
    await stage.take(SEEN);
    const slack = stage.notifier;
    stage.notifier = {
      ...slack,
      async post(...args) {
        await stage.take(BINDS);
        expect(await stage.deliver()).toBe(0);
        return slack.post(...args);
      },
    };
    await stage.deliver();
    expect(stage.messages()).toMatchObject([{ edits: 1 }]);
    expect(stage.texts()[0]).toContain('by jane@acme.example');
  });
});

describe('a sender that takes longer than its lease', () => {
  it('leaves what it has not begun to whoever has it by then', async () => {
    for (const one of [BINDS, SECOND]) await stage.take(one);
    const slack = stage.notifier;
    let isFirst = true;
    stage.notifier = {
      ...slack,
      async post(...args) {
        if (isFirst) {
          isFirst = false;
          stage.advance(61);
          expect(await stage.deliver()).toBe(2);
        }
        return slack.post(...args);
      },
    };
    await stage.deliver();
    // What was under way is sent twice: the price of a lease. What was only claimed is not.
    expect(stage.messages()).toHaveLength(3);
  });
});
