import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { parseDocument } from 'yaml';
import { policyChanges } from '../../shared/policy/compare/policy-changes.ts';
import { loadPolicy } from '../../shared/policy/load.ts';
import type { Policy } from '../../shared/policy/policy.ts';
import { weakenings } from '../../shared/policy/weakenings.ts';
import { policyOf } from './policy-of.ts';

const [EXAMPLE = ''] = readFileSync(new URL('acme-prod.policy.yaml', import.meta.url), 'utf8').split(
  '\n---\n',
);

const POOL = '  trust: {pools: [{name: p, pool: acme.svc.id.goog, clusters: [acme/l/c]}]}\n';
const identity = (more: string) =>
  `${POOL}  workloadIdentities:\n    - {name: a, identity: {pool: p, namespace: n, serviceAccount: x}, ${more}}\n`;

/** `effect section[name]@line text`. */
function said(before: string, after: string): readonly string[] {
  return weakenings(policyOf(before), policyOf(after)).map(
    ({ effect, section, name, at, text }) => `${effect} ${section}[${name}]@${at.line} ${text}`,
  );
}

describe('what is weaker than before', () => {
  it.each<[string, string, string, readonly string[], readonly string[]]>([
    [
      'a mode',
      '  mode: enforce\n',
      '  mode: audit\n',
      ['weaker mode[mode]@5 mode is audit, was enforce'],
      [],
    ],
    [
      'the mode of some findings',
      '  mode: enforce\n  modes: []\n',
      '  mode: enforce\n  modes:\n    - {match: {namespace: "sandbox-*"}, set: baseline}\n',
      ['weaker modes[modes]@7 rule added: baseline for namespace sandbox-*'],
      [],
    ],
    [
      'a role that is allowed, at its own line',
      identity('allow: []'),
      identity('allow: [\n        {role: roles/viewer, on: "project:a"}]'),
      ['wider workloadIdentities[a]@8 may now have roles/viewer on project:a'],
      [],
    ],
    [
      'a wider resource',
      identity('allow: [{role: roles/viewer, on: "project:a-1"}]'),
      identity('allow: [{role: roles/viewer, on: "project:a-*"}]'),
      ['wider workloadIdentities[a]@7 may now have roles/viewer on project:a-*'],
      [],
    ],
    [
      'a condition that is wanted no more',
      identity('allow: [{role: roles/viewer, on: "project:a", condition: required}]'),
      identity('allow: [{role: roles/viewer, on: "project:a"}]'),
      ['wider workloadIdentities[a]@7 roles/viewer on project:a needs no condition any more (was required)'],
      [],
    ],
    [
      'a wider glob',
      identity('owner: x').replace('namespace: n', 'namespace: pay-eu'),
      identity('owner: x').replace('namespace: n', 'namespace: "pay-*"'),
      ['wider workloadIdentities[a]@7 identities: acme.svc.id.goog[pay-*/x] was added'],
      [],
    ],
    [
      'the KSA that no star covers, beside the star',
      identity('owner: x').replace('serviceAccount: x', 'serviceAccount: "*"'),
      identity('owner: x').replace(
        'identity: {pool: p, namespace: n, serviceAccount: x}',
        'identities: [{pool: p, namespace: n, serviceAccount: "*"}, {pool: p, namespace: n, serviceAccount: default}]',
      ),
      ['wider workloadIdentities[a]@7 identities: acme.svc.id.goog[n/default] was added'],
      [],
    ],
    [
      'a later end',
      identity('until: 2027-01-31, ticket: X-1'),
      identity('until: 2027-03-31, ticket: X-1'),
      ['weaker workloadIdentities[a]@7 holds until: 2027-03-31 now, was 2027-01-31'],
      [],
    ],
    [
      'previews that live longer, and reach further',
      `${identity('ephemeral: {maxAge: 7d, by: ci, within: ["project:a-1"]}')}  trustedChangers: [{name: ci, subject: "user:a@acme.example"}]\n`,
      `${identity('ephemeral: {maxAge: 36h, by: ci, within: ["project:a-*"]}')}  trustedChangers: [{name: ci, subject: "user:a@acme.example"}]\n`,
      ['wider workloadIdentities[a]@7 previews may reach: project:a-* was added'],
      ['weaker workloadIdentities[a]@7 a preview may live for: 7 days now, was 36 hours'],
    ],
    [
      'a rule that is gone, where it would stand',
      '  mode: enforce\n  forbiddenRoles:\n    - {name: basic, roles: [roles/owner]}\n    - {name: other, roles: [roles/editor]}\n',
      '  mode: enforce\n  forbiddenRoles:\n    - {name: other, roles: [roles/editor]}\n',
      ['weaker forbiddenRoles[basic]@6 no longer forbidden: roles/owner'],
      [],
    ],
    [
      'the last of the rules, in a policy without their section',
      '  forbiddenRoles:\n    - {name: basic, roles: [roles/owner]}\n',
      '  mode: enforce\n',
      ['weaker forbiddenRoles[basic]@4 no longer forbidden: roles/owner'],
      [],
    ],
    [
      'a pool whose providers need no condition',
      '  trust: {pools: [{name: ci, pool: projects/1/locations/global/workloadIdentityPools/gh, requireCondition: true}]}\n',
      '  trust: {pools: [{name: ci, pool: projects/1/locations/global/workloadIdentityPools/gh}]}\n',
      ['weaker trust.pools[ci]@5 its providers need no condition any more'],
      [],
    ],
    [
      'somebody who may change things',
      '  trustedChangers: [{name: tf, subject: "user:a@acme.example"}]\n',
      '  trustedChangers:\n    - {name: tf, subject: "user:a@acme.example"}\n    - {name: argo, kubernetes: {cluster: a/l/c, namespace: argocd, serviceAccount: server}}\n',
      [
        'weaker trustedChangers[argo]@7 argocd/server of projects/a/locations/l/clusters/c may change identities now (bindings, serviceAccounts, keyDelete)',
      ],
      [],
    ],
    [
      'one that is trusted in another cluster',
      '  trustedChangers: [{name: argo, kubernetes: {cluster: a/l/c, namespace: argocd, serviceAccount: server}}]\n',
      '  trustedChangers: [{name: argo, kubernetes: {cluster: a/l/d, namespace: argocd, serviceAccount: server}}]\n',
      [
        'weaker trustedChangers[argo]@5 is argocd/server of projects/a/locations/l/clusters/d, was argocd/server of projects/a/locations/l/clusters/c',
      ],
      [
        'weaker trustedChangers[argo]@5 is argocd/server of projects/a/locations/l/clusters/c, was argocd/server of projects/a/locations/l/clusters/d',
      ],
    ],
    [
      'a ticket that is wanted no more',
      '  trustedChangers: [{name: a, subject: "user:a@acme.example", requireTicket: true}]\n',
      '  trustedChangers: [{name: a, subject: "user:a@acme.example"}]\n',
      ['weaker trustedChangers[a]@5 needs no ticket any more'],
      [],
    ],
    [
      'an exception that holds longer and covers more',
      '  exceptions: {items: [{name: e, match: {detector: forbidden-role, namespace: a}, reason: r, expires: 2027-01-31}]}\n',
      '  exceptions: {items: [{name: e, match: {detector: "*", namespace: a}, reason: r, expires: 2027-02-28}]}\n',
      [
        'weaker exceptions[e]@5 covers detector *, namespace a, was detector forbidden-role, namespace a',
        'weaker exceptions[e]@5 holds until: 2027-02-28 now, was 2027-01-31',
      ],
      [],
    ],
    [
      'evidence that is gone',
      '  exceptions: {items: [{name: e, match: {detector: x}, reason: r, expires: 2027-01-31, approval: SEC-1}]}\n',
      '  exceptions: {items: [{name: e, match: {detector: x}, reason: r, expires: 2027-01-31}]}\n',
      ['weaker exceptions[e]@5 approval is nothing, was SEC-1'],
      [],
    ],
    [
      'more people who may agree',
      '  exceptions: {approvers: ["user:a@acme.example"]}\n',
      '  exceptions:\n    approvers: ["user:a@acme.example", "slackGroup:S0123ABCD"]\n',
      [
        'weaker exceptions.approvers[exceptions.approvers]@6 may agree to exceptions: slackGroup:S0123ABCD was added',
      ],
      [],
    ],
    [
      'a severity that is capped',
      '  mode: enforce\n',
      '  mode: enforce\n  severity:\n    - {detector: "*", max: low}\n',
      ['weaker severity[severity]@7 rule added: * at most low'],
      [],
    ],
    [
      'an API that its use may be of',
      identity('usage: {services: [a.googleapis.com]}'),
      identity('usage: {services: ["*.googleapis.com"]}'),
      ['wider workloadIdentities[a]@7 calls: *.googleapis.com was added'],
      [],
    ],
    [
      'who acts as it, which was learnt',
      identity('usage: {services: [a.googleapis.com]}'),
      identity('usage: {services: [a.googleapis.com], impersonatedBy: ["user:kim@acme.example"]}'),
      ['wider workloadIdentities[a]@7 may be impersonated by user:kim@acme.example now, was learnt'],
      [],
    ],
    [
      'a network that is ours',
      '  mode: enforce\n',
      '  mode: enforce\n  behaviour: {networks: [{name: nat, addresses: [203.0.113.9]}]}\n',
      ['weaker behaviour.networks[nat]@6 nobody is unusual in it any more: 203.0.113.9'],
      [],
    ],
    [
      'a delegation that reaches anywhere',
      '  delegations: [{name: d, files: "a/**", namespaces: [n], projects: [a]}]\n',
      '  delegations: [{name: d, files: "a/**", namespaces: [n]}]\n',
      ['weaker delegations[d]@5 places: everything now, was only project a'],
      [],
    ],
    [
      'alerts that go to the digest, and hours in which none go out',
      '  routing: {fallbackChannel: C0PLATSEC, routes: [{name: soc, channel: C0SECURITY}], digest: {at: "09:00", channel: C0PLATSEC}}\n',
      '  routing:\n    fallbackChannel: C0PLATSEC\n    routes: [{name: soc, to: digest}]\n    digest: {at: "09:00", channel: C0PLATSEC}\n    quietHours: {from: "22:00", to: "06:00"}\n',
      [
        'weaker routing.quietHours[routing.quietHours]@9 are 22:00 to 06:00, was nothing',
        'weaker routing.routes[soc]@7 is everything to the digest, was everything to C0SECURITY',
      ],
      [],
    ],
  ])('%s', (_what, before, after, there, back) => {
    expect(said(before, after)).toEqual(there);
    expect(said(after, before)).toEqual(back);
  });

  it('says where the older policy had what is gone', () => {
    const before = policyOf('  forbiddenRoles:\n    - {name: basic, roles: [roles/owner]}\n');
    expect(weakenings(before, policyOf('  mode: enforce\n'))[0]).toMatchObject({
      at: { entry: 'spec', line: 4 },
      was: { entry: 'forbiddenRoles[basic]', line: 6 },
    });
  });

  it.each([
    [
      'a narrower resource',
      'allow: [{role: roles/viewer, on: "project:a-*"}]',
      'allow: [{role: roles/viewer, on: "project:a-1"}]',
    ],
    ['another owner', 'owner: team-a', 'owner: team-b'],
    ['an end', 'owner: team-a', 'owner: team-a, until: 2027-01-31, ticket: X-1'],
  ])('is not %s', (_what, before, after) => {
    expect(said(identity(before), identity(after))).toEqual([]);
  });

  it.each([
    ['a role that a glob forbids too', 'roles: [roles/owner, roles/editor]', 'roles: ["roles/*"]'],
    ['a member that a glob forbids too', 'principals: ["user:a@b.example"]', 'principals: ["user:*"]'],
  ])('is not %s', (_what, before, after) => {
    const rule = (text: string) => `  forbiddenRoles: [{name: r, ${text}}]\n`;
    expect(said(rule(before), rule(after))).toEqual([]);
    expect(said(rule(after), rule(before))).not.toEqual([]);
  });
});

/** What the example of the language does not show. */
const MORE = `
modes: [{match: {namespace: "sandbox-*", detector: "unused-*"}, set: audit}]
delegations: [{name: pay, files: "teams/pay/**", namespaces: [pay], projects: [acme-pay], resources: ["bucket:pay"], maxRoles: ["roles/pubsub.*"]}]
sensitive: [{name: pii, on: "bucket:acme-pii-*", class: restricted}]
settle: {removals: 10m, outage: 20m}
destinations:
  - {name: siem, pubsub: projects/acme-sec/topics/anchorwatch}
  - {name: week, digest: weekly, channel: C0PLATSEC}
behaviour: {learn: 20d, forget: 60d}
become: {depth: 5, nodes: 3000, allowed: [{name: devs, subject: "group:devs@acme.example", namespaces: [pay]}]}
retention: {actors: 200d}
routing:
  quietHours: {from: "22:00", to: "06:00", days: [sat], breakThrough: [critical, high]}
  digest: {at: "09:00", channel: C0PLATSEC}
trustedChangers:
  - {name: argo, kubernetes: {cluster: acme-prod/l/c, namespace: argocd, serviceAccount: server}, severity: low, requireTicket: true}
  - {name: cnrm, configConnector: {cluster: acme-prod/l/c}}
workloadIdentities:
  - name: previews
    identity: {pool: prod, namespace: "pr-*", serviceAccount: "*"}
    owner: team-web
    slack: C0TEAMWEB
    until: 2027-03-31
    ticket: WEB-1
    grantForm: namespace
    ephemeral: {maxAge: 7d, by: argo, within: ["project:acme-dev", "bucket:dev-*"]}
    allow: [{permissions: [storage.objects.get, storage.objects.list], on: "bucket:dev-*"}]
`;

/** Whatever is taken out of a policy, or put in, is a change that somebody is told of: nothing is weakened in silence. */
describe.each([
  ['the example', parseDocument(EXAMPLE).toJS()],
  [
    'the rest',
    {
      ...parseDocument(EXAMPLE).toJS(),
      spec: parseDocument(`trust: {pools: [{name: prod, pool: acme-prod.svc.id.goog}]}\n${MORE}`).toJS(),
    },
  ],
])('every key of %s', (_what, root: unknown) => {
  const whole = loaded(root);
  const cases = keysIn(root).flatMap((path): [string, Policy][] => {
    const policy = loaded(without(root, path));
    return policy === undefined || meaning(policy) === meaning(whole!) ? [] : [[path.join('.'), policy]];
  });

  it('that can be left out is tried', () => {
    expect(cases.length).toBeGreaterThan(30);
  });

  it.each(cases)('%s', (_path, policy) => {
    expect(policyChanges(whole!, policy)).not.toEqual([]);
    expect(policyChanges(policy, whole!)).not.toEqual([]);
  });
});

function loaded(data: unknown): Policy | undefined {
  const result = loadPolicy([{ path: 'p.yaml', text: JSON.stringify(data) }]);
  return result.ok ? result.policy : undefined;
}

/** What a policy says, wherever it says it. */
function meaning(policy: Policy): string {
  return JSON.stringify(policy, (key, value: unknown) =>
    ['at', 'line', 'lines', 'hash', 'poolsAt', 'changersAt'].includes(key)
      ? undefined
      : typeof value === 'bigint'
        ? `${value}`
        : value,
  );
}

type Path = readonly (string | number)[];

/** The path of every key and every item. */
function keysIn(data: unknown, path: Path = []): readonly Path[] {
  if (typeof data !== 'object' || data === null) return [];
  const keys: readonly (string | number)[] = Array.isArray(data) ? [...data.keys()] : Object.keys(data);
  return keys.flatMap((key) => [
    [...path, key],
    ...keysIn(Object.getOwnPropertyDescriptor(data, key)?.value, [...path, key]),
  ]);
}

function without(data: unknown, [key, ...rest]: Path): unknown {
  const last = rest.length === 0;
  if (Array.isArray(data))
    return data.flatMap((inner: unknown, i) => (i !== key ? [inner] : last ? [] : [without(inner, rest)]));
  const entries: readonly [string, unknown][] = Object.entries(
    typeof data === 'object' && data !== null ? data : {},
  );
  return Object.fromEntries(
    entries.flatMap(([name, inner]) =>
      name !== key ? [[name, inner]] : last ? [] : [[name, without(inner, rest)]],
    ),
  );
}
