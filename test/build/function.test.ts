/** What is deployed as a function: its files, its zip, and that it runs under the functions framework. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { build } from 'esbuild';
import { ROOT } from '../../build/bundle.ts';
import { namesOfClients } from '../../build/names-of-clients.ts';
import { functionPackage, type Package } from '../../build/package.ts';
import { startFunction } from '../../build/start.ts';
import { type Built, buildFunction } from '../../build/write.ts';
import { zipped } from '../../build/zip.ts';
import { FUNCTIONS } from '../../functions/names.ts';
import { emptyFolder, entriesOf } from './building.ts';

const NAME = 'on-asset-change';
const PUSHES = {
  ANCHORWATCH_PUSH_AUTH: 'oidc',
  ANCHORWATCH_PUSH_AUDIENCE: 'https://functions.example',
  ANCHORWATCH_PUSH_ACCOUNTS: 'pusher@acme.iam.gserviceaccount.com',
};
const temporary = emptyFolder();
const folder = join(temporary.path, 'functions', NAME);
let built: Built;
let again: Package;

beforeAll(async () => {
  [built, again] = await Promise.all([buildFunction(NAME, temporary.path), functionPackage(NAME)]);
}, 120_000);
afterAll(() => temporary.remove());

/** Of the project's packages, those from which a file went into the bundle: by the nearest package.json that has a name. */
function packagesIn({ metafile }: Package): readonly string[] {
  const found = new Set<string>();
  for (const path of Object.values(metafile.outputs).flatMap(({ inputs }) => Object.keys(inputs))) {
    if (!path.startsWith('node_modules/')) continue;
    for (let above = dirname(path); ; above = dirname(above)) {
      const manifest = join(ROOT, above, 'package.json');
      if (!existsSync(manifest)) continue;
      const { name, version } = JSON.parse(readFileSync(manifest, 'utf8'));
      if (name === undefined || version === undefined) continue;
      found.add(`${name} ${version}`);
      break;
    }
  }
  return [...found].sort();
}

describe('the package of a function', () => {
  it('is the same, byte for byte, when it is built again', async () => {
    const sha256 = createHash('sha256')
      .update(await zipped(again.files))
      .digest('hex');
    expect(sha256).toBe(built.sha256);
  });

  it('holds what buildpacks need, sorted, without a time, and the folder beside the zip holds the same', () => {
    const entries = entriesOf(readFileSync(join(temporary.path, 'functions', `${NAME}.zip`)));
    const names = entries.map(({ name }) => name);
    const files = readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((file) => file.isFile())
      .map((file) => relative(folder, join(file.parentPath, file.name)));
    expect(names).toEqual(files.sort());
    expect(names.filter((name) => !name.startsWith('chunks/'))).toEqual([
      'LICENSES.txt',
      'index.js',
      'index.js.map',
      'package-lock.json',
      'package.json',
    ]);
    expect(names.filter((name) => !/\.js(\.map)?$/.test(name) && name.includes('/'))).toEqual([]);
    // The first of January 1980, midnight.
    expect(new Set(entries.map(({ date, time }) => `${date} ${time}`))).toEqual(new Set(['33 0']));
  });

  it('says nothing of the machine it was built on', () => {
    const told = [...again.files].filter(([, bytes]) => {
      const text = Buffer.from(bytes).toString();
      return text.includes(ROOT.replace(/\/$/, '')) || text.includes(temporary.path);
    });
    expect(told.map(([path]) => path)).toEqual([]);
  });

  it('registers this function and no other', () => {
    const inputs = Object.keys(again.metafile.inputs);
    expect(FUNCTIONS.filter((name) => inputs.includes(`functions/${name}.ts`))).toEqual([NAME]);
  });

  it('leaves the clients of Google out of what a cold start reads', () => {
    expect(again.code.atStart).toBeLessThan(again.code.all / 4);
  });

  it('names every package in it with its version, licence and text', () => {
    const text = readFileSync(join(folder, 'LICENSES.txt'), 'utf8');
    const packages = packagesIn(again);
    expect(packages.length).toBeGreaterThan(50);
    expect(packages.filter((one) => !text.includes(`\n${one}\nLicence: `))).toEqual([]);
    expect(text).toContain('Apache License');
    expect(text).toMatch(/\nzod \S+\nLicence: MIT\n\nMIT License\n/);
  });

  it('depends on the framework alone, locked with all that needs to what was tested here', () => {
    const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const framework = '@google-cloud/functions-framework';
    const installed = JSON.parse(readFileSync(join(ROOT, 'node_modules', framework, 'package.json'), 'utf8'));
    expect(manifest).toMatchObject({
      private: true,
      type: 'module',
      main: 'index.js',
      dependencies: { [framework]: installed.version },
    });
    expect(Object.keys(manifest.dependencies)).toEqual([framework]);
    const { packages: ours } = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8'));
    const { packages } = JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8'));
    const { '': root, ...needed } = packages;
    expect(root.dependencies).toEqual(manifest.dependencies);
    for (const [path, entry] of Object.entries(needed)) expect(entry).toEqual(ours[path]);
    expect(Object.keys(needed)).toEqual(
      expect.arrayContaining(['node_modules/express', 'node_modules/minimist']),
    );
  });
});

describe('a client that is loaded when it is used', () => {
  it('has the names that are taken of it', () => {
    const outputs = Object.values(again.metafile.outputs).filter(({ entryPoint }) =>
      entryPoint?.startsWith('client:'),
    );
    const taken = outputs.flatMap(({ exports }) => exports);
    expect(taken).toEqual(expect.arrayContaining(['Firestore', 'PubSub', 'Storage', 'AssetServiceClient']));
    const chunks = readdirSync(join(folder, 'chunks')).filter((file) => /^(?!chunk-).*\.js$/.test(file));
    const script = `
      const missing = [];
      for (const url of ${JSON.stringify(chunks.map((file) => pathToFileURL(join(folder, 'chunks', file)).href))})
        for (const [name, value] of Object.entries(await import(url))) if (value === undefined) missing.push(url + ' ' + name);
      console.log(JSON.stringify(missing));`;
    const ran = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
    expect(ran.stderr).toBe('');
    expect(JSON.parse(ran.stdout)).toEqual([]);
  });

  it('is not bundled when one of our files takes it without telling names', async () => {
    const file = join(temporary.path, 'whole.ts');
    writeFileSync(file, "export const yaml = async () => import('yaml');\n");
    const bundling = build({
      entryPoints: [file],
      bundle: true,
      write: false,
      logLevel: 'silent',
      plugins: [namesOfClients(temporary.path)],
    });
    await expect(bundling).rejects.toThrow(/whole\.ts imports yaml when it is used, and not as/);
  });
});

describe('a built function under the framework', () => {
  it('refuses a push that bears no token', async () => {
    const policy = join(ROOT, 'examples/acme/policy.yaml');
    const env = { ...PUSHES, ANCHORWATCH_POLICY: policy, ANCHORWATCH_STORE: ':memory:' };
    const started = await startFunction({ folder, name: NAME, env });
    const answer = await fetch(`http://127.0.0.1:${started.port}/`, { method: 'POST' });
    await started.stop();
    expect([answer.status, await answer.text()]).toEqual([401, '']);
  }, 60_000);

  it('does not start unless it is said how pushes are authenticated, and says so with a line of the source', async () => {
    const started = startFunction({ folder, name: NAME, env: {} });
    await expect(started).rejects.toThrow(
      /exit code 1\)[\s\S]*ANCHORWATCH_PUSH_AUTH is not set[\s\S]*functions\/settings\.ts:\d+/,
    );
  }, 60_000);
});
