/** Slack is away for two hours, or wants to be left alone: nothing is lost, and nobody is told twice. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { MINUTE, SECOND } from '../../shared/model/time.ts';
import { plant, repair } from '../pipeline/planting.ts';
import { Stage } from '../pipeline/stage.ts';
import type { Fault } from '../slack-server.ts';

const INCIDENTS = 250;
const MINUTES = 120;

let stage: Stage;
beforeEach(async () => {
  stage = await Stage.open([], { rateLimited: true });
  stage.pace(SECOND, 45n * SECOND);
});
afterEach(() => stage.close());

/** What Scheduler does, minute by minute; `during` happens at each of them. */
async function minutes(
  count: number,
  during: (minute: number) => Promise<void> = async () => {},
): Promise<void> {
  for (let minute = 0; minute < count; minute++) {
    const next = stage.now + MINUTE;
    await during(minute);
    await stage.deliver();
    if (stage.now < next) stage.now = next;
  }
}

/** Opens two incidents a minute and repairs every other one later: five hundred transitions in all. */
async function troubled(how: Fault): Promise<void> {
  const from = Number(stage.now / 1_000_000n);
  stage.slack.down(from, from + MINUTES * 60_000, how);
  let opened = 0;
  await minutes(MINUTES, async (minute) => {
    const until = Math.floor(((minute + 1) * INCIDENTS) / MINUTES);
    await plant(stage, until, 0, opened);
    opened = until;
  });
  for (let index = 0; index < INCIDENTS; index++) await repair(stage, index);
  // It drains at Slack's pace.
  await minutes(30);
}

describe.each<[string, Fault]>([
  ['it cannot be reached', { hangUp: true }],
  ['it answers 503', { status: 503 }],
  ['it answers 429 to everything', { status: 429, retryAfter: '30' }],
])('two hours in which %s', (_what, how) => {
  it('five hundred transitions: none is lost, none told twice, and no call comes too early', async () => {
    await troubled(how);
    const incidents = await stage.all('incidents');
    expect(incidents).toHaveLength(INCIDENTS);
    // Each was told, in a message of its own or in a roll-up, and none as still open.
    expect(incidents.filter(({ sent }) => sent.length !== 1)).toEqual([]);
    expect(incidents.filter(({ sent }) => sent[0]?.told.open)).toEqual([]);
    expect(await stage.waiting()).toEqual([]);
    const own = incidents.filter(({ sent }) => sent[0]?.handle !== undefined).length;
    const rollups = await stage.all('rollups');
    const folded = rollups.reduce((sum, { incidents: count }) => sum + count, 0);
    expect(own + folded).toBe(INCIDENTS);
    expect(stage.messages()).toHaveLength(own + rollups.length);
    expect(stage.slack.earlyCalls).toEqual([]);
  }, 60_000);
});

it('what came and went meanwhile is one line, not two', async () => {
  const from = Number(stage.now / 1_000_000n);
  stage.slack.down(from, from + MINUTES * 60_000, { status: 503 });
  await plant(stage, 1, 0);
  await minutes(60);
  await repair(stage, 0);
  await minutes(70);
  expect(stage.texts()).toEqual([expect.stringMatching(/^✅ Resolved · ns\/0/)]);
  expect(stage.messages()).toMatchObject([{ edits: 0 }]);
});
