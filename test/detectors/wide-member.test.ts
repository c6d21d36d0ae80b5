import { describe, expect, it } from '@jest/globals';
import { projectName } from '../../shared/model/asset.ts';
import {
  act,
  CLUSTER,
  change,
  cluster,
  excepting,
  found,
  iam,
  inPool,
  ksa,
  member,
  only,
  POLICY_YAML,
  policyOf,
  policyWith,
  SECOND_CLUSTER,
  says,
  TOKEN_CREATOR,
  t,
  WI,
} from '../world.ts';
import { ACCOUNTS, API_ASSET } from './cast.ts';

const DETECTOR = 'wide-member';
const PROJECT = projectName('acme-prod');
const BUCKET = '//storage.googleapis.com/ledger';
const METRICS = 'roles/monitoring.metricWriter';
const VIEWER = 'roles/storage.objectViewer';
const inCluster = (name: string) => inPool(`kubernetes.cluster/https://container.googleapis.com/v1/${name}`);
const holds = (who: string, role = VIEWER, on = 'bucket:ledger') => [`open: ${who} holds ${role} on ${on}`];

describe('a role held by', () => {
  it.each([
    [
      'a namespace',
      BUCKET,
      VIEWER,
      inPool('namespace/payments'),
      holds('every workload of namespace payments (acme-prod.svc.id.goog)'),
    ],
    [
      'a cluster',
      BUCKET,
      VIEWER,
      inCluster(CLUSTER),
      holds('every workload of cluster prod-euw1 (acme-prod.svc.id.goog)'),
    ],
    ['the whole pool', BUCKET, VIEWER, inPool('*'), holds('every workload of pool acme-prod.svc.id.goog')],
    ['the namespace that is declared to', PROJECT, METRICS, inPool('namespace/monitoring'), []],
    [
      'that namespace elsewhere',
      projectName('acme-stage'),
      METRICS,
      inPool('namespace/monitoring'),
      holds('every workload of namespace monitoring (acme-prod.svc.id.goog)', METRICS, 'project:acme-stage'),
    ],
    [
      'that namespace, with another role',
      PROJECT,
      VIEWER,
      inPool('namespace/monitoring'),
      holds('every workload of namespace monitoring (acme-prod.svc.id.goog)', VIEWER, 'project:acme-prod'),
    ],
    [
      'the pool, where the namespace is declared to',
      PROJECT,
      METRICS,
      inPool('*'),
      holds('every workload of pool acme-prod.svc.id.goog', METRICS, 'project:acme-prod'),
    ],
    [
      'a namespace whose KSAs are declared one by one',
      PROJECT,
      'roles/cloudsql.client',
      inPool('namespace/payments'),
      holds(
        'every workload of namespace payments (acme-prod.svc.id.goog)',
        'roles/cloudsql.client',
        'project:acme-prod',
      ),
    ],
    [
      'a namespace of a pool that is not trusted',
      BUCKET,
      VIEWER,
      inPool('namespace/payments', 'x.svc.id.goog'),
      [],
    ],
    ['one KSA', BUCKET, VIEWER, member('payments/api'), []],
    ['a group of people', BUCKET, VIEWER, 'group:all@acme.example', []],
  ])('%s', (_what, resource, role, who, expected) => {
    expect(says(DETECTOR, { observations: [iam(resource, [[role, who]])] })).toEqual(expected);
  });
});

describe('a role that lets its holder act as every account below', () => {
  const canAct = (who: string, below: string) => [
    `open: ${who} can act as every service account below ${below}`,
  ];
  const FOLDER = '//cloudresourcemanager.googleapis.com/folders/4';
  it.each([
    [
      'a person, on a project',
      PROJECT,
      TOKEN_CREATOR,
      'user:jane@acme.example',
      canAct('jane@acme.example', 'project:acme-prod'),
    ],
    ['a KSA, on a project', PROJECT, WI, member('payments/api'), canAct('payments/api', 'project:acme-prod')],
    [
      'an account, on a folder',
      FOLDER,
      TOKEN_CREATOR,
      'serviceAccount:x@y.iam.gserviceaccount.com',
      canAct('x@y', 'folder:4'),
    ],
    [
      'everybody',
      PROJECT,
      TOKEN_CREATOR,
      'allUsers',
      canAct('everyone on the internet (allUsers)', 'project:acme-prod'),
    ],
    ['another role there', PROJECT, 'roles/viewer', 'user:jane@acme.example', []],
    ['on a single account', API_ASSET, TOKEN_CREATOR, 'user:jane@acme.example', []],
    ['on a bucket it lets nobody act', BUCKET, TOKEN_CREATOR, 'user:jane@acme.example', []],
    [
      'Google’s own agents',
      PROJECT,
      TOKEN_CREATOR,
      'serviceAccount:service-1@gcp-sa-pubsub.iam.gserviceaccount.com',
      [],
    ],
    ['somebody who is deleted', PROJECT, TOKEN_CREATOR, 'deleted:user:jane@acme.example?uid=1', []],
  ])('%s', (_what, resource, role, who, expected) => {
    expect(says(DETECTOR, { observations: [...ACCOUNTS, iam(resource, [[role, who]])] })).toEqual(expected);
  });
});

describe('a declared form', () => {
  const entries = policyOf(
    POLICY_YAML.replace(
      '  forbiddenRoles:',
      `    - name: teams
      identity: {pool: prod, namespace: "team-*", serviceAccount: "*"}
      gsa: <namespace>@acme-prod.iam.gserviceaccount.com
      grantForm: namespace
      allow: [{role: ${VIEWER}, on: "bucket:<namespace>-data"}]
    - name: everyone
      identity: {pool: prod, namespace: "*", serviceAccount: "*"}
      grantForm: cluster
      allow: [{role: roles/logging.logWriter, on: "project:acme-prod"}]
  forbiddenRoles:`,
    ),
  );
  const teamAccount =
    '//iam.googleapis.com/projects/-/serviceAccounts/team-a@acme-prod.iam.gserviceaccount.com';

  it.each([
    [
      'covers each namespace of a glob',
      '//storage.googleapis.com/team-a-data',
      VIEWER,
      inPool('namespace/team-a'),
      0,
    ],
    ['with its own captures', '//storage.googleapis.com/team-b-data', VIEWER, inPool('namespace/team-a'), 1],
    ['and no other namespace', '//storage.googleapis.com/xteam-data', VIEWER, inPool('namespace/xteam'), 1],
    ['covers the binding on its account', teamAccount, WI, inPool('namespace/team-a'), 0],
    ['not that of another namespace', teamAccount, WI, inPool('namespace/team-b'), 1],
    ['nor another role on it', teamAccount, TOKEN_CREATOR, inPool('namespace/team-a'), 1],
    [
      'covers the clusters that the pool has by the policy',
      PROJECT,
      'roles/logging.logWriter',
      inCluster(CLUSTER),
      0,
    ],
    ['and no other cluster', PROJECT, 'roles/logging.logWriter', inCluster(SECOND_CLUSTER), 1],
  ])('%s', (_what, resource, role, who, count) => {
    expect(says(DETECTOR, { observations: [iam(resource, [[role, who]])], policy: entries })).toHaveLength(
      count,
    );
  });
});

describe('what the finding tells', () => {
  const SET = inPool('namespace/payments');
  const world = {
    observations: [
      ...ACCOUNTS,
      ksa('payments/api'),
      ksa('payments/web'),
      ksa('payments/api', '', { cluster: SECOND_CLUSTER }),
      ksa('payments/old', '', { cluster: 'projects/acme-prod/locations/x/clusters/off' }),
      ksa('sandbox/debug'),
      cluster(SECOND_CLUSTER),
      cluster('projects/acme-prod/locations/x/clusters/off', ''),
      iam(PROJECT, [['roles/viewer', SET]], { time: t(100), source: 'feed' as const, etag: 'e2' }),
    ],
    acts: [
      act('a1', PROJECT, { time: t(5), etag: 'e2', changes: [change('add', PROJECT, 'roles/viewer', SET)] }),
    ],
  };

  it('how many it covers now, who made it, and how to take it back', () => {
    expect(only(DETECTOR, world)).toMatchObject({
      class: 'attack',
      severity: 'high',
      subject: 'ksa-set:acme-prod.svc.id.goog/namespace/payments',
      identity: 'every workload of namespace payments (acme-prod.svc.id.goog)',
      namespace: 'payments',
      project: 'acme-prod',
      role: 'roles/viewer',
      actor: { principal: 'jane@acme.example' },
      after: [`roles/viewer on project:acme-prod for ${SET}`],
      explanation:
        'It covers 2 KSAs now, and every KSA that is created there later. Grant it to the KSAs that need it, or declare the entry with grantForm: namespace.',
      why: { entry: 'spec' },
      remediation: [
        {
          kind: 'gcloud',
          text: `gcloud projects remove-iam-policy-binding acme-prod --member=${SET} --role=roles/viewer`,
        },
      ],
    });
  });

  it.each([
    ['a namespace', inPool('namespace/payments'), 'high', 'It covers 2 KSAs now'],
    ['a namespace with one KSA', inPool('namespace/sandbox'), 'high', 'It covers 1 KSA now'],
    ['a cluster', inCluster(SECOND_CLUSTER), 'critical', 'It covers 1 KSA now'],
    [
      'a cluster without Workload Identity',
      inCluster('projects/acme-prod/locations/x/clusters/off'),
      'critical',
      'It covers 0 KSAs now',
    ],
    ['a pool', inPool('*'), 'critical', 'It covers 3 KSAs now'],
  ])('how bad it is: %s', (_what, who, severity, covers) => {
    const observations = [...world.observations, iam(BUCKET, [[VIEWER, who]])];
    const finding = found({ observations }).find((one) => one.detector === DETECTOR && one.role === VIEWER);
    expect(finding?.severity).toBe(severity);
    expect(finding?.explanation).toContain(covers);
  });

  it('all there is to tell of that grant, unless it is forbidden too', () => {
    const detectors = (role: string) =>
      found({ observations: [iam(PROJECT, [[role, SET]])] })
        .filter((finding) => finding.role === role)
        .map(({ detector }) => detector);
    expect(detectors('roles/viewer')).toEqual([DETECTOR]);
    expect(detectors('roles/editor').sort()).toEqual(['forbidden-role', DETECTOR]);
  });

  it('what the policy makes of it', () => {
    const capped = policyWith('  severity: [{detector: wide-member, project: acme-prod, max: medium}]\n');
    expect(only(DETECTOR, { ...world, policy: capped }).severity).toBe('medium');
    const excepted = excepting('detector: wide-member, namespace: payments, role: roles/viewer');
    expect(only(DETECTOR, { ...world, policy: excepted }).state).toBe('excepted');
  });
});
