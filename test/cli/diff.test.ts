import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { addDiff } from '../../cli/commands/diff.ts';
import { acme, run } from './command.ts';

let folder = '';
const diff = (...argv: readonly string[]) => run(addDiff, ['diff', ...argv]);

/** A file of the example with a text replaced. */
async function edited(name: string, from: string, to: string): Promise<string> {
  const text = await readFile(acme(name), 'utf8');
  if (!text.includes(from)) throw new Error(`${name} does not hold ${from}`);
  const path = join(folder, name);
  await writeFile(path, text.replaceAll(from, to));
  return path;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'diff-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('anchorwatch diff, on the example', () => {
  it('ends with 0 for two that are equal', async () => {
    for (const name of ['assets.ndjson', 'policy.yaml']) {
      const { out, code } = await diff(acme(name), acme(name));
      expect([out, code]).toEqual(['✔ no difference\n', 0]);
    }
  });

  it('tells in words what changed between two exports, by identity', async () => {
    const after = await edited(
      'assets.ndjson',
      '"iam.gke.io/gcp-service-account":"cart@acme-prod.iam.gserviceaccount.com"',
      '"iam.gke.io/gcp-service-account":"deployer@acme-prod.iam.gserviceaccount.com"',
    );
    const { out, code } = await diff(acme('assets.ndjson'), after);
    expect(out).toBe(
      'checkout/cart\n ~ now points at deployer@acme-prod, no longer at cart@acme-prod (prod-euw1, prod-use4)\n',
    );
    expect(code).toBe(1);
  });

  it('knows policies by their content and puts weakened guard rails first', async () => {
    const after = await edited('policy.yaml', 'roles: [roles/owner, roles/editor]', 'roles: [roles/owner]');
    const { out, code } = await diff(acme('policy.yaml'), after);
    expect(out.split('\n')[0]).toBe('⚠ Guard rails weakened');
    expect(out).toContain('forbiddenRoles[basic-roles] roles: roles/editor was taken out');
    expect(code).toBe(1);
    const back = await diff(after, acme('policy.yaml'));
    expect(back.out.split('\n')[0]).toBe('Guard rails strengthened');
  });

  it('prints JSON with its schema version', async () => {
    const { out } = await diff('--format', 'json', acme('policy.yaml'), acme('policy.yaml'));
    expect(JSON.parse(out)).toEqual({ schemaVersion: 1, diff: { kind: 'policy', changes: [] } });
  });

  it('refuses to compare a policy with an export', async () => {
    const { err, code } = await diff(acme('policy.yaml'), acme('assets.ndjson'));
    expect(code).toBe(3);
    expect(err).toContain('two of a kind can be compared');
  });

  it('ends with 4 when a file is not there', async () => {
    expect((await diff(acme('assets.ndjson'), join(folder, 'nowhere'))).code).toBe(4);
  });
});
