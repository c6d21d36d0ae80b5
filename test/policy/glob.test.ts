import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { globMatches } from '../../shared/policy/glob.ts';

/** The meaning of a glob, written down without a thought for speed. */
function means(pattern: string, text: string, crossing: boolean): boolean {
  const any = (from: string): readonly string[] =>
    Array.from({ length: from.length + 1 }, (_, i) => from.slice(0, i));
  const stays = (run: string) => crossing || !run.includes('/');
  if (pattern === '') return text === '';
  if (pattern.startsWith('**')) {
    const rest = pattern.replace(/^\*+/, '');
    return any(text).some((run) => means(rest, text.slice(run.length), crossing));
  }
  const rest = pattern.slice(1);
  if (pattern.startsWith('*'))
    return any(text).some((run) => stays(run) && means(rest, text.slice(run.length), crossing));
  if (text === '') return false;
  const [first = ''] = text;
  return (
    (pattern.startsWith('?') ? stays(first) : pattern.startsWith(first)) &&
    means(rest, text.slice(1), crossing)
  );
}

describe('a glob', () => {
  it('means what the simple definition says', () => {
    const patterns = fc.string({ unit: fc.constantFrom('a', 'b', '/', '*', '**', '?'), maxLength: 8 });
    const texts = fc.string({ unit: fc.constantFrom('a', 'b', '/'), maxLength: 9 });
    fc.assert(
      fc.property(patterns, texts, fc.boolean(), (pattern, text, crossing) => {
        expect(globMatches(pattern, text, { crossing })).toBe(means(pattern, text, crossing));
      }),
      { numRuns: 20_000 },
    );
  });

  it.each([
    ['acme-*', 'acme-prod', true],
    ['acme-*', 'acme-', true],
    ['acme-*', 'acme', false],
    ['acme-*', 'xacme-prod', false],
    ['acme-*', 'acme-prod/orders', false],
    ['acme-**', 'acme-prod/orders', true],
    ['*/orders', 'acme/prod/orders', false],
    ['**/orders', 'acme/prod/orders', true],
    ['a?c', 'abc', true],
    ['a?c', 'a/c', false],
    ['a?c', 'ac', false],
    ['', '', true],
    ['*', '', true],
    ['*a/x*b', 'a/x/a/xb', false],
    ['**a*b', 'a/ab', true],
    ['a.c', 'abc', false],
    ['[ab]', 'a', false],
    ['a+', 'aa', false],
  ])('%j on %j: %j', (pattern, text, expected) => {
    expect(globMatches(pattern, text)).toBe(expected);
  });

  it.each([
    ['stars and a letter, over and over', '*a'.repeat(500), `${'a'.repeat(5000)}b`],
    ['500 stars in a row', `${'*'.repeat(500)}b`, 'a'.repeat(5000)],
    [
      'both stars, and a long end that nearly matches',
      `**${'a*'.repeat(3)}${'a'.repeat(2000)}b`,
      'a'.repeat(5000),
    ],
    ['both stars, over and over', `${'**a*b'.repeat(100)}c`, 'ab'.repeat(2500)],
  ])('finishes soon on %s', (_what, pattern, text) => {
    const start = performance.now();
    expect(globMatches(pattern, text)).toBe(false);
    expect(globMatches(pattern, text, { crossing: true })).toBe(false);
    expect(performance.now() - start).toBeLessThan(2000);
  });
});
