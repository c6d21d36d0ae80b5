import { type Examination, verdictOf } from '../../shared/doctor/examine.ts';
import type { Deployment } from '../../shared/model/deployment.ts';
import { formatTime, type Nanos } from '../../shared/model/time.ts';
import { countsOf } from './doctor-table.ts';

/** How a deployment stands, for machines. */
export function doctorJson(
  examinations: readonly Examination[],
  { project, scopes }: Deployment,
  asOf: Nanos,
) {
  const all = examinations.flatMap(({ diagnoses }) => diagnoses);
  return {
    schemaVersion: 1,
    project,
    scopes,
    asOf: formatTime(asOf),
    verdict: verdictOf(all),
    counts: countsOf(all),
    checks: examinations.map(({ check: { id, title, reads }, diagnoses }) => ({
      id,
      title,
      reads,
      verdict: verdictOf(diagnoses),
      diagnoses,
    })),
  };
}
