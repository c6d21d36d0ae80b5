import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from '@jest/globals';
import { openSqliteStore } from '../../shared/adapters/sqlite-store.ts';
import { EDITOR_ENTRY, pushed } from '../pipeline/bodies.ts';
import { signed, slashCommand, TEAM } from '../slack-payloads.ts';
import { cli, Folder } from './cli.ts';
import { policyText } from './small-world.ts';

const folder = new Folder();
const policy = folder.file('policy.yaml', policyText());
const BIN = fileURLToPath(new URL('../../cli/bin.js', import.meta.url));
afterAll(() => folder.remove());

describe('serve', () => {
  it('takes in what is pushed, draws the alert, and ends when it is told to', async () => {
    const store = folder.in('watch.sqlite');
    const served = spawn(process.execPath, [BIN, 'serve', '-p', policy, '-s', store, '--port', '0']);
    let [out, err] = ['', ''];
    const alerted = new Promise<void>((resolve) => {
      served.stdout.on('data', (chunk) => {
        out += chunk;
        if (out.includes('roles/editor')) resolve();
      });
    });
    const url = await new Promise<string>((resolve, reject) => {
      served.stderr.on('data', (chunk) => {
        err += chunk;
        const found = /watching on (http:\/\/127\.0\.0\.1:\d+)/.exec(err)?.[1];
        if (found !== undefined) resolve(found);
      });
      served.on('close', () => reject(new Error(err)));
    });
    const answer = await fetch(`${url}/on-audit-log`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(pushed(EDITOR_ENTRY)),
    });
    expect(answer.status).toBe(204);
    await alerted;
    // It says where the console is, and so does the alert.
    expect(err).toContain(`console ${url}/console/\n`);
    const link = /http:\/\/127\.0\.0\.1:\d+\/console\/finding\/[0-9a-f]{32}/.exec(out)?.[0];
    const page = await fetch(link ?? '');
    expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('roles/editor')]);
    const ended = new Promise((resolve) => served.on('close', resolve));
    served.kill('SIGTERM');
    expect(await ended).toBe(0);
    expect(`${out}${err}`).not.toMatch(/^ {4}at /m);
  }, 30_000);

  it('makes the reports of the policy when they are due, into a folder', async () => {
    const reports = folder.in('reports');
    const text = `${policyText()}  reports: [{name: often, cron: "* * * * *", bucket: acme-reports}]\n`;
    const [store, policies] = [folder.in('reports.sqlite'), folder.file('reports.yaml', text)];
    // The entry was seen long ago.
    const before = openSqliteStore({ path: store, onEphemeralDisk: false });
    await before.transaction(async (tx) => tx.put('meta', 'report-turn|often', { value: '1' }));
    await before.close();
    const args = ['serve', '-p', policies, '-s', store, '--port', '0', '--reports', reports];
    const served = spawn(process.execPath, [BIN, ...args]);
    await new Promise<void>((resolve, reject) => {
      let err = '';
      served.stderr.on('data', (chunk) => {
        err += chunk;
        if (err.includes('report made')) resolve();
      });
      served.on('close', () => reject(new Error(err)));
    });
    const files = readdirSync(join(reports, 'acme-reports'), { recursive: true, encoding: 'utf8' });
    expect(files.some((file) => file.endsWith('report.html'))).toBe(true);
    const ended = new Promise((resolve) => served.on('close', resolve));
    served.kill('SIGTERM');
    expect(await ended).toBe(0);
  }, 30_000);

  it('takes in what is asked in Slack, signed with its secret, and nothing else', async () => {
    const secret = folder.file('signing-secret', 'a-signing-secret\n');
    const args = ['serve', '-p', policy, '-s', ':memory:', '--port', '0', '--slack-team', TEAM];
    const served = spawn(process.execPath, [BIN, ...args, '--slack-signing-secret-file', secret]);
    let err = '';
    const url = await new Promise<string>((resolve, reject) => {
      served.stderr.on('data', (chunk) => {
        err += chunk;
        const found = /watching on (http:\/\/127\.0\.0\.1:\d+)/.exec(err)?.[1];
        if (found !== undefined) resolve(found);
      });
      served.on('close', () => reject(new Error(err)));
    });
    const body = slashCommand({ text: 'help' });
    const now = Math.floor(Date.now() / 1000);
    const ask = (headers: Record<string, string>) =>
      fetch(`${url}/slack-actions`, { method: 'POST', headers, body });
    expect(await (await ask(signed('a-signing-secret', now, body))).json()).toMatchObject({
      response_type: 'ephemeral',
    });
    expect((await ask(signed('another', now, body))).status).toBe(401);
    const ended = new Promise((resolve) => served.on('close', resolve));
    served.kill('SIGTERM');
    expect(await ended).toBe(0);
  }, 30_000);

  it.each([
    [['--slack-team', TEAM], 'go together'],
    [['--slack-signing-secret-file', 'secret'], 'go together'],
    [
      ['--slack-signing-secret-file', 'secret', '--slack-team', 'acme'],
      '`acme` is not the id of a Slack workspace',
    ],
  ])('refuses %j', async (args, why) => {
    const ran = await cli(['serve', '-p', policy, '-s', ':memory:', ...args]);
    expect({ code: ran.code, out: ran.out }).toEqual({ code: 3, out: '' });
    expect(ran.err).toContain(why);
  });

  it('says when its port is taken', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    const ran = await cli(['serve', '-p', policy, '-s', ':memory:', '--port', String(port)]);
    expect(ran).toEqual({ code: 2, out: '', err: `cannot listen on port ${port}: the port is taken\n` });
    await new Promise((resolve) => other.close(resolve));
  });

  it.each(['http', '70000', '-1', ''])('refuses %p for a port', async (port) => {
    const ran = await cli(['serve', '-p', policy, '-s', ':memory:', `--port=${port}`]);
    expect({ code: ran.code, out: ran.out }).toEqual({ code: 3, out: '' });
    expect(ran.err).toMatch(/port/);
  });

  it('says what is wrong with its store', async () => {
    const ran = await cli([
      'serve',
      '-p',
      policy,
      '-s',
      folder.file('notes.txt', 'not a database at all, by far'),
    ]);
    expect({ code: ran.code, out: ran.out }).toEqual({ code: 2, out: '' });
    expect(ran.err).toMatch(/cannot open the database .*notes\.txt: it is not an SQLite database/);
  });
});
