/** What the stubs of providers say to Terraform is what they read. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Packed, pack, UNKNOWN, unpack } from './check/msgpack.ts';

const leaf = fc.oneof(
  fc.constant(null),
  fc.boolean(),
  fc.maxSafeInteger(),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (Object.is(value, -0) ? 0 : value)),
  fc.string({ unit: 'grapheme' }),
  fc.constant(UNKNOWN),
);
const { value } = fc.letrec<{ value: Packed }>((tie) => ({
  value: fc.oneof(
    leaf,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(
      fc.string().filter((key) => key !== '__proto__'),
      tie('value'),
      { maxKeys: 4, noNullPrototype: true },
    ),
  ),
}));

describe('MessagePack', () => {
  it('is read as it was written', () => {
    fc.assert(fc.property(value, (one) => expect(unpack(pack(one))).toEqual(one)));
  });

  it.each<[string, string, Packed]>([
    ['small', '82a161c3a16293017fff', { a: true, b: [1, 127, -1] }],
    ['sized', 'dc0002cd0100d1ff00', [256, -256]],
    ['longer', 'de0001d90161c403616263', { a: 'abc' }],
    ['fractions', '92ca3fc00000cb3ff8000000000000', [1.5, 1.5]],
    ['not known yet', '93d40000c7020c8101d40c01', [UNKNOWN, UNKNOWN, UNKNOWN]],
  ])('is read in the forms that Terraform writes: %s', (_what, bytes, expected) => {
    expect(unpack(Buffer.from(bytes, 'hex'))).toEqual(expected);
  });

  it('that has a form which is none is refused', () => {
    expect(() => unpack(Buffer.of(0xc1))).toThrow('MessagePack has no 0xc1 here');
  });
});
