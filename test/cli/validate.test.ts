import { afterAll, describe, expect, it } from '@jest/globals';
import { acme, cli, Folder } from './cli.ts';
import { policyText } from './small-world.ts';

const folder = new Folder();
afterAll(() => folder.remove());

const good = folder.file('good.yaml', policyText());
const broken = folder.file('broken.yaml', policyText().replace('severity: critical', 'severity: terrible'));

describe('validate', () => {
  it('says in a line what a good policy holds', async () => {
    expect(await cli(['validate', good])).toEqual({
      code: 0,
      out: expect.stringMatching(/^✔ policy small @\w{7,} is valid: 1 identity, 1 trusted pool, .*\n$/),
      err: '',
    });
  });

  it('takes the policy of the example', async () => {
    expect(await cli(['validate', acme('policy.yaml')])).toMatchObject({ code: 0, err: '' });
  });

  it('shows every problem with its place, the line and a caret, and exits 3', async () => {
    const ran = await cli(['validate', broken]);
    expect(ran.code).toBe(3);
    const [head = '', excerpt = '', caret = ''] = ran.out.split('\n');
    const [line, column] = placeOf('terrible');
    expect(head).toMatch(new RegExp(`broken\\.yaml:${line}:${column} error [a-z-]+: `));
    expect(excerpt).toContain('severity: terrible');
    expect(caret).toMatch(/^ +\^$/);
    expect(caret.indexOf('^')).toBe(excerpt.indexOf('terrible'));
    expect(ran.err).toBe('1 problem: this is not a policy yet\n');
  });

  it.each([
    [good, 0, true, 0],
    [broken, 3, false, 1],
  ])('as JSON says so of %s', async (path, code, valid, count) => {
    const ran = await cli(['validate', path, '--format', 'json']);
    const printed: { problems: readonly object[] } = JSON.parse(ran.out);
    expect(ran.code).toBe(code);
    expect(printed).toMatchObject({ schemaVersion: 1, valid });
    expect(Object.keys(printed)).toEqual(['schemaVersion', 'valid', 'problems']);
    expect(printed.problems).toHaveLength(count);
    const [line, column] = placeOf('terrible');
    if (!valid) {
      expect(printed.problems[0]).toMatchObject({
        code: 'unknown-value',
        severity: 'error',
        file: path,
        line,
        column,
        message: expect.any(String),
        excerpt: expect.stringContaining('terrible'),
      });
    }
  });

  it.each<[string, string | Uint8Array, RegExp]>([
    ['an empty file', '', /empty\.yaml:1:1 error policy-empty/],
    ['a file of comments', '# to be written\n', /error policy-empty/],
    ['a binary file', new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0xff, 0x00, 0x1a]), /error invalid-utf8/],
    ['YAML that breaks off', `${policyText()}  exceptions: {items: [{name: "api`, /error yaml-syntax/],
    [
      'JSON of something else',
      '{"hello": "world"}',
      /error (no-policy|unknown-kind|missing-key|unknown-key)/,
    ],
    [
      'two entries of one name',
      policyText().replace(
        /( {4}- \{name: basic.*\n)/,
        '$1    - {name: basic, roles: [roles/viewer], severity: low}\n',
      ),
      /:12:\d+ error duplicate-name: /,
    ],
    [
      'one key twice',
      policyText().replace('  mode: enforce\n', '  mode: enforce\n  mode: audit\n'),
      /:7:\d+ error duplicate-key: /,
    ],
  ])('refuses %s', async (_what, content, words) => {
    const ran = await cli(['validate', folder.file('empty.yaml', content)]);
    expect(ran.code).toBe(3);
    expect(ran.out).toMatch(words);
    expect(ran.err).toMatch(/this is not a policy yet/);
  });

  it.each<[string, () => string, RegExp]>([
    [
      'a file that is not there',
      () => folder.in('gone.yaml'),
      /cannot read .*gone\.yaml: there is no such file/,
    ],
    ['a path through a file', () => `${good}/policy.yaml`, /a part of the path is not a folder/],
  ])('cannot read %s', async (_what, path, words) => {
    expect(await cli(['validate', path()])).toEqual({ code: 3, out: '', err: expect.stringMatching(words) });
  });
});

/** Line and column of a word in the broken policy. */
function placeOf(word: string): readonly [line: number, column: number] {
  const text = policyText().replace('severity: critical', `severity: ${word}`);
  const before = text.slice(0, text.indexOf(word));
  return [before.split('\n').length, before.length - before.lastIndexOf('\n')];
}

describe('validate --against', () => {
  const weaker = folder.file(
    'weaker.yaml',
    policyText('low').replace(
      '      owner: team-sandbox\n',
      '      owner: team-sandbox\n      allow:\n        - {role: roles/viewer, on: "project:acme-*"}\n',
    ),
  );
  const WARNINGS = [
    ['11:7', 'forbiddenRoles[basic] severity is low, was critical'],
    ['17:11', 'workloadIdentities[debug] may now have roles/viewer on project:acme-*'],
  ];
  const said = (out: string) =>
    [...out.matchAll(/:(\d+:\d+) (?:warning|error) policy-weakened: (.*)/g)].map(([, at, text]) => [
      at,
      text,
    ]);

  it('tells what is weaker than in the policy before, at its line, and keeps it from nothing', async () => {
    const ran = await cli(['validate', weaker, '--against', good]);
    expect(said(ran.out)).toEqual(WARNINGS);
    expect(ran.out).toContain('  - {role: roles/viewer, on: "project:acme-*"}');
    expect(ran.out).toContain('is valid');
    expect(ran.code).toBe(0);
  });

  it('is an error where it is strict, for machines too', async () => {
    const ran = await cli(['validate', weaker, '--strict', '--format', 'json', '--against', good]);
    expect(ran.code).toBe(3);
    expect(JSON.parse(ran.out)).toMatchObject({
      valid: false,
      problems: WARNINGS.map(([at]) => ({
        code: 'policy-weakened',
        severity: 'error',
        file: weaker,
        line: Number(at?.split(':')[0]),
        column: Number(at?.split(':')[1]),
      })),
    });
  });

  it('says nothing of what is the same, or stronger', async () => {
    expect(await cli(['validate', weaker, '--against', weaker, '--strict'])).toMatchObject({
      code: 0,
      err: '',
    });
    expect(said((await cli(['validate', good, '--against', weaker])).out)).toEqual([]);
  });

  it('says where what is gone stood', async () => {
    const without = policyText().replace(/ {2}forbiddenRoles:\n.*\n/, '');
    const ran = await cli(['validate', folder.file('gone.yaml', without), '--against', good]);
    expect(said(ran.out)).toEqual([
      ['4:1', 'forbiddenRoles[basic] no longer forbidden: roles/owner, roles/editor'],
    ]);
    expect(ran.out).toContain(`help: it stood in ${good}:11`);
  });

  it('takes several files and folders for one policy, on both sides', async () => {
    const [head = '', rest = ''] = policyText().split(/(?= {2}forbiddenRoles)/);
    const start = head.slice(0, head.indexOf('spec:'));
    const path = folder.file('parts/a.yaml', head);
    folder.file('parts/b.yaml', `${start}spec:\n${rest}`);
    const parts = path.replace(/\/a\.yaml$/, '');
    expect((await cli(['validate', good, '--against', parts, '--strict'])).code).toBe(0);
    const ran = await cli(['validate', parts, '--against', good, weaker.replace('weaker', 'nowhere')]);
    expect(ran).toMatchObject({ code: 3, err: expect.stringContaining('nowhere.yaml') });
  });

  it.each([
    ['is no policy', () => broken, /cannot compare with .*broken\.yaml: it is no policy\n\n.*unknown-value/],
    [
      'is not there',
      () => folder.in('nowhere.yaml'),
      /cannot compare with .*nowhere\.yaml: there is no such file/,
    ],
  ])('refuses to compare with what %s', async (_what, path, words) => {
    const ran = await cli(['validate', good, '--against', path()]);
    expect(ran.code).toBe(3);
    expect(ran.err).toMatch(words);
    expect(ran.out).toBe('');
  });
});
