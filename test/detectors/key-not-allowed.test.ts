import { describe, expect, it } from '@jest/globals';
import { keyName, serviceAccountName } from '../../shared/model/asset.ts';
import type { Observation } from '../../shared/model/observation.ts';
import { formatTime } from '../../shared/model/time.ts';
import {
  account,
  act,
  alias,
  excepting,
  gone,
  gsa,
  key,
  lineOf,
  NOW,
  only,
  POLICY,
  POLICY_YAML,
  policyOf,
  policyWith,
  says,
  t,
  wakesAt,
} from '../world.ts';
import { ACCOUNTS, API, API_ASSET } from './cast.ts';

const DETECTOR = 'key-not-allowed';
const SFTP = 'sftp@acme-data.iam.gserviceaccount.com';
const SFTP_ACCOUNT = account(SFTP, '2001');
const NONE = 'open: A key was created for api@acme-prod, and the policy allows it none';
const validUntil = (seconds: number) => ({ validBefore: formatTime(t(seconds)) });

describe('a key', () => {
  it.each<[string, readonly Observation[], readonly string[]]>([
    ['that a user made', [key('k1', '1001')], [NONE]],
    ['whose account is told by e-mail', [key('k1', API)], [NONE]],
    [
      'that a user uploaded',
      [key('k1', '1001', { origin: 'uploaded' })],
      ['open: A key was uploaded for api@acme-prod, and the policy allows it none'],
    ],
    ['that Google manages', [key('k1', '1001', { managedBy: 'google' })], []],
    ['that the policy allows', [...SFTP_ACCOUNT, key('k1', '2001')], []],
    [
      'of the account next to it',
      [...account('sftp2@acme-data.iam.gserviceaccount.com', '2002'), key('k1', '2002')],
      ['open: A key was created for sftp2@acme-data, and the policy allows it none'],
    ],
    [
      'of the same name in another project',
      [...account('sftp@acme-prod.iam.gserviceaccount.com', '2003'), key('k1', '2003')],
      ['open: A key was created for sftp@acme-prod, and the policy allows it none'],
    ],
    [
      'that is disabled',
      [key('k1', '1001', { disabled: true })],
      ['open: api@acme-prod keeps a disabled key k1, and the policy allows it none'],
    ],
    ['that was deleted', [key('k1', '1001'), gone(keyName('k1'), { time: t(9) })], []],
    ['whose account was deleted', [key('k1', '1001'), gone(API_ASSET, { time: t(9) })], []],
    [
      'whose account is disabled, until somebody enables it',
      [key('k1', '1001'), gsa(API, '1001', { disabled: true, time: t(9) })],
      [NONE],
    ],
    ['that is no longer valid', [key('k1', '1001', validUntil(3599))], []],
    ['that is valid still', [key('k1', '1001', validUntil(3601))], [NONE]],
    [
      'without a word on who manages it',
      [
        {
          ...key('k1', '1001'),
          facts: { type: 'service-account-key', keyId: 'k1', account: '1001' },
        } as Observation,
      ],
      ['undecided: api@acme-prod has key k1, and who manages it is not known'],
    ],
    [
      'without a word on its account',
      [
        {
          ...key('k1', ''),
          facts: { type: 'service-account-key', keyId: 'k1', managedBy: 'user' },
        } as Observation,
      ],
      ['undecided: Whether an unknown account may have key k1 is not known'],
    ],
  ])('%s', (_what, observations, expected) => {
    expect(says(DETECTOR, { observations: [...ACCOUNTS, ...observations] })).toEqual(expected);
  });

  it.each<[string, readonly Observation[], string]>([
    ['may be one that an allowance names', [], 'undecided: Whether 2001 may have key k1 is not known'],
    [
      'is another, once that is known',
      [alias(SFTP, '2009')],
      'open: A key was created for 2001, and the policy allows it none',
    ],
  ])('of an account whose e-mail is not known: it %s', (_what, observations, expected) => {
    expect(says(DETECTOR, { observations: [key('k1', '2001'), ...observations] })).toEqual([expected]);
  });

  it.each([
    ['a glob may always mean it', `serviceAccount: "*@acme-data.iam.gserviceaccount.com"`, 'undecided'],
    ['nobody is allowed any', undefined, 'open'],
  ])('of such an account, where %s', (_what, allowed, state) => {
    const section = `    allowed:\n      - {name: sftp, serviceAccount: ${SFTP}, maxKeys: 1, expires: 2026-12-31}\n`;
    const policy = policyOf(
      POLICY_YAML.replace(section, allowed === undefined ? '' : `    allowed: [{name: sftp, ${allowed}}]\n`),
    );
    expect(only(DETECTOR, { observations: [key('k1', '2001'), alias(SFTP, '2009')], policy }).state).toBe(
      state,
    );
  });

  it.each([
    [
      'does not speak of keys',
      POLICY_YAML.replace(/ {2}serviceAccountKeys:(?:.|\n)*?(?= {2}trustedChangers)/, ''),
    ],
    ['allows them', POLICY_YAML.replace('userManaged: forbid', 'userManaged: allow')],
  ])('where the policy %s', (_what, text) => {
    expect(
      says(DETECTOR, { observations: [...ACCOUNTS, key('k1', '1001')], policy: policyOf(text) }),
    ).toEqual([]);
  });
});

describe('an allowance', () => {
  const end = POLICY.serviceAccountKeys!.allowed[0]!.expires!;
  const world = { observations: [...SFTP_ACCOUNT, key('k1', '2001')] };

  it('ends, and its keys are looked at again when it does', () => {
    expect(formatTime(end)).toBe('2027-01-01T00:00:00.000000000Z');
    expect(wakesAt(world)).toBe(end);
    expect(says(DETECTOR, { ...world, asOf: end - 1n })).toEqual([]);
    expect(only(DETECTOR, { ...world, asOf: end })).toMatchObject({
      title: 'A key was created for sftp@acme-data, and the allowance sftp has expired',
      why: { line: lineOf('name: sftp'), entry: 'serviceAccountKeys.allowed[sftp]' },
    });
  });

  const older = key('k9', '2001', { validAfter: formatTime(t(-100)) });
  const newer = key('k1', '2001', { validAfter: formatTime(t(-50)) });
  const unknown = {
    ...older,
    facts: { type: 'service-account-key', keyId: 'k9', account: '2001', validAfter: formatTime(t(-100)) },
  } as Observation;
  const BEYOND = 'open: A key was created for sftp@acme-data, and only 1 is allowed';

  it.each<[string, readonly Observation[], readonly string[]]>([
    ['is for the oldest key', [older], []],
    ['and not for the second', [older, newer], [BEYOND]],
    ['in whatever order they are told', [newer, older], [BEYOND]],
    [
      'by whatever name the account has',
      [key('k9', SFTP, { validAfter: formatTime(t(-100)) }), newer],
      [BEYOND],
    ],
    [
      'Google’s own keys take no place',
      [key('k9', '2001', { managedBy: 'google', validAfter: formatTime(t(-100)) }), newer],
      [],
    ],
    [
      'nor do other accounts’',
      [key('k9', '1001', { validAfter: formatTime(t(-100)), disabled: true }), newer],
      [],
    ],
    [
      'nor do keys that are no longer valid',
      [key('k9', '2001', { validAfter: formatTime(t(-100)), ...validUntil(10) }), newer],
      [],
    ],
    ['nor do deleted ones', [older, newer, gone(keyName('k9'), { time: t(9) })], []],
    [
      'a disabled one keeps its place',
      [key('k9', '2001', { disabled: true, validAfter: formatTime(t(-100)) }), newer],
      [BEYOND],
    ],
    [
      'one that perhaps is Google’s leaves it open',
      [unknown, newer],
      ['undecided: Whether sftp@acme-data may have key k1 is not known'],
    ],
  ])('%s', (_what, observations, expected) => {
    expect(
      says(DETECTOR, { observations: [...SFTP_ACCOUNT, ...ACCOUNTS, ...observations] }).filter(
        (text) => !text.includes('api@'),
      ),
    ).toEqual(expected);
  });

  it('has a place again when the older key runs out', () => {
    const observations = [
      ...SFTP_ACCOUNT,
      key('k9', '2001', { validAfter: formatTime(t(-100)), ...validUntil(7200) }),
      newer,
    ];
    expect(says(DETECTOR, { observations })).toEqual([BEYOND]);
    expect(wakesAt({ observations })).toBe(t(7200));
    expect(says(DETECTOR, { observations, asOf: t(7200) })).toEqual([]);
  });

  it('cites the entry that allows too few', () => {
    expect(only(DETECTOR, { observations: [...SFTP_ACCOUNT, older, newer] }).why.entry).toBe(
      'serviceAccountKeys.allowed[sftp]',
    );
  });
});

describe('what the finding tells', () => {
  const KEY = 'bce60f03a1b2c3d4e5f60718293a4b5c6d7e8f90';
  const made = key(KEY, '1001', { validAfter: formatTime(t(100)) }, { time: t(400), source: 'feed' });

  it('who made it, that it works from anywhere, and to disable it before it is deleted', () => {
    expect(
      only(DETECTOR, {
        observations: [...ACCOUNTS, made],
        acts: [act('a1', keyName(KEY), { kind: 'create-key', account: API, time: t(101) })],
      }),
    ).toMatchObject({
      class: 'attack',
      severity: 'high',
      subject: `key:${KEY}`,
      identity: 'api@acme-prod',
      resource: keyName(KEY),
      project: 'acme-prod',
      owner: 'team-payments',
      actor: { principal: 'jane@acme.example' },
      eventTime: t(100),
      after: [`user-managed key ${KEY} (created)`],
      explanation:
        'A key works from anywhere, for whoever has the file, until it is deleted. Workload Identity needs none.',
      why: { line: lineOf('serviceAccountKeys:'), entry: 'serviceAccountKeys' },
      remediation: [
        { kind: 'gcloud', text: `gcloud iam service-accounts keys disable ${KEY} --iam-account=${API}` },
        { kind: 'gcloud', text: `gcloud iam service-accounts keys delete ${KEY} --iam-account=${API}` },
      ],
    });
  });

  it('of a disabled key: that it only wants deleting', () => {
    expect(
      only(DETECTOR, { observations: [...ACCOUNTS, key(KEY, '1001', { disabled: true })] }),
    ).toMatchObject({
      class: 'posture',
      severity: 'low',
      title: 'api@acme-prod keeps a disabled key bce60f03…, and the policy allows it none',
      after: [`user-managed key ${KEY} (created, disabled)`],
      remediation: [{ text: `gcloud iam service-accounts keys delete ${KEY} --iam-account=${API}` }],
    });
  });

  it('of an account that is known by its id: no project that is none, and a command all the same', () => {
    const policy = policyOf(POLICY_YAML.replace(/ {4}allowed:\n.*sftp.*\n/, ''));
    const finding = only(DETECTOR, { observations: [key('k1', '1001')], policy });
    expect(finding).toMatchObject({ state: 'open', identity: '1001' });
    expect(finding.project).toBeUndefined();
    expect(finding.remediation[0]?.text).toBe(
      'gcloud iam service-accounts keys disable k1 --iam-account=1001',
    );
  });

  it('no command while it is undecided', () => {
    expect(only(DETECTOR, { observations: [key('k1', '2001')] }).remediation).toEqual([]);
  });

  it('no command with a key whose name is none', () => {
    const { remediation } = only(DETECTOR, { observations: [...ACCOUNTS, key("k'1", '1001')] });
    expect(remediation.map(({ text }) => text.startsWith('#'))).toEqual([true, true]);
  });

  it('what exceptions and severities make of it', () => {
    const world = { observations: [...ACCOUNTS, made] };
    const state = (match: string) =>
      only(DETECTOR, { ...world, policy: excepting(`detector: ${DETECTOR}, ${match}`) }).state;
    expect(state(`serviceAccount: ${API}`)).toBe('excepted');
    expect(state(`key: ${KEY}`)).toBe('excepted');
    expect(state('identity: api')).toBe('excepted');
    expect(state(`serviceAccount: ${SFTP}`)).toBe('open');
    expect(state('key: bce60f03')).toBe('open');
    const policy = policyWith('  severity: [{detector: "key-*", project: acme-prod, set: critical}]\n');
    expect(only(DETECTOR, { ...world, policy }).severity).toBe('critical');
  });

  it('the same finding when it is disabled, enabled or looked at later', () => {
    const ids = [
      only(DETECTOR, { observations: [...ACCOUNTS, made] }),
      only(DETECTOR, { observations: [...ACCOUNTS, made], asOf: NOW * 2n }),
      only(DETECTOR, { observations: [...ACCOUNTS, key(KEY, '1001', { disabled: true })] }),
      only(DETECTOR, { observations: [key(KEY, '1001'), gsa(API, '1001'), alias(API, '1001')] }),
    ].map(({ id }) => id);
    expect(new Set(ids).size).toBe(1);
  });

  it('nothing of accounts that only share the key’s name', () => {
    expect(says(DETECTOR, { observations: [gsa(API, '1001'), gone(serviceAccountName('k1'))] })).toEqual([]);
  });
});
