import { describe, expect, it } from '@jest/globals';
import { escalationNote } from '../../shared/alerts/escalation-note.ts';
import { threadNote } from '../../shared/alerts/thread-note.ts';
import type { Finding } from '../../shared/model/finding.ts';
import { DAY, HOUR, MINUTE, type Nanos } from '../../shared/model/time.ts';
import type { IncidentEvent } from '../../shared/ports.ts';
import { finding, incident, NIGHT } from './examples.ts';
import { pushed, shown, sizeOf } from './shown.ts';

const checkout = finding();
const worker = finding({ id: 'b', title: 'payments/worker gained roles/owner on project:acme-prod' });

function event(kind: IncidentEvent['kind'], over: Partial<IncidentEvent> = {}): IncidentEvent {
  return { at: NIGHT + 3n * MINUTE, kind, title: checkout.title, ...over };
}

function noted(
  events: readonly IncidentEvent[],
  findings: readonly Finding[] = [checkout],
  asOf: Nanos = NIGHT + 10n * MINUTE,
): readonly string[] {
  const note = threadNote({ events, findings, asOf });
  expect(note.blocks).toHaveLength(1);
  return shown(note);
}

describe('a line of the thread', () => {
  it.each<[string, IncidentEvent, string]>([
    ['more of it', event('opened', { detail: 'high' }), `also found, high: ${checkout.title}`],
    ['back', event('reopened', { detail: 'critical' }), `came back, critical: ${checkout.title}`],
    ['worse', event('worse', { detail: 'critical' }), 'worse: now critical'],
    ['better', event('eased', { detail: 'medium' }), 'less grave: now medium'],
    ['who', event('actor-known', { by: 'jane@acme.example' }), 'actor known: jane@acme.example'],
    ['taken', event('acknowledged', { by: 'jon@acme.example' }), 'acknowledged by jon@acme.example'],
    [
      'put off',
      event('snoozed', { by: 'jon@acme.example', until: NIGHT + 8n * HOUR }),
      'snoozed by jon@acme.example until {2026-03-01 10:14:07 UTC}',
    ],
    ['no longer put off', event('woken'), 'snooze over, open again'],
    [
      'no longer put off, and still taken',
      event('woken', { by: 'jon@acme.example' }),
      'snooze over, still with jon@acme.example',
    ],
    [
      'an exception asked',
      event('exception-asked', {
        by: 'lee@acme.example',
        until: NIGHT + 30n * DAY,
        detail: 'Migration needs it (PAY-2210)',
      }),
      'exception asked by lee@acme.example until {2026-03-31 02:14:07 UTC}: Migration needs it (PAY-2210); waits for somebody else',
    ],
    [
      'refused',
      event('exception-refused', { by: 'kim@acme.example' }),
      'exception refused by kim@acme.example',
    ],
    [
      'agreed',
      event('excepted', { by: 'kim@acme.example', detail: 'slack-3f9c12a0b1c2', until: NIGHT + 30n * DAY }),
      'excepted until {2026-03-31 02:14:07 UTC}, agreed by kim@acme.example, as slack-3f9c12a0b1c2',
    ],
    [
      'excepted by the policy',
      event('excepted', { detail: 'migration-editor' }),
      'excepted, as migration-editor',
    ],
    ['no longer excepted', event('exception-ended'), 'exception over, open again'],
    [
      'none at all',
      event('false-positive', { by: 'kim@acme.example', detail: 'Break-glass drill, announced' }),
      'closed as false positive by kim@acme.example: Break-glass drill, announced',
    ],
    [
      'repaired',
      event('repaired', { by: 'tf-prod@acme-iac.iam.gserviceaccount.com' }),
      'repaired by tf-prod@acme-iac.iam.gserviceaccount.com, confirming, after 3 m',
    ],
    ['repaired by nobody knows whom', event('repaired'), 'repaired, confirming, after 3 m'],
    ['confirmed', event('confirmed'), 'repair confirmed'],
    ['resolved', event('resolved'), 'resolved after 3 m'],
  ])('%s', (_behaviour, one, expected) => {
    expect(noted([one])).toEqual([`{2026-03-01 02:17:07 UTC}  ${expected}`]);
  });

  it('has the day with it once that is not today', () => {
    const { blocks } = threadNote({ events: [event('confirmed')], findings: [checkout], asOf: NIGHT + DAY });
    expect(JSON.stringify(blocks)).toContain('"format":"{date_short_pretty} {time}"');
    const fresh = threadNote({ events: [event('confirmed')], findings: [checkout], asOf: NIGHT + HOUR });
    expect(JSON.stringify(fresh.blocks)).toContain('"format":"{time}"');
  });

  it('says which finding it is about where there are several', () => {
    expect(
      noted(
        [event('repaired'), event('exception-refused', { title: worker.title, by: 'kim', detail: 'no' })],
        [checkout, worker],
      ),
    ).toEqual([
      `{2026-03-01 02:17:07 UTC}  repaired, confirming, after 3 m: ${checkout.title}`,
      `{2026-03-01 02:17:07 UTC}  exception refused for ${worker.title} by kim: no`,
    ]);
  });
});

describe('a note', () => {
  it('names what it is about also where that is none of the findings that alert', () => {
    expect(noted([event('confirmed', { title: 'a posture' })])).toEqual([
      '{2026-03-01 02:17:07 UTC}  repair confirmed: a posture',
    ]);
  });

  it('tells what befell all findings at once in one line', () => {
    const both = [
      event('acknowledged', { by: 'jon' }),
      event('acknowledged', { title: worker.title, by: 'jon' }),
    ];
    expect(noted(both, [checkout, worker])).toEqual(['{2026-03-01 02:17:07 UTC}  acknowledged by jon']);
    const third = finding({ id: 'c', title: 'a third' });
    expect(noted(both, [checkout, worker, third])).toEqual([
      '{2026-03-01 02:17:07 UTC}  acknowledged by jon (2 findings)',
    ]);
  });

  it('tells forty findings more in one line', () => {
    const many = Array.from({ length: 40 }, (_, at) => finding({ id: `f${at}`, title: `finding ${at}` }));
    const opened = many.map(({ title }) => event('opened', { title, detail: 'medium' }));
    expect(noted(opened, many)).toEqual([
      '{2026-03-01 02:17:07 UTC}  also found, medium: finding 0 and 39 more',
    ]);
  });

  it('keeps apart what different people did, or at different times', () => {
    const lines = noted([
      event('acknowledged', { by: 'jon' }),
      event('acknowledged', { by: 'kim' }),
      event('acknowledged', { by: 'jon', at: NIGHT + 9n * MINUTE }),
    ]);
    expect(lines).toHaveLength(3);
  });

  it('is in the order in which things happened', () => {
    expect(noted([event('confirmed'), event('actor-known', { at: NIGHT, by: 'jane' })])).toEqual([
      '{2026-03-01 02:14:07 UTC}  actor known: jane',
      '{2026-03-01 02:17:07 UTC}  repair confirmed',
    ]);
  });

  it('counts what comes and goes, instead of telling it again and again', () => {
    const flips = Array.from({ length: 36 }, (_, at) =>
      event(at % 2 === 0 ? 'reopened' : 'repaired', { at: NIGHT + BigInt(at) * MINUTE }),
    );
    const asOf = NIGHT + HOUR;
    expect(noted(flips, [checkout], asOf)).toEqual([
      '{2026-03-01 02:49:07 UTC}  reopened and repaired 18 times',
    ]);
    const back = event('reopened', { at: NIGHT + 40n * MINUTE });
    expect(noted([...flips, back], [checkout], asOf)).toEqual([
      '{2026-03-01 02:54:07 UTC}  reopened 19 times, repaired 18 times',
    ]);
  });

  it('tells once coming back as it is', () => {
    expect(noted([event('repaired', { at: NIGHT + MINUTE }), event('reopened')])).toEqual([
      '{2026-03-01 02:15:07 UTC}  repaired, confirming, after 1 m',
      `{2026-03-01 02:17:07 UTC}  came back: ${checkout.title}`,
    ]);
  });

  it('keeps the newest of too many', () => {
    const many = Array.from({ length: 50 }, (_, at) =>
      event('acknowledged', { by: `person-${at}@acme.example`, at: NIGHT + BigInt(at) * HOUR }),
    );
    const note = threadNote({ events: many, findings: [checkout], asOf: NIGHT + 60n * HOUR });
    const lines = shown(note);
    expect(lines[0]).toBe('… 34 earlier');
    expect(lines.at(-1)).toContain('person-49@acme.example');
    expect(sizeOf(note)).toBeLessThan(6_000);
  });

  it('is pushed without the times, and never with half a token', () => {
    const events = [
      event('actor-known', { by: 'jane@acme.example' }),
      event('snoozed', { by: 'jon@acme.example', until: NIGHT + HOUR }),
    ];
    const note = threadNote({ events, findings: [checkout], asOf: NIGHT });
    expect(pushed(note)).toBe(
      'actor known: jane@acme.example · snoozed by jon@acme.example until {2026-03-01 03:14:07 UTC}',
    );
    const many = Array.from({ length: 30 }, (_, at) =>
      event('snoozed', { by: `p${at}`, until: NIGHT + BigInt(at) * HOUR, at: NIGHT + BigInt(at) * HOUR }),
    );
    const long = pushed(threadNote({ events: many, findings: [checkout], asOf: NIGHT }));
    expect(long).toMatch(/ UTC} · …$/);
    expect(long).not.toMatch(/<|>/);
  });

  it('without events says so', () => {
    expect(noted([])).toEqual(['Nothing new.']);
  });
});

it('an escalation calls again, says how long nobody has answered, and what stops it', () => {
  const note = escalationNote({
    incident: incident(),
    findings: [checkout],
    mention: 'S0SECONCALL',
    waited: 15n * MINUTE,
    asOf: NIGHT + 15n * MINUTE,
  });
  expect(shown(note)).toEqual([
    '@S0SECONCALL  Not acknowledged for 15 m: 🔴 Critical · payments/checkout-api gained roles/editor on project:acme-prod. If you are acting, press Acknowledge on the alert.',
  ]);
  expect(note.text.startsWith('<!subteam^S0SECONCALL> Not acknowledged for 15')).toBe(true);
});
