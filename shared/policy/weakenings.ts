import type { PolicyLine } from '../model/finding.ts';
import type { PolicyChange } from './compare/change.ts';
import { lineOfKey } from './compare/frame.ts';
import { policyChanges } from './compare/policy-changes.ts';
import type { Policy } from './policy.ts';
import { type Place, type Problem, problemAt } from './problem.ts';

/** One way in which a policy permits more, or tells less, than it did. */
export interface Weakening {
  /** `weaker`: a guard rail was taken down; `wider`: somebody may do more, as declared. */
  readonly effect: 'weaker' | 'wider';
  /** The part of the policy: `workloadIdentities`, `exceptions.maxDuration` … */
  readonly section: string;
  /** The item, or the section itself where it has none. */
  readonly name: string;
  readonly text: string;
  /** Where the newer policy says so; of what is gone, where it would stand. */
  readonly at: PolicyLine;
  /** Where the older policy said what is gone. */
  readonly was: PolicyLine | undefined;
}

/**
 * What of `before` is weaker in `after`, guard rails first. Each part is compared with what it was; what parts mean for each other is not
 * judged: the entry that spoke for an identity goes, and a wider one speaks for it now. Whether one pattern says all that another does is
 * decided by their letters, and where that cannot be told the change counts as weaker.
 */
export function weakenings(before: Policy, after: Policy): readonly Weakening[] {
  return policyChanges(before, after).flatMap((change): readonly Weakening[] => {
    const { effect, section, name, text } = change;
    if (effect !== 'weaker' && effect !== 'wider') return [];
    return [{ effect, section, name, text, ...placesOf(change, after) }];
  });
}

function placesOf({ section, at, isGone }: PolicyChange, after: Policy): Pick<Weakening, 'at' | 'was'> {
  return isGone ? { at: lineOfKey(after, section), was: at } : { at, was: undefined };
}

/** A weakening as the warning `policy-weakened`, for whoever reviews the change; `place` is that of its `at`. */
export function weakeningProblem({ section, name, text, was }: Weakening, place: Place): Problem {
  return problemAt(place, {
    code: 'policy-weakened',
    severity: 'warning',
    message: `${name === section ? section : `${section}[${name}]`} ${text}`,
    hint: was === undefined ? undefined : `it stood in ${was.file}:${was.line}`,
  });
}
