import { describe, expect, it } from '@jest/globals';
import { HOUR, MINUTE, type Nanos } from '../../shared/model/time.ts';
import { found, only, says, t, wakesAt } from '../world.ts';
import { part } from './watch.ts';

const DETECTOR = 'self-silent';
const minutes = (count: number): Nanos => t(0) + BigInt(count) * MINUTE;

/** The canary is flipped every quarter of an hour, `from` and `to` in minutes. */
const flips = (to: number, from = 0) =>
  Array.from({ length: (to - from) / 15 + 1 }, (_, index) => {
    const at = minutes(from + 15 * index);
    return part('canary', 'own:canary', { last: at }, at);
  });
const stream = (name: 'audit-log' | 'feed', ...seen: readonly number[]) => [
  part('stream', `own:streams/${name}`, {}),
  ...seen.map((at) => part('stream', `own:streams/${name}`, { last: minutes(at) }, minutes(at), name)),
];
const sink = (...seen: readonly number[]) => stream('audit-log', ...seen);
const feed = (...seen: readonly number[]) => stream('feed', ...seen);

describe('the sink', () => {
  it('is heard while it shows the canary', () => {
    expect(says(DETECTOR, { observations: [...flips(30), ...sink(0, 15, 30)], asOf: minutes(44) })).toEqual(
      [],
    );
  });

  it('has ten minutes, and then is silent, although nothing happens', () => {
    const observations = [...flips(30), ...sink(0, 15)];
    expect(says(DETECTOR, { observations, asOf: minutes(39) })).toEqual([]);
    expect(wakesAt({ observations, asOf: minutes(39) })).toBe(minutes(40));
    expect(only(DETECTOR, { observations, asOf: minutes(40) })).toMatchObject({
      state: 'open',
      class: 'attack',
      severity: 'critical',
      title: 'The audit-log sink has gone silent',
    });
  });

  it('stays silent while the canary is flipped on and on, since the first time that was missed', () => {
    for (const now of [45, 46, 60, 300, 3000]) {
      const observations = [...flips(now - (now % 15)), ...sink(0, 15)];
      expect(says(DETECTOR, { observations, asOf: minutes(now) })).toHaveLength(1);
    }
  });

  it('that has never shown it is silent since the first flip', () => {
    const observations = [...flips(0), ...sink()];
    expect(says(DETECTOR, { observations, asOf: minutes(9) })).toEqual([]);
    expect(only(DETECTOR, { observations, asOf: minutes(10) }).explanation).toMatch(/never shown/);
  });

  it('is not blamed where nobody flips anything', () => {
    expect(says(DETECTOR, { observations: sink(), asOf: minutes(600) })).toEqual([]);
  });

  it('is well again with the next canary it shows, in whatever order news come', () => {
    const observations = [...sink(0, 45), ...flips(45)];
    expect(says(DETECTOR, { observations, asOf: minutes(50) })).toEqual([]);
    expect(says(DETECTOR, { observations: observations.toReversed(), asOf: minutes(50) })).toEqual([]);
  });
});

describe('the feed', () => {
  const at = (now: number) => ({
    observations: [...flips(now - (now % 15)), ...feed(0, 15), ...sink(now - (now % 15))],
    asOf: minutes(now),
  });

  it.each([
    [60, []],
    [149, []],
    [151, ['medium outage']],
    [36 * 60 + 14, ['medium outage']],
    [36 * 60 + 31, ['critical attack']],
  ])('after %i minutes, the last canary seen after a quarter of an hour: %j', (now, expected) => {
    const findings = found(at(now)).filter(({ detector }) => detector === DETECTOR);
    expect(findings.map((one) => `${one.severity} ${one.class}`)).toEqual(expected);
  });

  it('is one finding all along, so that two hours and 36 are one story', () => {
    expect(only(DETECTOR, at(200)).id).toBe(only(DETECTOR, at(3000)).id);
  });
});

describe('what works by the clock', () => {
  it.each<[Parameters<typeof part>[0], string, Nanos]>([
    ['heartbeat', 'The heartbeat has gone silent', 15n * MINUTE],
    ['canary', 'The canary has gone silent', 45n * MINUTE],
    ['deliver', 'The delivery of alerts has gone silent', 10n * MINUTE],
    ['sweep', 'The sweep has gone silent', 13n * HOUR],
  ])('%s: %s', (kind, title, limit) => {
    const observations = [part(kind, `own:${kind}`, { last: t(0) })];
    expect(says(DETECTOR, { observations, asOf: t(0) + limit - 1n })).toEqual([]);
    expect(wakesAt({ observations, asOf: t(0) + limit - 1n })).toBe(t(0) + limit);
    expect(says(DETECTOR, { observations, asOf: t(0) + limit })).toEqual([`open: ${title}`]);
  });

  it('says nothing of what has never run: nobody has told that it should', () => {
    expect(says(DETECTOR, { observations: [part('sweep', 'own:sweep', {})] })).toEqual([]);
  });
});
