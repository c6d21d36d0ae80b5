import { describe, expect, it } from '@jest/globals';
import type { Observation } from '../../shared/model/observation.ts';
import {
  act,
  excepting,
  iam,
  JANE,
  member,
  only,
  POLICY_YAML,
  policyOf,
  policyWith,
  says,
} from '../world.ts';
import { API, API_ASSET, DECLARED, trusting } from './cast.ts';
import { daily, ELSEWHERE, STORAGE, used } from './usage.ts';

const DETECTOR = 'unusual-impersonation';
const KSA = member('payments/api');
const CI = 'serviceAccount:ci@acme-iac.iam.gserviceaccount.com';
const FIRST = 'open: ci@acme-iac acts as api@acme-prod for the first time';
const USUAL = daily(41, 1, { through: KSA });
const world = (...observations: readonly (readonly Observation[])[]) => ({
  observations: [...DECLARED, ...observations.flat()],
});
const by = (through: string) => used(0.2, { through, service: STORAGE, network: ELSEWHERE });

describe('somebody who never acted as the account', () => {
  it('is told of, with what they did', () => {
    const finding = only(DETECTOR, world(USUAL, by(CI)));
    expect(finding).toMatchObject({
      class: 'attack',
      severity: 'medium',
      after: [`calls ${STORAGE}`, `from ${ELSEWHERE}`],
      path: [CI, API],
    });
    expect(finding.explanation).toMatch(
      /^Usually cloudsql\.googleapis\.com from 203\.0\.113\.0\/24, seen on 41 days since 2026-10-11; now through serviceAccount:ci@acme-iac/,
    );
  });

  it.each<[string, readonly Observation[], readonly string[]]>([
    ['though nobody ever did', [...daily(41, 1), ...by(CI)], [FIRST]],
    [
      'a person',
      [...USUAL, ...by('user:jane@acme.example')],
      ['open: jane@acme.example acts as api@acme-prod for the first time'],
    ],
    [
      'a KSA that is not declared for it',
      [...USUAL, ...by(member('sandbox/debug'))],
      ['open: sandbox/debug acts as api@acme-prod for the first time'],
    ],
    ['the KSA that is declared for it', [...daily(41, 1), ...by(KSA)], []],
    ['whoever has done it all along', [...daily(41, 1, { through: CI }), ...by(CI)], []],
    ['when it is watched for too short a while', [...daily(20, 1), ...by(CI)], []],
  ])('%s', (_what, observations, expected) => {
    expect(says(DETECTOR, world(observations))).toEqual(expected);
  });

  it('is not told twice: who has tokens made of it is told of by another', () => {
    const acts = [
      act('a1', API_ASSET, { kind: 'mint-token', method: 'GenerateAccessToken', account: API, actor: JANE }),
    ];
    const seen = world(USUAL, by('user:jane@acme.example'));
    expect(says('token-minted-by-person', { ...seen, acts })).toHaveLength(1);
    expect(says(DETECTOR, { ...seen, acts })).toEqual([]);
    expect(says(DETECTOR, { ...world(USUAL, by(CI)), acts })).toEqual([FIRST]);
  });

  it('is high where something sensitive is at stake, and may be excepted', () => {
    const policy = policyWith('  sensitive:\n    - {name: ledger, on: "bucket:ledger"}\n');
    const held = iam('//storage.googleapis.com/ledger', [['roles/x', `serviceAccount:${API}`]]);
    expect(only(DETECTOR, { ...world(USUAL, by(CI), [held]), policy }).severity).toBe('high');
    const tolerated = excepting(`detector: ${DETECTOR}, member: "${CI}"`);
    expect(says(DETECTOR, { ...world(USUAL, by(CI)), policy: tolerated })).toEqual([
      FIRST.replace('open', 'excepted'),
    ]);
  });
});

describe('where the policy says who may', () => {
  const declaring = policyOf(
    POLICY_YAML.replace(
      '      gsa: api@acme-prod.iam.gserviceaccount.com\n',
      `      gsa: api@acme-prod.iam.gserviceaccount.com\n      usage: {impersonatedBy: ["${CI}"]}\n`,
    ),
  );
  const changer = trusting(`{name: api, subject: "serviceAccount:${API}", delegates: ["${CI}"]}`);
  it.each<[string, readonly Observation[], typeof declaring, readonly string[]]>([
    ['those are no news', by(CI), declaring, []],
    ['nor is the KSA of the entry', by(KSA), declaring, []],
    [
      'anybody else is, on the first day',
      by('user:jane@acme.example'),
      declaring,
      ['open: jane@acme.example acts as api@acme-prod, and its entry does not list them'],
    ],
    [
      'anybody else is, however usual',
      daily(41, 0, { through: member('sandbox/debug') }),
      declaring,
      ['open: sandbox/debug acts as api@acme-prod, and its entry does not list them'],
    ],
    ['delegates of a trusted changer are no news', [...USUAL, ...by(CI)], changer, []],
    [
      'other delegates are',
      [...USUAL, ...by('user:jane@acme.example')],
      changer,
      ['open: jane@acme.example acts as api@acme-prod for the first time'],
    ],
  ])('%s', (_what, observations, policy, expected) => {
    expect(says(DETECTOR, { ...world(observations), policy })).toEqual(expected);
  });
});
