import { describe, expect, it } from '@jest/globals';
import { loadPolicy } from '../../shared/policy/load.ts';
import { found, HEAD, problemsOf } from './policy-of.ts';

const BOMB = `a: &a [x, x, x, x, x, x, x, x, x]
${'bcdefghi'
  .split('')
  .map((name, i) => `${name}: &${name} [${Array(9).fill(`*${'abcdefgh'[i]}`).join(', ')}]`)
  .join('\n')}
`;

describe('the limits on YAML', () => {
  it('an alias bomb is refused at its aliases', () => {
    const problems = found(BOMB);
    expect(problems[0]).toMatchObject({
      code: 'yaml-alias',
      line: 2,
      column: 8,
      message: '*a repeats another part',
    });
    expect(new Set(problems.map(({ code }) => code))).toEqual(new Set(['yaml-alias']));
  });

  it('a single alias is refused too', () => {
    expect(problemsOf(`${HEAD}  scope: &all {include: []}\n  trust: *all\n`)).toEqual(['yaml-alias@6:10']);
  });

  it('an equal key is refused, at the second', () => {
    expect(problemsOf(`${HEAD}  mode: audit\n  "mode": enforce\n`)).toEqual(['duplicate-key@6:3']);
  });

  it.each([
    ['a tag of its own', '  mode: !danger audit\n'],
    ['a tag that YAML knows', '  mode: !!binary YXVkaXQ=\n'],
    ['a tag for code', '  mode: !!js/function "audit"\n'],
  ])('%s is refused', (_what, spec) => {
    expect(problemsOf(HEAD + spec)).toContain('yaml-tag@5:9');
  });

  it('words that YAML 1.1 reads as true or false are texts', () => {
    expect(found(`${HEAD}  mode: no\n`)[0]?.message).toBe('`no` is not one of baseline, audit, enforce');
    expect(found(`%YAML 1.1\n---\n${HEAD}  mode: no\n`).map(({ code }) => code)).toEqual(['yaml-directive']);
  });

  it('a date stays a text', () => {
    const text = `${HEAD}  serviceAccountKeys: {retireBy: 2026-12-31}\n`;
    expect(problemsOf(text)).toEqual([]);
  });

  it('a merge key is a key like any other, and not one of ours', () => {
    expect(problemsOf(`${HEAD}  <<: {mode: audit}\n`)).toEqual(['unknown-key@5:3']);
  });

  it.each([
    ['20 000 open brackets', '['.repeat(20_000)],
    ['20 000 brackets that close', '['.repeat(20_000) + ']'.repeat(20_000)],
    ['20 000 dashes', `${'- '.repeat(20_000)}x`],
    ['20 000 braces', '{a: '.repeat(20_000)],
  ])('%s are too deep, and no crash', (_what, text) => {
    expect(found(text).map(({ code }) => code)).toEqual(['yaml-too-deep']);
  });

  it('32 levels are enough, 33 are too deep', () => {
    const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;
    expect(found(nested(32)).map(({ code }) => code)).toEqual(['wrong-type']);
    expect(found(nested(33)).map(({ code }) => code)).toEqual(['yaml-too-deep']);
  });

  it.each([
    ['a text', 'x'.repeat(1024 * 1024 + 1)],
    ['bytes', new Uint8Array(1024 * 1024 + 1).fill(0x23)],
    ['a text of few but long characters', '€'.repeat(400_000)],
  ])('more than 1 MiB is refused: %s', (_what, text) => {
    expect(problemsOf(text)).toEqual(['file-too-large@1:1']);
  });

  it.each([
    ['a byte that is never UTF-8', [0x6b, 0xff]],
    ['an overlong slash', [0xc0, 0xaf]],
    ['half a character', [0x6b, 0xe2, 0x82]],
    ['a surrogate', [0xed, 0xa0, 0x80]],
    ['UTF-16', [0xff, 0xfe, 0x6b, 0x00]],
  ])('%s is refused', (_what, bytes) => {
    expect(problemsOf(Uint8Array.from(bytes))).toEqual(['invalid-utf8@1:1']);
  });

  it('bytes and their text load alike', () => {
    const text = `${HEAD}  mode: audit\n`;
    const bytes = new TextEncoder().encode(text);
    expect(loadPolicy([{ path: 'p', text: bytes }])).toEqual(loadPolicy([{ path: 'p', text }]));
  });

  it('90 000 keys are read in no time', () => {
    const start = performance.now();
    found(Array.from({ length: 90_000 }, (_, i) => `k${i}: 1`).join('\n'));
    expect(performance.now() - start).toBeLessThan(10_000);
  });

  it('leaves no trace on the prototype of objects', () => {
    for (const key of ['__proto__', '"__proto__"', 'constructor', 'prototype', '? __proto__\n  ']) {
      const problems = found(`${HEAD}  ${key}: {polluted: true}\n`);
      expect(problems.map(({ code }) => code)).toContain('forbidden-key');
      expect(Reflect.get({}, 'polluted')).toBeUndefined();
    }
  });
});
