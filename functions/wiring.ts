import { readFile } from 'node:fs/promises';
import { consoleNotifier } from '../shared/adapters/console-notifier.ts';
import { jsonLog } from '../shared/adapters/json-log.ts';
import { localQueue } from '../shared/adapters/local-queue.ts';
import { policyFile } from '../shared/adapters/policy-file.ts';
import { slackNotifier } from '../shared/adapters/slack-notifier.ts';
import { openSqliteStore } from '../shared/adapters/sqlite-store.ts';
import { systemClock } from '../shared/adapters/system-clock.ts';
import { deliver } from '../shared/pipeline/deliver.ts';
import type { Clock, Log, Notifier, PolicySource, Queue, Store } from '../shared/ports.ts';

/** Everything the functions reach the world through. */
export interface Ports {
  readonly store: Store;
  readonly policy: PolicySource;
  readonly notifier: Notifier;
  readonly clock: Clock;
  readonly queue: Queue;
  readonly log: Log;
}

let wired: Ports | undefined;
const standardOutput = jsonLog((line) => process.stdout.write(line));

/** The ports, built on first use from the environment unless `wire` was called before. */
export function wiring(): Ports {
  wired ??= fromEnvironment(process.env);
  return wired;
}

/** Where to tell what happened, also when the other ports could not be built. */
export function log(): Log {
  return wired?.log ?? standardOutput;
}

/** Puts ports in place, for `anchorwatch serve` and for tests; `undefined` takes them away again. */
export function wire(ports: Ports | undefined): void {
  wired = ports;
}

/**
 * `ANCHORWATCH_POLICY`: policy files, comma-separated. `ANCHORWATCH_STORE`: the SQLite file. `ANCHORWATCH_SLACK_TOKEN_FILE`: a file with the
 * bot token, read whenever it is used, so that a rotated secret needs no restart; without it alerts are drawn on standard output.
 */
function fromEnvironment(env: NodeJS.ProcessEnv): Ports {
  const log = standardOutput;
  const policy = policyFile(fileList(required(env, 'ANCHORWATCH_POLICY')));
  const store = openSqliteStore({
    path: required(env, 'ANCHORWATCH_STORE'),
    onEphemeralDisk: env.K_SERVICE !== undefined,
  });
  const tokenFile = env.ANCHORWATCH_SLACK_TOKEN_FILE;
  const notifier =
    tokenFile === undefined
      ? consoleNotifier({ write: (text) => process.stdout.write(text), color: false, width: 100 })
      : slackNotifier({ token: async () => (await readFile(tokenFile, 'utf8')).trim() });
  const clock = systemClock;
  const queue = localQueue(() => deliver({ store, policy, notifier, clock, log }), log);
  return { store, policy, notifier, clock, queue, log };
}

function required(env: NodeJS.ProcessEnv, name: string): string {
  const value = env[name];
  if (value === undefined || value === '') throw new Error(`the environment variable ${name} is not set`);
  return value;
}

function fileList(text: string): readonly string[] {
  return text
    .split(',')
    .map((path) => path.trim())
    .filter((path) => path !== '');
}
