import { earliest, later, type Nanos } from '../model/time.ts';
import type { Ground } from './input.ts';
import type { PolicyVersion } from './report.ts';

/**
 * The policies that were in force within the period: as they were adopted, and before that is on record as the reports of the time saw them.
 * The one in force now is always among them. The newest first.
 */
export function policyHistory(ground: Ground): readonly PolicyVersion[] {
  const adopted = adoptedVersions(ground);
  const since = earliest(adopted.map(({ from }) => from));
  const newest = adopted.at(-1);
  const { hash } = ground.input.policy;
  return [
    ...seenVersions(ground, since),
    ...adopted,
    ...(newest?.hash === hash ? [] : [{ hash, from: ground.asOf, to: ground.asOf, by: undefined }]),
  ]
    .filter(({ to }) => to > ground.input.period.from)
    .reduce(joined, [])
    .toSorted((a, b) => (a.from > b.from ? -1 : a.from < b.from ? 1 : 0));
}

/** Each until the next took over; the oldest first. */
function adoptedVersions({ input, asOf }: Ground): readonly PolicyVersion[] {
  const known = (input.history?.policies ?? [])
    .filter(({ at }) => at <= asOf)
    .toSorted((a, b) => (a.at < b.at ? -1 : 1));
  return known.map(({ hash, at, by }, index) => ({ hash, from: at, to: known[index + 1]?.at ?? asOf, by }));
}

/** Those that reports saw before adoptions were on record. Who wrote them is not known. */
function seenVersions({ input, asOf }: Ground, until: Nanos | undefined): readonly PolicyVersion[] {
  const points = (input.history?.points ?? []).filter(
    ({ at }) => at > input.period.from && at <= asOf && (until === undefined || at < until),
  );
  return [...Map.groupBy(points, ({ policyHash }) => policyHash)].map(([hash, seen]) => ({
    hash,
    from: earliest(seen.map(({ at }) => at)) ?? asOf,
    to: seen.map(({ at }) => at).reduce(later),
    by: undefined,
  }));
}

/** What follows itself, written anew by nobody known, is one version. */
function joined(versions: readonly PolicyVersion[], next: PolicyVersion): readonly PolicyVersion[] {
  const last = versions.at(-1);
  if (last === undefined || last.hash !== next.hash || next.by !== undefined) return [...versions, next];
  return [...versions.slice(0, -1), { ...last, to: next.to }];
}
