import { describe, expect, it } from '@jest/globals';
import { serviceAccountName } from '../../shared/model/asset.ts';
import type { Observation } from '../../shared/model/observation.ts';
import { excepting, foundBy, iam, only, POLICY_YAML, policyOf, policyWith, says } from '../world.ts';
import { API, DECLARED } from './cast.ts';
import { BIGQUERY, daily, ELSEWHERE, NATS, USUAL, used } from './usage.ts';

const DETECTOR = 'unusual-network';
const PLACE = '198.51.100.0/24';
const FIRST = `open: api@acme-prod is used from ${PLACE} for the first time`;
const VPC = 'projects/acme-net/global/networks/prod';
const NEW = used(0.2, { network: ELSEWHERE });
const world = (...observations: readonly (readonly Observation[])[]) => ({
  observations: [...DECLARED, ...observations.flat()],
});
const KSA = 'serviceAccount:acme-prod.svc.id.goog[payments/api]';
/** What gke-metadata-server does for a pod, told of its account. */
const token = (days: number, network: string) =>
  used(days, {
    service: 'iamcredentials.googleapis.com',
    network,
    through: KSA,
    tool: 'gke-metadata-server',
  });

describe('a network where the identity never was', () => {
  it('is told of, with where it usually is', () => {
    const finding = only(DETECTOR, world(USUAL, NEW));
    expect(finding).toMatchObject({ class: 'attack', severity: 'medium', after: [`from ${ELSEWHERE}`] });
    expect(finding.explanation).toMatch(
      /^Usually cloudsql\.googleapis\.com from 3 networks, seen on 41 days since 2026-10-11; now from elsewhere \(198\.51\.100\.7\), first on 2026-11-21\. /,
    );
  });

  it.each<[string, readonly Observation[], readonly string[]]>([
    [
      'of IPv6, by its /48',
      [...USUAL, ...used(0.2, { network: '2001:db8:1:2::7' })],
      ['open: api@acme-prod is used from 2001:db8:1::/48 for the first time'],
    ],
    [
      'by the name of its VPC',
      [...USUAL, ...used(0.2, { network: VPC })],
      [`open: api@acme-prod is used from ${VPC} for the first time`],
    ],
    ['when it has always been inside', [...daily(41, 1, { network: 'gce-internal-ip' }), ...NEW], [FIRST]],
    ['next to a usual address', [...USUAL, ...used(0.2, { network: '203.0.113.77' })], []],
    ['inside Google Cloud', [...USUAL, ...used(0.2, { network: 'gce-internal-ip' })], []],
    ['private', [...USUAL, ...used(0.2, { network: 'private' })], []],
    ['of 10.0.0.0/8', [...USUAL, ...used(0.2, { network: '10.8.0.4' })], []],
    [
      'of 10.0.0.0/8, as the control plane writes it',
      [...USUAL, ...used(0.2, { network: '2002:a05:601a:1550::' })],
      [],
    ],
    ['that is no network', [...USUAL, ...used(0.2, { network: 'scrubbed' })], []],
    ['for more than a week', [...USUAL, ...daily(8, 0, { network: ELSEWHERE })], []],
    ['of one that is watched for too short a while', [...daily(20, 1), ...NEW], []],
  ])('%s', (_what, observations, expected) => {
    expect(says(DETECTOR, world(observations))).toEqual(expected);
  });

  it('is high with an API that is new too, and where something sensitive is at stake', () => {
    const both = world(USUAL, NEW, used(0.1, { network: ELSEWHERE, service: BIGQUERY }));
    expect(only(DETECTOR, both)).toMatchObject({
      severity: 'high',
      explanation: expect.stringContaining('since then it calls bigquery.googleapis.com, first time too'),
    });
    expect(foundBy('unusual-token-use', both)).toMatchObject([{ severity: 'high' }]);
    const policy = policyWith('  sensitive:\n    - {name: ledger, on: "bucket:ledger"}\n');
    const held = iam('//storage.googleapis.com/ledger', [['roles/x', `serviceAccount:${API}`]]);
    expect(only(DETECTOR, { ...world(USUAL, NEW, [held]), policy }).severity).toBe('high');
  });

  it('is posture when five came there together: a NAT has new addresses', () => {
    const others = [1, 2, 3, 4].map((n) =>
      used(0.9, {
        network: '198.51.100.9',
        asset: serviceAccountName(`x${n}@acme-prod.iam.gserviceaccount.com`),
      }),
    );
    expect(only(DETECTOR, world(USUAL, NEW, ...others))).toMatchObject({
      class: 'posture',
      severity: 'low',
      explanation: expect.stringContaining('5 identities first came from there within two days'),
    });
    expect(only(DETECTOR, world(USUAL, NEW, ...others.slice(1))).class).toBe('attack');
  });

  it('may be excepted by its name', () => {
    const policy = excepting(`detector: ${DETECTOR}, network: "198.51.100.*"`);
    expect(says(DETECTOR, { ...world(USUAL, NEW), policy })).toEqual([FIRST.replace('open', 'excepted')]);
    const other = excepting(`detector: ${DETECTOR}, network: "198.51.101.*"`);
    expect(says(DETECTOR, { ...world(USUAL, NEW), policy: other })).toEqual([FIRST]);
  });
});

describe('tokens that gke-metadata-server has made', () => {
  const usual = Array.from({ length: 41 }, (_, index) => token(41 - index, 'gce-internal-ip')).flat();
  it.each<[string, readonly Observation[], readonly string[]]>([
    ['from inside, hour by hour', usual, []],
    ['from the VPC of the nodes, once it is known', [...usual, ...daily(41, 0, { network: VPC })], []],
    [
      'from elsewhere: somebody took the token of the KSA with them',
      [...usual, ...token(0.2, ELSEWHERE)],
      [FIRST],
    ],
  ])('%s', (_what, observations, expected) => {
    expect(says(DETECTOR, world(observations))).toEqual(expected);
    expect(says('unusual-token-use', world(observations))).toEqual([]);
  });
});

describe('where the policy says what networks are ours', () => {
  const networks = `  behaviour:
    networks:
      - {name: nat-euw1, addresses: [203.0.113.1, 198.51.100.0/28]}
      - {name: shared, vpcs: ["projects/acme-net/global/networks/*"]}
`;
  const ours = policyWith(networks);
  const own = policyOf(
    POLICY_YAML.replace(
      '      gsa: api@acme-prod.iam.gserviceaccount.com\n',
      '      gsa: api@acme-prod.iam.gserviceaccount.com\n      usage: {networks: [nat-euw1]}\n',
    ) + networks,
  );
  it.each<[string, readonly Observation[], typeof ours, readonly string[]]>([
    ['nobody is a stranger in one', [...USUAL, ...NEW], ours, []],
    ['nor in its VPC', [...USUAL, ...used(0.2, { network: VPC })], ours, []],
    ['next to it one is', [...USUAL, ...used(0.2, { network: '198.51.100.77' })], ours, [FIRST]],
    ['nor in one that its entry names', used(0.2, { network: NATS[0]! }), own, []],
    ['nor inside Google Cloud', used(0.2, { network: 'gce-internal-ip' }), own, []],
    [
      'in another of ours its entry does not name',
      used(0.2, { network: VPC }),
      own,
      ['open: api@acme-prod is used from shared, which its entry does not name'],
    ],
    [
      'next to the one its entry names, however usual',
      daily(41, 0, { network: '203.0.113.2' }),
      own,
      ['open: api@acme-prod is used from 203.0.113.0/24, which its entry does not name'],
    ],
  ])('%s', (_what, observations, policy, expected) => {
    expect(says(DETECTOR, { ...world(observations), policy })).toEqual(expected);
  });

  it('does not know when there are more than are kept', () => {
    const many = Array.from({ length: 70 }, (_, index) => used(0.2, { network: `203.0.${index}.9` }));
    expect(says(DETECTOR, { ...world(...many), policy: own })).toContain(
      'undecided: Whether api@acme-prod is used only from the networks of its entry is not known',
    );
  });
});

it('is silent about an account with no habits: it comes from more networks than are kept', () => {
  const many = Array.from({ length: 70 }, (_, index) => used(50, { network: `192.0.${index}.9` }));
  expect(says(DETECTOR, world(...many, daily(30, 1), NEW))).toEqual([]);
});
