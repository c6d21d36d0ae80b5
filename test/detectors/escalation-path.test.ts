import { describe, expect, it } from '@jest/globals';
import { groupName, projectName, serviceAccountName } from '../../shared/model/asset.ts';
import type { Observation } from '../../shared/model/observation.ts';
import type { Policy } from '../../shared/policy/policy.ts';
import {
  account,
  act,
  change,
  customRole,
  foundBy,
  gone,
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
  says,
  TERRAFORM,
  TOKEN_CREATOR,
  t,
  WI,
} from '../world.ts';
import { ACCOUNTS, ADMIN, ADMIN_ASSET, API, API_ASSET, DECLARED } from './cast.ts';

const DETECTOR = 'escalation-path';
const PROJECT = projectName('acme-prod');
const API_MEMBER = `serviceAccount:${API}`;
const ADMIN_MEMBER = `serviceAccount:${ADMIN}`;
const THIRD = 'third@acme-prod.iam.gserviceaccount.com';
const THIRD_ASSET = serviceAccountName('1003');
const WORLD = [...DECLARED, ...account(THIRD, '1003')];
const KEY_ADMIN = 'roles/iam.serviceAccountKeyAdmin';
const ROLE = 'projects/acme-prod/roles/helper';
/** The entry of payments/api allows more. */
const allowing = (...items: readonly string[]): Policy =>
  policyOf(
    POLICY_YAML.replace(
      '        - {role: roles/cloudsql.client, on: "project:acme-prod"}\n',
      items.map((item) => `        - ${item}\n`).join(''),
    ),
  );
const BECOMING_ADMIN = `{role: ${TOKEN_CREATOR}, on: "serviceAccount:${ADMIN}"}`;

describe('an account that a policy declares for a workload', () => {
  it.each<[string, readonly Observation[], readonly string[]]>([
    ['holds what lets it become nobody', [iam(PROJECT, [['roles/cloudsql.client', API_MEMBER]])], []],
    [
      'can become another',
      [iam(ADMIN_ASSET, [[TOKEN_CREATOR, API_MEMBER]])],
      ['open: api@acme-prod can become admin@acme-prod'],
    ],
    [
      'can become every account of its project',
      [iam(PROJECT, [[KEY_ADMIN, API_MEMBER]])],
      ['open: api@acme-prod can become every service account of project:acme-prod'],
    ],
    [
      'can run code as all of them',
      [
        iam(PROJECT, [
          ['roles/iam.serviceAccountUser', API_MEMBER],
          ['roles/cloudbuild.builds.editor', API_MEMBER],
        ]),
      ],
      ['open: api@acme-prod can become every service account of project:acme-prod'],
    ],
    [
      'may act as all of them, and run nothing',
      [iam(PROJECT, [['roles/iam.serviceAccountUser', API_MEMBER]])],
      [],
    ],
    [
      'can give itself roles',
      [iam(PROJECT, [['roles/resourcemanager.projectIamAdmin', API_MEMBER]])],
      ['open: api@acme-prod can give itself any role on project:acme-prod'],
    ],
    [
      'can let in whom it likes',
      [iam(PROJECT, [['roles/iam.workloadIdentityPoolAdmin', API_MEMBER]])],
      ['open: api@acme-prod can let anybody in through the identity pools of project:acme-prod'],
    ],
    [
      'can speak as itself',
      [
        iam(
          API_ASSET,
          [
            [WI, member('payments/api')],
            [TOKEN_CREATOR, API_MEMBER],
          ],
          { time: t(9) },
        ),
      ],
      [],
    ],
    [
      'could, until a condition ended',
      [
        iam(ADMIN_ASSET, [
          [TOKEN_CREATOR, API_MEMBER, { expression: 'request.time < timestamp("2020-01-01T00:00:00Z")' }],
        ]),
      ],
      [],
    ],
  ])('%s', (_what, granted, expected) => {
    expect(says(DETECTOR, { observations: [...WORLD, ...granted] })).toEqual(expected);
  });

  it('is not spoken of once it is deleted, or when it is nobody’s', () => {
    const grant = (who: string) => iam(ADMIN_ASSET, [[TOKEN_CREATOR, `serviceAccount:${who}`]]);
    expect(says(DETECTOR, { observations: [...WORLD, grant(THIRD)] })).toEqual([]);
    const deleted: Observation = {
      kind: 'gone',
      asset: API_ASSET,
      type: 'service-account',
      time: t(50),
      source: 'feed',
      ancestors: [],
    };
    expect(says(DETECTOR, { observations: [...WORLD, grant(API), deleted] })).toEqual([]);
  });
});

describe('what its entry allows', () => {
  const becomes = iam(ADMIN_ASSET, [[TOKEN_CREATOR, API_MEMBER]]);
  const owns = iam(PROJECT, [['roles/owner', ADMIN_MEMBER]]);

  it.each<[string, readonly Observation[], readonly string[]]>([
    ['is declared', [becomes], []],
    [
      'ends where somebody else holds more',
      [becomes, owns],
      ['open: api@acme-prod can give itself any role on project:acme-prod'],
    ],
    [
      'ends where somebody else can become more',
      [becomes, iam(THIRD_ASSET, [[TOKEN_CREATOR, ADMIN_MEMBER]])],
      ['open: api@acme-prod can become third@acme-prod'],
    ],
    [
      'goes no further than somebody else’s harmless role',
      [becomes, iam(PROJECT, [['roles/viewer', ADMIN_MEMBER]])],
      [],
    ],
  ])('%s', (_what, granted, expected) => {
    const policy = allowing(BECOMING_ADMIN);
    expect(says(DETECTOR, { observations: [...WORLD, ...granted], policy })).toEqual(expected);
  });

  it('may be administration: then it is declared as it stands', () => {
    const observations = [...WORLD, iam(PROJECT, [['roles/resourcemanager.projectIamAdmin', API_MEMBER]])];
    const policy = allowing('{role: roles/resourcemanager.projectIamAdmin, on: "project:acme-prod"}');
    expect(says(DETECTOR, { observations, policy })).toEqual([]);
  });

  it('is judged by its permissions too', () => {
    const role = customRole(ROLE, ['iam.serviceAccounts.getAccessToken']);
    const observations = [...WORLD, role, iam(ADMIN_ASSET, [[ROLE, API_MEMBER]])];
    const item = (permission: string) => `{permissions: [${permission}], on: "serviceAccount:${ADMIN}"}`;
    const allowed = allowing(item('iam.serviceAccounts.getAccessToken'));
    expect(says(DETECTOR, { observations, policy: allowed })).toEqual([]);
    const other = allowing(item('iam.serviceAccounts.get'));
    expect(says(DETECTOR, { observations, policy: other })).toEqual([
      'open: api@acme-prod can become admin@acme-prod',
    ]);
  });
});

describe('a group that it is in', () => {
  const DEVS = 'devs@acme.example';
  const becomes = iam(ADMIN_ASSET, [[TOKEN_CREATOR, `group:${DEVS}`]]);
  const can = ['open: api@acme-prod can become admin@acme-prod'];

  it.each<[string, readonly Observation[], readonly string[]]>([
    ['lets it become others', [becomes, group(DEVS, [API_MEMBER, 'user:kim@acme.example'])], can],
    [
      'lets whoever it becomes become others',
      [iam(THIRD_ASSET, [[TOKEN_CREATOR, API_MEMBER]]), becomes, group(DEVS, [`serviceAccount:${THIRD}`])],
      can,
    ],
    ['has others in it', [becomes, group(DEVS, ['user:kim@acme.example'])], []],
    [
      'is gone',
      [
        becomes,
        group(DEVS, [API_MEMBER]),
        { ...gone(groupName(DEVS), { time: t(9) }), type: 'group' } as Observation,
      ],
      [],
    ],
    ['is not known: nothing is said of it', [becomes], []],
  ])('%s', (_what, granted, expected) => {
    const policy = allowing(`{role: ${TOKEN_CREATOR}, on: "serviceAccount:${THIRD}"}`);
    expect(says(DETECTOR, { observations: [...WORLD, ...granted], policy })).toEqual(expected);
  });

  it('speaks for an account of which nothing else was ever told', () => {
    const observations = [becomes, group(DEVS, [API_MEMBER])];
    expect(says(DETECTOR, { observations })).toHaveLength(1);
  });

  it('is named on the way', () => {
    const observations = [...WORLD, becomes, group(DEVS, [API_MEMBER])];
    expect(only(DETECTOR, { observations }).after).toEqual([
      `become admin@acme-prod: ${TOKEN_CREATOR} of ${DEVS} on serviceAccount:admin@acme-prod (iam.serviceAccounts.getAccessToken)`,
    ]);
  });
});

describe('what it holds itself and is forbidden', () => {
  it.each<[string, readonly Observation[]]>([
    ['by the name of the role', [iam(PROJECT, [['roles/editor', API_MEMBER]])]],
    [
      'under another name',
      [
        customRole(ROLE, ['iam.serviceAccounts.actAs', 'iam.serviceAccountKeys.create']),
        iam(PROJECT, [[ROLE, API_MEMBER]]),
      ],
    ],
    ['because it is for Google’s own accounts', [iam(PROJECT, [['roles/compute.serviceAgent', API_MEMBER]])]],
    // POLICY has an exception for this one.
    ['and is excepted', [iam(projectName('acme-stage'), [['roles/editor', API_MEMBER]])]],
  ])('is told by forbidden-role alone: %s', (_what, granted) => {
    const world = { observations: [...WORLD, ...granted] };
    expect(says(DETECTOR, world)).toEqual([]);
    expect(says('forbidden-role', world)).toHaveLength(1);
  });

  it('leads to more, which is told here', () => {
    const policy = policyOf(
      POLICY_YAML.replace(
        '  forbiddenRoles:\n',
        `  forbiddenRoles:\n    - {name: tokens, roles: [${TOKEN_CREATOR}]}\n`,
      ),
    );
    const becomes = iam(ADMIN_ASSET, [[TOKEN_CREATOR, API_MEMBER]]);
    const third = iam(THIRD_ASSET, [['roles/iam.serviceAccountKeyAdmin', ADMIN_MEMBER]]);
    expect(says(DETECTOR, { observations: [...WORLD, becomes], policy })).toEqual([]);
    expect(says(DETECTOR, { observations: [...WORLD, becomes, third], policy })).toEqual([
      'open: api@acme-prod can become third@acme-prod',
    ]);
  });
});

describe('a KSA', () => {
  const alone = [
    ...ACCOUNTS,
    ksa('payments/exporter'),
    iam(API_ASSET, [[WI, member('payments/api')]], { etag: 'e1' }),
  ];

  it.each<[string, readonly Observation[], readonly string[]]>([
    [
      'that holds roles itself',
      [iam(PROJECT, [[KEY_ADMIN, member('payments/exporter')]])],
      ['open: payments/exporter can become every service account of project:acme-prod'],
    ],
    [
      'by its uid',
      [iam(PROJECT, [[KEY_ADMIN, inPool('kubernetes.serviceaccount.uid/uid-payments/exporter')]])],
      ['open: payments/exporter can become every service account of project:acme-prod'],
    ],
    [
      'with others: the set is spoken of, once',
      [iam(PROJECT, [[KEY_ADMIN, inPool('namespace/payments')]])],
      [
        'open: every workload of namespace payments (acme-prod.svc.id.goog) can become every service account of project:acme-prod',
      ],
    ],
    [
      'that is linked to an account: that is an edge',
      [iam(API_ASSET, [[WI, member('payments/exporter')]], { time: t(9) })],
      [],
    ],
    [
      'of a pool that nobody trusts',
      [iam(PROJECT, [[KEY_ADMIN, member('payments/exporter', 'other.svc.id.goog')]])],
      [],
    ],
  ])('%s', (_what, granted, expected) => {
    expect(says(DETECTOR, { observations: [...alone, ...granted] })).toEqual(expected);
  });
});

describe('how bad it is', () => {
  const becomes = iam(ADMIN_ASSET, [[TOKEN_CREATOR, API_MEMBER]]);
  const sensitive = (on: string) =>
    policyWith(`  sensitive: [{name: customers, on: "${on}", class: restricted}]\n`);
  const declared = (on: string) =>
    policyOf(
      `${POLICY_YAML.replace('        - {role: roles/cloudsql.client, on: "project:acme-prod"}\n', `        - ${BECOMING_ADMIN}\n`)}  sensitive: [{name: customers, on: "${on}", class: restricted}]\n`,
    );

  it('high, where an account that nobody declared is all', () => {
    expect(only(DETECTOR, { observations: [...WORLD, becomes] })).toMatchObject({
      class: 'attack',
      severity: 'high',
    });
  });

  it('critical, where it administers', () => {
    const observations = [...WORLD, becomes, iam(PROJECT, [['roles/owner', ADMIN_MEMBER]])];
    expect(only(DETECTOR, { observations })).toMatchObject({
      severity: 'critical',
      title: 'api@acme-prod can become admin@acme-prod',
    });
  });

  it.each<[string, Observation, string]>([
    [
      'it holds something sensitive',
      iam('//storage.googleapis.com/pii', [['roles/storage.objectViewer', ADMIN_MEMBER]]),
      'bucket:pii',
    ],
    [
      'it reads all secrets of the project of a sensitive one',
      iam(PROJECT, [['roles/secretmanager.secretAccessor', ADMIN_MEMBER]]),
      'secret:acme-prod/pii',
    ],
  ])('critical, where %s', (_what, granted, on) => {
    const world = { observations: [...WORLD, becomes, granted], policy: sensitive(on) };
    expect(only(DETECTOR, world)).toMatchObject({
      severity: 'critical',
      title: 'api@acme-prod can reach customers (restricted) as admin@acme-prod',
    });
  });

  it('not more, where it only looks at the project of something sensitive', () => {
    const observations = [...WORLD, becomes, iam(PROJECT, [['roles/monitoring.metricWriter', ADMIN_MEMBER]])];
    expect(only(DETECTOR, { observations, policy: sensitive('secret:acme-prod/pii') }).severity).toBe('high');
  });

  it('critical, where a declared step leads to something sensitive', () => {
    const observations = [
      ...WORLD,
      becomes,
      iam('//storage.googleapis.com/pii', [['roles/storage.objectViewer', ADMIN_MEMBER]]),
    ];
    expect(only(DETECTOR, { observations, policy: declared('bucket:pii') })).toMatchObject({
      severity: 'critical',
      title: 'api@acme-prod can reach customers (restricted) as admin@acme-prod',
      path: ['api@acme-prod', 'admin@acme-prod', 'bucket:pii'],
      why: { entry: 'sensitive[customers]' },
    });
    expect(says(DETECTOR, { observations, policy: declared('bucket:other') })).toEqual([]);
  });
});

describe('what is not known', () => {
  it('roles that have not been read make it undecided', () => {
    const observations = [...WORLD, iam(PROJECT, [[ROLE, API_MEMBER]])];
    expect(only(DETECTOR, { observations })).toMatchObject({
      state: 'undecided',
      title: 'What api@acme-prod can become is not fully known',
      explanation: `What ${ROLE} permits here is not known: it may open more ways.`,
      remediation: [],
    });
    const read = customRole(ROLE, ['pubsub.topics.publish']);
    expect(says(DETECTOR, { observations: [...observations, read] })).toEqual([]);
  });

  it('but not where the role is declared as it is called', () => {
    const observations = [...WORLD, iam(PROJECT, [[ROLE, API_MEMBER]])];
    expect(
      says(DETECTOR, { observations, policy: allowing(`{role: ${ROLE}, on: "project:acme-prod"}`) }),
    ).toEqual([]);
  });

  const shallow = (depth: number, ...items: readonly string[]) =>
    policyOf(
      `${POLICY_YAML.replace('        - {role: roles/cloudsql.client, on: "project:acme-prod"}\n', items.map((item) => `        - ${item}\n`).join(''))}  become: {depth: ${depth}, nodes: 10}\n`,
    );
  const chain = [
    ...WORLD,
    iam(ADMIN_ASSET, [[TOKEN_CREATOR, API_MEMBER]]),
    iam(THIRD_ASSET, [[TOKEN_CREATOR, ADMIN_MEMBER]]),
  ];

  it('ways that are longer than they are followed make it undecided, never clear', () => {
    expect(only(DETECTOR, { observations: chain, policy: shallow(1, BECOMING_ADMIN) })).toMatchObject({
      state: 'undecided',
      explanation: 'Ways over more than one account were not followed (become.depth), and there are some.',
    });
    expect(says(DETECTOR, { observations: chain, policy: shallow(2, BECOMING_ADMIN) })).toEqual([
      'open: api@acme-prod can become third@acme-prod',
    ]);
  });

  it('and are told of beside what is found', () => {
    expect(only(DETECTOR, { observations: chain, policy: shallow(1) }).explanation).toContain(
      'were not followed (become.depth), and there are some.',
    );
  });
});

describe('what the finding tells', () => {
  const chain = [
    ...WORLD,
    iam(ADMIN_ASSET, [[TOKEN_CREATOR, API_MEMBER]], { time: t(20), etag: 'x1' }),
    iam(
      PROJECT,
      [
        ['roles/iam.serviceAccountUser', ADMIN_MEMBER],
        ['roles/run.developer', ADMIN_MEMBER],
      ],
      { time: t(40), source: 'feed', etag: 'p1' },
    ),
  ];

  it('the way, by which grants and permissions, who completed it, and the one grant to cut', () => {
    const acts = [
      act('a1', PROJECT, {
        time: t(39),
        etag: 'p1',
        changes: [change('add', PROJECT, 'roles/run.developer', ADMIN_MEMBER)],
      }),
    ];
    const policy = allowing(BECOMING_ADMIN);
    expect(only(DETECTOR, { observations: chain, acts, policy })).toMatchObject({
      title: 'api@acme-prod can become every service account of project:acme-prod',
      severity: 'critical',
      subject: `gsa:${API}`,
      resource: PROJECT,
      project: 'acme-prod',
      owner: 'team-payments',
      actor: { principal: 'jane@acme.example' },
      eventTime: t(40),
      path: ['api@acme-prod', 'admin@acme-prod', 'project:acme-prod'],
      after: [
        `become admin@acme-prod: ${TOKEN_CREATOR} of api@acme-prod on serviceAccount:admin@acme-prod (iam.serviceAccounts.getAccessToken)`,
        'become every service account of project:acme-prod: roles/iam.serviceAccountUser of admin@acme-prod on project:acme-prod with roles/run.developer of admin@acme-prod on project:acme-prod (iam.serviceAccounts.actAs, run.services.create)',
      ],
      explanation:
        'Whoever administers access has whatever there is below. Take away roles/iam.serviceAccountUser of admin@acme-prod on project:acme-prod: no way that is as short gets round it.',
      why: { line: lineOf('- name: api'), entry: 'workloadIdentities[api]' },
      remediation: [
        {
          text: `gcloud projects remove-iam-policy-binding acme-prod --member=${ADMIN_MEMBER} --role=roles/iam.serviceAccountUser`,
        },
      ],
    });
  });

  it('what lies beyond the nearest end', () => {
    const finding = only(DETECTOR, { observations: chain });
    expect(finding.title).toBe('api@acme-prod can become admin@acme-prod');
    expect(finding.explanation).toContain(
      'No entry says that it may. It can also become every service account of project:acme-prod.',
    );
    expect(finding.path).toEqual(['api@acme-prod', 'admin@acme-prod']);
    expect(finding.after).toHaveLength(2);
  });

  it('that a trusted changer may be ahead of the policy', () => {
    const world = {
      observations: [...WORLD, iam(ADMIN_ASSET, [[TOKEN_CREATOR, API_MEMBER]], { time: t(100), etag: 'x1' })],
      acts: [act('a1', ADMIN_ASSET, { time: t(100), etag: 'x1', actor: TERRAFORM })],
    };
    expect(only(DETECTOR, { ...world, asOf: t(200) }).state).toBe('undecided');
    expect(only(DETECTOR, { ...world, asOf: t(1100) }).state).toBe('open');
  });

  it('one finding for an account, however many KSAs and ways there are', () => {
    const observations = [
      ...WORLD,
      ksa('payments/web', API),
      iam(ADMIN_ASSET, [
        [TOKEN_CREATOR, API_MEMBER],
        ['roles/iam.serviceAccountKeyAdmin', API_MEMBER],
      ]),
      iam(THIRD_ASSET, [[TOKEN_CREATOR, API_MEMBER]]),
    ];
    const [finding, ...others] = foundBy(DETECTOR, { observations });
    expect(others).toEqual([]);
    expect(finding?.explanation).toContain('Several ways are as short, and no one grant is on all of them');
  });
});
