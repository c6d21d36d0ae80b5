import { conditionWords } from '../conditions/words.ts';
import type { GrantFact } from '../inventory/facts.ts';
import type { View } from '../inventory/view.ts';
import type { Judgement } from './detector.ts';

/** What the condition of a grant makes of a finding about it. */
export interface UnderCondition {
  /** A sentence to stand after the explanation; empty where the condition makes nothing of it. */
  readonly says: string;
  /** A grant that gives no access now harms nobody: what is said of it is for the report. */
  readonly override: Partial<Pick<Judgement, 'class' | 'severity'>>;
}

/**
 * A grant whose condition is not met gives nothing, and gives it again to whoever changes the condition: it is posture then. One whose
 * condition is not decided is judged as if it were met, and says so.
 */
export function underCondition(fact: GrantFact, view: View): UnderCondition {
  const says = conditionWords(view.conditionOf(fact.grant));
  return view.givesAccess(fact)
    ? { says, override: {} }
    : { says, override: { class: 'posture', severity: 'low' } };
}
