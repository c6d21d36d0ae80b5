import type { CommandWords, OptionWords, Takes } from './words.ts';

/** The script for fish. Like that for bash it starts no program. */
export function fishScript(commands: readonly CommandWords[], own: readonly OptionWords[]): string {
  const names = commands.map(({ name }) => name).join(' ');
  const none = `not __fish_seen_subcommand_from ${names}`;
  return [
    '# Completion for anchorwatch in fish, made by `anchorwatch completion fish`.',
    'complete -c anchorwatch -f',
    ...own.map((option) => optionLine(none, option)),
    ...commands.map(
      ({ name, about }) => `complete -c anchorwatch -n ${quoted(none)} -a ${name} -d ${quoted(about)}`,
    ),
    ...commands.flatMap(linesOf),
    '',
  ].join('\n');
}

function linesOf({ name, options, argument }: CommandWords): readonly string[] {
  const when = `__fish_seen_subcommand_from ${name}`;
  // Values after the first of an option that takes several stand where arguments do.
  const loose = argument === 'nothing' && options.some(({ many, takes }) => many && takes === 'files');
  const rest = loose ? 'files' : argument;
  return [
    ...options.map((option) => optionLine(when, option)),
    ...(rest === 'nothing' || rest === 'value'
      ? []
      : [`complete -c anchorwatch -n ${quoted(when)} ${values(rest)}`]),
  ];
}

function optionLine(when: string, { flags, about, takes }: OptionWords): string {
  const names = flags.map((flag) => (flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`));
  const value =
    takes === 'nothing'
      ? ''
      : ` ${takes === 'files' ? '-r -F' : `-x${typeof takes === 'object' ? ` ${values(takes)}` : ''}`}`;
  return `complete -c anchorwatch -n ${quoted(when)} ${names.join(' ')}${value} -d ${quoted(about)}`;
}

function values(takes: Takes): string {
  return typeof takes === 'object' ? `-a ${quoted(takes.oneOf.join(' '))}` : '-F';
}

function quoted(text: string): string {
  return `'${text.replace(/['\\]/g, '\\$&')}'`;
}
