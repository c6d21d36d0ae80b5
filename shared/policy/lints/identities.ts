import { isGkePool } from '../../model/principal.ts';
import { poolId } from '../identity-pattern.ts';
import { type Place, type Problem, problemAt } from '../problem.ts';
import type { Sections } from '../sections.ts';
import { didYouMean } from '../suggest.ts';
import type { Lint } from './lint.ts';

type Entry = Sections['identities'][number];
type Pattern = NonNullable<Entry['value']['identity']>;

/** What the entries of `workloadIdentities` say of pools and of each other. */
export const identities: Lint = function* (sections) {
  const patterns = sections.identities.flatMap(patternsOf);
  yield* unknownPools(patterns, sections);
  yield* overlaps(patterns);
};

interface PlacedPattern {
  readonly entry: Entry;
  readonly pattern: Pattern;
  readonly at: (...path: readonly string[]) => Place;
}

function patternsOf(entry: Entry): readonly PlacedPattern[] {
  const { identity, identities: several = [] } = entry.value;
  const one = identity && {
    entry,
    pattern: identity,
    at: (...path: readonly string[]) => entry.at('identity', ...path),
  };
  const more = several.map((pattern, i) => ({
    entry,
    pattern,
    at: (...path: readonly string[]) => entry.at('identities', i, ...path),
  }));
  return one ? [one, ...more] : more;
}

function* unknownPools(
  patterns: readonly PlacedPattern[],
  { pools, poolNames }: Sections,
): Generator<Problem> {
  const names = poolNames.map(({ value }) => value);
  const without = new Set(
    pools.filter(({ value }) => !isGkePool(poolId(value.pool))).map(({ value }) => value.name),
  );
  for (const { pattern, at } of patterns) {
    if (!names.includes(pattern.pool)) {
      const meant = pools.find(({ value }) => value.pool === pattern.pool)?.value.name;
      const declare = didYouMean(pattern.pool, names) ?? 'declare it in trust.pools';
      const hint = meant === undefined ? declare : `write its name, \`${meant}\``;
      yield problemAt(at('pool'), {
        code: 'unknown-pool',
        message: `\`${pattern.pool}\` is not in trust.pools`,
        hint,
      });
    } else if (without.has(pattern.pool)) {
      const message = `\`${pattern.pool}\` is no pool of GKE clusters: it has no namespaces, and this matches nothing`;
      yield problemAt(at('pool'), { code: 'pool-without-namespaces', severity: 'warning', message });
    }
  }
}

/**
 * `overlapping-identities`: two entries that speak of the same accounts, and neither more specifically. Only patterns that are equal
 * letter for letter are found; two different globs of one length that share some account (`a*`, `*a`) are not. At run time both entries
 * then hold, so nothing is missed: what either allows is allowed.
 */
function* overlaps(patterns: readonly PlacedPattern[]): Generator<Problem> {
  const firsts = new Map<string, PlacedPattern>();
  for (const placed of patterns) {
    const { pool, namespace, serviceAccount } = placed.pattern;
    const key = [pool, namespace, serviceAccount].join(' ');
    const first = firsts.get(key);
    if (!first) firsts.set(key, placed);
    else {
      const { file, line } = first.at();
      const message = `${namespace}/${serviceAccount} is already spoken of by \`${first.entry.value.name}\` in ${file}:${line}`;
      yield problemAt(placed.at(), {
        code: 'overlapping-identities',
        message,
        hint: 'join the two entries, or make one more specific',
      });
    }
  }
}
