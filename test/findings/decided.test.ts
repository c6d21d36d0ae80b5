import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { asDecided, exceptionName } from '../../shared/findings/decided.ts';
import type { Decision, DecisionKind } from '../../shared/model/decision.ts';
import type { Severity } from '../../shared/model/finding.ts';
import { HOUR } from '../../shared/model/time.ts';
import { t } from '../world.ts';
import { finding } from './a-finding.ts';

const OPEN = finding({ id: 'f', episode: 2, severity: 'high', state: 'open' });

function decision(
  id: string,
  seconds: number,
  kind: DecisionKind,
  {
    episode = 2,
    severity = 'high',
    email = 'lee@acme.example',
  }: Partial<{ episode: number; severity: Severity; email: string }> = {},
): Decision {
  return {
    id,
    at: t(seconds),
    by: { id: 'U0LEE', team: 'T0ACME', email },
    incident: 'i',
    about: [{ finding: 'f', detector: 'forbidden-role', episode, severity }],
    ...kind,
  };
}

const asked = decision('asked', 10, {
  kind: 'request-exception',
  reason: 'The migration needs it',
  ticket: 'PAY-1',
  expires: t(0) + 100n * HOUR,
});
const agreed = decision(
  'agreed',
  20,
  { kind: 'approve-exception', request: 'asked' },
  { email: 'kim@acme.example' },
);
const refused = decision('refused', 20, { kind: 'reject-exception', request: 'asked' });
const acked = decision('acked', 5, { kind: 'acknowledge' });
const snoozed = decision('snoozed', 6, { kind: 'snooze', until: t(0) + HOUR });
const dismissed = decision('dismissed', 7, { kind: 'false-positive', reason: 'a test account' });

describe('what people decide', () => {
  it.each<[string, readonly Decision[], object]>([
    ['nothing: it stays open', [], { state: 'open' }],
    ['acknowledged: somebody has it', [acked], { state: 'acknowledged', assignee: 'lee@acme.example' }],
    ['snoozed: until then', [snoozed], { state: 'snoozed', snoozedUntil: t(0) + HOUR }],
    [
      'both: snoozed, and whoever had it still has it',
      [acked, snoozed],
      { state: 'snoozed', assignee: 'lee@acme.example' },
    ],
    [
      'an exception asked for changes nothing yet',
      [asked],
      { state: 'open', exceptionPending: true, exceptionDecision: 'asked' },
    ],
    ['and refused: nothing', [asked, refused], { state: 'open', exceptionPending: false }],
    [
      'agreed to by somebody else: excepted, and not in git',
      [asked, agreed],
      {
        state: 'excepted',
        exception: exceptionName('asked'),
        exceptionDecision: 'asked',
        exceptedUntil: t(0) + 100n * HOUR,
      },
    ],
    ['an exception outweighs a snooze', [snoozed, asked, agreed], { state: 'excepted' }],
    [
      'a false positive is closed, and says by whom',
      [dismissed, asked, agreed],
      { state: 'resolved', resolution: 'false-positive', resolvedBy: 'lee@acme.example', confirming: false },
    ],
    [
      'what was decided about another episode is over',
      [
        decision('old', 1, { kind: 'acknowledge' }, { episode: 1 }),
        decision('older', 1, { kind: 'false-positive', reason: 'x' }, { episode: 1 }),
      ],
      { state: 'open' },
    ],
    [
      'but an exception holds whenever it comes back',
      [
        { ...asked, about: [{ finding: 'f', detector: 'forbidden-role', episode: 1, severity: 'high' }] },
        agreed,
      ],
      { state: 'excepted' },
    ],
    [
      'a snooze of a medium does not hush the critical it has become',
      [decision('mild', 6, { kind: 'snooze', until: t(0) + HOUR }, { severity: 'medium' })],
      { state: 'open' },
    ],
    [
      'what was decided about another finding says nothing',
      [{ ...acked, about: [{ finding: 'g', detector: 'forbidden-role', episode: 2, severity: 'high' }] }],
      { state: 'open' },
    ],
  ])('%s', (_what, decisions, expected) => {
    expect(asDecided(OPEN, decisions, t(60)).finding).toMatchObject(expected);
  });

  it('ends by itself: the snooze, the exception, the request nobody answered', () => {
    expect(asDecided(OPEN, [snoozed], t(60)).wakeAt).toBe(t(0) + HOUR);
    expect(asDecided(OPEN, [snoozed], t(0) + HOUR).finding.state).toBe('open');
    expect(asDecided(OPEN, [asked, agreed], t(60)).wakeAt).toBe(t(0) + 100n * HOUR);
    expect(asDecided(OPEN, [asked, agreed], t(0) + 100n * HOUR).finding.state).toBe('open');
    expect(asDecided(OPEN, [asked], t(0) + 100n * HOUR).finding.exceptionPending).toBe(false);
  });

  it('is the same in whatever order the decisions come', () => {
    const all = [asked, agreed, acked, snoozed];
    fc.assert(
      fc.property(
        fc.subarray(all),
        fc.infiniteStream(fc.nat()),
        fc.nat({ max: 400_000 }),
        (some, random, seconds) => {
          const shuffled = [...some]
            .map((one) => ({ one, at: random.next().value as number }))
            .sort((a, b) => a.at - b.at);
          expect(
            asDecided(
              OPEN,
              shuffled.map(({ one }) => one),
              t(seconds),
            ),
          ).toEqual(asDecided(OPEN, some, t(seconds)));
        },
      ),
    );
  });
});
