/** A built function as the cloud runs it: a process of the functions framework, for itself. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { ROOT } from './bundle.ts';
import { freePort } from './free-port.ts';

export interface Started {
  readonly port: number;
  readonly process: ChildProcess;
  /** From its start until its port answered. */
  readonly millis: number;
  stop(): Promise<void>;
}

export interface StartOptions {
  /** What buildpacks would find in `main` of its package.json. */
  readonly folder: string;
  readonly name: string;
  readonly env: Readonly<Record<string, string>>;
  /** Loaded before anything else. */
  readonly preload?: string;
  /** Takes what it prints. */
  readonly told?: (text: string) => void;
  readonly complained?: (text: string) => void;
}

const STARTS_WITHIN_MS = 60_000;
const FRAMEWORK_COMMAND = join(ROOT, 'node_modules', '.bin', 'functions-framework');

/** Starts it on a free port of this machine and waits until that answers. Rejects with what it printed when it ends before. */
export async function startFunction({
  folder,
  name,
  env,
  preload,
  told,
  complained,
}: StartOptions): Promise<Started> {
  const port = await freePort();
  const began = performance.now();
  const started = spawn(
    process.execPath,
    [
      '--enable-source-maps',
      ...(preload === undefined ? [] : ['--import', preload]),
      FRAMEWORK_COMMAND,
      `--target=${name}`,
      `--source=${folder}`,
      `--port=${port}`,
    ],
    {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      env: { PATH: process.env.PATH, NODE_ENV: 'production', METADATA_SERVER_DETECTION: 'none', ...env },
    },
  );
  let printed = '';
  const listen = (stream: NodeJS.ReadableStream | null, told: ((text: string) => void) | undefined) =>
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      printed = `${printed}${chunk}`.slice(-4_000);
      told?.(chunk);
    });
  listen(started.stdout, told);
  listen(started.stderr, complained);
  const ended = once(started, 'close');
  const hasEnded = () => started.exitCode !== null || started.signalCode !== null;
  const kill = () => void started.kill('SIGKILL');
  // Whatever ends this process, the function does not stay behind.
  process.once('exit', kill);
  const stop = async (): Promise<void> => {
    process.removeListener('exit', kill);
    kill();
    await ended;
  };
  while (!(await answers(port))) {
    if (hasEnded() || performance.now() - began > STARTS_WITHIN_MS) {
      await stop();
      throw new Error(`${name} did not start (exit code ${started.exitCode}): ${printed}`);
    }
    await pause(1);
  }
  return { port, process: started, millis: performance.now() - began, stop };
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
