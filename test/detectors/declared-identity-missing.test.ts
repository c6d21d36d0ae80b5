import { expect, it } from '@jest/globals';
import type { Observation } from '../../shared/model/observation.ts';
import { COMPLETE, found, gone, ksa, lineOf, says, t } from '../world.ts';
import { ACCOUNTS, ADMIN, API, DECLARED } from './cast.ts';

const DETECTOR = 'declared-identity-missing';
const EXPORTER = ksa('payments/exporter');
const ABSENT = 'open: payments/api is declared and does not exist';
const UNLINKED = 'open: payments/api is declared to act as api@acme-prod and does not point at it';

it.each<[string, readonly Observation[], readonly string[]]>([
  ['nowhere', [...ACCOUNTS], [ABSENT]],
  ['deleted', [...DECLARED, gone(ksa('payments/api').asset, { time: t(9) })], [ABSENT]],
  ['without its annotation', [...ACCOUNTS, ksa('payments/api')], [UNLINKED]],
  ['pointing elsewhere, which is a finding of its own', [...ACCOUNTS, ksa('payments/api', ADMIN)], []],
  ['as declared', DECLARED, []],
  ['under another namespace only', [...ACCOUNTS, ksa('sandbox/api', API)], [ABSENT]],
])('the declared KSA is %s', (_what, observations, expected) => {
  expect(says(DETECTOR, { observations: [...observations, EXPORTER] })).toEqual(expected);
});

it('a direct identity needs no annotation', () => {
  expect(says(DETECTOR, { observations: [...DECLARED, EXPORTER] })).toEqual([]);
});

it('says undecided while the KSAs of the pool have not been read', () => {
  const coverage = COMPLETE.filter(({ assetType }) => assetType !== 'k8s.io/ServiceAccount');
  expect(says(DETECTOR, { observations: [...ACCOUNTS, EXPORTER], coverage })).toEqual([
    'undecided: Whether payments/api, which is declared, exists is not known',
  ]);
});

it('cites the entry and its owner', () => {
  const finding = found({ observations: [...ACCOUNTS, EXPORTER] }).find(
    ({ detector }) => detector === DETECTOR,
  );
  expect(finding).toMatchObject({
    class: 'outage',
    owner: 'team-payments',
    why: { line: lineOf('- name: api') },
    remediation: [{ text: 'kubectl create serviceaccount api --namespace=payments' }],
  });
});

it('goes with its namespace: a parent that dies takes the KSA along', () => {
  const namespace = ksa('payments/api').asset.replace(/\/serviceaccounts\/.*/, '');
  const observations = [
    ...DECLARED,
    ksa('payments/exporter', '', { time: t(90) }),
    gone(namespace, { time: t(60) }),
  ];
  expect(says(DETECTOR, { observations })).toEqual([ABSENT]);
});

it('is undecided after a deletecollection, until it is seen again', () => {
  const namespace = ksa('payments/api').asset.replace(/\/serviceaccounts\/.*/, '');
  const collection: Observation = {
    kind: 'unsure',
    type: 'kubernetes-service-account',
    asset: namespace,
    time: t(60),
    source: 'audit-log',
    ancestors: [],
  };
  const stripped = ksa('payments/api', '', { time: t(30) });
  const seenAgain = ksa('payments/api', '', { time: t(90) });
  const exporter = ksa('payments/exporter', '', { time: t(90) });
  expect(
    says(DETECTOR, { observations: [...ACCOUNTS, stripped, exporter, collection] }).map(
      (line) => line.split(':')[0],
    ),
  ).toEqual(['undecided']);
  expect(says(DETECTOR, { observations: [...ACCOUNTS, stripped, exporter, collection, seenAgain] })).toEqual([
    UNLINKED,
  ]);
});
