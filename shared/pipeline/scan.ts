import { type ChangeGroup, Incidents, incidentFor } from '../findings/incident.ts';
import { judge } from '../findings/judge.ts';
import { inReadingOrder } from '../findings/order.ts';
import { settle } from '../findings/settle.ts';
import { Inventory, type Known } from '../inventory/inventory.ts';
import { parseSubject } from '../inventory/subject.ts';
import type { Finding } from '../model/finding.ts';
import type { Nanos } from '../model/time.ts';
import type { Policy } from '../policy/policy.ts';
import type { Catalogue } from '../roles/catalogue.ts';
import { allSubjects } from './baseline.ts';
import { viewOf } from './view-of.ts';

export interface Scanned {
  readonly findings: readonly Finding[];
  /** Detectors that threw, with the subject they threw on. */
  readonly failed: readonly { readonly detector: string; readonly subject: string; readonly error: string }[];
}

/** Judges everything that is known, as it stands. The event path comes to the same findings, once quiet (law 1). */
export function scan(known: Known, policy: Policy, asOf: Nanos, catalogue?: Catalogue): Scanned {
  const inventory = new Inventory(known);
  const findings: Finding[] = [];
  const failed: { detector: string; subject: string; error: string }[] = [];
  const incidents = new Incidents<ChangeGroup>();
  const whole = viewOf(inventory, asOf, policy, catalogue);
  for (const subject of allSubjects(inventory, policy, asOf)) {
    const view = whole.another();
    const verdicts = judge(parseSubject(subject), view, policy);
    failed.push(...verdicts.failed.map((failure) => ({ ...failure, subject })));
    const { findings: alive } = settle({
      before: [],
      verdicts: verdicts.verdicts,
      failedDetectors: [],
      evidence: { offline: true, byReportOnly: false },
      asOf,
    });
    for (const finding of alive) {
      const group = finding.state === 'undecided' ? undefined : incidentFor(finding, policy.name, incidents);
      if (group !== undefined) incidents.set(group);
      findings.push({ ...finding, incident: group?.id ?? '' });
    }
  }
  return { findings: findings.sort(inReadingOrder), failed };
}
