/** From a press to a durable intent, a dialogue or a word to whoever pressed. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fixedPolicy } from '../../shared/adapters/fixed-policy.ts';
import { openSqliteStore } from '../../shared/adapters/sqlite-store.ts';
import { ACTIONS, MODALS, pressedValue, requestValue, snoozeValue } from '../../shared/alerts/actions.ts';
import { NOTICES } from '../../shared/alerts/notices.ts';
import type { Intent } from '../../shared/model/decision.ts';
import { DAY, HOUR, type Nanos, parseTime } from '../../shared/model/time.ts';
import type { PressPorts } from '../../shared/pipeline/press/keep.ts';
import { press } from '../../shared/pipeline/press.ts';
import type { Policy } from '../../shared/policy/policy.ts';
import type { ModalView, Store } from '../../shared/ports.ts';
import type { Interaction } from '../../shared/slack/interaction.ts';
import { parseFromSlack } from '../../shared/slack/parse.ts';
import { blockActions, type Pressing, payloadBody, slashCommand, viewSubmission } from '../slack-payloads.ts';
import { POLICY, t } from '../world.ts';
import { INCIDENT, putIncident, VALUE } from './pressing.ts';

let store: Store;
let policy: Policy;
let now: Nanos;
let nudges: number;
let opened: { readonly trigger: string; readonly view: ModalView }[];
let ports: PressPorts;

beforeEach(() => {
  store = openSqliteStore({ path: ':memory:', onEphemeralDisk: false });
  policy = { ...POLICY, maxExceptionDuration: 30n * DAY, neverExcept: ['untrusted-*'] };
  now = t(0);
  nudges = 0;
  opened = [];
  ports = {
    store,
    policy: fixedPolicy(() => policy),
    clock: { now: () => now },
    queue: { work: async () => {}, nudgeDeliver: async () => void nudges++ },
    log: { info() {}, warn() {}, error() {} },
    dialogues: {
      async open(trigger, view) {
        opened.push({ trigger, view });
        return { kind: 'opened' };
      },
    },
  };
});
afterEach(() => store.close());

/** As it comes from Slack. */
function interaction(body: string): Interaction {
  const read = parseFromSlack(body);
  if (!('by' in read)) throw new Error(JSON.stringify(read));
  return read;
}

function pressing(action: string, more: Partial<Pressing> = {}) {
  return press(interaction(payloadBody(blockActions({ action, value: VALUE, ...more }))), ports);
}

async function intents(): Promise<readonly Intent[]> {
  return [...(await store.transaction((tx) => tx.list('intents', undefined, 100))).values()];
}

/** What people are told, each alone. */
async function told(): Promise<readonly string[]> {
  const rows = await store.transaction((tx) => tx.list('outbox', undefined, 100));
  return [...rows.values()].flatMap((row) => (row.kind === 'answer' ? [row.message.text] : []));
}

describe('a button', () => {
  const about = { incident: INCIDENT, episode: 1 };
  it.each<[string, Partial<Pressing>, Partial<Intent>]>([
    [ACTIONS.acknowledge, {}, { kind: 'acknowledge', about }],
    [ACTIONS.explain, {}, { kind: 'explain', about }],
    [
      ACTIONS.snooze,
      { value: undefined, option: snoozeValue(VALUE, '8h') },
      { kind: 'snooze', about, length: 8n * HOUR },
    ],
    [ACTIONS.snooze, { value: snoozeValue(VALUE, '7d') }, { kind: 'snooze', about, length: 7n * DAY }],
    [
      ACTIONS.approveException,
      { value: requestValue(VALUE, 'd1') },
      { kind: 'approve-exception', about, request: 'd1' },
    ],
    [
      ACTIONS.rejectException,
      { value: requestValue(VALUE, 'd1') },
      { kind: 'reject-exception', about, request: 'd1' },
    ],
  ])('%s %j', async (action, more, intent) => {
    expect(await pressing(action, more)).toEqual({ kind: 'received' });
    expect(await intents()).toMatchObject([{ at: now, ...intent }]);
    expect([nudges, opened, await told()]).toEqual([1, [], []]);
  });

  it.each([
    [ACTIONS.acknowledge, `${INCIDENT}`],
    [ACTIONS.acknowledge, `${INCIDENT}|0`],
    [ACTIONS.explain, 'all|1'],
    [ACTIONS.snooze, VALUE],
    [ACTIONS.snooze, `${VALUE}|1000d`],
    [ACTIONS.snooze, `${VALUE}|constructor`],
    [ACTIONS.approveException, VALUE],
    [ACTIONS.except, snoozeValue(VALUE, '1h')],
    [ACTIONS.falsePositive, ''],
  ])('%s that carries %j is of another version, and its presser is told so', async (action, value) => {
    expect(await pressing(action, { value })).toEqual({ kind: 'received' });
    expect([await intents(), opened]).toEqual([[], []]);
    expect(await told()).toEqual([expect.stringContaining('another version of Anchorwatch')]);
  });

  it('asks for a decision whether or not there is such an incident: that is seen later', async () => {
    await pressing(ACTIONS.acknowledge, { value: pressedValue('f'.repeat(32), 3) });
    expect(await intents()).toHaveLength(1);
  });

  it('is pressed once, in whatever order and however often the requests come', async () => {
    const presses = fc.array(
      fc.record({
        action: fc.constantFrom(ACTIONS.acknowledge, ACTIONS.explain),
        user: fc.constantFrom('U0JANE', 'U0KIM'),
        at: fc.constantFrom('1.000001', '1.000002'),
      }),
      { maxLength: 12 },
    );
    await fc.assert(
      fc
        .asyncProperty(presses, async (all) => {
          await Promise.all(all.map(({ action, ...more }) => pressing(action, more)));
          const distinct = new Set(all.map((one) => JSON.stringify([one.action, one.user, one.at])));
          expect(await intents()).toHaveLength(distinct.size);
        })
        .beforeEach(async () => {
          await store.close();
          store = openSqliteStore({ path: ':memory:', onEphemeralDisk: false });
          ports = { ...ports, store };
        }),
      { numRuns: 40 },
    );
  });
});

describe('a dialogue', () => {
  it.each([
    [ACTIONS.except, MODALS.except.callback],
    [ACTIONS.falsePositive, MODALS.falsePositive.callback],
  ])(
    '%s is opened with the trigger of the press, and brings back where to answer',
    async (action, callback) => {
      await putIncident(store);
      expect(await pressing(action, { trigger: '1.2.abc' })).toEqual({ kind: 'received' });
      expect(opened).toEqual([
        {
          trigger: '1.2.abc',
          view: expect.objectContaining({ callback_id: callback, private_metadata: `${VALUE}|C0PLATSEC` }),
        },
      ]);
      expect([nudges, await intents(), await told()]).toEqual([0, [], []]);
    },
  );

  it('is opened once for one press', async () => {
    await putIncident(store);
    await pressing(ACTIONS.except);
    await pressing(ACTIONS.except);
    expect(opened).toHaveLength(1);
    await pressing(ACTIONS.except, { at: '2.000001' });
    expect(opened).toHaveLength(2);
  });

  it.each<[string, string, () => Promise<void>, string]>([
    ['an alert that nobody knows any more', ACTIONS.except, async () => {}, NOTICES.gone()],
    [
      'an alert of an earlier episode',
      ACTIONS.except,
      () => putIncident(store, { episode: 2 }),
      NOTICES.stale(),
    ],
    [
      'an alert whose finding has gone on to another',
      ACTIONS.falsePositive,
      () => putIncident(store, { incident: 'f'.repeat(32) }),
      NOTICES.gone(),
    ],
    [
      'what is resolved',
      ACTIONS.falsePositive,
      () => putIncident(store, { state: 'resolved', confirming: true }),
      NOTICES.resolved(),
    ],
    [
      'what the policy never excepts',
      ACTIONS.except,
      () => putIncident(store, { detector: 'untrusted-pool' }),
      NOTICES.neverExcepted(['untrusted-pool']),
    ],
  ])('is not opened for %s: who pressed is told why', async (_what, action, prepare, notice) => {
    await prepare();
    expect(await pressing(action)).toEqual({ kind: 'received' });
    expect([opened, await told(), nudges]).toEqual([[], [notice], 1]);
  });

  it('names what is never excepted, and asks for the rest', async () => {
    await putIncident(store, {}, { detector: 'untrusted-pool' });
    await pressing(ACTIONS.except);
    expect(JSON.stringify(opened)).toContain('Never excepted');
  });

  it('may say of what is never excepted that it is a false positive', async () => {
    await putIncident(store, { detector: 'untrusted-pool' });
    await pressing(ACTIONS.falsePositive);
    expect(opened).toHaveLength(1);
  });

  it('that could not be opened is told of, and can be asked for again', async () => {
    await putIncident(store);
    const { dialogues } = ports;
    ports = { ...ports, dialogues: { open: async () => ({ kind: 'failed', why: 'expired_trigger_id' }) } };
    await pressing(ACTIONS.except);
    expect(await told()).toEqual([expect.stringContaining('press the button again')]);
    ports = { ...ports, dialogues };
    await pressing(ACTIONS.except, { at: '2.000001' });
    expect(opened).toHaveLength(1);
  });
});

describe('what was entered', () => {
  const { reason, ticket, expires } = MODALS.except;
  type Entered = Partial<Record<'reason' | 'ticket' | 'expires', string | undefined>>;
  const GOOD = { reason: 'until the cut-over on Friday', ticket: 'PAY-2210', expires: '2026-12-01' };

  function submit(entered: Entered, more: { readonly metadata?: string; readonly view?: string } = {}) {
    const inputs = {
      [reason.block]: entered.reason,
      [ticket.block]: entered.ticket,
      [expires.block]: entered.expires === undefined ? undefined : { date: entered.expires },
    };
    const metadata = `${VALUE}|C0PLATSEC`;
    const { callback } = MODALS.except;
    return press(interaction(payloadBody(viewSubmission({ callback, metadata, inputs, ...more }))), ports);
  }

  beforeEach(() => putIncident(store));

  it('asks for an exception, to the end of that day where the policy is at home', async () => {
    policy = { ...policy, timezone: 'Europe/Berlin' };
    expect(await submit(GOOD)).toEqual({ kind: 'received' });
    expect(await intents()).toEqual([
      {
        id: expect.stringMatching(/^[0-9a-f]{32}$/),
        at: now,
        by: { id: 'U0JANE', team: 'T0ACME' },
        answer: { kind: 'ephemeral', channel: 'C0PLATSEC', user: 'U0JANE' },
        about: { incident: INCIDENT, episode: 1 },
        kind: 'request-exception',
        reason: GOOD.reason,
        ticket: GOOD.ticket,
        expires: parseTime('2026-12-01T23:00:00Z'),
      },
    ]);
    expect(nudges).toBe(1);
  });

  it('is asked for once, however often it is sent', async () => {
    await submit(GOOD);
    await submit({ ...GOOD, reason: 'another reason than before' });
    expect(await intents()).toMatchObject([{ reason: GOOD.reason }]);
  });

  it('may be mended after it was refused', async () => {
    expect(await submit({ ...GOOD, ticket: '' })).toMatchObject({ kind: 'errors' });
    expect([await intents(), nudges]).toEqual([[], 0]);
    expect(await submit(GOOD)).toEqual({ kind: 'received' });
    expect(await intents()).toHaveLength(1);
  });

  // Nine in the morning of 2026-11-21, thirty days at most.
  it.each<[string, Entered, Record<string, string>]>([
    ['no reason', { reason: undefined }, { [reason.block]: 'Say why, in 10 characters or more.' }],
    [
      'a reason of blanks',
      { reason: ' '.repeat(40) },
      { [reason.block]: 'Say why, in 10 characters or more.' },
    ],
    ['a word for a reason', { reason: 'because' }, { [reason.block]: 'Say why, in 10 characters or more.' }],
    ['a book for a reason', { reason: 'x'.repeat(501) }, { [reason.block]: 'At most 500 characters.' }],
    ['no ticket', { ticket: undefined }, { [ticket.block]: 'Name the ticket in which its end is planned.' }],
    ['a book for a ticket', { ticket: 'x'.repeat(301) }, { [ticket.block]: 'At most 300 characters.' }],
    ['no day', { expires: undefined }, { [expires.block]: 'Choose the last day on which it holds.' }],
    [
      'no day of the calendar',
      { expires: '2026-11-31' },
      { [expires.block]: 'Choose the last day on which it holds.' },
    ],
    ['yesterday', { expires: '2026-11-20' }, { [expires.block]: 'That day is over. Choose a later one.' }],
    ['a day too late', { expires: '2026-12-21' }, { [expires.block]: NOTICES.tooLong('2026-12-20') }],
    [
      'nothing at all',
      { reason: undefined, ticket: undefined, expires: undefined },
      {
        [reason.block]: 'Say why, in 10 characters or more.',
        [ticket.block]: 'Name the ticket in which its end is planned.',
        [expires.block]: 'Choose the last day on which it holds.',
      },
    ],
  ])('says what to mend: %s', async (_what, entered, errors) => {
    expect(await submit({ ...GOOD, ...entered })).toEqual({ kind: 'errors', errors });
    expect(await intents()).toEqual([]);
  });

  it.each([['today'], ['2026-12-20']])('may hold until %s', async (day) => {
    const reply = await submit({ ...GOOD, expires: day === 'today' ? '2026-11-21' : day });
    expect(reply).toEqual({ kind: 'received' });
  });

  it('may hold as long as somebody likes where the policy sets no end', async () => {
    policy = { ...policy, maxExceptionDuration: undefined };
    expect(await submit({ ...GOOD, expires: '2036-01-01' })).toEqual({ kind: 'received' });
  });

  it('cannot except what the policy, as it is by now, never excepts', async () => {
    policy = { ...policy, neverExcept: ['forbidden-role'] };
    expect(await submit(GOOD)).toEqual({
      kind: 'errors',
      errors: { [reason.block]: NOTICES.neverExcepted(['forbidden-role']) },
    });
  });

  it('comes too late when it is repaired meanwhile', async () => {
    await putIncident(store, { state: 'resolved' });
    expect(await submit(GOOD)).toEqual({ kind: 'errors', errors: { [reason.block]: NOTICES.resolved() } });
  });

  it.each(['', VALUE, `${VALUE}|`, `all|1|C0`, `${VALUE}|<!here>`])(
    'about %j is of another version',
    async (metadata) => {
      expect(await submit(GOOD, { metadata })).toEqual({
        kind: 'errors',
        errors: { [reason.block]: expect.stringContaining('another version of Anchorwatch') },
      });
    },
  );

  it('in a dialogue that is not ours is nothing to us', async () => {
    const body = payloadBody(viewSubmission({ callback: 'poll', metadata: VALUE }));
    expect(await press(interaction(body), ports)).toEqual({ kind: 'received' });
    expect(await intents()).toEqual([]);
  });

  it('is kept only as the policy allows, whatever it is', async () => {
    const day = fc.date({ min: new Date('2026-11-01'), max: new Date('2027-02-01'), noInvalidDate: true });
    const entered = fc.record({
      reason: fc.string({ maxLength: 520 }),
      ticket: fc.string({ maxLength: 310 }),
      expires: fc.oneof(
        day.map((date) => date.toISOString().slice(0, 10)),
        fc.string({ maxLength: 10 }),
      ),
    });
    let view = 0;
    await fc.assert(
      fc.asyncProperty(entered, async (one) => {
        const before = (await intents()).length;
        const reply = await submit(one, { view: `V${++view}` });
        const after = await intents();
        expect(after.length - before).toBe(reply.kind === 'received' ? 1 : 0);
        for (const intent of after) {
          if (intent.kind !== 'request-exception') throw new Error(intent.kind);
          expect(intent.reason.length).toBeGreaterThanOrEqual(10);
          expect(intent.ticket.trim()).not.toBe('');
          expect(intent.expires > now && intent.expires <= now + 30n * DAY).toBe(true);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('calls findings false positives, with a reason', async () => {
    const { callback } = MODALS.falsePositive;
    const filled = (why: string, view: string) =>
      press(
        interaction(
          payloadBody(
            viewSubmission({
              callback,
              view,
              metadata: `${VALUE}|C0PLATSEC`,
              inputs: { [MODALS.falsePositive.reason.block]: why },
            }),
          ),
        ),
        ports,
      );
    expect(await filled('no', 'V1')).toEqual({
      kind: 'errors',
      errors: { [MODALS.falsePositive.reason.block]: 'Say why, in 10 characters or more.' },
    });
    expect(await filled('a test of the night shift', 'V1')).toEqual({ kind: 'received' });
    expect(await intents()).toMatchObject([{ kind: 'false-positive', reason: 'a test of the night shift' }]);
  });
});

describe('a command', () => {
  const call = (text: string, trigger?: string) =>
    press(interaction(slashCommand({ text, ...(trigger === undefined ? {} : { trigger }) })), ports);

  it.each([
    ['status', { kind: 'status' }],
    ['findings', { kind: 'list-findings' }],
    ['findings team-payments', { kind: 'list-findings', owner: 'team-payments' }],
    ['explain payments/api', { kind: 'explain-subject', words: 'payments/api' }],
  ])('%j is kept, and answered with a word', async (text, intent) => {
    expect(await call(text)).toEqual({ kind: 'text', text: 'Looking…' });
    expect(await intents()).toMatchObject([intent]);
    expect(nudges).toBe(1);
  });

  it('that is sent again is one, and another when it is called again', async () => {
    await call('status');
    await call('status');
    expect(await intents()).toHaveLength(1);
    await call('status', '1.2.other');
    expect(await intents()).toHaveLength(2);
  });

  it.each(['', 'help', 'explain', 'delete'])('%j is answered with what there is', async (text) => {
    expect(await call(text)).toMatchObject({
      kind: 'text',
      text: expect.stringContaining('`/anchorwatch explain SUBJECT'),
    });
    expect([await intents(), nudges]).toEqual([[], 0]);
  });
});
