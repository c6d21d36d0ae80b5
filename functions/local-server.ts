import type { Server } from 'node:http';
import { http } from '@google-cloud/functions-framework';
import { getFunction, getTestServer } from '@google-cloud/functions-framework/testing';
import { FUNCTIONS } from './names.ts';
import { LOOPBACK_ONLY } from './push-authentication.ts';
import { authenticatePushes } from './wiring.ts';

const ROUTER = 'anchorwatch';

// One server for all functions, each at the path of its name, behind the very framework that runs them in the cloud.
http(ROUTER, (request, response) => {
  const name = FUNCTIONS.find((known) => request.path === `/${known}`);
  const handler = name === undefined ? undefined : getFunction(name);
  if (handler === undefined)
    return response
      .status(404)
      .send(`no such function; there are ${FUNCTIONS.map((known) => `/${known}`).join(', ')}\n`);
  return (handler as (...args: readonly unknown[]) => unknown)(request, response);
});

/** Serves every function on 127.0.0.1. Port 0 picks one. Rejects when the port is taken. */
export async function startLocalServer(port: number): Promise<Server> {
  // As in the cloud. Anywhere else the framework answers a body that is no JSON with a stack trace.
  process.env.NODE_ENV ??= 'production';
  await registerFunctions();
  const server = getTestServer(ROUTER);
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve(server));
  });
}

/** Registers all functions, for a server that only this machine can reach. */
export async function registerFunctions(): Promise<void> {
  authenticatePushes(LOOPBACK_ONLY);
  await import('./index.ts');
}
