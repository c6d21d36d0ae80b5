import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CommanderError } from 'commander';
import { EXIT } from '../../cli/exit.ts';
import { GROUPS, HELP } from '../../cli/help.ts';
import { commandLine } from '../../cli/program.ts';
import { openSqliteStore } from '../../shared/adapters/sqlite-store.ts';
import { acme, cli, Folder } from './cli.ts';

const folder = new Folder();
afterAll(() => folder.remove());

const quiet = { out() {}, err() {}, color: false, errIsTerminal: false, width: 100 };
const commands = commandLine(quiet, () => {}).commands.map((command) => command.name());

/** They ask the cloud, or do not end. */
const NEEDS_A_DEPLOYMENT = new Set(['serve', 'doctor']);

const EXAMPLES = Object.entries(HELP).flatMap(([command, { examples }]) =>
  examples.map(({ line }) => [line, command] as const),
);

/** The words of one command of a pipeline, as a shell gives them; what the shell itself takes (`> file`) is left out. */
function argvOf(line: string): readonly string[] {
  const own = line.split(' | ').at(-1) ?? '';
  const words: readonly string[] = own.match(/"[^"]*"|\S+/g) ?? [];
  const end = words.indexOf('>');
  return words.slice(1, end < 0 ? undefined : end).map((word) => word.replace(/^"|"$/g, ''));
}

/** Files that an example speaks of are those of the test. */
function here(word: string, at: number, argv: readonly string[]): string {
  const before = argv[at - 1];
  if (word === 'FINDING') return finding;
  if (before === '--output' && !word.includes('.')) return folder.in(word);
  if (/^(report\/)?[a-z]+\.(json|ndjson|yaml|sarif|html|sqlite)$/.test(word)) return folder.in(word);
  return word;
}

let finding = '';

beforeAll(async () => {
  const state = ['--policy', acme('policy.yaml'), '--assets', acme('assets.ndjson')];
  const scanned = await cli(['scan', ...state, '--format', 'json']);
  const { findings }: { findings: readonly { readonly id: string }[] } = JSON.parse(scanned.out);
  finding = findings[0]!.id.slice(0, 8);
  folder.file('findings.json', scanned.out);
  folder.file('finding.json', JSON.stringify(findings[0]));
  await cli(['init', '--assets', acme('assets.ndjson'), '--output', folder.in('policy.yaml')]);
  await cli(['report', ...state, '--output', folder.in('report')]);
  folder.file('assets.ndjson', readFileSync(acme('assets.ndjson')));
  await openSqliteStore({ path: folder.in('anchorwatch.sqlite'), onEphemeralDisk: false }).close();
});

describe('every command', () => {
  it('has a group and two to four examples, and none is written of that is not there', () => {
    expect(Object.keys(HELP).sort()).toEqual([...commands].sort());
    for (const { group, examples } of Object.values(HELP)) {
      expect(GROUPS).toContain(group);
      expect(examples.length).toBeGreaterThanOrEqual(2);
      expect(examples.length).toBeLessThanOrEqual(4);
    }
  });

  it.each(commands)('%s --help ends with them', async (command) => {
    const { out } = await cli([command, '--help']);
    for (const { line, does } of HELP[command]?.examples ?? [])
      expect(out).toContain(`  # ${does}\n  ${line}\n`);
  });

  it('stands in its group in the help of all', async () => {
    const { out } = await cli(['--help']);
    const headings = [...out.matchAll(/^([A-Z][A-Za-z ]+):$/gm)].map(([, heading]) => heading);
    expect(headings).toEqual(['Options', ...GROUPS]);
  });
});

describe('an example', () => {
  it.each(EXAMPLES)('%s is understood', async (line, command) => {
    expect(argvOf(line)[0]).toBe(command);
    const program = commandLine(quiet, () => {});
    let ran = '';
    for (const one of program.commands)
      one.action(() => {
        ran = one.name();
      });
    await program.parseAsync([...argvOf(line)], { from: 'user' }).catch((error: unknown) => {
      throw new Error(error instanceof CommanderError ? error.message : String(error));
    });
    expect(ran).toBe(command);
  });

  it.each(EXAMPLES.filter(([, command]) => !NEEDS_A_DEPLOYMENT.has(command)))('%s runs', async (line) => {
    const argv = argvOf(line).map(here);
    if (argv.some((word) => word.startsWith('firestore:'))) return;
    const ran = await cli(argv, '');
    expect({ code: ran.code, err: ran.err }).not.toMatchObject({ code: EXIT.usage });
    expect(ran.code).not.toBe(EXIT.failure);
  });
});

describe('what was meant', () => {
  it.each<[string, readonly string[], RegExp]>([
    [
      'a choice',
      ['detectors', '--format', 'jsn'],
      /Allowed choices are table, json\. \(did you mean `json`\?\)/,
    ],
    ['a choice of an argument', ['completion', 'bsh'], /did you mean `bash`\?/],
    [
      'a detector',
      ['detectors', 'dangling-bindng'],
      /no detector is called dangling-bindng: did you mean `dangling-binding`\?/,
    ],
    ['a command', ['reply'], /Did you mean replay\?/],
    ['an option', ['sources', '--fromat', 'json'], /Did you mean --format\?/],
  ])('%s', async (_what, argv, words) => {
    expect(await cli(argv)).toMatchObject({ code: EXIT.usage, out: '', err: expect.stringMatching(words) });
  });

  it.each<[string, string, string]>([
    ['a workload', 'payments/ledger-writr', 'payments/ledger-writer'],
    [
      'an account',
      'ledger-writr@acme-prod.iam.gserviceaccount.com',
      'ledger-writer@acme-prod.iam.gserviceaccount.com',
    ],
  ])('%s that nothing tells of', async (_what, typed, meant) => {
    const state = ['--policy', acme('policy.yaml'), '--assets', acme('assets.ndjson')];
    expect((await cli(['explain', typed, ...state])).err).toContain(
      `${typed} is in nothing that was read: did you mean \`${meant}\`?`,
    );
    expect((await cli(['explain', meant, ...state])).err).not.toContain('did you mean');
  });

  it('an id of a finding', async () => {
    const [first = '', second = ''] = finding;
    const slip = `${second}${first}${finding.slice(2)}`;
    const argv = ['route', slip, '--policy', acme('policy.yaml'), '--findings', folder.in('findings.json')];
    expect((await cli(argv)).err).toContain(`did you mean \`${finding}\`?`);
    expect((await cli(['preview', '--finding', folder.in('findings.json'), '--id', slip])).err).toContain(
      `did you mean \`${finding}\`?`,
    );
  });
});
