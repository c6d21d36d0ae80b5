import type { Finding } from '../../shared/model/finding.ts';
import { MINUTE, type Nanos, parseTime, SECOND } from '../../shared/model/time.ts';
import type { Announced, Incident } from '../../shared/ports.ts';

/** As `incidentFor` makes them. */
export const INCIDENT = '5d41402abc4b2a76b9719d911017c592';

/** The night of Jon: somebody gave the checkout service an editor's rights at 02:14. */
export const NIGHT: Nanos = parseTime('2026-03-01T02:14:07Z')!;

export function finding(over: Partial<Finding> = {}): Finding {
  return {
    id: '9c2e41d07aa3',
    detector: 'forbidden-role',
    class: 'attack',
    severity: 'critical',
    verdict: 'open',
    title: 'payments/checkout-api gained roles/editor on project:acme-prod',
    subject: 'grant:project:acme-prod|roles/editor|gsa:checkout-api@acme-prod.iam.gserviceaccount.com',
    identity: 'checkout-api@acme-prod',
    resource: '//cloudresourcemanager.googleapis.com/projects/acme-prod',
    role: 'roles/editor',
    project: 'acme-prod',
    cluster: 'projects/acme-prod/locations/europe-west1/clusters/prod-euw1',
    owner: 'team-payments',
    actor: {
      principal: 'tf@acme-iac.iam.gserviceaccount.com',
      delegation: ['jane@acme.example'],
      ip: '203.0.113.7',
      reason: 'hotfix PAY-2210',
    },
    observedBy: 'audit-log',
    eventTime: NIGHT,
    before: ['roles/cloudsql.client'],
    after: ['roles/editor'],
    path: [
      'acme-prod.svc.id.goog[payments/checkout-api]',
      'checkout-api@acme-prod.iam.gserviceaccount.com',
      'roles/editor',
      'project:acme-prod',
    ],
    explanation:
      'An editor can change nearly everything in the project, and through Cloud Build or a function become its other accounts too.',
    why: {
      file: 'policy.yaml',
      line: 36,
      column: 7,
      entry: 'forbiddenRoles[basic-roles]',
      policyHash: '3f9c12a0b1c2',
    },
    remediation: [
      {
        kind: 'gcloud',
        text: 'gcloud projects remove-iam-policy-binding acme-prod --member=serviceAccount:checkout-api@acme-prod.iam.gserviceaccount.com --role=roles/editor',
      },
    ],
    controls: [
      { framework: 'NIST 800-53', version: 'r5', id: 'AC-6', title: 'Least Privilege' },
      { framework: 'CIS GCP', version: '5.0', id: '1.6', title: 'Service account has no admin privileges' },
    ],
    causes: ['act:1'],
    state: 'open',
    episode: 1,
    incident: INCIDENT,
    confirming: false,
    flapping: false,
    exceptionPending: false,
    firstSeen: NIGHT + 4n * SECOND,
    lastSeen: NIGHT + 4n * SECOND,
    ...over,
  };
}

export function resolved(over: Partial<Finding> = {}): Finding {
  const resolvedAt = over.resolvedAt ?? NIGHT + 2n * MINUTE;
  return finding({ state: 'resolved', resolution: 'repaired', resolvedAt, lastSeen: resolvedAt, ...over });
}

export function incident(over: Partial<Incident> = {}): Incident {
  return {
    id: INCIDENT,
    causes: ['act:1'],
    findings: ['9c2e41d07aa3'],
    openedAt: NIGHT + 4n * SECOND,
    revision: 1,
    sent: [],
    events: [],
    forgotten: 0,
    ...over,
  };
}

export function announced(over: Partial<Announced> = {}): Announced {
  return {
    destination: 'C0SOC',
    handle: { channel: 'C0SOC', ts: '1.000100' },
    rollup: undefined,
    revision: 1,
    at: NIGHT + 6n * SECOND,
    contentHash: 'h',
    told: { open: true, severity: 'critical' },
    noted: 0,
    ...over,
  };
}
