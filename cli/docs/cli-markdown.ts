import type { Argument, Command, Option } from 'commander';
import { GROUPS, HELP } from '../help.ts';
import { commandLine } from '../program.ts';

/** docs/cli.md with its generated parts written anew from the commands; what people wrote around them stays to the byte. */
export function cliText(text: string): string {
  const program = commandLine(
    { out() {}, err() {}, color: false, errIsTerminal: false, width: 100 },
    () => {},
  );
  return withPart(withPart(text, 'commands', overview(program)), 'reference', reference(program));
}

/**
 * A text with the part between `<!-- NAME: … -->` and `<!-- end of NAME -->` written anew. Throws where the markers are not there: what people
 * wrote around them must not be lost.
 */
function withPart(text: string, name: string, part: string): string {
  const [begin, end] = [text.indexOf(`<!-- ${name}:`), text.indexOf(`<!-- end of ${name} -->`)];
  const after = text.indexOf('\n', begin);
  if (begin < 0 || end < after) throw new Error(`there are no markers of ${name}`);
  return `${text.slice(0, after)}\n\n${part}\n\n${text.slice(end)}`;
}

function overview(program: Command): string {
  return GROUPS.flatMap((group) => {
    const commands = program.commands.filter((command) => HELP[command.name()]?.group === group);
    return [
      `**${group}**`,
      '',
      '| | |',
      '|---|---|',
      ...commands.map(
        (command) => `| [\`${command.name()}\`](#${command.name()}) | ${cell(command.description())} |`,
      ),
      '',
    ];
  })
    .join('\n')
    .trimEnd();
}

function reference(program: Command): string {
  return program.commands.map(section).join('\n\n');
}

function section(command: Command): string {
  const help = HELP[command.name()];
  const rows = [...command.registeredArguments.map(argumentRow), ...command.options.map(optionRow)];
  return [
    `### ${command.name()}`,
    '',
    `\`anchorwatch ${command.name()} ${usage(command)}\``,
    '',
    sentence(command.description()),
    ...(help?.about === undefined ? [] : ['', linked(help.about)]),
    ...(rows.length === 0 ? [] : ['', '| | | default |', '|---|---|---|', ...rows]),
    ...(help === undefined
      ? []
      : ['', '```sh', ...help.examples.flatMap(({ line, does }) => [`# ${does}`, line]), '```']),
    ...(help?.exits === undefined ? [] : ['', `Exit codes: ${linked(help.exits)}`]),
  ].join('\n');
}

/** What must be given, and that there are options. */
function usage(command: Command): string {
  const needed = command.options.filter(({ mandatory }) => mandatory).map(({ flags }) => longFlag(flags));
  return [...needed, '[options]', ...command.registeredArguments.map(argumentText)].join(' ');
}

function argumentText(argument: Argument): string {
  const name = `${argument.name()}${argument.variadic ? '...' : ''}`;
  return argument.required ? `<${name}>` : `[${name}]`;
}

/** `--policy <file...>` of `-p, --policy <file...>`. */
function longFlag(flags: string): string {
  return flags.replace(/^-\w, /, '');
}

function argumentRow(argument: Argument): string {
  return row(argumentText(argument), argument.description, argument.argChoices, '');
}

function optionRow(option: Option): string {
  const { flags, description, argChoices, mandatory, defaultValue, defaultValueDescription } = option;
  const fallback =
    defaultValue === undefined ? '' : (defaultValueDescription ?? `\`${String(defaultValue)}\``);
  return row(flags, description, argChoices, mandatory ? '**needed**' : fallback);
}

function row(name: string, about: string, choices: readonly string[] | undefined, fallback: string): string {
  const of = choices === undefined ? '' : `: ${choices.map((choice) => `\`${choice}\``).join(', ')}`;
  return `| \`${cell(name)}\` | ${cell(about)}${of} | ${fallback} |`;
}

function cell(text: string): string {
  return linked(text).replaceAll('|', '\\|');
}

/** Documents are named from the root of the repository in the terminal, and from beside them here. */
function linked(text: string): string {
  return text.replace(/docs\/([a-z-]+\.md)/g, '[$1]($1)');
}

function sentence(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}.`;
}
