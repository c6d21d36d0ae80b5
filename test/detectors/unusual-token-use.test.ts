import { describe, expect, it } from '@jest/globals';
import { serviceAccountName } from '../../shared/model/asset.ts';
import type { Observation } from '../../shared/model/observation.ts';
import { workloadName } from '../../shared/model/usage.ts';
import {
  excepting,
  foundBy,
  iam,
  lineOf,
  only,
  POLICY_YAML,
  POOL,
  policyOf,
  policyWith,
  says,
  wakesAt,
} from '../world.ts';
import { API, DECLARED } from './cast.ts';
import { ago, BIGQUERY, daily, ELSEWHERE, NATS, STORAGE, USUAL, used } from './usage.ts';

const DETECTOR = 'unusual-token-use';
const FIRST = 'open: api@acme-prod calls bigquery.googleapis.com for the first time';
const world = (...observations: readonly (readonly Observation[])[]) => ({
  observations: [...DECLARED, ...observations.flat()],
});
const NEW = used(0.2, { service: BIGQUERY });

/** The policy whose entry `api` says how it is used. */
const declaring = (usage: string, spec = '') =>
  policyOf(
    POLICY_YAML.replace(
      '      gsa: api@acme-prod.iam.gserviceaccount.com\n',
      `      gsa: api@acme-prod.iam.gserviceaccount.com\n      usage: ${usage}\n`,
    ) + spec,
  );

describe('an API that the identity never called', () => {
  it('is told of when its time has come: clocks differ, and some uses are told early', () => {
    const early = world(USUAL, used(-1, { service: BIGQUERY }));
    expect(foundBy(DETECTOR, early)).toEqual([]);
    expect(wakesAt(early)).toBe(ago(-1));
  });

  it('is told of, with what it usually does', () => {
    const finding = only(DETECTOR, world(USUAL, used(0.2, { service: BIGQUERY, network: ELSEWHERE })));
    expect(finding).toMatchObject({
      title: 'api@acme-prod calls bigquery.googleapis.com for the first time',
      class: 'attack',
      severity: 'high',
      owner: 'team-payments',
      after: [BIGQUERY, `from ${ELSEWHERE}`],
    });
    expect(finding.explanation).toMatch(
      /^Usually cloudsql\.googleapis\.com from 3 networks, seen on 41 days since 2026-10-11; now bigquery\.googleapis\.com from elsewhere \(198\.51\.100\.7\), first on 2026-11-21\./,
    );
  });

  it.each<[string, readonly Observation[], readonly string[]]>([
    ['from one of the usual networks', [...USUAL, ...NEW], [FIRST]],
    ['every day for a week now', [...USUAL, ...daily(6, 0, { service: BIGQUERY })], [FIRST]],
    ['for more than a week: by now it is usual', [...USUAL, ...daily(8, 0, { service: BIGQUERY })], []],
    [
      'and called long ago: what was forgotten is new again',
      [...daily(110, 1, { network: NATS[0]! }), ...used(110, { service: BIGQUERY }), ...NEW],
      [FIRST],
    ],
    ['and called within the time that counts', [...USUAL, ...used(40, { service: BIGQUERY }), ...NEW], []],
    ['when it is watched for too short a while', [...daily(29, 1), ...NEW], []],
    ['when it is seldom used', [...[40, 30, 20, 10].flatMap((days) => used(days)), ...NEW], []],
    ['on its very first day', NEW, []],
    ['only to be had a token', [...USUAL, ...used(0.2, { service: 'iamcredentials.googleapis.com' })], []],
  ])('%s', (_what, observations, expected) => {
    expect(says(DETECTOR, world(observations))).toEqual(expected);
  });

  it('is medium from a usual network, and high where something sensitive is at stake', () => {
    expect(only(DETECTOR, world(USUAL, NEW)).severity).toBe('medium');
    const policy = policyWith('  sensitive:\n    - {name: ledger, on: "bucket:ledger"}\n');
    const held = iam('//storage.googleapis.com/ledger', [
      ['roles/storage.objectViewer', `serviceAccount:${API}`],
    ]);
    expect(only(DETECTOR, { ...world(USUAL, NEW, [held]), policy })).toMatchObject({
      severity: 'high',
      explanation: expect.stringContaining('It holds a role on something sensitive.'),
    });
  });

  it('of an account that is neither declared nor linked says nothing', () => {
    const asset = serviceAccountName('other@acme-prod.iam.gserviceaccount.com');
    const told = { asset, principal: 'other@acme-prod.iam.gserviceaccount.com' };
    expect(says(DETECTOR, world(daily(41, 1, told), used(0.2, { ...told, service: BIGQUERY })))).toEqual([]);
  });

  it('of a KSA with direct access is told as well', () => {
    const asset = workloadName({ pool: POOL, namespace: 'payments', name: 'exporter' });
    expect(says(DETECTOR, world(daily(41, 1, { asset }), used(0.2, { asset, service: BIGQUERY })))).toEqual([
      'open: payments/exporter calls bigquery.googleapis.com for the first time',
    ]);
  });

  it('ends after seven days, or when it is excepted', () => {
    const [use] = NEW;
    expect(wakesAt(world(USUAL, NEW))).toBe(use!.time + 7n * 86_400_000_000_000n);
    const policy = excepting(`detector: ${DETECTOR}, service: bigquery.googleapis.com`);
    expect(says(DETECTOR, { ...world(USUAL, NEW), policy })).toEqual([FIRST.replace('open', 'excepted')]);
    const other = excepting(`detector: ${DETECTOR}, service: storage.googleapis.com`);
    expect(says(DETECTOR, { ...world(USUAL, NEW), policy: other })).toEqual([FIRST]);
  });

  it('is told once for all that are more than a handful', () => {
    const many = Array.from({ length: 12 }, (_, index) => used(0.2, { service: `s${index}.googleapis.com` }));
    const found = foundBy(DETECTOR, world(USUAL, ...many));
    expect(found).toHaveLength(6);
    expect(
      found.filter(({ title }) => title === 'api@acme-prod calls 7 more APIs that it never called'),
    ).toHaveLength(1);
  });
});

describe('an API whose log was not there before', () => {
  const switched = { service: STORAGE, switched: true };
  const other = { ...switched, asset: serviceAccountName('x@acme-prod.iam.gserviceaccount.com') };
  it.each<[string, readonly Observation[], boolean]>([
    ['is new to everybody, and says nothing', [...used(3, other), ...used(0.2, switched)], false],
    [
      'says something once others were seen in it for long enough',
      [...used(35, other), ...used(0.2, switched)],
      true,
    ],
    [
      'does not silence what Admin Activity tells',
      [...used(3, other), ...used(0.2, { service: STORAGE })],
      true,
    ],
  ])('%s', (_what, observations, isFound) => {
    expect(says(DETECTOR, world(USUAL, observations))).toHaveLength(isFound ? 1 : 0);
  });

  it('is posture when many come to it together', () => {
    const names = [1, 2, 3, 4].map((n) => serviceAccountName(`x${n}@acme-prod.iam.gserviceaccount.com`));
    const observations = [
      ...used(35, other),
      ...names.flatMap((asset) => used(0.5, { ...switched, asset })),
      ...used(0.2, switched),
    ];
    expect(only(DETECTOR, world(USUAL, observations))).toMatchObject({
      class: 'posture',
      severity: 'low',
      explanation: expect.stringContaining('5 identities first called it within two days'),
    });
    const four = observations.filter(
      (one) => one.asset !== names[0] && !('who' in one && one.who === names[0]),
    );
    expect(only(DETECTOR, world(USUAL, four))).toMatchObject({ class: 'attack', severity: 'medium' });
  });
});

describe('where an entry says what is called', () => {
  const policy = declaring('{services: [cloudsql.googleapis.com, "stor*.googleapis.com"]}');
  it.each<[string, readonly Observation[], readonly string[]]>([
    ['what it lists', [...used(0.2), ...used(0.1, { service: STORAGE })], []],
    [
      'anything else, on the first day',
      used(0.2, { service: BIGQUERY }),
      ['open: api@acme-prod calls bigquery.googleapis.com, which its entry does not list'],
    ],
    [
      'anything else, however usual',
      daily(41, 0, { service: BIGQUERY }),
      ['open: api@acme-prod calls bigquery.googleapis.com, which its entry does not list'],
    ],
    ['anything else, a week ago', used(7.2, { service: BIGQUERY }), []],
  ])('%s', (_what, observations, expected) => {
    expect(says(DETECTOR, { ...world(observations), policy })).toEqual(expected);
  });

  it('cites that line', () => {
    const yaml = declaring('{services: [cloudsql.googleapis.com]}');
    expect(only(DETECTOR, { ...world(NEW), policy: yaml }).why).toMatchObject({
      entry: 'workloadIdentities[api].usage',
    });
    expect(only(DETECTOR, world(USUAL, NEW)).why.line).toBe(lineOf('- name: api'));
  });

  it('does not know when there are more than are kept', () => {
    const many = Array.from({ length: 70 }, (_, index) =>
      used(0.2, { service: `stor${String(index).padStart(2, '0')}.googleapis.com` }),
    );
    expect(says(DETECTOR, { ...world(...many), policy })).toEqual([
      'undecided: Whether api@acme-prod calls only what its entry lists is not known',
    ]);
    // Nor is anything that comes after such a month new.
    expect(says(DETECTOR, world(USUAL, ...many))).not.toContain(FIRST);
  });
});

it('knows the account by either name', () => {
  const byId = [...USUAL, ...NEW].map((one) =>
    one.kind === 'used' && one.time < ago(20) ? { ...one, asset: serviceAccountName('1001') } : one,
  );
  expect(says(DETECTOR, world(byId))).toEqual([FIRST]);
});
