import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeEach, describe, expect, it } from '@jest/globals';
import { EXIT } from '../../cli/exit.ts';
import { cli } from './cli.ts';

const ACME = fileURLToPath(new URL('../../examples/acme/assets.ndjson', import.meta.url));
const FOLDER = mkdtempSync(join(tmpdir(), 'anchorwatch-declare-'));
const POLICY = join(FOLDER, 'policy.yaml');
const FEWER = join(FOLDER, 'fewer.ndjson');
const AS_OF = ['--as-of', '2026-11-22'];
afterAll(() => rmSync(FOLDER, { recursive: true }));

const declare = (assets: string, ...more: readonly string[]) =>
  cli(['declare', '--policy', POLICY, '--assets', assets, ...AS_OF, ...more]);

beforeEach(async () => {
  const { out } = await cli(['init', '-a', ACME, '--owner', 'security@acme.example', ...AS_OF]);
  writeFileSync(POLICY, out);
  // Without everything that names prometheus, which holds its role itself.
  const lines = readFileSync(ACME, 'utf8').split('\n');
  writeFileSync(
    FEWER,
    lines
      .map((line) => line.replaceAll('/ns/observability/sa/prometheus', '/ns/observability/sa/prometheus-2'))
      .join('\n'),
  );
});

describe('declare on the command line', () => {
  it('prints the policy, and leaves the file alone', async () => {
    const before = readFileSync(POLICY, 'utf8');
    const { code, out } = await declare(FEWER);
    expect([code, readFileSync(POLICY, 'utf8')]).toEqual([EXIT.clean, before]);
    expect(out).toContain('serviceAccount: prometheus-2 }');
    expect(out.replace(/generated begin[\s\S]*generated end/, '')).toBe(
      before.replace(/generated begin[\s\S]*generated end/, ''),
    );
  });

  it('--check: exits 0 while nothing would change, and 1 with the changes in words when something would', async () => {
    expect(await declare(ACME, '--check')).toMatchObject({ code: EXIT.clean, out: '' });
    const before = readFileSync(POLICY, 'utf8');
    expect(await declare(FEWER, '--check')).toEqual({
      code: EXIT.findings,
      out: '',
      err: `+ prometheus-2: observability/prometheus-2, with roles of its own is new
- prometheus: observability/prometheus, with roles of its own is gone
${POLICY}: 11 generated identities, 2 changes
`,
    });
    expect(readFileSync(POLICY, 'utf8')).toBe(before);
  });

  it('--write: changes the file in place, after which it is up to date', async () => {
    expect(await declare(FEWER, '--write')).toMatchObject({ code: EXIT.clean, out: '' });
    expect(await declare(FEWER, '--check')).toMatchObject({ code: EXIT.clean });
  });

  it('refuses a policy without marks, and tells which lines it lacks', async () => {
    writeFileSync(POLICY, readFileSync(POLICY, 'utf8').replaceAll('anchorwatch:generated', 'x'));
    expect(await declare(ACME)).toMatchObject({
      code: EXIT.usage,
      out: '',
      err: expect.stringContaining('# anchorwatch:generated begin'),
    });
  });

  it('declares nothing from an input that could not be read to its end', async () => {
    const broken = join(FOLDER, 'broken.ndjson');
    writeFileSync(broken, `${readFileSync(ACME, 'utf8')}{"name": "//cut`);
    expect(await declare(broken, '--write')).toMatchObject({ code: EXIT.incomplete });
  });

  it('refuses a policy that does not load, with the line', async () => {
    writeFileSync(POLICY, readFileSync(POLICY, 'utf8').replace('  mode: enforce', '  mood: enforce'));
    expect(await declare(ACME)).toMatchObject({
      code: EXIT.usage,
      err: expect.stringMatching(/policy\.yaml:\d+:\d+ error/),
    });
  });
});
