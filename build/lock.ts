/** What of the project's `package-lock.json` a package needs that depends on one of the project's dependencies. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { ROOT } from './bundle.ts';

const ENTRY = z.looseObject({
  // npm leaves it out where another platform's part was never fetched.
  version: z.string().optional(),
  dependencies: z.record(z.string(), z.string()).default({}),
  optionalDependencies: z.record(z.string(), z.string()).default({}),
});
type Entry = z.infer<typeof ENTRY>;

/** The versions this project was tested with, by where npm puts them: `node_modules/express`. */
export function locked(): ReadonlyMap<string, Entry> {
  const lock = z
    .object({ packages: z.record(z.string(), ENTRY) })
    .parse(JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')));
  return new Map(Object.entries(lock.packages).filter(([path]) => path !== ''));
}

/**
 * The lock file of `manifest`: npm then installs what this project was tested with, and nothing that came out later. Throws when one of its
 * dependencies is not among ours.
 */
export function lockFor(
  manifest: {
    readonly name: string;
    readonly version: string;
    readonly dependencies: Readonly<Record<string, string>>;
  },
  all: ReadonlyMap<string, Entry>,
): object {
  const packages = new Map<string, Entry>();
  const take = (name: string, from: string): void => {
    const path = placeOf(name, from, all);
    if (packages.has(path)) return;
    const entry = all.get(path)!;
    packages.set(path, entry);
    for (const needed of Object.keys({ ...entry.dependencies, ...entry.optionalDependencies }))
      take(needed, path);
  };
  for (const name of Object.keys(manifest.dependencies)) take(name, '');
  const { name, version } = manifest;
  const sorted = [...packages]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([path, entry]) => [path, written(entry)]);
  return {
    name,
    version,
    lockfileVersion: 3,
    requires: true,
    packages: { '': manifest, ...Object.fromEntries(sorted) },
  };
}

/** Where Node finds a package from another one: the nearest `node_modules` above it that has it. */
function placeOf(name: string, from: string, all: ReadonlyMap<string, Entry>): string {
  for (let above = from; ; above = above.replace(/\/?node_modules\/(?:@[^/]+\/)?[^/]+$/, '')) {
    const path = `${above === '' ? '' : `${above}/`}node_modules/${name}`;
    if (all.has(path)) return path;
    if (above === '')
      throw new Error(`package-lock.json has no ${name}, which ${from || 'a function'} needs: npm ci`);
  }
}

/** As npm writes it: nothing where there is nothing. */
function written({ dependencies, optionalDependencies, ...entry }: Entry): object {
  return {
    ...entry,
    ...(Object.keys(dependencies).length === 0 ? {} : { dependencies }),
    ...(Object.keys(optionalDependencies).length === 0 ? {} : { optionalDependencies }),
  };
}
