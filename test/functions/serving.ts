/** The functions over HTTP on loopback, with the store in memory. */
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getTestServer } from '@google-cloud/functions-framework/testing';
import { registerFunctions, startLocalServer } from '../../functions/local-server.ts';
import type { PushAuthentication } from '../../functions/push-authentication.ts';
import { authenticatePushes, type Ports, wire } from '../../functions/wiring.ts';
import { fixedPolicy } from '../../shared/adapters/fixed-policy.ts';
import { openSqliteStore } from '../../shared/adapters/sqlite-store.ts';
import type { Finding } from '../../shared/model/finding.ts';
import type { Collection, Documents, Store } from '../../shared/ports.ts';
import { BARE_POLICY } from '../pipeline/policies.ts';
import { t } from '../world.ts';

export interface Served {
  readonly store: Store;
  /** Where it is: `http://127.0.0.1:8123`. */
  readonly url: string;
  /** Every line of the log: its level, its message, its fields as JSON. */
  readonly lines: readonly string[];
  readonly nudges: () => number;
  post(path: string, body: unknown, headers?: Readonly<Record<string, string>>): Promise<Response>;
  all<C extends Collection>(collection: C): Promise<readonly Documents[C][]>;
  findings(): Promise<readonly Finding[]>;
  /** Of all detectors there will ever be, those that the change of the tests is about. */
  about(...detectors: readonly string[]): Promise<readonly Finding[]>;
  close(): Promise<void>;
}

/** `alone`: the one function, as the framework deploys it; else all of them behind the router. `pushes`: not everybody may push. */
export async function serve({
  alone,
  pushes,
  ...ports
}: Partial<Ports> & { readonly alone?: string; readonly pushes?: PushAuthentication } = {}): Promise<Served> {
  const store = openSqliteStore({ path: ':memory:', onEphemeralDisk: false });
  const lines: string[] = [];
  let nudges = 0;
  const log = (level: string) => (message: string, fields?: object) =>
    void lines.push(`${level} ${message} ${JSON.stringify(fields ?? {})}`);
  wire({
    store,
    policy: fixedPolicy(() => BARE_POLICY),
    notifier: {
      post: async (channel) => ({ kind: 'sent', handle: { channel, ts: '1.000001' } }),
      update: async (handle) => ({ kind: 'sent', handle }),
      answer: async () => ({ kind: 'wait', seconds: 1, ambiguous: false, why: 'nobody answers here' }),
      attach: async (handle) => ({ kind: 'sent', handle }),
      find: async () => ({ kind: 'absent' }),
      permalink: async () => undefined,
    },
    clock: { now: () => t(13) },
    queue: { work: async () => {}, nudgeDeliver: async () => void nudges++ },
    log: { info: log('info'), warn: log('warn'), error: log('error') },
    ...ports,
  });
  const server = alone === undefined ? await startLocalServer(0) : await startAlone(alone);
  if (pushes !== undefined) authenticatePushes(pushes);
  const { port } = server.address() as AddressInfo;
  const all = async <C extends Collection>(collection: C) => [
    ...(await store.transaction((tx) => tx.list(collection, undefined, 1000))).values(),
  ];
  const findings = async () => (await all('findings')).map((row) => row.finding);
  return {
    store,
    url: `http://127.0.0.1:${port}`,
    lines,
    nudges: () => nudges,
    post: (path, body, headers = { 'content-type': 'application/json' }) =>
      fetch(`http://127.0.0.1:${port}${path}`, {
        method: 'POST',
        headers,
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
    all,
    findings,
    about: async (...detectors) => (await findings()).filter((f) => detectors.includes(f.detector)),
    async close() {
      wire(undefined);
      authenticatePushes(undefined);
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
      await store.close();
    },
  };
}

async function startAlone(name: string): Promise<Server> {
  await registerFunctions();
  const server = getTestServer(name);
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}
