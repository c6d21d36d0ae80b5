import { findingJson, SCHEMA_VERSION } from '../../shared/findings/finding-json.ts';
import type { Coverage } from '../../shared/inventory/coverage.ts';
import type { Finding } from '../../shared/model/finding.ts';
import { formatTime, type Nanos } from '../../shared/model/time.ts';
import type { Policy } from '../../shared/policy/policy.ts';

/** Every message is counted once. `observed` told of state, `acts` of something done; the others are news to nobody. */
export interface Counts {
  observed: number;
  acts: number;
  ignored: number;
  malformed: number;
  duplicates: number;
  stale: number;
}

export function emptyCounts(): Counts {
  return { observed: 0, acts: 0, ignored: 0, malformed: 0, duplicates: 0, stale: 0 };
}

/** What `scan` and `replay` found: printed as it stands for `json`, and drawn from for the other formats. */
export interface Result {
  readonly policy: Policy;
  readonly asOf: Nanos;
  readonly coverage: readonly Coverage[];
  readonly notCovered: readonly string[];
  readonly counts: Counts;
  readonly findings: readonly Finding[];
}

/** The whole result as one JSON value (docs/findings.md). */
export function resultJson({ policy, asOf, coverage, notCovered, counts, findings }: Result) {
  return {
    schemaVersion: SCHEMA_VERSION,
    policy: { name: policy.name, hash: policy.hash, mode: policy.mode },
    asOf: formatTime(asOf),
    coverage: { covered: coverage.map((entry) => ({ ...entry, asOf: formatTime(entry.asOf) })), notCovered },
    counts,
    findings: findings.map(findingJson),
  };
}
