import { describe, expect, it } from '@jest/globals';
import { parseTime } from '../../shared/model/time.ts';
import { loadPolicy } from '../../shared/policy/load.ts';
import type { Problem } from '../../shared/policy/problem.ts';
import { HEAD } from './policy-of.ts';

const TRUST = '  trust: {pools: [{name: p, pool: acme.svc.id.goog, clusters: [acme/l/c]}]}\n';

function problems(spec: string, day?: string): readonly Problem[] {
  const asOf = day === undefined ? undefined : parseTime(`${day}T12:00:00Z`)!;
  const loaded = loadPolicy([{ path: 'p.yaml', text: HEAD + spec }], asOf === undefined ? {} : { asOf });
  return loaded.ok ? loaded.warnings : loaded.problems;
}

const said = (spec: string, day?: string) =>
  problems(spec, day).map(({ code, severity, line, column }) => `${severity} ${code}@${line}:${column}`);

const identity = (fields: string) =>
  `${TRUST}  workloadIdentities:\n    - {name: a, identity: {pool: p, namespace: n, serviceAccount: x}, ${fields}}\n`;

describe('what is said of a policy that holds less, or more, than it seems to', () => {
  it.each<[string, string, readonly string[]]>([
    [
      'a pool without clusters',
      '  trust: {pools: [{name: p, pool: acme.svc.id.goog}]}\n',
      ['warning pool-without-clusters@5:19'],
    ],
    [
      'another pool has none',
      '  trust: {pools: [{name: p, pool: projects/1/locations/global/workloadIdentityPools/gh}]}\n',
      [],
    ],
    [
      'a mode for a pool that is not declared',
      `${TRUST}  modes: [{match: {pool: q}, set: audit}]\n`,
      ['error unknown-pool@6:26'],
    ],
    [
      'a mode for nothing in particular',
      '  modes: [{match: {}, set: audit}]\n',
      ['error exactly-one-of@5:19'],
    ],
    [
      'a network that nothing comes from',
      '  behaviour: {networks: [{name: nat}]}\n',
      ['error network-without-place@5:26'],
    ],
    [
      'use from a network that is not declared',
      `${identity('usage: {networks: [natt]}')}  behaviour: {networks: [{name: nat, addresses: [203.0.113.9]}]}\n`,
      ['error unknown-network@7:90'],
    ],
    [
      'an address that is none',
      '  behaviour: {networks: [{name: nat, addresses: [203.0.113.900, 203.0.113.0/33]}]}\n',
      ['error bad-address@5:50', 'error bad-address@5:65'],
    ],
    ['an owner in prose', identity('owner: The Payments Team'), ['warning unknown-owner-shape@7:78']],
    ['an owner by address', identity('owner: "group:pay@acme.example"'), []],
    ['a channel by name', identity('slack: "#payments"'), ['error bad-channel@7:78']],
    ['an end without a ticket', identity('until: 2027-01-01'), ['warning until-without-ticket@7:78']],
    ['an end with one', identity('until: 2027-01-01, ticket: X-1'), []],
    [
      'previews of nobody',
      identity('ephemeral: {maxAge: 7d, by: argo, within: ["project:a"]}'),
      ['error unknown-changer@7:99'],
    ],
    [
      'previews that reach everything',
      `${identity('ephemeral: {maxAge: 7d, by: argo, within: ["project:*"]}')}  trustedChangers: [{name: argo, subject: "user:a@acme.example"}]\n`,
      ['warning glob-matches-everything@7:114'],
    ],
    [
      'every namespace',
      `${TRUST}  workloadIdentities: [{name: a, identity: {pool: p, namespace: "*", serviceAccount: x}}]\n`,
      ['warning glob-matches-everything@6:65'],
    ],
    [
      'every project',
      identity('allow: [{role: roles/storage.admin, on: "project:*"}]'),
      ['warning glob-matches-everything@7:111'],
    ],
    [
      'keys for everybody',
      '  serviceAccountKeys: {allowed: [{name: a, serviceAccount: "*@*", expires: 2027-01-01}]}\n',
      ['warning glob-matches-everything@5:60'],
    ],
    [
      'a rule against every role',
      '  forbiddenRoles: [{name: a, roles: ["*"]}]\n',
      ['warning glob-matches-everything@5:38'],
    ],
    [
      'an exception for everything',
      '  exceptions: {items: [{name: e, match: {detector: "*"}, reason: r, expires: 2027-01-01, approval: SEC-1}]}\n',
      ['warning glob-matches-everything@5:52'],
    ],
    [
      'anybody who may become identities',
      '  become: {allowed: [{name: a, subject: "user:*"}]}\n',
      ['warning glob-matches-everything@5:41'],
    ],
    [
      'a role with a slip',
      identity('allow: [{role: roles/storage.objectViewr, on: "project:a"}]'),
      ['warning unknown-role@7:86'],
    ],
    [
      'a slip in the service',
      identity('allow: [{role: roles/pubsubb.publisher, on: "project:a"}]'),
      ['warning unknown-role@7:86'],
    ],
    ['a role nobody listed', identity('allow: [{role: roles/newthing.user, on: "project:a"}]'), []],
    [
      'a custom role',
      identity('allow: [{role: projects/acme/roles/storage.objectViewr, on: "project:a"}]'),
      [],
    ],
    [
      'an account through which anybody could act',
      '  trustedChangers: [{name: a, subject: "serviceAccount:tf@acme.iam.gserviceaccount.com"}]\n',
      ['warning changer-without-delegates@5:21'],
    ],
    [
      'an account that acts as itself',
      '  trustedChangers: [{name: a, subject: "serviceAccount:tf@acme.iam.gserviceaccount.com", delegates: []}]\n',
      [],
    ],
    [
      'a controller of any cluster',
      '  trustedChangers: [{name: a, subject: "system:serviceaccount:argocd:argocd"}]\n',
      ['warning changer-not-pinned@5:40'],
    ],
    [
      'people with a grant',
      '  trustedChangers: [{name: a, via: pam}]\n',
      ['warning changer-not-joined@5:36'],
    ],
    [
      'a changer that is two',
      '  trustedChangers: [{name: a, via: pam, subject: "user:a@acme.example"}]\n',
      ['error exactly-one-of@5:21'],
    ],
    [
      'a topic that is none',
      '  destinations: [{name: a, pubsub: anchorwatch}]\n',
      ['error bad-destination@5:36'],
    ],
    [
      'a destination that is two',
      '  destinations: [{name: a, pubsub: projects/p/topics/top, digest: daily}]\n',
      ['error exactly-one-of@5:18'],
    ],
    [
      'a summary for nobody',
      '  destinations: [{name: a, digest: daily}]\n',
      ['warning digest-without-channel@5:36'],
    ],
    [
      'a route to no digest',
      '  routing: {routes: [{name: a, to: digest}]}\n',
      ['warning digest-without-channel@5:36'],
    ],
    [
      'files outside of the policy',
      '  delegations: [{name: a, files: ../x, namespaces: [n]}]\n',
      ['error bad-file-pattern@5:34'],
    ],
  ])('%s', (_what, spec, expected) => {
    expect(said(spec)).toEqual(expected);
  });

  it('a role that was meant is named', () => {
    const [problem] = problems(identity('allow: [{role: roles/storage.objectViewr, on: "project:a"}]'));
    expect(problem?.hint).toBe('did you mean `roles/storage.objectViewer`?');
  });
});

describe('a group among the changers', () => {
  const GROUP = '  trustedChangers: [{name: a, subject: "group:break-glass@acme.example"}]\n';

  it('can match nobody, and no directory can be named that would tell who is in it', () => {
    const [problem] = problems(GROUP);
    expect(problem).toMatchObject({ code: 'changer-unexpandable', severity: 'error', line: 5, column: 40 });
    expect(problem?.hint).toContain('no directory to look groups up in is supported yet');
    expect(said(`  directory: {}\n${GROUP}`)).toEqual([
      'error unknown-key@5:3',
      'error changer-unexpandable@6:40',
    ]);
  });
});

describe('routes that are never taken', () => {
  const C = 'channel: C0CHANNEL';
  it.each<[string, readonly string[], readonly number[]]>([
    ['behind one that takes all', [`{name: a, ${C}}`, `{name: b, match: {severity: low}, ${C}}`], [1]],
    [
      'unless that goes on',
      [`{name: a, ${C}, continue: true}`, `{name: b, match: {severity: low}, ${C}}`],
      [],
    ],
    [
      'behind more severities',
      [
        `{name: a, match: {severity: [low, info]}, ${C}}`,
        `{name: b, match: {severity: low, owner: x}, ${C}}`,
      ],
      [1],
    ],
    [
      'not behind fewer',
      [`{name: a, match: {severity: low}, ${C}}`, `{name: b, match: {severity: [low, info]}, ${C}}`],
      [],
    ],
    [
      'behind a wider glob',
      [`{name: a, match: {owner: "team-*"}, ${C}}`, `{name: b, match: {owner: "team-pay*"}, ${C}}`],
      [1],
    ],
    [
      'not behind a narrower one',
      [`{name: a, match: {owner: "team-pay*"}, ${C}}`, `{name: b, match: {owner: "team-*"}, ${C}}`],
      [],
    ],
    [
      'not behind another field',
      [`{name: a, match: {owner: x}, ${C}}`, `{name: b, match: {namespace: x}, ${C}}`],
      [],
    ],
  ])('%s', (_what, routes, unreachable) => {
    const spec = `  routing:\n    routes:\n${routes.map((route) => `      - ${route}\n`).join('')}`;
    expect(said(spec)).toEqual(unreachable.map((i) => `warning route-unreachable@${7 + i}:9`));
  });
});

describe('ends', () => {
  const SPEC = `${identity('until: 2027-02-10, ticket: X-1')}  exceptions: {maxDuration: 90d, items: [{name: e, match: {detector: x}, reason: r, expires: 2027-02-10, approval: SEC-1}]}\n  serviceAccountKeys: {allowed: [{name: k, serviceAccount: "a@b.iam.gserviceaccount.com", expires: 2027-02-10}]}\n`;
  it.each<[string, string | undefined, readonly string[]]>([
    ['are not judged when nobody says what time it is', undefined, []],
    ['lie too far off', '2026-10-01', ['exception-too-long']],
    ['are far', '2027-01-20', []],
    ['are near', '2027-02-01', ['identity-ending', 'exception-ending', 'key-allowance-ending']],
    ['are today', '2027-02-10', ['identity-ending', 'exception-ending', 'key-allowance-ending']],
    ['are over', '2027-02-11', ['identity-expired', 'exception-expired', 'key-allowance-expired']],
  ])('%s', (_what, day, expected) => {
    const found = problems(SPEC, day);
    expect(found.map(({ code }) => code)).toEqual(expected);
    expect(found.every(({ severity }) => severity === 'warning')).toBe(true);
  });

  it('say how long is left', () => {
    expect(problems(SPEC, '2027-02-01')[1]?.message).toBe('the exception `e` ends in 10 days, on 2027-02-10');
    expect(problems(SPEC, '2027-02-10')[1]?.message).toBe('the exception `e` ends today, on 2027-02-10');
  });
});
