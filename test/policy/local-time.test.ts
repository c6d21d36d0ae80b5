import { describe, expect, it } from '@jest/globals';
import { formatTime, parseTime } from '../../shared/model/time.ts';
import { daysAfter, instantOf, localTime } from '../../shared/policy/local-time.ts';
import { quietUntil } from '../../shared/policy/match.ts';
import type { Policy, QuietHours } from '../../shared/policy/policy.ts';
import { BARE_POLICY } from '../pipeline/policies.ts';

const at = (text: string) => parseTime(text)!;
const text = (time: bigint | undefined) => (time === undefined ? undefined : formatTime(time).slice(0, 16));

describe('the clocks of a place', () => {
  it.each([
    ['2026-11-22T23:30:00Z', 'Europe/Berlin', { date: '2026-11-23', time: '00:30', weekday: 'mon' }],
    ['2026-03-29T01:00:00Z', 'Europe/Berlin', { date: '2026-03-29', time: '03:00', weekday: 'sun' }],
    ['2026-11-22T00:00:00Z', 'UTC', { date: '2026-11-22', time: '00:00', weekday: 'sun' }],
  ])('%s in %s', (time, timezone, expected) => {
    expect(localTime(at(time), timezone)).toEqual(expected);
  });

  it.each([
    ['2026-11-22', '09:00', 'Europe/Berlin', '2026-11-22T08:00'],
    ['2026-07-01', '09:00', 'Europe/Berlin', '2026-07-01T07:00'],
    ['2026-11-22', '09:00', 'Pacific/Kiritimati', '2026-11-21T19:00'],
    // Skipped that night: the leap itself.
    ['2026-03-29', '02:30', 'Europe/Berlin', '2026-03-29T01:00'],
    // Twice that night: the first of them.
    ['2026-10-25', '02:30', 'Europe/Berlin', '2026-10-25T00:30'],
  ])('%s %s in %s', (date, time, timezone, expected) => {
    expect(text(instantOf(date, time, timezone))).toBe(expected);
  });

  it('counts days over the end of months and years', () => {
    expect([daysAfter('2026-12-31', 1), daysAfter('2026-03-01', -1)]).toEqual(['2027-01-01', '2026-02-28']);
  });
});

describe('quiet hours', () => {
  const quiet = (hours: Partial<QuietHours>, timezone = 'Europe/Berlin'): Policy => ({
    ...BARE_POLICY,
    timezone,
    routing: {
      ...BARE_POLICY.routing,
      quietHours: { from: '20:00', to: '07:00', days: [], breakThrough: ['critical'], ...hours },
    },
  });

  it.each<[string, Partial<QuietHours>, string, string | undefined]>([
    ['in the evening until the next morning', {}, '2026-11-20T19:30:00Z', '2026-11-21T06:00'],
    ['at night until this morning', {}, '2026-11-21T02:00:00Z', '2026-11-21T06:00'],
    ['from their first minute', {}, '2026-11-20T19:00:00Z', '2026-11-21T06:00'],
    ['not by day', {}, '2026-11-20T12:00:00Z', undefined],
    ['and not at their last minute', {}, '2026-11-21T06:00:00Z', undefined],
    ['only on their days: Friday evening', { days: ['fri'] }, '2026-11-20T21:00:00Z', '2026-11-21T06:00'],
    ['which last into Saturday morning', { days: ['fri'] }, '2026-11-21T03:00:00Z', '2026-11-21T06:00'],
    ['and not on Saturday evening', { days: ['fri'] }, '2026-11-21T21:00:00Z', undefined],
    ['within one day', { from: '12:00', to: '13:00' }, '2026-11-20T11:30:00Z', '2026-11-20T12:00'],
    ['in the night that is an hour longer', {}, '2026-10-24T22:00:00Z', '2026-10-25T06:00'],
  ])('%s', (_what, hours, now, until) => {
    expect(text(quietUntil(quiet(hours), 'high', at(now)))).toBe(until);
  });

  it('do not hold for what breaks through, nor where there are none', () => {
    expect(quietUntil(quiet({}), 'critical', at('2026-11-20T21:00:00Z'))).toBeUndefined();
    expect(quietUntil(BARE_POLICY, 'low', at('2026-11-20T21:00:00Z'))).toBeUndefined();
  });
});
