import { STAGES, type Stage } from '../../shared/keys/plan.ts';
import { type ControlRef, type Finding, SEVERITIES } from '../../shared/model/finding.ts';
import { DAY, HOUR, MINUTE, type Nanos, parseTime } from '../../shared/model/time.ts';
import { identityGraph } from '../../shared/report/identity-graph.ts';
import {
  type ControlLine,
  type DetectorLine,
  type IdentityLine,
  type PosturePoint,
  REPORT_VERSION,
  type Report,
  type WorkloadCounts,
} from '../../shared/report/report.ts';
import { chainHeads, sealed } from '../../shared/report/seal.ts';
import { bySeverity, stands } from '../../shared/report/standing.ts';
import { finding } from '../findings/a-finding.ts';

/** The moment the report is of: a Monday morning. */
export const AS_OF: Nanos = parseTime('2026-11-23T07:00:00Z')!;
const WEEK = 7n * DAY;
const ago = (time: bigint): Nanos => AS_OF - time;

const FILE = {
  file: 'policy.yaml',
  line: 65,
  column: 7,
  entry: 'workloadIdentities[cart]',
  policyHash: '9cfd2ba1c76e',
};
const POOL = 'acme-prod.svc.id.goog';
const control = (id: string, title: string): ControlRef => ({
  framework: 'NIST 800-53',
  version: 'r5',
  id,
  title,
});
const AC2 = control('AC-2', 'Account Management');
const AC6 = control('AC-6', 'Least Privilege');

/** A week of a small organisation: something of every kind that a report tells of. */
export const FINDINGS: readonly Finding[] = [
  finding({
    id: 'f1000000000000000000000000000001',
    detector: 'redirected-identity',
    severity: 'critical',
    title: 'checkout/cart points at deployer@acme-prod instead of cart@acme-prod',
    explanation:
      'deployer@acme-prod does not let it in so far: its pods get a 403, until somebody adds the binding. The account holds roles/artifactregistry.writer on project:acme-prod.',
    subject: `edge:${POOL}[checkout/cart] -> 116074526652667566604`,
    identity: 'checkout/cart',
    resource: '//iam.googleapis.com/projects/-/serviceAccounts/116074526652667566604',
    project: 'acme-prod',
    namespace: 'checkout',
    pool: POOL,
    owner: 'team-checkout',
    actor: {
      principal: 'jane@acme.example',
      delegation: ['ci@acme-prod.iam.gserviceaccount.com'],
      reason: 'CHG-4711 hotfix',
    },
    observedBy: 'feed',
    before: ['checkout/cart acts as cart@acme-prod.iam.gserviceaccount.com (declared)'],
    after: [
      'annotation iam.gke.io/gcp-service-account: deployer@acme-prod.iam.gserviceaccount.com on checkout/cart (prod-euw1)',
    ],
    path: [
      'Deployment checkout/cart runs as checkout/cart',
      'checkout/cart names deployer@acme-prod',
      'deployer@acme-prod holds roles/artifactregistry.writer',
    ],
    why: FILE,
    remediation: [
      {
        kind: 'kubectl',
        text: 'kubectl annotate serviceaccount cart --namespace=checkout --overwrite iam.gke.io/gcp-service-account=cart@acme-prod.iam.gserviceaccount.com',
      },
    ],
    controls: [AC2, AC6],
    blastRadius: {
      clusters: ['projects/acme-prod/locations/europe-west1/clusters/prod-euw1'],
      workloads: ['Deployment checkout/cart'],
      permissions: ['artifactregistry.repositories.uploadArtifacts'],
      sensitive: ['images (internal)'],
    },
    firstSeen: ago(2n * DAY),
    lastSeen: ago(HOUR),
    eventTime: ago(2n * DAY),
  }),
  finding({
    id: 'f1000000000000000000000000000002',
    detector: 'forbidden-role',
    severity: 'critical',
    title: 'collector@acme-prod holds roles/editor on project:acme-prod',
    explanation: 'It can change or delete almost everything in the project.',
    identity: 'collector@acme-prod',
    resource: '//cloudresourcemanager.googleapis.com/projects/acme-prod',
    role: 'roles/editor',
    project: 'acme-prod',
    owner: 'team-data',
    state: 'acknowledged',
    assignee: 'ana@acme.example',
    after: ['roles/editor for collector@acme-prod'],
    why: { ...FILE, line: 120, entry: 'forbiddenRoles[basic-roles]' },
    remediation: [
      {
        kind: 'gcloud',
        text: 'gcloud projects remove-iam-policy-binding acme-prod --member=serviceAccount:collector@acme-prod.iam.gserviceaccount.com --role=roles/editor',
      },
    ],
    controls: [AC6],
    firstSeen: ago(30n * HOUR),
    lastSeen: ago(HOUR),
    eventTime: ago(30n * HOUR),
  }),
  finding({
    id: 'f1000000000000000000000000000003',
    detector: 'undeclared-binding',
    severity: 'high',
    title: 'payments/debug may act as ledger@acme-prod, and nobody declared it',
    explanation: 'Whoever may create pods in payments reads the ledger.',
    identity: 'payments/debug',
    project: 'acme-prod',
    owner: 'team-payments',
    after: ['payments/debug may act as ledger@acme-prod.iam.gserviceaccount.com'],
    why: { ...FILE, line: 40, entry: 'spec' },
    controls: [AC2],
    firstSeen: ago(5n * DAY),
    lastSeen: ago(HOUR),
    episode: 2,
  }),
  finding({
    id: 'f1000000000000000000000000000004',
    detector: 'annotation-without-binding',
    class: 'outage',
    severity: 'medium',
    title: 'web/front names front@acme-prod, which does not let it in',
    explanation: 'Its pods get a 403.',
    identity: 'web/front',
    project: 'acme-prod',
    owner: 'team-web',
    state: 'snoozed',
    snoozedUntil: ago(-3n * DAY),
    why: FILE,
    firstSeen: ago(9n * DAY),
    lastSeen: ago(HOUR),
  }),
  finding({
    id: 'f1000000000000000000000000000005',
    detector: 'key-too-old',
    class: 'posture',
    severity: 'medium',
    title: 'a key of sftp@acme-data is 412 days old',
    explanation: 'Keys are rotated after 90 days.',
    identity: 'sftp@acme-data',
    project: 'acme-data',
    owner: 'team-data',
    state: 'excepted',
    exception: 'sftp-key-extension',
    why: { ...FILE, line: 160, entry: 'exceptions[sftp-key-extension]' },
    firstSeen: ago(90n * DAY),
    lastSeen: ago(HOUR),
  }),
  finding({
    id: 'f1000000000000000000000000000006',
    detector: 'shared-identity',
    class: 'posture',
    severity: 'low',
    title: 'batch@acme-data is shared by three namespaces',
    explanation: 'What one of them does cannot be told from what the others do.',
    identity: 'batch@acme-data',
    project: 'acme-data',
    why: FILE,
    firstSeen: ago(60n * DAY),
    lastSeen: ago(HOUR),
  }),
  finding({
    id: 'f1000000000000000000000000000007',
    detector: 'unused-identity',
    class: 'posture',
    severity: 'info',
    title: 'whether old-report@acme-data is used is not known',
    explanation: 'No audit log tells of its use.',
    identity: 'old-report@acme-data',
    project: 'acme-data',
    owner: 'team-data',
    state: 'undecided',
    verdict: 'undecided',
    why: FILE,
    firstSeen: ago(20n * DAY),
    lastSeen: ago(HOUR),
  }),
  finding({
    id: 'f1000000000000000000000000000008',
    detector: 'exec-into-pod',
    severity: 'high',
    title: 'ops@acme.example ran a shell in a pod of payments/api',
    explanation: 'Whoever is in the pod is the identity of the pod.',
    identity: 'payments/api',
    project: 'acme-prod',
    owner: 'team-payments',
    state: 'resolved',
    resolution: 'expired',
    resolvedAt: ago(3n * DAY),
    why: FILE,
    firstSeen: ago(4n * DAY),
    lastSeen: ago(3n * DAY),
  }),
];

const identity = (more: Partial<IdentityLine> & Pick<IdentityLine, 'ksa' | 'owner'>): IdentityLine => ({
  id: `${POOL}[${more.ksa}] -> ${more.account ?? ''}`,
  kind: 'edge',
  pool: POOL,
  namespace: more.ksa.split('/')[0],
  clusters: ['prod-euw1'],
  account: undefined,
  accountId: more.account === undefined ? undefined : '108574526041235671234',
  accountState: more.account === undefined ? undefined : 'active',
  state: 'bound',
  declared: true,
  entry: FILE,
  roles: [],
  moreRoles: 0,
  workloads: [`Deployment ${more.ksa}`],
  findings: [],
  ...more,
});
const role = (name: string, on: string, more: { condition?: string; drift?: true } = {}) => ({
  role: name,
  on,
  condition: more.condition,
  drift: more.drift === true,
});

export const IDENTITIES: readonly IdentityLine[] = [
  identity({
    ksa: 'checkout/cart',
    owner: 'team-checkout',
    account: 'deployer@acme-prod.iam.gserviceaccount.com',
    state: 'annotated-only',
    declared: false,
    entry: undefined,
    roles: [role('roles/artifactregistry.writer', 'project:acme-prod', { drift: true })],
    findings: [FINDINGS[0]!.id],
  }),
  identity({
    ksa: 'checkout/pay',
    owner: 'team-checkout',
    account: 'pay@acme-prod.iam.gserviceaccount.com',
    roles: [
      role('roles/pubsub.publisher', 'topic:orders'),
      role('roles/cloudsql.client', 'project:acme-prod'),
    ],
  }),
  identity({
    ksa: 'payments/api',
    owner: 'team-payments',
    account: 'ledger@acme-prod.iam.gserviceaccount.com',
    roles: [
      role('roles/storage.objectViewer', 'bucket:acme-ledger', {
        condition: 'request.time < timestamp("2027-01-01T00:00:00Z")',
      }),
    ],
    moreRoles: 2,
  }),
  identity({
    ksa: 'payments/debug',
    owner: 'team-payments',
    account: 'ledger@acme-prod.iam.gserviceaccount.com',
    state: 'granted-only',
    declared: false,
    entry: undefined,
    workloads: [],
    roles: [role('roles/storage.objectViewer', 'bucket:acme-ledger')],
    findings: [FINDINGS[2]!.id],
  }),
  identity({
    ksa: 'web/front',
    owner: 'team-web',
    state: 'direct',
    kind: 'direct',
    roles: [role('roles/logging.logWriter', 'project:acme-prod')],
  }),
  identity({
    ksa: 'data/*',
    owner: 'team-data',
    kind: 'set',
    account: 'collector@acme-prod.iam.gserviceaccount.com',
    state: 'granted-only',
    workloads: ['CronJob data/nightly', 'Deployment data/collector'],
    roles: [
      role('roles/editor', 'project:acme-prod', { drift: true }),
      role('roles/bigquery.dataEditor', 'dataset:events'),
    ],
    findings: [FINDINGS[1]!.id],
  }),
];

const counts = (
  workloadIdentity: number,
  nodeIdentity: number,
  keys: number,
  noCloudIdentity: number,
  unknown: number,
): WorkloadCounts => ({
  workloads: workloadIdentity + nodeIdentity + keys + noCloudIdentity + unknown,
  workloadIdentity,
  nodeIdentity,
  keys,
  noCloudIdentity,
  unknown,
});

const SCORES = [61.2, 63, 64.8, undefined, 66, 70.1, 70.1, 74.9, 73.4, 78, 80.5, 82.4];
const KEYS_LEFT = [11, 11, 10, 10, 9, 9, 7, 7, 6, 5, 4, 3];
const TREND: readonly PosturePoint[] = SCORES.map((score, at) => ({
  at: ago(BigInt(SCORES.length - 1 - at) * WEEK),
  score,
  coverage: score === undefined ? 0.82 : 0.985,
  open: {
    critical: Math.max(2, 5 - Math.floor(at / 3)),
    high: Math.max(1, 8 - at),
    medium: 4,
    low: 3,
    info: 1,
  },
  identities: 6,
  keysLeft: KEYS_LEFT[at]!,
  workloadIdentityShare: 0.6 + at * 0.025,
  policyHash: at < 7 ? '77aa01bc55de' : '9cfd2ba1c76e',
}));

const detector = (id: string, more: Partial<DetectorLine>): DetectorLine => ({
  id,
  title: 'What it looks for, in a few words',
  class: 'attack',
  severity: 'high',
  outcome: 'pass',
  why: '',
  judged: 40,
  standing: 0,
  excepted: 0,
  undecided: 0,
  failures: 0,
  openedInPeriod: 0,
  falsePositives: 0,
  precision: undefined,
  ...more,
});
const controlLine = (id: string, title: string, more: Partial<ControlLine>): ControlLine => ({
  id,
  title,
  outcome: 'pass',
  detectors: [{ id: 'forbidden-role', outcome: 'pass' }],
  evidence: [],
  why: '',
  ...more,
});

/** A report of which a test says only what matters to it. What hangs on the findings (figures, owners) follows from those it gives. */
export function aReport(more: Partial<Report> = {}): Report {
  const findings = more.findings ?? FINDINGS;
  const identities = more.identities ?? IDENTITIES;
  const standing = findings.filter(stands);
  const owners = [
    ...new Set([
      ...identities.map(({ owner }) => owner),
      ...findings.map(({ owner }) => owner ?? 'platform@acme.example'),
    ]),
  ];
  const spread = { count: 14, median: 8, p90: 41, longest: 63 };
  return sealed({
    schemaVersion: REPORT_VERSION,
    header: {
      tenant: 'acme',
      name: 'weekly',
      period: { from: ago(WEEK), to: AS_OF },
      asOf: AS_OF,
      generatedAt: AS_OF + 42n * 1_000_000_000n,
      policy: {
        name: 'acme',
        hash: '9cfd2ba1c76e',
        mode: 'enforce',
        owner: 'platform@acme.example',
        file: 'policy.yaml',
      },
      tool: { name: 'anchorwatch', version: '0.1.0' },
      madeFrom: 'store',
      timezone: 'Europe/Berlin',
      freshness: [
        { source: 'audit-log', newest: ago(4n * MINUTE), ageSeconds: 240 },
        { source: 'feed', newest: ago(11n * MINUTE), ageSeconds: 660 },
        { source: 'sweep', newest: ago(5n * HOUR), ageSeconds: 18_000 },
      ],
      coverage: {
        ratio: 66 / 67,
        complete: 66,
        needed: 67,
        gaps: [
          {
            scope: 'projects/acme-sandbox',
            what: 'iam.googleapis.com/ServiceAccount policy',
            why: 'the watch may not read it (403)',
            undecided: 1,
          },
        ],
      },
    },
    figures: {
      open: bySeverity(standing),
      acknowledged: 1,
      snoozed: 1,
      excepted: 1,
      undecided: 1,
      opened: 3,
      resolved: 1,
      identities: identities.length,
      declaredIdentities: identities.filter(({ declared }) => declared).length,
      undeclaredIdentities: identities.filter(({ declared }) => !declared).length,
      outOfBandChanges: 2,
      keysLeft: 3,
      keysTotal: 12,
      exceptionsActive: 3,
      workloadIdentityShare: 0.875,
      timeToNotice: spread,
      timeToAcknowledge: { count: 6, median: 540, p90: 4_000, longest: 9_000 },
      timeToClose: { count: 9, median: 5_400, p90: 90_000, longest: 260_000 },
    },
    posture: {
      score: 82.4,
      insufficient: undefined,
      formula: '100 × Σ weight(passed) ÷ Σ weight(passed + failed) = 100 × 145 ÷ (145 + 31)',
      weights: { critical: 10, high: 7, medium: 4, low: 2, info: 1 },
      inputs: {
        passed: { checks: 24, weight: 145 },
        failed: { checks: 5, weight: 31 },
        excepted: { checks: 1, weight: 4 },
        notEvaluated: { checks: 4, weight: 19 },
      },
      trend: TREND,
    },
    changes: {
      since: 'previous report',
      from: ago(WEEK),
      opened: findings.slice(0, 2).map(({ id }) => id),
      reopened: findings.slice(2, 3).map(({ id }) => id),
      resolved: findings.filter(({ state }) => state === 'resolved').map(({ id }) => id),
      moved: findings.slice(1, 2).map(({ id, title }) => ({
        finding: id,
        title,
        at: ago(20n * HOUR),
        from: 'open' as const,
        to: 'acknowledged' as const,
        why: 'ana@acme.example took it',
      })),
    },
    findings,
    decisions: findings.slice(1, 2).map(({ id }) => ({
      id: 'd1',
      at: ago(20n * HOUR),
      by: 'ana@acme.example',
      kind: 'acknowledge' as const,
      reason: 'the collector is being moved to a role of its own',
      ticket: 'DATA-112',
      until: undefined,
      findings: [id],
    })),
    identities,
    graph: identityGraph(identities),
    workloads: {
      total: counts(35, 3, 2, 6, 1),
      clusters: [
        {
          cluster: 'projects/acme-prod/locations/europe-west1/clusters/prod-euw1',
          workloadIdentity: 'on',
          pool: POOL,
          autopilot: true,
          nodePools: { total: 0, metadataServer: 0, without: 0, unknown: 0 },
          counts: counts(28, 0, 1, 5, 0),
          namespaces: [
            { namespace: 'checkout', counts: counts(14, 0, 0, 2, 0) },
            { namespace: 'payments', counts: counts(14, 0, 1, 3, 0) },
          ],
        },
        {
          cluster: 'projects/acme-prod/locations/us-east4/clusters/prod-use4',
          workloadIdentity: 'on',
          pool: POOL,
          autopilot: false,
          nodePools: { total: 3, metadataServer: 2, without: 1, unknown: 0 },
          counts: counts(7, 3, 1, 1, 1),
          namespaces: [{ namespace: 'web', counts: counts(7, 3, 1, 1, 1) }],
        },
      ],
    },
    keys: {
      burnDown: {
        total: 12,
        gone: 9,
        stages: Object.fromEntries(STAGES.map((stage, at) => [stage, [1, 1, 0, 1, 9][at]!])) as Record<
          Stage,
          number
        >,
        retireBy: '2026-12-31',
        daysLeft: 39,
      },
      keys: [
        ['3f9a01c2', 'sftp@acme-data.iam.gserviceaccount.com', 'team-data', 'found', 412],
        ['77bd12ee', 'collector@acme-prod.iam.gserviceaccount.com', 'team-data', 'path declared', 201],
        ['c0ffee12', 'front@acme-prod.iam.gserviceaccount.com', 'team-web', 'disabled', 95],
      ].map(([id, account, owner, stage, ageDays]) => ({
        id: String(id),
        account: String(account),
        accountId: undefined,
        owner: String(owner),
        stage: stage as Stage,
        mustGo: 'yes' as const,
        says: 'no key may be left after 2026-12-31',
        madeAt: ago(BigInt(ageDays as number) * DAY),
        ageDays: Number(ageDays),
        lastUse: '2026-11-20, as bigquery',
        carriers: ['Deployment web/front'],
      })),
      hmacKeys: 1,
      trend: TREND.map(({ at, keysLeft }) => ({ at, left: keysLeft })),
    },
    frameworks: [
      {
        framework: 'CIS GCP',
        version: '5.0',
        mapping:
          'The numbers are those of the benchmark; which check speaks to which is this project\u2019s judgement.',
        controls: [
          controlLine('1.5', 'Only GCP-managed service account keys for each service account', {
            outcome: 'fail',
            detectors: [{ id: 'key-too-old', outcome: 'fail' }],
            evidence: findings.slice(4, 5).map(({ id }) => id),
          }),
          controlLine('1.6', 'Service account has no admin privileges', {
            outcome: 'fail',
            detectors: [{ id: 'forbidden-role', outcome: 'fail' }],
            evidence: findings.slice(1, 2).map(({ id }) => id),
          }),
          controlLine('1.7', 'No Service Account User or Token Creator role at project level', {}),
        ],
      },
      {
        framework: 'NIST 800-53',
        version: 'r5',
        mapping: 'This project\u2019s judgement.',
        controls: [
          controlLine('AC-2', 'Account Management', {
            outcome: 'fail',
            evidence: findings.slice(0, 6).map(({ id }) => id),
          }),
          controlLine('CM-3', 'Configuration Change Control', { outcome: 'excepted' }),
          controlLine('SI-4', 'System Monitoring', {
            outcome: 'not evaluated',
            why: 'unused-identity: 1 question could not be decided',
          }),
        ],
      },
    ],
    exceptions: [
      {
        name: 'sftp-key-extension',
        state: 'ending',
        inGit: true,
        match: 'detector=key-too-old, account=sftp@acme-data',
        reason: 'the partner speaks nothing else until December',
        ticket: 'SEC-311',
        requestedBy: 'ana@acme.example',
        approvedBy: 'soc@acme.example',
        approval: 'pull request 812',
        expires: ago(-9n * DAY),
        at: { ...FILE, line: 160 },
        covers: findings.slice(4, 5).map(({ id }) => id),
      },
      {
        name: 'slack-20261119',
        state: 'active',
        inGit: false,
        match: 'shared-identity 8f02',
        reason: 'split is planned',
        ticket: undefined,
        requestedBy: 'jon@acme.example',
        approvedBy: 'soc@acme.example',
        approval: 'd7',
        expires: ago(-60n * DAY),
        at: undefined,
        covers: [],
      },
      {
        name: 'old-cluster',
        state: 'ended',
        inGit: true,
        match: 'cluster=prod-old',
        reason: 'it was taken down',
        ticket: 'OPS-9',
        requestedBy: 'jon@acme.example',
        approvedBy: undefined,
        approval: undefined,
        expires: ago(12n * DAY),
        at: { ...FILE, line: 171 },
        covers: [],
      },
    ],
    detectors: [
      detector('redirected-identity', {
        severity: 'critical',
        outcome: 'fail',
        standing: 1,
        openedInPeriod: 1,
        precision: 1,
      }),
      detector('forbidden-role', {
        severity: 'critical',
        outcome: 'fail',
        standing: 1,
        openedInPeriod: 1,
        falsePositives: 1,
        precision: 0.94,
      }),
      detector('undeclared-binding', { outcome: 'fail', standing: 1, precision: 0.98 }),
      detector('key-too-old', {
        class: 'posture',
        severity: 'medium',
        outcome: 'excepted',
        excepted: 1,
        judged: 3,
      }),
      detector('unused-identity', {
        class: 'posture',
        severity: 'info',
        outcome: 'not evaluated',
        undecided: 1,
        why: '1 question could not be decided',
      }),
      detector('public-access', { severity: 'critical' }),
    ],
    population: {
      seed: '6b1f0c2d9e',
      declared: 1,
      undeclared: 1,
      unknown: 1,
      changes: [
        {
          id: 'a1',
          at: ago(30n * HOUR),
          kind: 'set-iam-policy',
          method: 'SetIamPolicy',
          asset: '//cloudresourcemanager.googleapis.com/projects/acme-prod',
          project: 'acme-prod',
          changes: ['+ roles/editor: collector@acme-prod'],
          requesterAsClaimed: 'CHG-4711 hotfix',
          implementer: 'jane@acme.example',
          delegation: [],
          approver: undefined,
          ticket: 'CHG-4711',
          declared: 'no',
          findings: findings.slice(1, 2).map(({ id }) => id),
          sampleRank: 2,
        },
        {
          id: 'a2',
          at: ago(3n * DAY),
          kind: 'create-ksa',
          method: 'io.k8s.core.v1.serviceaccounts.create',
          asset:
            '//container.googleapis.com/projects/acme-prod/locations/europe-west1/clusters/prod-euw1/k8s/namespaces/payments/serviceaccounts/api',
          project: 'acme-prod',
          changes: ['+ payments/api -> ledger@acme-prod'],
          requesterAsClaimed: undefined,
          implementer: 'terraform@acme-ci.iam.gserviceaccount.com',
          delegation: ['github@acme-ci.iam.gserviceaccount.com'],
          approver: 'trustedChangers[terraform]',
          ticket: undefined,
          declared: 'yes',
          findings: [],
          sampleRank: 1,
        },
        {
          id: 'a3',
          at: ago(4n * DAY),
          kind: 'delete-key',
          method: 'DeleteServiceAccountKey',
          asset: '//iam.googleapis.com/projects/-/serviceAccounts/1002/keys/aa',
          project: undefined,
          changes: [],
          requesterAsClaimed: undefined,
          implementer: '',
          delegation: [],
          approver: undefined,
          ticket: undefined,
          declared: 'unknown',
          findings: [],
          sampleRank: 3,
        },
      ],
    },
    completeness: {
      rows: [
        {
          scope: 'projects/acme-prod',
          type: 'iam.googleapis.com/ServiceAccount',
          count: 41,
          coverage: 'complete',
          asOf: ago(5n * HOUR),
          why: 'read whole by the sweep',
        },
        {
          scope: 'projects/acme-data',
          type: 'iam.googleapis.com/ServiceAccount',
          count: 17,
          coverage: 'complete',
          asOf: ago(5n * HOUR),
          why: 'read whole by the sweep',
        },
        {
          scope: 'projects/acme-sandbox',
          type: 'iam.googleapis.com/ServiceAccount',
          count: 3,
          coverage: 'partial',
          asOf: undefined,
          why: 'the watch may not read it (403)',
        },
      ],
      excluded: [{ scope: 'folders/222233334444', why: 'scope.exclude in policy.yaml:12' }],
    },
    effectiveness: {
      runs: [
        {
          id: 'r2',
          startedAt: ago(5n * HOUR),
          endedAt: ago(5n * HOUR - 9n * MINUTE),
          state: 'done',
          scopes: ['organizations/1'],
          assets: 1804,
          missed: 0,
          completeShards: 22,
          shards: 23,
        },
        {
          id: 'r1',
          startedAt: ago(29n * HOUR),
          endedAt: ago(29n * HOUR - 10n * MINUTE),
          state: 'done',
          scopes: ['organizations/1'],
          assets: 1799,
          missed: 2,
          completeShards: 23,
          shards: 23,
        },
      ],
      gaps: [{ from: ago(50n * HOUR), to: ago(49n * HOUR), why: 'no heartbeat: the feed was paused' }],
      awake: 167 / 168,
      timeToNotice: spread,
      timeToAcknowledge: { count: 6, median: 540, p90: 4_000, longest: 9_000 },
      timeToClose: { count: 9, median: 5_400, p90: 90_000, longest: 260_000 },
      quarantined: 0,
      parked: 1,
    },
    accessReview: {
      quarter: '2026-Q4',
      attested: 1,
      revoked: 1,
      pending: Math.max(0, identities.length - 2),
      owners: owners.map((owner) => ({
        owner,
        identities: identities
          .filter((line) => line.owner === owner)
          .map(({ id, ksa }) => ({
            identity: id,
            decision:
              ksa === 'checkout/pay'
                ? ('attested' as const)
                : ksa === 'payments/debug'
                  ? ('revoked' as const)
                  : ('pending' as const),
            by: ksa === 'checkout/pay' || ksa === 'payments/debug' ? 'lead@acme.example' : undefined,
            at: ksa === 'checkout/pay' || ksa === 'payments/debug' ? ago(2n * DAY) : undefined,
            comment: ksa === 'payments/debug' ? 'left over from an incident' : '',
          })),
      })),
    },
    policyHistory: [
      { hash: '9cfd2ba1c76e', from: ago(4n * DAY), to: AS_OF, by: 'commit 3f1c99a by ana@acme.example' },
      { hash: '77aa01bc55de', from: ago(40n * DAY), to: ago(4n * DAY), by: undefined },
    ],
    owners: owners.map((owner) => {
      const own = standing.filter((one) => (one.owner ?? 'platform@acme.example') === owner);
      return {
        owner,
        identities: identities.filter((line) => line.owner === owner).length,
        toDo: own.filter(({ state }) => state !== 'snoozed').length,
        open: bySeverity(own),
        findings: own.map(({ id }) => id),
        keysLeft: owner === 'team-data' ? 2 : owner === 'team-web' ? 1 : 0,
        exceptionsEnding: owner === 'team-data' ? 1 : 0,
        reviewPending: identities.filter((line) => line.owner === owner && !/pay$|debug$/.test(line.ksa))
          .length,
      };
    }),
    chains: chainHeads(findings.map(({ id }) => ({ finding: id, head: `${id}${id}` }))),
    previous: { hash: 'b'.repeat(64), asOf: ago(WEEK) },
    method: [
      {
        title: 'What is compared',
        text: 'Who can act as which cloud identity is compared with what the policy declares.',
      },
      { title: 'Integrity', text: 'The hash is SHA-256 over the canonical JSON of the report.' },
    ],
    limits: [
      {
        title: 'Words of others',
        text: 'Requester, reason and user agent are what the caller claimed. They are shown and never believed.',
      },
    ],
    signOff: {
      required: true,
      statement: 'I have read this report, its gaps and its limits, and the findings that stand.',
      roles: ['Prepared by', 'Reviewed by', 'Approved by'],
    },
    ...more,
  });
}

/** As many findings as asked for, each with a text of its own, over thirty owners and twenty-five projects. */
export function manyFindings(count: number): readonly Finding[] {
  return Array.from({ length: count }, (_, nth) => {
    const model = FINDINGS[nth % FINDINGS.length]!;
    const project = `acme-${nth % 25}`;
    const name = `svc-${nth}`;
    return {
      ...model,
      id: `${nth.toString(16).padStart(8, '0')}${((nth * 2_654_435_761) % 4_294_967_296).toString(16).padStart(8, '0')}${((nth * 40_503_271) % 4_294_967_291).toString(16).padStart(16, '0')}`,
      severity: SEVERITIES[nth % SEVERITIES.length]!,
      title: `${model.title} (${name}@${project})`,
      identity: `${name}@${project}`,
      project,
      owner: `team-${nth % 30}`,
      explanation: `${model.explanation} ${name} is one of those that run in ${project}.`,
      before: [`${name} acts as ${name}@${project}.iam.gserviceaccount.com (declared)`],
      after: [
        `annotation iam.gke.io/gcp-service-account: deployer-${nth}@${project}.iam.gserviceaccount.com`,
      ],
      path: [
        `Deployment checkout/${name} runs as checkout/${name}`,
        `checkout/${name} names deployer-${nth}@${project}`,
      ],
      remediation: [
        {
          kind: 'kubectl' as const,
          text: `kubectl annotate serviceaccount ${name} --namespace=checkout --overwrite iam.gke.io/gcp-service-account=${name}@${project}.iam.gserviceaccount.com`,
        },
      ],
      controls: [AC2, AC6],
    };
  }).toSorted((a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity));
}

/** As many identities as asked for, over the same owners and projects. */
export function manyIdentities(count: number): readonly IdentityLine[] {
  return Array.from({ length: count }, (_, nth) => {
    const account = `svc-${nth}@acme-${nth % 25}.iam.gserviceaccount.com`;
    const ksa = `checkout/svc-${nth}`;
    return {
      ...IDENTITIES[nth % IDENTITIES.length]!,
      id: `${POOL}[${ksa}] -> ${account}`,
      ksa,
      account,
      owner: `team-${nth % 30}`,
    };
  });
}
