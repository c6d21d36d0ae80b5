/** Tokens of whoever a process runs as, from the metadata server that every function has. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { googleToken } from '../../shared/adapters/google-token.ts';

const SAVED = { ...process.env };
let answers: { status: number; body: object }[];
let close: () => Promise<void>;
beforeEach(async () => {
  answers = [];
  let issued = 0;
  const server = createServer((request, response) => {
    const isToken = request.url?.startsWith('/computeMetadata/v1/instance/service-accounts/default/token');
    const answer = (isToken && answers.shift()) || {
      status: 200,
      body: isToken ? { access_token: `token ${++issued}`, expires_in: 3_600, token_type: 'Bearer' } : {},
    };
    response.writeHead(answer.status, { 'metadata-flavor': 'Google', 'content-type': 'application/json' });
    response.end(JSON.stringify(answer.body));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  delete process.env.GOOGLE_APPLICATION_CREDENTIALS;
  process.env.GCE_METADATA_HOST = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  process.env.METADATA_SERVER_DETECTION = 'assume-present';
  // No credentials of a person's either.
  process.env.CLOUDSDK_CONFIG = '/nonexistent';
  close = () =>
    new Promise((closed) => {
      server.close(() => closed());
      server.closeAllConnections();
    });
});
afterEach(async () => {
  process.env = { ...SAVED };
  await close();
});

describe('an access token', () => {
  it('is fetched once, as long as it is good', async () => {
    const token = googleToken();
    expect([await token(), await token()]).toEqual(['token 1', 'token 1']);
  });

  it('that was not taken is fetched anew', async () => {
    const token = googleToken();
    expect(await token(await token())).toBe('token 2');
    expect(await token()).toBe('token 2');
  });

  it('that cannot be had is looked for again', async () => {
    answers.push({ status: 404, body: {} });
    const token = googleToken();
    await expect(token()).rejects.toThrow();
    expect(await token()).toBe('token 1');
  });
});
