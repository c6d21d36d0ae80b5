import { earliest, later } from '../model/time.ts';
import type { Ground } from './input.ts';
import type { PolicyVersion } from './report.ts';

/** The policies that were in force within the period, as the runs of it saw them; the one in force now is always among them. */
export function policyHistory({ input, asOf }: Ground): readonly PolicyVersion[] {
  const seen = [
    ...(input.history?.points ?? []).filter(({ at }) => at > input.period.from && at <= asOf),
    { policyHash: input.policy.hash, at: asOf },
  ];
  return [...Map.groupBy(seen, ({ policyHash }) => policyHash)]
    .map(([hash, points]) => ({
      hash,
      from: earliest(points.map(({ at }) => at)) ?? asOf,
      to: points.map(({ at }) => at).reduce(later),
      // What adopts a policy knows it by its hash; who wrote it, its repository tells.
      by: undefined,
    }))
    .toSorted((a, b) => (a.from > b.from ? -1 : a.from < b.from ? 1 : 0));
}
