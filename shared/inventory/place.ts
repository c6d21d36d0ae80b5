import type { Place } from './register.ts';

/** Of an asset of which no message told where it lies. */
export const NOWHERE: Place = { ancestors: [], placedAt: 0n };

/** Whether everything above an asset is told. */
export function reachesTop({ ancestors }: Place): boolean {
  return ancestors.at(-1)?.startsWith('organizations/') === true;
}

/**
 * What to believe of where an asset lies. A list that reaches the organisation tells all, and of those the newest counts: projects move. Of
 * lists that break off before, the more telling one.
 */
export function truerPlace(a: Place, b: Place): Place {
  const { ancestors, placedAt } = rank(a) >= rank(b) ? a : b;
  return { ancestors, placedAt };
}

/** A text that sorts by what is believed, and is equal for equal places only: then the order in which they were told plays no part. */
function rank(place: Place): string {
  const { ancestors, placedAt } = place;
  const [time, length] = [digits(placedAt), digits(BigInt(ancestors.length))];
  return [...(reachesTop(place) ? ['1', time, length] : ['0', length, time]), ...ancestors].join(' ');
}

function digits(number: bigint): string {
  return String(number).padStart(20, '0');
}
