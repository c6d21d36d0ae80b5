import { describe, expect, it } from '@jest/globals';
import { projectName, serviceAccountName } from '../../shared/model/asset.ts';
import type { Observation } from '../../shared/model/observation.ts';
import {
  account,
  CLUSTER,
  cluster,
  iam,
  inPool,
  key,
  ksa,
  member,
  POOL,
  SECOND_CLUSTER,
  TOKEN_CREATOR,
  WI,
} from '../world.ts';
import { exceptionsOf, identitiesOf, written } from './writing.ts';

const API = 'api@acme-prod.iam.gserviceaccount.com';
const PROJECT = projectName('acme-prod');
const BUCKET = '//storage.googleapis.com/ledger';
const OWNER = '  owner: security@acme.example # no label tells who owns it\n';

/** A KSA that points at an account which lets it in. */
function bound(name: string, email = API, id = '1001'): readonly Observation[] {
  return [ksa(name, email), ...account(email, id), iam(serviceAccountName(id), [[WI, member(name)]])];
}

describe('init: what looks right is declared', () => {
  it('declares a bound identity with what its account holds', () => {
    const { text, exceptions } = written({
      observations: [
        ...bound('payments/api'),
        iam(PROJECT, [['roles/cloudsql.client', `serviceAccount:${API}`]]),
      ],
    });
    expect(identitiesOf(text)).toBe(`- name: api
  identity: { pool: acme-prod, namespace: payments, serviceAccount: api }
  gsa: ${API}
${OWNER}  allow:
    - { role: roles/cloudsql.client, on: "project:acme-prod" }
`);
    expect(exceptions).toEqual([]);
  });

  it('joins the workloads of a namespace that share an account into one entry', () => {
    const { text } = written({
      observations: [
        ksa('payments/worker', API),
        ksa('payments/api', API),
        ksa('batch/api', API),
        ...account(API, '1001'),
        iam(serviceAccountName('1001'), [
          [WI, member('payments/worker')],
          [WI, member('payments/api')],
          [WI, member('batch/api')],
        ]),
      ],
    });
    expect(identitiesOf(text)).toBe(`- name: api
  identity: { pool: acme-prod, namespace: batch, serviceAccount: api }
  gsa: ${API}
${OWNER}- name: payments-api
  identities:
    - { pool: acme-prod, namespace: payments, serviceAccount: api }
    - { pool: acme-prod, namespace: payments, serviceAccount: worker }
  gsa: ${API}
${OWNER}`);
  });

  it('declares a KSA that holds roles itself, with their conditions to the letter', () => {
    const expression = 'resource.name.startsWith("projects/_/buckets/ledger/objects/2026")';
    const { text } = written({
      observations: [
        iam(BUCKET, [
          ['roles/storage.objectCreator', inPool('subject/ns/payments/sa/exporter'), { expression }],
          ['roles/storage.objectViewer', inPool('subject/ns/payments/sa/exporter')],
        ]),
      ],
    });
    expect(identitiesOf(text)).toBe(`- name: exporter
  identity: { pool: acme-prod, namespace: payments, serviceAccount: exporter }
${OWNER}  allow:
    - { role: roles/storage.objectCreator, on: "bucket:ledger", condition: ${JSON.stringify(expression)} }
    - { role: roles/storage.objectViewer, on: "bucket:ledger" }
`);
  });

  it('declares what a whole namespace holds in the form it is granted in', () => {
    const { text, exceptions } = written({
      observations: [iam(PROJECT, [['roles/monitoring.metricWriter', inPool('namespace/monitoring')]])],
    });
    expect(identitiesOf(text)).toBe(`- name: monitoring-all
  identity: { pool: acme-prod, namespace: monitoring, serviceAccount: "*" }
${OWNER}  grantForm: namespace
  allow:
    - { role: roles/monitoring.metricWriter, on: "project:acme-prod" }
`);
    expect(exceptions).toEqual([]);
  });

  it('takes the owner from the labels of the KSA, else of its namespace', () => {
    const owned = ksa('payments/api', API);
    const labelled = {
      ...owned,
      ...(owned.kind === 'resource' ? { facts: { ...owned.facts, owner: 'Team-Payments' } } : {}),
    } as Observation;
    const namespace: Observation = {
      kind: 'resource',
      asset: `//container.googleapis.com/${CLUSTER}/k8s/namespaces/search`,
      time: 0n,
      source: 'scan',
      ancestors: [],
      facts: { type: 'namespace', cluster: CLUSTER, name: 'search', owner: 'team-search' },
      whole: true,
    };
    const { entries } = written({
      observations: [
        labelled,
        ...bound('payments/api').slice(1),
        namespace,
        ...bound('search/api', 'search@acme-prod.iam.gserviceaccount.com', '1002'),
        ...bound('other/api', 'other@acme-prod.iam.gserviceaccount.com', '1003'),
      ],
    });
    expect(entries.map(({ namespace, owner }) => [namespace, owner])).toEqual([
      ['other', undefined],
      ['payments', 'team-payments'],
      ['search', 'team-search'],
    ]);
  });

  it('trusts the pools that clusters and grants show, with the clusters that share them', () => {
    const { text } = written({
      observations: [
        cluster(CLUSTER),
        cluster(SECOND_CLUSTER),
        iam(BUCKET, [
          [
            'roles/storage.objectViewer',
            'principalSet://iam.googleapis.com/projects/4/locations/global/workloadIdentityPools/github/attribute.repository/acme/infra',
          ],
        ]),
      ],
    });
    expect(/ {2}trust:\n([\s\S]*?)\n\n/.exec(text)?.[1]).toBe(`    pools:
      - name: acme-prod
        pool: ${POOL}
        clusters:
          - acme-prod/europe-west1/prod-euw1
          - acme-prod/us-east4/prod-use4
        # In all of these, the same namespace and name are one identity.
        identitySameness: accepted
      - name: github
        pool: projects/4/locations/global/workloadIdentityPools/github
        # CHECK who signs tokens for this pool, and write it down: whoever it is can be any of its identities.
        # issuers: ["https://token.actions.githubusercontent.com"]`);
  });

  it('watches the organisation that everything lies in, else the projects that were seen', () => {
    const scopeIn = (...observations: readonly Observation[]) =>
      written({ observations }).policy.scope.include;
    const elsewhere = {
      ...iam(projectName('acme-lab'), []),
      ancestors: ['projects/acme-lab', 'organizations/9'],
    };
    expect(scopeIn(...bound('payments/api'))).toEqual(['organizations/123456789012']);
    expect(scopeIn(cluster(), elsewhere as Observation)).toEqual([
      'projects/111122223333',
      'projects/acme-lab',
      'projects/acme-prod',
    ]);
    expect(scopeIn()).toEqual([]);
  });
});

describe('init: what looks dangerous is excepted for a while, and not declared', () => {
  const holder = `serviceAccount:${API}`;

  it.each<[string, readonly Observation[], readonly string[]]>([
    [
      'a forbidden role',
      [iam(PROJECT, [['roles/editor', holder]])],
      [`forbidden-role: ${API} roles/editor project:acme-prod`],
    ],
    [
      'a role for accounts that Google runs',
      [iam(PROJECT, [['roles/compute.serviceAgent', holder]])],
      [`forbidden-role: ${API} roles/compute.serviceAgent project:acme-prod`],
    ],
    [
      'a role that makes its holder every account of a project',
      [iam(PROJECT, [[TOKEN_CREATOR, holder]])],
      [
        `forbidden-role: ${API} ${TOKEN_CREATOR} project:acme-prod`,
        `wide-member: ${API} ${TOKEN_CREATOR} project:acme-prod`,
      ],
    ],
    [
      'a role that makes its holder another account',
      [
        ...account('db@acme-prod.iam.gserviceaccount.com', '1002'),
        iam(serviceAccountName('1002'), [['roles/iam.serviceAccountKeyAdmin', holder]]),
      ],
      [
        `escalation-path: ${API} serviceAccount:db@acme-prod.iam.gserviceaccount.com`,
        `undeclared-grant: ${API} roles/iam.serviceAccountKeyAdmin serviceAccount:db@acme-prod.iam.gserviceaccount.com`,
      ],
    ],
    [
      'a grant to a whole cluster',
      [iam(BUCKET, [['roles/storage.objectViewer', inPool(`kubernetes.cluster/${CLUSTER}`)]])],
      ['wide-member', 'forbidden-role'].map(
        (detector) =>
          `${detector}: roles/storage.objectViewer bucket:ledger ${inPool(`kubernetes.cluster/${CLUSTER}`)}`,
      ),
    ],
    [
      'a grant to a pool of a project that nobody knows',
      [cluster(), iam(BUCKET, [['roles/storage.objectViewer', member('ns/api', 'strangers.svc.id.goog')]])],
      [
        'untrusted-pool: ns/api roles/storage.objectViewer bucket:ledger serviceAccount:strangers.svc.id.goog[ns/api]',
      ],
    ],
    [
      'a public grant',
      [iam(BUCKET, [['roles/storage.objectViewer', 'allUsers']])],
      ['forbidden-role: roles/storage.objectViewer bucket:ledger allUsers'],
    ],
  ])('%s', (_what, observations, expected) => {
    const result = written({ observations: [...bound('payments/api'), ...observations] });
    expect(exceptionsOf(result)).toEqual(expected);
    expect(result.entries.map(({ name, allow }) => [name, allow])).toEqual([['api', []]]);
  });

  it('a role on a declared account, held by somebody', () => {
    const observations = [
      ...bound('payments/api').slice(0, -1),
      iam(serviceAccountName('1001'), [
        [WI, member('payments/api')],
        [TOKEN_CREATOR, 'user:jane@acme.example'],
      ]),
    ];
    expect(exceptionsOf(written({ observations }))).toEqual([
      `undeclared-grant: ${API} ${TOKEN_CREATOR} serviceAccount:${API} user:jane@acme.example`,
    ]);
  });

  it('a binding that no KSA uses', () => {
    const result = written({
      observations: [cluster(), ksa('payments/other'), ...bound('payments/api').slice(1)],
    });
    expect(result.entries).toEqual([]);
    expect(exceptionsOf(result)).toEqual([
      `dangling-binding: payments/api ${API}`,
      `undeclared-identity: payments/api ${API}`,
    ]);
  });

  it('a second account that a workload may act as', () => {
    const observations = [
      ...bound('payments/api'),
      ...account('admin@acme-prod.iam.gserviceaccount.com', '1002'),
      iam(serviceAccountName('1002'), [[WI, member('payments/api')]]),
    ];
    const result = written({ observations });
    expect(result.entries.map(({ gsa }) => gsa)).toEqual([API]);
    expect(exceptionsOf(result)).toContain(
      'undeclared-identity: payments/api admin@acme-prod.iam.gserviceaccount.com',
    );
  });

  it('names that the policy could only say as globs', () => {
    const star = member('payments/*');
    const result = written({
      observations: [
        ...account(API, '1001'),
        iam(serviceAccountName('1001'), [[WI, star]]),
        iam(BUCKET, [['roles/storage.objectViewer', star]]),
      ],
    });
    expect(result.entries).toEqual([]);
    expect(result.remaining).toEqual([]);
  });

  it('half an edge is declared, and what is missing of it is excepted', () => {
    const result = written({
      observations: [ksa('payments/api', API), ...account(API, '1001'), iam(serviceAccountName('1001'), [])],
    });
    expect(result.entries.map(({ name }) => name)).toEqual(['api']);
    expect(exceptionsOf(result)).toEqual([`annotation-without-binding: payments/api ${API}`]);
  });

  it('keys may stay, as many as there are, and none beside them', () => {
    const { allowances, policy } = written({
      observations: [
        ...account(API, '1001'),
        key('k1', '1001'),
        key('k2', API),
        key('g', '1001', { managedBy: 'google' }),
      ],
    });
    expect(allowances).toMatchObject([{ name: 'api', serviceAccount: API, maxKeys: 2 }]);
    expect(policy.serviceAccountKeys?.userManaged).toBe('forbid');
  });

  it('a key of an account that no policy can name is excepted by its id', () => {
    const result = written({ observations: [key('k1', '1001')] });
    expect([exceptionsOf(result), result.remaining]).toEqual([
      [expect.stringMatching(/^key-not-allowed: .*k1$/)],
      [],
    ]);
  });
});

describe('init: the ends of exceptions', () => {
  const projects = [...Array(40).keys()].map((n) => projectName(`p-${n}`));
  const { exceptions } = written({
    observations: projects.flatMap((name, n) => [
      iam(name, [['roles/editor', `serviceAccount:x@p-${n}.iam.gserviceaccount.com`]]),
      iam(`//storage.googleapis.com/b-${n}`, [['roles/storage.objectViewer', 'allUsers']]),
    ]),
  });
  const endsOf = (severity: string) =>
    [...new Set(exceptions.filter((one) => one.severity === severity).map(({ expires }) => expires))].sort();

  it('are spread over days, and what is worse ends earlier', () => {
    expect(endsOf('critical')).toEqual(['2026-12-21', '2027-01-05']);
    expect(endsOf('high')).toEqual(['2027-01-05', '2027-01-20']);
  });

  it('have two people, neither of whom agrees with themselves', () => {
    const { policy } = written({ observations: [iam(BUCKET, [['roles/storage.objectViewer', 'allUsers']])] });
    expect(policy.exceptions).toMatchObject([
      { requestedBy: 'author@acme.example', approvedBy: 'approver@acme.example', ticket: 'TODO' },
    ]);
    expect(policy.exceptions[0]?.reason).toMatch(/^FILL IN: /);
  });
});
