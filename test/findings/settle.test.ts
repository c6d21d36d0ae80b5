import { describe, expect, it } from '@jest/globals';
import { settle } from '../../shared/findings/settle.ts';
import type { Decision, DecisionKind } from '../../shared/model/decision.ts';
import type { Finding, Verdict } from '../../shared/model/finding.ts';
import { HOUR, MINUTE } from '../../shared/model/time.ts';
import { t } from '../world.ts';
import { finding } from './a-finding.ts';

const TOLD = { offline: false, byReportOnly: false };
const READ = { offline: true, byReportOnly: false };

const VERDICT: Verdict = { ...finding({ id: 'f' }), verdict: 'open' };

function run(before: readonly Finding[], verdicts: readonly Verdict[], seconds: number, more: object = {}) {
  return settle({ before, verdicts, failedDetectors: [], evidence: TOLD, asOf: t(seconds), ...more });
}

/** Opens and closes it, every so many seconds. */
function flips(count: number, every: number): Finding {
  let now: readonly Finding[] = [];
  for (let flip = 0; flip < count; flip++) {
    now = run(now, [VERDICT], 2 * flip * every).findings;
    now = now.map((one) => ({ ...one, incident: one.incident === '' ? `i${flip}` : one.incident }));
    now = run(now, [], (2 * flip + 1) * every).findings;
  }
  return run(now, [VERDICT], 2 * count * every).findings[0]!;
}

describe('back again', () => {
  it('within minutes, it is the same incident and another episode', () => {
    expect(flips(1, 60)).toMatchObject({ state: 'open', episode: 2, incident: 'i0', flapping: false });
  });

  it('later, it is another incident', () => {
    expect(flips(1, 1_200)).toMatchObject({ state: 'open', episode: 2, incident: '', flapping: false });
  });

  it('for the third time in an hour it flaps, and stays with its incident however long it was away', () => {
    expect(flips(2, 600)).toMatchObject({ flapping: true, incident: 'i1', episode: 3 });
  });

  it('twenty times are one incident', () => {
    expect(flips(20, 30)).toMatchObject({ flapping: true, incident: 'i0', episode: 21 });
  });

  it('after an hour of quiet it no longer flaps, and somebody looks then', () => {
    const flapping = flips(2, 600);
    const now = run([flapping], [VERDICT], 2_401);
    expect(now.wakeAt).toBe(t(0) + HOUR);
    const later = run(now.findings, [VERDICT], 7_200);
    expect(later.findings[0]).toMatchObject({ flapping: false });
    expect(later.findings[0]?.openings).toBeUndefined();
  });
});

describe('its end', () => {
  const open = run([], [VERDICT], 0).findings;
  const repaired = run(open, [], 60).findings;

  it('is confirmed by a reading, not by another message', () => {
    expect(repaired).toMatchObject([{ state: 'resolved', confirming: true }]);
    expect(run(repaired, [], 120).findings).toMatchObject([{ confirming: true }]);
    const read = run(repaired, [], 120, { evidence: READ });
    expect(read.findings).toMatchObject([{ state: 'resolved', confirming: false }]);
    expect(read.transitions).toEqual([]);
  });

  const decided = (kind: DecisionKind): Decision => ({
    id: 'd',
    at: t(30),
    by: { id: 'U', team: 'T', email: 'lee@acme.example' },
    incident: 'i',
    about: [{ finding: 'f', detector: 'forbidden-role', episode: 1, severity: 'critical' }],
    ...kind,
  });

  it('is no end when somebody calls it a false positive: it stays closed while it stands, and comes back only after it has gone', () => {
    const decisions = [decided({ kind: 'false-positive', reason: 'a test' })];
    const closed = run(open, [VERDICT], 60, { decisions });
    expect(closed.findings).toMatchObject([{ state: 'resolved', resolution: 'false-positive', episode: 1 }]);
    const still = run(closed.findings, [VERDICT], 120, { decisions });
    expect(still.findings).toMatchObject([{ state: 'resolved', resolution: 'false-positive', episode: 1 }]);
    expect(still.transitions).toEqual([]);
    const gone = run(still.findings, [], 180, { decisions });
    expect(gone.findings).toMatchObject([{ state: 'resolved', resolution: 'repaired' }]);
    expect(run(gone.findings, [VERDICT], 7_200, { decisions }).findings).toMatchObject([
      { state: 'open', episode: 2 },
    ]);
  });

  it('does not come of a snooze, nor of a detector that fails meanwhile', () => {
    const decisions = [decided({ kind: 'snooze', until: t(0) + 10n * MINUTE })];
    const asleep = run(open, [VERDICT], 60, { decisions });
    expect(asleep).toMatchObject({ findings: [{ state: 'snoozed' }], wakeAt: t(0) + 10n * MINUTE });
    const failed = { decisions, failedDetectors: [VERDICT.detector] };
    expect(run(asleep.findings, [], 120, failed).findings).toMatchObject([{ state: 'snoozed' }]);
    expect(run(asleep.findings, [], 601, failed).findings).toMatchObject([{ state: 'open' }]);
    const unsure = { ...VERDICT, verdict: 'undecided' } as const;
    expect(run(asleep.findings, [unsure], 120, { decisions }).findings).toMatchObject([{ state: 'snoozed' }]);
    expect(run(asleep.findings, [unsure], 601, { decisions }).transitions).toMatchObject([
      { from: 'snoozed', to: 'open', why: 'its snooze is over' },
    ]);
  });
});
