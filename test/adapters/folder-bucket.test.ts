import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { folderBucket } from '../../shared/adapters/folder-bucket.ts';
import { bucketContract, collected } from '../contracts/bucket-contract.ts';

const made: string[] = [];
afterAll(() => {
  for (const folder of made) rmSync(folder, { recursive: true });
});

function emptyFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'anchorwatch-bucket-'));
  made.push(folder);
  return folder;
}

function write(path: string, body: string | Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, body);
}

bucketContract('a folder', async () => {
  const folder = emptyFolder();
  return { bucket: folderBucket(folder), put: async (name, body) => write(join(folder, name), body) };
});

describe('a folder', () => {
  it('need not be there before the first object is made', async () => {
    const bucket = folderBucket(join(emptyFolder(), 'not', 'yet'));
    expect(await bucket.list('')).toEqual([]);
    expect(await bucket.read('a')).toBeUndefined();
    expect(await bucket.create('a', 'x', 'text/plain')).toBe('created');
    expect(await bucket.list('')).toHaveLength(1);
  });

  it.each(['../out', 'a/../../out', '..', '.', '', 'a//b', '/etc/passwd', 'a/', 'a\\..\\b', 'C:x', 'a\0b'])(
    'has no object called %j',
    async (name) => {
      const folder = emptyFolder();
      const bucket = folderBucket(join(folder, 'inner'));
      write(join(folder, 'out'), 'secret');
      await expect(bucket.read(name)).rejects.toThrow(RangeError);
      await expect(bucket.create(name, 'x', 'text/plain')).rejects.toThrow(RangeError);
      await expect(collected(bucket.lines(name))).rejects.toThrow(RangeError);
    },
  );

  it('is not left through a link', async () => {
    const folder = emptyFolder();
    const inner = join(folder, 'inner');
    write(join(folder, 'out', 'secret'), 'secret');
    write(join(inner, 'own'), 'own');
    symlinkSync(join(folder, 'out'), join(inner, 'link'));
    symlinkSync(join(folder, 'out', 'secret'), join(inner, 'file'));
    const bucket = folderBucket(inner);
    expect((await bucket.list('')).map(({ name }) => name)).toEqual(['own']);
    for (const name of ['link/secret', 'file']) await expect(bucket.read(name)).rejects.toThrow(RangeError);
    await expect(bucket.create('link/new/x', 'x', 'text/plain')).rejects.toThrow(RangeError);
  });

  it('may itself be a link', async () => {
    const folder = emptyFolder();
    write(join(folder, 'real', 'a'), 'x');
    symlinkSync(join(folder, 'real'), join(folder, 'link'));
    const bucket = folderBucket(join(folder, 'link'));
    expect((await bucket.list('')).map(({ name }) => name)).toEqual(['a']);
    expect((await bucket.read('a'))?.body).toHaveLength(1);
  });

  it('a folder in it is no object', async () => {
    const folder = emptyFolder();
    write(join(folder, 'a', 'b'), 'x');
    expect(await folderBucket(folder).read('a')).toBeUndefined();
    expect(await folderBucket(folder).read('a/b/c')).toBeUndefined();
  });

  it('that cannot be read says so', async () => {
    const folder = emptyFolder();
    write(join(folder, 'file'), 'x');
    const bucket = folderBucket(join(folder, 'file'));
    await expect(bucket.list('')).rejects.toMatchObject({
      name: 'OutsideUnavailable',
      message: expect.stringMatching(/ENOTDIR/),
    });
  });
});
