import { learntBefore, waysSeen } from '../inventory/baseline.ts';
import type { View } from '../inventory/view.ts';
import { projectOfEmail } from '../model/asset.ts';
import { DAY, type Nanos } from '../model/time.ts';
import type { Aspect } from '../model/usage.ts';
import type { Policy } from '../policy/policy.ts';
import type { Judgement } from './detector.ts';
import { dayText } from './key-words.ts';
import { isCrowd, monthsOf, type StrangeWay, type User } from './usage-facts.ts';

/** Findings of one detector on one identity; more than that are told together. */
const MOST_TOLD = 5;

/** What the findings on the use of one identity have in common. */
function userWords({ asset, label, email, ksa, entries }: User, view: View) {
  const home = email === undefined ? undefined : projectOfEmail(email);
  const owner = entries.find((entry) => entry.owner !== undefined)?.owner;
  return {
    identity: label,
    resource: asset,
    ...(email === undefined ? {} : { account: email }),
    ...(ksa === undefined ? {} : { ksa, namespace: ksa.namespace }),
    ...(home === undefined ? {} : { project: view.projectId(home) }),
    ...(owner === undefined ? {} : { owner }),
  };
}

/** What every finding on a way of use says. */
export function wayWords(user: User, { first }: StrangeWay, why: Judgement['why'], view: View) {
  return {
    ...userWords(user, view),
    state: 'open',
    before: [],
    why,
    remediation: [],
    cause: useCause(user, first),
  } as const;
}

/** What was usual, and then what is new, first seen that day; and why that weighs more than it would. */
export function nowText(
  user: User,
  way: StrangeWay,
  now: string,
  { isSensitive, policy, also = '' }: { isSensitive: boolean; policy: Policy; also?: string },
): readonly string[] {
  const usual = usualText(user, way, policy);
  return [
    `${usual === '' ? 'Now' : `${usual}; now`} ${now}, first on ${dayText(way.first, policy)}${also}.`,
    ...(isSensitive ? ['It holds a role on something sensitive.'] : []),
  ];
}

/** Its use, and not the account itself: whoever changes the account just then has nothing to do with it. */
function useCause({ asset }: User, time: Nanos) {
  return { asset: `${asset}/usage`, time, source: 'audit-log' } as const;
}

/**
 * A finding for each way, the earliest first, and one for all that are more than a handful: whoever scans through a hundred APIs is told of
 * once. `rest`: what to call those.
 */
export function toldOf(
  user: User,
  ways: readonly StrangeWay[],
  why: Judgement['why'],
  { view, policy }: { readonly view: View; readonly policy: Policy },
  ofOne: (way: StrangeWay) => Judgement,
  rest: (count: number) => string,
): readonly Judgement[] {
  const others = ways.slice(MOST_TOLD);
  const [first] = others;
  const told = ways.slice(0, MOST_TOLD).map(ofOne);
  if (first === undefined) return told;
  const usual = usualText(user, first, policy);
  return [
    ...told,
    {
      ...userWords(user, view),
      state: 'open',
      title: rest(others.length),
      subject: 'others',
      before: [],
      after: others.map(({ value }) => value),
      explanation: `${usual === '' ? 'Nothing of it was seen before' : usual}.`,
      why,
      remediation: [],
      cause: useCause(user, first.first),
    },
  ];
}

/** That too many ways were seen to keep them: whether one of them is not declared is not known. */
export function unknownOf(user: User, title: string, why: Judgement['why'], view: View): Judgement {
  return {
    ...userWords(user, view),
    state: 'undecided',
    title,
    subject: 'unknown',
    before: [],
    after: [],
    explanation:
      'There were more within a month than are kept, and those that are not kept cannot be compared with what is declared.',
    why,
    remediation: [],
    // The start of some weeks: a time that moves would make another change of it each day.
    cause: useCause(user, view.asOf - (view.asOf % (30n * DAY))),
  };
}

/** What many began together is no attack on one. */
export function weightOf(isHigh: boolean, together: number): Pick<Judgement, 'severity' | 'class'> {
  if (isCrowd(together)) return { class: 'posture', severity: 'low' };
  return isHigh ? { severity: 'high' } : {};
}

/** `Usually cloudsql.googleapis.com from 3 networks, seen on 41 days since 2026-10-11`, of what was there before. */
function usualText(user: User, { first, learnt }: StrangeWay, policy: Policy): string {
  const { forget } = policy.behaviour;
  const before = { asOf: first - 1n, forget };
  const names = (aspect: Aspect) =>
    waysSeen(monthsOf(user, aspect, policy), before).map(({ value }) => value);
  const services = names('service');
  const networks = names('network');
  const what = services.length === 0 ? 'calls that name no service' : someOf(services, 'services');
  const from =
    networks.length === 0
      ? ''
      : networks.length > 2
        ? ` from ${networks.length} networks`
        : ` from ${networks.map(networkText).join(' and ')}`;
  const span = { before: first, forget };
  const seen = learnt ?? learntBefore(Object.values(user.usage.habits).flat(), span);
  return seen === undefined
    ? ''
    : `Usually ${what}${from}, seen on ${seen.days} ${seen.days === 1 ? 'day' : 'days'} since ${dayText(seen.since, policy)}`;
}

/** A place, to stand after "from". */
export function networkText(place: string): string {
  return place === 'inside' ? 'inside Google Cloud' : place;
}

/** A few by name, more by their number. */
export function someOf(values: readonly string[], many: string): string {
  if (values.length > 3) return `${values.length} ${many}`;
  return values.length < 2 ? values.join('') : `${values.slice(0, -1).join(', ')} and ${values.at(-1)}`;
}
