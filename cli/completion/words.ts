import type { Argument, Command, Option } from 'commander';
import { ALL_DETECTORS } from '../../shared/detectors/index.ts';

/** What may be typed, as the shells need it: read off the commander tree, so that no word is written twice. */
export interface CommandWords {
  readonly name: string;
  readonly about: string;
  readonly options: readonly OptionWords[];
  /** What stands in the places without an option; `nothing` where there are none. */
  readonly argument: Takes;
}

export interface OptionWords {
  /** `-p`, `--policy`. */
  readonly flags: readonly string[];
  readonly about: string;
  readonly takes: Takes;
  /** Whether several values may follow it. */
  readonly many: boolean;
}

/** `value`: something that nobody can guess. */
export type Takes = 'nothing' | 'value' | 'files' | { readonly oneOf: readonly string[] };

/** Places whose value is a file or a folder, by the name that usage gives them. */
const FILES = new Set(['file', 'folder', 'path', 'place', 'report', 'before', 'after', 'change', 'finding']);

/** All commands with their options and arguments, those of `help` last. */
export function wordsOf(program: Command): readonly CommandWords[] {
  const commands = program.commands.map((command): CommandWords => {
    const [argument] = command.registeredArguments;
    return {
      name: command.name(),
      about: command.description(),
      options: [...command.options.map(optionWords), HELP_OPTION],
      argument: argument === undefined ? 'nothing' : argumentTakes(argument),
    };
  });
  const names = commands.map(({ name }) => name);
  return [
    ...commands,
    { name: 'help', about: 'display help for command', options: [], argument: { oneOf: names } },
  ];
}

/** Options that stand before the command. */
export function ownOptions(program: Command): readonly OptionWords[] {
  return [...program.options.map(optionWords), HELP_OPTION];
}

const HELP_OPTION: OptionWords = {
  flags: ['-h', '--help'],
  about: 'display help for command',
  takes: 'nothing',
  many: false,
};

function optionWords(option: Option): OptionWords {
  const { short, long, description, argChoices, variadic } = option;
  return {
    flags: [short, long].flatMap((flag) => flag ?? []),
    about: description,
    takes: option.isBoolean() || option.negate ? 'nothing' : takenBy(metavar(option), argChoices),
    many: variadic,
  };
}

function argumentTakes(argument: Argument): Takes {
  if (argument.name() === 'detector') return { oneOf: ALL_DETECTORS.map(({ id }) => id).sort() };
  return takenBy(argument.name(), argument.argChoices);
}

/** `file` in `-p, --policy <file...>`. */
function metavar({ flags }: Option): string {
  return /[<[]([^>\].]+)/.exec(flags)?.[1] ?? '';
}

function takenBy(name: string, choices: readonly string[] | undefined): Takes {
  if (choices !== undefined) return { oneOf: choices };
  return FILES.has(name) ? 'files' : 'value';
}
