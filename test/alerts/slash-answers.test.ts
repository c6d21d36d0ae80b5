import { describe, expect, it } from '@jest/globals';
import { NOTICES, noticeMessage } from '../../shared/alerts/notices.ts';
import { findingsMessage, type Status, statusMessage } from '../../shared/alerts/slash-answers.ts';
import { DAY } from '../../shared/model/time.ts';
import { finding, NIGHT } from './examples.ts';
import { pushed, shown, sizeOf } from './shown.ts';

const CALM: Status = {
  openBySeverity: {},
  acknowledged: 0,
  snoozed: 0,
  oldest: undefined,
  policy: { name: 'acme', hash: '3f9c12a0b1c2' },
  queued: 0,
  parked: 0,
  falsePositives: new Map(),
  asOf: NIGHT,
};

describe('how things stand', () => {
  it('when all is well', () => {
    expect(shown(statusMessage(CALM))).toEqual([
      'Nothing is open.',
      'Policy acme @3f9c12a, as of {2026-03-01 02:14:07 UTC}.',
    ]);
    expect(pushed(statusMessage(CALM))).toBe('Nothing is open.');
  });

  it('when it is not, also with the messages themselves', () => {
    const status = statusMessage({
      ...CALM,
      openBySeverity: { high: 2, critical: 1 },
      acknowledged: 1,
      snoozed: 2,
      oldest: { title: 'payments/api gained roles/editor', severity: 'critical', since: NIGHT - 3n * DAY },
      queued: 3,
      parked: 1,
    });
    expect(shown(status)).toEqual([
      'Open: 1 critical, 2 high; 1 acknowledged, 2 snoozed.',
      'The oldest: 🔴 Critical · payments/api gained roles/editor, for 3 d.',
      'Policy acme @3f9c12a, as of {2026-03-01 02:14:07 UTC}.',
      '3 messages wait to be sent.',
      '1 message cannot be sent until something is mended: the log of deliver says what.',
    ]);
  });
});

describe('a list of findings', () => {
  const many = Array.from({ length: 40 }, (_, at) =>
    finding({
      id: `f${at}`,
      severity: at === 33 ? 'critical' : 'low',
      title: `finding ${at}`,
      firstSeen: NIGHT,
      identity: `id-${String(at).padStart(2, '0')}`,
    }),
  );

  it('is a line each, the worst first, at most fifteen', () => {
    const message = findingsMessage({ findings: many, asOf: NIGHT + DAY });
    const lines = shown(message);
    expect(lines.slice(0, 3)).toEqual([
      '40 findings',
      '• 🔴 Critical · finding 33, for 1 d, team-payments',
      '• 🔹 Low · finding 0, for 1 d, team-payments',
    ]);
    expect(lines).toHaveLength(17);
    expect(lines.at(-1)).toBe('• … 25 more');
    expect(sizeOf(message)).toBeLessThan(6_000);
  });

  it('of one owner does not repeat them, and says how each stands', () => {
    const snoozed = finding({ state: 'snoozed', firstSeen: NIGHT });
    expect(
      shown(findingsMessage({ owner: 'team-payments', findings: [snoozed], asOf: NIGHT + DAY })),
    ).toEqual([
      '1 finding of team-payments',
      '• 💤 Snoozed · payments/checkout-api gained roles/editor on project:acme-prod, for 1 d',
    ]);
  });

  it('may be empty', () => {
    expect(shown(findingsMessage({ owner: 'team-x', findings: [], asOf: NIGHT }))).toEqual([
      'No findings of team-x.',
    ]);
  });
});

describe('a notice', () => {
  it.each([
    [NOTICES.stale(), /^Nothing was done: .*earlier episode.*newest message/],
    [NOTICES.resolved(), /resolved already/],
    [NOTICES.acknowledged('kim@acme.example'), /^kim@acme\.example has acknowledged it already\. Talk/],
    [
      NOTICES.notAllowed(['S0SECAPPROVE', 'kim@acme.example']),
      /only S0SECAPPROVE or kim@acme\.example may agree/,
    ],
    [NOTICES.notAllowed([]), /names nobody who may agree .* exceptions\.approvers/],
    [NOTICES.ownRequest(), /you asked .* somebody else has to agree/],
    [NOTICES.guest(), /guests .* Ask a member/],
    [NOTICES.tooLong('2026-05-30'), /until 2026-05-30 at most\. Choose an earlier day/],
    [NOTICES.snoozeTooLong(DAY), /for 1 d at most/],
    [NOTICES.neverExcepted(['untrusted-pool']), /no exception from untrusted-pool .* Repair it/],
    [NOTICES.decided(), /decided on this request already/],
    [NOTICES.pending('lee@acme.example'), /lee@acme\.example has asked for an exception already/],
  ])('%s', (text, expected) => {
    const message = noticeMessage(text);
    expect(shown(message)).toHaveLength(1);
    expect(shown(message)[0]).toMatch(expected);
    expect(pushed(message)).toMatch(expected);
  });

  it('is never empty, and never endless', () => {
    expect(shown(noticeMessage(' '))).toEqual(['Nothing was done.']);
    expect(shown(noticeMessage('x'.repeat(9_000)))[0]).toHaveLength(1_500);
  });
});
