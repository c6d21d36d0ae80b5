import { hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readdir, readFile, realpath, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { type Bucket, OutsideUnavailable, type StoredObject } from '../ports.ts';
import { messageOf } from './no-answer.ts';
import { linesOf } from './object-lines.ts';

/**
 * Files below a folder, which need not be there before the first is written. A generation is the SHA-256 of what a file holds. Names that lead
 * out of the folder, be it through a link, throw `RangeError`.
 */
export function folderBucket(folder: string): Bucket {
  const root = resolve(folder);

  async function pathOf(name: string): Promise<string> {
    const segments = name.split('/');
    // A colon names a drive or a stream on some systems, a backslash is a slash there.
    const isOdd = segments.some((segment) => /^(\.{0,2})$|[\\:\0]/.test(segment));
    const path = join(root, ...segments);
    if (isOdd || !isWithin(await existingPart(root), await existingPart(path)))
      throw new RangeError(`not the name of an object in ${root}: ${name}`);
    return path;
  }

  return {
    async list(prefix) {
      const names = await outside(root, () => filesBelow(root));
      const wanted = names.filter((name) => name.startsWith(prefix)).sort();
      const found: StoredObject[] = [];
      for (const name of wanted) {
        const body = await outside(name, () => contentOf(join(root, name)));
        if (body !== undefined) found.push({ name, generation: generationOf(body), bytes: body.byteLength });
      }
      return found;
    },
    async read(name, generation) {
      const path = await pathOf(name);
      const body = await outside(name, () => contentOf(path));
      if (body === undefined) return undefined;
      const own = generationOf(body);
      return generation === undefined || generation === own ? { body, generation: own } : undefined;
    },
    async *lines(name) {
      const path = await pathOf(name);
      try {
        yield* linesOf(name, createReadStream(path));
      } catch (error) {
        throw unavailable(name, error);
      }
    },
    async create(name, body) {
      const path = await pathOf(name);
      return outside(name, async () => {
        await mkdir(dirname(path), { recursive: true });
        try {
          await writeFile(path, body, { flag: 'wx' });
          return 'created';
        } catch (error) {
          if (codeOf(error) === 'EEXIST') return 'exists';
          throw error;
        }
      });
    },
  };
}

/** Links are not followed: what they lead to is none of the folder's. */
async function filesBelow(root: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(root, { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile())
      .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'));
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  }
}

const NO_FILE: ReadonlySet<unknown> = new Set(['ENOENT', 'EISDIR', 'ENOTDIR']);

async function contentOf(path: string): Promise<Uint8Array | undefined> {
  try {
    return new Uint8Array(await readFile(path));
  } catch (error) {
    // A folder is no object, and neither is what would lie below a file.
    if (NO_FILE.has(codeOf(error))) return undefined;
    throw error;
  }
}

function generationOf(body: Uint8Array): string {
  return hash('sha256', body, 'hex');
}

/** Where the part of a path that is there already truly lies. */
async function existingPart(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    const above = dirname(path);
    return above === path ? path : join(await existingPart(above), relative(above, path));
  }
}

function isWithin(folder: string, path: string): boolean {
  return path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}

async function outside<T>(what: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    throw unavailable(what, error);
  }
}

function unavailable(what: string, error: unknown): OutsideUnavailable {
  return new OutsideUnavailable(`${what}: ${messageOf(error)}`, { cause: error });
}

function codeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
}
