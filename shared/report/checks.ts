import { ALL_DETECTORS } from '../detectors/index.ts';
import type { SubjectKind } from '../inventory/subject.ts';
import type { Severity } from '../model/finding.ts';
import type { Ground } from './input.ts';
import type { CheckSum, DetectorLine, Outcome, Posture, PosturePoint } from './report.ts';
import { countText, stands } from './standing.ts';

/** How every detector did. */
export function detectorLines(ground: Ground): readonly DetectorLine[] {
  const { findings, failed, history } = ground.input;
  const judged = Map.groupBy(ground.subjects, ({ kind }) => kind);
  const byDetector = Map.groupBy(findings, ({ detector }) => detector);
  const falsePositives = countFalsePositives(ground);
  return ALL_DETECTORS.map(({ id, title, class: kind, severity, subject }) => {
    const own = byDetector.get(id) ?? [];
    const counts = {
      judged: judged.get(subject)?.length ?? 0,
      standing: own.filter(stands).length,
      excepted: own.filter(({ state }) => state === 'excepted').length,
      undecided: own.filter(({ state }) => state === 'undecided').length,
      failures: failed.filter(({ detector }) => detector === id).length,
    };
    const { outcome, why } = outcomeOf(counts, subject);
    const wrong = falsePositives.get(id) ?? 0;
    // Each episode was one time that it spoke up.
    const spoke = own
      .filter(({ state }) => state !== 'undecided')
      .reduce((sum, { episode }) => sum + episode, 0);
    return {
      id,
      title,
      class: kind,
      severity,
      outcome,
      why,
      ...counts,
      openedInPeriod: own.filter(
        ({ state, firstSeen }) => state !== 'undecided' && ground.isInPeriod(firstSeen),
      ).length,
      falsePositives: wrong,
      precision: history === undefined || spoke === 0 ? undefined : Math.max(0, 1 - wrong / spoke),
    };
  });
}

type Counts = Pick<DetectorLine, 'judged' | 'standing' | 'excepted' | 'undecided' | 'failures'>;

/** What stands fails, whatever else is not known. What is not known, and what nothing was seen of, is never passed. */
function outcomeOf(
  { judged, standing, excepted, undecided, failures }: Counts,
  subject: SubjectKind,
): { readonly outcome: Outcome; readonly why: string } {
  if (standing > 0) return { outcome: 'fail', why: '' };
  if (failures > 0)
    return { outcome: 'not evaluated', why: `it failed on ${countText(failures, 'subject')}` };
  if (undecided > 0)
    return { outcome: 'not evaluated', why: `${countText(undecided, 'question')} could not be decided` };
  if (excepted > 0) return { outcome: 'excepted', why: '' };
  if (judged === 0) return { outcome: 'not evaluated', why: `nothing of its kind (${subject}) was seen` };
  return { outcome: 'pass', why: '' };
}

function countFalsePositives({ input }: Ground): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const decision of input.history?.decisions ?? []) {
    if (decision.kind !== 'false-positive') continue;
    for (const { detector } of decision.about) counts.set(detector, (counts.get(detector) ?? 0) + 1);
  }
  return counts;
}

const WEIGHTS: Readonly<Record<Severity, number>> = { critical: 10, high: 7, medium: 4, low: 2, info: 1 };
const ENOUGH = 0.9;
const WEEKS = 12;
const WEEK = 7n * 24n * 3_600_000_000_000n;

/** The score, with all that it is worked out from. `own`: how things stand now, for the end of the trend. */
export function posture(
  detectors: readonly DetectorLine[],
  coverage: number | undefined,
): Omit<Posture, 'trend'> {
  const sum = (outcome: Outcome): CheckSum => {
    const those = detectors.filter((one) => one.outcome === outcome);
    return {
      checks: those.length,
      weight: those.reduce((total, { severity }) => total + WEIGHTS[severity], 0),
    };
  };
  const inputs = {
    passed: sum('pass'),
    failed: sum('fail'),
    excepted: sum('excepted'),
    notEvaluated: sum('not evaluated'),
  };
  const whole = inputs.passed.weight + inputs.failed.weight;
  const insufficient =
    coverage === undefined || coverage < ENOUGH
      ? `insufficient data: ${coverage === undefined ? 'nothing' : `${Math.floor(coverage * 100)} %`} of what must be completely known is, and 90 % is the least`
      : whole === 0
        ? 'insufficient data: no check could be evaluated'
        : undefined;
  return {
    score: insufficient === undefined ? Math.round((1000 * inputs.passed.weight) / whole) / 10 : undefined,
    insufficient,
    formula: `100 × Σ weight(passed) ÷ Σ weight(passed + failed) = 100 × ${inputs.passed.weight} ÷ (${inputs.passed.weight} + ${inputs.failed.weight})`,
    weights: WEIGHTS,
    inputs,
  };
}

/** The last point of each of the twelve weeks before `own`, and `own`. Empty when there is no history. */
export function trendOf(
  points: readonly PosturePoint[] | undefined,
  own: PosturePoint,
): readonly PosturePoint[] {
  if (points === undefined) return [];
  const byWeek = new Map<bigint, PosturePoint>();
  for (const point of points.toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0)))
    if (point.at < own.at) byWeek.set((own.at - point.at) / WEEK, point);
  const earlier = [...byWeek].filter(([week]) => week > 0n && week < BigInt(WEEKS));
  return [...earlier.sort(([a], [b]) => (a > b ? -1 : 1)).map(([, point]) => point), own];
}
