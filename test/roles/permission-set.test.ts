import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isLike, missing, PermissionSet, Vocabulary } from '../../shared/roles/permission-set.ts';

const WORDS = Array.from({ length: 70 }, (_, i) => `service.things${i}.get`);
const VOCABULARY = new Vocabulary(WORDS);
/** Some that the vocabulary knows, and some that it does not. */
const NAMES = fc.uniqueArray(fc.constantFrom(...WORDS, 'other.a.get', 'other.b.get', 'a.a.a'));
const setOf = (names: Iterable<string>) => PermissionSet.of(VOCABULARY, names);
const OTHER = new Vocabulary(['a.a.a', ...WORDS.slice(10, 30)]);

describe('a set of permissions', () => {
  it('is what its names are, as sets are, whichever vocabulary they were written with', () => {
    fc.assert(
      fc.property(NAMES, NAMES, fc.boolean(), (xs, ys, isElsewhere) => {
        const [a, b] = [setOf(xs), isElsewhere ? PermissionSet.of(OTHER, ys) : setOf(ys)];
        const without = (some: readonly string[], others: readonly string[]) =>
          some.filter((name) => !others.includes(name)).sort();
        expect(a.names()).toEqual(xs.toSorted());
        expect(a.size).toBe(xs.length);
        expect(a.union(b).names()).toEqual([...new Set([...xs, ...ys])].sort());
        expect(a.without(b).names()).toEqual(without(xs, ys));
        expect(missing(a, b)).toEqual(without(ys, xs));
        expect(a.intersects(b)).toBe(xs.some((name) => ys.includes(name)));
        expect(a.isSubsetOf(b)).toBe(without(xs, ys).length === 0);
        for (const name of [...WORDS, 'other.a.get', 'never.heard.of'])
          expect(a.has(name)).toBe(xs.includes(name));
      }),
    );
  });

  it('is not changed by what is made of it', () => {
    const a = setOf(['service.things1.get', 'other.a.get']);
    a.union(setOf(WORDS));
    a.without(setOf(WORDS));
    expect(a.names()).toEqual(['other.a.get', 'service.things1.get']);
  });

  it('says which of some it holds, and which a pattern names', () => {
    const set = setOf(['service.things1.get', 'service.things12.get', 'other.a.get']);
    expect(set.which(['service.things12.get', 'x', 'other.a.get'])).toEqual([
      'service.things12.get',
      'other.a.get',
    ]);
    expect(set.like('service.things1*')).toEqual(['service.things1.get', 'service.things12.get']);
    expect(set.like('*.get')).toHaveLength(3);
    expect(set.like('*.set')).toEqual([]);
  });

  it('refuses a place that no permission has', () => {
    expect(() => PermissionSet.ofRuns(VOCABULARY, [[60, 71]])).toThrow(RangeError);
    expect(() => PermissionSet.ofRuns(VOCABULARY, [[-1, 3]])).toThrow(RangeError);
  });
});

describe('a pattern', () => {
  it.each([
    ['a.b.c', 'a.b.c', true],
    ['a.b.c', 'a.b.cd', false],
    ['*', 'a.b.c', true],
    ['a.*.c', 'a.x.y.c', true],
    ['a.*.c', 'a.c', false],
    ['*.setIamPolicy', 'iam.serviceAccounts.setIamPolicy', true],
    ['a*a', 'a', false],
    ['*b*b*', 'abcb', true],
    ['*b*b*', 'abc', false],
    ['', '', true],
  ])('%s and %s: %s', (pattern, name, expected) => {
    expect(isLike(pattern, name)).toBe(expected);
  });

  it('agrees with the regular expression that it stands for', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '.'), maxLength: 8 });
    const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '.', '*'), maxLength: 8 });
    fc.assert(
      fc.property(pattern, text, (p, name) => {
        const meant = new RegExp(`^${p.replaceAll('.', '\\.').replaceAll('*', '.*')}$`);
        expect(isLike(p, name)).toBe(meant.test(name));
      }),
    );
  });

  it('takes no longer for being hostile', () => {
    expect(isLike(`${'*a'.repeat(1_000)}*`, 'a'.repeat(999))).toBe(false);
  });
});
