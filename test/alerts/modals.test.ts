import { describe, expect, it } from '@jest/globals';
import { parsePressedValue } from '../../shared/alerts/actions.ts';
import { exceptionModal, falsePositiveModal } from '../../shared/alerts/modals.ts';
import type { Finding } from '../../shared/model/finding.ts';
import { DAY, HOUR, type Nanos } from '../../shared/model/time.ts';
import { endOfDay } from '../../shared/policy/calendar.ts';
import type { ModalView } from '../../shared/ports.ts';
import { finding, INCIDENT, incident, NIGHT, resolved } from './examples.ts';
import { shownView } from './shown.ts';

const TITLE = 'payments/checkout-api gained roles/editor on project:acme-prod';

function asking(
  findings: readonly Finding[],
  {
    maxExpires,
    neverExcept = [],
    timezone = 'UTC',
  }: {
    readonly maxExpires?: Nanos;
    readonly neverExcept?: readonly string[];
    readonly timezone?: string;
  } = {},
): ModalView {
  return exceptionModal({ incident: incident(), findings, maxExpires, neverExcept, asOf: NIGHT, timezone });
}

function dayOf(view: ModalView): string | undefined {
  return /<(\d{4}-\d\d-\d\d)>/.exec(shownView(view).join('\n'))?.[1];
}

describe('asking for an exception', () => {
  it('says what it would cover, and asks why, where, and until when', () => {
    expect(
      shownView(asking([finding()], { maxExpires: NIGHT + 90n * DAY, timezone: 'Europe/Berlin' })),
    ).toEqual([
      '# Ask for an exception',
      'Somebody else has to agree. Until then the alert stands.',
      'It would cover',
      `• 🔴 Critical · ${TITLE}`,
      'Why is it right for now? <…> What needs it, and what will end it.',
      'Ticket <…> Where its end is planned, such as PAY-2210.',
      'Last day <2026-03-31> It holds until the end of that day (Europe/Berlin), 2026-05-29 at the latest; then it is an alert again.',
      '[Cancel] [Ask]',
    ]);
  });

  it('keeps what was pressed, and has its values where `MODALS` says', () => {
    const view = asking([finding({ episode: 4 })]);
    expect(parsePressedValue(String(view.private_metadata))).toEqual({ incident: INCIDENT, episode: 4 });
    expect(view).toMatchObject({
      callback_id: 'except',
      blocks: [
        { type: 'rich_text' },
        {
          block_id: 'reason',
          element: { action_id: 'reason', multiline: true, min_length: 10, max_length: 500 },
        },
        { block_id: 'ticket', element: { action_id: 'ticket', min_length: 2 } },
        { block_id: 'expires', element: { type: 'datepicker', action_id: 'expires' } },
      ],
    });
  });

  it('proposes thirty days, or the most that the policy allows', () => {
    expect(dayOf(asking([finding()]))).toBe('2026-03-31');
    expect(dayOf(asking([finding()], { maxExpires: NIGHT + 90n * DAY }))).toBe('2026-03-31');
    expect(dayOf(asking([finding()], { maxExpires: NIGHT + 7n * DAY }))).toBe('2026-03-07');
  });

  it('never proposes a day whose end would be too late', () => {
    for (const timezone of ['UTC', 'Pacific/Apia', 'America/Los_Angeles', 'Asia/Kolkata']) {
      for (const hours of [25n, 31n, 48n, 100n]) {
        const maxExpires = NIGHT + hours * HOUR;
        const day = dayOf(asking([finding()], { maxExpires, timezone })) ?? '';
        expect(endOfDay(day, timezone)).toBeLessThanOrEqual(maxExpires);
        expect(endOfDay(day, timezone) + DAY).toBeGreaterThan(maxExpires - HOUR);
      }
    }
  });

  it('names what the policy never excepts, and asks for the rest', () => {
    const pool = finding({ id: 'b', detector: 'untrusted-pool', title: 'a pool that is not trusted' });
    const lines = shownView(asking([finding(), pool], { neverExcept: ['untrusted-*'] }));
    expect(lines.slice(2, 6)).toEqual([
      'It would cover',
      `• 🔴 Critical · ${TITLE}`,
      'Never excepted, by policy',
      '• 🔴 Critical · a pool that is not trusted',
    ]);
  });

  it('asks nothing where nothing can be excepted', () => {
    expect(shownView(asking([finding()], { neverExcept: ['forbidden-role'] }))).toEqual([
      '# Ask for an exception',
      'Nothing here can be excepted.',
      'Never excepted, by policy',
      `• 🔴 Critical · ${TITLE}`,
      '[Close] []',
    ]);
    expect(shownView(asking([resolved()]))).toEqual([
      '# Ask for an exception',
      'Nothing here can be excepted.',
      '[Close] []',
    ]);
  });
});

describe('a false positive', () => {
  it('asks why, and says what closes and what does not', () => {
    const view = falsePositiveModal({ incident: incident(), findings: [finding(), resolved({ id: 'b' })] });
    expect(shownView(view)).toEqual([
      '# False positive',
      'It is closed with your name and this reason, and kept for the report. What is right for good belongs in the policy.',
      'It closes',
      `• 🔴 Critical · ${TITLE}`,
      'Why is it none? <…>',
      '[Cancel] [Close the alert]',
    ]);
    expect(view).toMatchObject({
      callback_id: 'false-positive',
      private_metadata: `${INCIDENT}|1`,
      blocks: [{}, { block_id: 'reason', element: { action_id: 'reason', min_length: 10 } }],
    });
  });
});
