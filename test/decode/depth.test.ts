import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { deeperThan, textDeeperThan } from '../../shared/decode/content-id.ts';

describe('how deep JSON goes', () => {
  it('is the same before it is parsed as after, whatever stands in its texts', () => {
    const text = fc.oneof(fc.string(), fc.constantFrom('[', ']', '{"', '\\"[', '\\', '"'));
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { depthSize: 'medium', withCrossShrink: true },
        text,
        fc.integer(),
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(text, tie('value'), { maxKeys: 3 }),
      ),
    }));
    fc.assert(
      fc.property(value, fc.nat({ max: 6 }), fc.constantFrom(undefined, 2), (json, limit, indent) => {
        expect(textDeeperThan(JSON.stringify(json, null, indent), limit)).toBe(deeperThan(json, limit));
      }),
    );
  });

  it.each([
    ['[[]]', 1, true],
    ['[[]]', 2, false],
    ['{"a":{}}', 1, true],
    ['["[[[["]', 1, false],
  ])('of %s is more than %d: %s', (json, limit, deeper) => {
    expect(textDeeperThan(json, limit)).toBe(deeper);
  });
});
