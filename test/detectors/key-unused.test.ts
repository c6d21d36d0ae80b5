import { describe, expect, it } from '@jest/globals';
import type { Observation } from '../../shared/model/observation.ts';
import { DAY } from '../../shared/model/time.ts';
import { only, policyWith, says, wakesAt } from '../world.ts';
import { ACCOUNTS, API } from './cast.ts';
import { ago, keyMade, used, usedBy, watched } from './keys.ts';

const DETECTOR = 'key-unused';
const OLD = keyMade('k1', '1001', 400);
const saysOf = (...observations: readonly Observation[]) =>
  says(DETECTOR, { observations: [...ACCOUNTS, ...observations] });

describe('a key', () => {
  it.each<[string, readonly Observation[], readonly string[]]>([
    [
      'that was watched, and never used',
      [watched('k1', 400, 2)],
      ['open: Key k1 of api@acme-prod has not been used since 2025-10-17'],
    ],
    [
      'that was watched, and last used more than ninety days before',
      [watched('k1', 400, 2, 100)],
      ['open: Key k1 of api@acme-prod has not been used since 2026-08-13'],
    ],
    ['that was used within them', [watched('k1', 400, 2, 60)], []],
    [
      'that an audit entry shows in use, whatever the watch says',
      [watched('k1', 400, 2, 200), used('k1', 1)],
      [],
    ],
    ['that was watched for less than ninety days', [watched('k1', 60, 2)], []],
    ['that nobody could see', [], ['undecided: Whether anybody uses key k1 of api@acme-prod is not known']],
    [
      'that was seen once, long ago, by nobody who would have seen all',
      [used('k1', 200)],
      ['undecided: Whether anybody uses key k1 of api@acme-prod is not known'],
    ],
    [
      'that nobody has looked at for a week',
      [watched('k1', 400, 7)],
      ['undecided: Whether anybody uses key k1 of api@acme-prod is not known'],
    ],
    [
      'whose account is used by a workload: that is no use of the key',
      [usedBy('payments/api', API, 1)],
      ['undecided: Whether anybody uses key k1 of api@acme-prod is not known'],
    ],
    [
      'next to one that was watched',
      [watched('k2', 400, 2)],
      ['undecided: Whether anybody uses key k1 of api@acme-prod is not known'],
    ],
  ])('%s', (_what, observations, expected) => {
    expect(saysOf(OLD, ...observations)).toEqual(expected);
  });

  it.each<[string, Observation]>([
    ['that is younger than ninety days', keyMade('k1', '1001', 89)],
    ['of Google’s own', keyMade('k1', '1001', 400, { managedBy: 'google' })],
    ['that is disabled', keyMade('k1', '1001', 400, { disabled: true })],
  ])('%s: nothing, watched or not', (_what, made) => {
    expect(saysOf(made)).toEqual([]);
    expect(saysOf(made, watched('k1', 400, 2))).toEqual([]);
  });

  it('is the same, in whatever order uses and watches are told', () => {
    const told = [watched('k1', 400, 30, 300), watched('k1', 400, 2, 100), used('k1', 120), used('k1', 250)];
    const expected = saysOf(OLD, ...told);
    expect(expected).toHaveLength(1);
    expect(saysOf(...told.toReversed(), OLD)).toEqual(expected);
  });
});

describe('time', () => {
  it('makes a used key unknown when its last use is ninety days past, and a watched one when nobody has looked for a week', () => {
    const wake = (...observations: readonly Observation[]) =>
      wakesAt({ observations: [...ACCOUNTS, OLD, ...observations] });
    expect(wake(used('k1', 10))).toBe(ago(10) + 90n * DAY);
    expect(wake(watched('k1', 400, 2))).toBe(ago(2) + 7n * DAY);
    expect(wakesAt({ observations: [...ACCOUNTS, keyMade('k1', '1001', 30)] })).toBe(ago(30) + 90n * DAY);
  });

  it('is the policy’s to set', () => {
    const world = { observations: [...ACCOUNTS, OLD, watched('k1', 400, 2, 100)] };
    const policy = policyWith('  behaviour: {forget: 180d}\n');
    expect(says(DETECTOR, { ...world, policy })).toEqual([]);
  });
});

it('proposes to disable it, and what is not known nothing', () => {
  expect(only(DETECTOR, { observations: [...ACCOUNTS, OLD, watched('k1', 400, 2)] })).toMatchObject({
    class: 'posture',
    remediation: [{ text: `gcloud iam service-accounts keys disable k1 --iam-account=${API}` }],
  });
  const unknown = only(DETECTOR, { observations: [...ACCOUNTS, OLD] });
  expect(unknown.remediation).toEqual([]);
  expect(unknown.explanation).toMatch(/^Nobody could see\. .*query-activity/);
});
