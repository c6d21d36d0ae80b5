import type { Severity } from './finding.ts';
import type { Nanos } from './time.ts';

/** The key figures of a report that was made, and where its files lie: what is told of it in a message. */
export interface ReportSummary {
  /** Name of the entry of the policy's `reports`. */
  readonly entry: string;
  readonly tenant: string;
  readonly period: { readonly from: Nanos; readonly to: Nanos };
  /** 0 to 100. */
  readonly score: number | undefined;
  /** Why there is none; undefined when there is one. */
  readonly insufficient: string | undefined;
  readonly open: Readonly<Record<Severity, number>>;
  /** Within the period. */
  readonly opened: number;
  readonly resolved: number;
  readonly undecided: number;
  /** Of what must be completely known, how much is: 0 to 1. */
  readonly coverage: number | undefined;
  readonly keysLeft: number;
  /** Within thirty days. */
  readonly exceptionsEnding: number;
  readonly review: { readonly quarter: string; readonly pending: number; readonly identities: number };
  readonly hash: string;
  /** The report before it, with its figures where these are on record. */
  readonly previous:
    | {
        readonly hash: string;
        readonly asOf: Nanos;
        readonly score: number | undefined;
        readonly keysLeft: number | undefined;
        readonly open: Readonly<Record<Severity, number>> | undefined;
      }
    | undefined;
  readonly signOff: 'required' | 'none';
  readonly bucket: string;
  /** Names of all its files in the bucket. */
  readonly files: readonly string[];
  /** The one of them for people to open: the HTML where there is one. */
  readonly file: string;
}
