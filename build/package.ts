/** What is deployed and run: the bundle of a function, or of the command line, with what has to lie beside it. */
import type { Metafile } from 'esbuild';
import { VERSION } from '../functions/version.ts';
import { bundle, FRAMEWORK } from './bundle.ts';
import { bundledPackages, licencesText } from './licences.ts';
import { locked, lockFor } from './lock.ts';

export interface Package {
  /** By the path inside the package. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly metafile: Metafile;
  /** Bytes of code: of all of it, and of what a cold start reads. */
  readonly code: { readonly all: number; readonly atStart: number };
}

/** Needed by what is bundled: `node:sqlite` without a flag came with 22.13. */
const NODE = '>=22.13';

/** The package of one function, as buildpacks take it: `main` registers that function and no other. */
export async function functionPackage(name: string): Promise<Package> {
  const all = locked();
  const framework = all.get(`node_modules/${FRAMEWORK}`)?.version;
  if (framework === undefined) throw new Error(`package-lock.json has no ${FRAMEWORK}: npm ci`);
  const manifest = {
    name: `anchorwatch-${name}`,
    version: VERSION,
    private: true,
    license: 'Apache-2.0',
    type: 'module',
    main: 'index.js',
    engines: { node: NODE },
    dependencies: { [FRAMEWORK]: framework },
  };
  const { private: _private, type: _type, main: _main, ...lockedManifest } = manifest;
  return packageOf(`functions/${name}.ts`, 'index', {
    'package.json': json(manifest),
    'package-lock.json': json(lockFor(lockedManifest, all)),
  });
}

/** The package of the command line: `main.js` is what `cli/bin.js` runs. It finds the framework where the project has it. */
export function cliPackage(): Promise<Package> {
  const manifest = {
    name: 'anchorwatch-cli',
    version: VERSION,
    private: true,
    license: 'Apache-2.0',
    type: 'module',
    engines: { node: NODE },
  };
  return packageOf('cli/main.ts', 'main', { 'package.json': json(manifest) });
}

async function packageOf(
  entry: string,
  name: string,
  beside: Readonly<Record<string, string>>,
): Promise<Package> {
  const { files, metafile, atStart } = await bundle(entry, name);
  const texts = { ...beside, 'LICENSES.txt': licencesText(bundledPackages(metafile)) };
  const code = [...files].filter(([path]) => path.endsWith('.js'));
  const bytes = (some: typeof code) => some.reduce((sum, [, { byteLength }]) => sum + byteLength, 0);
  return {
    files: new Map([
      ...files,
      ...Object.entries(texts).map(([path, text]) => [path, Buffer.from(text)] as const),
    ]),
    metafile,
    code: { all: bytes(code), atStart: bytes(code.filter(([path]) => atStart.includes(path))) },
  };
}

function json(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
