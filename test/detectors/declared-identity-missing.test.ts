import { expect, it } from '@jest/globals';
import { parse } from 'yaml';
import type { Observation } from '../../shared/model/observation.ts';
import type { Policy } from '../../shared/policy/policy.ts';
import { COMPLETE, gone, ksa, lineOf, only, says, t } from '../world.ts';
import { ACCOUNTS, ADMIN, API, BY_HAND, DECLARED, markedKsa, trusting } from './cast.ts';

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
  const finding = only(DETECTOR, { observations: [...ACCOUNTS, EXPORTER], policy: BY_HAND });
  expect(finding).toMatchObject({
    class: 'outage',
    owner: 'team-payments',
    why: { line: lineOf('- name: api') },
    remediation: [
      { text: 'kubectl create serviceaccount api --namespace=payments' },
      {
        text: `kubectl annotate serviceaccount api --namespace=payments --overwrite iam.gke.io/gcp-service-account=${API}`,
      },
    ],
  });
});

it.each<[string, readonly Observation[], Policy]>([
  [
    'missing where the policy has KSAs made by Argo CD',
    [],
    trusting(
      '{name: argo, kubernetes: {cluster: acme-prod/europe-west1/prod-euw1, namespace: argocd, serviceAccount: "argocd-*"}}',
    ),
  ],
  [
    'without its annotation, and says that Argo CD makes it',
    [markedKsa('payments/api', '', 'argocd.argoproj.io/tracking-id')],
    BY_HAND,
  ],
])('the declared KSA is %s: its manifest comes first', (_what, observations, policy) => {
  const { remediation } = only(DETECTOR, { observations: [...ACCOUNTS, EXPORTER, ...observations], policy });
  expect(remediation.map(({ kind }) => kind)).toEqual([
    'yaml',
    ...(observations.length === 0 ? ['kubectl'] : []),
    'kubectl',
  ]);
  expect(parse(remediation[0]?.text ?? '')).toEqual({
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: {
      name: 'api',
      namespace: 'payments',
      annotations: { 'iam.gke.io/gcp-service-account': API },
    },
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
