import type { Server } from 'node:http';
import { http } from '@google-cloud/functions-framework';
import { getFunction, getTestServer } from '@google-cloud/functions-framework/testing';
import { READERS_ON_LOOPBACK } from './console-authentication.ts';
import { FUNCTIONS } from './names.ts';
import { LOOPBACK_ONLY } from './push-authentication.ts';
import { authenticatePushes, authenticateReaders } from './wiring.ts';

const ROUTER = 'anchorwatch';
const CONSOLE = '/console';

type Handler = (...args: readonly unknown[]) => unknown;

// One server for all functions, each at the path of its name, behind the very framework that runs them in the cloud.
http(ROUTER, (request, response) => {
  // Its pages lie below it, and name one another from where they are.
  if (request.path === CONSOLE) return response.redirect(308, `${CONSOLE}/`);
  if (request.path.startsWith(`${CONSOLE}/`)) {
    request.url = request.url.slice(CONSOLE.length);
    return (getFunction('console') as Handler)(request, response);
  }
  const name = FUNCTIONS.find((known) => request.path === `/${known}`);
  const handler = name === undefined ? undefined : getFunction(name);
  if (handler === undefined)
    return response
      .status(404)
      .send(`no such function; there are ${FUNCTIONS.map((known) => `/${known}`).join(', ')}\n`);
  return (handler as Handler)(request, response);
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
  authenticateReaders(READERS_ON_LOOPBACK);
  await import('./index.ts');
}
