/** One program as esbuild makes it: its files in memory, and what they were made of. */
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Metafile } from 'esbuild';
import { namesOfClients } from './names-of-clients.ts';

export const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** Its registry of functions must be one module for the framework that serves them and the function that registers itself. */
export const FRAMEWORK = '@google-cloud/functions-framework';

/** What CommonJS packages find in every module, which an ES module has to make for itself. */
const COMMON_JS = [
  "import { createRequire as commonJsRequire } from 'node:module';",
  'const require = commonJsRequire(import.meta.url);',
  'const __filename = import.meta.filename;',
  'const __dirname = import.meta.dirname;',
].join('');

export interface Bundle {
  /** By the path inside the bundle, with `/`. The first to be run is `NAME.js`, the rest is in `chunks/`. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly metafile: Metafile;
  /** The files that are read before anything has happened; the other ones are clients that load when they are used. */
  readonly atStart: readonly string[];
}

/**
 * Bundles what `entry` (a path inside the project) imports as `NAME.js`, an ES module that the framework imports as it stands, under Node 24 as
 * buildpacks run it. What the source imports when it is used becomes a chunk of its own: a cold start does not read the clients of Google's
 * APIs, which are nine tenths of the code. Short names are given to locals only: functions and classes keep theirs, since libraries look at
 * them; source maps give stack traces back their files and lines.
 *
 * The same sources and packages make the same bytes, wherever the project is and wherever the files go: every path in them is relative.
 */
export async function bundle(entry: string, name: string): Promise<Bundle> {
  // Where the maps find the sources from. Nothing is written.
  const outdir = join(ROOT, 'dist', 'bundles', name);
  const { outputFiles, metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: [{ in: entry, out: name }],
    outdir,
    write: false,
    metafile: true,
    bundle: true,
    splitting: true,
    platform: 'node',
    target: 'node22',
    format: 'esm',
    chunkNames: 'chunks/[name]-[hash]',
    external: [FRAMEWORK],
    plugins: [namesOfClients(ROOT)],
    banner: { js: COMMON_JS },
    minify: true,
    keepNames: true,
    // Node shows the line on which a program failed.
    lineLimit: 160,
    legalComments: 'none',
    sourcemap: true,
    // The sources are in git, and the licences in a file of their own.
    sourcesContent: false,
    logLevel: 'error',
  });
  const inside = (path: string) => relative(outdir, path).split(sep).join('/');
  const files = new Map(
    outputFiles
      .map(({ path, contents }) => [inside(path), contents] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
  return { files, metafile, atStart: startOf(metafile, `${name}.js`, (path) => inside(join(ROOT, path))) };
}

/** A file and what it imports at once, what that imports at once, and so on. */
function startOf(metafile: Metafile, first: string, inside: (path: string) => string): readonly string[] {
  const outputs = new Map(Object.entries(metafile.outputs).map(([path, output]) => [inside(path), output]));
  const found = new Set<string>();
  const visit = (path: string): void => {
    if (found.has(path)) return;
    found.add(path);
    for (const { kind, external, path: to } of outputs.get(path)?.imports ?? [])
      if (kind === 'import-statement' && external !== true) visit(inside(to));
  };
  visit(first);
  return [...found].sort();
}
