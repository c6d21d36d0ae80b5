import { describe, expect, it } from '@jest/globals';
import { projectName } from '../../shared/model/asset.ts';
import {
  act,
  change,
  customRole,
  found,
  foundBy,
  iam,
  inPool,
  lineOf,
  member,
  only,
  POLICY,
  POLICY_YAML,
  policyOf,
  policyWith,
  says,
  t,
  WI,
  wakesAt,
} from '../world.ts';
import { ACCOUNTS, API, API_ASSET } from './cast.ts';

const DETECTOR = 'forbidden-role';
const PROJECT = projectName('acme-prod');
const STAGE = projectName('acme-stage');
const BUCKET = '//storage.googleapis.com/ledger';
const API_MEMBER = `serviceAccount:${API}`;
const open = (who: string, role = 'roles/editor', on = 'project:acme-prod') => [
  `open: ${who} holds ${role} on ${on}, which is forbidden`,
];

describe('a forbidden role held by', () => {
  it.each([
    ['a declared account', API_MEMBER, open('api@acme-prod')],
    ['an account that nobody knows', 'serviceAccount:x@y.iam.gserviceaccount.com', open('x@y')],
    ['a KSA', member('payments/api'), open('payments/api')],
    ['a KSA in the newer spelling', inPool('subject/ns/payments/sa/api'), open('payments/api')],
    [
      'a KSA by its uid',
      inPool('kubernetes.serviceaccount.uid/u1'),
      open('the KSA with uid u1 of acme-prod.svc.id.goog'),
    ],
    [
      'every account of a project',
      'principalSet://cloudresourcemanager.googleapis.com/projects/1/type/ServiceAccount',
      open('every service account of projects/1'),
    ],
    ['a person: that is for others to judge', 'user:jane@acme.example', []],
    ['a group', 'group:admins@acme.example', []],
    ['Google’s own agent', 'serviceAccount:service-1@gcp-sa-pubsub.iam.gserviceaccount.com', []],
    ['the account that Google’s APIs act as', 'serviceAccount:1@cloudservices.gserviceaccount.com', []],
    [
      'the default account that customers’ code runs as',
      'serviceAccount:1-compute@developer.gserviceaccount.com',
      open('1-compute@developer.gserviceaccount.com'),
    ],
    ['a deleted account', `deleted:${API_MEMBER}?uid=1`, []],
    ['a dot for the slash: it is nobody', member('payments.api'), []],
  ])('%s', (_what, who, expected) => {
    expect(says(DETECTOR, { observations: [iam(PROJECT, [['roles/editor', who]])] })).toEqual(expected);
  });
});

describe('an entry', () => {
  const rules = policyOf(
    POLICY_YAML.replace(
      '  forbiddenRoles:\n',
      `  forbiddenRoles:
    - {name: admins, roles: ["roles/*.admin"], at: [project, folder], severity: medium}
    - {name: storage, roles: [roles/storage.admin], severity: critical}
    - {name: outsiders, principals: ["user:*@gmail.com"]}
`,
    ),
  );
  it.each([
    ['by a glob', PROJECT, 'roles/pubsub.admin', API_MEMBER, 'admins', 'medium'],
    ['only on the kinds it names', BUCKET, 'roles/pubsub.admin', API_MEMBER, undefined, undefined],
    ['of two the graver', PROJECT, 'roles/storage.admin', API_MEMBER, 'storage', 'critical'],
    ['everywhere, when it names no kind', BUCKET, 'roles/storage.admin', API_MEMBER, 'storage', 'critical'],
    ['about members, whatever the role', BUCKET, 'roles/x', 'user:j@gmail.com', 'outsiders', 'high'],
    ['in other letters', BUCKET, 'roles/x', 'user:J@Gmail.com', 'outsiders', 'high'],
    ['not of members next to them', BUCKET, 'roles/x', 'user:j@gmail.com.example', undefined, undefined],
    ['everybody', BUCKET, 'roles/x', 'allUsers', 'public', 'high'],
    [
      'everybody who has signed in is somebody else',
      BUCKET,
      'roles/x',
      'allAuthenticatedUsers',
      undefined,
      undefined,
    ],
  ])('%s', (_what, resource, role, who, entry, severity) => {
    const [finding] = foundBy(DETECTOR, { observations: [iam(resource, [[role, who]])], policy: rules });
    expect(finding?.why.entry).toBe(entry && `forbiddenRoles[${entry}]`);
    expect(finding?.severity).toBe(severity);
  });

  it('wins over a declaration', () => {
    const identities = POLICY.identities.map((entry) => ({
      ...entry,
      allow: entry.allow.map((item) => ({ ...item, role: 'roles/editor' })),
    }));
    const world = { observations: [iam(PROJECT, [['roles/editor', API_MEMBER]])] };
    expect(says(DETECTOR, { ...world, policy: { ...POLICY, identities } })).toEqual(open('api@acme-prod'));
  });
});

describe('a role under another name', () => {
  const ROLE = 'projects/acme-prod/roles/everything';
  const EDITORS_WAYS = ['iam.serviceAccounts.actAs', 'iam.serviceAccountKeys.create'];
  const rules = policyOf(
    POLICY_YAML.replace(
      '  forbiddenRoles:\n',
      `  forbiddenRoles:
    - {name: impersonation, roles: [roles/iam.serviceAccountUser], at: [project], severity: medium}
    - {name: secrets, roles: [roles/secretmanager.secretAccessor], severity: medium}
`,
    ),
  );
  const ACCESSOR = [
    'secretmanager.versions.access',
    'resourcemanager.projects.get',
    'resourcemanager.projects.list',
  ];

  it.each<[string, readonly string[], string | undefined]>([
    [
      'with every way of roles/editor to become accounts',
      [...EDITORS_WAYS, 'compute.instances.list'],
      'basic',
    ],
    ['with one of two of them, which is all of another', ['iam.serviceAccounts.actAs'], 'impersonation'],
    ['with the other alone', ['iam.serviceAccountKeys.create'], undefined],
    [
      'with all of a small role that lets nobody become anything',
      [...ACCESSOR, 'pubsub.topics.publish'],
      'secrets',
    ],
    ['with all of that but one', ACCESSOR.slice(1), undefined],
    ['with nothing', [], undefined],
  ])('%s', (_what, permissions, entry) => {
    const observations = [customRole(ROLE, permissions), iam(PROJECT, [[ROLE, API_MEMBER]])];
    const [finding] = foundBy(DETECTOR, { observations, policy: rules });
    expect(finding?.why.entry).toBe(entry && `forbiddenRoles[${entry}]`);
    expect(finding?.state).toBe(entry && 'open');
  });

  it('may be one of Google’s', () => {
    const observations = [iam(PROJECT, [['roles/iam.devOps', API_MEMBER]])];
    expect(only(DETECTOR, { observations, policy: rules }).explanation).toContain(
      'forbiddenRoles[impersonation] forbids roles/iam.serviceAccountUser on a project, and this role permits what roles/iam.serviceAccountUser is forbidden for.',
    );
  });

  it.each([
    ['not the binding that makes a workload of an account', API_ASSET, []],
    ['but workloadIdentityUser on all accounts of a project', PROJECT, open('payments/api', WI)],
  ])('%s, because a narrower way to be one is forbidden', (_what, asset, expected) => {
    const policy = policyOf(
      POLICY_YAML.replace(
        '  forbiddenRoles:\n',
        '  forbiddenRoles:\n    - {name: id-tokens, roles: [roles/iam.serviceAccountOpenIdTokenCreator]}\n',
      ),
    );
    const observations = [...ACCOUNTS, iam(asset, [[WI, member('payments/api')]])];
    expect(says(DETECTOR, { observations, policy })).toEqual(expected);
  });

  it.each<[string, ReturnType<typeof customRole>[], readonly string[]]>([
    [
      'is undecided while it has not been read',
      [],
      [`undecided: Whether ${ROLE} of api@acme-prod on project:acme-prod is forbidden is not known`],
    ],
    [
      'is none when it is deleted: it permits nothing',
      [customRole(ROLE, EDITORS_WAYS, { deleted: true })],
      [],
    ],
  ])('%s', (_what, roles, expected) => {
    const observations = [...roles, iam(PROJECT, [[ROLE, API_MEMBER]])];
    expect(says(DETECTOR, { observations })).toEqual(expected);
  });

  it('stays undeclared while that is undecided', () => {
    const observations = [...ACCOUNTS, iam(PROJECT, [[ROLE, API_MEMBER]])];
    expect(says('undeclared-grant', { observations })).toEqual([
      `open: api@acme-prod holds ${ROLE} on project:acme-prod, which no policy allows`,
    ]);
  });
});

describe('a role that permits what is forbidden', () => {
  const CUSTOM = 'projects/acme-prod/roles/uploader';
  const rules = policyOf(
    POLICY_YAML.replace(
      '  forbiddenRoles:\n',
      '  forbiddenRoles:\n    - {name: keys, permissions: [iam.serviceAccountKeys.create], at: [project], severity: medium}\n',
    ),
  );

  it.each<[string, string, ReturnType<typeof customRole>[], string | undefined]>([
    ['by its name', 'roles/iam.serviceAccountKeyAdmin', [], 'open'],
    [
      'a custom one',
      CUSTOM,
      [customRole(CUSTOM, ['iam.serviceAccountKeys.create', 'pubsub.topics.publish'])],
      'open',
    ],
    [
      'a custom one that permits something else',
      CUSTOM,
      [customRole(CUSTOM, ['pubsub.topics.publish'])],
      undefined,
    ],
    ['a custom one that has not been read', CUSTOM, [], 'undecided'],
    ['another of Google’s', 'roles/cloudsql.client', [], undefined],
  ])('%s', (_what, role, read, state) => {
    const observations = [...read, iam(PROJECT, [[role, API_MEMBER]])];
    const findings = foundBy(DETECTOR, { observations, policy: rules });
    expect(findings.map((finding) => finding.state)).toEqual(state === undefined ? [] : [state]);
  });

  it('says which permission that is', () => {
    const observations = [iam(PROJECT, [['roles/iam.serviceAccountKeyAdmin', API_MEMBER]])];
    expect(only(DETECTOR, { observations, policy: rules })).toMatchObject({
      severity: 'medium',
      title: 'api@acme-prod holds roles/iam.serviceAccountKeyAdmin on project:acme-prod, which is forbidden',
      explanation:
        'forbiddenRoles[keys] forbids every role that permits iam.serviceAccountKeys.create on a project. Grant the narrower role the workload needs, on the resource it needs it on.',
    });
  });
});

describe('a grant above the projects', () => {
  it.each([
    ['a folder', '//cloudresourcemanager.googleapis.com/folders/401', 'folder:401'],
    [
      'the organisation',
      '//cloudresourcemanager.googleapis.com/organizations/123456789012',
      'organization:123456789012',
    ],
  ])('is one as any other: on %s', (_what, resource, label) => {
    expect(says(DETECTOR, { observations: [iam(resource, [['roles/editor', API_MEMBER]])] })).toEqual(
      open('api@acme-prod', 'roles/editor', label),
    );
  });
});

describe('a role for service agents held by', () => {
  const AGENT = 'roles/compute.serviceAgent';
  const agent = (who: string, role = AGENT) => [
    `open: ${who} holds ${role} on project:acme-prod, a role that is for Google's own accounts`,
  ];
  it.each([
    ['a declared account', API_MEMBER, AGENT, agent('api@acme-prod')],
    ['a person', 'user:jane@acme.example', AGENT, agent('jane@acme.example')],
    [
      'somebody, in another spelling',
      API_MEMBER,
      'roles/run.ServiceAgentV2Ext',
      agent('api@acme-prod', 'roles/run.ServiceAgentV2Ext'),
    ],
    ['the agent itself', 'serviceAccount:service-1@compute-system.iam.gserviceaccount.com', AGENT, []],
    [
      'an agent of App Engine',
      'serviceAccount:service-1@gae-api-prod.google.com.iam.gserviceaccount.com',
      AGENT,
      [],
    ],
    ['somebody who is deleted', `deleted:${API_MEMBER}?uid=1`, AGENT, []],
    ['a node: that role is for customers', API_MEMBER, 'roles/container.defaultNodeServiceAgent', []],
  ])('%s', (_what, who, role, expected) => {
    expect(says(DETECTOR, { observations: [iam(PROJECT, [[role, who]])] })).toEqual(expected);
  });

  it('is high, cites the default deny and can be taken away', () => {
    expect(only(DETECTOR, { observations: [iam(PROJECT, [[AGENT, API_MEMBER]])] })).toMatchObject({
      class: 'attack',
      severity: 'high',
      why: { entry: 'spec' },
      remediation: [
        {
          text: `gcloud projects remove-iam-policy-binding acme-prod --member=${API_MEMBER} --role=${AGENT}`,
        },
      ],
    });
  });
});

describe('an exception', () => {
  // POLICY has one for the identity api, roles/editor on project acme-stage, until the first of December.
  const on = (resource: string, role: string, who: string) => ({
    observations: [iam(resource, [[role, who]])],
  });
  it.each([
    ['covers what it names', on(STAGE, 'roles/editor', API_MEMBER), 'excepted'],
    [
      'covers the entry’s KSA as well as its account',
      on(STAGE, 'roles/editor', member('payments/api')),
      'excepted',
    ],
    ['not another project', on(PROJECT, 'roles/editor', API_MEMBER), 'open'],
    ['not another role', on(STAGE, 'roles/owner', API_MEMBER), 'open'],
    ['not another identity', on(STAGE, 'roles/editor', member('payments/exporter')), 'open'],
  ])('%s', (_what, world, state) => {
    expect(only(DETECTOR, world).state).toBe(state);
  });

  it('ends at the end of its last day, and is looked at again then', () => {
    const world = on(STAGE, 'roles/editor', API_MEMBER);
    const end = POLICY.exceptions[0]!.expires;
    expect(wakesAt(world)).toBe(end);
    expect(only(DETECTOR, { ...world, asOf: end - 1n }).state).toBe('excepted');
    expect(only(DETECTOR, { ...world, asOf: end }).state).toBe('open');
  });

  it('is known by the project’s id where the grant has its number', () => {
    const numbered = projectName('999');
    const { observations } = on(numbered, 'roles/editor', API_MEMBER);
    expect(only(DETECTOR, { observations }).state).toBe('open');
    expect(
      only(DETECTOR, {
        observations: [
          ...observations,
          {
            kind: 'alias',
            asset: numbered,
            time: t(0),
            source: 'scan',
            ancestors: [],
            alias: { of: 'project', id: '999', name: 'acme-stage' },
          },
        ],
      }).state,
    ).toBe('excepted');
  });
});

describe('what the finding tells', () => {
  it('who holds what where, who gave it, by which rule, and how to take it back', () => {
    expect(
      only(DETECTOR, {
        observations: [
          ...ACCOUNTS,
          iam(PROJECT, [['roles/editor', API_MEMBER]], { time: t(100), source: 'feed', etag: 'e2' }),
        ],
        acts: [
          act('a1', PROJECT, {
            time: t(99),
            etag: 'e2',
            changes: [change('add', PROJECT, 'roles/editor', API_MEMBER)],
          }),
          act('a0', PROJECT, {
            time: t(100),
            etag: 'e1',
            actor: { principal: 'sam@acme.example', delegation: [] },
          }),
        ],
      }),
    ).toMatchObject({
      class: 'attack',
      severity: 'critical',
      subject: `gsa:${API}`,
      identity: 'api@acme-prod',
      role: 'roles/editor',
      project: 'acme-prod',
      owner: 'team-payments',
      actor: { principal: 'jane@acme.example' },
      after: [`roles/editor on project:acme-prod for ${API_MEMBER}`],
      explanation:
        'forbiddenRoles[basic] forbids it. Grant the narrower role the workload needs, on the resource it needs it on.',
      why: { file: 'policy.yaml', line: lineOf('name: basic'), entry: 'forbiddenRoles[basic]' },
      remediation: [
        {
          kind: 'gcloud',
          text: `gcloud projects remove-iam-policy-binding acme-prod --member=${API_MEMBER} --role=roles/editor`,
        },
      ],
    });
  });

  it('all there is to tell of that grant', () => {
    const observations = [...ACCOUNTS, iam(PROJECT, [['roles/editor', API_MEMBER]])];
    const ofIt = found({ observations }).filter(({ role }) => role === 'roles/editor');
    expect(ofIt.map(({ detector }) => detector)).toEqual([DETECTOR]);
  });

  it('what the last severity rule makes of it', () => {
    const policy = policyWith(
      '  severity:\n    - {detector: "*", set: info}\n    - {detector: "forbidden-*", project: "acme-p*", max: high}\n',
    );
    const observations = [
      ...ACCOUNTS,
      iam(PROJECT, [['roles/editor', API_MEMBER]]),
      iam(STAGE, [['roles/owner', API_MEMBER]]),
    ];
    expect(
      foundBy(DETECTOR, { observations, policy }).map(({ project, severity }) => [project, severity]),
    ).toEqual([
      ['acme-prod', 'high'],
      ['acme-stage', 'info'],
    ]);
  });
});
