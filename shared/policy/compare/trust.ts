import type { TrustedPool } from '../policy.ts';
import type { Told } from './change.ts';
import { changed, flagChange, listChanges, type NamedWords } from './tell.ts';

export const POOLS: NamedWords<TrustedPool> = {
  more: 'weaker',
  came: ({ pool }) => `pool ${pool} is trusted now`,
  went: ({ pool }) => `pool ${pool} is no longer trusted`,
  kept: poolChanges,
};

function poolChanges(a: TrustedPool, b: TrustedPool): readonly Told[] {
  return [
    ...changed('weaker', 'is pool', a.pool, b.pool),
    ...listChanges(a.clusters, b.clusters, 'clusters', 'weaker', { emptyIsAll: true }),
    ...listChanges(a.issuers, b.issuers, 'issuers', 'weaker', { emptyIsAll: true }),
    ...changed(
      b.identitySameness === 'accepted' ? 'weaker' : 'stronger',
      'identity sameness is',
      a.identitySameness,
      b.identitySameness,
    ),
    ...flagChange('stronger', a.requireCondition, b.requireCondition, [
      'its providers must have a condition now',
      'its providers need no condition any more',
    ]),
  ];
}
