import { Command } from 'commander';
import { CommandFailed, type ExitCode } from '../../cli/exit.ts';
import type { Io } from '../../cli/io.ts';

type Add = (program: Command, io: Io, end: (code: ExitCode) => void) => void;

/** Runs one command as `main.ts` does, and gives what it printed and how it ended. */
export async function run(add: Add, argv: readonly string[], { color = false, width = 120 } = {}) {
  let [out, err] = ['', ''];
  let code: ExitCode | undefined;
  const io: Io = {
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
    color,
    errIsTerminal: false,
    width,
  };
  const program = new Command('anchorwatch').exitOverride();
  add(program, io, (ended) => {
    code = ended;
  });
  for (const command of program.commands)
    command.exitOverride().configureOutput({ writeErr: io.err, writeOut: io.out });
  try {
    await program.parseAsync([...argv], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommandFailed)) throw error;
    err += error.message;
    code = error.code;
  }
  return { out, err, code };
}

const ACME = new URL('../../examples/acme/', import.meta.url).pathname;

/** A file of the example organisation. */
export function acme(name: string): string {
  return `${ACME}${name}`;
}
