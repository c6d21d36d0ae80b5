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

const DETECTOR = 'cluster-not-declared';
const ASSET = `//container.googleapis.com/${SECOND_CLUSTER}`;
const FOUND = [`open: Cluster prod-use4 shares pool ${POOL}, and nobody declared it`];
const UNKNOWN = [`undecided: Whether cluster prod-use4 may share pool ${POOL} is not known`];

/** A cluster as an entry or an asset tells of it, and no more than that. */
function told(
  facts: { readonly workloadPool?: string; readonly autopilot?: boolean },
  name = SECOND_CLUSTER,
): Observation {
  const seen = cluster(name);
  return { ...seen, facts: { type: 'cluster', cluster: name, ...facts }, whole: false } as Observation;
}

describe('a cluster', () => {
  it.each<[string, readonly Observation[], readonly string[]]>([
    ['of the pool that is listed', [cluster(CLUSTER)], []],
    ['of the pool that is not', [cluster(SECOND_CLUSTER)], FOUND],
    ['without Workload Identity', [cluster(SECOND_CLUSTER, '')], []],
    ['of a pool nobody trusts', [cluster(SECOND_CLUSTER, 'acme-dev.svc.id.goog')], []],
    [
      'of another project that a fleet put into the pool',
      [cluster('projects/acme-edge/locations/us-east4/clusters/edge-1', POOL)],
      [`open: Cluster edge-1 shares pool ${POOL}, and nobody declared it`],
    ],
    ['that was deleted', [cluster(SECOND_CLUSTER), gone(ASSET, { time: t(9) })], []],
    ['that left the pool', [cluster(SECOND_CLUSTER), cluster(SECOND_CLUSTER, '', { time: t(9) })], []],
    ['that is on Autopilot, which needs not be asked', [told({ autopilot: true })], FOUND],
    ['that was asked for, and what it will be is not told', [told({})], UNKNOWN],
    ['of which only a KSA was seen', [ksa('sandbox/debug', '', { cluster: SECOND_CLUSTER })], UNKNOWN],
    ['that is listed, of which only a KSA was seen', [ksa('sandbox/debug')], []],
    [
      'that is listed by the id of its project, told by the number',
      [
        projectAlias('acme-prod', '111122223333'),
        cluster(CLUSTER.replace('acme-prod', '111122223333'), POOL),
      ],
      [],
    ],
  ])('%s', (_what, observations, expected) => {
    expect(says(DETECTOR, { observations })).toEqual(expected);
  });

  it('is undecided in a pool that lists none: nobody said which belong to it', () => {
    const policy = policyOf(POLICY_YAML.replace(', clusters: [acme-prod/europe-west1/prod-euw1]', ''));
    const found = only(DETECTOR, { observations: [cluster(SECOND_CLUSTER)], policy });
    expect(found.state).toBe('undecided');
    expect(found.explanation).toContain('trust.pools[prod] lists no clusters');
    expect(found.remediation).toEqual([]);
  });
});

it('is found once, however many KSAs are in it', () => {
  const observations = [
    cluster(SECOND_CLUSTER),
    ksa('payments/api', '', { cluster: SECOND_CLUSTER }),
    ksa('sandbox/debug', '', { cluster: SECOND_CLUSTER }),
  ];
  expect(says(DETECTOR, { observations })).toEqual(FOUND);
});

describe('what the finding tells', () => {
  const world = {
    observations: [cluster(SECOND_CLUSTER, POOL, { time: t(100), source: 'feed' as const })],
    acts: [act('a1', ASSET, { kind: 'change-cluster', time: t(90) })],
  };

  it('whose identities whoever runs it can take, who made it, and how it leaves the pool', () => {
    expect(only(DETECTOR, world)).toMatchObject({
      class: 'attack',
      severity: 'high',
      subject: `cluster:${SECOND_CLUSTER}`,
      identity: 'cluster prod-use4',
      resource: ASSET,
      project: 'acme-prod',
      cluster: SECOND_CLUSTER,
      actor: { principal: JANE.principal },
      eventTime: t(100),
      explanation:
        'trust.pools[prod] does not list it. Namespace and KSA are one identity in every cluster of a pool (sameness): it can mint every KSA of the pool, the 3 that are declared among them: monitoring/*, payments/api and payments/exporter.',
      why: { line: lineOf('name: prod, pool'), entry: 'trust.pools[prod]' },
      remediation: [
        {
          kind: 'gcloud',
          text: 'gcloud container clusters update prod-use4 --location=us-east4 --project=acme-prod --disable-workload-identity',
        },
      ],
    });
  });

  it('that Autopilot cannot leave its pool', () => {
    const found = only(DETECTOR, { observations: [told({ autopilot: true, workloadPool: POOL })] });
    expect(found.explanation).toContain('An Autopilot cluster cannot leave its pool.');
    expect(found.remediation).toEqual([]);
  });

  it('the same cluster under whatever name its project has', () => {
    const byNumber = cluster(SECOND_CLUSTER.replace('acme-prod', '111122223333'), POOL);
    const found = only(DETECTOR, { observations: [projectAlias('acme-prod', '111122223333'), byNumber] });
    expect(found.id).toBe(only(DETECTOR, world).id);
  });

  it('that an exception covers it', () => {
    const policy = excepting(`detector: ${DETECTOR}, on: "${ASSET}"`);
    expect(only(DETECTOR, { ...world, policy }).state).toBe('excepted');
  });
});
