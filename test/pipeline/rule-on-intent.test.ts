import { describe, expect, it } from '@jest/globals';
import { NOTICES } from '../../shared/alerts/notices.ts';
import { asDecided } from '../../shared/findings/decided.ts';
import type { Decision, IntentKind } from '../../shared/model/decision.ts';
import type { Finding } from '../../shared/model/finding.ts';
import { DAY, HOUR } from '../../shared/model/time.ts';
import { type Bench, type Pressing, ruleOn } from '../../shared/pipeline/rule-on-intent.ts';
import { parseApprover } from '../../shared/policy/approver.ts';
import type { Person } from '../../shared/ports.ts';
import { finding } from '../findings/a-finding.ts';
import { t } from '../world.ts';
import { STORY_POLICY } from './policies.ts';

const LEE: Person = { id: 'U0LEE', team: 'T0ACME', email: 'lee@acme.example', isGuest: false };
const KIM: Person = { id: 'U0KIM', team: 'T0ACME', email: 'kim@acme.example', isGuest: false };
const KIM_APPROVES = [parseApprover('user:kim@acme.example')!];
const ASOF = t(600);

type Kind = Exclude<IntentKind, { kind: 'explain' }>;

function pressing(kind: Kind, by: Person, episode = 1): Exclude<Pressing, { kind: 'explain' }> {
  return {
    id: `${kind.kind}-${by.id}`,
    at: ASOF,
    by: { id: by.id, team: by.team },
    answer: { kind: 'ephemeral', channel: 'C1', user: by.id },
    about: { incident: 'i', episode },
    ...kind,
  };
}

const ask: Kind = {
  kind: 'request-exception',
  reason: 'The migration needs it',
  ticket: 'PAY-1',
  expires: ASOF + 7n * DAY,
};

function requested(by: Person): Decision {
  const ruling = rule(ask, by);
  if (ruling.kind !== 'decision') throw new Error(ruling.notice);
  return ruling.decision;
}

function rule(kind: Kind, person: Person, more: Partial<Bench> & { readonly episode?: number } = {}) {
  const { episode, ...bench } = more;
  return ruleOn(pressing(kind, person, episode), {
    findings: [finding({ incident: 'i' })],
    decisions: [],
    policy: STORY_POLICY,
    person,
    approves: [],
    asOf: ASOF,
    ...bench,
  });
}

/** The finding as it stands once somebody has asked. */
function pending(request: Decision): Finding {
  return asDecided(finding({ incident: 'i' }), [request], ASOF).finding;
}

describe('may they?', () => {
  const request = requested(LEE);
  const own = { findings: [pending(request)], decisions: [request] };
  const yes: Kind = { kind: 'approve-exception', request: request.id };
  const no: Kind = { kind: 'reject-exception', request: request.id };
  const guest: Person = { ...LEE, isGuest: true };
  const alias: Person = { ...LEE, id: 'U0OTHER' };
  const dismiss: Kind = { kind: 'false-positive', reason: 'a test account' };
  const decided: Decision = {
    ...request,
    id: 'said',
    by: KIM,
    kind: 'approve-exception',
    request: request.id,
  } as Decision;

  it.each<[string, Kind, Person, Parameters<typeof rule>[2], string]>([
    ['guests decide nothing', { kind: 'acknowledge' }, guest, {}, NOTICES.guest()],
    ['an older episode', { kind: 'acknowledge' }, LEE, { episode: 2 }, NOTICES.stale()],
    [
      'what is over',
      { kind: 'acknowledge' },
      LEE,
      { findings: [finding({ state: 'resolved', confirming: true })] },
      NOTICES.resolved(),
    ],
    [
      'what somebody has',
      { kind: 'acknowledge' },
      LEE,
      { findings: [finding({ state: 'acknowledged', assignee: 'kim@acme.example' })] },
      NOTICES.acknowledged('kim@acme.example'),
    ],
    [
      'a critical put off for a week',
      { kind: 'snooze', length: 7n * DAY },
      LEE,
      { findings: [finding({ severity: 'critical' })] },
      NOTICES.snoozeTooLong(DAY),
    ],
    [
      'a dismissal by somebody who is no approver',
      dismiss,
      LEE,
      {},
      NOTICES.notAllowed(['kim@acme.example', 'lee@acme.example']),
    ],
    ['their own request', yes, LEE, { ...own, approves: KIM_APPROVES }, NOTICES.ownRequest()],
    [
      'their own request, from another account of theirs',
      yes,
      alias,
      { ...own, approves: KIM_APPROVES },
      NOTICES.ownRequest(),
    ],
    [
      'agreement by somebody who is no approver',
      yes,
      KIM,
      own,
      NOTICES.notAllowed(['kim@acme.example', 'lee@acme.example']),
    ],
    [
      'a request that has been decided',
      yes,
      KIM,
      { ...own, decisions: [request, decided], approves: KIM_APPROVES },
      NOTICES.decided(),
    ],
    [
      'a request nobody made',
      { kind: 'approve-exception', request: 'none' },
      KIM,
      { approves: KIM_APPROVES },
      NOTICES.gone(),
    ],
    [
      'a request that has run out',
      yes,
      KIM,
      { ...own, approves: KIM_APPROVES, asOf: ASOF + 8n * DAY },
      NOTICES.overtaken(),
    ],
    ['a second request', ask, KIM, own, NOTICES.pending('lee@acme.example')],
    [
      'longer than the policy allows',
      { ...ask, expires: ASOF + 91n * DAY } as Kind,
      LEE,
      {},
      NOTICES.tooLong('2027-02-19'),
    ],
    [
      'what the policy never excepts',
      ask,
      LEE,
      { policy: { ...STORY_POLICY, neverExcept: ['forbidden-*'] } },
      NOTICES.neverExcepted(['forbidden-role']),
    ],
  ])('no: %s', (_what, kind, person, bench, notice) => {
    expect(rule(kind, person, bench)).toEqual({ kind: 'refused', notice });
  });

  it.each<[string, Kind, Person, Parameters<typeof rule>[2], object]>([
    ['anybody acknowledges', { kind: 'acknowledge' }, LEE, {}, { kind: 'acknowledge' }],
    ['and puts off', { kind: 'snooze', length: HOUR }, LEE, {}, { kind: 'snooze', until: ASOF + HOUR }],
    [
      'a critical for a day',
      { kind: 'snooze', length: DAY },
      LEE,
      { findings: [finding({ severity: 'critical' })] },
      { kind: 'snooze' },
    ],
    ['anybody asks', ask, LEE, {}, { kind: 'request-exception', ticket: 'PAY-1' }],
    [
      'an approver agrees',
      yes,
      KIM,
      { ...own, approves: KIM_APPROVES },
      { kind: 'approve-exception', request: request.id },
    ],
    ['or refuses', no, KIM, { ...own, approves: KIM_APPROVES }, { kind: 'reject-exception' }],
    ['whoever asked takes it back', no, LEE, own, { kind: 'reject-exception' }],
    [
      'an approver dismisses',
      dismiss,
      KIM,
      { approves: KIM_APPROVES },
      { kind: 'false-positive', reason: 'a test account' },
    ],
  ])('yes: %s', (_what, kind, person, bench, decision) => {
    expect(rule(kind, person, bench)).toMatchObject({
      kind: 'decision',
      decision: { ...decision, at: ASOF, incident: 'i', by: { id: person.id, email: person.email } },
    });
  });

  it('asks for the rest, where some are never excepted', () => {
    const findings = [finding({ id: 'a' }), finding({ id: 'b', detector: 'untrusted-pool' })];
    expect(
      rule(ask, LEE, { findings, policy: { ...STORY_POLICY, neverExcept: ['untrusted-*'] } }),
    ).toMatchObject({
      decision: { about: [{ finding: 'a' }] },
    });
  });

  it('speaks of the findings as they stand, with their episode and severity', () => {
    const findings = [
      finding({ id: 'a', severity: 'high' }),
      finding({ id: 'b', state: 'resolved' }),
      finding({ id: 'c', state: 'snoozed', severity: 'low' }),
    ];
    expect(rule({ kind: 'acknowledge' }, LEE, { findings })).toMatchObject({
      decision: {
        about: [
          { finding: 'a', detector: 'forbidden-role', episode: 1, severity: 'high' },
          { finding: 'c', detector: 'forbidden-role', episode: 1, severity: 'low' },
        ],
      },
    });
  });
});
