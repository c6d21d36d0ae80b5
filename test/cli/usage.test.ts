import { afterAll, afterEach, describe, expect, it } from '@jest/globals';
import { processIo } from '../../cli/io.ts';
import { acme, child, cli, Folder } from './cli.ts';
import { EDITOR, ndjson, policyText } from './small-world.ts';

const folder = new Folder();
const policy = folder.file('policy.yaml', policyText());
const assets = folder.file('assets.ndjson', ndjson(EDITOR));
afterAll(() => folder.remove());

describe('wrong usage is exit 3, with a hint', () => {
  it.each<[string, readonly string[], RegExp]>([
    ['an unknown command', ['scann'], /unknown command 'scann'\n\(Did you mean scan\?\)/],
    [
      'an unknown option',
      ['scan', '-p', policy, '-a', assets, '--formt', 'json'],
      /unknown option '--formt'\n\(Did you mean --format\?\)/,
    ],
    ['a missing option', ['scan', '-p', policy], /required option '-a, --assets <file\.\.\.>' not specified/],
    ['a missing argument', ['validate'], /missing required argument 'path'/],
    [
      'an unknown format',
      ['scan', '-p', policy, '-a', assets, '-f', 'xml'],
      /Allowed choices are table, json/,
    ],
    ['an unknown format of validate', ['validate', policy, '-f', 'yaml'], /Allowed choices are table, json/],
    ['an unknown format of detectors', ['detectors', '-f', 'csv'], /Allowed choices are table, json/],
    [
      'an unknown threshold',
      ['scan', '-p', policy, '-a', assets, '--fail-on', 'severe'],
      /Allowed choices are critical, high, medium, low, none/,
    ],
    [
      'no time at all',
      ['scan', '-p', policy, '-a', assets, '--as-of', 'tomorrow'],
      /give a date \(2026-11-22\) or an RFC 3339 time/,
    ],
    [
      'standard input twice',
      ['replay', '-p', policy, '-a', '-', '-e', '-'],
      /standard input, which can be given once/,
    ],
    ['nothing at all', [], /Usage: anchorwatch/],
  ])('%s', async (_what, argv, words) => {
    const ran = await cli(argv);
    expect({ code: ran.code, out: ran.out }).toEqual({ code: 3, out: '' });
    expect(ran.err).toMatch(words);
  });
});

describe('help is exit 0, on standard output', () => {
  it.each<[readonly string[]]>([
    [['--help']],
    [['-h']],
    [['help']],
    [['scan', '--help']],
    [['help', 'replay']],
  ])('%p', async (argv) => {
    const ran = await cli(argv);
    expect({ code: ran.code, err: ran.err }).toEqual({ code: 0, err: '' });
    expect(ran.out).toMatch(/^Usage: anchorwatch/);
  });

  it('names every command', async () => {
    const { out } = await cli(['--help']);
    for (const command of ['validate', 'scan', 'replay', 'serve', 'detectors'])
      expect(out).toContain(`  ${command} `);
  });

  it('--version is the version of the package', async () => {
    expect(await cli(['--version'])).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
    });
  });
});

describe('colours', () => {
  const NAMES = ['NO_COLOR', 'FORCE_COLOR', 'TERM'] as const;
  const before = NAMES.map((name) => [name, process.env[name]] as const);
  afterEach(() => {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  });

  it.each<[string, Readonly<Record<string, string>>, boolean | undefined, boolean]>([
    ['are left out where nobody looks', {}, undefined, false],
    ['are there when they are forced', { FORCE_COLOR: '1' }, undefined, true],
    ['are left out when FORCE_COLOR says so', { FORCE_COLOR: '0' }, undefined, false],
    ['are left out for NO_COLOR, whatever is forced', { FORCE_COLOR: '1', NO_COLOR: '1' }, undefined, false],
    ['are not left out for an empty NO_COLOR', { FORCE_COLOR: '1', NO_COLOR: '' }, undefined, true],
    ['are left out for --no-color', { FORCE_COLOR: '1' }, false, false],
  ])('%s', (_behaviour, env, color, expected) => {
    for (const name of NAMES) delete process.env[name];
    Object.assign(process.env, env);
    expect(processIo(color === undefined ? {} : { color }).color).toBe(expected);
  });

  it('reach the output when they are wanted, and do not with --no-color', async () => {
    const [colored, plain] = await Promise.all([
      child(['detectors'], { env: { FORCE_COLOR: '1' } }),
      child(['detectors', '--no-color'], { env: { FORCE_COLOR: '1' } }),
    ]);
    expect([colored.out.includes('\u001b['), plain.out.includes('\u001b[')]).toEqual([true, false]);
  });
});

describe('the process', () => {
  it('reads standard input for -, and exits 1 for what it finds', async () => {
    const ran = await child(['scan', '-p', policy, '-a', '-', '-f', 'json'], { input: ndjson(EDITOR) });
    expect(ran.code).toBe(1);
    expect(JSON.parse(ran.out)).toMatchObject({ counts: { observed: 1 } });
    expect(ran.err).toMatch(/^1 messages read: 1 observed\n/m);
  });

  it('is silent when its reader has seen enough', async () => {
    const ran = await child(['scan', '-p', acme('policy.yaml'), '-a', acme('assets.ndjson'), '-f', 'json'], {
      readLittle: true,
    });
    expect(ran.err).not.toMatch(/EPIPE|Error/);
    expect(ran.code).not.toBe(2);
  });
});
