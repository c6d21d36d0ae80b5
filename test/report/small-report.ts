/** Reports made the way the pipeline makes them, from a small world or from findings alone. */
import { Gathered } from '../../shared/inventory/inventory.ts';
import { projectName, serviceAccountName } from '../../shared/model/asset.ts';
import type { Decision, DecisionKind } from '../../shared/model/decision.ts';
import type { Finding } from '../../shared/model/finding.ts';
import type { PosturePoint } from '../../shared/model/posture.ts';
import { DAY } from '../../shared/model/time.ts';
import { type ReportOf, reportOf } from '../../shared/pipeline/report-of.ts';
import { scan } from '../../shared/pipeline/scan.ts';
import type { History } from '../../shared/report/input.ts';
import type { Report } from '../../shared/report/report.ts';
import { finding } from '../findings/a-finding.ts';
import {
  account,
  act,
  change,
  cluster,
  iam,
  key,
  known,
  ksa,
  member,
  NOW,
  POLICY,
  TERRAFORM,
  t,
  WI,
  type World,
  workload,
} from '../world.ts';

export const API = 'api@acme-prod.iam.gserviceaccount.com';
const API_ID = '100000000000000000001';
const PROJECT = projectName('acme-prod');

/** One identity as declared, one role too many, a key, and who made the changes. */
export const SMALL: World = {
  observations: [
    ...account(API, API_ID),
    cluster(),
    ksa('payments/api', API),
    ksa('payments/exporter'),
    ksa('payments/idle'),
    iam(serviceAccountName(API_ID), [[WI, member('payments/api')]]),
    iam(PROJECT, [
      ['roles/cloudsql.client', `serviceAccount:${API}`],
      ['roles/editor', `serviceAccount:${API}`],
    ]),
    iam('//storage.googleapis.com/ledger', [['roles/storage.objectCreator', member('payments/exporter')]]),
    key('k1', API, { validAfter: '2026-10-01T00:00:00Z' }),
    workload('Deployment payments/api', 'payments/api'),
    workload('Deployment payments/idle', 'payments/idle'),
  ],
  acts: [
    act('by-hand', PROJECT, {
      time: t(0),
      changes: [change('add', PROJECT, 'roles/editor', `serviceAccount:${API}`)],
    }),
    act('by-terraform', serviceAccountName(API_ID), {
      time: t(10),
      actor: { ...TERRAFORM, reason: 'PAY-7: let the api in' },
      changes: [change('add', serviceAccountName(API_ID), WI, member('payments/api'))],
    }),
    act('a-use', serviceAccountName(API_ID), { kind: 'mint-token', time: t(20) }),
    act('long-ago', PROJECT, { time: NOW - 100n * DAY }),
  ],
};

export const PERIOD = { from: NOW - 90n * DAY, to: NOW };

/** The report on a world, as a scan makes it; `more` may bring a history. */
export function report(world: World = SMALL, more: Partial<ReportOf> = {}): Report {
  const policy = world.policy ?? POLICY;
  const asOf = world.asOf ?? NOW;
  const inventory = known(world);
  const { findings, failed } = scan(inventory, policy, asOf);
  return reportOf({
    known: inventory,
    policy,
    findings,
    failed,
    asOf,
    period: PERIOD,
    generatedAt: asOf,
    version: '1.2.3',
    entry: undefined,
    history: undefined,
    ...more,
  });
}

/** A report on nothing but these findings. */
export function reportOn(findings: readonly Partial<Finding>[], more: Partial<ReportOf> = {}): Report {
  return report(
    { observations: [], coverage: [] },
    { known: new Gathered(), findings: findings.map(finding), failed: [], ...more },
  );
}

export const NO_HISTORY: History = {
  decisions: [],
  transitions: [],
  heads: [],
  runs: new Map(),
  refused: [],
  points: [],
  previous: undefined,
  reviews: [],
  policies: [],
  changes: [],
  changesSince: 0n,
  quarantined: 0,
  parked: 0,
};

/** What jane decided of finding f1, ten minutes in. */
export function decision(kind: DecisionKind, more: Partial<Omit<Decision, 'kind'>> = {}): Decision {
  return {
    id: `${kind.kind}-1`,
    at: t(600),
    by: { id: 'U1', team: 'T1', email: 'jane@acme.example' },
    incident: 'i',
    about: [{ finding: 'f1', detector: 'forbidden-role', episode: 1, severity: 'high' }],
    ...more,
    ...kind,
  };
}

/** How things stood at some time. */
export const POINT: PosturePoint = {
  at: NOW,
  score: 80,
  coverage: 1,
  open: { critical: 0, high: 0, medium: 0, low: 0, info: 0 },
  identities: 1,
  keysLeft: 1,
  workloadIdentityShare: undefined,
  policyHash: 'h',
};
