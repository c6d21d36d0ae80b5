/** Runs one command of the command line in this process. */
import { Command } from 'commander';
import { CommandFailed, type ExitCode } from '../../cli/exit.ts';
import type { Io } from '../../cli/io.ts';

export interface Ran {
  readonly code: ExitCode | undefined;
  readonly out: string;
  readonly err: string;
}

type Add = (program: Command, io: Io, end: (code: ExitCode) => void) => void;

export async function runCommand(add: Add, ...argv: readonly string[]): Promise<Ran> {
  let [code, out, err]: [ExitCode | undefined, string, string] = [undefined, '', ''];
  const io: Io = {
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
    color: false,
    errIsTerminal: false,
    width: 100,
  };
  const program = new Command('anchorwatch').exitOverride();
  add(program, io, (ended) => {
    code = ended;
  });
  for (const command of program.commands) command.exitOverride().configureOutput({ writeErr: io.err });
  try {
    await program.parseAsync([...argv], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommandFailed)) throw error;
    return { code: error.code, out, err: `${err}${error.message}` };
  }
  return { code, out, err };
}
