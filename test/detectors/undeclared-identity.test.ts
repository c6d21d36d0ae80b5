import { describe, expect, it } from '@jest/globals';
import type { Act } from '../../shared/model/act.ts';
import { projectName } from '../../shared/model/asset.ts';
import type { Observation } from '../../shared/model/observation.ts';
import {
  account,
  act,
  alias,
  CLUSTER,
  change,
  cluster,
  excepting,
  found,
  gone,
  gsa,
  iam,
  inPool,
  JANE,
  ksa,
  lineOf,
  member,
  only,
  policyWith,
  says,
  TOKEN_CREATOR,
  t,
  WI,
  wakesAt,
} from '../world.ts';
import { ACCOUNTS, ADMIN, ADMIN_ASSET, API, API_ASSET, bindDebug, DECLARED } from './cast.ts';

const DETECTOR = 'undeclared-identity';
const BUCKET = '//storage.googleapis.com/ledger';
const CAN = 'open: sandbox/debug can act as admin@acme-prod, which no policy declares';
const MAY = 'open: sandbox/debug may act as admin@acme-prod, which no policy declares';
const POINTS = 'open: sandbox/debug points at admin@acme-prod, which no policy declares';

describe('a KSA and an account', () => {
  it.each<[string, readonly Observation[], readonly string[]]>([
    ['both halves by hand', [ksa('sandbox/debug', ADMIN), bindDebug(ADMIN_ASSET)], [CAN]],
    ['as declared', DECLARED, []],
    [
      'as declared, in the newer spelling',
      [ksa('payments/api', API), iam(API_ASSET, [[WI, inPool('subject/ns/payments/sa/api')]])],
      [],
    ],
    [
      'the newer spelling of one that is not',
      [iam(ADMIN_ASSET, [[WI, inPool('subject/ns/sandbox/sa/debug')]])],
      [MAY],
    ],
    ['a binding alone', [bindDebug(ADMIN_ASSET)], [MAY]],
    ['a binding that lets it mint tokens', [bindDebug(ADMIN_ASSET, TOKEN_CREATOR)], [MAY]],
    ['a role that lets nobody in', [bindDebug(ADMIN_ASSET, 'roles/iam.serviceAccountViewer')], []],
    ['an annotation alone', [ksa('sandbox/debug', ADMIN)], [POINTS]],
    ['no annotation and no binding', [ksa('sandbox/debug')], []],
    [
      'an account that only others may use',
      [ksa('payments/api', API), iam(API_ASSET, [[WI, 'user:jane@acme.example']])],
      [],
    ],
    [
      'the declared name in another namespace',
      [iam(API_ASSET, [[WI, member('payments-2/api')]])],
      ['open: payments-2/api may act as api@acme-prod, which no policy declares'],
    ],
    [
      'the declared name in a pool that is not trusted',
      [iam(API_ASSET, [[WI, member('payments/api', 'acme-dev.svc.id.goog')]])],
      [],
    ],
    ['a dot for the slash', [iam(ADMIN_ASSET, [[WI, member('sandbox.debug')]])], []],
    ['a whole namespace', [iam(ADMIN_ASSET, [[WI, inPool('namespace/sandbox')]])], []],
    ['a declared KSA that points elsewhere is redirected, which says more', [ksa('payments/api', ADMIN)], []],
    [
      'a declared KSA that another account lets in',
      [iam(ADMIN_ASSET, [[WI, member('payments/api')]])],
      ['open: payments/api may act as admin@acme-prod, which no policy declares'],
    ],
    [
      'an annotation in other letters',
      [ksa('payments/api', API.toUpperCase()), iam(API_ASSET, [[WI, member('payments/api')]])],
      [],
    ],
    ['an annotation where Workload Identity is off', [cluster(CLUSTER, ''), ksa('sandbox/debug', ADMIN)], []],
    [
      'an annotation in a cluster that is gone',
      [cluster(), ksa('sandbox/debug', ADMIN), gone(cluster().asset, { time: t(60) })],
      [],
    ],
  ])('%s', (_what, observations, expected) => {
    expect(says(DETECTOR, { observations: [...ACCOUNTS, ...observations] })).toEqual(expected);
  });

  it('a namespace that is declared whole, without an account, declares no annotation', () => {
    expect(says(DETECTOR, { observations: [...ACCOUNTS, ksa('monitoring/agent', ADMIN)] })).toEqual([
      'open: monitoring/agent points at admin@acme-prod, which no policy declares',
    ]);
  });
});

describe('how bad it is', () => {
  it.each<[string, readonly Observation[], string]>([
    ['the workload can get a token now', [ksa('sandbox/debug', ADMIN), bindDebug(ADMIN_ASSET)], 'critical'],
    [
      'through a role on the whole project too',
      [
        ksa('sandbox/debug', ADMIN),
        iam(projectName('acme-prod'), [[TOKEN_CREATOR, member('sandbox/debug')]]),
      ],
      'critical',
    ],
    [
      'and through one on the organisation',
      [
        ksa('sandbox/debug', ADMIN),
        iam('//cloudresourcemanager.googleapis.com/organizations/123456789012', [
          [TOKEN_CREATOR, member('sandbox/debug')],
        ]),
      ],
      'critical',
    ],
    [
      'or as one of a namespace',
      [ksa('sandbox/debug', ADMIN), iam(ADMIN_ASSET, [[WI, inPool('namespace/sandbox')]])],
      'critical',
    ],
    [
      'or by its uid',
      [
        ksa('sandbox/debug', ADMIN),
        iam(ADMIN_ASSET, [[WI, inPool('kubernetes.serviceaccount.uid/uid-sandbox/debug')]]),
      ],
      'critical',
    ],
    ['whoever makes the KSA gets the account', [bindDebug(ADMIN_ASSET)], 'high'],
    ['nobody lets it in yet', [ksa('sandbox/debug', ADMIN)], 'medium'],
    [
      'the uid is another KSA’s',
      [ksa('sandbox/debug', ADMIN), iam(ADMIN_ASSET, [[WI, inPool('kubernetes.serviceaccount.uid/old')]])],
      'medium',
    ],
    [
      'the account is disabled',
      [
        ksa('sandbox/debug', ADMIN),
        bindDebug(ADMIN_ASSET),
        gsa(ADMIN, '1002', { disabled: true, time: t(5) }),
      ],
      'medium',
    ],
  ])('%s', (_what, observations, severity) => {
    const edge = found({ observations: [...ACCOUNTS, ...observations] }).find(
      (finding) => finding.detector === DETECTOR && finding.subject.startsWith('edge:'),
    );
    expect(edge?.severity).toBe(severity);
  });

  it('is what the policy says, where it says so', () => {
    const policy = policyWith('  severity: [{detector: "*", namespace: "sandbox*", max: low}]\n');
    expect(only(DETECTOR, { observations: [...ACCOUNTS, bindDebug(ADMIN_ASSET)], policy }).severity).toBe(
      'low',
    );
  });
});

describe('an account whose e-mail is not known', () => {
  const onUnknown = iam('//iam.googleapis.com/projects/-/serviceAccounts/7777', [
    [WI, member('sandbox/debug')],
    [WI, member('payments/api')],
  ]);
  const MAYBE = 'undecided: payments/api is bound to service account 7777, whose e-mail is not known';
  const debug = 'open: sandbox/debug may act as service account 7777, which no policy declares';
  const api = 'open: payments/api may act as service account 7777, which no policy declares';

  it.each<[string, readonly Observation[], readonly string[]]>([
    ['is nobody’s by the policy when no entry gives the KSA any account', [], [debug, MAYBE]],
    ['may be the declared one', [gsa(API, '1001')], [debug, MAYBE]],
    ['is another than the declared one when that is known', [alias(API, '1001')], [api, debug]],
    [
      'is the declared one when its name is told',
      [alias(API, '7777')],
      ['open: sandbox/debug may act as api@acme-prod, which no policy declares'],
    ],
  ])('%s', (_what, observations, expected) => {
    expect(says(DETECTOR, { observations: [onUnknown, ...observations] })).toEqual(expected);
  });

  it('is named by its id, in the command too', () => {
    expect(only(DETECTOR, { observations: [bindDebug(API_ASSET)] })).toMatchObject({
      resource: API_ASSET,
      remediation: [
        {
          kind: 'gcloud',
          text: `gcloud iam service-accounts remove-iam-policy-binding 1001 '--member=${member('sandbox/debug')}' --role=${WI}`,
        },
      ],
    });
  });

  it('is the same finding when its e-mail becomes known', () => {
    const before = only(DETECTOR, { observations: [bindDebug(API_ASSET)] });
    const after = only(DETECTOR, { observations: [...account(API, '1001'), bindDebug(API_ASSET)] });
    expect(after.id).toBe(before.id);
  });
});

describe('a KSA that holds roles itself', () => {
  const HOLDS = 'open: sandbox/debug holds roles of its own, and no policy declares it';
  it.each<[string, readonly Observation[], readonly string[]]>([
    ['without any entry', [iam(BUCKET, [['roles/storage.objectViewer', member('sandbox/debug')]])], [HOLDS]],
    [
      'several of them are one finding',
      [
        iam(BUCKET, [['roles/storage.objectViewer', member('sandbox/debug')]]),
        iam(projectName('acme-prod'), [['roles/viewer', inPool('subject/ns/sandbox/sa/debug')]]),
      ],
      [HOLDS],
    ],
    [
      'with an entry, whatever the role: each role is a finding of its own',
      [iam(BUCKET, [['roles/storage.admin', member('payments/exporter')]])],
      [],
    ],
    [
      'with an entry for its whole namespace',
      [iam(BUCKET, [['roles/storage.admin', member('monitoring/agent')]])],
      [],
    ],
    [
      'the default KSA of that namespace',
      [iam(BUCKET, [['roles/storage.admin', member('monitoring/default')]])],
      ['open: monitoring/default holds roles of its own, and no policy declares it'],
    ],
    [
      'in a pool that is not trusted',
      [iam(BUCKET, [['roles/storage.admin', member('sandbox/debug', 'other.svc.id.goog')]])],
      [],
    ],
  ])('%s', (_what, observations, expected) => {
    expect(says(DETECTOR, { observations })).toEqual(expected);
  });

  it('lists what it holds, and how to take each away', () => {
    const finding = only(DETECTOR, {
      observations: [
        iam(BUCKET, [['roles/storage.objectViewer', member('sandbox/debug')]], { time: t(1) }),
        iam(projectName('acme-prod'), [['roles/viewer', member('sandbox/debug')]], { time: t(9) }),
      ],
    });
    expect(finding).toMatchObject({
      namespace: 'sandbox',
      project: 'acme-prod',
      eventTime: t(9),
      after: [
        'roles/storage.objectViewer on //storage.googleapis.com/ledger',
        'roles/viewer on //cloudresourcemanager.googleapis.com/projects/acme-prod',
      ],
      why: { entry: 'spec' },
    });
    expect(finding.remediation.map(({ text }) => text).sort()).toEqual([
      `gcloud projects remove-iam-policy-binding acme-prod '--member=${member('sandbox/debug')}' --role=roles/viewer`,
      `gcloud storage buckets remove-iam-policy-binding gs://ledger '--member=${member('sandbox/debug')}' --role=roles/storage.objectViewer`,
    ]);
  });
});

describe('what the finding tells', () => {
  const taken = [
    ...ACCOUNTS,
    iam(projectName('acme-prod'), [['roles/cloudsql.admin', `serviceAccount:${ADMIN}`]]),
    ksa('sandbox/debug', ADMIN, { time: t(50) }),
    bindDebug(ADMIN_ASSET),
  ];

  it('who, to what, why, by which line, and how to put it right', () => {
    const acts = [act('a1', ADMIN_ASSET, { time: t(98), etag: 'e2' })];
    expect(only(DETECTOR, { observations: taken, acts })).toMatchObject({
      subject: 'edge:acme-prod.svc.id.goog[sandbox/debug] -> 1002',
      identity: 'sandbox/debug',
      resource: ADMIN_ASSET,
      project: 'acme-prod',
      cluster: CLUSTER,
      namespace: 'sandbox',
      actor: { principal: 'jane@acme.example', ip: '203.0.113.9', userAgent: 'gcloud' },
      observedBy: 'feed',
      eventTime: t(100),
      before: [],
      after: [
        `annotation iam.gke.io/gcp-service-account: ${ADMIN} on sandbox/debug (prod-euw1)`,
        `${WI} on ${ADMIN} for ${member('sandbox/debug')}`,
      ],
      explanation:
        'Both halves stand: every pod that runs as this KSA can get a token of the account now. The account holds roles/cloudsql.admin on project:acme-prod.',
      why: { file: 'policy.yaml', line: lineOf('spec:'), entry: 'spec' },
      remediation: [
        {
          kind: 'gcloud',
          text: `gcloud iam service-accounts remove-iam-policy-binding ${ADMIN} --project=acme-prod '--member=${member('sandbox/debug')}' --role=${WI}`,
        },
        {
          kind: 'kubectl',
          text: 'kubectl annotate serviceaccount debug --namespace=sandbox --overwrite iam.gke.io/gcp-service-account-',
        },
      ],
    });
  });

  it('of a KSA that is declared as another: which, by which line, and who owns it', () => {
    const observations = [...ACCOUNTS, iam(ADMIN_ASSET, [[WI, member('payments/api')]])];
    expect(only(DETECTOR, { observations })).toMatchObject({
      owner: 'team-payments',
      before: [`payments/api acts as ${API} (declared)`],
      why: { line: lineOf('- name: api'), entry: 'workloadIdentities[api]' },
    });
  });

  const IT = [change('add', ADMIN_ASSET, WI, member('sandbox/debug'))];
  it.each<[string, Partial<Act>, string]>([
    ['the act that made this very version', { etag: 'e2', time: t(-3000) }, JANE.principal],
    ['an act a little earlier that added it', { time: t(90), changes: IT }, JANE.principal],
    ['an act a little later that added it', { time: t(110), changes: IT }, JANE.principal],
    ['an act that does not say what it changed', { time: t(110) }, JANE.principal],
    [
      'an act that added another',
      { time: t(99), changes: [change('add', ADMIN_ASSET, WI, member('sandbox/other'))] },
      'unknown',
    ],
    ['an act long before', { time: t(-600), changes: IT }, 'unknown'],
    ['an act that made another version, and does not say how', { etag: 'e9', time: t(99) }, 'unknown'],
  ])('the actor: %s', (_what, more, expected) => {
    const { actor } = only(DETECTOR, { observations: taken, acts: [act('a1', ADMIN_ASSET, more)] });
    expect(typeof actor === 'string' ? actor : actor.principal).toBe(expected);
  });

  it('the actor as pending, while the entry that names one may still come', () => {
    expect(only(DETECTOR, { observations: taken, asOf: t(101) }).actor).toBe('pending');
    expect(wakesAt({ observations: taken, asOf: t(101) })).toBe(t(700));
    expect(only(DETECTOR, { observations: taken, asOf: t(700) }).actor).toBe('unknown');
  });

  it('the owner of the account, when a KSA that nobody owns takes it', () => {
    expect(only(DETECTOR, { observations: [...ACCOUNTS, bindDebug(API_ASSET)] }).owner).toBe('team-payments');
  });

  it('commands that no name can break out of', () => {
    const texts = (name: string) =>
      only(DETECTOR, {
        observations: [...ACCOUNTS, iam(ADMIN_ASSET, [[WI, member(`sandbox/${name}`)]])],
      }).remediation.map(({ text }) => text);
    expect(texts('$(x)')).toEqual([
      `gcloud iam service-accounts remove-iam-policy-binding ${ADMIN} --project=acme-prod '--member=serviceAccount:acme-prod.svc.id.goog[sandbox/$(x)]' --role=${WI}`,
    ]);
    expect(texts("a';x;'")).toEqual([
      '# gcloud command withheld: a name in it has characters that no shell command should carry',
    ]);
  });

  it('no command for an annotation that would be read as a flag', () => {
    const finding = only(DETECTOR, {
      observations: [...ACCOUNTS, ksa('sandbox/--kubeconfig=x', ADMIN)],
    });
    expect(finding.remediation.map(({ text }) => text)).toEqual([
      '# kubectl command withheld: a name in it has characters that no shell command should carry',
    ]);
  });
});

describe('an exception', () => {
  const observations = [...ACCOUNTS, bindDebug(ADMIN_ASSET)];

  it.each([
    ['covers the KSA it names', 'identity: sandbox/debug', 'excepted'],
    ['not the one next to it', 'identity: sandbox/debug2', 'open'],
    ['covers the account it names', `serviceAccount: ${ADMIN}`, 'excepted'],
    ['not another', `serviceAccount: ${API}`, 'open'],
    ['covers a namespace', 'namespace: "sand*"', 'excepted'],
    ['not for another detector', 'namespace: sandbox, role: roles/editor', 'open'],
  ])('%s', (_what, match, state) => {
    const policy = excepting(`detector: ${DETECTOR}, ${match}`);
    expect(only(DETECTOR, { observations, policy }).state).toBe(state);
  });

  it('ends, and is looked at again when it does', () => {
    const policy = excepting(`detector: ${DETECTOR}, identity: sandbox/debug`, '2026-11-30');
    const end = t(10 * 24 * 3600 - 9 * 3600);
    expect(wakesAt({ observations, policy })).toBe(end);
    expect(only(DETECTOR, { observations, policy, asOf: end - 1n }).state).toBe('excepted');
    expect(only(DETECTOR, { observations, policy, asOf: end }).state).toBe('open');
  });
});
