import type { Deployment, Reading, Unread } from '../model/deployment.ts';
import type { Nanos } from '../model/time.ts';
import type { DeploymentReads, PolicySource, SlackReads, Store } from '../ports.ts';

/** What a deployment is examined with. */
export interface Examined {
  readonly deployment: Deployment;
  readonly cloud: DeploymentReads;
  readonly slack: SlackReads;
  readonly policy: PolicySource;
  /** Read only. */
  readonly store: Store;
  readonly asOf: Nanos;
}

export interface Check {
  readonly id: string;
  readonly title: string;
  /** What is looked at, and what counts as well. */
  readonly reads: string;
  /** One diagnosis for each thing that was looked at. Throws for nothing that the outside world does. */
  run(examined: Examined): Promise<readonly Diagnosis[]>;
}

export type Verdict = 'ok' | 'wrong' | 'unknown';

/** How one thing stands. */
export interface Diagnosis {
  readonly about: string;
  readonly verdict: Verdict;
  readonly seen: string;
  /** What is wrong says what would be right. */
  readonly expected?: string;
  /** In the order to do them. */
  readonly remedies?: readonly Mend[];
  /** What whoever asks would have to be granted to know. */
  readonly lacks?: string;
}

export interface Mend {
  /** `by-hand`: a sentence, where no command does it. */
  readonly kind: 'gcloud' | 'kubectl' | 'terraform' | 'yaml' | 'by-hand';
  readonly text: string;
}

export function ok(about: string, seen: string): Diagnosis {
  return { about, verdict: 'ok', seen };
}

export function wrong(
  about: string,
  seen: string,
  expected: string,
  ...remedies: readonly Mend[]
): Diagnosis {
  return { about, verdict: 'wrong', seen, expected, remedies };
}

export function unknown(about: string, { why, lacks }: Omit<Unread, 'kind'>): Diagnosis {
  return { about, verdict: 'unknown', seen: why, ...(lacks === undefined ? {} : { lacks }) };
}

/** Deploys what was declared: whatever the module made and somebody changed. */
export const APPLY: Mend = { kind: 'terraform', text: 'terraform apply' };

/** What a reading comes to: what is not there is wrong, what could not be read is unknown, the rest is for `judge`. */
export function diagnosed<T>(
  about: string,
  reading: Reading<T>,
  judge: (value: T) => Diagnosis,
  ...whenAbsent: readonly Mend[]
): Diagnosis {
  switch (reading.kind) {
    case 'found':
      return judge(reading.value);
    case 'absent':
      return wrong(
        about,
        'there is none',
        'it is there',
        ...(whenAbsent.length === 0 ? [APPLY] : whenAbsent),
      );
    case 'unknown':
      return unknown(about, reading);
  }
}
