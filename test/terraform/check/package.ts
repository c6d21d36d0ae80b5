import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

/** A package of npm, packed: fetched with npm when it is not in `cache` yet. Its path. */
export function packed(name: string, version: string, cache: string): string {
  const file = `${name.replace('@', '').replace('/', '-')}-${version}.tgz`;
  const path = join(cache, file);
  if (existsSync(path)) return path;
  const unfinished = join(cache, 'unfinished');
  mkdirSync(unfinished, { recursive: true });
  execFileSync('npm', ['pack', `${name}@${version}`, '--silent', '--pack-destination', unfinished], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  // Whoever is interrupted leaves no half of a file that looks like a whole one.
  renameSync(join(unfinished, file), path);
  return path;
}

const BLOCK = 512;

/**
 * The files of a packed package that `wanted` says yes to, by name. Read by the tar format's headers (POSIX ustar): name, size and kind stand at
 * fixed places of a block of 512 bytes.
 */
export function filesIn(path: string, wanted: (name: string) => boolean): ReadonlyMap<string, string> {
  const tar = gunzipSync(readFileSync(path));
  const files = new Map<string, string>();
  for (let at = 0; at + BLOCK <= tar.length && tar[at] !== 0; ) {
    const field = (from: number, to: number) =>
      tar.toString('utf8', at + from, at + to).replace(/\0[\s\S]*$/, '');
    const [name, size, prefix] = [field(0, 100), Number.parseInt(field(124, 136), 8), field(345, 500)];
    const whole = prefix === '' ? name : `${prefix}/${name}`;
    if (wanted(whole)) files.set(whole, tar.toString('utf8', at + BLOCK, at + BLOCK + size));
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
  }
  return files;
}
