import { controlsOnTheme, FRAMEWORKS, type Framework } from '../detectors/controls.ts';
import { ALL_DETECTORS } from '../detectors/index.ts';
import type { ControlRef, Finding } from '../model/finding.ts';
import type { ControlLine, DetectorLine, FrameworkSection, Outcome } from './report.ts';
import { stands } from './standing.ts';

/** The frameworks asked for (all, where none is), each control with what the evidence says. */
export function frameworkSections(
  lines: readonly DetectorLine[],
  findings: readonly Finding[],
  asked: readonly string[],
): readonly FrameworkSection[] {
  const outcomes = new Map(lines.map((line) => [line.id, line]));
  const byDetector = Map.groupBy(
    findings.filter((finding) => stands(finding) || finding.state === 'excepted'),
    ({ detector }) => detector,
  );
  const inNumberOrder = new Intl.Collator('en', { numeric: true });
  return FRAMEWORKS.filter(({ id }) => asked.length === 0 || asked.includes(id)).map((framework) => ({
    framework: framework.framework,
    version: framework.version,
    mapping: framework.mapping,
    controls: [...supportersOf(framework)]
      .map(([control, detectors]) =>
        controlLine(
          control,
          detectors.flatMap((id) => outcomes.get(id) ?? []),
          detectors.flatMap((id) => byDetector.get(id) ?? []),
        ),
      )
      .toSorted((a, b) => inNumberOrder.compare(a.id, b.id)),
  }));
}

/** Names of frameworks that were asked for and are not known here. */
export function unknownFrameworks(asked: readonly string[]): readonly string[] {
  return asked.filter((id) => !FRAMEWORKS.some((framework) => framework.id === id));
}

/** The detectors that speak to each control of a framework. */
function supportersOf({ framework, version }: Framework): ReadonlyMap<ControlRef, readonly string[]> {
  const supporters = new Map<ControlRef, string[]>();
  for (const { id, controls } of ALL_DETECTORS) {
    for (const control of controlsOnTheme(controls)) {
      if (control.framework !== framework || control.version !== version) continue;
      supporters.set(control, [...(supporters.get(control) ?? []), id]);
    }
  }
  return supporters;
}

/** The worst first: a control is no better than the worst of what speaks to it. */
const WORST: readonly Outcome[] = ['fail', 'not evaluated', 'excepted', 'pass'];

function controlLine(
  { id, title }: ControlRef,
  detectors: readonly DetectorLine[],
  findings: readonly Finding[],
): ControlLine {
  // A detector that met nothing of its kind says nothing, as long as others say something.
  const speaking = detectors.filter((line) => !metNothing(line));
  const outcome = WORST.find((one) => speaking.some((line) => line.outcome === one)) ?? 'not evaluated';
  return {
    id,
    title,
    outcome,
    detectors: detectors.map((line) => ({ id: line.id, outcome: line.outcome })),
    evidence: findings.map((finding) => finding.id),
    why:
      outcome === 'not evaluated'
        ? detectors
            .filter((line) => line.outcome === 'not evaluated')
            .map((line) => `${line.id}: ${line.why}`)
            .join('; ')
        : '',
  };
}

function metNothing({ judged, standing, excepted, undecided, failures }: DetectorLine): boolean {
  return judged + standing + excepted + undecided + failures === 0;
}
