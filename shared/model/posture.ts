import type { Severity } from './finding.ts';
import type { Nanos } from './time.ts';

/** How everything stood at one moment. Kept of each report, so that the next can draw the trend. */
export interface PosturePoint {
  readonly at: Nanos;
  /** 0 to 100; undefined when too little was known to say. */
  readonly score: number | undefined;
  /** Of what must be completely known, how much was: 0 to 1. */
  readonly coverage: number | undefined;
  /** What stood, by severity. */
  readonly open: Readonly<Record<Severity, number>>;
  readonly identities: number;
  readonly keysLeft: number;
  /** Workloads on Workload Identity among those of which it was known: 0 to 1. */
  readonly workloadIdentityShare: number | undefined;
  readonly policyHash: string;
}

/** A report that was made: what the one after it names, and what shows that it was not changed since. */
export interface ReportHead {
  /** The entry of the policy's `reports`. */
  readonly entry: string;
  readonly hash: string;
  readonly asOf: Nanos;
  /** Names of its files in the bucket. */
  readonly files: readonly string[];
  readonly bucket: string;
}

/** A policy that judged, from when on. */
export interface PolicyInForce {
  readonly hash: string;
  readonly at: Nanos;
  /** Who wrote it, where that is told with it. */
  readonly by: string | undefined;
}

/** Identities that an owner answers for, as the newest report has them: what a review is counted against between two reports. */
export interface Roster {
  readonly owner: string;
  /** As the report names them. */
  readonly identities: readonly string[];
}

/** What an owner said of one identity in one quarter. */
export interface Review {
  /** As the report names it: `POOL[payments/api] -> api@…`. */
  readonly identity: string;
  /** `2026-Q4`. */
  readonly quarter: string;
  readonly decision: 'attested' | 'revoked';
  readonly by: string;
  readonly at: Nanos;
  readonly comment: string;
}
