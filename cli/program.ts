import { type Argument, Command, InvalidArgumentError, type Option } from 'commander';
import { didYouMean } from '../shared/policy/suggest.ts';
import { addCheck } from './commands/check.ts';
import { addCompletion } from './commands/completion.ts';
import { addDeclare } from './commands/declare.ts';
import { addDetectors } from './commands/detectors.ts';
import { addDiff } from './commands/diff.ts';
import { addDoctor } from './commands/doctor.ts';
import { addErase } from './commands/erase.ts';
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
import { addSources } from './commands/sources.ts';
import { addTest } from './commands/test.ts';
import { addValidate } from './commands/validate.ts';
import { addVerify } from './commands/verify.ts';
import type { ExitCode } from './exit.ts';
import { GROUPS, HELP, helpText } from './help.ts';
import type { Io } from './io.ts';
import { VERSION } from './version.ts';

/** Longer lines are hard to read. */
const WIDEST = 110;

/** All commands, each with its examples and in its group. `end` is told the exit code of the one that ran. */
export function commandLine(io: Io, end: (code: ExitCode) => void): Command {
  const program = new Command('anchorwatch')
    .description(
      'Keeps watch over GKE Workload Identity: what has drifted from what was declared, who did it, and how to put it right.',
    )
    .version(VERSION)
    .option('--no-color', 'plain text (NO_COLOR is honoured too)')
    .showHelpAfterError('(anchorwatch --help, or anchorwatch COMMAND --help, tells what there is)')
    .showSuggestionAfterError()
    .configureOutput({
      writeOut: (text) => io.out(text),
      writeErr: (text) => io.err(text),
      getOutHelpWidth: () => Math.min(io.width, WIDEST),
      getErrHelpWidth: () => Math.min(io.width, WIDEST),
    })
    .commandsGroup(`${GROUPS.at(-1)}:`)
    .helpCommand('help [command]', 'what a command does, with examples')
    .exitOverride();
  // Help shows groups in the order in which they come first.
  for (const add of [
    addInit,
    addDeclare,
    addValidate,
    addTest,
    addDiff,
    addExceptions,
    addScan,
    addCheck,
    addExplain,
    addKeys,
    addReplay,
    addReport,
    addVerify,
    addRoute,
    addPreview,
    addServe,
    addDoctor,
    addSources,
    addErase,
    addDetectors,
    addCompletion,
  ])
    add(program, io, end);
  for (const command of program.commands) {
    command.exitOverride();
    const help = HELP[command.name()];
    if (help !== undefined)
      command
        .helpGroup(`${help.group}:`)
        .addHelpText('after', () => helpText(help, Math.min(io.width, WIDEST)));
    for (const taken of [...command.options, ...command.registeredArguments]) withSuggestion(taken);
  }
  return program;
}

/** commander names the choices of an option; the one that was meant is pointed out beside them. */
function withSuggestion(taken: Option | Argument): void {
  const { argChoices, parseArg } = taken;
  if (argChoices === undefined || parseArg === undefined) return;
  taken.argParser((value: string, previous: unknown) => {
    try {
      return parseArg(value, previous);
    } catch (error) {
      const meant = didYouMean(value, argChoices);
      if (meant === undefined || !(error instanceof InvalidArgumentError)) throw error;
      throw new InvalidArgumentError(`${error.message} (${meant})`);
    }
  });
}
