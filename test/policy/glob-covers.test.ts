import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { globMatches } from '../../shared/policy/glob.ts';
import { globCovers } from '../../shared/policy/glob-covers.ts';

describe('whether one pattern covers another', () => {
  it.each([
    ['payments', 'payments', true],
    ['payments*', 'payments', true],
    ['payments*', 'payments-*', true],
    ['payments-*', 'payments*', false],
    ['payments-?', 'payments-*', false],
    ['*', 'a/b', false],
    ['**', 'a/*', true],
    ['*', '**', false],
    ['a?*', 'a*', false],
    ['*a*', '*a', true],
    ['*?', '*', false],
    ['*-*', '*', false],
    ['x*y', 'x*z*y', true],
    ['', '', true],
    ['*', '', true],
    ['', '*', false],
  ])('%s covers %s: %s', (bound, pattern, expected) => {
    expect(globCovers(bound, pattern)).toBe(expected);
  });

  it('what it says holds for every text', () => {
    const glob = fc.string({ unit: fc.constantFrom('a', 'b', '/', '*', '?'), maxLength: 6 });
    const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c', '/'), maxLength: 7 });
    fc.assert(
      fc.property(glob, glob, fc.array(text, { maxLength: 20 }), (bound, pattern, texts) => {
        if (!globCovers(bound, pattern)) return;
        for (const one of texts) if (globMatches(pattern, one)) expect(globMatches(bound, one)).toBe(true);
      }),
      { numRuns: 400 },
    );
  });

  it('a pattern made to be hard is answered at once', () => {
    expect(typeof globCovers('*a'.repeat(40), '*?a*'.repeat(40))).toBe('boolean');
  });
});
