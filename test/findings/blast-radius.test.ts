import { describe, expect, it } from '@jest/globals';
import { projectName, serviceAccountName } from '../../shared/model/asset.ts';
import type { BlastRadius } from '../../shared/model/finding.ts';
import type { Observation } from '../../shared/model/observation.ts';
import { ACCOUNTS, ADMIN, ADMIN_ASSET, API, API_ASSET, DECLARED } from '../detectors/cast.ts';
import {
  CLUSTER,
  foundBy,
  gone,
  iam,
  inPool,
  key,
  ksa,
  member,
  only,
  POLICY_YAML,
  policyOf,
  policyWith,
  SECOND_CLUSTER,
  t,
  WI,
  type World,
  workload,
} from '../world.ts';

const LEDGER = '//storage.googleapis.com/ledger';
const PROJECT = projectName('acme-prod');

/** A policy that says what a breach would hurt most. */
const GUARDED = policyWith(`
  sensitive:
    - {name: customer-data, on: "bucket:ledger", class: restricted}
    - {name: production, on: "project:acme-prod"}
`);

function radius(detector: string, world: World): BlastRadius | undefined {
  return only(detector, world).blastRadius;
}

describe('of a KSA that took an account', () => {
  const TAKEN = [
    ...ACCOUNTS,
    ksa('sandbox/debug', ADMIN),
    ksa('sandbox/debug', ADMIN, { cluster: SECOND_CLUSTER }),
    iam(ADMIN_ASSET, [[WI, member('sandbox/debug')]]),
  ];
  const RUNNING = [
    workload('Deployment sandbox/debug', 'sandbox/debug'),
    workload('Deployment sandbox/debug', 'sandbox/debug', { cluster: SECOND_CLUSTER }),
    workload('CronJob sandbox/nightly', 'sandbox/debug'),
    workload('Pod sandbox/shell', 'sandbox/debug'),
  ];

  it('the clusters it lives in, and what runs as it, each once', () => {
    expect(radius('undeclared-identity', { observations: [...TAKEN, ...RUNNING] })).toEqual({
      clusters: [CLUSTER, SECOND_CLUSTER],
      workloads: ['CronJob sandbox/nightly', 'Deployment sandbox/debug', 'Pod sandbox/shell'],
      permissions: [],
      sensitive: [],
    });
  });

  it('names what people made, not what that made in turn', () => {
    const made = [
      workload('ReplicaSet sandbox/debug-5d8f', 'sandbox/debug', { controller: 'Deployment/debug' }),
      workload('Pod sandbox/debug-5d8f-x7', 'sandbox/debug', { controller: 'ReplicaSet/debug-5d8f' }),
      // What made this one has not been seen, in this cluster.
      workload('Pod sandbox/lost', 'sandbox/debug', { controller: 'Deployment/elsewhere' }),
    ];
    expect(
      radius('undeclared-identity', { observations: [...TAKEN, ...RUNNING, ...made] })?.workloads,
    ).toEqual([
      'CronJob sandbox/nightly',
      'Deployment sandbox/debug',
      'Pod sandbox/lost',
      'Pod sandbox/shell',
    ]);
  });

  it('leaves out what runs under that name in another pool, or as another KSA', () => {
    const others = [
      workload('Deployment sandbox/other', 'sandbox/other'),
      workload('Deployment sandbox/away', 'sandbox/debug', {
        cluster: 'projects/acme-dev/locations/europe-west1/clusters/dev',
      }),
    ];
    expect(radius('undeclared-identity', { observations: [...TAKEN, ...others] })?.workloads).toEqual([]);
  });

  it.each<[string, readonly (readonly [asset: string, role: string])[], readonly string[]]>([
    ['nothing of a role that is not known', [[PROJECT, 'projects/acme-prod/roles/custom']], []],
    [
      'the worst first, three at most',
      [
        [LEDGER, 'roles/storage.objectViewer'],
        [PROJECT, 'roles/secretmanager.secretAccessor'],
        [PROJECT, 'roles/iam.serviceAccountTokenCreator'],
        [PROJECT, 'roles/resourcemanager.projectIamAdmin'],
      ],
      [
        'resourcemanager.projects.setIamPolicy',
        'iam.serviceAccounts.getAccessToken',
        'secretmanager.versions.access',
      ],
    ],
    [
      'those that take hold where the role is',
      [[serviceAccountName('2001'), 'roles/iam.securityAdmin']],
      ['iam.serviceAccounts.setIamPolicy'],
    ],
  ])('of what the account holds: %s', (_what, roles, expected) => {
    const grants = new Map<string, [string, string][]>();
    for (const [asset, role] of roles)
      grants.set(asset, [...(grants.get(asset) ?? []), [role, `serviceAccount:${ADMIN}`]]);
    const policies = [...grants].map(([asset, bindings]) => iam(asset, bindings));
    expect(radius('undeclared-identity', { observations: [...TAKEN, ...policies] })?.permissions).toEqual(
      expected,
    );
  });

  it('no right to the tokens of another account that is its own: that is an edge of its own', () => {
    const own = iam(API_ASSET, [[WI, member('sandbox/debug')]]);
    const edge = foundBy('undeclared-identity', { observations: [...TAKEN, own] });
    expect(edge.map(({ blastRadius }) => blastRadius?.permissions)).toEqual([[], []]);
  });

  it('the sensitive resources that its account and itself reach, under every name', () => {
    const reached = [
      iam(LEDGER, [['roles/storage.objectAdmin', `serviceAccount:${ADMIN}`]]),
      iam(projectName('111122223333'), [['roles/viewer', inPool('subject/ns/sandbox/sa/debug')]]),
      {
        kind: 'alias',
        asset: projectName('111122223333'),
        time: t(0),
        source: 'scan',
        ancestors: [],
        alias: { of: 'project', id: '111122223333', name: 'acme-prod' },
      } as const,
    ];
    const world = { observations: [...TAKEN, ...reached], policy: GUARDED };
    const edge = foundBy('undeclared-identity', world).find(({ subject }) => subject.startsWith('edge:'));
    expect(edge?.blastRadius?.sensitive).toEqual(['customer-data (restricted)', 'production']);
  });
});

describe('of a binding for a KSA that does not exist', () => {
  const DANGLING = [...ACCOUNTS, iam(API_ASSET, [[WI, member('payments/api')]])];

  it('the clusters in which it could be made', () => {
    expect(radius('dangling-binding', { observations: DANGLING })?.clusters).toEqual([CLUSTER]);
  });

  it('those that were seen besides the declared ones, and none that is gone', () => {
    const third = 'projects/acme-prod/locations/europe-west4/clusters/prod-euw4';
    const seen = (name: string): Observation => ({
      kind: 'resource',
      asset: `//container.googleapis.com/${name}`,
      time: t(0),
      source: 'scan',
      ancestors: [],
      whole: true,
      facts: { type: 'cluster', cluster: name, workloadPool: 'acme-prod.svc.id.goog' },
    });
    const coverage = { scope: third, assetType: 'k8s.io/ServiceAccount', content: 'resource' } as const;
    const world = {
      observations: [
        ...DANGLING,
        seen(third),
        seen(CLUSTER),
        gone(`//container.googleapis.com/${CLUSTER}`, { time: t(5) }),
      ],
      coverage: [{ ...coverage, asOf: t(0) }],
    };
    expect(radius('dangling-binding', world)?.clusters).toEqual([third]);
  });
});

describe('of an account', () => {
  it('all KSAs that act as it', () => {
    const shared = [
      ...DECLARED.slice(0, -1),
      ksa('sandbox/debug', API, { cluster: SECOND_CLUSTER }),
      iam(API_ASSET, [
        [WI, member('payments/api')],
        [WI, member('sandbox/debug')],
      ]),
      workload('Deployment payments/api', 'payments/api'),
      workload('Pod sandbox/shell', 'sandbox/debug', { cluster: SECOND_CLUSTER }),
      key('k1', '1001'),
      iam(PROJECT, [['roles/editor', `serviceAccount:${API}`]]),
    ];
    expect(radius('key-not-allowed', { observations: shared, policy: GUARDED })).toEqual({
      clusters: [CLUSTER, SECOND_CLUSTER],
      workloads: ['Deployment payments/api', 'Pod sandbox/shell'],
      permissions: ['iam.serviceAccounts.actAs', 'iam.serviceAccountKeys.create'],
      sensitive: ['production'],
    });
  });

  it('is bounded, and says the same however it was told', () => {
    const many = [...Array(80).keys()].map((n) => `team-${n}/app`);
    const observations = [
      ...ACCOUNTS,
      ...many.map((name) => ksa(name, API)),
      ...many.map((name) => workload(`Deployment ${name}`, name)),
      iam(
        API_ASSET,
        many.map((name) => [WI, member(name)]),
      ),
      key('k1', '1001'),
    ];
    const one = radius('key-not-allowed', { observations });
    expect(one?.workloads).toHaveLength(50);
    expect(one?.workloads).toEqual([...(one?.workloads ?? [])].sort());
    expect(radius('key-not-allowed', { observations: [...observations].reverse() })).toEqual(one);
  });
});

describe('of a grant', () => {
  it('the role in question counts first, and the sensitive resource it is on', () => {
    const observations = [
      ...DECLARED,
      iam(PROJECT, [['roles/editor', `serviceAccount:${API}`]]),
      iam(LEDGER, [['roles/storage.objectAdmin', `serviceAccount:${API}`]]),
    ];
    expect(radius('undeclared-grant', { observations, policy: GUARDED })).toEqual({
      clusters: [CLUSTER],
      workloads: [],
      permissions: ['storage.objects.get', 'iam.serviceAccounts.actAs', 'iam.serviceAccountKeys.create'],
      sensitive: ['customer-data (restricted)', 'production'],
    });
  });

  it('of a person on an account: what it is for, and what the account holds', () => {
    const observations = [
      ...DECLARED.slice(0, -1),
      iam(API_ASSET, [
        [WI, member('payments/api')],
        ['roles/iam.serviceAccountUser', 'user:mallory@acme.example'],
      ]),
      iam(LEDGER, [['roles/storage.objectViewer', `serviceAccount:${API}`, { expression: 'true' }]]),
    ];
    expect(radius('undeclared-grant', { observations, policy: GUARDED })).toMatchObject({
      clusters: [CLUSTER],
      permissions: ['iam.serviceAccounts.actAs', 'storage.objects.get'],
      sensitive: ['customer-data (restricted)'],
    });
  });

  it('to a set: the KSAs it covers now, and the clusters in which there can be more', () => {
    const observations = [
      ksa('sandbox/debug', '', { cluster: SECOND_CLUSTER }),
      workload('Deployment sandbox/debug', 'sandbox/debug', { cluster: SECOND_CLUSTER }),
      iam(LEDGER, [['roles/storage.objectViewer', inPool('namespace/sandbox')]]),
      {
        ...ksa('x/y'),
        asset: `//container.googleapis.com/${SECOND_CLUSTER}`,
        facts: { type: 'cluster', cluster: SECOND_CLUSTER, workloadPool: 'acme-prod.svc.id.goog' },
      } as Observation,
    ];
    expect(radius('wide-member', { observations })).toEqual({
      clusters: [CLUSTER, SECOND_CLUSTER],
      workloads: ['Deployment sandbox/debug'],
      permissions: ['storage.objects.get'],
      sensitive: [],
    });
  });
});

describe('what is not claimed', () => {
  it('nothing, where nothing is known', () => {
    const pool = 'projects/9/locations/global/workloadIdentityPools/other';
    const observations = [
      iam(PROJECT, [['roles/viewer', `principal://iam.googleapis.com/${pool}/subject/x`]]),
    ];
    expect(only('untrusted-pool', { observations })).not.toHaveProperty('blastRadius');
  });

  it('of an outage where it is felt, and no powers that it took away', () => {
    const observations = [
      ...ACCOUNTS,
      ksa('payments/api', API),
      workload('Deployment payments/api', 'payments/api'),
      iam(API_ASSET, []),
      iam(PROJECT, [['roles/editor', `serviceAccount:${API}`]]),
    ];
    expect(radius('annotation-without-binding', { observations, policy: GUARDED })).toEqual({
      clusters: [CLUSTER],
      workloads: ['Deployment payments/api'],
      permissions: [],
      sensitive: [],
    });
  });

  it.each([
    [
      'posture',
      {
        observations: [
          ...ACCOUNTS,
          ksa('payments/default', API),
          iam(API_ASSET, [[WI, member('payments/default')]]),
        ],
      },
      'default-service-account-identity',
    ],
    [
      'what is undecided',
      { observations: [...ACCOUNTS, ksa('payments/api', API)], coverage: [] },
      'annotation-without-binding',
    ],
  ])('none of %s', (_what, world: World, detector) => {
    expect(only(detector, world)).not.toHaveProperty('blastRadius');
  });

  it('none of what an exception covers', () => {
    const policy = policyOf(POLICY_YAML.replace('on: "project:acme-stage"}', 'on: "project:acme-prod"}'));
    const observations = [...DECLARED, iam(PROJECT, [['roles/editor', `serviceAccount:${API}`]])];
    const finding = only('forbidden-role', { observations, policy });
    expect(finding.state).toBe('excepted');
    expect(finding).not.toHaveProperty('blastRadius');
  });
});
