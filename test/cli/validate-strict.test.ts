import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it, jest } from '@jest/globals';

// Each runs a process of its own.
jest.setTimeout(60_000);

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'anchorwatch-'));
afterAll(() => rmSync(folder, { recursive: true }));

function validate(...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['cli/main.ts', 'validate', ...args], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

const HEAD =
  'apiVersion: anchorwatch.dev/v1\nkind: WorkloadIdentityPolicy\nmetadata: {name: acme, owner: platform}\nspec:\n';

/** A folder of policy files. */
function policy(name: string, files: Readonly<Record<string, string>>): string {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(folder, name, path, '..'), { recursive: true });
    writeFileSync(join(folder, name, path), text);
  }
  return join(folder, name);
}

describe('a folder', () => {
  it('is read whole, in order, without what is hidden or no YAML', () => {
    const path = policy('whole', {
      'root.yaml': `${HEAD}  trust: {pools: [{name: p, pool: acme.svc.id.goog, clusters: [acme/l/c]}]}\n`,
      'teams/a/more.yml': `${HEAD}  workloadIdentities: [{name: a, identity: {pool: p, namespace: n, serviceAccount: x}}]\n`,
      'README.md': 'no policy',
      '.github/x.yaml': 'on: push',
    });
    const { status, stdout } = validate(path, '--strict');
    expect(stdout).toMatch(/is valid: 1 identity, 1 trusted pool/);
    expect(status).toBe(0);
  });

  it('may be mounted configuration: links, and one that leads back', () => {
    const path = policy('mounted', { '..data/policy.yaml': `${HEAD}  mode: audit\n` });
    symlinkSync('..data/policy.yaml', join(path, 'policy.yaml'));
    symlinkSync('.', join(path, 'again'));
    expect(validate(path).stdout).toContain('is valid');
  });

  it('without a policy is none', () => {
    const { status, stdout } = validate(policy('empty', { 'README.md': '' }));
    expect(stdout).toContain('policy-empty');
    expect(status).toBe(3);
  });

  it('keeps to its delegations', () => {
    const path = policy('delegated', {
      'root.yaml': `${HEAD}  trust: {pools: [{name: p, pool: acme.svc.id.goog, clusters: [acme/l/c]}]}\n  delegations: [{name: pay, files: "teams/pay/**", namespaces: [pay]}]\n`,
      'teams/pay/a.yaml': `${HEAD}  workloadIdentities: [{name: a, identity: {pool: p, namespace: shop, serviceAccount: x}}]\n`,
    });
    const { status, stdout } = validate(path);
    expect(stdout).toMatch(
      /teams\/pay\/a\.yaml:5:\d+ error outside-delegation: this speaks of namespace `shop`/,
    );
    expect(status).toBe(3);
  });
});

describe('warnings', () => {
  const path = policy('warned', {
    'p.yaml': `${HEAD}  trust: {pools: [{name: p, pool: acme.svc.id.goog}]}\n`,
  });

  it.each([
    ['keep a policy from nothing', [], 0, 'warning pool-without-clusters'],
    ['are errors where it is strict', ['--strict'], 3, 'error pool-without-clusters'],
  ])('%s', (_what, flags, status, text) => {
    const result = validate(path, ...flags);
    expect(result.stdout).toContain(text);
    expect(result.status).toBe(status);
  });

  it('are errors to machines too', () => {
    expect(JSON.parse(validate(path, '--strict', '--format', 'json').stdout)).toMatchObject({
      valid: false,
      problems: [{ code: 'pool-without-clusters', severity: 'error' }],
    });
  });
});

describe('the rules of acme', () => {
  it('are all tested', () => {
    const { status, stdout } = validate(
      'examples/acme/policy.yaml',
      'examples/acme/policy-tests',
      '--strict',
    );
    expect(stdout).toContain('is valid');
    expect(status).toBe(0);
  });

  it('are clean where init wrote them: what people are to fill in is marked, and no warning', () => {
    const written = join(folder, 'init.yaml');
    const input = ['--assets', 'examples/acme/assets.ndjson', '--as-of', '2026-11-22'];
    const run = (...args: readonly string[]) =>
      spawnSync(process.execPath, ['cli/main.ts', ...args], { cwd: ROOT, encoding: 'utf8' }).status;
    expect([
      run('init', ...input, '--owner', 'security@acme.example', '--output', written),
      run('validate', written, '--strict'),
      run('scan', '--policy', written, ...input),
    ]).toEqual([0, 0, 0]);
    expect(readFileSync(written, 'utf8')).toContain('approval: TODO # FILL IN');
  });

  it('are not asked to be, without tests', () => {
    expect(validate('examples/acme/policy.yaml', '--strict').status).toBe(0);
  });

  it('are named where a test lacks', () => {
    const path = join(folder, 'acme');
    cpSync(join(ROOT, 'examples/acme/policy.yaml'), join(path, 'policy.yaml'));
    cpSync(join(ROOT, 'examples/acme/assets.ndjson'), join(path, 'assets.ndjson'));
    const quiet = readFileSync(join(ROOT, 'examples/acme/policy-tests/quiet.test.yaml'), 'utf8');
    mkdirSync(join(path, 'policy-tests'));
    writeFileSync(join(path, 'policy-tests/quiet.test.yaml'), quiet);
    const { status, stdout } = validate(path, '--strict');
    const lacks = stdout.match(/(?<=rule-untested: ).*/g);
    expect(lacks).toContain('the rule `basic-roles` lacks a test that expects a finding by it');
    expect(lacks).toContain('the severity of `dangling-binding` lacks a test that expects a finding by it');
    expect(lacks).toContain(
      'the exception `staging-backfill` lacks a test that expects a finding by it and a test without one',
    );
    expect(status).toBe(3);
    expect(validate(path).status).toBe(0);
  });
});
