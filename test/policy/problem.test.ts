import { describe, expect, it } from '@jest/globals';
import { inReadingOrder, type Problem, renderProblem } from '../../shared/policy/problem.ts';
import { found } from './policy-of.ts';

const problem: Problem = {
  code: 'unknown-key',
  severity: 'error',
  file: 'policy.yaml',
  line: 12,
  column: 7,
  message: '`allows` is not a key of spec.workloadIdentities[0]',
  hint: 'did you mean `allow`?',
  excerpt: '      allows: []',
};

describe('a problem on a terminal', () => {
  it('shows where, what, the line, a caret, and the help', () => {
    expect(renderProblem(problem, { color: false })).toBe(
      [
        'policy.yaml:12:7 error unknown-key: `allows` is not a key of spec.workloadIdentities[0]',
        '        allows: []',
        '        ^',
        'help: did you mean `allow`?',
      ].join('\n'),
    );
  });

  it('leaves out the line and the help when there are none', () => {
    const { hint: _hint, ...bare } = { ...problem, excerpt: '' };
    expect(renderProblem(bare, { color: false }).split('\n')).toHaveLength(1);
  });

  it('says the same in colour', () => {
    const colored = renderProblem(problem, { color: true });
    expect(colored).toContain('\u001b[31m');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the colours are control characters.
    expect(colored.replace(/\u001b\[\d+m/g, '')).toBe(renderProblem(problem, { color: false }));
  });

  it.each([
    ['a tab before the place', '\tallows: []', 2, '   allows: []', '   ^'],
    ['a control character before the place', 'a\u001b[31mllows: []', 8, '  a[31mllows: []', '        ^'],
    ['a direction mark after the place', 'a: \u202exyz', 4, '  a: xyz', '     ^'],
  ])('puts the caret right with %s', (_what, excerpt, column, line, caret) => {
    const [, shown, under] = renderProblem({ ...problem, excerpt, column }, { color: false }).split('\n');
    expect(shown).toBe(line);
    expect(under).toBe(caret);
  });

  it('shows the part of a long line that matters', () => {
    const excerpt = `${'a'.repeat(5000)}HERE${'b'.repeat(5000)}`;
    const [, shown = '', under = ''] = renderProblem(
      { ...problem, excerpt, column: 5001 },
      { color: false },
    ).split('\n');
    expect(shown.length).toBeLessThan(200);
    expect(shown.slice(under.indexOf('^')).startsWith('HERE')).toBe(true);
  });

  it('does not let a message steer the terminal or break the line', () => {
    const shown = renderProblem(
      { ...problem, message: 'a\u001b[2Jb\nc\u202ed', hint: 'x\u0000y' },
      { color: false },
    );
    expect(shown.split('\n')[0]).toBe('policy.yaml:12:7 error unknown-key: a[2Jb cd');
    expect(shown.split('\n').at(-1)).toBe('help: xy');
  });
});

it('problems are read by file, line and column', () => {
  const at = (file: string, line: number, column: number) => ({ ...problem, file, line, column });
  const sorted = inReadingOrder([at('b', 1, 1), at('a', 2, 1), at('a', 1, 9), at('a', 1, 2)]);
  expect(sorted.map(({ file, line, column }) => `${file}:${line}:${column}`)).toEqual([
    'a:1:2',
    'a:1:9',
    'a:2:1',
    'b:1:1',
  ]);
});

// Found by fuzzing: what a problem quotes from the file was as long as the file.
it.each([
  ['text where none may be', `a: b\n}${'x'.repeat(3_000)}\n`],
  ['an alias', `a: *${'x'.repeat(3_000)}\n`],
  ['a tag', `a: !${'x'.repeat(3_000)} b\n`],
])('quotes no more than a few lines: %s', (_what, text) => {
  const messages = found(text).map(({ message }) => message.length);
  expect(Math.max(...messages)).toBeLessThan(600);
});
