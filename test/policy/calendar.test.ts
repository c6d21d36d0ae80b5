import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DAY, formatTime, HOUR, MINUTE, SECOND } from '../../shared/model/time.ts';
import { endOfDay, isDate, isTimezone, parseDuration } from '../../shared/policy/calendar.ts';

describe('the end of a day', () => {
  it.each([
    ['UTC', '2026-09-30', '2026-10-01T00:00:00'],
    ['a winter day in Berlin', '2026-01-15', '2026-01-15T23:00:00', 'Europe/Berlin'],
    ['a summer day in Berlin', '2026-07-15', '2026-07-15T22:00:00', 'Europe/Berlin'],
    ['the day before Berlin puts its clocks forward', '2026-03-28', '2026-03-28T23:00:00', 'Europe/Berlin'],
    ['the day on which it does, of 23 hours', '2026-03-29', '2026-03-29T22:00:00', 'Europe/Berlin'],
    ['the day before Berlin puts its clocks back', '2026-10-24', '2026-10-24T22:00:00', 'Europe/Berlin'],
    ['the day on which it does, of 25 hours', '2026-10-25', '2026-10-25T23:00:00', 'Europe/Berlin'],
    ['the last day of a year', '2026-12-31', '2026-12-31T23:00:00', 'Europe/Berlin'],
    ['a leap day', '2028-02-29', '2028-02-29T23:00:00', 'Europe/Berlin'],
    [
      'a night without midnight: Cairo goes from 24:00 to 01:00',
      '2026-04-23',
      '2026-04-23T22:00:00',
      'Africa/Cairo',
    ],
    [
      'a night with two midnights: Santiago goes from 24:00 to 23:00',
      '2026-04-04',
      '2026-04-05T04:00:00',
      'America/Santiago',
    ],
    ['far east', '2026-09-30', '2026-09-30T10:00:00', 'Pacific/Kiritimati'],
    ['far west', '2026-09-30', '2026-10-01T11:00:00', 'Pacific/Pago_Pago'],
    ['a quarter of an hour', '2026-09-30', '2026-09-30T18:15:00', 'Asia/Kathmandu'],
  ])('%s', (_what, date, expected, timezone = 'UTC') => {
    expect(formatTime(endOfDay(date, timezone))).toBe(`${expected}.000000000Z`);
  });

  it('comes later for a later day, by 22 to 26 hours', () => {
    const days = fc.integer({ min: 0, max: 20_000 });
    const zones = fc.constantFrom(
      'UTC',
      'Europe/Berlin',
      'America/Santiago',
      'Africa/Cairo',
      'Australia/Lord_Howe',
    );
    const dateOf = (day: number) => new Date(Date.UTC(2012, 0, 1 + day)).toISOString().slice(0, 10);
    fc.assert(
      fc.property(days, zones, (day, zone) => {
        const length = endOfDay(dateOf(day + 1), zone) - endOfDay(dateOf(day), zone);
        expect(length).toBeGreaterThanOrEqual(22n * HOUR);
        expect(length).toBeLessThanOrEqual(26n * HOUR);
      }),
    );
  });
});

it.each([
  ['90d', 90n * DAY],
  ['12h', 12n * HOUR],
  ['30m', 30n * MINUTE],
  ['45s', 45n * SECOND],
  ['0d', undefined],
  ['1w', undefined],
  ['1.5h', undefined],
  ['90', undefined],
  ['-1d', undefined],
  ['', undefined],
])('the duration %j', (text, expected) => {
  expect(parseDuration(text)).toBe(expected);
});

it.each([
  ['2026-09-30', true],
  ['2028-02-29', true],
  ['2026-02-29', false],
  ['2026-13-01', false],
  ['2026-9-30', false],
  ['30.09.2026', false],
  ['2026-09-30T00:00:00Z', false],
])('%j is a date: %j', (text, expected) => {
  expect(isDate(text)).toBe(expected);
});

it.each([
  ['Europe/Berlin', true],
  ['UTC', true],
  ['Europe/Berlim', false],
  ['+01:00', false],
  ['', false],
])('%j is a time zone: %j', (name, expected) => {
  expect(isTimezone(name)).toBe(expected);
});
