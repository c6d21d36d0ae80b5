import { describe, expect, it } from '@jest/globals';
import { projectName } from '../../shared/model/asset.ts';
import type { Condition } from '../../shared/model/grant.ts';
import {
  account,
  act,
  alias,
  change,
  customRole,
  excepting,
  foundBy,
  group,
  iam,
  inPool,
  ksa,
  lineOf,
  member,
  only,
  POLICY_YAML,
  policyOf,
  policyWith,
  projectAlias,
  says,
  TOKEN_CREATOR,
  t,
  WI,
} from '../world.ts';
import { ACCOUNTS, ADMIN, ADMIN_ASSET, API, API_ASSET } from './cast.ts';

const DETECTOR = 'undeclared-grant';
const PROJECT = projectName('acme-prod');
const BUCKET = '//storage.googleapis.com/ledger';
const API_MEMBER = `serviceAccount:${API}`;
const ADMIN_MEMBER = `serviceAccount:${ADMIN}`;
const CLIENT = 'roles/cloudsql.client';
const VIEWER = 'roles/storage.objectViewer';
const CREATOR = 'roles/storage.objectCreator';
const SOME: Condition = {
  expression: 'request.time < timestamp("2027-01-01T00:00:00Z")',
  title: 'till 2027',
};
const open = (who: string, role: string, on: string) => [
  `open: ${who} holds ${role} on ${on}, which no policy allows`,
];

describe('a role of an account that is declared', () => {
  it.each<[string, string, string, Condition | undefined, readonly string[]]>([
    ['as declared', PROJECT, CLIENT, undefined, []],
    [
      'on another project',
      projectName('acme-stage'),
      CLIENT,
      undefined,
      open('api@acme-prod', CLIENT, 'project:acme-stage'),
    ],
    ['on a bucket', BUCKET, CLIENT, undefined, open('api@acme-prod', CLIENT, 'bucket:ledger')],
    [
      'another role',
      PROJECT,
      'roles/cloudsql.admin',
      undefined,
      open('api@acme-prod', 'roles/cloudsql.admin', 'project:acme-prod'),
    ],
    ['with a condition where none is asked for', PROJECT, CLIENT, SOME, []],
    ['with the condition that is asked for', BUCKET, VIEWER, SOME, []],
    ['without it: condition-dropped says so', BUCKET, VIEWER, undefined, []],
    [
      'with a condition, on another bucket',
      '//storage.googleapis.com/other',
      VIEWER,
      SOME,
      open('api@acme-prod', VIEWER, 'bucket:other'),
    ],
  ])('%s', (_what, resource, role, condition, expected) => {
    const observations = [...ACCOUNTS, iam(resource, [[role, API_MEMBER, condition]])];
    expect(says(DETECTOR, { observations })).toEqual(expected);
  });

  it.each<[string, Condition | undefined, string | undefined]>([
    ['the very expression', { expression: 'resource.name == "a"' }, undefined],
    [
      'with other white space and another title',
      { expression: ' resource.name   ==\n"a"', title: 'x' },
      undefined,
    ],
    [
      'another',
      { expression: 'resource.name == "b"' },
      'The policy allows this role here only if resource.name == "a"; the grant has another: resource.name == "b". Its condition is never met here: it gives no access.',
    ],
    ['none: condition-dropped says so', undefined, undefined],
  ])('that asks for a certain condition: %s', (_what, condition, explanation) => {
    const policy = policyOf(POLICY_YAML.replace('condition: required', `condition: 'resource.name == "a"'`));
    const observations = [...ACCOUNTS, iam(BUCKET, [[VIEWER, API_MEMBER, condition]])];
    expect(foundBy(DETECTOR, { observations, policy }).map((finding) => finding.explanation)).toEqual(
      explanation === undefined ? [] : [explanation],
    );
  });

  it('is the same project by its number', () => {
    const numbered = iam(projectName('111122223333'), [[CLIENT, API_MEMBER]]);
    expect(says(DETECTOR, { observations: [...ACCOUNTS, numbered] })).toHaveLength(1);
    expect(
      says(DETECTOR, { observations: [...ACCOUNTS, numbered, projectAlias('acme-prod', '111122223333')] }),
    ).toEqual([]);
    expect(
      says(DETECTOR, { observations: [...ACCOUNTS, numbered, projectAlias('acme-prod', '444')] }),
    ).toHaveLength(1);
  });
});

describe('a role of a KSA itself', () => {
  it.each([
    ['as declared', member('payments/exporter'), CREATOR, BUCKET, []],
    ['as declared, in the newer spelling', inPool('subject/ns/payments/sa/exporter'), CREATOR, BUCKET, []],
    [
      'as declared, by its uid',
      inPool('kubernetes.serviceaccount.uid/uid-payments/exporter'),
      CREATOR,
      BUCKET,
      [],
    ],
    [
      'another by its uid',
      inPool('kubernetes.serviceaccount.uid/uid-payments/exporter'),
      VIEWER,
      BUCKET,
      open('the KSA with uid uid-payments/exporter of acme-prod.svc.id.goog', VIEWER, 'bucket:ledger'),
    ],
    [
      'by a uid that nobody has',
      inPool('kubernetes.serviceaccount.uid/old'),
      CREATOR,
      BUCKET,
      open('the KSA with uid old of acme-prod.svc.id.goog', CREATOR, 'bucket:ledger'),
    ],
    [
      'by a uid of another pool',
      inPool('kubernetes.serviceaccount.uid/uid-payments/exporter', 'x.svc.id.goog'),
      VIEWER,
      BUCKET,
      [],
    ],
    [
      'another role',
      member('payments/exporter'),
      VIEWER,
      BUCKET,
      open('payments/exporter', VIEWER, 'bucket:ledger'),
    ],
    [
      'elsewhere',
      member('payments/exporter'),
      CREATOR,
      '//storage.googleapis.com/ledger2',
      open('payments/exporter', CREATOR, 'bucket:ledger2'),
    ],
    [
      'the name in another namespace',
      member('payments2/exporter'),
      CREATOR,
      BUCKET,
      open('payments2/exporter', CREATOR, 'bucket:ledger'),
    ],
    [
      'the name in a pool that is not trusted',
      member('payments/exporter', 'x.svc.id.goog'),
      CREATOR,
      BUCKET,
      [],
    ],
    ['with a dot for the slash', member('payments.exporter'), CREATOR, BUCKET, []],
    ['when it is deleted', `deleted:${member('payments/x')}?uid=1`, CREATOR, BUCKET, []],
    [
      'of an entry that speaks of its namespace',
      member('monitoring/agent'),
      'roles/monitoring.metricWriter',
      PROJECT,
      [],
    ],
    [
      'of the default KSA there',
      member('monitoring/default'),
      'roles/monitoring.metricWriter',
      PROJECT,
      open('monitoring/default', 'roles/monitoring.metricWriter', 'project:acme-prod'),
    ],
  ])('%s', (_what, who, role, resource, expected) => {
    const observations = [ksa('payments/exporter'), iam(resource, [[role, who]])];
    expect(says(DETECTOR, { observations })).toEqual(expected);
  });
});

describe('a role of an account that is linked, and declared for nobody', () => {
  const grant = iam(BUCKET, [[VIEWER, ADMIN_MEMBER]]);
  it.each([
    ['by an annotation', [ksa('sandbox/debug', ADMIN), grant], 1],
    ['by a binding', [iam(ADMIN_ASSET, [[WI, member('sandbox/debug')]]), grant], 1],
    ['not at all', [grant], 0],
    [
      'from a pool that is not trusted',
      [iam(ADMIN_ASSET, [[WI, member('sandbox/debug', 'x.svc.id.goog')]]), grant],
      0,
    ],
  ])('%s', (_what, observations, count) => {
    expect(says(DETECTOR, { observations: [...ACCOUNTS, ...observations] })).toEqual(
      open('admin@acme-prod', VIEWER, 'bucket:ledger').slice(0, count),
    );
  });

  it('not when its address has gone on to another account', () => {
    const observations = [
      ...ACCOUNTS,
      alias(ADMIN, '1009', { time: t(50) }),
      iam(ADMIN_ASSET, [[WI, member('sandbox/debug')]]),
      grant,
    ];
    expect(says(DETECTOR, { observations })).toEqual([]);
  });
});

describe('captures', () => {
  const policy = policyOf(
    POLICY_YAML.replace(
      '  forbiddenRoles:',
      `    - name: teams
      identity: {pool: prod, namespace: "team-*", serviceAccount: "*"}
      gsa: <ksa>@<namespace>.iam.gserviceaccount.com
      allow: [{role: ${VIEWER}, on: "bucket:<namespace>-<ksa>"}]
  forbiddenRoles:`,
    ),
  );
  it.each([
    ['of the KSA', member('team-a/web'), 'team-a-web', 0],
    ['of another KSA', member('team-a/web'), 'team-a-api', 1],
    ['of the account', 'serviceAccount:web@team-a.iam.gserviceaccount.com', 'team-a-web', 0],
    ['of another account', 'serviceAccount:web@team-a.iam.gserviceaccount.com', 'team-b-web', 1],
  ])('%s', (_what, who, bucket, count) => {
    const observations = [iam(`//storage.googleapis.com/${bucket}`, [[VIEWER, who]])];
    expect(says(DETECTOR, { observations, policy })).toHaveLength(count);
  });
});

describe('a role on an account that we keep watch over, held by', () => {
  const on = (who: string, role = TOKEN_CREATOR) =>
    `open: ${who} holds ${role} on api@acme-prod, which no policy declares`;
  it.each([
    ['a person', 'user:jane@acme.example', TOKEN_CREATOR, [on('jane@acme.example')]],
    ['another account', ADMIN_MEMBER, TOKEN_CREATOR, [on('admin@acme-prod')]],
    ['everybody who has signed in: public-access says so', 'allAuthenticatedUsers', TOKEN_CREATOR, []],
    ['a KSA: that is an edge', member('sandbox/debug'), WI, []],
    [
      'a KSA that may change its IAM policy',
      member('sandbox/debug'),
      'roles/iam.serviceAccountAdmin',
      [on('sandbox/debug', 'roles/iam.serviceAccountAdmin')],
    ],
    ['the declared KSA by its uid', inPool('kubernetes.serviceaccount.uid/uid-payments/api'), WI, []],
    [
      'another KSA by its uid',
      inPool('kubernetes.serviceaccount.uid/uid-sandbox/debug'),
      WI,
      [on('the KSA with uid uid-sandbox/debug of acme-prod.svc.id.goog', WI)],
    ],
    [
      'whoever is trusted to change identities',
      'serviceAccount:tf@acme-iac.iam.gserviceaccount.com',
      'roles/iam.serviceAccountAdmin',
      [],
    ],
    [
      'Google’s own agent',
      'serviceAccount:service-1@gcp-sa-pubsub.iam.gserviceaccount.com',
      TOKEN_CREATOR,
      [],
    ],
    ['somebody who is deleted', 'deleted:user:jane@acme.example?uid=1', TOKEN_CREATOR, []],
    ['a dot for the slash: it is nobody', member('payments.api'), WI, []],
  ])('%s', (_what, who, role, expected) => {
    const observations = [
      ...ACCOUNTS,
      ksa('payments/api'),
      ksa('sandbox/debug'),
      iam(API_ASSET, [[role, who]]),
    ];
    expect(says(DETECTOR, { observations })).toEqual(expected);
  });

  it.each([
    ['lets its holder mint tokens', TOKEN_CREATOR, 'high', 'attack'],
    ['lets its holder use it', 'roles/iam.serviceAccountUser', 'high', 'attack'],
    ['lets its holder make keys', 'roles/securitycenter.admin', 'high', 'attack'],
    ['is a custom one, which may let them anything', 'projects/acme-prod/roles/helper', 'high', 'attack'],
    ['lets its holder look', 'roles/iam.serviceAccountViewer', 'low', 'posture'],
  ])('how bad it is: the role %s', (_what, role, severity, itsClass) => {
    const observations = [...ACCOUNTS, iam(API_ASSET, [[role, 'user:jane@acme.example']])];
    expect(only(DETECTOR, { observations })).toMatchObject({ severity, class: itsClass });
  });

  it.each([
    ['not known', [], 'Who is in the group is not known.'],
    ['nobody', [group('devs@acme.example', [])], 'Nobody is in the group now.'],
    [
      'some',
      [group('devs@acme.example', ['user:kim@acme.example', 'group:sre@acme.example'])],
      'In the group are group:sre@acme.example, user:kim@acme.example.',
    ],
    [
      'many',
      [
        group(
          'devs@acme.example',
          [1, 2, 3, 4, 5, 6, 7].map((n) => `user:${n}@acme.example`),
        ),
      ],
      'In the group are user:1@acme.example, user:2@acme.example, user:3@acme.example, user:4@acme.example, user:5@acme.example and 2 more.',
    ],
  ])('a group, and says who that is: %s', (_what, told, expected) => {
    const observations = [...ACCOUNTS, ...told, iam(API_ASSET, [[TOKEN_CREATOR, 'group:Devs@acme.example']])];
    expect(only(DETECTOR, { observations }).explanation).toContain(` ${expected}`);
  });

  it('nobody, when we do not watch the account', () => {
    const observations = [...ACCOUNTS, iam(ADMIN_ASSET, [[TOKEN_CREATOR, 'user:jane@acme.example']])];
    expect(says(DETECTOR, { observations })).toEqual([]);
  });

  it('one we watch, although we do not watch the account: it can become it', () => {
    const observations = [
      ...ACCOUNTS,
      iam(ADMIN_ASSET, [
        [TOKEN_CREATOR, API_MEMBER],
        ['roles/iam.serviceAccountKeyAdmin', member('payments/exporter')],
      ]),
    ];
    expect(says(DETECTOR, { observations })).toEqual([
      ...open('api@acme-prod', TOKEN_CREATOR, 'serviceAccount:admin@acme-prod'),
      ...open('payments/exporter', 'roles/iam.serviceAccountKeyAdmin', 'serviceAccount:admin@acme-prod'),
    ]);
  });

  it('one whose entry allows it', () => {
    const policy = policyOf(
      POLICY_YAML.replace(
        '- {role: roles/cloudsql.client,',
        `- {role: ${TOKEN_CREATOR}, on: "serviceAccount:${ADMIN}"}\n        - {role: roles/cloudsql.client,`,
      ),
    );
    const observations = [
      ...account(API, '1001'),
      ...account(ADMIN, '1002'),
      iam(ADMIN_ASSET, [[TOKEN_CREATOR, API_MEMBER]]),
    ];
    expect(says(DETECTOR, { observations, policy })).toEqual([]);
  });
});

describe('a grant above the projects', () => {
  const FOLDER = '//cloudresourcemanager.googleapis.com/folders/401';
  const ORGANISATION = '//cloudresourcemanager.googleapis.com/organizations/123456789012';

  it.each([
    ['of an account, on a folder', FOLDER, API_MEMBER, CLIENT, open('api@acme-prod', CLIENT, 'folder:401')],
    [
      'of an account, on the organisation',
      ORGANISATION,
      API_MEMBER,
      CLIENT,
      open('api@acme-prod', CLIENT, 'organization:123456789012'),
    ],
    [
      'of a KSA, on a folder',
      FOLDER,
      member('payments/exporter'),
      CREATOR,
      open('payments/exporter', CREATOR, 'folder:401'),
    ],
    ['of an account that nobody watches', FOLDER, ADMIN_MEMBER, CLIENT, []],
  ])(
    'reaches what is below, and is not what an entry allows there: %s',
    (_what, resource, who, role, expected) => {
      expect(says(DETECTOR, { observations: [...ACCOUNTS, iam(resource, [[role, who]])] })).toEqual(expected);
    },
  );

  it('is fine where the entry says so', () => {
    const policy = policyOf(POLICY_YAML.replace('on: "project:acme-prod"}', 'on: "folder:401"}'));
    const observations = [...ACCOUNTS, iam(FOLDER, [[CLIENT, API_MEMBER]])];
    expect(says(DETECTOR, { observations, policy })).toEqual([]);
  });
});

describe('what an entry allows by permissions', () => {
  const allowing = policyOf(
    POLICY_YAML.replace(
      '{role: roles/storage.objectViewer, on: "bucket:ledger", condition: required}',
      '{permissions: [storage.objects.get, storage.objects.list], on: "bucket:ledger"}',
    ),
  );
  const ROLE = 'projects/acme-prod/roles/reader';

  it.each<[string, string, readonly string[] | undefined, readonly string[]]>([
    ['a custom role with all of them', ROLE, ['storage.objects.get', 'storage.objects.list'], []],
    ['one with some of them', ROLE, ['storage.objects.get'], []],
    [
      'one that permits something else besides',
      ROLE,
      ['storage.objects.get', 'storage.objects.delete'],
      open('api@acme-prod', ROLE, 'bucket:ledger'),
    ],
    [
      'one of which nobody knows what it permits',
      ROLE,
      undefined,
      [`undecided: Whether api@acme-prod may hold ${ROLE} on bucket:ledger is not known`],
    ],
    ['a role of Google’s that permits no more', 'roles/storage.legacyObjectReader', undefined, []],
    ['and one that does', VIEWER, undefined, open('api@acme-prod', VIEWER, 'bucket:ledger')],
  ])('%s', (_what, role, permissions, expected) => {
    const observations = [
      ...ACCOUNTS,
      ...(permissions === undefined ? [] : [customRole(role, permissions)]),
      iam(BUCKET, [[role, API_MEMBER]]),
    ];
    expect(says(DETECTOR, { observations, policy: allowing })).toEqual(expected);
  });

  it('elsewhere they allow nothing', () => {
    const observations = [
      ...ACCOUNTS,
      customRole(ROLE, ['storage.objects.get']),
      iam('//storage.googleapis.com/other', [[ROLE, API_MEMBER]]),
    ];
    expect(says(DETECTOR, { observations, policy: allowing })).toEqual(
      open('api@acme-prod', ROLE, 'bucket:other'),
    );
  });
});

describe('what the finding tells', () => {
  const ROLE = 'roles/storage.admin';
  const world = {
    observations: [
      ...ACCOUNTS,
      iam(BUCKET, [], { time: t(10), etag: 'e1' }),
      iam(BUCKET, [[ROLE, API_MEMBER]], { time: t(100), source: 'feed' as const, etag: 'e2' }),
    ],
    acts: [
      act('a1', BUCKET, { time: t(97), etag: 'e2', changes: [change('add', BUCKET, ROLE, API_MEMBER)] }),
      act('a0', BUCKET, { time: t(9), etag: 'e1', actor: { principal: 'tf@x.example', delegation: [] } }),
    ],
  };

  it('what was given, who gave it, by which line, and how to take the grant back', () => {
    expect(only(DETECTOR, world)).toMatchObject({
      class: 'attack',
      severity: 'high',
      subject: `gsa:${API}`,
      resource: BUCKET,
      role: ROLE,
      owner: 'team-payments',
      actor: { principal: 'jane@acme.example' },
      eventTime: t(100),
      after: [`${ROLE} on bucket:ledger for ${API_MEMBER}`],
      explanation: 'The entry api does not list this role on this resource.',
      why: { line: lineOf('- name: api'), entry: 'workloadIdentities[api]' },
      remediation: [
        {
          kind: 'gcloud',
          text: `gcloud storage buckets remove-iam-policy-binding gs://ledger --member=${API_MEMBER} --role=${ROLE}`,
        },
      ],
    });
  });

  it('the entry that does not list it, or that there is none', () => {
    const tells = (who: string) => {
      const { explanation, why } = only(DETECTOR, { observations: [iam(BUCKET, [['roles/x', who]])] });
      return [explanation, why.entry];
    };
    expect(tells(member('payments/exporter'))).toEqual([
      'The entry direct does not list this role on this resource.',
      'workloadIdentities[direct]',
    ]);
    expect(tells(member('sandbox/debug'))).toEqual([
      'No entry of workloadIdentities speaks of this identity, so none of its roles is declared.',
      'spec',
    ]);
  });

  it('a grant with a condition and the same without as two findings', () => {
    const both = iam(BUCKET, [
      ['roles/x', API_MEMBER],
      ['roles/x', API_MEMBER, SOME],
    ]);
    const findings = foundBy(DETECTOR, { observations: [both] });
    expect(new Set(findings.map(({ id }) => id)).size).toBe(2);
    expect(findings.flatMap(({ after }) => after).sort()).toEqual([
      `roles/x on bucket:ledger for ${API_MEMBER}`,
      `roles/x on bucket:ledger for ${API_MEMBER} if ${SOME.expression}`,
    ]);
  });

  it('what exceptions and severities make of it', () => {
    const excepted = excepting(`detector: ${DETECTOR}, role: ${ROLE}, on: "bucket:led*"`);
    expect(only(DETECTOR, { ...world, policy: excepted }).state).toBe('excepted');
    const elsewhere = excepting(`detector: ${DETECTOR}, role: ${ROLE}, on: "bucket:other"`);
    expect(only(DETECTOR, { ...world, policy: elsewhere }).state).toBe('open');
    const raised = policyWith('  severity: [{detector: undeclared-grant, set: critical}]\n');
    expect(only(DETECTOR, { ...world, policy: raised }).severity).toBe('critical');
  });
});
