/** The console over HTTP: who is let in, what is answered, and that nothing of it can be framed, kept or written to. */
import { spawnSync } from 'node:child_process';
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type ConsoleAuthentication, consoleAuthentication } from '../../functions/console-authentication.ts';
import { consoleSettings } from '../../functions/settings.ts';
import { authenticateReaders } from '../../functions/wiring.ts';
import { fromDate, SECOND } from '../../shared/model/time.ts';
import { Console } from '../../shared/pipeline/console.ts';
import { StoreUnavailable } from '../../shared/ports.ts';
import { NOW } from '../world.ts';
import { dismiss, SILENT, type Stocked, showing, stocked } from './a-console.ts';
import { type Served, serve } from './serving.ts';
import { part } from './tokens.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const AUDIENCE = '/projects/123456789012/locations/europe-west1/services/console';

let served: Served;
let stock: Stocked;
let clock = NOW;
beforeEach(async () => {
  clock = NOW;
  stock = await stocked();
  served = await serve({ ...showing(stock.store), clock: { now: () => clock } });
});
afterEach(async () => {
  authenticateReaders(undefined);
  await served.close();
  await stock.store.close();
});

const get = (path: string, init?: RequestInit) =>
  fetch(`${served.url}${path}`, { redirect: 'manual', ...init });

describe('the console', () => {
  it('shows the report as it stands, with the way to each page', async () => {
    const answer = await get('/console/');
    const page = await answer.text();
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(page).toContain('Workload identity report, live');
    expect(page).toContain('2026-11-21 10:00:00');
    for (const finding of stock.findings.slice(0, 20)) expect(page).toContain(`"./finding/${finding.id}"`);
    expect(page).toContain('"./owner/team-payments"');
    expect(page).toContain('"./identity/acme-prod.svc.id.goog%5Bpayments%2Fapi%5D');
  });

  it('is asked for at its own folder, so that its links lead below it', async () => {
    const answer = await get('/console');
    expect([answer.status, answer.headers.get('location')]).toEqual([308, '/console/']);
  });

  it('tells all of a finding: its trace, who did it, its steps, and what people decided', async () => {
    const finding = stock.findings.find(({ detector }) => detector === 'forbidden-role')!;
    await dismiss(stock.store, finding);
    const answer = await get(`/console/finding/${finding.id}`);
    const page = await answer.text();
    expect(answer.status).toBe(200);
    for (const said of [
      finding.title,
      'jane@acme.example',
      'came → <span class="state open">open</span>',
      'false-positive',
      'the migration needs it',
      'https://console.cloud.google.com/iam-admin/iam?project=acme-prod',
      `policy.yaml:${finding.why.line}`,
      'gcloud projects remove-iam-policy-binding',
      '"../owner/team-payments"',
      '"../#"',
    ])
      expect(page).toContain(said);
  });

  it('shows a finding at once, however young the report is', async () => {
    await get('/console/');
    const [first] = stock.findings;
    const id = 'a'.repeat(32);
    await stock.store.transaction(async (tx) => {
      tx.put('findings', id, { subjectKey: 's', finding: { ...first!, id, title: 'just now' }, head: '' });
    });
    expect(await (await get(`/console/finding/${id}`)).text()).toContain('just now');
  });

  it.each([
    ['its id', 'acme-prod.svc.id.goog[payments/api] -> api@acme-prod.iam.gserviceaccount.com'],
    ['its name', 'payments/api'],
    ['the address of its account', 'api@acme-prod.iam.gserviceaccount.com'],
    ['what findings call the account', 'api@acme-prod'],
  ])('tells all of an identity by %s', async (_by, name) => {
    const answer = await get(`/console/identity/${encodeURIComponent(name)}`);
    const page = await answer.text();
    expect(answer.status).toBe(200);
    for (const said of ['roles/cloudsql.client', 'Deployment payments/api', '>k1<', '<svg '])
      expect(page).toContain(said);
    expect(page).toContain(
      'https://console.cloud.google.com/iam-admin/serviceaccounts/details/100000000000000000001?project=acme-prod',
    );
  });

  it('finds its way back also where a proxy has opened the slash of a name', async () => {
    const page = await (await get('/console/identity/payments/api')).text();
    expect(page).toContain('"../../owner/team-payments"');
  });

  it('has a page of each owner, with nothing of others', async () => {
    const answer = await get('/console/owner/team-payments');
    const page = await answer.text();
    expect(answer.status).toBe(200);
    expect(page).toMatch(/Your \d+ identit/);
    expect(page).toContain('payments/api');
    expect(page).not.toContain('data-owner="platform@acme.example"');
  });

  it.each([
    ['/console/finding/deadbeef', 'There is no finding deadbeef', 'of another watch'],
    ['/console/finding/..%2F..%2Fetc', 'There is no finding', 'Where to look'],
    ['/console/identity/payments%2Fapl', 'There is no identity payments/apl', '"../identity/acme-prod'],
    ['/console/owner/payments', 'There is no owner payments', '"../owner/team-payments"'],
    ['/console/owner/', 'There is no page', '"../#"'],
    ['/console/nonsense', 'There is no page', '"./#"'],
  ])('%s is not there, and the answer helps', async (path, title, help) => {
    const answer = await get(path);
    const page = await answer.text();
    expect(answer.status).toBe(404);
    expect(page).toContain(title);
    expect(page).toContain(help);
  });

  it('takes an address that is no encoding of any text for one that is not there', async () => {
    const own = new Console({ ...showing(stock.store), log: SILENT, version: '1' });
    expect(await own.answer('/finding/%E0%A4%A', NOW)).toMatchObject({
      status: 404,
      page: expect.stringContaining('There is no page'),
    });
    const answer = await get('/console/finding/%E0%A4%A');
    expect(answer.status).toBe(400);
    expect(await answer.text()).not.toMatch(/ at .*:\d+/);
  });

  it('reads the store anew after half a minute, and never says that it is newer than it is', async () => {
    const asOf = async () =>
      /As of<\/dt><dd><time datetime="([^"]+)/.exec(await (await get('/console/')).text())?.[1];
    const first = await asOf();
    clock = NOW + 29n * SECOND;
    expect(await asOf()).toBe(first);
    clock = NOW + 30n * SECOND;
    expect(await asOf()).toBe('2026-11-21T10:00:30.000000000Z');
    // A clock that was set back shows no future.
    clock = NOW;
    expect(await asOf()).toBe(first);
  });

  it('says what it can when the store cannot be read, without the reason, and tries again', async () => {
    let fails = true;
    const { store } = stock;
    await served.close();
    served = await serve({
      ...showing({
        ...store,
        transaction: (body, how) =>
          fails ? Promise.reject(new StoreUnavailable('secret detail')) : store.transaction(body, how),
      }),
    });
    const answer = await get('/console/');
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '30']);
    expect(await answer.text()).not.toContain('secret');
    expect(served.lines.join('\n')).toContain('secret detail');
    fails = false;
    expect((await get('/console/')).status).toBe(200);
  });

  it.each(['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'])('is not for %s', async (method) => {
    const answer = await get('/console/', { method });
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  });

  it('answers HEAD as GET, without the page', async () => {
    const answer = await get('/console/', { method: 'HEAD' });
    expect([answer.status, await answer.text()]).toEqual([200, '']);
  });

  it.each(['/console/', '/console/nonsense', '/console/owner/team-payments'])(
    'lets nobody frame, sniff or keep %s, and runs only its own script',
    async (path) => {
      const { headers } = await get(path);
      const said = (name: string) => headers.get(name);
      expect(said('content-security-policy')).toMatch(
        /^default-src 'none'; style-src 'sha256-[^']+'; script-src 'sha256-[^']+' 'sha256-[^']+' 'sha256-[^']+'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'$/,
      );
      expect([
        said('x-content-type-options'),
        said('x-frame-options'),
        said('referrer-policy'),
        said('cache-control'),
        said('cross-origin-resource-policy'),
        said('access-control-allow-origin'),
      ]).toEqual(['nosniff', 'DENY', 'no-referrer', 'no-store', 'same-origin', null]);
    },
  );
});

interface Keys {
  readonly url: string;
  readonly asked: () => number;
  set(pems: Readonly<Record<string, string>>): void;
  fail(fails: boolean): void;
  close(): Promise<void>;
}

async function keyServer(): Promise<Keys> {
  let pems: Readonly<Record<string, string>> = {};
  let [asked, fails] = [0, false];
  const server = createServer((_request, response) => {
    asked++;
    if (fails) return void response.writeHead(403).end();
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(pems));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`,
    asked: () => asked,
    set: (next) => {
      pems = next;
    },
    fail: (now) => {
      fails = now;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const pair = () => generateKeyPairSync('ec', { namedCurve: 'P-256' });
const pemOf = (key: KeyObject) => key.export({ type: 'spki', format: 'pem' }).toString();
const IAP = pair();
const OTHER = pair();
/** The library that checks signatures goes by the machine's clock. */
const TODAY = Math.floor(Date.now() / 1000);

function claims(changed: Readonly<Record<string, unknown>> = {}) {
  return {
    iss: 'https://cloud.google.com/iap',
    aud: AUDIENCE,
    sub: 'accounts.google.com:1089',
    email: 'ana@acme.example',
    iat: TODAY - 10,
    exp: TODAY + 590,
    ...changed,
  };
}

function assertion(payload: unknown, { key = IAP.privateKey, kid = 'iap-1', alg = 'ES256' } = {}): string {
  const text = `${part({ alg, typ: 'JWT', kid })}.${part(payload)}`;
  const signature = sign('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' });
  return `${text}.${signature.toString('base64url')}`;
}

describe('behind Identity-Aware Proxy', () => {
  let keys: Keys;
  let readers: ConsoleAuthentication;
  beforeAll(async () => {
    keys = await keyServer();
  });
  afterAll(() => keys.close());
  beforeEach(() => {
    keys.set({ 'iap-1': pemOf(IAP.publicKey) });
    keys.fail(false);
    clock = fromDate(new Date(TODAY * 1000));
    readers = consoleAuthentication({ audience: AUDIENCE, keysUrl: keys.url });
    authenticateReaders(readers);
  });

  const look = (token?: string, headers: Readonly<Record<string, string>> = {}) =>
    get('/console/', {
      headers: { ...headers, ...(token === undefined ? {} : { 'x-goog-iap-jwt-assertion': token }) },
    });

  it('whoever it let in sees the console', async () => {
    expect((await look(assertion(claims()))).status).toBe(200);
  });

  it.each<[string, () => string | undefined, string]>([
    ['without an assertion', () => undefined, 'did not come through'],
    ['with nonsense', () => 'a.b.c', 'no assertion of IAP'],
    ['signed by somebody else', () => assertion(claims(), { key: OTHER.privateKey }), 'not signed by IAP'],
    ['under a key nobody knows', () => assertion(claims(), { kid: 'iap-9' }), 'not signed by IAP'],
    [
      'under a key that is a property of every object',
      () => assertion(claims(), { kid: '__proto__' }),
      'not signed',
    ],
    [
      'that says it is not signed',
      () => `${part({ alg: 'none', kid: 'iap-1' })}.${part(claims())}.`,
      'no assertion',
    ],
    ['that says it is signed otherwise', () => assertion(claims(), { alg: 'HS256' }), 'no assertion of IAP'],
    [
      'with its claims changed',
      () => assertion(claims()).replace(/\.[^.]+\./, `.${part(claims({ sub: 'x' }))}.`),
      'not signed',
    ],
    ['made out to another service', () => assertion(claims({ aud: `${AUDIENCE}-2` })), 'made out to'],
    ['by another issuer', () => assertion(claims({ iss: 'https://evil.example' })), 'is by https://evil'],
    ['of yesterday', () => assertion(claims({ iat: TODAY - 90_000, exp: TODAY - 86_400 })), 'valid from'],
    ['of tomorrow', () => assertion(claims({ iat: TODAY + 86_400, exp: TODAY + 87_000 })), 'valid from'],
  ])('whoever comes %s sees nothing', async (_how, token, why) => {
    const answer = await look(token(), {
      'x-goog-authenticated-user-email': 'accounts.google.com:ana@acme.example',
    });
    expect(answer.status).toBe(401);
    expect(await answer.text()).toBe('This console is shown to whom Identity-Aware Proxy lets in.\n');
    expect(served.lines.at(-1)).toMatch(/^warn console not shown/);
    expect(served.lines.at(-1)).toContain(why);
  });

  it('its keys are kept, and a new one is looked for, though not whenever somebody makes one up', async () => {
    const before = keys.asked();
    for (let nth = 0; nth < 3; nth++) await look(assertion(claims()));
    for (let nth = 0; nth < 3; nth++) await look(assertion(claims(), { kid: `made-up-${nth}` }));
    expect(keys.asked() - before).toBe(1);
    keys.set({ 'iap-2': pemOf(OTHER.publicKey) });
    clock += 61n * SECOND;
    expect((await look(assertion(claims(), { key: OTHER.privateKey, kid: 'iap-2' }))).status).toBe(200);
    expect(keys.asked() - before).toBe(2);
  });

  it('without its keys nothing is shown, and they are asked for again', async () => {
    keys.fail(true);
    expect((await look(assertion(claims()))).status).toBe(503);
    keys.fail(false);
    expect((await look(assertion(claims()))).status).toBe(200);
  });
});

describe('nobody is let in by default', () => {
  const started = (env: Readonly<Record<string, string>>) =>
    spawnSync(
      process.execPath,
      ['-e', `await import('./functions/console.ts'); console.log('started')`, '--input-type=module'],
      { cwd: ROOT, encoding: 'utf8', env: { PATH: process.env.PATH ?? '', ...env } },
    );

  it('without an audience the function does not start', () => {
    const { status, stdout, stderr } = started({});
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toContain('the environment variable ANCHORWATCH_CONSOLE_AUDIENCE is not set');
    expect(started({ ANCHORWATCH_CONSOLE_AUDIENCE: AUDIENCE }).stdout).toBe('started\n');
  }, 30_000);

  it.each([
    '*',
    'https://console.acme.example',
    '/projects/acme/locations/l/services/s',
    '/projects/1/services/s',
  ])('%s is no audience of IAP', (audience) => {
    expect(() => consoleSettings({ ANCHORWATCH_CONSOLE_AUDIENCE: audience })).toThrow(
      /ANCHORWATCH_CONSOLE_AUDIENCE is .*: neither \/projects\/NUMBER\/locations/,
    );
  });

  it.each([AUDIENCE, '/projects/123456789012/global/backendServices/987'])('%s is one', (audience) => {
    expect(consoleSettings({ ANCHORWATCH_CONSOLE_AUDIENCE: audience })).toEqual({ audience });
  });

  it('on loopback a page of another site is not let in under a name of its own', async () => {
    const port = new URL(served.url).port;
    for (const [host, status] of [
      [`127.0.0.1:${port}`, 200],
      [`localhost:${port}`, 200],
      [`[::1]:${port}`, 200],
      [`evil.example:${port}`, 403],
      [`127.0.0.1.evil.example:${port}`, 403],
    ] as const)
      expect([host, (await asked(host, port)).status]).toEqual([host, status]);
  });

  it('only the server on loopback says that nobody is to be checked', () => {
    const users = ['functions', 'cli', 'shared', 'examples'].flatMap((folder) =>
      readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
        .map((file) => join(folder, file))
        .filter(
          (file) =>
            file.endsWith('.ts') && readFileSync(join(ROOT, file), 'utf8').includes('READERS_ON_LOOPBACK'),
        ),
    );
    expect(users.sort()).toEqual(['functions/console-authentication.ts', 'functions/local-server.ts']);
  });
});

/** `fetch` sets the name itself. */
async function asked(host: string, port: string): Promise<{ readonly status: number | undefined }> {
  const { request } = await import('node:http');
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, path: '/console/', headers: { host } }, (answer) => {
      answer.resume();
      resolve({ status: answer.statusCode });
    });
    sent.on('error', reject);
    sent.end();
  });
}
