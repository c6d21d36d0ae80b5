/** Whatever is given: a clear word with the place, an honest count of the rest, the right exit code, and never a stack trace (cli.ts checks). */
import { symlinkSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from '@jest/globals';
import { EDITOR_ENTRY, EDITOR_FEED, pushed } from '../pipeline/bodies.ts';
import { child, cli, Folder } from './cli.ts';
import { ACCOUNT, DISK, EDITOR, ndjson, policyText } from './small-world.ts';

const folder = new Folder();
afterAll(() => folder.remove());
const policy = folder.file('policy.yaml', policyText());

const good = [JSON.stringify(EDITOR), JSON.stringify(ACCOUNT)];
const lines = (...all: readonly (string | Uint8Array)[]): Uint8Array =>
  Buffer.concat(all.flatMap((line) => [Buffer.from(line), Buffer.from('\n')]));
const notUtf8 = Buffer.concat([Buffer.from('{"name":"'), Buffer.from([0xc3, 0x28]), Buffer.from('"}')]);
const huge = JSON.stringify({ ...DISK, resource: { data: { note: 'x'.repeat(11 * 1024 * 1024) } } });
const list = JSON.stringify([EDITOR, ACCOUNT], null, 2);
const [first = '', second = ''] = good;

interface Case {
  readonly content: string | Uint8Array;
  readonly name?: string;
  readonly code: number;
  /** What standard error must say. */
  readonly says: RegExp;
  /** How many of the good ones are taken in all the same. */
  readonly observed: number;
}

const CASES: Readonly<Record<string, Case>> = {
  'a list that breaks off': {
    content: list.slice(0, -30),
    code: 4,
    says: /input:\d+: truncated: the file ends within what begins in line \d+/,
    observed: 1,
  },
  'a line that breaks off': {
    content: `${first}\n${second.slice(0, -10)}`,
    code: 4,
    says: /input:2: truncated: /,
    observed: 1,
  },
  'gzip that breaks off': {
    content: gzipSync(ndjson(...Array.from({ length: 50 }, (_, at) => ({ ...DISK, at })))).subarray(0, -9),
    code: 4,
    says: /input(:\d+)?: truncated: the compressed file ends too early/,
    observed: 0,
  },
  'gzip that is damaged': {
    content: Buffer.concat([gzipSync(`${first}\n`).subarray(0, 20), Buffer.alloc(40, 7)]),
    code: 4,
    says: /input(:\d+)?: (unreadable|truncated): the compressed file (is damaged|ends too early)/,
    observed: 0,
  },
  'a line that is not UTF-8, among good ones': {
    content: lines(first, notUtf8, second),
    code: 4,
    says: /input:2: invalid-utf8: not UTF-8; passed over/,
    observed: 2,
  },
  'a file in UTF-16': {
    content: Buffer.from(`\ufeff${first}`, 'utf16le'),
    code: 4,
    says: /input:1: invalid-utf8: the file is UTF-16; save it as UTF-8/,
    observed: 0,
  },
  'a message of more than 10 MiB, among good ones': {
    content: lines(first, huge, second),
    code: 4,
    says: /input:2: too-large: one value of more than 10 MiB; passed over/,
    observed: 2,
  },
  'a line that is no JSON, among good ones': {
    content: lines(first, 'this is no JSON', second),
    code: 4,
    says: /input:2(:\d+)?: not-json: /,
    observed: 2,
  },
  'JSON that is no message, among good ones': {
    content: lines(first, '{"hello":"world"}', second),
    code: 4,
    says: /input:2: malformed: message: neither a log entry nor an asset nor a change of one/,
    observed: 2,
  },
  'an asset whose name is none, among good ones': {
    content: lines(first, JSON.stringify({ ...ACCOUNT, name: 'api' }), second),
    code: 4,
    says: /input:2: malformed: .*not a full resource name/,
    observed: 2,
  },
  'numbers and texts': {
    content: '[1, "two", null, true]',
    code: 4,
    says: /4 messages read: 4 malformed/,
    observed: 0,
  },
  'a thousand of them': {
    content: ndjson(...Array.from({ length: 1000 }, (_, at) => ({ at }))),
    code: 4,
    says: /and 990 more malformed ones\n1000 messages read: 1000 malformed\n/,
    observed: 0,
  },
  'nested too deep': {
    content: `${'['.repeat(5000)}${']'.repeat(5000)}`,
    code: 4,
    says: /malformed|not-json/,
    observed: 0,
  },
  'an asset type that is not watched': {
    content: lines(first, JSON.stringify(DISK), second),
    code: 1,
    says: /1 {2}ignored: asset type that is not watched: compute\.googleapis\.com\/Disk/,
    observed: 2,
  },
  'an asset type nobody has heard of': {
    content: lines(first, JSON.stringify({ ...DISK, assetType: 'example.com/Thing' })),
    code: 1,
    says: /1 {2}ignored: asset type that is not watched: example\.com\/Thing/,
    observed: 1,
  },
  'an empty file': {
    content: '',
    code: 4,
    says: /input: the file is empty\n.*there is nothing in it/,
    observed: 0,
  },
  'an empty list': { content: '[]', code: 4, says: /there is nothing in it/, observed: 0 },
  'nothing but white space': { content: ' \n\n\t\n', code: 4, says: /there is nothing in it/, observed: 0 },
  'a binary file': {
    content: Buffer.from(Array.from({ length: 4096 }, (_, at) => (at * 131 + 89) % 256)),
    code: 4,
    says: /input(:\d+)?(:\d+)?: (not-json|invalid-utf8|truncated|unreadable)/,
    observed: 0,
  },
  'an image': {
    content: Buffer.from('89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489', 'hex'),
    code: 4,
    says: /input(:\d+)?(:\d+)?: (not-json|invalid-utf8|truncated)/,
    observed: 0,
  },
  'Terraform source': {
    name: 'main.tf',
    content: 'resource "google_service_account" "api" {}',
    code: 4,
    says: /main\.tf: not-json: /,
    observed: 0,
  },
};

describe('scan', () => {
  it.each(Object.entries(CASES))('%s', async (_what, { content, name = 'input', code, says, observed }) => {
    const ran = await cli(['scan', '-p', policy, '-a', folder.file(name, content), '-f', 'json']);
    expect(ran.err).toMatch(says);
    expect({ code: ran.code, observed: JSON.parse(ran.out).counts.observed }).toEqual({ code, observed });
    expect(ran.err.length).toBeLessThan(5_000);
  });

  it.each<[string, () => string, RegExp]>([
    [
      'a file that is not there',
      () => folder.in('gone.json'),
      /gone\.json: unreadable: no such file or folder/,
    ],
    [
      'a path through a file',
      () => `${policy}/x.json`,
      /unreadable: a part of this path is a file, not a folder/,
    ],
    ['a link that leads to itself', loop, /unreadable: a link that leads back to itself/],
    ['a folder without anything to read', emptyFolder, /unreadable: the folder holds no file \.json/],
  ])('%s', async (_what, path, says) => {
    const ran = await cli(['scan', '-p', policy, '-a', path()]);
    expect(ran.code).toBe(4);
    expect(ran.err).toMatch(says);
    expect(ran.err).toMatch(/0 messages read/);
  });

  it('one file that is not there does not hide what is in the others', async () => {
    const ran = await cli([
      'scan',
      ...['-p', policy, '-f', 'json'],
      ...['-a', folder.in('gone.json'), folder.file('there.ndjson', `${first}\n`)],
    ]);
    expect(ran.code).toBe(4);
    expect(JSON.parse(ran.out)).toMatchObject({
      counts: { observed: 1 },
      findings: expect.arrayContaining([expect.objectContaining({ detector: 'forbidden-role' })]),
    });
  });

  it('what could not be read makes nothing missing', async () => {
    const ran = await cli([
      'scan',
      '-p',
      policy,
      '-a',
      folder.file('torn.ndjson', `${second}\n${first.slice(9)}`),
      '-f',
      'json',
    ]);
    expect(JSON.parse(ran.out)).toMatchObject({ coverage: { covered: [] } });
  });
});

describe('replay', () => {
  const event = JSON.stringify(pushed(EDITOR_ENTRY));
  const other = JSON.stringify(EDITOR_FEED);
  it.each<[string, string | Uint8Array, number, RegExp, readonly string[]]>([
    [
      'a line that is no JSON',
      lines(event, 'nonsense', other),
      4,
      /input:2(:\d+)?: not-json/,
      ['act', 'observed'],
    ],
    [
      'a line that is not UTF-8',
      lines(event, notUtf8, other),
      4,
      /input:2: invalid-utf8/,
      ['act', 'observed'],
    ],
    ['a message that is too large', lines(event, huge, other), 4, /input:2: too-large/, ['act', 'observed']],
    ['a recording that breaks off', `${event}\n${other.slice(0, 99)}`, 4, /input:2: truncated/, ['act']],
    // A pipeline quarantines such a message and goes on; so does its replay.
    [
      'a message of another kind',
      lines(event, '{"hello":1}', other),
      1,
      /1 malformed/,
      ['act', 'malformed', 'observed'],
    ],
    ['a binary file', Buffer.alloc(500, 0xfe), 4, /input(:\d+)?(:\d+)?: (not-json|invalid-utf8)/, []],
  ])('%s', async (_what, content, code, says, kinds) => {
    const ran = await cli(['replay', '-p', policy, '-e', folder.file('input', content), '--trace']);
    expect(ran.err).toMatch(says);
    const traced = ran.out === '' ? [] : ran.out.trimEnd().split('\n');
    expect({ code: ran.code, kinds: traced.map((line) => JSON.parse(line).kind) }).toEqual({ code, kinds });
  });

  it('a file that is not there', async () => {
    const ran = await cli(['replay', '-p', policy, '-e', folder.in('gone.ndjson')]);
    expect(ran.code).toBe(4);
    expect(ran.err).toMatch(/gone\.ndjson: unreadable: no such file or folder/);
  });
});

describe('the policy', () => {
  const assets = folder.file('assets.ndjson', `${first}\n`);
  it.each<[string, () => string, RegExp]>([
    [
      'is not there',
      () => folder.in('gone.yaml'),
      /cannot read the policy .*gone\.yaml: there is no such file/,
    ],
    ['is empty', () => folder.file('bad.yaml'), /bad\.yaml:1:1 error policy-empty/],
    ['is binary', () => folder.file('bad.yaml', Buffer.alloc(99, 0xfe)), /error invalid-utf8/],
    ['breaks off', () => folder.file('bad.yaml', policyText().slice(0, 300)), /bad\.yaml:\d+:\d+ error /],
    [
      'uses a name twice',
      () => folder.file('bad.yaml', policyText().replace(/( {4}- \{name: basic.*\n)/, '$1$1')),
      /bad\.yaml:12:\d+ error duplicate-name: /,
    ],
    ['is a folder without a policy', emptyFolder, /policy|folder/],
  ])('%s', async (_what, path, says) => {
    for (const command of [
      ['scan', '-p', path(), '-a', assets],
      ['replay', '-p', path(), '-e', assets],
    ]) {
      const ran = await cli(command);
      expect({ code: ran.code, out: ran.out }).toEqual({ code: 3, out: '' });
      expect(ran.err).toMatch(says);
    }
  });
});

describe('as a process', () => {
  it('a failure is told in a sentence, and its code is that of the process', async () => {
    expect(await child(['scan', '-p', policy, '-a', folder.in('gone.json')])).toMatchObject({
      code: 4,
      err: expect.stringMatching(/^.*gone\.json: unreadable: no such file or folder\n/),
    });
  });
});

function loop(): string {
  const path = folder.in('loop.json');
  symlinkSync(path, path);
  return path;
}

function emptyFolder(): string {
  folder.file('empty/notes.txt', 'nothing to read');
  return folder.in('empty');
}
