/** Who may push: everything else is refused, and nothing of it taken in. */
import { spawnSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { pushAuthentication } from '../../functions/push-authentication.ts';
import { fromDate, SECOND } from '../../shared/model/time.ts';
import { EDITOR_ENTRY, pushed } from '../pipeline/bodies.ts';
import { t } from '../world.ts';
import { type Served, serve } from './serving.ts';
import {
  AUDIENCE,
  claims,
  type KeyServer,
  PUSHER,
  part,
  signed,
  signer,
  startKeyServer,
  withoutSignature,
} from './tokens.ts';

const GOOGLE = signer('google-1');
const OTHER = signer('other-1');
/** Of its own making, under the id of a key of Google's. */
const IMPOSTOR = { ...signer('google-1') };

/** The library that checks signatures goes by the machine's clock. */
const NOW = Math.floor(Date.now() / 1000);

let keys: KeyServer;
let served: Served;
beforeAll(async () => {
  keys = await startKeyServer([GOOGLE]);
});
afterAll(() => keys.close());
afterEach(() => served.close());

const push = (authorization: string | undefined, path = '/on-audit-log') =>
  served.post(path, pushed(EDITOR_ENTRY), {
    'content-type': 'application/json',
    ...(authorization === undefined ? {} : { authorization }),
  });

async function takenIn(): Promise<number> {
  const all = await Promise.all(
    (['seen', 'registers', 'acts', 'findings', 'quarantine'] as const).map(served.all),
  );
  return all.flat().length + served.nudges();
}

async function expectRefused(authorization: string | undefined, status: number, why: string): Promise<void> {
  for (const path of ['/on-audit-log', '/on-asset-change', '/deliver']) {
    const answer = await push(authorization, path);
    expect([answer.status, await answer.text()]).toEqual([status, '']);
    expect(served.lines.at(-1)).toMatch(/^warn push refused/);
    expect(served.lines.at(-1)).toContain(why);
  }
  expect(await takenIn()).toBe(0);
  // A token is good for an hour wherever it is read.
  if (authorization !== undefined && authorization.length > 99)
    expect(served.lines.join('\n')).not.toContain(authorization.slice(-20));
}

/** What is wrong with a token in either mode. `at`: now, in seconds. */
const FAULTS: readonly (readonly [string, (at: number) => object, number, string])[] = [
  [
    'made out to somebody else',
    (at) => claims(at, { aud: 'https://other.example' }),
    401,
    'made out to https://other',
  ],
  ['made out to several', (at) => claims(at, { aud: [AUDIENCE] }), 401, 'no token of a service account'],
  [
    'from another account',
    (at) => claims(at, { email: 'eve@acme-sec.iam.gserviceaccount.com' }),
    403,
    'eve@',
  ],
  ['from an address nobody has verified', (at) => claims(at, { email_verified: false }), 403, PUSHER],
  [
    'that does not say whether it is verified',
    (at) => claims(at, { email_verified: undefined }),
    401,
    'no token of a service account',
  ],
  ['from nobody', (at) => claims(at, { email: undefined }), 401, 'no token of a service account'],
  ['expired', (at) => claims(at - 3_600 - 301), 401, 'is valid from'],
  ['of the future', (at) => claims(at + 3_600), 401, 'is valid from'],
  ['that never expires', (at) => claims(at, { exp: undefined }), 401, 'no token of a service account'],
  [
    'by another issuer',
    (at) => claims(at, { iss: 'https://securetoken.google.com/acme' }),
    401,
    'is by https://secure',
  ],
];

const MISSING: readonly (readonly [string, string | undefined, string])[] = [
  ['no header', undefined, 'it bears no token'],
  ['an empty header', '', 'it bears no token'],
  ['a password', 'Basic YTpi', 'it bears no token'],
  ['a bearer of nothing', 'Bearer ', 'it bears no token'],
  ['text', 'Bearer hello', 'no token of a service account'],
  ['dots', 'Bearer ..', 'no token of a service account'],
  ['JSON that is no object', `Bearer ${part('1')}.${part('[]')}.x`, 'no token of a service account'],
];

describe('oidc: the token is checked whole', () => {
  const settings = () =>
    ({ mode: 'oidc', audience: AUDIENCE, accounts: [PUSHER], keysUrl: keys.url }) as const;
  const start = async (pushes = pushAuthentication(settings())) => {
    served = await serve({ pushes, clock: { now: () => fromDate(new Date()) } });
  };

  it('one by Google, for us, from the pusher is taken in; the keys are fetched once', async () => {
    await start();
    const before = keys.requests();
    for (const iss of ['https://accounts.google.com', 'accounts.google.com'])
      expect((await push(`Bearer ${signed(GOOGLE, claims(NOW, { iss }))}`)).status).toBe(204);
    expect((await push(`bearer ${signed(GOOGLE, claims(NOW))}`, '/deliver')).status).toBe(204);
    expect(await served.all('seen')).toHaveLength(1);
    expect(keys.requests() - before).toBe(1);
  });

  it.each(FAULTS)('one %s is refused', async (_what, payload, status, why) => {
    await start();
    await expectRefused(`Bearer ${signed(GOOGLE, payload(NOW))}`, status, why);
  });

  it.each(MISSING)('%s is refused', async (_what, authorization, why) => {
    await start();
    await expectRefused(authorization, 401, why);
  });

  const payload = claims(NOW);
  const good = signed(GOOGLE, payload);
  it.each<[string, string, string]>([
    ['without its signature', withoutSignature(good), 'not signed by Google'],
    ['with an empty signature', `${good.split('.').slice(0, 2).join('.')}.`, 'not signed by Google'],
    ['of two parts', good.split('.').slice(0, 2).join('.'), 'not signed by Google'],
    ['of four parts', `${good}.x`, 'no token of a service account'],
    [
      'that says it needs no signature',
      `${part({ alg: 'none', kid: 'google-1' })}.${part(payload)}.`,
      'no token of',
    ],
    ['signed with the public key as a secret', hs256(payload), 'no token of a service account'],
    ['signed by somebody else', signed(OTHER, payload), 'not signed by Google'],
    [
      "signed by somebody else under a key's name of Google's",
      signed(IMPOSTOR, payload),
      'not signed by Google',
    ],
    [
      'that names a key the object has by nature',
      signed({ ...GOOGLE, id: 'constructor' }, payload),
      'not signed by',
    ],
    ['whose claims were changed', changed(good, claims(NOW, { sub: '1' })), 'not signed by Google'],
  ])('one %s is refused', async (_what, token, why) => {
    await start();
    await expectRefused(`Bearer ${token}`, 401, why);
  });

  it('without the keys nothing is known: the push comes again, and is taken in then', async () => {
    await start();
    keys.fail(true);
    const answer = await push(`Bearer ${good}`);
    expect([answer.status, await answer.text()]).toEqual([500, '']);
    expect(await takenIn()).toBe(0);
    keys.fail(false);
    expect((await push(`Bearer ${good}`)).status).toBe(204);
  });
});

describe('iam: Cloud Run has checked the signature, and taken it off', () => {
  const NOW_SERVED = Number(t(13) / SECOND);
  const start = async () => {
    served = await serve({
      pushes: pushAuthentication({ mode: 'iam', audience: AUDIENCE, accounts: ['scheduler@x.iam', PUSHER] }),
    });
  };

  it('one for us, from one of the pushers is taken in', async () => {
    await start();
    for (const email of [PUSHER, 'scheduler@x.iam']) {
      const token = withoutSignature(signed(GOOGLE, claims(NOW_SERVED, { email })));
      expect((await push(`Bearer ${token}`)).status).toBe(204);
    }
    expect(await served.all('seen')).toHaveLength(1);
  });

  it.each(FAULTS)('one %s is refused', async (_what, payload, status, why) => {
    await start();
    await expectRefused(`Bearer ${withoutSignature(signed(GOOGLE, payload(NOW_SERVED)))}`, status, why);
  });

  it.each(MISSING)('%s is refused', async (_what, authorization, why) => {
    await start();
    await expectRefused(authorization, 401, why);
  });

  it('clocks may be five minutes apart', async () => {
    await start();
    for (const at of [NOW_SERVED - 3_540 - 299, NOW_SERVED + 60 + 299])
      expect((await push(`Bearer ${withoutSignature(signed(GOOGLE, claims(at)))}`)).status).toBe(204);
  });
});

describe('nobody is let in by default', () => {
  const started = (env: Readonly<Record<string, string>>, file = 'on-audit-log') =>
    spawnSync(
      process.execPath,
      ['-e', `await import('./functions/${file}.ts'); console.log('started')`, '--input-type=module'],
      {
        cwd: ROOT,
        encoding: 'utf8',
        env: { PATH: process.env.PATH ?? '', ...env },
      },
    );
  beforeAll(async () => {
    served = await serve();
  });

  it.each<[string, Readonly<Record<string, string>>, string]>([
    ['nothing said', {}, 'the environment variable ANCHORWATCH_PUSH_AUTH is not set'],
    [
      'none',
      { ANCHORWATCH_PUSH_AUTH: 'none' },
      'is `none`: neither iam (Cloud Run checks who pushes) nor oidc',
    ],
  ])('with %s a function does not start', (_what, env, why) => {
    const { status, stdout, stderr } = started(env);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toContain(why);
  });

  it('it starts when it is told how, and one that takes no pushes without', () => {
    const told = {
      ANCHORWATCH_PUSH_AUTH: 'iam',
      ANCHORWATCH_PUSH_AUDIENCE: AUDIENCE,
      ANCHORWATCH_PUSH_ACCOUNTS: PUSHER,
    };
    expect(started(told).stdout).toBe('started\n');
    expect(started({}, 'slack-actions').stdout).toBe('started\n');
  });

  it('only the server on loopback says that nothing is to be checked', () => {
    const users = ['functions', 'cli', 'shared', 'examples'].flatMap((folder) =>
      readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
        .map((file) => join(folder, file))
        .filter(
          (file) => file.endsWith('.ts') && readFileSync(join(ROOT, file), 'utf8').includes('LOOPBACK_ONLY'),
        ),
    );
    expect(users.sort()).toEqual(['functions/local-server.ts', 'functions/push-authentication.ts']);
  });
});

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

function hs256(payload: object): string {
  const text = `${part({ alg: 'HS256', kid: GOOGLE.id })}.${part(payload)}`;
  return `${text}.${createHmac('sha256', GOOGLE.publicPem).update(text).digest('base64url')}`;
}

function changed(token: string, payload: object): string {
  const [header, , signature] = token.split('.');
  return `${header}.${part(payload)}.${signature}`;
}
