import type { Answer, Chain, Step, StepId } from './explanation.ts';
import { SYMPTOMS, type Symptom } from './symptoms.ts';

/** Far beyond any error text: the rest of a pasted log is not searched. */
const LONGEST = 20_000;

export interface Check {
  readonly step: StepId;
  /** What the chain says of it; absent when no subject was given. */
  readonly answer?: Answer;
  readonly says?: string;
}

export interface Diagnosis {
  readonly symptom: Symptom;
  /** The steps to look at, those that fail first. */
  readonly checks: readonly Check[];
  /** The chain shows it: one of the steps this text points at says no. */
  readonly confirmed: boolean;
}

/** What a failure text can mean, the likeliest first; what the chain confirms comes before what it does not. */
export function diagnose(text: string, chain: Chain | undefined): readonly Diagnosis[] {
  const folded = text.slice(0, LONGEST).replace(/\s+/g, ' ');
  const matching = SYMPTOMS.filter(({ patterns }) => patterns.some((pattern) => pattern.test(folded)));
  // A bare 403 says nothing more once the text has said which.
  const telling = matching.length > 1 ? matching.filter(({ id }) => id !== 'permission-denied') : matching;
  const diagnoses = telling.map((symptom) => diagnosisOf(symptom, chain));
  return diagnoses.toSorted((a, b) => Number(b.confirmed) - Number(a.confirmed));
}

function diagnosisOf(symptom: Symptom, chain: Chain | undefined): Diagnosis {
  const byId = new Map<StepId, Step>(chain?.steps.map((step) => [step.id, step]));
  const checks = symptom.steps
    .filter((id) => chain === undefined || byId.has(id))
    .map((step): Check => {
      const found = byId.get(step);
      return found === undefined ? { step } : { step, answer: found.answer, says: found.says };
    });
  return {
    symptom,
    checks: checks.toSorted((a, b) => rank(a.answer) - rank(b.answer)),
    confirmed: checks.some(({ answer }) => answer === 'no'),
  };
}

function rank(answer: Answer | undefined): number {
  return answer === undefined ? 0 : ['no', 'undecided', 'yes'].indexOf(answer);
}

/** What each step asks, for a reader without a chain. */
export const CHECKS: Readonly<Record<StepId, string>> = {
  cluster: 'the cluster has a workload pool (Workload Identity is on)',
  'node-pools': 'the node pool runs the metadata server (GKE_METADATA)',
  pod: 'the pod’s serviceAccountName is the KSA, and it is not on the host’s network',
  ksa: 'the KSA exists in the pod’s namespace, in this cluster',
  annotation: 'the KSA’s annotation iam.gke.io/gcp-service-account names the account, to the letter',
  account: 'the account exists and is enabled',
  binding:
    'the account has roles/iam.workloadIdentityUser for POOL[NAMESPACE/KSA]: a slash, and the cluster’s project',
  grants: 'the account (or the KSA itself) holds the roles it needs',
  resource: 'one of these roles is on the resource, or on what it lies in',
};
