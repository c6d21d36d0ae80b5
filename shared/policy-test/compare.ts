import { resourceLabel } from '../model/asset.ts';
import type { Finding } from '../model/finding.ts';
import { globMatches } from '../policy/glob.ts';
import { channelsFor, matchesResource } from '../policy/match.ts';
import type { Policy } from '../policy/policy.ts';
import type { Expected } from '../policy/tests.ts';

export interface Comparison {
  /** Expectations, each with the finding that meets it. */
  readonly met: readonly (readonly [Expected, Finding])[];
  readonly missing: readonly Expected[];
  readonly unexpected: readonly Finding[];
}

/** Names an asset in every way the policy may speak of it. */
export type Spellings = (resource: string) => readonly string[];

/**
 * Pairs findings with what was expected, so that as many as possible have a partner: which of two equal-looking findings meets an
 * expectation must not depend on their order. What is excepted or undecided is nothing to anybody, unless it is expected.
 */
export function compare(
  findings: readonly Finding[],
  expected: readonly Expected[],
  policy: Policy,
  spellings: Spellings,
): Comparison {
  const partners = expected.map((one) => findings.filter((finding) => fits(one, finding, policy, spellings)));
  const takenBy = new Map<Finding, number>();
  const place = (index: number, tried: Set<Finding>): boolean =>
    partners[index]!.some((finding) => {
      if (tried.has(finding)) return false;
      tried.add(finding);
      const other = takenBy.get(finding);
      if (other !== undefined && !place(other, tried)) return false;
      takenBy.set(finding, index);
      return true;
    });
  const placed = expected.map((_, i) => place(i, new Set()));
  return {
    met: [...takenBy].map(([finding, i]) => [expected[i]!, finding]),
    missing: expected.filter((_, i) => !placed[i]),
    unexpected: findings.filter((finding) => !takenBy.has(finding) && counts(finding)),
  };
}

function counts({ state }: Finding): boolean {
  return state !== 'undecided' && state !== 'excepted' && state !== 'resolved';
}

function fits(expected: Expected, finding: Finding, policy: Policy, spellings: Spellings): boolean {
  return differences(expected, finding, policy, spellings).length === 0;
}

/** The fields in which a finding is not what was expected. */
export function differences(
  expected: Expected,
  finding: Finding,
  policy: Policy,
  spellings: Spellings,
): readonly (keyof Expected)[] {
  const isFit: { readonly [K in keyof Expected]-?: () => boolean } = {
    detector: () => expected.detector === finding.detector,
    severity: () => expected.severity === finding.severity,
    state: () => expected.state === finding.state,
    class: () => expected.class === finding.class,
    identity: () => globMatches(expected.identity ?? '', finding.identity),
    on: () => matchesResource(expected.on ?? '', spellings(finding.resource)),
    role: () => globMatches(expected.role ?? '', finding.role ?? '', { crossing: true }),
    namespace: () => globMatches(expected.namespace ?? '', finding.namespace ?? ''),
    project: () => globMatches(expected.project ?? '', finding.project ?? ''),
    owner: () => expected.owner === finding.owner,
    exception: () => expected.exception === finding.exception,
    channel: () => channelsFor(policy, finding).includes(expected.channel ?? ''),
    channels: () => same(expected.channels ?? [], channelsFor(policy, finding)),
  };
  const given = Object.entries(isFit).filter(([key]) => Object.hasOwn(expected, key));
  const wrong = given.filter(([, holds]) => !holds()).map(([key]) => key as keyof Expected);
  return expected.state === undefined && finding.state !== 'open' ? [...wrong, 'state'] : wrong;
}

function same(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.toSorted().join() === b.toSorted().join();
}

/** An expectation in one line, as it was written. */
export function expectedText({ detector, ...fields }: Expected): string {
  const parts = Object.entries(fields).map(
    ([key, value]) => `${key}: ${Array.isArray(value) ? `[${value.join(', ')}]` : value}`,
  );
  return [detector, ...parts].join(', ');
}

/** A finding in one line, in the words of an expectation: fit to be copied into the test. */
export function findingText(finding: Finding, policy: Policy, spellings: Spellings): string {
  const { detector, severity, state, identity, role, exception } = finding;
  const channels = channelsFor(policy, finding);
  const labels = spellings(finding.resource).map(resourceLabel);
  return expectedText({
    detector,
    severity,
    ...(state === 'excepted' || state === 'undecided' ? { state } : {}),
    identity,
    // An account is known by its id, and people know its address.
    on: labels.find((label) => label.includes('@')) ?? resourceLabel(finding.resource),
    ...(role === undefined ? {} : { role }),
    ...(exception === undefined ? {} : { exception }),
    channels: [...channels],
  });
}
