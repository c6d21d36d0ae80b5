import { describe, expect, it } from '@jest/globals';
import { loadPolicy } from '../../shared/policy/load.ts';
import { HEAD } from './policy-of.ts';

const ROOT = `${HEAD}  trust: {pools: [{name: p, pool: acme.svc.id.goog, clusters: [acme/l/c]}]}
  delegations:
    - name: payments
      files: teams/payments/**
      namespaces: [payments, "payments-*"]
      projects: [acme-pay, "acme-pay-*"]
      resources: ["bucket:acme-pay-*"]
      maxRoles: [roles/cloudsql.client, "roles/pubsub.*"]
`;
const FILE = 'policy/teams/payments/eu/a.yaml';

/** The problems of a delegated file beside the root, as `code@line:column`. */
function said(text: string, path = FILE, root = ROOT): readonly string[] {
  const loaded = loadPolicy([
    { path: 'policy/root.yaml', text: root },
    { path, text },
  ]);
  const problems = loaded.ok ? loaded.warnings : loaded.problems;
  return problems.map(({ code, line, column }) => `${code}@${line}:${column}`);
}

const entry = (fields: string, namespace = 'payments') =>
  `${HEAD}  workloadIdentities:\n    - {name: a, identity: {pool: p, namespace: "${namespace}", serviceAccount: x}, ${fields}}\n`;
const exception = (match: string) =>
  `${HEAD}  exceptions: {items: [{name: e, match: {${match}}, reason: r, expires: 2027-01-01, approval: SEC-1}]}\n`;

describe('a delegated file', () => {
  it.each([
    ['an identity of its namespace', entry('owner: team-pay')],
    ['and of those below', entry('owner: team-pay', 'payments-*')],
    [
      'with an account, roles and resources of its own',
      entry(
        'gsa: "<ksa>@acme-pay-eu.iam.gserviceaccount.com", allow: [{role: roles/pubsub.publisher, on: "topic:acme-pay/*"}, {role: roles/cloudsql.client, on: "bucket:acme-pay-<ksa>"}]',
      ),
    ],
    ['an exception for its namespace', exception('detector: dangling-binding, namespace: payments')],
    ['for an identity of it', exception('detector: dangling-binding, identity: "payments/*"')],
    [
      'with its role',
      exception('detector: undeclared-grant, namespace: payments, role: roles/pubsub.viewer'),
    ],
    ['for a resource of it', exception('detector: key-not-allowed, on: "project:acme-pay-eu"')],
  ])('may hold %s', (_what, text) => {
    expect(said(text)).toEqual([]);
  });

  it.each([
    ['an identity of another namespace', entry('owner: a', 'checkout'), ['outside-delegation@6:48']],
    ['or of more than its own', entry('owner: a', 'pay*'), ['outside-delegation@6:48']],
    [
      'an account of another project',
      entry('gsa: x@acme-prod.iam.gserviceaccount.com'),
      ['outside-delegation@6:85'],
    ],
    [
      'an account of whatever project',
      entry('gsa: "x@<namespace>.iam.gserviceaccount.com"'),
      ['outside-delegation@6:85'],
    ],
    ['grants to a whole pool', entry('grantForm: pool'), ['outside-delegation@6:91']],
    [
      'a role beyond',
      entry('allow: [{role: roles/owner, on: "project:acme-pay"}]'),
      ['outside-delegation@6:95'],
    ],
    [
      'permissions in whatever role',
      entry('allow: [{permissions: [a.b.c], on: "project:acme-pay"}]'),
      ['outside-delegation@6:88'],
    ],
    [
      'a resource of another project',
      entry('allow: [{role: roles/cloudsql.client, on: "project:acme-*"}]'),
      ['outside-delegation@6:122'],
    ],
    [
      'a bucket that is not named',
      entry('allow: [{role: roles/cloudsql.client, on: "bucket:ledger"}]'),
      ['outside-delegation@6:122'],
    ],
    [
      'an organisation',
      entry('allow: [{role: roles/cloudsql.client, on: "organization:1"}]'),
      ['outside-delegation@6:122'],
    ],
    ['an exception for everybody', exception('detector: dangling-binding'), ['outside-delegation@5:41']],
    [
      'an exception for others',
      exception('detector: dangling-binding, namespace: "*"'),
      ['outside-delegation@5:81'],
    ],
    [
      'an exception for any role',
      exception('detector: "*", namespace: payments'),
      ['outside-delegation@5:41'],
    ],
    [
      'an exception for another role',
      exception('detector: forbidden-role, namespace: payments, role: roles/owner'),
      ['outside-delegation@5:95'],
    ],
    [
      'what belongs to the root',
      `${HEAD}  mode: audit\n  trust: {pools: [{name: q, pool: q.svc.id.goog, clusters: [a/b/c]}]}\n  routing: {fallbackChannel: C0FALLBACK}\n  exceptions: {maxDuration: 900d}\n  trustedChangers: [{name: me, subject: "user:me@acme.example"}]\n`,
      [
        'outside-delegation@5:3',
        'outside-delegation@6:3',
        'outside-delegation@7:3',
        'outside-delegation@8:16',
        'outside-delegation@9:3',
      ],
    ],
    [
      'a delegation that would bind the root',
      `${HEAD}  delegations: [{name: mine, files: root.yaml, namespaces: ["*"]}]\n`,
      ['outside-delegation@5:3', 'outside-delegation@6:3', 'outside-delegation@5:3'],
    ],
  ])('may not hold %s', (_what, text, expected) => {
    expect(said(text)).toEqual(expected);
  });

  it('may not hold an exception for others as a document', () => {
    const text =
      'apiVersion: anchorwatch.dev/v1\nkind: PolicyException\nmetadata: {name: e}\nspec: {match: {detector: dangling-binding, namespace: checkout}, reason: r, expires: 2027-01-01, approval: SEC-1}\n';
    expect(said(text)).toEqual(['outside-delegation@4:55']);
  });

  it('is one from wherever the policy is read', () => {
    for (const path of [
      'teams/payments/a.yaml',
      './teams/payments/a.yaml',
      '/srv/policy/teams/payments/a.yaml',
      'C:\\policy\\teams\\payments\\a.yaml',
    ])
      expect(said(entry('owner: a', 'checkout'), path)).toEqual(['outside-delegation@6:48']);
  });
});

it('a file in a folder of its own that nobody delegated is pointed out', () => {
  expect(said(entry('owner: a', 'checkout'), 'policy/teams/paiments/a.yaml')).toEqual([
    'delegation-unused@8:14',
    'file-not-delegated@2:7',
  ]);
  expect(said(entry('owner: a', 'checkout'), 'policy/more.yaml')).toEqual(['delegation-unused@8:14']);
});
