/** One incident from beginning to end, with every call that Slack gets, in order. */
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { ACTIONS, MODALS } from '../../shared/alerts/actions.ts';
import { take } from '../../shared/pipeline/receive.ts';
import type { News } from '../laws/arbitrary-news.ts';
import { CHANNEL, STORY_POLICY } from '../pipeline/policies.ts';
import { Stage } from '../pipeline/stage.ts';
import { ACCOUNT, BEFORE, news, REPAIRED, SANDBOX } from '../pipeline/story.ts';
import {
  blockActions,
  type Pressing,
  payloadBody,
  type Submitting,
  viewSubmission,
} from '../slack-payloads.ts';
import { act, change, delta, iam, POOL, t } from '../world.ts';

const OTHER: readonly [string, string] = [SANDBOX[0], `serviceAccount:${POOL}[sandbox/other]`];
const CHANGES = [SANDBOX, OTHER].map((grant) => change('add', ACCOUNT, ...grant));

/** The sink tells of one binding, and not whose hands it was. */
const OPENS: News = news('opens', 10, [
  delta(ACCOUNT, CHANGES.slice(0, 1), { time: t(10), etag: 'b', source: 'audit-log' }),
]);
/** Then who did it. */
const ACTOR: News = news(
  'actor',
  10,
  [],
  [act('jane-binds', ACCOUNT, { time: t(10), etag: 'b', changes: CHANGES })],
);
/** And the feed shows that the same change made another. */
const JOINS: News = news('joins', 10, [
  iam(ACCOUNT, [SANDBOX, OTHER], { time: t(10), etag: 'b', supersedes: 'a', source: 'feed' }),
]);

const LEE = 'U0LEE';
const KIM = 'U0KIM';

let stage: Stage;
let seen = 0;

beforeEach(async () => {
  stage = await Stage.open();
  seen = 0;
  stage.policy = STORY_POLICY;
  stage.buttons = true;
  stage.slack.addUser({ id: LEE, email: 'lee@acme.example' });
  stage.slack.addUser({ id: KIM, email: 'kim@acme.example' });
  await stage.take(BEFORE);
});
afterEach(() => stage.close());

/** Delivers, and gives what Slack was asked since the last time: the method, and how the text begins. */
async function calls(): Promise<readonly string[]> {
  await stage.deliver();
  const fresh = stage.slack.requests.slice(seen);
  seen = stage.slack.requests.length;
  return fresh.map(({ method, body }) => {
    const place = body.thread_ts === undefined ? '' : ' in thread';
    return `${method}${place}${body.text === undefined ? '' : `: ${body.text}`}`;
  });
}

let presses = 0;

/** Presses a button of the newest message, or of its thread. */
async function press(user: string, pressing: Partial<Pressing> & { readonly action: string }) {
  presses++;
  const root = stage.messages().at(-1)!;
  const all = [root, ...stage.slack.replies(CHANNEL, root.ts)];
  const button = all
    .flatMap(({ blocks }) => blocks as readonly { elements?: readonly Record<string, unknown>[] }[])
    .flatMap(({ elements = [] }) => elements)
    .findLast((element) => element.action_id === pressing.action);
  if (button === undefined) throw new Error(`no button ${pressing.action}`);
  const body = blockActions({
    user,
    channel: CHANNEL,
    message: root.ts,
    // Then the answer goes into the channel, for their eyes only.
    more: { response_url: undefined },
    trigger: stage.slack.trigger(),
    at: `1763715700.${String(presses).padStart(6, '0')}`,
    ...(pressing.option === undefined && typeof button.value === 'string' ? { value: button.value } : {}),
    ...pressing,
  });
  return stage.press(payloadBody(body));
}

const DRIFT = 'sandbox/debug may act as evil@acme-prod, which no policy declares';

it('is one living message, whatever becomes of it', async () => {
  // Open: at once, though nobody knows yet whose hands it was.
  await stage.take(OPENS);
  expect(await calls()).toEqual([`chat.postMessage: 🔶 High · ${DRIFT}`]);

  // The actor joins, by an edit.
  await stage.take(ACTOR);
  expect(await calls()).toEqual([
    `chat.update: 🔶 High · ${DRIFT} · and 1 more · by jane@acme.example`,
    'chat.postMessage in thread: actor known: jane@acme.example',
  ]);

  // So does a second finding of the same change.
  await stage.take(JOINS);
  expect(await calls()).toEqual([
    `chat.update: 🔶 High · ${DRIFT} · and 2 more · by jane@acme.example`,
    'chat.postMessage in thread: also found, high: sandbox/other may act as evil@acme-prod, which no policy declares',
  ]);

  // Snoozed for an hour.
  stage.advance(60);
  await press(LEE, { action: ACTIONS.snooze, option: optionOf('1h') });
  expect(await calls()).toEqual([
    'users.info',
    'auth.test',
    `chat.update: 💤 Snoozed, high · ${DRIFT} · and 2 more · by jane@acme.example`,
    expect.stringMatching(
      /^chat\.postMessage in thread: snoozed by lee@acme\.example until .*10:01:10 UTC>$/,
    ),
  ]);

  // The hour is over: an edit would notify nobody, so it is a new message, with a link to the old.
  stage.advance(3_600);
  expect(await calls()).toEqual([
    'chat.getPermalink',
    `chat.postMessage: 🔶 High · ${DRIFT} · and 2 more · by jane@acme.example`,
  ]);
  expect(JSON.stringify(stage.messages().at(-1)?.blocks)).toContain('https://acme.slack.com/archives/');

  // An exception is asked for.
  await press(LEE, { action: ACTIONS.except });
  await fillIn(LEE, {
    reason: 'The migration needs it until Friday',
    ticket: 'PAY-2210',
    expires: { date: '2026-11-27' },
  });
  expect(await calls()).toEqual([
    'views.open',
    'users.info',
    `chat.update: 🔶 High · ${DRIFT} · and 2 more · by jane@acme.example`,
    'chat.postMessage in thread: lee@acme.example asks for an exception: The migration needs it until Friday · somebody else has to agree',
  ]);

  // Who asked cannot agree.
  await press(LEE, { action: ACTIONS.approveException });
  expect(await calls()).toEqual([
    'users.info',
    'chat.postEphemeral: Nothing was done: you asked for this exception, so somebody else has to agree to it.',
  ]);

  // Somebody else can. It is shown as not in git, with the file that would put it there.
  await press(KIM, { action: ACTIONS.approveException });
  expect(await calls()).toEqual([
    'users.info',
    `chat.update: 📎 Excepted · ${DRIFT} · and 2 more · by jane@acme.example`,
    'chat.postMessage in thread: Exception agreed by kim@acme.example, asked by lee@acme.example. Not in git yet.',
  ]);
  expect(JSON.stringify(stage.messages().at(-1)?.blocks)).toContain('not in git');
  expect(JSON.stringify(stage.slack.replies(CHANNEL, stage.messages().at(-1)!.ts).at(-1)?.blocks)).toContain(
    'kind: PolicyException',
  );

  // It ends with its last day, with no news from anywhere: a new message.
  stage.now = t(6 * 86_400 + 15 * 3_600 - 1);
  expect(await calls()).toEqual([]);
  stage.advance(1);
  expect(await calls()).toEqual([
    'chat.getPermalink',
    `chat.postMessage: 🔶 High · ${DRIFT} · and 2 more · by jane@acme.example`,
  ]);

  // Repaired, says a message; back within minutes, and aloud; repaired again.
  await stage.take(now(REPAIRED, 'c', []));
  expect(await calls()).toEqual([
    `chat.update: ✅ Repaired, confirming · ${DRIFT} · and 2 more · by jane@acme.example`,
    'chat.postMessage in thread: repaired, confirming, after 6 d 14 h',
  ]);
  stage.advance(120);
  await stage.take(now(REPAIRED, 'd', [SANDBOX, OTHER]));
  expect(await calls()).toEqual([
    `chat.update: 🔶 High · ${DRIFT} · and 2 more · by jane@acme.example`,
    `chat.postMessage in thread: came back, high: ${DRIFT} and 1 more`,
  ]);
  expect(stage.broadcasts()).toHaveLength(1);
  stage.advance(60);
  await stage.take(now(REPAIRED, 'e', []));
  expect(await calls()).toEqual([
    `chat.update: ✅ Repaired, confirming · ${DRIFT} · and 2 more · by jane@acme.example`,
    'chat.postMessage in thread: repaired, confirming, after 1 m',
  ]);

  // A reading of the policy confirms it, and nobody is notified.
  stage.advance(600);
  await take({ ...now(REPAIRED, 'e', []), id: 'read' }, stage.ports, { offline: true, now: stage.now });
  expect(await calls()).toEqual([
    `chat.update: ✅ Resolved · ${DRIFT} · and 2 more · by jane@acme.example`,
    'chat.postMessage in thread: repair confirmed',
  ]);
  expect(stage.messages()).toHaveLength(3);
  expect(await stage.waiting()).toEqual([]);
});

/** The policy of the account as the feed has it now. */
function now(news: News, etag: string, grants: Parameters<typeof iam>[1]): News {
  const observations = [iam(ACCOUNT, grants, { time: stage.now, etag, source: 'feed' })];
  return { ...news, id: etag, time: stage.now, observations };
}

async function fillIn(user: string, inputs: Submitting['inputs']): Promise<void> {
  const { id, view } = stage.slack.views.at(-1)!;
  const { callback } = MODALS.except;
  const metadata = String(view.private_metadata);
  await stage.press(
    payloadBody(
      viewSubmission({ user, callback, view: id, metadata, ...(inputs === undefined ? {} : { inputs }) }),
    ),
  );
}

/** What the menu of the newest message sends for this length. */
function optionOf(length: string): string {
  const blocks = JSON.stringify(stage.messages().at(-1)?.blocks);
  const value = new RegExp(`"value":"([^"]+\\|${length})"`).exec(blocks)?.[1];
  if (value === undefined) throw new Error(`nothing to choose for ${length}`);
  return value;
}
