import { Command, CommanderError } from 'commander';
import { addDeclare } from './commands/declare.ts';
import { addDetectors } from './commands/detectors.ts';
import { addDiff } from './commands/diff.ts';
import { addExceptions } from './commands/exceptions.ts';
import { addExplain } from './commands/explain.ts';
import { addInit } from './commands/init.ts';
import { addKeys } from './commands/keys.ts';
import { addPreview } from './commands/preview.ts';
import { addReplay } from './commands/replay.ts';
import { addReport } from './commands/report.ts';
import { addRoute } from './commands/route.ts';
import { addScan } from './commands/scan.ts';
import { addServe } from './commands/serve.ts';
import { addTest } from './commands/test.ts';
import { addValidate } from './commands/validate.ts';
import { addVerify } from './commands/verify.ts';
import { CommandFailed, EXIT, type ExitCode, plainReason } from './exit.ts';
import type { Io } from './io.ts';
import { VERSION } from './version.ts';

/** Runs one command line and gives its exit code. Whatever goes wrong is told in a sentence. */
export async function run(argv: readonly string[], io: Io): Promise<ExitCode> {
  let code: ExitCode = EXIT.clean;
  const program = new Command('anchorwatch')
    .description(
      'Keeps watch over GKE Workload Identity: what has drifted from what was declared, who did it, and how to put it right.',
    )
    .version(VERSION)
    .option('--no-color', 'plain text (NO_COLOR is honoured too)')
    .showHelpAfterError('(anchorwatch --help, or anchorwatch COMMAND --help, tells what there is)')
    .showSuggestionAfterError()
    .configureOutput({ writeOut: (text) => io.out(text), writeErr: (text) => io.err(text) })
    .exitOverride();
  const end = (ended: ExitCode): void => {
    code = ended;
  };
  for (const add of [
    addInit,
    addDeclare,
    addValidate,
    addTest,
    addScan,
    addExplain,
    addDiff,
    addKeys,
    addReport,
    addVerify,
    addReplay,
    addRoute,
    addPreview,
    addServe,
    addDetectors,
    addExceptions,
  ])
    add(program, io, end);
  for (const command of program.commands) command.exitOverride();
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
