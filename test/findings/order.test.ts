import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { inReadingOrder, reaches } from '../../shared/findings/order.ts';
import { SEVERITIES, type Severity } from '../../shared/model/finding.ts';
import { finding } from './a-finding.ts';

const sorted = [
  finding({ id: '1', severity: 'critical', identity: 'a' }),
  finding({ id: '2', severity: 'high', identity: 'a', detector: 'a' }),
  finding({ id: '3', severity: 'high', identity: 'a', detector: 'b' }),
  finding({ id: '4', severity: 'high', identity: 'a', detector: 'b' }),
  finding({ id: '0', severity: 'high', identity: 'b' }),
  finding({ id: '0', severity: 'info' }),
  finding({ id: '0', state: 'acknowledged', severity: 'critical' }),
  finding({ id: '0', state: 'snoozed', severity: 'critical' }),
  finding({ id: '0', state: 'excepted', severity: 'critical' }),
  finding({ id: '0', state: 'undecided', severity: 'critical' }),
  finding({ id: '0', state: 'resolved', severity: 'critical' }),
];

describe('the order findings are read in', () => {
  it('is what stands before what is over, the worst first, then by who, by what, by id, in whatever order they came', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(sorted, { minLength: sorted.length }), (some) => {
        expect(some.toSorted(inReadingOrder)).toEqual(sorted);
      }),
    );
  });

  it('does not change with time, title or language', () => {
    const [a, b] = [
      finding({ identity: 'a', title: 'z', lastSeen: 9n }),
      finding({ identity: 'b', title: 'a', lastSeen: 1n }),
    ];
    expect([b, a].toSorted(inReadingOrder)).toEqual([a, b]);
    expect(
      ['ä', 'z', 'Z', 'a']
        .map((identity) => finding({ identity }))
        .toSorted(inReadingOrder)
        .map(({ identity }) => identity),
    ).toEqual(['Z', 'a', 'z', 'ä']);
  });
});

describe('a threshold', () => {
  it.each<[Severity | 'none', readonly Severity[]]>([
    ['critical', ['critical']],
    ['medium', ['critical', 'high', 'medium']],
    ['info', [...SEVERITIES]],
    ['none', []],
  ])('of %s is reached by what is as bad, or worse', (threshold, expected) => {
    expect(SEVERITIES.filter((severity) => reaches(severity, threshold))).toEqual(expected);
  });
});
