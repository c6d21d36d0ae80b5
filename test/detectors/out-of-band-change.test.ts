import { describe, expect, it } from '@jest/globals';
import type { Act, Actor } from '../../shared/model/act.ts';
import { keyName, projectName, serviceAccountName } from '../../shared/model/asset.ts';
import type { Observation } from '../../shared/model/observation.ts';
import {
  act,
  change,
  excepting,
  gone,
  gsa,
  iam,
  JANE,
  key,
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
  type World,
  wakesAt,
} from '../world.ts';
import { ACCOUNTS, ADMIN, ADMIN_ASSET, API, API_ASSET } from './cast.ts';

const DETECTOR = 'out-of-band-change';
const BUCKET = '//storage.googleapis.com/ledger';
const PROJECT = projectName('acme-prod');
const DAY = 24 * 3600;
const BY_JANE = 'open: jane@acme.example changed the IAM policy of api@acme-prod by hand';
const GIVEN = iam(API_ASSET, [[WI, member('sandbox/debug')]]);
const GIVE = { changes: [change('add', API_ASSET, WI, member('sandbox/debug'))], time: t(100) };

const by = (actor: Actor, more: Partial<Act> = {}): World => ({
  observations: [...ACCOUNTS, GIVEN],
  acts: [act('a1', API_ASSET, { ...GIVE, actor, ...more })],
});
const actor = (principal: string, more: Partial<Actor> = {}): Actor => ({
  principal,
  delegation: [],
  ...more,
});

describe('who changed it', () => {
  const GITHUB = TERRAFORM.delegation[0]!;
  const through = (delegation: readonly string[]) => ({ ...TERRAFORM, delegation });
  it.each<[string, Actor, boolean]>([
    ['a person', JANE, true],
    ['Terraform', through([]), false],
    ['Terraform, by the pipeline that may use it', TERRAFORM, false],
    ['Terraform, by a person', through(['user:jane@acme.example']), true],
    ['Terraform, by a person through that pipeline', through([GITHUB, 'user:jane@acme.example']), true],
    ['Terraform, by a pipeline of another repository', through([GITHUB.replace('infra', 'other')]), true],
    ['an account next to it', actor('tf2@acme-iac.iam.gserviceaccount.com'), true],
    ['the same name in another project', actor('tf@acme-prod.iam.gserviceaccount.com'), true],
    [
      'a person whose user agent says Terraform',
      { ...JANE, userAgent: 'Terraform/1.9 (+https://www.terraform.io)' },
      true,
    ],
    ['nobody that the entry names', actor(''), true],
    ['Google’s own agent', actor('service-1@gcp-sa-pubsub.iam.gserviceaccount.com'), false],
    [
      'Google, when it switches a service on',
      actor('service-agent-manager@system.gserviceaccount.com'),
      false,
    ],
    [
      'Google’s own agent, through which somebody acts',
      actor('service-1@gcp-sa-pubsub.iam.gserviceaccount.com', { delegation: ['user:jane@acme.example'] }),
      true,
    ],
    [
      'Google’s own agent, through which another acts',
      actor('service-1@gcp-sa-pubsub.iam.gserviceaccount.com', {
        delegation: ['serviceAccount:service-2@gcp-sa-pubsub.iam.gserviceaccount.com'],
      }),
      false,
    ],
    ['the account that builds run as', actor('1@cloudbuild.gserviceaccount.com'), true],
    ['the account that deployments run as', actor('1@cloudservices.gserviceaccount.com'), true],
    ['a domain that ends like Google’s', actor('1@evilgserviceaccount.com'), true],
  ])('%s', (_what, who, isFound) => {
    expect(says(DETECTOR, by(who))).toHaveLength(isFound ? 1 : 0);
  });

  it('is not judged by a policy without trusted changers', () => {
    const policy = policyOf(POLICY_YAML.replace(/ {2}trustedChangers:(?:.|\n)*?(?= {2}exceptions)/, ''));
    expect(says(DETECTOR, { ...by(JANE), policy })).toEqual([]);
  });
});

describe('what was changed', () => {
  const on = (asset: string, ...changes: Act['changes']): Act => act('a1', asset, { changes });
  it.each<[string, Act, readonly Observation[], readonly string[]]>([
    ['the policy of an account that is declared', on(API_ASSET), [], [BY_JANE]],
    ['of one that is not', on(ADMIN_ASSET), [], []],
    [
      'of one that is linked',
      on(ADMIN_ASSET),
      [ksa('sandbox/debug', ADMIN)],
      ['open: jane@acme.example changed the IAM policy of admin@acme-prod by hand'],
    ],
    [
      'a bucket, for a declared account',
      on(BUCKET, change('add', BUCKET, 'roles/x', `serviceAccount:${API}`)),
      [iam(BUCKET, [['roles/x', `serviceAccount:${API}`]])],
      ['open: jane@acme.example changed the IAM policy of bucket:ledger by hand'],
    ],
    [
      'for a KSA',
      on(BUCKET, change('add', BUCKET, 'roles/x', member('a/b'))),
      [iam(BUCKET, [['roles/x', member('a/b')]])],
      ['open: jane@acme.example changed the IAM policy of bucket:ledger by hand'],
    ],
    [
      'for a pool that is not trusted',
      on(BUCKET, change('add', BUCKET, 'roles/x', member('a/b', 'x.svc.id.goog'))),
      [iam(BUCKET, [['roles/x', member('a/b', 'x.svc.id.goog')]])],
      ['open: jane@acme.example changed the IAM policy of bucket:ledger by hand'],
    ],
    [
      'for a person',
      on(BUCKET, change('add', BUCKET, 'roles/x', 'user:sam@acme.example')),
      [iam(BUCKET, [['roles/x', 'user:sam@acme.example']])],
      [],
    ],
    [
      'for everybody, which is forbidden',
      on(BUCKET, change('add', BUCKET, 'roles/x', 'allUsers')),
      [iam(BUCKET, [['roles/x', 'allUsers']])],
      ['open: jane@acme.example changed the IAM policy of bucket:ledger by hand'],
    ],
    [
      'for an account that is deleted',
      on(BUCKET, change('remove', BUCKET, 'roles/x', `deleted:serviceAccount:${API}?uid=1001`)),
      [],
      [],
    ],
    [
      'an account that is declared',
      act('a1', API_ASSET, { kind: 'update-service-account' }),
      [],
      ['open: jane@acme.example changed api@acme-prod by hand'],
    ],
    ['an account that is not', act('a1', ADMIN_ASSET, { kind: 'update-service-account' }), [], []],
    [
      'a key, of whatever account',
      act('a1', keyName('k1'), { kind: 'create-key', account: ADMIN }),
      [key('k1', '1002')],
      ['open: jane@acme.example created a key for admin@acme-prod by hand'],
    ],
    [
      'a key whose id the entry does not tell',
      act('a1', ADMIN_ASSET, { kind: 'upload-key', account: ADMIN }),
      [],
      ['open: jane@acme.example uploaded a key for admin@acme-prod by hand'],
    ],
  ])('%s', (_what, one, observations, expected) => {
    expect(says(DETECTOR, { observations: [...ACCOUNTS, ...observations], acts: [one] })).toEqual(expected);
  });
});

describe('what an entry trusts it with', () => {
  const entry = (more: string) =>
    policyOf(
      POLICY_YAML.replace('subject: serviceAccount:tf@', `${more}\n      subject: serviceAccount:tf@`),
    );
  const IN_FOLDER = { ancestors: ['projects/111122223333', 'folders/4', 'organizations/123456789012'] };

  it.each<[string, string, Act, readonly Observation[], boolean]>([
    ['bindings', 'may: [bindings]', act('a1', API_ASSET, GIVE), [GIVEN], false],
    ['not accounts', 'may: [bindings]', act('a1', API_ASSET, { kind: 'update-service-account' }), [], true],
    [
      'not the making of keys',
      'may: [bindings, serviceAccounts, keyDelete]',
      act('a1', keyName('k'), { kind: 'create-key' }),
      [key('k', '1001')],
      true,
    ],
    [
      'but their deletion',
      'may: [bindings, serviceAccounts, keyDelete]',
      act('a1', keyName('k'), { kind: 'delete-key' }),
      [],
      false,
    ],
    [
      'in a project: an account, by its e-mail',
      'within: ["project:acme-*"]',
      act('a1', API_ASSET, GIVE),
      [GIVEN],
      false,
    ],
    ['another project', 'within: ["project:beta-*"]', act('a1', API_ASSET, GIVE), [GIVEN], true],
    [
      'a key, by the project it was logged in',
      'within: ["project:acme-*"]',
      act('a1', keyName('k'), { kind: 'delete-key' }),
      [],
      false,
    ],
    [
      'a bucket, by the project it was logged in',
      'within: ["project:acme-*"]',
      act('a1', BUCKET, { changes: [change('add', BUCKET, 'roles/x', member('a/b'))] }),
      [iam(BUCKET, [['roles/x', member('a/b')]])],
      false,
    ],
    [
      'a bucket, by the folder it lies in',
      'within: ["folder:4"]',
      act('a1', BUCKET, { changes: [change('add', BUCKET, 'roles/x', member('a/b'))] }),
      [{ ...iam(BUCKET, [['roles/x', member('a/b')]]), ...IN_FOLDER }],
      false,
    ],
    [
      'not in another folder',
      'within: ["folder:5"]',
      act('a1', BUCKET, { changes: [change('add', BUCKET, 'roles/x', member('a/b'))] }),
      [{ ...iam(BUCKET, [['roles/x', member('a/b')]]), ...IN_FOLDER }],
      true,
    ],
  ])('%s', (_what, more, one, observations, isFound) => {
    const world = { observations: [...ACCOUNTS, ...observations], acts: [{ ...one, actor: TERRAFORM }] };
    expect(says(DETECTOR, { ...world, policy: entry(more) })).toHaveLength(isFound ? 1 : 0);
  });
});

describe('a change that was undone', () => {
  const removed = { changes: [change('remove', API_ASSET, WI, member('payments/api'))] };
  const twice = {
    changes: [...GIVE.changes, change('add', API_ASSET, TOKEN_CREATOR, member('sandbox/debug'))],
  };
  const made = (kind: Act['kind'], asset = keyName('k1')) => act('a1', asset, { kind, account: API });

  it.each<[string, Act, readonly Observation[], boolean]>([
    ['what it added stands', act('a1', API_ASSET, GIVE), [GIVEN], true],
    [
      'under the account’s other name too',
      act('a1', API_ASSET, GIVE),
      [iam(serviceAccountName(API), [[WI, member('sandbox/debug')]])],
      true,
    ],
    [
      'what it added is gone',
      act('a1', API_ASSET, GIVE),
      [GIVEN, iam(API_ASSET, [], { time: t(200) })],
      false,
    ],
    ['only half of it', act('a1', API_ASSET, twice), [GIVEN], true],
    [
      'it stands with a condition only',
      act('a1', API_ASSET, GIVE),
      [iam(API_ASSET, [[WI, member('sandbox/debug'), { expression: 'x' }]])],
      false,
    ],
    ['what it took is missing', act('a1', API_ASSET, removed), [iam(API_ASSET, [])], true],
    [
      'what it took is back',
      act('a1', API_ASSET, removed),
      [iam(API_ASSET, [[WI, member('payments/api')]])],
      false,
    ],
    ['what it did is not known', act('a1', API_ASSET), [iam(API_ASSET, [])], true],
    ['the key it made is there', made('create-key'), [key('k1', '1001')], true],
    ['and is deleted', made('create-key'), [key('k1', '1001'), gone(keyName('k1'), { time: t(9) })], false],
    ['the key it disabled is enabled', made('disable-key'), [key('k1', '1001')], false],
    ['the key it disabled still is', made('disable-key'), [key('k1', '1001', { disabled: true })], true],
    ['the key it enabled is disabled', made('enable-key'), [key('k1', '1001', { disabled: true })], false],
    ['the key it enabled still is', made('enable-key'), [key('k1', '1001')], true],
    ['the key it deleted: that cannot be undone', made('delete-key'), [gone(keyName('k1'))], true],
    [
      'the account it disabled is',
      made('disable-service-account', API_ASSET),
      [gsa(API, '1001', { disabled: true, time: t(9) })],
      true,
    ],
    ['and is enabled', made('disable-service-account', API_ASSET), [], false],
    [
      'the account it enabled is disabled',
      made('enable-service-account', API_ASSET),
      [gsa(API, '1001', { disabled: true, time: t(9) })],
      false,
    ],
    [
      'the account it deleted is',
      made('delete-service-account', API_ASSET),
      [gone(API_ASSET, { time: t(9) })],
      true,
    ],
    ['and is back', made('delete-service-account', API_ASSET), [], false],
    ['the account it made is there', made('create-service-account', API_ASSET), [], true],
    ['and is deleted', made('create-service-account', API_ASSET), [gone(API_ASSET, { time: t(9) })], false],
  ])('%s', (_what, one, observations, isFound) => {
    expect(says(DETECTOR, { observations: [...ACCOUNTS, ...observations], acts: [one] })).toHaveLength(
      isFound ? 1 : 0,
    );
  });
});

it('closes after seven days, and is looked at then', () => {
  const end = t(100 + 7 * DAY);
  expect(wakesAt(by(JANE))).toBe(end);
  expect(says(DETECTOR, { ...by(JANE), asOf: end - 1n })).toEqual([BY_JANE]);
  expect(says(DETECTOR, { ...by(JANE), asOf: end })).toEqual([]);
});

describe('what the finding tells', () => {
  it('who, through whom, what they took and gave, and that nobody trusts them to', () => {
    const changes = [
      change('remove', API_ASSET, WI, member('payments/api')),
      change('add', API_ASSET, WI, member('sandbox/debug'), { expression: 'resource.name == "a"' }),
    ];
    const observations = [
      ...ACCOUNTS,
      iam(API_ASSET, [[WI, member('sandbox/debug'), { expression: 'resource.name == "a"' }]]),
    ];
    expect(
      only(DETECTOR, { observations, acts: [act('a1', API_ASSET, { changes, time: t(100) })] }),
    ).toMatchObject({
      class: 'posture',
      severity: 'medium',
      subject: 'act:a1',
      identity: 'api@acme-prod',
      resource: API_ASSET,
      project: 'acme-prod',
      owner: 'team-payments',
      actor: { principal: 'jane@acme.example', delegation: [], ip: '203.0.113.9', userAgent: 'gcloud' },
      observedBy: 'audit-log',
      eventTime: t(100),
      before: [`${WI} for ${member('payments/api')}`],
      after: [`${WI} for ${member('sandbox/debug')} if resource.name == "a"`],
      path: ['jane@acme.example'],
      explanation: expect.stringContaining('jane@acme.example'),
      why: { line: lineOf('trustedChangers:'), entry: 'trustedChangers' },
      remediation: [],
    });
  });

  it('the delegate that the entry does not list, and the entry', () => {
    const who = { ...TERRAFORM, delegation: ['user:jane@acme.example'] };
    expect(only(DETECTOR, by(who))).toMatchObject({
      path: ['user:jane@acme.example', TERRAFORM.principal],
      explanation: `user:jane@acme.example acted through ${TERRAFORM.principal}, and terraform does not list that delegate.`,
      why: { line: lineOf('name: terraform'), entry: 'trustedChangers[terraform]' },
    });
  });

  it('the owner of the identity that was given something, where the resource has none', () => {
    const changes = [change('add', PROJECT, 'roles/x', member('payments/exporter'))];
    const observations = [iam(PROJECT, [['roles/x', member('payments/exporter')]])];
    expect(only(DETECTOR, { observations, acts: [act('a1', PROJECT, { changes })] })).toMatchObject({
      identity: 'project:acme-prod',
      owner: 'team-payments',
    });
  });

  it('that it is as grave as the entry says that names the actor, or the policy', () => {
    const policy = policyOf(
      POLICY_YAML.replace('- name: terraform', '- name: terraform\n      severity: high'),
    );
    expect(
      only(DETECTOR, { ...by({ ...TERRAFORM, delegation: ['user:x@y.example'] }), policy }).severity,
    ).toBe('high');
    expect(only(DETECTOR, { ...by(JANE), policy }).severity).toBe('medium');
    const raised = policyWith('  severity: [{detector: out-of-band-change, set: critical}]\n');
    expect(only(DETECTOR, { ...by(JANE), policy: raised }).severity).toBe('critical');
  });

  it('that an exception covers it, by the account of a key too', () => {
    const policy = excepting(`detector: ${DETECTOR}, serviceAccount: ${API}`);
    const ofKey = {
      observations: [...ACCOUNTS, key('k1', '1001')],
      acts: [act('a1', keyName('k1'), { kind: 'create-key', account: API })],
    };
    expect(only(DETECTOR, { ...by(JANE), policy }).state).toBe('excepted');
    expect(only(DETECTOR, { ...ofKey, policy }).state).toBe('excepted');
    const other = excepting(`detector: ${DETECTOR}, serviceAccount: ${ADMIN}`);
    expect(only(DETECTOR, { ...by(JANE), policy: other }).state).toBe('open');
  });
});
