import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { readPolicy } from '../../shared/adapters/policy-file.ts';
import { loadPolicyTests } from '../../shared/policy/load.ts';
import { baseFiles } from '../../shared/policy-test/files.ts';
import { difference } from '../../shared/policy-test/report.ts';
import { runPolicyTests } from '../../shared/policy-test/run.ts';

const ACME = fileURLToPath(new URL('../../examples/acme/', import.meta.url));
const POLICY = readPolicy([`${ACME}policy.yaml`]);
const BASES = baseFiles();

/** What comes of one case over the acme export: nothing when it is as expected. */
async function said(fields: string): Promise<readonly string[]> {
  const text = `apiVersion: anchorwatch.dev/v1\nkind: PolicyTest\nmetadata: {name: t}\ncases:\n  - name: one\n${fields}`;
  const loaded = loadPolicyTests([{ path: `${ACME}t.yaml`, text }]);
  if (!loaded.ok)
    throw new Error(loaded.problems.map(({ line, message }) => `${line}: ${message}`).join('\n'));
  const [result] = await runPolicyTests(loaded.tests, (await POLICY).policy, BASES);
  const lines = difference(result!).map(({ sign, text: line }) => `${sign} ${line}`);
  expect(result?.passed).toBe(lines.length === 0);
  return lines;
}

const PLANTED = [
  '      - {detector: key-not-allowed, identity: reports@acme-data}',
  '      - {detector: annotation-without-binding, identity: observability/otel-agent}',
  '      - {detector: dangling-binding, identity: payments/legacy-batch}',
].join('\n');
const one = (override: string, expected: string = PLANTED) =>
  `    base: assets.ndjson\n    asOf: 2026-11-21\n    override: ${override}\n    expect:\n${expected}\n`;

describe('an override', () => {
  const forbidden = (text: string) => `${PLANTED}\n      - {detector: forbidden-role, ${text}}`;
  it.each([
    [
      'adds a grant to a declared identity',
      '{bindings: {add: [{role: roles/editor, on: "project:acme-prod", identity: checkout-api}]}}',
      forbidden('severity: critical, identity: checkout@acme-prod, channels: [C0CHECKOUT]'),
    ],
    [
      'adds one by the number of the project',
      '{bindings: {add: [{role: roles/editor, on: "project:111122223333", identity: checkout-api}]}}',
      forbidden('on: "project:acme-prod"'),
    ],
    [
      'adds one to everybody',
      '{bindings: {add: [{role: roles/storage.objectViewer, on: "bucket:acme-ledger", member: allUsers}]}}',
      `${forbidden('on: "bucket:acme-ledger"')}
      - {detector: public-access, on: "bucket:acme-ledger"}`,
    ],
    [
      'takes a grant away',
      '{bindings: {remove: [{role: roles/iam.workloadIdentityUser, on: "serviceAccount:batch@acme-prod.iam.gserviceaccount.com", identity: payments/legacy-batch}]}}',
      PLANTED.split('\n').slice(0, 2).join('\n'),
    ],
    [
      'takes keys away',
      '{keys: {remove: [{serviceAccount: reports@acme-data.iam.gserviceaccount.com}]}}',
      PLANTED.split('\n').slice(1).join('\n'),
    ],
    [
      'adds a key',
      '{keys: {add: [{serviceAccount: cart@acme-prod.iam.gserviceaccount.com}]}}',
      `${PLANTED}\n      - {detector: key-not-allowed, identity: cart@acme-prod}`,
    ],
    [
      'takes an annotation away',
      '{annotations: {remove: [{identity: observability/otel-agent}]}}',
      PLANTED.split('\n')
        .filter((line) => !line.includes('annotation'))
        .join('\n'),
    ],
  ])('%s', async (_what, override, expected) => {
    expect(await said(one(override, expected))).toEqual([]);
  });

  it.each([
    [
      'a grant that is not there',
      '{bindings: {remove: [{role: roles/editor, on: "project:acme-prod", identity: cart}]}}',
      'the base has no roles/editor on project:acme-prod for cart',
    ],
    [
      'an identity nobody declared',
      '{bindings: {add: [{role: roles/editor, on: "project:acme-prod", identity: crat}]}}',
      'the policy declares no identity `crat`',
    ],
    ['several accounts', '{annotations: {remove: [{identity: etl}]}}', '`etl` speaks of several accounts'],
    [
      'several resources',
      '{bindings: {add: [{role: roles/editor, on: "project:acme-*", identity: cart}]}}',
      '`project:acme-*` is no single resource',
    ],
    [
      'a key that is not there',
      '{keys: {remove: [{serviceAccount: cart@acme-prod.iam.gserviceaccount.com}]}}',
      'the base has no such key of cart@',
    ],
  ])('that speaks of %s fails, and says so', async (_what, override, message) => {
    expect(await said(one(override))).toEqual([expect.stringContaining(message)]);
  });
});

describe('what is expected', () => {
  const AT = '    base: assets.ndjson\n    asOf: 2026-11-21\n';
  it.each([
    ['every field that is given must match', 'severity: low', '- dangling-binding, severity: low'],
    ['the owner', 'owner: team-x', '- dangling-binding, owner: team-x'],
    [
      'all channels',
      'channels: [C0PAYALERTS, C0PLATSEC]',
      '- dangling-binding, channels: [C0PAYALERTS, C0PLATSEC]',
    ],
    ['the state', 'state: excepted', '- dangling-binding, state: excepted'],
  ])('%s', async (_what, field, missing) => {
    const expected = PLANTED.replace(/dangling-binding.*$/m, `dangling-binding, ${field}}`);
    expect(await said(`${AT}    expect:\n${expected}\n`)).toContain(missing);
  });

  it('what is excepted counts only where it is expected', async () => {
    const excepted = '      - {detector: forbidden-role, state: excepted, exception: staging-backfill}';
    expect(await said(`${AT}    expect:\n${PLANTED}\n`)).toEqual([]);
    expect(await said(`${AT}    expect:\n${PLANTED}\n${excepted}\n`)).toEqual([]);
    expect(
      await said(`${AT}    expect:\n${PLANTED}\n${excepted.replace('state: excepted', 'state: open')}\n`),
    ).toHaveLength(1);
  });

  it('two that one finding would meet are met by two', async () => {
    const twice = `${PLANTED}\n      - {detector: dangling-binding}\n`;
    expect(await said(`${AT}    expect:\n${twice}`)).toEqual(['- dangling-binding']);
    const loose = PLANTED.replace(', identity: payments/legacy-batch', '').replace(
      '      - {detector: key',
      '      - {detector: dangling-binding, severity: medium}\n      - {detector: key',
    );
    const bound =
      '    override: {bindings: {add: [{role: roles/iam.workloadIdentityUser, on: "serviceAccount:cart@acme-prod.iam.gserviceaccount.com", identity: checkout/ghost}]}}\n';
    const lines = await said(`${AT}${bound}    expect:\n${loose}\n`);
    expect(lines.filter((line) => line.includes('dangling'))).toEqual([]);
  });

  it('a base that is not there fails the case', async () => {
    expect(await said('    base: nowhere.json\n    expect: []\n')).toEqual([
      expect.stringMatching(/nowhere\.json: no such file or folder$/),
    ]);
  });
});
