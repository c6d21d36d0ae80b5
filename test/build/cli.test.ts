/** The built command line, run by the `bin.js` that people run. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ROOT } from '../../build/bundle.ts';
import { buildCli } from '../../build/write.ts';
import { VERSION } from '../../functions/version.ts';
import { emptyFolder } from './building.ts';

const installed = emptyFolder();
const BIN = join(installed.path, 'cli', 'bin.js');
const SCAN = ['scan', '--policy', 'examples/acme/policy.yaml', '--assets', 'examples/acme/assets.ndjson'];

beforeAll(async () => {
  install(installed.path);
  await buildCli(join(installed.path, 'dist'));
}, 120_000);
afterAll(() => installed.remove());

/** As npm would, without the sources. */
function install(folder: string): void {
  mkdirSync(join(folder, 'cli'));
  copyFileSync(join(ROOT, 'cli/bin.js'), join(folder, 'cli/bin.js'));
  writeFileSync(join(folder, 'package.json'), '{"type": "module"}');
}

function start(script: string, args: readonly string[], env: Readonly<Record<string, string>>) {
  const { NO_COLOR: _no, FORCE_COLOR: _force, ...inherited } = process.env;
  return spawn(process.execPath, [script, ...args], { cwd: ROOT, env: { ...inherited, ...env } });
}

async function run(script: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const started = start(script, args, env);
  started.stdin.end();
  let [out, err] = ['', ''];
  started.stdout.setEncoding('utf8').on('data', (chunk) => {
    out += chunk;
  });
  started.stderr.setEncoding('utf8').on('data', (chunk) => {
    err += chunk;
  });
  const [code] = await once(started, 'close');
  return { code, out, err };
}

describe('the built command line', () => {
  it('knows its version', async () => {
    expect(await run(BIN, ['--version'])).toEqual({ code: 0, out: `${VERSION}\n`, err: '' });
  });

  it('finds what the source finds, in the same words', async () => {
    const [built, source] = [await run(BIN, SCAN), await run(join(ROOT, 'cli/main.ts'), SCAN)];
    expect(built).toEqual(source);
    expect(built.code).toBe(1);
    expect(built.out).toContain('key-not-allowed');
  }, 60_000);

  it('ends with 0 below the threshold and with 3 where the policy is none', async () => {
    expect((await run(BIN, [...SCAN, '--fail-on', 'critical'])).code).toBe(0);
    const none = await run(BIN, ['validate', 'examples/acme/assets.ndjson']);
    expect({ code: none.code, stack: /^ {4}at /m.test(none.err) }).toEqual({ code: 3, stack: false });
  });

  it('writes data to stdout and the rest to stderr, without colours unless they are asked for', async () => {
    const json = await run(BIN, [...SCAN, '--format', 'json'], { NO_COLOR: '1' });
    expect(JSON.parse(json.out)).toMatchObject({ counts: { observed: 90 } });
    expect(json.err).toMatch(/90 messages read/);
    const plain = await run(BIN, SCAN);
    expect(`${json.out}${json.err}${plain.out}${plain.err}`).not.toContain('\u001b');
    expect((await run(BIN, SCAN, { FORCE_COLOR: '1' })).out).toContain('\u001b[');
    expect((await run(BIN, SCAN, { FORCE_COLOR: '1', NO_COLOR: '1' })).out).not.toContain('\u001b');
  });

  it('serves every function, by the framework that the functions registered with', async () => {
    const args = ['serve', '-p', 'examples/acme/policy.yaml', '-s', ':memory:', '--port', '0'];
    const served = start(BIN, args, {});
    let err = '';
    const url = await new Promise<string>((resolve, reject) => {
      served.stderr.on('data', (chunk) => {
        err += chunk;
        const found = /watching on (http:\/\/127\.0\.0\.1:\d+)/.exec(err)?.[1];
        if (found !== undefined) resolve(found);
      });
      served.on('close', () => reject(new Error(err)));
    });
    const push = (path: string) =>
      fetch(`${url}/${path}`, { method: 'POST', headers: { 'content-type': 'text/plain' }, body: 'welcome' });
    expect((await push('on-asset-change')).status).toBe(204);
    expect((await push('no-such-function')).status).toBe(404);
    const ended = once(served, 'close');
    served.kill('SIGTERM');
    expect((await ended)[0]).toBe(0);
  }, 60_000);

  it('in a checkout is not run when a source is newer than it', async () => {
    const checkout = emptyFolder();
    install(checkout.path);
    for (const part of ['.git', 'functions', 'shared', 'dist', 'dist/cli'])
      mkdirSync(join(checkout.path, part));
    const file = (path: string, text: string) => writeFileSync(join(checkout.path, path), text);
    const age = (path: string, seconds: number) => utimesSync(join(checkout.path, path), seconds, seconds);
    file('package-lock.json', '{}');
    file('cli/main.ts', "const from: string = 'source';\nprocess.stdout.write(from);\n");
    file('dist/cli/main.js', "process.stdout.write('built');\n");
    const parts = ['package-lock.json', 'cli/bin.js', 'cli/main.ts', 'cli', 'functions', 'shared'];
    for (const path of parts) age(path, 1_000);
    age('dist/cli/main.js', 2_000);
    const bin = join(checkout.path, 'cli/bin.js');
    expect(await run(bin, [])).toEqual({ code: 0, out: 'built', err: '' });
    age('shared', 3_000);
    expect((await run(bin, [])).out).toBe('source');
    checkout.remove();
  });
});
