/** What Slack sends, over HTTP, signed as Slack signs it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { slackApp } from '../../functions/slack-app.ts';
import { slackDialogues } from '../../shared/adapters/slack-dialogues.ts';
import { openSqliteStore } from '../../shared/adapters/sqlite-store.ts';
import { ACTIONS, MODALS } from '../../shared/alerts/actions.ts';
import { NOTICES } from '../../shared/alerts/notices.ts';
import { SECOND } from '../../shared/model/time.ts';
import { type Dialogues, type Store, StoreUnavailable } from '../../shared/ports.ts';
import { INCIDENT, putIncident, VALUE } from '../pipeline/pressing.ts';
import {
  APP,
  blockActions,
  type Pressing,
  payloadBody,
  RESPONSE_URL,
  signed,
  slashCommand,
  TEAM,
  USER,
  viewSubmission,
} from '../slack-payloads.ts';
import { type SlackServer, startSlackServer } from '../slack-server.ts';
import { t } from '../world.ts';
import { type Served, serve } from './serving.ts';

const SECRET = '8f742231b10e8888abcd99yyyzzz85a5';
const PREVIOUS = '0123456789abcdef0123456789abcdef';
/** The served clock, as Slack writes it. */
const NOW = t(13) / SECOND;

let slack: SlackServer;
let folder: string;
let served: Served;

beforeEach(async () => {
  slack = await startSlackServer({ now: () => Number(t(13) / 1_000_000n) });
  folder = mkdtempSync(join(tmpdir(), 'anchorwatch-'));
  secrets(`${SECRET}\n`);
  served = await serveSlack();
  await putIncident(served.store);
});
afterEach(async () => {
  await served.close();
  await slack.close();
  rmSync(folder, { recursive: true });
});

function secrets(text: string): string {
  const path = join(folder, 'signing-secret');
  writeFileSync(path, text);
  return path;
}

function serveSlack(
  ports: Partial<Parameters<typeof serve>[0]> = {},
  dialogues?: Dialogues,
): Promise<Served> {
  return serve({
    slack: slackApp({
      secretFiles: [join(folder, 'signing-secret')],
      teams: [TEAM],
      app: APP,
      dialogues: dialogues ?? slackDialogues({ token: async () => slack.token, slackApiUrl: slack.url }),
    }),
    ...ports,
  });
}

interface Sending {
  readonly secret?: string;
  readonly at?: bigint;
  /** What is sent in place of what was signed. */
  readonly instead?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

async function send(body: string, { secret = SECRET, at = NOW, instead, headers }: Sending = {}) {
  const answer = await served.post('/slack-actions', instead ?? body, {
    ...signed(secret, at, body),
    ...headers,
  });
  return { status: answer.status, text: await answer.text() };
}

function pressed(pressing: Partial<Pressing> = {}): string {
  return payloadBody(blockActions({ action: ACTIONS.acknowledge, value: VALUE, ...pressing }));
}

const TAKEN = { status: 200, text: '' };
const UNSIGNED = { status: 401, text: 'signature\n' };

/** What people are told, one by one. */
async function told(): Promise<readonly string[]> {
  const rows = await served.all('outbox');
  return rows.flatMap((row) => (row.kind === 'answer' ? [row.message.text] : []));
}

describe('a press', () => {
  it('is kept, due at once, before it is answered; and deliver is nudged', async () => {
    expect(await send(pressed())).toEqual(TAKEN);
    const due = await served.store.transaction((tx) => tx.due('intents', t(13), 10));
    expect([...due.values()]).toEqual([
      {
        id: expect.stringMatching(/^[0-9a-f]{32}$/),
        at: t(13),
        by: { id: USER, team: TEAM },
        answer: { kind: 'response-url', url: RESPONSE_URL },
        about: { incident: INCIDENT, episode: 1 },
        kind: 'acknowledge',
      },
    ]);
    expect(served.nudges()).toBe(1);
  });

  it('is one however often it is sent, and another with every press', async () => {
    await send(pressed());
    await send(pressed());
    await send(pressed(), { at: NOW + 200n });
    expect(await served.all('intents')).toHaveLength(1);
    await send(pressed({ at: '1763715701.000001' }));
    await send(pressed({ user: 'U0KIM' }));
    await send(pressed({ message: '1763715612.000200' }));
    expect(await served.all('intents')).toHaveLength(4);
  });

  it('that is replayed after it was decided does nothing', async () => {
    await send(pressed());
    const [intent] = await served.all('intents');
    await served.store.transaction(async (tx) => tx.delete('intents', intent?.id ?? ''));
    expect(await send(pressed())).toEqual(TAKEN);
    expect(await served.all('intents')).toEqual([]);
  });

  it('of a button that is not ours is ignored', async () => {
    expect(await send(pressed({ action: 'WaXA', value: 'click_me_123' }))).toEqual(TAKEN);
    expect(await send(pressed({ action: ACTIONS.console, value: undefined }))).toEqual(TAKEN);
    expect([await served.all('intents'), await told()]).toEqual([[], []]);
  });

  it('is served by a function of its own, too', async () => {
    await served.close();
    served = await serveSlack({ alone: 'slack-actions' });
    const body = pressed();
    const answer = await served.post('/', body, signed(SECRET, NOW, body));
    expect([answer.status, await answer.text()]).toEqual([200, '']);
    expect(await served.all('intents')).toHaveLength(1);
  });
});

describe('what Slack has not signed is 401, and leaves nothing behind', () => {
  it.each<[string, string, Sending]>([
    ['signed six minutes ago', pressed(), { at: NOW - 360n }],
    ['signed six minutes from now', pressed(), { at: NOW + 360n }],
    ['another body', pressed(), { instead: pressed({ user: 'U0EVIL' }) }],
    ['the same body, encoded another way', pressed(), { instead: pressed().replaceAll('%22', '"') }],
    ['another secret', pressed(), { secret: 'another' }],
    ['no signature', pressed(), { headers: { 'x-slack-signature': '' } }],
    ['another time than was signed', pressed(), { headers: { 'x-slack-request-timestamp': `${NOW + 1n}` } }],
    ['the secret before last', pressed(), { secret: PREVIOUS }],
    ['no body', pressed(), { instead: '' }],
    ['a command', slashCommand({ text: 'status' }), { secret: 'another' }],
    ['the look whether the address answers', 'ssl_check=1&token=x', { secret: 'another' }],
  ])('%s', async (_what, body, sending) => {
    expect(await send(body, sending)).toEqual(UNSIGNED);
    expect([await served.all('intents'), await served.all('seen'), await told()]).toEqual([[], [], []]);
    expect(served.lines).toEqual([expect.stringMatching(/^warn request refused \{"why":"[^"]+"\}$/)]);
    expect(served.lines.join()).not.toContain(SECRET);
  });

  it('a request without anything', async () => {
    const answer = await served.post('/slack-actions', '', {});
    expect([answer.status, await answer.text()]).toEqual([401, 'signature\n']);
  });
});

describe('the signing secret', () => {
  it('may be the previous one while it is being rotated, read anew with every request', async () => {
    secrets(`${PREVIOUS}\n`);
    expect(await send(pressed())).toEqual(UNSIGNED);
    secrets(`${PREVIOUS}\n${SECRET}\n`);
    expect(await send(pressed())).toEqual(TAKEN);
    expect(await send(pressed(), { secret: PREVIOUS })).toEqual(TAKEN);
    secrets(`${PREVIOUS}\n`);
    expect(await send(pressed())).toEqual(UNSIGNED);
  });

  it('may stand in a file of its own, apart from the previous one', async () => {
    const previous = join(folder, 'previous');
    writeFileSync(previous, PREVIOUS);
    const dialogues = slackDialogues({ token: async () => slack.token });
    const secretFiles = [join(folder, 'signing-secret'), previous];
    const app = slackApp({ secretFiles, teams: [TEAM], app: undefined, dialogues });
    expect(await app.secrets()).toEqual([SECRET, PREVIOUS]);
  });

  it.each([
    ['is empty', '\n', /0 signing secrets where the current one is expected/],
    ['holds three', 'a\nb\nc\n', /3 signing secrets where the current one is expected/],
  ])('refuses everything, loudly, when its file %s', async (_what, text, why) => {
    secrets(text);
    expect(await send(pressed())).toEqual({ status: 500, text: '' });
    expect(served.lines).toEqual([expect.stringMatching(why)]);
  });

  it('refuses everything when there is none', async () => {
    await served.close();
    served = await serve();
    expect(await send(pressed())).toEqual({ status: 500, text: '' });
    expect(served.lines.join()).toContain('no Slack signing secret is set');
  });
});

describe('whose presses count', () => {
  it('not those of a guest from another company, who is told so alone', async () => {
    expect(await send(pressed({ user: 'U0GUEST', team: 'T0OTHER' }))).toEqual(TAKEN);
    expect(await served.all('intents')).toEqual([]);
    expect(await served.all('outbox')).toMatchObject([
      { kind: 'answer', to: { kind: 'response-url', url: RESPONSE_URL }, message: { text: NOTICES.guest() } },
    ]);
    expect(served.nudges()).toBe(1);
    expect(served.lines).toEqual([expect.stringContaining('"why":"another workspace"')]);
  });

  it('and a guest who presses the same thing twice is told once', async () => {
    for (const _ of [1, 2]) await send(pressed({ team: 'T0OTHER' }));
    expect(await told()).toHaveLength(1);
  });

  it('not those meant for another app', async () => {
    expect(await send(pressed({ app: 'A0OTHER' }))).toEqual(TAKEN);
    expect(await served.all('intents')).toEqual([]);
    expect(await told()).toEqual(['Nothing was done: this was meant for another app.']);
  });

  it('not a dialogue that somebody of another workspace filled in', async () => {
    const { except } = MODALS;
    const answer = await send(
      payloadBody(viewSubmission({ callback: except.callback, metadata: `${VALUE}|C0`, team: 'T0OTHER' })),
    );
    expect(answer.status).toBe(200);
    const { reason } = except;
    expect(JSON.parse(answer.text)).toEqual({
      response_action: 'errors',
      errors: { [reason.block]: NOTICES.guest() },
    });
    expect(await served.all('intents')).toEqual([]);
  });

  it('not a command in another workspace', async () => {
    const { text } = await send(slashCommand({ text: 'findings', team: 'T0OTHER' }));
    expect(JSON.parse(text)).toEqual({ response_type: 'ephemeral', text: NOTICES.guest() });
    expect(await served.all('intents')).toEqual([]);
  });

  it('those of the workspace the person belongs to, in an Enterprise Grid', async () => {
    const more = { team: null, enterprise: { id: 'E0ACME', name: 'Acme' }, is_enterprise_install: true };
    await send(pressed({ more }));
    expect(await served.all('intents')).toHaveLength(1);
  });
});

describe('what Slack does not send', () => {
  it.each([
    ['a payload that is cut off', 'payload=%7B%22type', 'payload: not JSON\n'],
    ['a press by nobody', pressed({ more: { user: {} } }), 'payload.user.id: '],
    ['nothing at all', '', 'neither `payload` nor `command` is in the form\n'],
  ])('is 400, with a sentence: %s', async (_what, body, sentence) => {
    const answer = await send(body);
    expect(answer).toEqual({ status: 400, text: expect.stringContaining(sentence) });
    expect(await served.all('intents')).toEqual([]);
  });

  it('is 413 when it is three megabytes long, signed or not', async () => {
    const body = `payload=${'x'.repeat(3_000_000)}`;
    expect(await send(body)).toEqual({ status: 413, text: 'more than Slack sends\n' });
    expect(await send(body, { secret: 'another' })).toMatchObject({ status: 413 });
  });
});

describe('what is no press', () => {
  it('a dialogue that was closed is ignored', async () => {
    expect(await send(payloadBody({ type: 'view_closed' }))).toEqual(TAKEN);
  });

  it('the look whether the address answers is answered', async () => {
    expect(await send('ssl_check=1&token=x')).toEqual(TAKEN);
  });

  it('the look whether the address is ours is answered with its word', async () => {
    const body = JSON.stringify({ type: 'url_verification', challenge: '3eZbrw1aBm2rZgRNFdxV2595E9CY3gmd' });
    const { status, text } = await send(body, { headers: { 'content-type': 'application/json' } });
    expect([status, JSON.parse(text)]).toEqual([200, { challenge: '3eZbrw1aBm2rZgRNFdxV2595E9CY3gmd' }]);
  });
});

describe('when the store fails', () => {
  it('nothing is taken in, Slack is told so, and the press that comes again is one', async () => {
    const memory = openSqliteStore({ path: ':memory:', onEphemeralDisk: false });
    let fails = true;
    const store: Store = {
      ...memory,
      async transaction(body) {
        if (!fails) return memory.transaction(body);
        fails = false;
        throw new StoreUnavailable('the disk is gone');
      },
    };
    await served.close();
    served = await serveSlack({ store });
    expect(await send(pressed())).toEqual({ status: 500, text: '' });
    expect((await memory.transaction((tx) => tx.list('intents', undefined, 10))).size).toBe(0);
    expect(served.nudges()).toBe(0);
    expect(await send(pressed())).toEqual(TAKEN);
    expect(await send(pressed())).toEqual(TAKEN);
    expect((await memory.transaction((tx) => tx.list('intents', undefined, 10))).size).toBe(1);
    await memory.close();
  });

  it('but a nudge that fails is no failure: the press is kept', async () => {
    await served.close();
    served = await serveSlack({
      queue: { work: async () => {}, nudgeDeliver: () => Promise.reject(new Error('no topic')) },
    });
    expect(await send(pressed())).toEqual(TAKEN);
    expect(await served.all('intents')).toHaveLength(1);
    expect(served.lines).toContainEqual('warn deliver not nudged {"error":"no topic"}');
  });
});

describe('a dialogue', () => {
  it('is opened at once, and what is entered becomes an intent', async () => {
    expect(await send(pressed({ action: ACTIONS.except, trigger: slack.trigger() }))).toEqual(TAKEN);
    expect(slack.views).toHaveLength(1);
    const { callback_id: callback, private_metadata: metadata } = slack.views[0]?.view ?? {};
    const { reason, ticket, expires } = MODALS.except;
    const filled = viewSubmission({
      callback: String(callback),
      metadata: String(metadata),
      inputs: {
        [reason.block]: 'until the cut-over on Friday',
        [ticket.block]: 'PAY-2210',
        [expires.block]: { date: '2026-12-01' },
      },
    });
    expect(await send(payloadBody(filled))).toEqual(TAKEN);
    expect(await served.all('intents')).toMatchObject([
      {
        kind: 'request-exception',
        about: { incident: INCIDENT, episode: 1 },
        answer: { kind: 'ephemeral', channel: 'C0PLATSEC', user: USER },
      },
    ]);
  });

  it('stays open, with what is wrong under each input', async () => {
    const body = payloadBody(
      viewSubmission({ callback: MODALS.except.callback, metadata: `${VALUE}|C0PLATSEC` }),
    );
    const { status, text } = await send(body);
    expect([status, JSON.parse(text)]).toEqual([
      200,
      {
        response_action: 'errors',
        errors: { reason: expect.any(String), ticket: expect.any(String), expires: expect.any(String) },
      },
    ]);
  });

  it('that Slack does not open is told to whoever pressed', async () => {
    slack.fail({ method: 'views.open', error: 'expired_trigger_id' });
    expect(await send(pressed({ action: ACTIONS.except, trigger: slack.trigger() }))).toEqual(TAKEN);
    expect(await told()).toEqual([expect.stringContaining('The dialogue could not be opened in time')]);
    expect(served.lines).toContainEqual(expect.stringContaining('"why":"expired_trigger_id"'));
    expect(served.nudges()).toBe(1);
  });

  it.each<[string, Dialogues]>([
    ['never answers', { open: () => new Promise(() => {}) }],
    ['breaks', { open: () => Promise.reject(new Error('cannot reach Slack')) }],
  ])('is given up while there is time to answer, when Slack %s', async (_what, dialogues) => {
    await served.close();
    served = await serveSlack({}, dialogues);
    await putIncident(served.store);
    const began = performance.now();
    expect(await send(pressed({ action: ACTIONS.falsePositive }))).toEqual(TAKEN);
    expect(performance.now() - began).toBeLessThan(2_500);
    expect(await told()).toEqual([expect.stringContaining('The dialogue could not be opened in time')]);
  });

  it('is the only thing that Slack is called for', async () => {
    const options = { dialogues: 0 };
    await served.close();
    served = await serveSlack(
      {},
      {
        open: async () => {
          options.dialogues++;
          return { kind: 'opened' };
        },
      },
    );
    await putIncident(served.store);
    for (const action of [ACTIONS.acknowledge, ACTIONS.explain]) await send(pressed({ action }));
    await send(pressed({ action: ACTIONS.snooze, value: undefined, option: `${VALUE}|1h` }));
    await send(slashCommand({ text: 'status' }));
    expect(options.dialogues).toBe(0);
    expect(await served.all('intents')).toHaveLength(4);
  });
});

describe('a command', () => {
  it('is kept, and answered at once with a word', async () => {
    const { status, text } = await send(slashCommand({ text: 'findings team-payments' }));
    expect([status, JSON.parse(text)]).toEqual([200, { response_type: 'ephemeral', text: 'Looking…' }]);
    expect(await served.all('intents')).toMatchObject([
      { kind: 'list-findings', owner: 'team-payments', by: { id: USER, team: TEAM } },
    ]);
  });

  it('that is not understood is answered with what there is, and kept nowhere', async () => {
    const { text } = await send(slashCommand({ text: 'rm -rf <!channel>' }));
    expect(JSON.parse(text)).toMatchObject({
      response_type: 'ephemeral',
      text: expect.stringContaining('`/anchorwatch status`'),
    });
    expect(text).not.toContain('!channel');
    expect(await served.all('intents')).toEqual([]);
  });
});

it('tells the log no name, no word and no address of anybody', async () => {
  const canary = 'canary-7f3a';
  const channel = { more: { channel: { id: 'C0', name: canary }, message: { text: canary } } };
  await send(pressed(channel));
  await send(
    pressed({ ...channel, team: 'T0OTHER', responseUrl: `https://hooks.slack.com/actions/${canary}` }),
  );
  await send(pressed({ action: ACTIONS.snooze, value: canary }));
  await send(slashCommand({ text: `explain ${canary}` }));
  await send(slashCommand({ text: canary }));
  await send(`payload={"type":"${canary}"}`);
  expect(served.lines.length).toBeGreaterThan(2);
  expect(served.lines.join('\n')).not.toContain(canary);
});
