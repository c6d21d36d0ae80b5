/** Puts what was built on disk. */
import { createHash } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { cliPackage, functionPackage, type Package } from './package.ts';
import { zipped } from './zip.ts';

export interface Built {
  readonly name: string;
  /** Bytes of code, all of it; of that, what a cold start reads; the zip. */
  readonly code: number;
  readonly atStart: number;
  readonly zip: number;
  readonly sha256: string;
}

/** `functions/NAME/` with what `functions/NAME.zip` holds, below a folder that need not be there. What was there before is gone. */
export async function buildFunction(name: string, dist: string): Promise<Built> {
  const one = await functionPackage(name);
  const zip = await zipped(one.files);
  put(one, join(dist, 'functions', name));
  writeFileSync(join(dist, 'functions', `${name}.zip`), zip);
  return {
    name,
    code: one.code.all,
    atStart: one.code.atStart,
    zip: zip.byteLength,
    sha256: createHash('sha256').update(zip).digest('hex'),
  };
}

/** `cli/`: the command line, below a folder that need not be there. */
export async function buildCli(dist: string): Promise<Package> {
  const one = await cliPackage();
  put(one, join(dist, 'cli'));
  return one;
}

function put({ files }: Package, folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  for (const [path, bytes] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), bytes);
  }
}
