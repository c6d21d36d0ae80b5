import type { Nanos } from '../model/time.ts';
import { localTime } from '../policy/local-time.ts';
import type { Ground } from './input.ts';
import type { AccessReview, IdentityLine, ReviewLine } from './report.ts';
import { compareText } from './standing.ts';

/** Each owner's identities with what the owner said of them this quarter. Nobody's silence is consent: what nobody spoke of is pending. */
export function accessReview(ground: Ground, identities: readonly IdentityLine[]): AccessReview {
  const quarter = quarterOf(ground.asOf, ground.policy.timezone);
  const said = new Map(
    (ground.input.history?.reviews ?? [])
      .filter((one) => one.quarter === quarter && one.at <= ground.asOf)
      .toSorted((a, b) => (a.at < b.at ? -1 : 1))
      .map((one) => [one.identity, one]),
  );
  const lineOf = ({ id }: IdentityLine): ReviewLine => {
    const review = said.get(id);
    return {
      identity: id,
      decision: review?.decision ?? 'pending',
      by: review?.by,
      at: review?.at,
      comment: review?.comment ?? '',
    };
  };
  const lines = identities.map((identity) => ({ owner: identity.owner, line: lineOf(identity) }));
  const count = (wanted: ReviewLine['decision']): number =>
    lines.filter(({ line }) => line.decision === wanted).length;
  return {
    quarter,
    attested: count('attested'),
    revoked: count('revoked'),
    pending: count('pending'),
    owners: [...Map.groupBy(lines, ({ owner }) => owner)]
      .toSorted(([a], [b]) => compareText(a, b))
      .map(([owner, own]) => ({ owner, identities: own.map(({ line }) => line) })),
  };
}

/** `2026-Q4`, by the calendar of the policy's time zone. */
export function quarterOf(time: Nanos, timezone: string): string {
  const { date } = localTime(time, timezone);
  const [year = '', month = ''] = date.split('-');
  return `${year}-Q${Math.ceil(Number(month) / 3)}`;
}
