import { isGkePool } from '../../model/principal.ts';
import { poolId } from '../identity-pattern.ts';
import { problemAt } from '../problem.ts';
import { didYouMean } from '../suggest.ts';
import type { Lint } from './lint.ts';

/** What `trust.pools` says of itself, and `modes` of it. */
export const pools: Lint = function* (sections) {
  for (const { value, at, isPartial } of sections.pools) {
    if (isPartial || value.clusters.length > 0 || !isGkePool(poolId(value.pool))) continue;
    yield problemAt(at(), {
      code: 'pool-without-clusters',
      severity: 'warning',
      message: `\`${value.name}\` trusts the pool and names no cluster of it`,
      hint: 'add `clusters: [PROJECT/LOCATION/NAME]`: whoever makes another cluster in the pool can make its identities',
    });
  }
  const names = sections.poolNames.map(({ value }) => value);
  for (const { value, at } of sections.modes) {
    const { pool } = value.match;
    if (pool === undefined || names.includes(pool)) continue;
    const message = `\`${pool}\` is not in trust.pools`;
    const hint = didYouMean(pool, names) ?? 'declare it in trust.pools';
    yield problemAt(at('match', 'pool'), { code: 'unknown-pool', message, hint });
  }
};
