import { describe, expect, it } from '@jest/globals';
import { DAY } from '../../shared/model/time.ts';
import { posture, trendOf } from '../../shared/report/checks.ts';
import type { DetectorLine } from '../../shared/report/report.ts';
import { NOW } from '../world.ts';
import { decision, NO_HISTORY, POINT, report, reportOn, SMALL } from './small-report.ts';

const REPORT = report();
const lineOf = (id: string, of = REPORT) => of.detectors.find((one) => one.id === id)!;

describe('a check', () => {
  it('fails while anything it found stands', () => {
    expect(lineOf('forbidden-role')).toMatchObject({ outcome: 'fail', standing: 1, why: '' });
    for (const state of ['open', 'acknowledged', 'snoozed'] as const)
      expect(lineOf('forbidden-role', reportOn([{ state }])).outcome).toBe('fail');
  });

  it('passes when it was asked and found nothing', () => {
    expect(lineOf('public-access')).toMatchObject({ outcome: 'pass', standing: 0 });
    expect(lineOf('public-access').judged).toBeGreaterThan(0);
    expect(
      lineOf('forbidden-role', report({ ...SMALL, observations: SMALL.observations.slice(0, -5) })).outcome,
    ).toBe('pass');
  });

  it('is not evaluated when it met nothing of its kind', () => {
    expect(lineOf('hmac-key')).toMatchObject({
      outcome: 'not evaluated',
      judged: 0,
      why: 'nothing of its kind (hmac-key) was seen',
    });
  });

  it('is not evaluated while anything could not be decided, or it failed', () => {
    expect(lineOf('forbidden-role', reportOn([{ state: 'undecided' }]))).toMatchObject({
      outcome: 'not evaluated',
      why: '1 question could not be decided',
    });
    const failed = [{ detector: 'public-access', subject: 'x' }];
    expect(lineOf('public-access', report(SMALL, { failed }))).toMatchObject({
      outcome: 'not evaluated',
      failures: 1,
      why: 'it failed on 1 subject',
    });
  });

  it('is neither passed nor failed when all it found is excepted', () => {
    expect(lineOf('forbidden-role', reportOn([{ state: 'excepted' }])).outcome).toBe('excepted');
    expect(lineOf('forbidden-role', reportOn([{ state: 'excepted' }, { id: 'f2' }])).outcome).toBe('fail');
  });

  it('tells how often people called it wrong, of all the times it spoke', () => {
    const decisions = [decision({ kind: 'false-positive', reason: 'a test' })];
    const line = lineOf(
      'forbidden-role',
      reportOn([{ episode: 3 }, { id: 'f2' }], { history: { ...NO_HISTORY, decisions } }),
    );
    expect(line).toMatchObject({ falsePositives: 1, precision: 0.75 });
    // Of files nobody was asked.
    expect(lineOf('forbidden-role').precision).toBeUndefined();
  });
});

const check = (outcome: DetectorLine['outcome'], severity: DetectorLine['severity']): DetectorLine => ({
  ...lineOf('forbidden-role'),
  outcome,
  severity,
});

describe('the score', () => {
  const checks = [
    check('pass', 'critical'),
    check('pass', 'medium'),
    check('fail', 'high'),
    check('excepted', 'critical'),
    check('not evaluated', 'critical'),
  ];

  it('is the weight of what passed in that of what passed and failed; the rest stands beside it', () => {
    expect(posture(checks, 1)).toMatchObject({
      // 100 × (10 + 4) ÷ (10 + 4 + 7)
      score: 66.7,
      insufficient: undefined,
      formula: '100 × Σ weight(passed) ÷ Σ weight(passed + failed) = 100 × 14 ÷ (14 + 7)',
      inputs: {
        passed: { checks: 2, weight: 14 },
        failed: { checks: 1, weight: 7 },
        excepted: { checks: 1, weight: 10 },
        notEvaluated: { checks: 1, weight: 10 },
      },
    });
  });

  it('is not given under nine tenths of coverage, nor where nothing was evaluated', () => {
    expect(posture(checks, 0.9).score).toBe(66.7);
    expect(posture(checks, 0.899)).toMatchObject({
      score: undefined,
      insufficient: expect.stringMatching(/^insufficient data: 89 % /),
    });
    expect(posture(checks, undefined).score).toBeUndefined();
    expect(posture([check('excepted', 'high')], 1)).toMatchObject({
      score: undefined,
      insufficient: 'insufficient data: no check could be evaluated',
    });
  });
});

describe('the trend', () => {
  const own = { ...POINT, at: NOW, score: 99 };
  const ago = (days: bigint, score: number) => ({ ...POINT, at: NOW - days * DAY, score });

  it('has the last point of each week, the oldest first, and ends with this report', () => {
    const points = [ago(8n, 2), ago(13n, 1), ago(15n, 3), ago(2n, 4)];
    expect(trendOf(points, own).map(({ score }) => score)).toEqual([3, 2, 99]);
  });

  it('has twelve weeks at most, and none without history', () => {
    const points = Array.from({ length: 30 }, (_, week) => ago(BigInt(week) * 7n + 1n, week));
    expect(trendOf(points, own).map(({ score }) => score)).toEqual([11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 99]);
    expect(trendOf(undefined, own)).toEqual([]);
    expect(trendOf([], own)).toEqual([own]);
  });
});
