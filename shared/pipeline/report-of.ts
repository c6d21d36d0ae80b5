import { Inventory, type Known } from '../inventory/inventory.ts';
import type { Finding } from '../model/finding.ts';
import type { Nanos } from '../model/time.ts';
import type { Policy } from '../policy/policy.ts';
import { buildReport } from '../report/build-report.ts';
import type { ReportInput } from '../report/input.ts';
import type { Report } from '../report/report.ts';
import type { Catalogue } from '../roles/catalogue.ts';
import { allSubjects } from './baseline.ts';
import { viewOf } from './view-of.ts';

export interface ReportOf extends Omit<ReportInput, 'inventory' | 'view' | 'subjects'> {
  readonly known: Known;
  readonly findings: readonly Finding[];
  readonly asOf: Nanos;
  readonly policy: Policy;
  readonly catalogue?: Catalogue | undefined;
}

/** The report on an inventory whose findings are known: by a scan of files, or on record in the store. Pure. */
export function reportOf({ known, asOf, catalogue, ...input }: ReportOf): Report {
  const inventory = new Inventory(known);
  return buildReport({
    ...input,
    inventory,
    view: viewOf(inventory, asOf, input.policy, catalogue),
    subjects: allSubjects(inventory, input.policy, asOf),
  });
}
