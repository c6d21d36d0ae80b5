/** The scripts, in the shells that this machine has. */
import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { commandLine } from '../../cli/program.ts';
import { ALL_DETECTORS } from '../../shared/detectors/index.ts';
import { where } from '../where.ts';
import { cli, Folder } from './cli.ts';

const folder = new Folder();
afterAll(() => folder.remove());

const SHELLS = ['bash', 'zsh', 'fish'] as const;
const program = commandLine({ out() {}, err() {}, color: false, errIsTerminal: false, width: 100 }, () => {});

beforeAll(async () => {
  for (const shell of SHELLS) folder.file(`script.${shell}`, (await cli(['completion', shell])).out);
  folder.file('my policy.yaml');
  folder.file('plain.yaml');
});

/** What bash would offer for the last of the words, with the other words before it. */
function offered(...words: readonly string[]): readonly string[] {
  const typed = ['anchorwatch', ...words];
  const script = `source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _anchorwatch; printf '%s\\n' "\${COMPREPLY[@]}"`;
  // No PATH: the script may start nothing.
  const out = execFileSync(
    '/bin/bash',
    ['--norc', '-c', script, 'bash', folder.in('script.bash'), ...typed],
    {
      cwd: folder.path,
      env: { PATH: '/nowhere' },
      encoding: 'utf8',
    },
  );
  return out.split('\n').filter((line) => line !== '');
}

where('bash', () => {
  describe('in bash', () => {
    it('offers every command, and those that begin so', () => {
      expect([...offered('')].sort()).toEqual(
        [...program.commands.map((command) => command.name()), 'help'].sort(),
      );
      expect(offered('re')).toEqual(['replay', 'report']);
      expect(offered('help', 'scan')).toEqual(['scan']);
    });

    it.each(program.commands.map((command) => [command.name(), command] as const))(
      'offers every option of %s',
      (name, command) => {
        const flags = command.options.flatMap(({ short, long }) =>
          [short, long].filter((flag) => flag !== undefined),
        );
        expect([...offered(name, '-')].sort()).toEqual([...flags, '-h', '--help'].sort());
      },
    );

    it.each<[string, readonly string[], readonly string[]]>([
      ['choices', ['scan', '--format', ''], ['table', 'json', 'ndjson', 'sarif', 'csv', 'md']],
      ['choices of the short form', ['scan', '-f', 's'], ['sarif']],
      ['choices after =, which bash breaks off', ['scan', '--format', '=', 'js'], ['json']],
      ['choices right after =', ['detectors', '--format', '='], ['table', 'json']],
      ['what comes before the command', ['--no-color', 'sour'], ['sources']],
      ['files for a file, spaces and all', ['scan', '--policy', 'my'], ['my policy.yaml']],
      ['files for a second one', ['scan', '--policy', 'plain.yaml', 'my'], ['my policy.yaml']],
      ['files for an argument', ['validate', 'pl'], ['plain.yaml']],
      ['options after a file', ['scan', '--policy', 'plain.yaml', '--fail'], ['--fail-on']],
      ['an argument after a value', ['completion', 'z'], ['zsh']],
      ['detectors', ['detectors', 'dangling'], ['dangling-binding']],
      ['options again after a value that is one only', ['scan', '--format', 'json', '--cl'], ['--cluster']],
      ['nothing where nobody can guess', ['init', '--name', ''], []],
      ['nothing of a command that is none', ['scann', ''], []],
    ])('offers %s', (_what, words, expected) => {
      expect(offered(...words)).toEqual(expected);
    });

    it('offers every detector where one is asked for', () => {
      expect(offered('detectors', '')).toEqual(ALL_DETECTORS.map(({ id }) => id).sort());
    });
  });
});

where('zsh', () => {
  describe('in zsh', () => {
    it('is a script that zsh reads and registers', () => {
      const script = 'autoload -Uz compinit; compinit -D -u; source "$1"; print -r -- $_comps[anchorwatch]';
      const out = execFileSync('zsh', ['-f', '-c', script, 'zsh', folder.in('script.zsh')], {
        encoding: 'utf8',
      });
      expect(out.trim()).toBe('_anchorwatch');
    });
  });
});

where('fish', () => {
  describe('in fish', () => {
    it('offers commands, choices and files', () => {
      const ask = (line: string) =>
        execFileSync(
          'fish',
          ['--no-config', '-c', `source $argv[1]; complete -C $argv[2]`, folder.in('script.fish'), line],
          {
            cwd: folder.path,
            encoding: 'utf8',
          },
        );
      expect(ask('anchorwatch rep')).toMatch(/^replay\t/m);
      expect(ask('anchorwatch scan --format s')).toMatch(/^sarif\t/m);
      expect(ask('anchorwatch scan --policy pl')).toMatch(/^plain\.yaml$/m);
    });
  });
});

describe('the script', () => {
  it.each(SHELLS)('for %s names every command and option', async (shell) => {
    const { out } = await cli(['completion', shell]);
    for (const command of program.commands) {
      expect(out).toContain(command.name());
      for (const { long } of command.options)
        expect(out).toContain(shell === 'fish' ? `-l ${long?.slice(2)}` : `${long}`);
    }
  });

  it('is all there is on standard output, and redirected nothing is said beside it', async () => {
    expect((await cli(['completion', 'bash'])).err).toBe('');
  });

  it('comes with a hint where to put it when somebody looks at it', async () => {
    let err = '';
    const io = {
      out() {},
      err(text: string) {
        err += text;
      },
      color: false,
      errIsTerminal: true,
      outIsTerminal: true,
      width: 100,
    };
    await commandLine(io, () => {}).parseAsync(['completion', 'zsh'], { from: 'user' });
    expect(err).toMatch(/anchorwatch completion zsh > ~\/\.zfunc\/_anchorwatch/);
  });
});
