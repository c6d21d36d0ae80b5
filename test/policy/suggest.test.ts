import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { didYouMean, editDistance, nearestWord } from '../../shared/policy/suggest.ts';

it.each([
  ['allows', ['allow', 'owner'], 'allow'],
  ['lables', ['labels', 'tables'], 'labels'],
  ['Allow', ['allow'], 'allow'],
  ['enfroce', ['audit', 'enforce'], 'enforce'],
  ['xyz', ['allow', 'owner'], undefined],
  ['a', ['on'], undefined],
  ['', ['on'], undefined],
])('%s among %j is taken for %j', (word, known, expected) => {
  expect(nearestWord(word, known)).toBe(expected);
});

it('asks in words', () => {
  expect(didYouMean('allows', ['allow'])).toBe('did you mean `allow`?');
});

it('counts as a distance does: nothing to itself, the same both ways', () => {
  const word = fc.string({ maxLength: 8 });
  fc.assert(
    fc.property(word, word, (a, b) => {
      expect(editDistance(a, a)).toBe(0);
      expect(editDistance(a, b)).toBe(editDistance(b, a));
      expect(editDistance(a, b) === 0).toBe(a === b);
    }),
  );
});
