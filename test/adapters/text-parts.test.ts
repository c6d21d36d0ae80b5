import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { inParts, MOST_PARTS, partId } from '../../shared/adapters/text-parts.ts';

describe('a text in parts', () => {
  it('is the text again, each part fit for a document of its own', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), fc.nat(700_000), (unit, length) => {
        const text = unit.repeat(Math.ceil(length / unit.length));
        const parts = inParts(text);
        // As a store gives them back: halves of characters would not come through.
        const stored = parts.map((part) => Buffer.from(part).toString());
        expect(stored.join('') === text).toBe(true);
        expect(Math.max(...parts.map((part) => Buffer.byteLength(part)))).toBeLessThan(900_000);
      }),
      { numRuns: 30 },
    );
  });

  it('is not torn between the halves of a character', () => {
    const [first = '', second = ''] = inParts(`${'x'.repeat(289_999)}🔴`);
    expect([first.length, second]).toEqual([289_999, '🔴']);
  });

  it('is one part at least, and too many are refused', () => {
    expect(inParts('')).toEqual(['']);
    expect(() => inParts('x'.repeat(MOST_PARTS * 290_000 + 1))).toThrow(RangeError);
  });

  it('has its parts in the order of their ids', () => {
    const ids = Array.from({ length: MOST_PARTS }, (_, index) => partId(index));
    expect(ids.toSorted()).toEqual(ids);
  });
});
