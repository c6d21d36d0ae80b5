import { afterAll, describe, expect, it } from '@jest/globals';
import { findingJson } from '../../shared/findings/finding-json.ts';
import type { Finding } from '../../shared/model/finding.ts';
import { finding } from '../alerts/examples.ts';
import { acme, cli, Folder } from './cli.ts';

const folder = new Folder();
afterAll(() => folder.remove());

const POLICY = folder.file(
  'policy.yaml',
  `apiVersion: anchorwatch.dev/v1
kind: WorkloadIdentityPolicy
metadata: {name: small, owner: platform@acme.example, timezone: Europe/Berlin}
spec:
  mode: enforce
  modes:
    - {match: {namespace: sandbox}, set: audit}
  trust:
    pools: [{name: prod, pool: acme-prod.svc.id.goog, clusters: [acme-prod/europe-west1/prod-euw1]}]
  workloadIdentities:
    - name: api
      identity: {pool: prod, namespace: payments, serviceAccount: checkout-api}
      owner: team-payments
      slack: C0PAYMENTS
  routing:
    fallbackChannel: C0PLATSEC
    digest: {at: "09:00", channel: C0DIGESTS}
    quietHours: {from: "20:00", to: "07:00"}
    routes:
      - {name: soc, match: {severity: critical}, channel: C0SECURITY, mention: S0SECONCALL, escalateAfter: 15m, continue: true}
      - {name: keys, match: {detector: "key-*"}, channel: C0KEYSKEYS}
      - {name: quiet, match: {severity: [low, info]}, to: digest}
      - {name: owners, match: {owner: "team-*"}, to: owner}
      - {name: rest, channel: C0THEREST}
  destinations:
    - {name: siem, pubsub: projects/acme-sec/topics/anchorwatch}
`,
);

function file(...findings: readonly Finding[]): string {
  return folder.file(
    'findings.json',
    JSON.stringify({ schemaVersion: 1, findings: findings.map(findingJson) }),
  );
}

async function told(more: Partial<Finding> = {}, ...args: readonly string[]) {
  const ran = await cli(['route', '9c2e', '--findings', file(finding(more)), '-p', POLICY, ...args]);
  expect(ran.code).toBe(0);
  return ran.out;
}

/** The lines under a label. */
function part(out: string, label: string): readonly string[] {
  const lines = out.split('\n');
  const from = lines.findIndex((line) => line.startsWith(label));
  const rest = lines.slice(from + 1);
  const more = rest.findIndex((line) => !line.startsWith(' '.repeat(9)));
  return [lines[from] ?? '', ...rest.slice(0, more)].map((line) =>
    line.slice(9).replace(/ {2,}/g, '  ').trim(),
  );
}

it('says which routes were tried, what took it, who hears and when', async () => {
  const out = await told();
  expect(out).toContain('🔴 Critical · payments/checkout-api gained roles/editor on project:acme-prod\n');
  expect(part(out, 'Mode')).toEqual(['enforce: findings alert']);
  expect(part(out, 'Routes')).toEqual([
    `✔ soc  severity is critical  → C0SECURITY, and on (continue)  ${POLICY}:20`,
    `✘ keys  detector forbidden-role is not key-*  ${POLICY}:21`,
    `✘ quiet  severity critical is not low or info  ${POLICY}:22`,
    `✔ owners  owner team-payments is team-*  → the owner  ${POLICY}:23`,
    `· rest  not tried: one before it had the last word  ${POLICY}:24`,
  ]);
  expect(part(out, 'Owner')).toEqual([
    `team-payments in C0PAYMENTS, as workloadIdentities[api] says (${POLICY}:11)`,
  ]);
  expect(part(out, 'Told')).toEqual([
    'C0SECURITY by route soc; S0SECONCALL is called, and again after 15\u00a0m without an answer',
    'C0PAYMENTS by route owners',
  ]);
  expect(part(out, 'When')).toEqual(['at once: what is an attack does not wait']);
  expect(part(out, 'Digest')).toEqual(['daily at 09:00 in C0DIGESTS']);
  expect(part(out, 'Topics')).toEqual(['projects/acme-sec/topics/anchorwatch gets every transition']);
});

describe('who is told', () => {
  it.each<[string, Partial<Finding>, readonly string[], string]>([
    [
      'an owner without a channel: the fallback',
      { severity: 'high', owner: 'team-other' },
      ['C0PLATSEC by route owners'],
      'at once: what is an attack does not wait',
    ],
    [
      'low: the digest only',
      { severity: 'low' },
      ['nobody at once'],
      'never by itself: its route keeps it for the digest',
    ],
    [
      'posture: the digest only',
      { class: 'posture' },
      ['nobody at once'],
      'never by itself: posture goes to the digest and the report only',
    ],
    [
      'a namespace in audit: nobody',
      { namespace: 'sandbox' },
      ['nobody at once'],
      'never by itself: the mode says so',
    ],
    [
      'an outage: once it has lasted',
      { class: 'outage', severity: 'high', before: [], after: ['x'] },
      ['C0PAYMENTS by route owners'],
      'after 15\u00a0m, unless it is repaired before',
    ],
    [
      'what was taken away: a little sooner',
      { class: 'outage', severity: 'high', removal: true },
      ['C0PAYMENTS by route owners'],
      'after 5\u00a0m, unless it is repaired before',
    ],
    [
      'nobody declared: the last route',
      { severity: 'high', owner: 'someone' },
      ['C0THEREST by route rest'],
      'at once: what is an attack does not wait',
    ],
  ])('%s', async (_what, more, hearers, when) => {
    const out = await told(more);
    expect(part(out, 'Told')).toEqual(hearers);
    expect(part(out, 'When')).toEqual([when]);
  });

  it('the mode names its line', async () => {
    expect(part(await told({ namespace: 'sandbox' }), 'Mode')).toEqual([
      `audit: findings go to the digest and the report, by \`modes\` at ${POLICY}:7`,
    ]);
  });

  it.each([
    ['critical', '2026-11-21T02:00:00Z', 'critical breaks through'],
    ['high', '2026-11-21T02:00:00Z', 'such hours are now, until 2026-11-21T06:00:00Z'],
    ['high', '2026-11-21T12:00:00Z', 'a new message waits for their end'],
  ] as const)('quiet hours, %s at %s', async (severity, asOf, expected) => {
    const [quiet] = part(await told({ severity }, '--as-of', asOf), 'Quiet');
    expect(quiet).toMatch(/^20:00 to 07:00 \(Europe\/Berlin\), every day: /);
    expect(quiet?.endsWith(expected)).toBe(true);
  });

  it('what is put aside now is said to be', async () => {
    expect(part(await told({ state: 'snoozed' }), 'Now')).toEqual(['nobody is told: snoozed']);
    expect(await told()).not.toContain('Now ');
  });
});

it('as JSON', async () => {
  const printed = JSON.parse(await told({ severity: 'high', class: 'outage', after: ['x'] }, '-f', 'json'));
  expect(printed).toMatchObject({
    schemaVersion: 1,
    finding: { id: '9c2e41d07aa3', severity: 'high' },
    mode: { mode: 'enforce' },
    owner: { kind: 'own', channel: 'C0PAYMENTS', line: { line: 11 } },
    told: [{ destination: 'C0PAYMENTS', route: 'owners' }],
    when: { kind: 'after settling', settlingSeconds: 900 },
    quiet: { breaksThrough: false },
    topics: ['projects/acme-sec/topics/anchorwatch'],
  });
  expect(printed.routes.map((route: { outcome: string }) => route.outcome)).toEqual([
    'passed',
    'passed',
    'passed',
    'taken',
    'not tried',
  ]);
});

describe('the finding', () => {
  const route = (...args: readonly string[]) => cli(['route', ...args, '-p', POLICY]);

  it('may be a file of one, or come by standard input', async () => {
    const one = JSON.stringify(findingJson(finding()));
    const path = folder.file('one.json', one);
    expect((await route(path)).out).toContain('Told     C0SECURITY');
    expect((await cli(['route', '-', '-p', POLICY], one)).out).toContain('Told     C0SECURITY');
    expect((await cli(['route', '9c', '--findings', '-', '-p', POLICY], `${one}\n`)).code).toBe(0);
  });

  it('is one that scan has found', async () => {
    const found = folder.in('scan.json');
    await cli(['scan', '-p', acme('policy.yaml'), '-a', acme('assets.ndjson'), '-f', 'json', '-o', found]);
    const { findings }: { findings: readonly { id: string }[] } = JSON.parse(
      (await cli(['scan', '-p', acme('policy.yaml'), '-a', acme('assets.ndjson'), '-f', 'json'])).out,
    );
    for (const { id } of findings)
      expect(await cli(['route', id, '--findings', found, '-p', acme('policy.yaml')])).toMatchObject({
        code: 0,
        err: '',
      });
  });

  it('must be one', async () => {
    const two = file(finding(), finding({ id: '9c2e5', title: 'another' }));
    const ambiguous = await route('9c2e', '--findings', two);
    expect(ambiguous.code).toBe(3);
    expect(ambiguous.err).toContain('2 findings of');
    expect(ambiguous.err).toContain('9c2e5  critical  another');
    expect(await route('9c2e5', '--findings', two)).toMatchObject({ code: 0 });
    expect((await route(two)).err).toContain('name one of them: anchorwatch route ID --findings');
    expect(await route('beef', '--findings', two)).toMatchObject({ code: 3 });
    expect((await route('9c2e')).err).toContain('9c2e is no file; --findings says');
  });

  it('of another policy is routed, with a word about it', async () => {
    expect((await route('9c2e', '--findings', file(finding()))).err).toMatch(
      /judged by policy @3f9c12a0b1c2, and is routed by @[0-9a-f]{12}\n/,
    );
  });
});
