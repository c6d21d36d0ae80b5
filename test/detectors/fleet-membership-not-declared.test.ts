import { describe, expect, it } from '@jest/globals';
import type { Observation } from '../../shared/model/observation.ts';
import {
  act,
  CLUSTER,
  gone,
  lineOf,
  only,
  POLICY_YAML,
  POOL,
  policyOf,
  SECOND_CLUSTER,
  says,
  t,
} from '../world.ts';
import { MEMBERSHIP, membership } from './platform.ts';

const DETECTOR = 'fleet-membership-not-declared';
const EVIL = 'https://evil.example/oidc';
const ISSUER = (cluster: string) => `https://container.googleapis.com/v1/${cluster}`;
const FOUND = (who: string) => [
  `open: Fleet member edge lets ${who} vouch for pool ${POOL}, and nobody declared it`,
];
const UNKNOWN = [`undecided: Whether fleet member edge may vouch for pool ${POOL} is not known`];

describe('a membership', () => {
  it.each<[string, readonly Observation[], readonly string[]]>([
    [
      'of a cluster that is listed',
      [membership({ cluster: CLUSTER, issuer: ISSUER(CLUSTER), pool: POOL })],
      [],
    ],
    [
      'of one that is not',
      [membership({ cluster: SECOND_CLUSTER, issuer: ISSUER(SECOND_CLUSTER), pool: POOL })],
      FOUND(SECOND_CLUSTER),
    ],
    [
      'of a zonal one, in the words of its issuer',
      [membership({ cluster: '', issuer: ISSUER(CLUSTER.replace('/locations/', '/zones/')), pool: POOL })],
      [],
    ],
    ['of a cluster outside GKE', [membership({ cluster: '', issuer: EVIL, pool: POOL })], FOUND(EVIL)],
    [
      'that says it is of a listed cluster, and has an issuer of its own',
      [membership({ cluster: CLUSTER, issuer: EVIL, pool: POOL })],
      FOUND(EVIL),
    ],
    [
      'that says so, and whose issuer is that of another cluster',
      [membership({ cluster: CLUSTER, issuer: ISSUER(SECOND_CLUSTER), pool: POOL })],
      FOUND(SECOND_CLUSTER),
    ],
    [
      'whose issuer only begins like one of GKE',
      [
        membership({
          cluster: '',
          issuer: `https://container.googleapis.com.evil.example/v1/${CLUSTER}`,
          pool: POOL,
        }),
      ],
      FOUND(`https://container.googleapis.com.evil.example/v1/${CLUSTER}`),
    ],
    ['that does not tell its pool: it is that of its project', [membership({ issuer: EVIL })], FOUND(EVIL)],
    ['of another fleet', [membership({ issuer: EVIL, pool: 'acme-dev.svc.id.goog' })], []],
    ['that vouches for nobody', [membership({ cluster: '', issuer: '', pool: POOL })], []],
    ['of which neither cluster nor issuer is told', [membership({ pool: POOL })], UNKNOWN],
    ['that was deleted', [membership({ issuer: EVIL, pool: POOL }), gone(MEMBERSHIP, { time: t(9) })], []],
  ])('%s', (_what, observations, expected) => {
    expect(says(DETECTOR, { observations })).toEqual(expected);
  });

  it('is declared by its issuer, where that is none of GKE', () => {
    const policy = policyOf(
      POLICY_YAML.replace('clusters: [acme-prod', `issuers: ["${EVIL}"], clusters: [acme-prod`),
    );
    expect(says(DETECTOR, { observations: [membership({ issuer: EVIL, pool: POOL })], policy })).toEqual([]);
  });

  it('is undecided in a pool that lists no clusters; an issuer that is none of GKE is not', () => {
    const policy = policyOf(POLICY_YAML.replace(', clusters: [acme-prod/europe-west1/prod-euw1]', ''));
    const ofCluster = [membership({ cluster: CLUSTER, issuer: ISSUER(CLUSTER), pool: POOL })];
    expect(says(DETECTOR, { observations: ofCluster, policy })).toEqual(UNKNOWN);
    expect(says(DETECTOR, { observations: [membership({ issuer: EVIL, pool: POOL })], policy })).toEqual(
      FOUND(EVIL),
    );
  });

  it('is less grave as long as it has no issuer', () => {
    const found = only(DETECTOR, {
      observations: [membership({ cluster: SECOND_CLUSTER, issuer: '', pool: POOL })],
    });
    expect(found.severity).toBe('medium');
    expect(found.explanation).toContain('As long as it has no issuer it vouches for nobody');
  });
});

it('tells the issuer, who registered it, what it can take, and how to take it out', () => {
  const world = {
    observations: [
      membership({ cluster: '', issuer: EVIL, pool: POOL }, { time: t(100), source: 'audit-log' }),
    ],
    acts: [act('a1', MEMBERSHIP, { kind: 'change-membership', time: t(100) })],
  };
  expect(only(DETECTOR, world)).toMatchObject({
    class: 'attack',
    severity: 'high',
    subject: 'membership:projects/acme-prod/locations/global/memberships/edge',
    identity: 'fleet member edge',
    resource: MEMBERSHIP,
    project: 'acme-prod',
    actor: { principal: 'jane@acme.example' },
    after: [`issuer ${EVIL}`],
    explanation: expect.stringContaining('payments/api and payments/exporter'),
    why: { line: lineOf('name: prod, pool') },
    remediation: [
      {
        kind: 'gcloud',
        text: 'gcloud container fleet memberships delete edge --location=global --project=acme-prod',
      },
    ],
  });
});
