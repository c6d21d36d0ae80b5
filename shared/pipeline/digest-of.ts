import type { Digest, DigestFinding, DigestGroup, EndingException } from '../alerts/digest-message.ts';
import { isLive, worstFirst } from '../alerts/standing.ts';
import type { Finding, Severity } from '../model/finding.ts';
import type { PosturePoint } from '../model/posture.ts';
import { DAY, type Nanos } from '../model/time.ts';
import type { Policy } from '../policy/policy.ts';
import { quarterOf } from '../report/access-review.ts';
import { progressOf, type Reviewed } from './review-progress.ts';

const ENDING_WITHIN = 14n * DAY;

export interface DigestPeriod {
  readonly period: 'daily' | 'weekly';
  readonly day: string;
  /** News from here on, up to `asOf`. */
  readonly from: Nanos;
  readonly asOf: Nanos;
}

/** What is known besides the findings, without a look at the whole inventory. */
export interface DigestBackground {
  /** How the newest report found things, where it is recent. */
  readonly point: PosturePoint | undefined;
  /** The access review, where it is to be spoken of. */
  readonly reviewed: readonly Reviewed[] | undefined;
}

/** What a digest tells, for one owner or for everybody. Pure. */
export function digestOf(
  findings: readonly Finding[],
  policy: Policy,
  { period, day, from, asOf }: DigestPeriod,
  owner: string | undefined,
  { point, reviewed }: DigestBackground = { point: undefined, reviewed: undefined },
): Digest {
  const own = findings.filter((finding) => owner === undefined || finding.owner === owner);
  const paging = own.filter((finding) => finding.class !== 'posture');
  const live = paging.filter(isLive);
  const review =
    reviewed === undefined ? undefined : progressOf(reviewed, quarterOf(asOf, policy.timezone), owner);
  const identities = policy.identities.filter((entry) => owner === undefined || entry.owner === owner);
  return {
    ...(owner === undefined ? {} : { owner }),
    period,
    day,
    opened: paging.filter(
      ({ state, firstSeen }) => state !== 'undecided' && firstSeen > from && firstSeen <= asOf,
    ).length,
    closed: paging.filter(
      ({ resolvedAt }) => resolvedAt !== undefined && resolvedAt > from && resolvedAt <= asOf,
    ).length,
    standing: countBySeverity(live),
    snoozed: paging.filter(({ state }) => state === 'snoozed').length,
    excepted: paging.filter(({ state }) => state === 'excepted').length,
    undecided: own.filter(({ state }) => state === 'undecided').length,
    ageing: ageing(live),
    posture: groups(own.filter((finding) => finding.class === 'posture' && isLive(finding))),
    endingExceptions: ending(own, owner === undefined ? policy : undefined, asOf),
    ...(owner === undefined ? forEverybody(findings, policy, point, asOf) : {}),
    ...(review === undefined ? {} : { review }),
    declared: identities.length,
    policyHash: policy.hash,
    coverage: [],
    asOf,
  };
}

/** Whether there is anything that its owner would want to read. */
export function saysAnything(digest: Digest): boolean {
  const { opened, closed, ageing: old, posture, endingExceptions, snoozed, review } = digest;
  if (review !== undefined) return true;
  return opened + closed + snoozed + old.length + posture.length + endingExceptions.length > 0;
}

/** What is nobody's in particular. */
function forEverybody(
  findings: readonly Finding[],
  { exceptions }: Policy,
  point: PosturePoint | undefined,
  asOf: Nanos,
): Pick<Digest, 'unusedExceptions' | 'keysLeft' | 'coverageRatio'> {
  const used = new Set(
    findings.filter(({ state }) => state === 'excepted').map(({ exception }) => exception),
  );
  const unused = exceptions.filter(({ name, expires }) => expires > asOf && !used.has(name));
  return {
    ...(unused.length === 0 ? {} : { unusedExceptions: unused.map(({ name }) => name) }),
    ...(point === undefined ? {} : { keysLeft: point.keysLeft }),
    ...(point?.coverage === undefined ? {} : { coverageRatio: point.coverage }),
  };
}

function countBySeverity(findings: readonly Finding[]): Partial<Record<Severity, number>> {
  const counts: Partial<Record<Severity, number>> = {};
  for (const { severity } of findings) counts[severity] = (counts[severity] ?? 0) + 1;
  return counts;
}

function ageing(live: readonly Finding[]): readonly DigestFinding[] {
  return [...live]
    .sort((a, b) => Number(a.firstSeen - b.firstSeen) || worstFirst(a, b))
    .slice(0, 5)
    .map(({ title, severity, firstSeen, owner }) => ({
      title,
      severity,
      since: firstSeen,
      ...(owner === undefined ? {} : { owner }),
    }));
}

function groups(posture: readonly Finding[]): readonly DigestGroup[] {
  return [...Map.groupBy(posture, ({ detector }) => detector)]
    .map(([detector, all]) => ({ all: all.toSorted(worstFirst), detector }))
    .sort((a, b) => worstFirst(a.all[0]!, b.all[0]!) || b.all.length - a.all.length)
    .map(({ all, detector }) => ({
      detector,
      count: all.length,
      worst: all[0]!.severity,
      example: all[0]!.title,
    }));
}

/** Those of the policy, and those that were agreed to in Slack. */
function ending(
  findings: readonly Finding[],
  policy: Policy | undefined,
  asOf: Nanos,
): readonly EndingException[] {
  const declared = (policy?.exceptions ?? []).map(({ name, expires }) => ({
    name,
    ends: expires,
    notInGit: false,
  }));
  const agreed = findings.flatMap(({ exception, exceptedUntil: ends }) =>
    exception === undefined || ends === undefined ? [] : [{ name: exception, ends, notInGit: true }],
  );
  const byName = new Map([...declared, ...agreed].map((one) => [one.name, one]));
  return [...byName.values()]
    .filter(({ ends }) => ends > asOf && ends <= asOf + ENDING_WITHIN)
    .sort((a, b) => Number(a.ends - b.ends));
}
