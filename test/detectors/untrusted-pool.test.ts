import { describe, expect, it } from '@jest/globals';
import { projectName } from '../../shared/model/asset.ts';
import {
  account,
  act,
  change,
  excepting,
  found,
  iam,
  inPool,
  lineOf,
  member,
  only,
  POLICY_YAML,
  policyOf,
  says,
  t,
  WI,
} from '../world.ts';
import { ACCOUNTS, API, API_ASSET } from './cast.ts';

const DETECTOR = 'untrusted-pool';
const BUCKET = '//storage.googleapis.com/ledger';
const VIEWER = 'roles/storage.objectViewer';
const GITHUB = 'projects/444455556666/locations/global/workloadIdentityPools/github';
const WORKFORCE = '//iam.googleapis.com/locations/global/workforcePools/staff';
const FROM = (pool: string) => [
  `open: ${VIEWER} on bucket:ledger is held from pool ${pool}, which is not trusted`,
];

describe('a role held by', () => {
  it.each([
    ['a KSA of another pool', member('payments/api', 'acme-dev.svc.id.goog'), FROM('acme-dev.svc.id.goog')],
    ['a KSA of a trusted pool', member('payments/api'), []],
    ['a KSA of a trusted pool, in the newer spelling', inPool('subject/ns/payments/sa/api'), []],
    [
      'a KSA of another pool by its uid',
      inPool('kubernetes.serviceaccount.uid/u', 'x.svc.id.goog'),
      FROM('x.svc.id.goog'),
    ],
    ['a namespace of another pool', inPool('namespace/payments', 'x.svc.id.goog'), FROM('x.svc.id.goog')],
    ['a namespace of a trusted pool', inPool('namespace/payments'), []],
    ['all of another pool', inPool('*', 'x.svc.id.goog'), FROM('x.svc.id.goog')],
    [
      'a pool whose name only begins like the trusted one',
      member('payments/api', 'acme-prod2.svc.id.goog'),
      FROM('acme-prod2.svc.id.goog'),
    ],
    [
      'a federated identity',
      `principal://iam.googleapis.com/${GITHUB}/subject/repo:acme/infra`,
      FROM('github'),
    ],
    [
      'a set of federated identities',
      `principalSet://iam.googleapis.com/${GITHUB}/attribute.repository/acme/infra`,
      FROM('github'),
    ],
    ['a workforce pool: those are people', `principalSet:${WORKFORCE}/group/admins`, []],
    ['a service account', `serviceAccount:${API}`, []],
    ['a person', 'user:jane@acme.example', []],
    ['everybody', 'allUsers', []],
    ['a deleted KSA', `deleted:${member('payments/api', 'x.svc.id.goog')}?uid=1`, []],
    ['a dot for the slash: it is nobody', member('payments.api', 'x.svc.id.goog'), []],
  ])('%s', (_what, who, expected) => {
    expect(says(DETECTOR, { observations: [iam(BUCKET, [[VIEWER, who]])] })).toEqual(expected);
  });
});

it('trusts another kind of pool by its whole path', () => {
  const policy = policyOf(
    POLICY_YAML.replace('    pools:\n', `    pools:\n      - {name: ci, pool: ${GITHUB}}\n`),
  );
  const world = (path: string) => ({
    observations: [iam(BUCKET, [[VIEWER, `principal://iam.googleapis.com/${path}/subject/repo:acme/infra`]])],
    policy,
  });
  expect(says(DETECTOR, world(GITHUB))).toEqual([]);
  expect(says(DETECTOR, world(GITHUB.replace('444455556666', '666')))).toEqual(FROM('github'));
});

describe('what the finding tells', () => {
  const FOREIGN = member('payments/api', 'evil.svc.id.goog');
  const world = {
    observations: [...ACCOUNTS, iam(API_ASSET, [[WI, FOREIGN]], { time: t(100), source: 'feed' as const })],
    acts: [act('a1', API_ASSET, { time: t(130), changes: [change('add', API_ASSET, WI, FOREIGN)] })],
  };

  it('which pool, who let it in, whose account it is, and how to take it back', () => {
    expect(only(DETECTOR, world)).toMatchObject({
      severity: 'critical',
      title: `${WI} on serviceAccount:api@acme-prod is held from pool evil.svc.id.goog, which is not trusted`,
      subject: 'ksa:evil.svc.id.goog[payments/api]',
      identity: 'payments/api',
      resource: API_ASSET,
      role: WI,
      project: 'acme-prod',
      namespace: 'payments',
      owner: 'team-payments',
      actor: { principal: 'jane@acme.example' },
      after: [`${WI} on serviceAccount:api@acme-prod for ${FOREIGN}`],
      explanation:
        'trust.pools does not name evil.svc.id.goog. Whoever controls that pool can use this role.',
      why: { line: lineOf('pools:'), entry: 'trust.pools' },
      remediation: [
        {
          kind: 'gcloud',
          text: `gcloud iam service-accounts remove-iam-policy-binding ${API} --project=acme-prod '--member=${FOREIGN}' --role=${WI}`,
        },
      ],
    });
  });

  it('all there is to tell of that grant', () => {
    const everything = {
      observations: [iam(projectName('acme-prod'), [['roles/owner', inPool('*', 'x.svc.id.goog')]])],
    };
    const ofIt = found(everything).filter(({ role }) => role === 'roles/owner');
    expect(ofIt.map(({ detector }) => detector)).toEqual([DETECTOR]);
  });

  it('no command for a member with a quote in it', () => {
    const observations = [iam(BUCKET, [[VIEWER, `principal://iam.googleapis.com/${GITHUB}/subject/'$(x)`]])];
    expect(only(DETECTOR, { observations }).remediation[0]?.text).toContain('withheld');
  });

  it('that an exception covers it, by its member', () => {
    const policy = excepting(`detector: ${DETECTOR}, member: "*evil.svc.id.goog*"`);
    expect(only(DETECTOR, { ...world, policy })).toMatchObject({ state: 'excepted', exception: 'tolerated' });
    const other = excepting(`detector: ${DETECTOR}, member: "*good.svc.id.goog*"`);
    expect(only(DETECTOR, { ...world, policy: other }).state).toBe('open');
  });

  it('the same grant under whatever name the account has', () => {
    const byId = only(DETECTOR, { observations: [iam(API_ASSET, [[WI, FOREIGN]])] });
    const byBoth = only(DETECTOR, {
      observations: [...account(API, '1001'), iam(API_ASSET, [[WI, FOREIGN]])],
    });
    expect(byBoth.id).toBe(byId.id);
  });
});
