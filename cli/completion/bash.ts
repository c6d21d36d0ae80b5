import type { CommandWords, OptionWords, Takes } from './words.ts';

/**
 * The script for bash, from 3.2 on. It is complete in itself. The one kept library that knows commander starts the program at every press of
 * TAB, which takes half a second; this takes none.
 */
export function bashScript(commands: readonly CommandWords[], own: readonly OptionWords[]): string {
  return `# Completion for anchorwatch in bash, made by \`anchorwatch completion bash\`.
_anchorwatch() {
  local current="\${COMP_WORDS[COMP_CWORD]}" command="" option="" options="" argument="" takes="" many=0
  local at=0 i
  COMPREPLY=()
  # bash breaks words at "=": --format=json comes as three.
  if [ "$current" = "=" ]; then current=""; fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "\${COMP_WORDS[i]}" in
      -* | =) ;;
      *) command="\${COMP_WORDS[i]}"; break ;;
    esac
  done
  # The last option before the cursor, and how many values have followed it.
  for ((at = COMP_CWORD - 1; at > i; at--)); do
    case "\${COMP_WORDS[at]}" in
      -*) option="\${COMP_WORDS[at]}"; break ;;
    esac
  done
  local values=$((COMP_CWORD - at - 1))
  if [ -n "$option" ] && [ "\${COMP_WORDS[at + 1]}" = "=" ] && ((values > 0)); then values=$((values - 1)); fi
  case "$command" in
    "")
      options=${quoted(flagsOf(own).join(' '))}
      argument=${quoted(commands.map(({ name }) => name).join(' '))} ;;
${commands.map(arm).join('\n')}
    *) return ;;
  esac
  if [ -n "$takes" ] && { [ "$many" = 0 ] && ((values > 0)); }; then takes=""; fi
  case "$current" in
    -*) if [ -z "$takes" ] || ((values > 0)); then
        COMPREPLY=($(compgen -W "$options" -- "$current"))
        return
      fi ;;
  esac
  [ -n "$takes" ] || takes="$argument"
  case "$takes" in
    "" | "(value)") ;;
    "(files)")
      local IFS=$'\\n'
      compopt -o filenames 2> /dev/null
      COMPREPLY=($(compgen -f -- "$current")) ;;
    *) COMPREPLY=($(compgen -W "$takes" -- "$current")) ;;
  esac
}
complete -F _anchorwatch anchorwatch
`;
}

function arm({ name, options, argument }: CommandWords): string {
  const valued = options.filter(({ takes }) => takes !== 'nothing');
  const cases = valued.map(
    ({ flags, takes, many }) =>
      `        ${flags.join(' | ')}) takes=${quoted(takesText(takes))}${many ? ' many=1' : ''} ;;`,
  );
  return [
    `    ${name})`,
    `      options=${quoted(flagsOf(options).join(' '))}`,
    ...(argument === 'nothing' ? [] : [`      argument=${quoted(takesText(argument))}`]),
    ...(cases.length === 0 ? [] : ['      case "$option" in', ...cases, '      esac']),
    '      ;;',
  ].join('\n');
}

function flagsOf(options: readonly OptionWords[]): readonly string[] {
  return options.flatMap(({ flags }) => flags);
}

function takesText(takes: Takes): string {
  if (typeof takes === 'object') return takes.oneOf.join(' ');
  return takes === 'nothing' ? '' : `(${takes})`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
