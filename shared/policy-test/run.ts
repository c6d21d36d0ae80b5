import { Inventory } from '../inventory/inventory.ts';
import type { Finding } from '../model/finding.ts';
import { parseTime, SECOND } from '../model/time.ts';
import { scan } from '../pipeline/scan.ts';
import type { Policy } from '../policy/policy.ts';
import type { Expected, PolicyTest, PolicyTestCase } from '../policy/tests.ts';
import { type Base, BaseUnreadable } from './base.ts';
import { compare, differences, expectedText, findingText, type Spellings } from './compare.ts';
import { TestFault } from './names.ts';
import { overridden } from './override.ts';

/** How one case went. */
export interface CaseResult {
  readonly test: string;
  readonly name: string;
  readonly file: string;
  readonly line: number;
  readonly passed: boolean;
  /** Why the case could not be run: something that the base or the policy does not have. */
  readonly fault?: string;
  readonly met: readonly Finding[];
  /** Every finding of the case, in whatever state. */
  readonly findings: readonly Finding[];
  readonly missing: readonly { readonly text: string; readonly nearest?: string }[];
  readonly unexpected: readonly string[];
}

/** Gives the base of a case, or throws `BaseUnreadable`. */
export type BaseOf = (test: PolicyTest, one: PolicyTestCase) => Promise<Base>;

/** Runs every case of some tests against a policy. Throws only for faults of its own. */
export async function runPolicyTests(
  tests: readonly PolicyTest[],
  policy: Policy,
  baseOf: BaseOf,
): Promise<readonly CaseResult[]> {
  const results: CaseResult[] = [];
  for (const test of tests)
    for (const one of test.cases) results.push(await runCase(test, one, policy, baseOf));
  return results;
}

async function runCase(
  test: PolicyTest,
  one: PolicyTestCase,
  policy: Policy,
  baseOf: BaseOf,
): Promise<CaseResult> {
  const about = { test: test.name, name: one.name, file: test.file, line: one.at.line };
  try {
    return { ...about, ...judged(one, await baseOf(test, one), policy) };
  } catch (error) {
    if (!(error instanceof TestFault || error instanceof BaseUnreadable)) throw error;
    const nothing = { passed: false, met: [], findings: [], missing: [], unexpected: [] };
    return { ...about, ...nothing, fault: error.message };
  }
}

function judged(
  one: PolicyTestCase,
  base: Base,
  policy: Policy,
): Omit<CaseResult, 'test' | 'name' | 'file' | 'line'> {
  const known = overridden(base, one.override, policy);
  const asOf = one.asOf === undefined ? base.newest + 2n * SECOND : parseTime(`${one.asOf}T00:00:00Z`)!;
  const { findings, failed } = scan(known, policy, asOf);
  const [thrown] = failed;
  if (thrown !== undefined) throw new TestFault(`the detector ${thrown.detector} failed: ${thrown.error}`);
  const { aliases } = new Inventory(known);
  const spellings: Spellings = (resource) => aliases.spellings(resource);
  const { met, missing, unexpected } = compare(findings, one.expect, policy, spellings);
  return {
    passed: missing.length === 0 && unexpected.length === 0,
    met: met.map(([, finding]) => finding),
    findings,
    missing: missing.map((expected) => {
      const nearest = nearestTo(expected, unexpected, policy, spellings);
      return { text: expectedText(expected), ...(nearest === undefined ? {} : { nearest }) };
    }),
    unexpected: unexpected.map((finding) => findingText(finding, policy, spellings)),
  };
}

/** Of the findings nobody expected the one most like the one that is missing, and what is different about it. */
function nearestTo(
  expected: Expected,
  unexpected: readonly Finding[],
  policy: Policy,
  spellings: Spellings,
): string | undefined {
  const [nearest] = unexpected
    .filter((finding) => finding.detector === expected.detector)
    .map((finding) => differences(expected, finding, policy, spellings))
    .toSorted((a, b) => a.length - b.length);
  return nearest === undefined ? undefined : `there is one with another ${nearest.join(', ')}`;
}
