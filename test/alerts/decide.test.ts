import { describe, expect, it } from '@jest/globals';
import { type Decision, decide, SETTLING, toldBy } from '../../shared/alerts/decide.ts';
import type { Finding } from '../../shared/model/finding.ts';
import { HOUR, MINUTE } from '../../shared/model/time.ts';
import type { Announced, IncidentEventKind } from '../../shared/ports.ts';
import { announced, finding, incident, NIGHT, resolved } from './examples.ts';

const attack = finding();
const outage = finding({ id: 'b', class: 'outage', severity: 'medium', firstSeen: NIGHT });
const posture = finding({ id: 'c', class: 'posture', severity: 'low' });
const undecided = finding({ state: 'undecided' });
const excepted = finding({ state: 'excepted', exception: 'migration' });
const snoozed = finding({ state: 'snoozed' });
const brief = { class: 'outage', severity: 'medium', firstSeen: NIGHT, resolvedAt: NIGHT + MINUTE } as const;
const long = {
  class: 'outage',
  severity: 'medium',
  firstSeen: NIGHT,
  resolvedAt: NIGHT + SETTLING.outage,
} as const;
/** Something declared was taken away, and nothing put in its place. */
const removal = finding({ ...outage, removal: true });

const saidOpen = announced({ told: { open: true, severity: 'high' } });
const saidClosed = announced({ told: { open: false, severity: 'info' } });

const rolledUp = announced({ handle: undefined, rollup: 'r', told: { open: true, severity: 'high' } });

type Of<A extends Decision['action']> = Extract<Decision, { action: A }>;
const post = (reason: Of<'post'>['reason']): Decision => ({ action: 'post', reason });
const update = (reason: Of<'update'>['reason'], aloud = false): Decision => ({
  action: 'update',
  reason,
  aloud,
});
const none = (reason: Extract<Decision, { action: 'none' }>['reason']): Decision => ({
  action: 'none',
  reason,
});
const hold = (until: bigint): Decision => ({ action: 'hold', until, reason: 'settling' });

interface Given {
  readonly findings: readonly Finding[];
  readonly sent?: Announced;
  readonly revision?: number;
  /** Those that lead here; without it all that may alert. */
  readonly heard?: readonly Finding[];
  readonly after?: bigint;
  readonly quietUntil?: bigint;
  readonly events?: readonly IncidentEventKind[];
}

function decided({
  findings,
  sent,
  revision = 2,
  heard,
  after = MINUTE,
  quietUntil,
  events = [],
}: Given): Decision {
  const given = incident({
    revision,
    sent: sent === undefined ? [] : [sent],
    events: events.map((kind) => ({ at: NIGHT, kind, title: '' })),
  });
  return decide({
    incident: given,
    heard: heard ?? findings.filter((one) => one.class !== 'posture'),
    findings,
    destination: 'C0SOC',
    quietUntil,
    asOf: NIGHT + after,
  });
}

describe('nothing has been sent', () => {
  it.each<[string, Given, Decision]>([
    ['an attack is posted at once', { findings: [attack] }, post('opened')],
    ['so is one that the policy rates low', { findings: [finding({ severity: 'low' })] }, post('opened')],
    [
      'so is one that somebody has acknowledged',
      { findings: [finding({ state: 'acknowledged' })] },
      post('opened'),
    ],
    ['what leads elsewhere, or nowhere, is not', { findings: [attack], heard: [] }, none('not routed here')],
    ['a removal is held for less long', { findings: [removal] }, hold(NIGHT + SETTLING.removals)],
    [
      'a critical outage waits for nothing',
      { findings: [finding({ ...outage, severity: 'critical' })] },
      post('opened'),
    ],
    [
      'in quiet hours what is new waits',
      { findings: [attack], quietUntil: NIGHT + 9n * HOUR },
      { action: 'hold', until: NIGHT + 9n * HOUR, reason: 'quiet hours' },
    ],
    [
      'and an outage until both are over',
      { findings: [outage], quietUntil: NIGHT + MINUTE * 10n },
      { action: 'hold', until: NIGHT + SETTLING.outage, reason: 'quiet hours' },
    ],
    ['an outage is held while it may mend itself', { findings: [outage] }, hold(NIGHT + SETTLING.outage)],
    ['and posted when it has settled', { findings: [outage], after: SETTLING.outage }, post('opened')],
    [
      'the oldest of several outages counts',
      { findings: [finding({ ...outage, id: 'd', firstSeen: NIGHT + MINUTE }), outage] },
      hold(NIGHT + SETTLING.outage),
    ],
    ['an attack does not wait for the outage beside it', { findings: [outage, attack] }, post('opened')],
    ['posture is for report and digest', { findings: [posture] }, none('posture')],
    ['what is undecided is no alert', { findings: [undecided, posture] }, none('undecided')],
    ['what is excepted is none either', { findings: [excepted, undecided].slice(0, 1) }, none('excepted')],
    ['nor what is snoozed', { findings: [snoozed] }, none('snoozed')],
    [
      'an attack that came and went between two deliveries is told',
      { findings: [resolved()] },
      post('missed'),
    ],
    [
      'also while its repair is being confirmed',
      { findings: [resolved({ confirming: true })] },
      post('missed'),
    ],
    ['but not where it did not lead', { findings: [resolved()], heard: [] }, none('not routed here')],
    [
      'what was missing for a moment only is one quiet note',
      { findings: [resolved({ ...brief, removal: true })] },
      post('blip'),
    ],
    [
      'one that a person has closed needs no telling',
      { findings: [resolved({ resolution: 'false-positive' })] },
      none('resolved before it was announced'),
    ],
    [
      'an outage that mended itself in time was none',
      { findings: [resolved(brief)] },
      none('resolved before it was announced'),
    ],
    ['one that lasted, while Slack was down say, is told', { findings: [resolved(long)] }, post('missed')],
  ])('%s', (_behaviour, given, expected) => {
    expect(decided(given)).toEqual(expected);
  });
});

describe('a message has been sent', () => {
  it.each<[string, Given, Decision]>([
    ['at this revision: silence', { findings: [attack], sent: saidOpen, revision: 1 }, none('nothing new')],
    [
      'at a later one, by another sender: silence',
      { findings: [attack], sent: announced({ revision: 3 }) },
      none('nothing new'),
    ],
    [
      'it is edited when something changed',
      { findings: [finding({ severity: 'high' })], sent: saidOpen },
      update('changed'),
    ],
    ['it is edited when something worse joined', { findings: [attack], sent: saidOpen }, update('escalated')],
    [
      'it is edited when all is repaired',
      { findings: [resolved({ confirming: true })], sent: saidOpen },
      update('resolved'),
    ],
    ['and again when that is confirmed', { findings: [resolved()], sent: saidClosed }, update('changed')],
    [
      'one repaired of two is a change',
      { findings: [resolved({ severity: 'high' }), finding({ id: 'e', severity: 'high' })], sent: saidOpen },
      update('changed'),
    ],
    [
      'posture that stays keeps nothing open',
      { findings: [resolved(), posture], sent: saidOpen },
      update('resolved'),
    ],
    ['an exception is a change, no repair', { findings: [excepted], sent: saidOpen }, update('changed')],
    ['so is a snooze', { findings: [snoozed], sent: saidOpen }, update('changed')],
    [
      'an outage that joins waits for nothing: the message is there',
      { findings: [finding({ severity: 'high' }), outage], sent: saidOpen },
      update('changed'),
    ],
    [
      'what is open again under "resolved" gets a new message',
      { findings: [finding({ episode: 2 })], sent: saidClosed },
      post('reopened'),
    ],
    [
      'so does an exception or a snooze that ran out',
      { findings: [attack], sent: saidClosed },
      post('reopened'),
    ],
    [
      'an outage that is back settles first',
      { findings: [finding({ ...outage, episode: 2 })], sent: saidClosed },
      hold(NIGHT + SETTLING.outage),
    ],
    [
      'and is posted after that',
      { findings: [finding({ ...outage, episode: 2 })], sent: saidClosed, after: SETTLING.outage },
      post('reopened'),
    ],
    [
      'what flaps is edited in place',
      { findings: [finding({ episode: 5, flapping: true })], sent: saidClosed },
      update('back again'),
    ],
    [
      'what is back within minutes too, and the thread says so aloud',
      { findings: [finding({ episode: 2 })], sent: saidClosed, events: ['opened', 'reopened'] },
      update('back again', true),
    ],
    [
      'a snooze that ended is no such thing',
      { findings: [attack], sent: saidClosed, events: ['reopened', 'woken'] },
      post('reopened'),
    ],
    [
      'where it no longer leads, its message is kept true all the same',
      { findings: [resolved()], heard: [], sent: saidOpen },
      update('resolved'),
    ],
    [
      'an edit waits for no quiet hours to end',
      { findings: [resolved()], sent: saidOpen, quietUntil: NIGHT + HOUR },
      update('resolved'),
    ],
    [
      'but a new message under the old one does',
      { findings: [attack], sent: saidClosed, quietUntil: NIGHT + HOUR },
      { action: 'hold', until: NIGHT + HOUR, reason: 'quiet hours' },
    ],
    [
      'elsewhere only: here it is still to come',
      { findings: [attack], sent: announced({ destination: 'C0OTHER' }) },
      post('opened'),
    ],
  ])('%s', (_behaviour, given, expected) => {
    expect(decided(given)).toEqual(expected);
  });
});

describe('it was told in a roll-up only', () => {
  it.each<[string, Given, Decision]>([
    [
      'a change there tells nobody',
      { findings: [finding({ severity: 'high' })], sent: rolledUp },
      none('told in a roll-up'),
    ],
    [
      'its end is counted there',
      { findings: [resolved()], sent: rolledUp },
      { action: 'count', reason: 'resolved' },
    ],
    [
      'what becomes critical gets a message of its own',
      { findings: [attack], sent: rolledUp },
      post('opened'),
    ],
    [
      'so does what comes back',
      { findings: [attack], sent: { ...rolledUp, told: { open: false, severity: 'info' } } },
      post('reopened'),
    ],
  ])('%s', (_behaviour, given, expected) => {
    expect(decided(given)).toEqual(expected);
  });
});

it('keeps of a message whether it said open, and how bad', () => {
  expect(toldBy([finding({ severity: 'high' }), outage, posture])).toEqual({ open: true, severity: 'high' });
  expect(toldBy([resolved(), posture])).toEqual({ open: false, severity: 'info' });
});
