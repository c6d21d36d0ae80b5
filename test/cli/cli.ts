/** Runs the command line: in this process where only its words matter, as a process of its own where the process does. */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from '@jest/globals';
import { run } from '../../cli/run.ts';

export interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** In this process. Whatever happens, nobody is shown a stack trace. */
export async function cli(argv: readonly string[], input?: string | Uint8Array): Promise<Ran> {
  const written = { out: '', err: '' };
  const io = {
    out(text: string) {
      written.out += text;
    },
    err(text: string) {
      written.err += text;
    },
    ...(input === undefined ? {} : { in: bytesOf(input) }),
    color: false,
    errIsTerminal: false,
    width: 100,
  };
  const code = await run(argv, io);
  return checked({ code, ...written });
}

async function* bytesOf(input: string | Uint8Array): AsyncGenerator<Uint8Array> {
  yield Buffer.from(input);
}

interface ChildOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
  /** Stops reading after the first chunk, as `head` does. */
  readonly readLittle?: boolean;
}

/** As a process of its own, in the folder of the project. */
export async function child(
  argv: readonly string[],
  { env = {}, input = '', readLittle = false }: ChildOptions = {},
): Promise<Ran> {
  const { NO_COLOR: _no, FORCE_COLOR: _force, ...inherited } = process.env;
  const started = spawn(process.execPath, [join(ROOT, 'cli/bin.js'), ...argv], {
    cwd: ROOT,
    env: { ...inherited, ...env },
  });
  const written = { out: '', err: '' };
  started.stdout.on('data', (chunk) => {
    written.out += chunk;
    if (readLittle) started.stdout.destroy();
  });
  started.stderr.on('data', (chunk) => {
    written.err += chunk;
  });
  started.stdin.on('error', () => {}).end(input);
  const code = await new Promise<number | null>((resolve) => started.on('close', resolve));
  return checked({ code, ...written });
}

function checked(ran: Ran): Ran {
  expect(`${ran.out}${ran.err}`).not.toMatch(/^ {4}at |node:internal|AssertionError|TypeError/m);
  return ran;
}

/** A folder for one file of tests; `file` writes into it and gives the path. */
export class Folder {
  readonly path = mkdtempSync(join(tmpdir(), 'anchorwatch-cli-'));

  file(name: string, content: string | Uint8Array = ''): string {
    const path = join(this.path, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
    return path;
  }

  in(name: string): string {
    return join(this.path, name);
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

export function acme(file: string): string {
  return `examples/acme/${file}`;
}
