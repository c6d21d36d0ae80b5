import { describe, expect, it } from '@jest/globals';
import type { Observation } from '../../shared/model/observation.ts';
import {
  act,
  CLUSTER,
  cluster,
  excepting,
  gone,
  JANE,
  ksa,
  lineOf,
  only,
  POLICY_YAML,
  POOL,
  policyOf,
  projectAlias,
  SECOND_CLUSTER,
  says,
  t,
} from '../world.ts';
import { clusterWith } from './nodes.ts';

const DETECTOR = 'cluster-without-workload-identity';
const ASSET = `//container.googleapis.com/${CLUSTER}`;
const FOUND = ['open: Workload Identity is off in cluster prod-euw1'];
const UNKNOWN = ['undecided: Whether Workload Identity is on in cluster prod-euw1 is not known'];
const ELSEWHERE = 'projects/acme-dev/locations/europe-west1-b/clusters/dev';

describe('a cluster', () => {
  it.each<[string, readonly Observation[], readonly string[]]>([
    ['that has it on', [cluster()], []],
    ['that has it off', [cluster(CLUSTER, '')], FOUND],
    [
      'that is not listed, of the project of a trusted pool',
      [cluster(SECOND_CLUSTER, '')],
      ['open: Workload Identity is off in cluster prod-use4'],
    ],
    ['of a project that no trusted pool is of', [cluster(ELSEWHERE, '')], []],
    ['in the pool of a fleet that somebody else trusts', [cluster(SECOND_CLUSTER, 'fleet.svc.id.goog')], []],
    ['on Autopilot', [clusterWith({ autopilot: true, workloadPool: '' })], []],
    ['that is being made', [clusterWith({ workloadPool: '', status: 'PROVISIONING' })], []],
    ['that is being taken down', [clusterWith({ workloadPool: '', status: 'STOPPING' })], []],
    ['that is being mended', [clusterWith({ workloadPool: '', status: 'RECONCILING' })], FOUND],
    ['that is gone', [cluster(CLUSTER, ''), gone(ASSET, { time: t(9) })], []],
    ['that was asked for, and what it will be is not told', [clusterWith({}, { whole: false })], UNKNOWN],
    ['of which only a KSA was seen', [ksa('payments/api')], []],
    ['that turned it on', [cluster(CLUSTER, ''), cluster(CLUSTER, POOL, { time: t(9) })], []],
    [
      'that was told by the number of its project',
      [projectAlias('acme-prod', '111122223333'), cluster(CLUSTER.replace('acme-prod', '111122223333'), '')],
      FOUND,
    ],
  ])('%s', (_what, observations, expected) => {
    expect(says(DETECTOR, { observations })).toEqual(expected);
  });

  it('of another universe, whose pools are called otherwise', () => {
    const policy = policyOf(
      POLICY_YAML.replace(`pool: ${POOL}`, 'pool: acme-prod.eu0.svc.id.goog').replace(
        ', clusters: [acme-prod/europe-west1/prod-euw1]',
        '',
      ),
    );
    const name = 'projects/eu0:acme-prod/locations/u-germany-northeast1/clusters/prod';
    expect(says(DETECTOR, { observations: [cluster(name, '')], policy })).toHaveLength(1);
    expect(says(DETECTOR, { observations: [cluster(name, 'acme-prod.eu0.svc.id.goog')], policy })).toEqual(
      [],
    );
  });
});

describe('what the finding tells', () => {
  const world = {
    observations: [cluster(CLUSTER, '', { time: t(100), source: 'audit-log' as const })],
    acts: [act('a1', ASSET, { kind: 'change-cluster', time: t(100) })],
  };

  it('who turned it off, that what is declared holds nowhere there, and how to turn it on', () => {
    expect(only(DETECTOR, world)).toMatchObject({
      class: 'posture',
      severity: 'high',
      subject: `cluster:${CLUSTER}`,
      resource: ASSET,
      actor: { principal: JANE.principal },
      why: { line: lineOf('name: prod, pool'), entry: 'trust.pools[prod]' },
      explanation: expect.stringContaining(
        'trust.pools[prod] lists it, and none of its KSAs is anybody there',
      ),
      remediation: [
        {
          kind: 'gcloud',
          text: `gcloud container clusters update prod-euw1 --location=europe-west1 --project=acme-prod --workload-pool=${POOL}`,
        },
      ],
    });
  });

  it('less of one that nobody listed, in a zone', () => {
    const zonal = 'projects/acme-prod/locations/us-east4-b/clusters/old';
    const found = only(DETECTOR, { observations: [cluster(zonal, '')] });
    expect(found.severity).toBe('medium');
    expect(found.remediation[0]?.text).toContain('--location=us-east4-b');
  });

  it('that an exception covers it', () => {
    const policy = excepting(`detector: ${DETECTOR}, on: "${ASSET}"`);
    expect(only(DETECTOR, { ...world, policy }).state).toBe('excepted');
  });
});
