/** The Cloud SDK's emulators, each on a free port of 127.0.0.1: for the demo, and for tests. */
import { spawn, spawnSync } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from '../build/free-port.ts';

export type EmulatorKind = 'firestore' | 'pubsub';

/** The part of the Cloud SDK that each comes with. */
const COMPONENTS: Readonly<Record<EmulatorKind, string>> = {
  firestore: 'cloud-firestore-emulator',
  pubsub: 'pubsub-emulator',
};

const STARTS_WITHIN_MS = 60_000;

export interface Emulator {
  /** `127.0.0.1:PORT`. */
  readonly host: string;
  /** Ends it with all that it has started. */
  stop(): Promise<void>;
}

/** What keeps an emulator from being run here; `undefined` when nothing does. */
export function obstacleTo(
  kind: EmulatorKind,
): { readonly gcloud: boolean; readonly why: string } | undefined {
  // Lists the installed parts as well; empty where there is no `gcloud`.
  gcloudVersion ??= spawnSync('gcloud', ['--version'], { encoding: 'utf8' }).stdout ?? '';
  const installed = gcloudVersion;
  if (installed.includes(COMPONENTS[kind])) return undefined;
  const gcloud = installed !== '';
  const remedy = gcloud ? `gcloud components install beta ${COMPONENTS[kind]}` : 'gcloud is not installed';
  return { gcloud, why: `needs the ${kind} emulator: ${remedy}` };
}
let gcloudVersion: string | undefined;

/** Starts `gcloud beta emulators KIND` and waits until its port answers. Throws with what it printed when it does not. */
export async function startEmulator(kind: EmulatorKind): Promise<Emulator> {
  // Else Google's libraries look for a metadata server, off this machine.
  process.env.METADATA_SERVER_DETECTION = 'none';
  const host = `127.0.0.1:${await freePort()}`;
  // A group of its own: gcloud starts a JVM that would outlive it.
  const started = spawn(
    'gcloud',
    ['beta', 'emulators', kind, 'start', '--project=anchorwatch', `--host-port=${host}`, '--quiet'],
    { detached: true, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let printed = '';
  for (const stream of [started.stdout, started.stderr])
    stream.on('data', (chunk) => {
      printed = `${printed}${chunk}`.slice(-4_000);
    });
  const ended = new Promise<void>((resolve) => started.on('close', () => resolve()));
  const kill = (): void => {
    if (started.pid !== undefined && started.exitCode === null && started.signalCode === null)
      process.kill(-started.pid, 'SIGKILL');
  };
  // Whatever ends this process, the JVM does not stay behind.
  process.once('exit', kill);
  const stop = async (): Promise<void> => {
    process.removeListener('exit', kill);
    kill();
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
