import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { PolicyRefused, policyFile, readPolicy } from '../../shared/adapters/policy-file.ts';
import { POLICY, POLICY_YAML } from '../world.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'anchorwatch-policy-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(text: string, name = 'policy.yaml'): string {
  const path = join(folder, name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, text);
  return path;
}

const NOT_A_POLICY = POLICY_YAML.replace('mode: enforce', 'mode: sometimes');

describe('reading a policy', () => {
  it('gives the policy of a file', async () => {
    const { policy } = await readPolicy([write(POLICY_YAML)]);
    expect({ name: policy.name, identities: policy.identities.length }).toEqual({
      name: POLICY.name,
      identities: POLICY.identities.length,
    });
  });

  it('gives the policy of a folder, what is hidden or no YAML left out', async () => {
    write(POLICY_YAML, 'a/policy.yaml');
    write('this is no policy', 'a/.hidden/policy.yaml');
    write('this is no policy', 'a/notes.txt');
    expect((await readPolicy([join(folder, 'a')])).policy.name).toBe(POLICY.name);
  });

  it('ends in folders that lead back to themselves', async () => {
    write(POLICY_YAML, 'a/policy.yaml');
    symlinkSync(join(folder, 'a'), join(folder, 'a/again'));
    expect((await readPolicy([join(folder, 'a')])).policy.name).toBe(POLICY.name);
  });

  it('takes a file that is named twice once', async () => {
    const path = write(POLICY_YAML);
    expect((await readPolicy([path, path])).policy.name).toBe(POLICY.name);
  });

  it('refuses what is none, with every problem and its place', async () => {
    const refusal = await readPolicy([write(NOT_A_POLICY)]).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(PolicyRefused);
    expect(refusal).toMatchObject({
      message: expect.stringMatching(/policy\.yaml:7:9 error unknown-value: /),
      problems: expect.arrayContaining([expect.objectContaining({ line: 7, column: 9, severity: 'error' })]),
    });
  });

  it('throws what the system says when a file cannot be read', async () => {
    await expect(readPolicy([join(folder, 'gone.yaml')])).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

describe('the policy of a running process', () => {
  it('is good, or says why there is none', async () => {
    const path = write(NOT_A_POLICY);
    const source = policyFile([path]);
    expect(await source.state()).toMatchObject({
      kind: 'bad',
      problems: [expect.stringContaining(`${path}:7:9: `)],
      inForce: undefined,
    });
    expect(await policyFile([join(folder, 'gone.yaml')]).state()).toMatchObject({
      kind: 'unreadable',
      why: expect.stringMatching(/^ENOENT/),
    });
    write(POLICY_YAML);
    const { hash } = await source.current();
    expect(await source.state()).toEqual({
      kind: 'good',
      hash,
      generation: hash,
      readAt: expect.any(BigInt),
    });
  });

  it('is the one that was there first: a bad file cannot take it away', async () => {
    const path = write(POLICY_YAML);
    const source = policyFile([path]);
    const first = await source.current();
    write(NOT_A_POLICY);
    expect(await source.current()).toBe(first);
    rmSync(path);
    expect(await source.current()).toBe(first);
  });

  it('is loaded once for all who ask at the same time', async () => {
    const source = policyFile([write(POLICY_YAML)]);
    const all = await Promise.all([source.current(), source.current(), source.current()]);
    expect(new Set(all).size).toBe(1);
  });

  it('is read again after a failure, for as long as there has been none', async () => {
    const path = write(NOT_A_POLICY);
    const source = policyFile([path]);
    const failures = await Promise.allSettled([source.current(), source.current()]);
    expect(failures.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    write(POLICY_YAML);
    expect((await source.current()).name).toBe(POLICY.name);
  });
});
