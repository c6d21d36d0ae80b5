import { CommanderError } from 'commander';
import { CommandFailed, EXIT, type ExitCode, plainReason } from './exit.ts';
import type { Io } from './io.ts';
import { commandLine } from './program.ts';

/** Runs one command line and gives its exit code. Whatever goes wrong is told in a sentence. */
export async function run(argv: readonly string[], io: Io): Promise<ExitCode> {
  let code: ExitCode = EXIT.clean;
  const program = commandLine(io, (ended) => {
    code = ended;
  });
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.clean : EXIT.usage;
    if (error instanceof CommandFailed) {
      io.err(`${error.message}\n`);
      return error.code;
    }
    io.err(`anchorwatch: ${plainReason(error)}\n`);
    if (process.env.ANCHORWATCH_DEBUG !== undefined && error instanceof Error) io.err(`${error.stack}\n`);
    return EXIT.failure;
  }
}
