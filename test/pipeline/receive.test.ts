import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { decodePush } from '../../shared/decode/decode.ts';
import { observe } from '../../shared/pipeline/observe.ts';
import { ksa, t } from '../world.ts';
import { DELTA_ENTRY, EDITOR_ENTRY, EDITOR_FEED, EDITOR_GONE, pushed, WELCOME } from './bodies.ts';
import { Stage } from './stage.ts';
import { news } from './story.ts';

let stage: Stage;
beforeEach(async () => {
  stage = await Stage.open();
  stage.now = t(13);
});
afterEach(() => stage.close());

/** How the editor grant stands, and that it was made by hand. */
async function states(): Promise<readonly string[]> {
  return [...(await stage.states('forbidden-role')), ...(await stage.states('out-of-band-change'))];
}

/** What happens when the process ends between the two transactions of a message. */
async function observeOnly(body: unknown): Promise<void> {
  const decoded = decodePush(body, { receivedAt: stage.now });
  if (decoded.kind !== 'news') throw new Error(decoded.why);
  await observe(decoded, stage.policy, stage.store, stage.now);
}

describe('a message is taken in', () => {
  it('tells what opened and what was resolved, and nudges deliver for either', async () => {
    const opened = await stage.receive(pushed(EDITOR_ENTRY));
    expect(opened).toMatchObject({ kind: 'act', changed: [], resolved: [] });
    expect('opened' in opened ? opened.opened.map((finding) => finding.detector) : []).toEqual(
      expect.arrayContaining(['forbidden-role', 'out-of-band-change']),
    );
    expect(stage.nudges).toBe(1);
    expect(await stage.receive(pushed(EDITOR_GONE, '2'))).toMatchObject({
      kind: 'observed',
      opened: [],
      resolved: expect.arrayContaining([expect.objectContaining({ detector: 'forbidden-role' })]),
    });
    expect(stage.nudges).toBe(2);
  });

  it('is silent about what changes nothing', async () => {
    await stage.receive(pushed(EDITOR_ENTRY));
    expect(await stage.receive(pushed(EDITOR_FEED, '2'))).toMatchObject({
      kind: 'observed',
      opened: [],
      changed: [],
      resolved: [],
    });
    expect(stage.nudges).toBe(1);
  });

  it.each<[string, unknown, string]>([
    ['under the same message id', pushed(EDITOR_ENTRY, '1'), 'duplicate'],
    ['under another message id: it was published twice', pushed(EDITOR_ENTRY, '2'), 'duplicate'],
    ['bare, without its envelope', EDITOR_ENTRY, 'duplicate'],
  ])('twice is once: %s', async (_how, again, kind) => {
    await stage.receive(pushed(EDITOR_ENTRY, '1'));
    const before = await stage.all('transitions');
    expect(await stage.receive(again)).toMatchObject({ kind });
    expect(await stage.all('transitions')).toEqual(before);
    await stage.deliver();
    expect(stage.messages()).toHaveLength(1);
  });

  it('of an older state is stale and changes nothing', async () => {
    const sighting = (seconds: number, annotation: string) =>
      news(`at ${seconds}`, seconds, [
        ksa('sandbox/debug', annotation, { time: t(seconds), source: 'feed' }),
      ]);
    await stage.take(sighting(300, ''));
    expect(await stage.take(sighting(10, 'api@acme-prod.iam.gserviceaccount.com'))).toEqual({
      kind: 'stale',
      why: 'older than what is known',
    });
    expect(await stage.findings()).toEqual([]);
  });

  it('all over again, days later, tells nobody anything', async () => {
    const bodies = [EDITOR_ENTRY, EDITOR_FEED, EDITOR_GONE].map((content, at) => pushed(content, `${at}`));
    for (const body of bodies) {
      await stage.receive(body);
      await stage.deliver();
    }
    const asked = stage.slack.requests.length;
    const before = await states();
    // Not past seven days: a change made by hand is history then, which is news of its own.
    stage.advance(6 * 86_400);
    for (const body of bodies) {
      await stage.receive(body);
      await stage.deliver();
    }
    expect(stage.slack.requests).toHaveLength(asked);
    expect(await states()).toEqual(before);
  });
});

describe('a handler that dies between the two transactions', () => {
  it('leaves it to the next deliver to judge and to tell', async () => {
    await observeOnly(pushed(EDITOR_ENTRY));
    expect(await states()).toEqual([]);
    expect(await stage.deliver()).toBe(1);
    expect(await states()).toEqual(['open', 'open']);
    expect(stage.texts()).toEqual([expect.stringContaining('roles/editor')]);
  });

  it('is made good by the redelivery, which nudges deliver although it is a duplicate', async () => {
    await observeOnly(pushed(EDITOR_ENTRY));
    expect(await stage.receive(pushed(EDITOR_ENTRY))).toMatchObject({ kind: 'duplicate' });
    expect(stage.nudges).toBe(1);
    expect(await stage.deliver()).toBe(1);
  });

  it('is made good by whatever else comes for the same subject', async () => {
    await observeOnly(pushed(EDITOR_ENTRY));
    await stage.receive(pushed(EDITOR_FEED, '2'));
    await stage.deliver();
    expect(stage.messages()).toHaveLength(1);
    expect(await states()).toEqual(['open', 'open']);
  });

  it('does not lose the wish to read a policy that was told in part', async () => {
    await observeOnly(pushed(DELTA_ENTRY));
    expect(stage.verifies).toEqual([]);
    await stage.receive(pushed(DELTA_ENTRY));
    expect(stage.verifies).toEqual(['//cloudresourcemanager.googleapis.com/projects/acme-prod']);
  });
});

describe('what is no news', () => {
  it('the welcome of a new feed is ignored, without a trace in the store', async () => {
    expect(await stage.receive(pushed(WELCOME))).toMatchObject({ kind: 'ignored' });
    expect(await stage.all('quarantine')).toEqual([]);
    expect(stage.lines).toEqual([
      { level: 'info', message: 'message ignored', fields: { why: 'welcome message of a new feed' } },
    ]);
  });

  it.each<[string, unknown]>([
    ['cut off', pushed(JSON.stringify(EDITOR_ENTRY).slice(0, 300))],
    ['of another kind', pushed({ hello: 'world' })],
    ['no base64', { message: { data: '%%%', messageId: '1' } }],
    ['a number', 7],
    ['nothing', undefined],
  ])('malformed is quarantined, and said aloud: %s', async (_what, body) => {
    expect(await stage.receive(body)).toMatchObject({ kind: 'malformed' });
    expect(await stage.all('quarantine')).toMatchObject([
      { at: t(13), body: body === undefined ? 'undefined' : JSON.stringify(body) },
    ]);
    expect(stage.lines).toEqual([expect.objectContaining({ level: 'warn', message: 'message quarantined' })]);
  });

  it('malformed and huge is cut to what a document may hold; the same one again is the same row', async () => {
    const huge = { junk: 'x'.repeat(2_000_000) };
    await stage.receive(huge);
    await stage.receive(huge);
    const rows = await stage.all('quarantine');
    expect(rows.map((row) => row.body.length)).toEqual([200_001]);
  });

  it('one poisoned message among a hundred costs no other', async () => {
    const kinds: string[] = [];
    for (let at = 0; at < 100; at++) {
      const entry = { ...EDITOR_ENTRY, insertId: `n${at}` };
      kinds.push((await stage.receive(at === 50 ? pushed('{"poison":') : pushed(entry, `${at}`))).kind);
    }
    expect(kinds.filter((kind) => kind === 'act')).toHaveLength(99);
    expect(await stage.all('quarantine')).toHaveLength(1);
  });
});
