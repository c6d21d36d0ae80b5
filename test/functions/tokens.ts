/** Tokens as Google signs them for pushes, and a server of the signers' keys. */
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export const AUDIENCE = 'https://anchorwatch.acme.example/on-audit-log';
export const PUSHER = 'pusher@acme-sec.iam.gserviceaccount.com';

export interface Signer {
  readonly id: string;
  readonly key: KeyObject;
  readonly publicPem: string;
}

export function signer(id: string): Signer {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return { id, key: privateKey, publicPem: publicKey.export({ type: 'spki', format: 'pem' }).toString() };
}

/** What a good token says, at a moment in seconds. */
export function claims(at: number, changed: Readonly<Record<string, unknown>> = {}) {
  return {
    iss: 'https://accounts.google.com',
    aud: AUDIENCE,
    azp: '113774264463038321964',
    sub: '113774264463038321964',
    email: PUSHER,
    email_verified: true,
    iat: at - 60,
    exp: at + 3_540,
    ...changed,
  };
}

export function part(value: unknown): string {
  return Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
}

export function signed(by: Signer, payload: unknown, header: Readonly<Record<string, unknown>> = {}): string {
  const text = `${part({ alg: 'RS256', kid: by.id, typ: 'JWT', ...header })}.${part(payload)}`;
  return `${text}.${sign('RSA-SHA256', Buffer.from(text), by.key).toString('base64url')}`;
}

/** As Cloud Run forwards it, once it has checked it. */
export function withoutSignature(token: string): string {
  return `${token.split('.').slice(0, 2).join('.')}.SIGNATURE_REMOVED_BY_GOOGLE`;
}

export interface KeyServer {
  readonly url: string;
  readonly requests: () => number;
  /** From now on it fails, or answers again. */
  fail(fails: boolean): void;
  close(): Promise<void>;
}

export async function startKeyServer(signers: readonly Signer[]): Promise<KeyServer> {
  let fails = false;
  let requests = 0;
  const server = createServer((_request, response) => {
    requests++;
    if (fails) return void response.writeHead(403).end();
    response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'public, max-age=3600' });
    response.end(JSON.stringify(Object.fromEntries(signers.map(({ id, publicPem }) => [id, publicPem]))));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/certs`,
    requests: () => requests,
    fail: (now) => {
      fails = now;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
