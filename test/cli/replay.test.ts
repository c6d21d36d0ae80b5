import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from '@jest/globals';
import { EDITOR_ENTRY, EDITOR_FEED, EDITOR_GONE, pushed, WELCOME } from '../pipeline/bodies.ts';
import { acme, cli, Folder } from './cli.ts';
import { ndjson, policyText } from './small-world.ts';

const folder = new Folder();
afterAll(() => folder.remove());

const policy = folder.file('policy.yaml', policyText());
const events = folder.file(
  'events.ndjson',
  ndjson(
    pushed(WELCOME, '1'),
    pushed(EDITOR_ENTRY, '2'),
    pushed(EDITOR_FEED, '3'),
    pushed(EDITOR_ENTRY, '4'),
    pushed('{"cut', '5'),
    EDITOR_GONE,
  ),
);

function replay(...more: readonly string[]) {
  return cli(['replay', '-p', policy, '-e', events, ...more]);
}

interface TraceLine {
  readonly index: number;
  readonly kind: string;
  readonly why: string;
  readonly opened: readonly { readonly detector: string }[];
  readonly changed: readonly unknown[];
  readonly resolved: readonly { readonly detector: string }[];
}

function linesOf(text: string): readonly TraceLine[] {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}

describe('replay', () => {
  it('counts every message once, and keeps what was resolved', async () => {
    const ran = await replay('-f', 'json');
    const printed: { findings: readonly { detector: string; state: string }[] } = JSON.parse(ran.out);
    expect(Object.keys(printed)).toEqual([
      'schemaVersion',
      'policy',
      'asOf',
      'coverage',
      'counts',
      'findings',
    ]);
    expect(printed).toMatchObject({
      counts: { observed: 2, acts: 1, ignored: 1, malformed: 1, duplicates: 1, stale: 0 },
      asOf: '2026-11-21T09:05:00.000000000Z',
    });
    expect(printed.findings.filter((finding) => finding.detector === 'forbidden-role')).toMatchObject([
      { state: 'resolved', resolution: 'repaired', confirming: false },
    ]);
    expect(ran.err).toMatch(/^6 messages read: 2 observed, 1 acts, 1 ignored, 1 malformed, 1 duplicates\n/);
    expect(ran.err).toMatch(/1 {2}ignored: welcome message of a new feed\n/);
    expect(ran.err).toMatch(/1 {2}malformed: not JSON: \{"cut\n/);
  });

  it('with --trace prints a line for every message, with exactly what is documented', async () => {
    const ran = await replay('--trace');
    const lines = linesOf(ran.out);
    for (const line of lines)
      expect(Object.keys(line)).toEqual(['index', 'kind', 'why', 'opened', 'changed', 'resolved']);
    expect(lines.map(({ index, kind }) => [index, kind])).toEqual([
      [0, 'ignored'],
      [1, 'act'],
      [2, 'observed'],
      [3, 'duplicate'],
      [4, 'malformed'],
      [5, 'observed'],
    ]);
    expect(lines[1]?.opened.map((finding) => finding.detector)).toContain('forbidden-role');
    expect(lines[5]?.resolved.map((finding) => finding.detector)).toContain('forbidden-role');
    for (const at of [0, 2, 3, 4]) expect(lines[at]).toMatchObject({ opened: [], changed: [], resolved: [] });
    expect(lines.filter(({ why }) => why !== '').map(({ kind }) => kind)).toEqual([
      'ignored',
      'duplicate',
      'malformed',
    ]);
  });

  it('writes the trace to a file with -o', async () => {
    const file = folder.in('trace.ndjson');
    const ran = await replay('--trace', '-o', file);
    expect(ran.out).toBe('');
    expect(readFileSync(file, 'utf8')).toBe((await replay('--trace')).out);
  });

  it('reads messages from standard input', async () => {
    const ran = await cli(['replay', '-p', policy, '-e', '-', '--trace'], readFileSync(events));
    expect(ran.out).toBe((await replay('--trace')).out);
  });

  it('says the same when it is asked again', async () => {
    expect(await replay('-f', 'json')).toEqual(await replay('-f', 'json'));
  });

  it('exits 1 for what is open at the end, and 0 when all of it was repaired', async () => {
    const open = folder.file('open.ndjson', ndjson(pushed(EDITOR_ENTRY)));
    const byTerraform = ndjson(EDITOR_FEED, EDITOR_GONE);
    const repaired = folder.file('repaired.ndjson', byTerraform);
    expect((await cli(['replay', '-p', policy, '-e', open])).code).toBe(1);
    expect((await cli(['replay', '-p', policy, '-e', open, '--fail-on', 'none'])).code).toBe(0);
    expect((await cli(['replay', '-p', policy, '-e', repaired])).code).toBe(0);
  });

  it('exits 4 when the messages break off, and tells what came before', async () => {
    const cut = folder.file('cut.ndjson', readFileSync(events).subarray(0, -30));
    const ran = await cli(['replay', '-p', policy, '-e', cut, '-f', 'json']);
    expect(ran.code).toBe(4);
    expect(ran.err).toMatch(/cut\.ndjson:6: truncated: /);
    expect(JSON.parse(ran.out)).toMatchObject({ counts: { observed: 1, acts: 1 } });
  });

  it('an empty recording is no failure: nothing happened', async () => {
    const ran = await cli(['replay', '-p', policy, '-e', folder.file('none.ndjson')]);
    expect(ran.code).toBe(0);
    expect(ran.err).toMatch(/none\.ndjson: the file is empty\n0 messages read\n/);
  });

  it('tells the morning of the example as its page does', async () => {
    const ran = await cli([
      'replay',
      '-p',
      acme('policy.yaml'),
      '-a',
      acme('assets.ndjson'),
      '-e',
      acme('events.ndjson'),
      '--trace',
    ]);
    expect(ran.code).toBe(1);
    expect(linesOf(ran.out).map(({ kind }) => kind)).toEqual([
      'ignored',
      'act',
      'observed',
      'act',
      'observed',
      'observed',
      'act',
      'act',
      'duplicate',
      'stale',
      'ignored',
      'malformed',
      'ignored',
      'observed',
      'act',
    ]);
  });
});
