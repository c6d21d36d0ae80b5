import type { ReviewProgress } from '../alerts/digest-message.ts';
import type { Review, Roster } from '../model/posture.ts';
import { DAY, type Nanos } from '../model/time.ts';
import { localTime } from '../policy/local-time.ts';
import type { Policy } from '../policy/policy.ts';
import type { Store } from '../ports.ts';
import { quarterOf } from '../report/access-review.ts';
import { everything } from './everything.ts';

/** Whoever has not reviewed by now is told every day. */
const LAST_DAYS = 30;
const PAGE = 500;

/**
 * How far the access review of this quarter has come, where it is worth a word; against the identities that the newest report had, so that
 * without any report nothing is said. A review is held where the policy has a report signed, or where somebody has begun it. It is spoken
 * of in the last thirty days of the quarter, and where a report must be signed on Mondays before.
 */
export async function reviewToTell(
  policy: Policy,
  store: Store,
  asOf: Nanos,
): Promise<readonly Reviewed[] | undefined> {
  const { date, weekday } = localTime(asOf, policy.timezone);
  const quarter = quarterOf(asOf, policy.timezone);
  const isSigned = policy.reports.some(({ signOff }) => signOff === 'required');
  const isEnding = daysBetween(date, lastDayOf(quarter)) < LAST_DAYS;
  if (!isEnding && !(isSigned && weekday === 'mon')) return undefined;
  const reviews = await reviewsOf(store, quarter);
  if (!isSigned && reviews.length === 0) return undefined;
  return reviewedOf([...(await everything(store, 'rosters')).values()], reviews);
}

/** An owner, and what was said of their identities; `undefined`: nothing. */
export interface Reviewed {
  readonly owner: string;
  readonly decisions: readonly (Review['decision'] | undefined)[];
}

/** Each owner's identities with the last word on each. Pure. */
export function reviewedOf(rosters: readonly Roster[], reviews: readonly Review[]): readonly Reviewed[] {
  const last = new Map(
    reviews.toSorted((a, b) => (a.at < b.at ? -1 : 1)).map(({ identity, decision }) => [identity, decision]),
  );
  return [...Map.groupBy(rosters, ({ owner }) => owner)].map(([owner, parts]) => ({
    owner,
    decisions: parts.flatMap(({ identities }) => identities.map((identity) => last.get(identity))),
  }));
}

/** What is said of a review, to one owner or to everybody; `undefined` where nothing is left to be done. Pure. */
export function progressOf(
  reviewed: readonly Reviewed[],
  quarter: string,
  owner: string | undefined,
): ReviewProgress | undefined {
  const own = reviewed.filter((one) => owner === undefined || one.owner === owner);
  const all = own.flatMap(({ decisions }) => decisions);
  const count = (wanted: Review['decision'] | undefined): number =>
    all.filter((decision) => decision === wanted).length;
  const owners = own
    .map((one) => ({
      owner: one.owner,
      pending: one.decisions.filter((decision) => decision === undefined).length,
    }))
    .filter(({ pending }) => pending > 0)
    .toSorted((a, b) => b.pending - a.pending || (a.owner < b.owner ? -1 : 1));
  return owners.length === 0
    ? undefined
    : {
        quarter,
        identities: all.length,
        attested: count('attested'),
        revoked: count('revoked'),
        pending: count(undefined),
        owners,
        ends: lastDayOf(quarter),
      };
}

/** Their ids begin with the quarter. */
async function reviewsOf(store: Store, quarter: string): Promise<readonly Review[]> {
  const found: Review[] = [];
  let after = `${quarter}|`;
  for (;;) {
    const start = after;
    const page = await store.transaction((tx) => tx.list('reviews', start, PAGE), 'read-only');
    found.push(...[...page.values()].filter((review) => review.quarter === quarter));
    after = [...page.keys()].at(-1) ?? after;
    if (page.size < PAGE || !after.startsWith(`${quarter}|`)) return found;
  }
}

/** `2026-12-31` of `2026-Q4`. */
function lastDayOf(quarter: string): string {
  const [year = '', number = ''] = quarter.split('-Q');
  return `${year}-${['03-31', '06-30', '09-30', '12-31'][Number(number) - 1]}`;
}

function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / Number(DAY / 1_000_000n));
}
