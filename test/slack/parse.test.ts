/** What Slack sends, read once: what it says, or what is wrong with it. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseFromSlack } from '../../shared/slack/parse.ts';
import {
  APP,
  blockActions,
  COMMAND_URL,
  payloadBody,
  RESPONSE_URL,
  slashCommand,
  TEAM,
  USER,
  viewSubmission,
} from '../slack-payloads.ts';

const JANE = { id: USER, team: TEAM };

describe('a press', () => {
  it('says who, on what, and where the answer goes', () => {
    expect(parseFromSlack(payloadBody(blockActions({ action: 'acknowledge', value: 'i1|2' })))).toEqual({
      kind: 'press',
      by: JANE,
      app: APP,
      action: 'acknowledge',
      value: 'i1|2',
      channel: 'C0PLATSEC',
      message: '1763715612.000100',
      at: '1763715700.194939',
      trigger: '943038858992.49467158547.dde0a43e507f40a8a487834aa77a6bce',
      answer: { kind: 'response-url', url: RESPONSE_URL },
    });
  });

  it('may be a choice in a menu', () => {
    const body = payloadBody(blockActions({ action: 'snooze', option: 'i1|2|1h' }));
    expect(parseFromSlack(body)).toMatchObject({ kind: 'press', action: 'snooze', value: 'i1|2|1h' });
  });

  it('may carry nothing, as a button that is a link', () => {
    expect(parseFromSlack(payloadBody(blockActions({ action: 'WaXA' })))).toMatchObject({ value: '' });
  });

  it('is the act of a person of their own workspace, whatever workspace the channel is of', () => {
    const body = payloadBody(blockActions({ action: 'a', team: 'T0GUEST' }));
    expect(parseFromSlack(body)).toMatchObject({ by: { id: USER, team: 'T0GUEST' } });
  });

  it('comes without a workspace where the app is installed for a whole Enterprise Grid', () => {
    const more = { team: null, enterprise: { id: 'E0ACME', name: 'Acme' }, is_enterprise_install: true };
    const body = payloadBody(blockActions({ action: 'a', user: 'W0JANE', more }));
    expect(parseFromSlack(body)).toMatchObject({ by: { id: 'W0JANE', team: TEAM } });
  });

  it('is answered in the channel where Slack gave no address to answer to', () => {
    const body = payloadBody(blockActions({ action: 'a', more: { response_url: undefined } }));
    expect(parseFromSlack(body)).toMatchObject({
      answer: { kind: 'ephemeral', channel: 'C0PLATSEC', user: USER },
    });
  });

  it('in a dialogue or on the home page is nothing to us', () => {
    const more = { container: { type: 'view', view_id: 'V0HOME' } };
    expect(parseFromSlack(payloadBody(blockActions({ action: 'a', more })))).toEqual({
      kind: 'ignored',
      why: 'pressed elsewhere than in a message',
    });
  });
});

describe('a dialogue that was filled in', () => {
  it('says what was entered, by block, without what was left empty', () => {
    const payload = viewSubmission({
      callback: 'except',
      metadata: 'i1|2',
      inputs: {
        reason: '  until the cut-over \n',
        ticket: undefined,
        note: '   ',
        expires: { date: '2026-12-01' },
      },
    });
    expect(parseFromSlack(payloadBody(payload))).toEqual({
      kind: 'submission',
      by: JANE,
      app: APP,
      callback: 'except',
      view: 'V0DIALOGUE',
      metadata: 'i1|2',
      inputs: new Map([
        ['reason', 'until the cut-over'],
        ['expires', '2026-12-01'],
      ]),
    });
  });

  it('may hold a block of any name, and harms nobody by it', () => {
    const text = JSON.stringify(viewSubmission({ callback: 'c', inputs: { NAME: 'x' } }));
    const body = new URLSearchParams({ payload: text.replace('"NAME"', '"__proto__"') }).toString();
    expect(parseFromSlack(body)).toMatchObject({ kind: 'submission' });
    expect(Object.hasOwn(Object.prototype, 'entered')).toBe(false);
  });

  it('holds no half characters', () => {
    const payload = viewSubmission({ callback: 'c', inputs: { reason: 'a\ud800b' } });
    expect(parseFromSlack(payloadBody(payload))).toMatchObject({ inputs: new Map([['reason', 'a\ufffdb']]) });
  });
});

describe('a command', () => {
  it('says who asked for what', () => {
    expect(parseFromSlack(slashCommand({ text: ' explain payments/api ' }))).toEqual({
      kind: 'command',
      by: JANE,
      app: APP,
      command: '/anchorwatch',
      text: 'explain payments/api',
      trigger: '943038858994.49467158547.dde0a43e507f40a8a487834aa77a6bd0',
      answer: { kind: 'response-url', url: COMMAND_URL },
    });
  });
});

describe('what is nothing to us', () => {
  it.each([
    ['view_closed', 'nothing is done about view_closed'],
    ['shortcut', 'nothing is done about shortcut'],
    ['block_suggestion', 'nothing is done about block_suggestion'],
    ['interactive_message', 'nothing is done about interactive_message'],
  ])('%s is ignored', (type, why) => {
    expect(parseFromSlack(payloadBody({ type }))).toEqual({ kind: 'ignored', why });
  });

  it('an event is ignored', () => {
    expect(parseFromSlack('{"type":"event_callback"}')).toEqual({
      kind: 'ignored',
      why: 'nothing is done about event_callback',
    });
  });

  it('the look whether the address answers', () => {
    expect(parseFromSlack('ssl_check=1&token=m4Q8xY7jIYRbwM0W7u7utV30')).toEqual({ kind: 'check' });
  });

  it('the look whether the address is ours', () => {
    const body = JSON.stringify({
      token: 'x',
      challenge: '3eZbrw1aBm2rZgRNFdxV2595E9CY3gmd',
      type: 'url_verification',
    });
    expect(parseFromSlack(body)).toEqual({
      kind: 'challenge',
      challenge: '3eZbrw1aBm2rZgRNFdxV2595E9CY3gmd',
    });
  });
});

describe('what Slack does not send is malformed, and it is said where', () => {
  const press = (more: Record<string, unknown>) => payloadBody(blockActions({ action: 'a', more }));
  const container = (more: object) => press({ container: { message_ts: '1.2', channel_id: 'C0', ...more } });
  it.each([
    ['nothing', '', 'neither `payload` nor `command` is in the form'],
    ['another form', 'a=1&b=2', 'neither `payload` nor `command` is in the form'],
    ['a payload that is cut off', 'payload=%7B%22type%22%3A', 'payload: not JSON'],
    ['a payload that is a list', payloadBody([1]), 'payload: '],
    ['a payload that is null', payloadBody(null), 'payload: '],
    ['a payload without a type', payloadBody({}), 'payload.type: '],
    ['a type that is no word', payloadBody({ type: 'block actions\n' }), 'payload.type: not a type of Slack'],
    ['a press by nobody', press({ user: undefined }), 'payload.user: '],
    ['a person of no workspace', press({ user: { id: USER } }), 'payload.user.team_id: '],
    [
      'a person with markup for an id',
      press({ user: { id: '<!here>', team_id: TEAM } }),
      'payload.user.id: not an id of Slack',
    ],
    ['no app', press({ api_app_id: undefined }), 'payload.api_app_id: '],
    ['no actions', press({ actions: [] }), 'payload.actions: '],
    ['actions that are none', press({ actions: 'acknowledge' }), 'payload.actions: '],
    [
      'a value too long for Slack',
      payloadBody(blockActions({ action: 'a', value: 'x'.repeat(2001) })),
      'payload.actions.0.value: ',
    ],
    [
      'a time stamp that is none',
      container({ message_ts: 'now' }),
      'payload.container.message_ts: not a time stamp of Slack',
    ],
    [
      'an answer for another host',
      press({ response_url: 'https://evil.example/actions/T0/1/x' }),
      'payload.response_url: not an address of Slack',
    ],
    [
      'an answer for a host that looks like it',
      press({ response_url: 'https://hooks.slack.com.evil.example/x' }),
      'payload.response_url: ',
    ],
    [
      'an answer for a host behind a name',
      press({ response_url: 'https://hooks.slack.com@evil.example/x' }),
      'payload.response_url: ',
    ],
    [
      'an answer over plain HTTP',
      press({ response_url: 'http://hooks.slack.com/x' }),
      'payload.response_url: ',
    ],
    [
      'a dialogue without a view',
      payloadBody({ ...viewSubmission({ callback: 'c' }), view: null }),
      'payload.view: ',
    ],
    [
      'an entry that is none',
      payloadBody(viewSubmission({ callback: 'c', inputs: { 'jane@acme.example': 'x'.repeat(3001) } })),
      'payload.view.state.values: ',
    ],
    ['a command by nobody', slashCommand({ more: { user_id: '' } }), 'command.user_id: not an id of Slack'],
    [
      'a command that is none',
      slashCommand({ command: 'anchorwatch`' }),
      'command.command: not a command of Slack',
    ],
    ['a command with half a book', slashCommand({ text: 'x'.repeat(3001) }), 'command.text: '],
    ['JSON that is cut off', '{"type":', 'body: not JSON'],
    [
      'a challenge with markup',
      '{"type":"url_verification","challenge":"<script>"}',
      'body.challenge: not a challenge',
    ],
  ])('%s', (_what, body, why) => {
    const read = parseFromSlack(body);
    expect(read).toEqual({ kind: 'malformed', why: expect.stringContaining(why) });
    expect(JSON.stringify(read)).not.toMatch(/jane|evil|script|here/);
  });
});

describe('whatever comes', () => {
  const KINDS = ['press', 'submission', 'command', 'check', 'challenge', 'ignored', 'malformed'];

  it('is read without a crash: any text', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ unit: 'binary', maxLength: 300 }), fc.webQueryParameters()),
        (text) => {
          expect(KINDS).toContain(parseFromSlack(text).kind);
          expect(KINDS).toContain(parseFromSlack(`payload=${text}`).kind);
          expect(KINDS).toContain(parseFromSlack(`{${text}`).kind);
        },
      ),
    );
  });

  it('is read without a crash: a payload nested a hundred thousand deep', () => {
    expect(parseFromSlack(`payload=${'['.repeat(100_000)}`).kind).toBe('malformed');
    expect(parseFromSlack(`payload=${'['.repeat(100_000)}${']'.repeat(100_000)}`).kind).toBe('malformed');
  });

  const payloads = fc.constantFrom(
    blockActions({ action: 'snooze', option: 'i1|2|1h' }),
    viewSubmission({
      callback: 'c',
      metadata: 'm',
      inputs: { reason: 'why', expires: { date: '2026-12-01' } },
    }),
  );
  const things = fc.oneof(
    fc.jsonValue({ maxDepth: 2 }),
    fc.constantFrom<unknown>(undefined, '', '<!channel>', 1e308, []),
  );

  it('is read without a crash, a payload with any field made something else; and an id is never markup', () => {
    fc.assert(
      fc.property(payloads, fc.nat(), things, (payload, at, thing) => {
        const mutated = structuredClone(payload);
        const places = placesIn(mutated);
        places[at % places.length]!(thing);
        const read = parseFromSlack(payloadBody(mutated));
        expect(KINDS).toContain(read.kind);
        if ('by' in read)
          expect(`${read.by.id} ${read.by.team} ${read.app}`).toMatch(/^[A-Z0-9]+ [A-Z0-9]+ [A-Z0-9]+$/);
        if ('answer' in read && read.answer.kind === 'response-url')
          expect(new URL(read.answer.url).host).toBe('hooks.slack.com');
      }),
      { numRuns: 500 },
    );
  });
});

/** A setter for each field there is, at any depth. */
function placesIn(value: unknown): ((thing: unknown) => void)[] {
  if (typeof value !== 'object' || value === null) return [];
  const fields = value as Record<string, unknown>;
  return Object.keys(fields).flatMap((key) => [
    (thing: unknown) => {
      fields[key] = thing;
    },
    ...placesIn(fields[key]),
  ]);
}
