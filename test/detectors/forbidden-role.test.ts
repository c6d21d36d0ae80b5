import { describe, expect, it } from '@jest/globals';
import { projectName } from '../../shared/model/asset.ts';
import {
  act,
  change,
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
  wakesAt,
} from '../world.ts';
import { ACCOUNTS, API } from './cast.ts';

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
