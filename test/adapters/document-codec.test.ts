import { deepStrictEqual } from 'node:assert/strict';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  decodeDocument,
  decodeId,
  encodeDocument,
  encodeId,
  encodeNanos,
} from '../../shared/adapters/document-codec.ts';

const MAX = 10n ** 21n - 1n;

// Halves of surrogate pairs too: JSON may bring them.
const codeUnit = fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit));
const fieldName = fc.oneof(
  fc.constantFrom('$ns', '$$ns', '$$$ns', 'ns', '__proto__', 'constructor', 'toJSON', 'length', ''),
  fc.string({ unit: codeUnit }),
);
const data = fc.letrec((tie) => ({
  any: fc.oneof(
    { maxDepth: 5, depthSize: 'small' },
    fc.constantFrom(null, true, false, '00000000000000000001'),
    fc.bigInt(0n, MAX),
    fc.string({ unit: codeUnit }),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((n) => n + 0),
    fc.array(tie('any'), { maxLength: 4 }),
    fc.array(fc.tuple(fieldName, tie('any')), { maxLength: 3 }).map(Object.fromEntries),
  ),
})).any;

describe('documents', () => {
  it.each([
    ['a bigint has twenty-one digits', { at: 5n }, '{"at":{"$ns":"000000000000000000005"}}'],
    ['the widest bigint', [MAX], `[{"$ns":"${MAX}"}]`],
    ['an undefined field is dropped', { a: undefined, b: 1 }, '{"b":1}'],
    ['data that looks like a bigint is escaped', { $ns: '1' }, '{"$$ns":"1"}'],
    [
      'data that looks escaped is escaped again',
      { $$ns: { $ns: 1n } },
      '{"$$$ns":{"$$ns":{"$ns":"000000000000000000001"}}}',
    ],
    ['and when only undefined stands beside it', { $ns: '1', other: undefined }, '{"$$ns":"1"}'],
    ['but not with another field', { $ns: '1', other: 2 }, '{"$ns":"1","other":2}'],
    ['a value need not be an object', 'text', '"text"'],
    ['an object without a prototype is data', Object.assign(Object.create(null), { a: 1 }), '{"a":1}'],
  ])('%s', (_behaviour, value, text) => {
    expect(encodeDocument(value)).toBe(text);
  });

  it('round trip, whatever the fields are called', () => {
    fc.assert(
      fc.property(data, (value) => deepStrictEqual(decodeDocument(encodeDocument(value)), value)),
      { numRuns: 1000 },
    );
  });

  it('round trip without their undefined fields', () => {
    const withUndefined = fc
      .array(fc.tuple(fieldName, fc.option(data, { nil: undefined })))
      .map(Object.fromEntries);
    fc.assert(
      fc.property(withUndefined, (value) => {
        const defined = Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined));
        deepStrictEqual(decodeDocument(encodeDocument(value)), defined);
      }),
    );
  });

  it('with a __proto__ field keep it as a field, and change no prototype', () => {
    const text =
      '{"__proto__":{"isAdmin":true,"at":{"$ns":"000000000000000000001"}},"x":[{"__proto__":{"y":1}}]}';
    const decoded = decodeDocument(text) as Record<string, unknown>;
    expect(Object.getPrototypeOf(decoded)).toBe(Object.prototype);
    expect(Object.keys(decoded)).toEqual(['__proto__', 'x']);
    expect(decoded.isAdmin).toBeUndefined();
    expect(Object.getOwnPropertyDescriptor(decoded, '__proto__')?.value).toEqual({ isAdmin: true, at: 1n });
    expect(({} as Record<string, unknown>).isAdmin).toBeUndefined();
    expect(encodeDocument(decoded)).toBe(text);
  });

  it.each<[string, unknown]>([
    ['a negative bigint', { at: -1n }],
    ['a bigint of 21 digits', { at: MAX + 1n }],
    ['NaN', { n: Number.NaN }],
    ['infinity', [Number.POSITIVE_INFINITY]],
    ['undefined', undefined],
    ['undefined within an array', [1, undefined]],
    ['a hole in an array', Array.from({ length: 2 })],
    ['a Date', { at: new Date(0) }],
    ['a Map', new Map([['a', 1]])],
    ['a function', { f: () => 1 }],
    ['a symbol', { s: Symbol('s') }],
    ['an object that encodes itself', { toJSON: () => 'another' }],
  ])('cannot hold %s', (_what, value) => {
    expect(() => encodeDocument(value)).toThrow(/cannot (hold|store)/);
  });

  it.each(['', '{', '{"$ns":"5"}', '{"a":[{"$ns":5}]}', '{"$ns":"-0000000000000000001"}'])(
    '%j is not one',
    (text) => {
      expect(() => decodeDocument(text)).toThrow(SyntaxError);
    },
  );
});

describe('times', () => {
  it('have text order for time order', () => {
    const time = fc.bigInt(0n, MAX);
    fc.assert(
      fc.property(time, time, (a, b) => {
        expect(encodeNanos(a) < encodeNanos(b)).toBe(a < b);
        expect(encodeNanos(a)).toHaveLength(21);
      }),
    );
  });

  it.each([-1n, MAX + 1n])('%s cannot be stored', (time) => {
    expect(() => encodeNanos(time)).toThrow(RangeError);
  });
});

describe('ids', () => {
  const anyText = fc.string({ unit: fc.oneof(codeUnit, fc.constantFrom('\uFFFD', 'd', '8', '0', '😀')) });

  it('round trip as text that UTF-8 can hold', () => {
    fc.assert(
      fc.property(anyText, (id) => {
        const encoded = encodeId(id);
        expect(encoded.isWellFormed()).toBe(true);
        expect(decodeId(encoded)).toBe(id);
      }),
      { numRuns: 1000 },
    );
  });

  it('stay as they are unless they must not', () => {
    for (const id of ['policy|//x/y', '', '😀', '\0', '%EF']) expect(encodeId(id)).toBe(id);
  });
});
