import { describe, expect, it } from '@jest/globals';
import { type Decision, decide, SETTLING, toldBy } from '../../shared/alerts/decide.ts';
import type { Finding } from '../../shared/model/finding.ts';
import { MINUTE } from '../../shared/model/time.ts';
import type { Mode } from '../../shared/policy/policy.ts';
import type { Announced } from '../../shared/ports.ts';
import { announced, finding, incident, NIGHT, resolved } from './examples.ts';

const attack = finding();
const outage = finding({ id: 'b', class: 'outage', severity: 'medium', firstSeen: NIGHT });
const posture = finding({ id: 'c', class: 'posture', severity: 'low' });
const undecided = finding({ state: 'undecided' });
const excepted = finding({ state: 'excepted', exception: 'migration' });
const snoozed = finding({ state: 'snoozed' });
const brief = { class: 'outage', firstSeen: NIGHT, resolvedAt: NIGHT + MINUTE } as const;
const long = { class: 'outage', firstSeen: NIGHT, resolvedAt: NIGHT + SETTLING } as const;

const saidOpen = announced({ told: { open: true, severity: 'high' } });
const saidClosed = announced({ told: { open: false, severity: 'info' } });

const post = (reason: 'opened' | 'reopened' | 'opened-and-resolved'): Decision => ({
  action: 'post',
  reason,
});
const update = (reason: 'changed' | 'resolved' | 'escalated'): Decision => ({ action: 'update', reason });
const none = (reason: Extract<Decision, { action: 'none' }>['reason']): Decision => ({
  action: 'none',
  reason,
});
const hold = (until: bigint): Decision => ({ action: 'hold', until, reason: 'settling' });

interface Given {
  readonly findings: readonly Finding[];
  readonly sent?: Announced;
  readonly revision?: number;
  readonly mode?: Mode;
  readonly after?: bigint;
}

function decided({ findings, sent, revision = 2, mode = 'enforce', after = MINUTE }: Given): Decision {
  const given = incident({ revision, sent: sent === undefined ? [] : [sent] });
  return decide({ incident: given, findings, mode, destination: 'C0SOC', asOf: NIGHT + after });
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
    ['in baseline nothing is', { findings: [attack], mode: 'baseline' }, none('mode')],
    ['in audit nothing is', { findings: [attack], mode: 'audit' }, none('mode')],
    ['an outage is held while it may mend itself', { findings: [outage] }, hold(NIGHT + SETTLING)],
    ['and posted when it has settled', { findings: [outage], after: SETTLING }, post('opened')],
    [
      'the oldest of several outages counts',
      { findings: [finding({ ...outage, id: 'd', firstSeen: NIGHT + MINUTE }), outage] },
      hold(NIGHT + SETTLING),
    ],
    ['an attack does not wait for the outage beside it', { findings: [outage, attack] }, post('opened')],
    ['posture is for report and digest', { findings: [posture] }, none('posture')],
    ['what is undecided is no alert', { findings: [undecided, posture] }, none('undecided')],
    ['what is excepted is none either', { findings: [excepted, undecided].slice(0, 1) }, none('excepted')],
    ['nor what is snoozed', { findings: [snoozed] }, none('snoozed')],
    [
      'an attack that came and went between two deliveries is told',
      { findings: [resolved()] },
      post('opened-and-resolved'),
    ],
    [
      'also while its repair is being confirmed',
      { findings: [resolved({ confirming: true })] },
      post('opened-and-resolved'),
    ],
    ['but not in audit', { findings: [resolved()], mode: 'audit' }, none('mode')],
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
    [
      'one that lasted, while Slack was down say, is told',
      { findings: [resolved(long)] },
      post('opened-and-resolved'),
    ],
    ['an incident whose findings are gone says nothing', { findings: [] }, none('no findings')],
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
      hold(NIGHT + SETTLING),
    ],
    [
      'and is posted after that',
      { findings: [finding({ ...outage, episode: 2 })], sent: saidClosed, after: SETTLING },
      post('reopened'),
    ],
    [
      'what flaps is edited in place',
      { findings: [finding({ episode: 5, flapping: true })], sent: saidClosed },
      update('changed'),
    ],
    [
      'in audit no new message is posted',
      { findings: [finding({ episode: 2 })], sent: saidClosed, mode: 'audit' },
      none('mode'),
    ],
    [
      'but one that was posted is kept true',
      { findings: [resolved()], sent: saidOpen, mode: 'audit' },
      update('resolved'),
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

it('keeps of a message whether it said open, and how bad', () => {
  expect(toldBy([finding({ severity: 'high' }), outage, posture])).toEqual({ open: true, severity: 'high' });
  expect(toldBy([resolved(), posture])).toEqual({ open: false, severity: 'info' });
});
