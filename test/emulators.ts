/** Emulators of the Cloud SDK for tests, each on a free port of 127.0.0.1. Where `gcloud` is absent such tests are skipped, and say so. */
import { spawn, spawnSync } from 'node:child_process';
import { type AddressInfo, createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { test } from '@jest/globals';

type Kind = 'pubsub';

const STARTS_WITHIN_MS = 60_000;

/** Lists the installed parts as well; empty where there is no `gcloud`. */
const GCLOUD = spawnSync('gcloud', ['--version'], { encoding: 'utf8' }).stdout ?? '';

/**
 * Defines `suite` where the emulator can be run. Elsewhere it says out loud that it was skipped, and why; a CI that has `gcloud` is not let
 * off for want of the emulator.
 */
export function withEmulator(kind: Kind, suite: () => void): void {
  if (GCLOUD.includes(`${kind}-emulator`)) {
    suite();
    return;
  }
  const why = `needs the ${kind} emulator: ${
    GCLOUD === '' ? 'gcloud is not installed' : `gcloud components install beta ${kind}-emulator`
  }`;
  if (GCLOUD !== '' && process.env.CI === 'true') {
    test(why, () => {
      throw new Error(why);
    });
    return;
  }
  console.warn(`skipped: ${why}`);
  test.skip(why, () => {});
}

export interface Emulator {
  /** `127.0.0.1:PORT`. */
  readonly host: string;
  /** Ends it with all that it has started. */
  stop(): Promise<void>;
}

/** Starts `gcloud beta emulators KIND` and waits until its port answers. Throws with what it printed when it does not. */
export async function startEmulator(kind: Kind): Promise<Emulator> {
  // Else Google's libraries look for a metadata server, off this machine.
  process.env.METADATA_SERVER_DETECTION = 'none';
  const host = `127.0.0.1:${await freePort()}`;
  // A group of its own: gcloud starts a JVM that would outlive it.
  const started = spawn(
    'gcloud',
    ['beta', 'emulators', kind, 'start', '--project=p', `--host-port=${host}`, '--quiet'],
    { detached: true, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let printed = '';
  for (const stream of [started.stdout, started.stderr])
    stream.on('data', (chunk) => {
      printed = `${printed}${chunk}`.slice(-4_000);
    });
  const ended = new Promise<void>((resolve) => started.on('close', () => resolve()));
  const stop = async (): Promise<void> => {
    if (started.pid !== undefined && started.exitCode === null) process.kill(-started.pid, 'SIGKILL');
    await ended;
  };
  const until = Date.now() + STARTS_WITHIN_MS;
  while (!(await answers(host))) {
    if (started.exitCode !== null || Date.now() > until) {
      await stop();
      throw new Error(`the ${kind} emulator did not start: ${printed}`);
    }
    await pause(100);
  }
  return { host, stop };
}

async function answers(host: string): Promise<boolean> {
  try {
    return (await fetch(`http://${host}/`)).ok;
  } catch {
    return false;
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
