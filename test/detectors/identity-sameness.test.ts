import { expect, it } from '@jest/globals';
import type { Observation } from '../../shared/model/observation.ts';
import { cluster, ksa, only, POLICY_YAML, policyOf, SECOND_CLUSTER, says } from '../world.ts';
import { ACCOUNTS, ADMIN, API } from './cast.ts';

const DETECTOR = 'identity-sameness';
const there = (annotation: string) => ksa('payments/api', annotation, { cluster: SECOND_CLUSTER });
const DIFFERS = 'open: payments/api points at different accounts in prod-euw1 and prod-use4';
const SAME = 'open: payments/api is one identity in prod-euw1 and prod-use4, and nobody said that it may be';

it.each<[string, readonly Observation[], readonly string[]]>([
  ['annotated differently', [ksa('payments/api', API), there(ADMIN)], [DIFFERS]],
  ['annotated alike, which nobody accepted', [ksa('payments/api', API), there(API)], [SAME]],
  ['annotated in one of them only', [ksa('payments/api', API), there('')], [SAME]],
  ['without any identity', [ksa('payments/api'), there('')], []],
  ['in one cluster', [ksa('payments/api', API)], []],
  ['of two pools', [ksa('payments/api', API), there(ADMIN), cluster(SECOND_CLUSTER, 'x.svc.id.goog')], []],
])('one namespace and name in two clusters, %s', (_what, observations, expected) => {
  expect(says(DETECTOR, { observations: [...ACCOUNTS, ...observations] })).toEqual(expected);
});

it('is accepted where the pool says so, unless they point at different accounts', () => {
  const policy = policyOf(
    POLICY_YAML.replace('clusters: [acme', 'identitySameness: accepted, clusters: [acme'),
  );
  expect(
    says(DETECTOR, { observations: [...ACCOUNTS, ksa('payments/api', API), there(API)], policy }),
  ).toEqual([]);
  expect(
    says(DETECTOR, { observations: [...ACCOUNTS, ksa('payments/api', API), there(ADMIN)], policy }),
  ).toEqual([DIFFERS]);
});

it('lists what each cluster says', () => {
  expect(only(DETECTOR, { observations: [...ACCOUNTS, ksa('payments/api', API), there('')] }).after).toEqual([
    `prod-euw1: ${API}`,
    'prod-use4: no annotation',
  ]);
});
