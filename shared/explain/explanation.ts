import type { EdgeState } from '../model/edge.ts';
import type { Finding, PolicyLine, Remedy } from '../model/finding.ts';
import type { Source } from '../model/observation.ts';
import type { Nanos } from '../model/time.ts';

/** Unknown is never "fine": what has not been read is `undecided`, and says what it was. */
export type Answer = 'yes' | 'no' | 'undecided';

/** One thing that is known, with when it came about and who told. */
export interface Evidence {
  readonly text: string;
  readonly since?: Nanos;
  readonly source?: Source;
}

export interface Fix extends Remedy {
  /** Where the command belongs, when the command itself cannot say: `in cluster prod-euw1`. */
  readonly where?: string;
}

export const STEP_IDS = [
  'cluster',
  'node-pools',
  'pod',
  'ksa',
  'annotation',
  'account',
  'binding',
  'grants',
  'resource',
] as const;
export type StepId = (typeof STEP_IDS)[number];

/** One link of the chain from a pod to a resource. */
export interface Step {
  readonly id: StepId;
  /** What is asked, in a few words: the line's heading. */
  readonly question: string;
  readonly answer: Answer;
  /** The answer in one sentence, without a full stop. */
  readonly says: string;
  readonly evidence: readonly Evidence[];
  /** What is there instead and looks almost right. */
  readonly nearMisses: readonly string[];
  /** It works, and the policy does not say so. */
  readonly drift?: string;
  /** Which side is wrong by the policy, and why these commands. */
  readonly side?: string;
  readonly fix: readonly Fix[];
  /** Whom to ask. */
  readonly ask?: string;
}

export interface Verdict {
  readonly answer: Answer;
  /** The first step that fails or, when none does, that is not known. */
  readonly step?: StepId;
  readonly text: string;
}

/** From a KSA, or a pod, to what it may do. */
export interface Chain {
  readonly kind: 'chain';
  readonly subject: string;
  readonly identity: string;
  readonly clusters: readonly string[];
  /** E-mail of the account the chain leads through; absent for direct access. */
  readonly account?: string;
  readonly resource?: string;
  readonly owner: string;
  readonly declaredBy: readonly PolicyLine[];
  readonly steps: readonly Step[];
  readonly verdict: Verdict;
}

/** Somebody who may act as an account, or holds a role on it. */
export interface ActsAs {
  readonly who: string;
  readonly how: string;
  readonly state: string;
  readonly declared: 'yes' | 'no' | 'not judged';
  readonly since?: Nanos;
  readonly source?: Source;
}

export interface HeldRole {
  readonly role: string;
  readonly on: string;
  readonly condition?: string;
  /** What its condition makes of it now, in brackets. */
  readonly underCondition?: string;
  /** The wide member it comes through, when it is not the identity's own. */
  readonly through?: string;
  readonly declared: 'yes' | 'no' | 'condition missing' | 'not judged';
  readonly since: Nanos;
  readonly source: Source;
}

export interface KeyLine {
  readonly id: string;
  readonly state: string;
  readonly allowed: Answer;
  readonly says: string;
  readonly ageDays: number;
}

export interface AccountExplained {
  readonly kind: 'account';
  readonly subject: string;
  readonly email: string | undefined;
  readonly uniqueId: string;
  readonly state: string;
  readonly owner: string;
  readonly declaredBy: readonly PolicyLine[];
  readonly workloads: readonly ActsAs[];
  readonly others: readonly ActsAs[];
  readonly holds: readonly HeldRole[];
  readonly keys: readonly KeyLine[];
  readonly notKnown: readonly string[];
  readonly verdict: Verdict;
}

export interface KeyExplained {
  readonly kind: 'key';
  readonly subject: string;
  readonly account: string;
  readonly owner: string;
  readonly key: KeyLine;
  readonly evidence: readonly Evidence[];
  readonly why: PolicyLine;
  readonly fix: readonly Fix[];
  readonly verdict: Verdict;
}

/** One watched identity that reaches a resource, and through which grant. */
export interface Reach {
  readonly identity: string;
  /** KSAs linked to it, when it is an account, with the state of the edge: only `bound` ones can become it. */
  readonly workloads: readonly { readonly who: string; readonly state: EdgeState }[];
  readonly role: string;
  /** The resource itself, or what it lies in. */
  readonly on: string;
  readonly answer: Answer;
  readonly note: string;
  readonly declared: HeldRole['declared'];
}

export interface ResourceExplained {
  readonly kind: 'resource';
  readonly subject: string;
  readonly reached: readonly Reach[];
  readonly notKnown: readonly string[];
  readonly verdict: Verdict;
}

export interface FindingExplained {
  readonly kind: 'finding';
  readonly subject: string;
  readonly finding: Finding;
  /** What it was judged by, in the order in which one leads to the next. */
  readonly trace: readonly Evidence[];
  readonly chain?: Chain;
  readonly verdict: Verdict;
}

export type Explanation = Chain | AccountExplained | KeyExplained | ResourceExplained | FindingExplained;
