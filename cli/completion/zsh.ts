import type { CommandWords, OptionWords, Takes } from './words.ts';

/** The script for zsh, for a folder of `fpath`. Like that for bash it starts no program. */
export function zshScript(commands: readonly CommandWords[], own: readonly OptionWords[]): string {
  return `#compdef anchorwatch
# Completion for anchorwatch in zsh, made by \`anchorwatch completion zsh\`.
_anchorwatch() {
  local curcontext="$curcontext" state line
  typeset -A opt_args
  _arguments -C \\
${own.map((option) => `    ${optionSpec(option)} \\`).join('\n')}
    '1: :->command' \\
    '*:: :->rest'
  case $state in
    command)
      local -a commands
      commands=(
${commands.map(({ name, about }) => `        ${quoted(`${name}:${about.replaceAll(':', '\\:')}`)}`).join('\n')}
      )
      _describe -t commands command commands ;;
    rest)
      case $words[1] in
${commands.map(arm).join('\n')}
      esac ;;
  esac
}
if [ "$funcstack[1]" = _anchorwatch ]; then _anchorwatch "$@"; else compdef _anchorwatch anchorwatch; fi
`;
}

function arm({ name, options, argument }: CommandWords): string {
  // Values after the first of an option that takes several stand where arguments do.
  const loose = argument === 'nothing' && options.some(({ many, takes }) => many && takes === 'files');
  const rest = loose ? 'files' : argument;
  const specs = [
    ...options.map(optionSpec),
    ...(rest === 'nothing' ? [] : [quoted(`*:${name}:${action(rest)}`)]),
  ];
  return [`        ${name})`, `          _arguments ${specs.join(' \\\n            ')} ;;`].join('\n');
}

/** `'(-p --policy)'{-p,--policy}'[policy file(s)]:value:_files'`; a `*` where it may come again. */
function optionSpec({ flags, about, takes, many }: OptionWords): string {
  const before = many ? quoted('*') : flags.length > 1 ? quoted(`(${flags.join(' ')})`) : '';
  const names = flags.length > 1 ? `{${flags.join(',')}}` : flags.join('');
  const told = about.replace(/[[\]\\:]/g, '\\$&');
  const value = takes === 'nothing' ? '' : `:value:${action(takes)}`;
  return `${before}${names}${quoted(`[${told}]${value}`)}`;
}

function action(takes: Takes): string {
  if (typeof takes === 'object') return `(${takes.oneOf.join(' ')})`;
  return takes === 'files' ? '_files' : ' ';
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
