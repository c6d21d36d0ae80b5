import { describe, expect, it } from '@jest/globals';
import type { Setter } from '../../shared/model/act.ts';
import type { Observation } from '../../shared/model/observation.ts';
import {
  act,
  excepting,
  foundBy,
  gone,
  JANE,
  only,
  POLICY_YAML,
  policyOf,
  projectAlias,
  says,
  TERRAFORM,
  t,
} from '../world.ts';
import { CI_POOL, GITHUB, MAPPING, OWNER_CONDITION, PROVIDER, provider, trustingCi } from './platform.ts';

const DETECTOR = 'federation-provider-changed';
const EVIL = 'https://evil.example';
const jane: Setter = { principal: JANE.principal, delegation: [] };
const terraform: Setter = { principal: TERRAFORM.principal, delegation: TERRAFORM.delegation };
const POLICY = trustingCi();
const WITHOUT = trustingCi('identitySameness: reported');
const later = (facts: Parameters<typeof provider>[0], by?: Setter, seconds = 100) =>
  provider(facts, { time: t(seconds), source: 'audit-log', ...(by === undefined ? {} : { by }) });

describe('against what the policy declares', () => {
  it.each<[string, Observation, readonly string[]]>([
    ['a provider as it should be', provider(), []],
    [
      'an issuer that is not named',
      provider({ issuer: EVIL }),
      [`open: Provider github of pool ci takes tokens of ${EVIL}`],
    ],
    ['no condition', provider({ condition: '' }), ['open: Provider github of pool ci has no condition']],
    ['no condition, switched off', provider({ condition: '', disabled: true }), []],
    [
      'a condition that nobody told of',
      provider({ issuer: GITHUB }, { whole: false, source: 'audit-log' }),
      ['undecided: Whether provider github of pool ci has a condition is not known'],
    ],
    [
      'a provider of a pool that is not trusted',
      provider({ issuer: EVIL, condition: '' }, { asset: PROVIDER.replace('/ci/', '/other/') }),
      [],
    ],
  ])('%s', (_what, observation, expected) => {
    expect(says(DETECTOR, { observations: [observation], policy: POLICY })).toEqual(expected);
  });

  it('knows the pool by its project’s id as by its number', () => {
    const asset = PROVIDER.replace('444455556666', 'acme-ci');
    const observations = [projectAlias('acme-ci', '444455556666'), provider({ issuer: EVIL }, { asset })];
    expect(says(DETECTOR, { observations, policy: POLICY })).toHaveLength(1);
  });

  it('closes when the provider is deleted', () => {
    const observations = [provider({ condition: '' }), gone(PROVIDER, { time: t(9) })];
    expect(says(DETECTOR, { observations, policy: POLICY })).toEqual([]);
  });
});

describe('where the policy declares nothing', () => {
  const NONE = 'open: Provider github of pool ci has no condition';
  it.each<[string, Observation, string, string]>([
    ['an issuer that signs for the world', provider({ condition: '' }), NONE, 'critical'],
    ['one account of AWS', provider({ issuer: 'aws:123456789012', condition: '' }), NONE, 'medium'],
  ])('no condition at all is open: %s', (_what, observation, title, severity) => {
    const found = only(DETECTOR, { observations: [observation], policy: WITHOUT });
    expect(`${found.state}: ${found.title}`).toBe(title);
    expect(found.severity).toBe(severity);
  });

  it('any issuer will do, as long as it stays the one', () => {
    expect(says(DETECTOR, { observations: [provider({ issuer: EVIL })], policy: WITHOUT })).toEqual([]);
    const moved = [provider(), later({ issuer: EVIL }, jane)];
    expect(says(DETECTOR, { observations: moved, policy: WITHOUT })).toEqual([
      'open: The issuer of provider github of pool ci was changed',
    ]);
  });
});

describe('against what was accepted', () => {
  const CHANGES: readonly [string, Parameters<typeof provider>[0], string][] = [
    ['the condition', { condition: 'true' }, 'open: The condition of provider github of pool ci was changed'],
    ['the condition, dropped', { condition: '' }, 'open: Provider github of pool ci lost its condition'],
    [
      'the mapping',
      { mapping: '{"google.subject":"assertion.actor"}' },
      'open: The attribute mapping of provider github of pool ci was changed',
    ],
    ['the keys', { keys: 'f00d' }, 'open: The signing keys of provider github of pool ci were changed'],
  ];

  it.each(CHANGES)('%s, by somebody the policy does not trust', (_what, facts, expected) => {
    const observations = [provider(), later(facts, jane)];
    expect(says(DETECTOR, { observations, policy: POLICY })).toEqual([expected]);
  });

  it.each(CHANGES)('%s, by nobody knows whom', (_what, facts, expected) => {
    expect(says(DETECTOR, { observations: [provider(), later(facts)], policy: POLICY })).toEqual([expected]);
  });

  it.each(CHANGES.filter(([what]) => !what.includes('dropped')))(
    '%s, by a trusted changer: then that is accepted',
    (_what, facts) => {
      const observations = [provider(), later(facts, terraform), later(facts, undefined, 105)];
      expect(says(DETECTOR, { observations, policy: POLICY })).toEqual([]);
    },
  );

  it.each<[string, readonly Observation[], boolean]>([
    ['put back', [provider(), later({ condition: 'true' }, jane), later({}, undefined, 200)], false],
    [
      'put back to what a trusted changer had replaced',
      [provider(), later({ condition: 'true' }, terraform), later({}, jane, 200)],
      true,
    ],
    [
      'and taken over by a trusted changer',
      [provider(), later({ condition: 'true' }, jane), later({ condition: 'true' }, terraform, 200)],
      false,
    ],
    [
      'and back, by a stranger, to what a trusted changer set',
      [
        provider(),
        later({ condition: 'a' }, terraform),
        later({ condition: 'b' }, jane, 200),
        later({ condition: 'a' }, jane, 300),
      ],
      false,
    ],
  ])('changed, %s', (_what, observations, isFound) => {
    for (const order of [observations, observations.toReversed()])
      expect(says(DETECTOR, { observations: order, policy: POLICY })).toHaveLength(isFound ? 1 : 0);
  });

  it('is not what was there first when the provider is deleted and made anew by a stranger', () => {
    const observations = [provider(), gone(PROVIDER, { time: t(50) }), later({ mapping: '{}' }, jane)];
    expect(says(DETECTOR, { observations, policy: POLICY })).toEqual([
      'open: The attribute mapping of provider github of pool ci was changed',
    ]);
  });

  it('stays what was there first, however often it is changed since', () => {
    const changes = [...Array(12).keys()].map((n) => later({ condition: `c${n}` }, jane, 100 + n));
    const found = only(DETECTOR, { observations: [provider(), ...changes], policy: POLICY });
    expect(found.before).toEqual([`condition: ${OWNER_CONDITION}`]);
    expect(found.after).toEqual(['condition: c11']);
  });
});

describe('a provider that was made', () => {
  const MADE = ['open: Provider github of pool ci was made by jane@acme.example'];
  const shown = provider({}, { time: t(101), source: 'feed' });

  it.each<[string, readonly Observation[], readonly string[]]>([
    ['by a stranger, whatever it says', [later({}, jane), shown], MADE],
    ['by a stranger, told late', [shown, later({}, jane)], MADE],
    ['by a trusted changer', [later({}, terraform), shown], []],
    ['by nobody knows whom: it was there first', [shown], []],
    [
      'by a stranger, and taken over by a trusted changer',
      [later({}, jane), shown, later({}, terraform, 900)],
      [],
    ],
    ['long before a stranger wrote the same again', [provider(), later({}, jane, 3000)], []],
  ])('%s', (_what, observations, expected) => {
    expect(says(DETECTOR, { observations, policy: POLICY })).toEqual(expected);
  });

  it('by anybody is nobody’s business where the policy names no trusted changers', () => {
    const policy = policyOf(
      POLICY_YAML.replace(/ {2}trustedChangers:(?:.|\n)*?(?= {2}exceptions)/, '').replace(
        '    pools:\n',
        `    pools:\n      - {name: ci, pool: ${CI_POOL}}\n`,
      ),
    );
    expect(says(DETECTOR, { observations: [later({}, jane), shown], policy })).toEqual([]);
  });

  it('says what the changer may not do', () => {
    const policy = policyOf(
      POLICY_YAML.replace('    pools:\n', `    pools:\n      - {name: ci, pool: ${CI_POOL}}\n`),
    );
    const found = only(DETECTOR, { observations: [later({}, terraform), shown], policy });
    expect(found.explanation).toContain(
      'terraform is trusted with bindings, serviceAccounts, keyDelete, not with clusters.',
    );
  });
});

describe('what the finding tells', () => {
  const world = {
    observations: [
      provider({}, { time: t(-86_400) }),
      later({ condition: 'true' }, jane),
      provider({ condition: 'true' }, { time: t(110), source: 'feed' }),
    ],
    acts: [act('a1', PROVIDER, { kind: 'change-identity-provider', time: t(100) })],
    policy: POLICY,
  };

  it('what it was and is, since when that was accepted, who changed it, and how to put it back', () => {
    const update =
      'gcloud iam workload-identity-pools providers update-oidc github --workload-identity-pool=ci --location=global --project=444455556666';
    expect(only(DETECTOR, world)).toMatchObject({
      class: 'attack',
      severity: 'critical',
      subject: 'provider:ci/github condition',
      identity: 'provider github of pool ci',
      resource: PROVIDER,
      project: '444455556666',
      actor: { principal: 'jane@acme.example' },
      eventTime: t(100),
      before: [`condition: ${OWNER_CONDITION}`],
      after: ['condition: true'],
      explanation:
        'It decides whom of those the issuer signs for the pool lets in. Accepted is what was there first, on 2026-11-20.',
      why: { entry: 'trust.pools[ci]' },
      remediation: [
        // A quote in a condition cannot stand in single quotes: the command is withheld, not mended.
        { kind: 'gcloud', text: expect.stringContaining('withheld') },
        { kind: 'gcloud', text: `${update} --disabled` },
      ],
    });
  });

  it('who accepted it, and a command that puts a mapping back', () => {
    const observations = [
      later({}, terraform, 0),
      provider({}, { time: t(1), source: 'feed' }),
      later({ mapping: '{}' }, jane),
    ];
    const found = only(DETECTOR, { observations, policy: POLICY });
    expect(found.explanation).toContain(`Accepted is what ${TERRAFORM.delegation[0]} set on 2026-11-21.`);
    expect(found.before).toEqual([`mapping: ${MAPPING}`]);
    expect(found.remediation[0]?.text).toContain(' --attribute-mapping=google.subject=assertion.sub');
  });

  it('each of them by itself, so that an exception for one hides no other', () => {
    const observations = [provider(), later({ condition: 'true', mapping: '{}', keys: 'f00d' }, jane)];
    const found = foundBy(DETECTOR, { observations, policy: POLICY });
    expect(new Set(found.map(({ id }) => id)).size).toBe(3);
  });

  it('that an exception covers it', () => {
    const policy = excepting(`detector: ${DETECTOR}, on: "${PROVIDER}"`);
    const trusted = { ...policy, pools: POLICY.pools, trustedChangers: POLICY.trustedChangers };
    expect(only(DETECTOR, { ...world, policy: trusted }).state).toBe('excepted');
  });
});
