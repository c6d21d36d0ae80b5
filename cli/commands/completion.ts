import { Argument, type Command } from 'commander';
import { bashScript } from '../completion/bash.ts';
import { fishScript } from '../completion/fish.ts';
import { ownOptions, wordsOf } from '../completion/words.ts';
import { zshScript } from '../completion/zsh.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import type { Io } from '../io.ts';

const SHELLS = {
  bash: {
    script: bashScript,
    file: '~/.local/share/bash-completion/completions/anchorwatch',
    more: 'or for this shell only: source <(anchorwatch completion bash)',
  },
  zsh: {
    script: zshScript,
    file: '~/.zfunc/_anchorwatch',
    more: 'with this in ~/.zshrc: fpath+=~/.zfunc; autoload -Uz compinit; compinit',
  },
  fish: {
    script: fishScript,
    file: '~/.config/fish/completions/anchorwatch.fish',
    more: 'fish reads it by itself',
  },
} as const;
type Shell = keyof typeof SHELLS;

/** `anchorwatch completion`: a script with which a shell completes commands, options and their values. */
export function addCompletion(program: Command, io: Io, end: (code: ExitCode) => void): void {
  program
    .command('completion')
    .description('print a script with which a shell completes commands, options and their values')
    .addArgument(new Argument('<shell>', 'which shell').choices(Object.keys(SHELLS)))
    .action((shell: Shell) => {
      const { script, file, more } = SHELLS[shell];
      io.out(script(wordsOf(program), ownOptions(program)));
      // Redirected, it is being installed.
      if (io.outIsTerminal === true)
        io.err(`\nTo have it always: anchorwatch completion ${shell} > ${file}\n(${more})\n`);
      end(EXIT.clean);
    });
}
