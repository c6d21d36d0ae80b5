import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it, jest } from '@jest/globals';

// Each runs a process of its own.
jest.setTimeout(60_000);

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const POLICY = 'examples/acme/policy.yaml';
const BASE = join(ROOT, 'examples/acme/assets.ndjson');
const folder = mkdtempSync(join(tmpdir(), 'anchorwatch-'));
afterAll(() => rmSync(folder, { recursive: true }));

function anchorwatch(...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['cli/main.ts', ...args], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

/** Runs cases over the acme export, as they stand in line 5 and after. */
function runCases(name: string, cases: string, ...more: readonly string[]) {
  const file = join(folder, `${name}.test.yaml`);
  writeFileSync(
    file,
    `apiVersion: anchorwatch.dev/v1\nkind: PolicyTest\nmetadata: {name: ${name}}\ncases:\n${cases}`,
  );
  return { ...anchorwatch('test', file, '--policy', POLICY, ...more), file };
}

const PLANTED = [
  '      - {detector: key-not-allowed, identity: reports@acme-data}',
  '      - {detector: annotation-without-binding, identity: observability/otel-agent}',
  '      - {detector: dangling-binding, identity: payments/legacy-batch}',
].join('\n');
const one = (override: string, expect = PLANTED) =>
  `  - name: one\n    base: ${BASE}\n    asOf: 2026-11-21\n    override: ${override}\n    expect:\n${expect}\n`;

it('the tests of acme pass', () => {
  const { status, stdout, stderr } = anchorwatch('test', 'examples/acme/policy-tests', '--policy', POLICY);
  expect(
    stdout
      .trim()
      .split('\n')
      .filter((line) => !line.startsWith('✔')),
  ).toEqual([]);
  expect(stderr).toMatch(/^\d+ cases, all as expected$/m);
  expect(status).toBe(0);
});

it('what is missing and what is too much is told with a sign, at the line of the case', () => {
  const cases = one(
    '{}',
    PLANTED.replace('dangling-binding', 'dangling-binding, severity: critical').replace('reports@', 'x@'),
  );
  const { status, stdout, file } = runCases('wrong', cases);
  expect(status).toBe(1);
  const lines = stdout.trim().split('\n');
  expect(lines[0]).toBe(`✖ wrong: one  ${file}:5`);
  expect(lines).toContain('    - dangling-binding, severity: critical, identity: payments/legacy-batch');
  expect(lines).toContain('      there is one with another severity');
  expect(lines).toContain('    - key-not-allowed, identity: x@acme-data');
  expect(lines.filter((line) => line.startsWith('    + '))).toEqual([
    expect.stringContaining('+ key-not-allowed, severity: high, identity: reports@acme-data'),
    expect.stringContaining(
      'on: serviceAccount:batch@acme-prod.iam.gserviceaccount.com, channels: [C0PAYALERTS]',
    ),
  ]);
});

it('says the same to machines', () => {
  const { stdout, status } = runCases('json', one('{}', '      []'), '--format', 'json');
  const said: unknown = JSON.parse(stdout);
  expect(status).toBe(1);
  expect(said).toMatchObject({
    schemaVersion: 1,
    passed: 0,
    failed: 1,
    cases: [{ test: 'json', name: 'one', line: 5, passed: false, missing: [] }],
  });
});

it.each([
  ['a test that is none', 'kind: PolicyTest\nmetadata: {name: x}\ncases: []\n', 'missing-key'],
  ['no test at all', 'kind: WorkloadIdentityPolicy\n', 'no-test'],
])('%s is wrong usage', (_what, text, code) => {
  const file = join(folder, 'none.yaml');
  writeFileSync(file, text);
  const { status, stderr } = anchorwatch('test', file, '--policy', POLICY);
  expect(stderr).toContain(code);
  expect(status).toBe(3);
});
