import { describe, expect, it } from '@jest/globals';
import type { Act, Actor } from '../../shared/model/act.ts';
import type { Observation } from '../../shared/model/observation.ts';
import {
  act,
  CLUSTER,
  cluster,
  excepting,
  foundBy,
  iam,
  ksa,
  only,
  policyWith,
  says,
  t,
  wakesAt,
  workload,
} from '../world.ts';
import { ADMIN, API, trusting } from './cast.ts';

const DETECTOR = 'workload-exec';
const IN = (namespace: string, where = CLUSTER) =>
  `//container.googleapis.com/${where}/k8s/namespaces/${namespace}`;
const actor = (principal: string, more: Partial<Actor> = {}): Actor => ({
  principal,
  delegation: [],
  ...more,
});
const went = (pod: string, more: Partial<Act> = {}, namespace = 'payments'): Act =>
  act('a1', `${IN(namespace)}/pods/${pod}`, {
    kind: 'exec-into-pod',
    method: 'io.k8s.core.v1.pods.exec.create',
    time: t(100),
    ...more,
  });
const AS_API = ['open: jane@acme.example went into a pod that runs as payments/api'];
const SOMEWHERE = ['open: jane@acme.example went into a pod in payments, where there are identities'];
const POD = workload('Pod payments/api-5d8f7c9b6-x2x4z', 'payments/api');

describe('a pod', () => {
  it.each<[string, Act, readonly Observation[], readonly string[]]>([
    ['that runs as a declared KSA', went('api-5d8f7c9b6-x2x4z'), [POD], AS_API],
    [
      'that runs as one that is nothing to us',
      went('web-0'),
      [workload('Pod payments/web-0', 'payments/web'), ksa('payments/web')],
      [],
    ],
    [
      'that runs as one that points at an account',
      went('web-0'),
      [workload('Pod payments/web-0', 'payments/web'), ksa('payments/web', ADMIN)],
      ['open: jane@acme.example went into a pod that runs as payments/web'],
    ],
    [
      'that was not seen, of a Deployment that was',
      went('api-5d8f7c9b6-x2x4z'),
      [workload('Deployment payments/api', 'payments/api')],
      AS_API,
    ],
    [
      'that was not seen, of a StatefulSet that was',
      went('api-0'),
      [workload('StatefulSet payments/api', 'payments/api')],
      AS_API,
    ],
    ['of which nothing was seen', went('api-0'), [], SOMEWHERE],
    [
      'of which nothing was seen, where nothing is declared',
      went('api-0', {}, 'sandbox'),
      [ksa('sandbox/debug')],
      [],
    ],
    [
      'of which nothing was seen, beside a KSA that points at an account',
      went('api-0', {}, 'sandbox'),
      [ksa('sandbox/debug', ADMIN)],
      ['open: jane@acme.example went into a pod in sandbox, where there are identities'],
    ],
    [
      'of the same name in another cluster does not count',
      went('web-0'),
      [workload('Pod payments/web-0', 'payments/web', { cluster: CLUSTER.replace('prod-euw1', 'other') })],
      SOMEWHERE,
    ],
    ['of a cluster without Workload Identity', went('api-0'), [cluster(CLUSTER, '')], []],
    [
      'of a pool that is not trusted',
      went('api-0', { asset: `${IN('payments', CLUSTER.replaceAll('acme-prod', 'acme-dev'))}/pods/api-0` }),
      [],
      [],
    ],
  ])('%s', (_what, one, observations, expected) => {
    expect(says(DETECTOR, { observations, acts: [one] })).toEqual(expected);
  });
});

describe('into it went', () => {
  it.each<[string, Actor, boolean]>([
    ['a person', actor('jane@acme.example'), true],
    ['an account of a pipeline', actor('ci@acme-iac.iam.gserviceaccount.com'), true],
    ['nobody that signed in', actor('system:anonymous'), true],
    ['a part of the cluster', actor('system:kube-controller-manager'), false],
    ['a workload of the cluster', actor('system:serviceaccount:gitlab:runner'), false],
    ['Google’s own agent', actor('service-1@container-engine-robot.iam.gserviceaccount.com'), false],
  ])('%s', (_what, who, isFound) => {
    const world = { observations: [POD], acts: [went('api-5d8f7c9b6-x2x4z', { actor: who })] };
    expect(says(DETECTOR, world)).toHaveLength(isFound ? 1 : 0);
  });

  it('somebody who is trusted with everything, and somebody who is not', () => {
    const trustedWith = (may: string) => ({
      observations: [POD],
      acts: [went('api-5d8f7c9b6-x2x4z')],
      policy: trusting(`{name: ops, subject: "user:jane@acme.example", may: [${may}]}`),
    });
    expect(says(DETECTOR, trustedWith('all'))).toEqual([]);
    expect(says(DETECTOR, trustedWith('bindings, clusters'))).toEqual(AS_API);
  });
});

describe('however often', () => {
  const acts = [
    went('api-5d8f7c9b6-x2x4z'),
    { ...went('api-5d8f7c9b6-x2x4z', { time: t(160) }), id: 'a2' },
    {
      ...went('api-5d8f7c9b6-abcde', { time: t(200), method: 'io.k8s.core.v1.pods.portforward.create' }),
      id: 'a3',
    },
    {
      ...went('api-5d8f7c9b6-abcde', {
        time: t(4000),
        method: 'io.k8s.core.v1.pods.ephemeralcontainers.patch',
      }),
      id: 'a4',
    },
  ];
  const observations = [POD, workload('Deployment payments/api', 'payments/api')];

  it('is one finding for each KSA, with a line for each hour, pod and way in', () => {
    expect(only(DETECTOR, { observations, acts, asOf: t(9000) })).toMatchObject({
      eventTime: t(100),
      after: [
        '2026-11-21T09:00Z exec into api-5d8f7c9b6-x2x4z',
        '2026-11-21T09:00Z port forward to api-5d8f7c9b6-abcde',
        '2026-11-21T10:00Z debug container in api-5d8f7c9b6-abcde',
      ],
    });
  });

  it('is two for two of them', () => {
    const other = { ...went('exporter-0'), id: 'b' };
    const both = [...observations, workload('Pod payments/exporter-0', 'payments/exporter')];
    expect(foundBy(DETECTOR, { observations: both, acts: [...acts, other], asOf: t(9000) })).toHaveLength(2);
  });

  it('ends a day after the last', () => {
    const world = { observations, acts, asOf: t(9000) };
    const end = t(4000 + 24 * 3600);
    expect(wakesAt(world)).toBe(end);
    expect(says(DETECTOR, { ...world, asOf: end - 1n })).toEqual(AS_API);
    expect(says(DETECTOR, { ...world, asOf: end })).toEqual([]);
  });
});

describe('what the finding tells', () => {
  const world = { observations: [POD], acts: [went('api-5d8f7c9b6-x2x4z')] };

  it('who went where, and whose identity is at hand there', () => {
    expect(only(DETECTOR, world)).toMatchObject({
      class: 'attack',
      severity: 'medium',
      subject: `exec:${CLUSTER} payments/api by jane@acme.example`,
      identity: 'payments/api',
      resource: IN('payments'),
      project: 'acme-prod',
      cluster: CLUSTER,
      namespace: 'payments',
      owner: 'team-payments',
      actor: { principal: 'jane@acme.example', ip: '203.0.113.9' },
      why: { entry: 'trustedChangers' },
      remediation: [],
    });
  });

  it('that the pod was only known by its name', () => {
    const observations = [workload('Deployment payments/api', 'payments/api')];
    expect(only(DETECTOR, { ...world, observations }).explanation).toContain(
      'by its name it is one of Deployment api',
    );
  });

  it('that it is worse when the identity, or its account, reaches what is sensitive', () => {
    const policy = policyWith('  sensitive: [{name: ledger, on: "bucket:ledger", class: restricted}]\n');
    const holds = iam('//storage.googleapis.com/ledger', [
      ['roles/storage.objectViewer', `serviceAccount:${API}`],
    ]);
    expect(only(DETECTOR, { ...world, observations: [POD, holds], policy }).severity).toBe('high');
    expect(only(DETECTOR, { ...world, policy }).severity).toBe('medium');
  });

  it('that an exception covers it', () => {
    const policy = excepting(`detector: ${DETECTOR}, identity: payments/api`);
    expect(only(DETECTOR, { ...world, policy }).state).toBe('excepted');
  });
});
