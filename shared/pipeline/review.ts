import type { Review } from '../model/posture.ts';
import { formatTime, type Nanos } from '../model/time.ts';
import type { Store } from '../ports.ts';
import type { Report } from '../report/report.ts';

/** What an owner says of one identity. */
export type ReviewSaid = Pick<Review, 'identity' | 'decision' | 'comment'>;

/** The identities of a review that the report does not know: a slip, or gone since. */
export function unknownIdentities(said: readonly ReviewSaid[], report: Report): readonly string[] {
  const known = new Set(report.identities.map(({ id }) => id));
  return said.map(({ identity }) => identity).filter((identity) => !known.has(identity));
}

/** Keeps what was said, for the quarter of the report. Every word is kept, and the last counts: a review is evidence. */
export async function keepReviews(
  store: Store,
  said: readonly ReviewSaid[],
  { quarter, by, at }: { readonly quarter: string; readonly by: string; readonly at: Nanos },
): Promise<void> {
  for (let start = 0; start < said.length; start += AT_ONCE) {
    await store.transaction(async (tx) => {
      for (const one of said.slice(start, start + AT_ONCE))
        tx.put('reviews', `${quarter}|${one.identity}|${formatTime(at)}`, { ...one, quarter, by, at });
    });
  }
}

const AT_ONCE = 200;
