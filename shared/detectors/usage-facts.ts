import {
  LEARNT_AT_MOST,
  type Learnt,
  learntBefore,
  mayHaveBeenSeen,
  nextSighting,
  type SeenWay,
  waysSeen,
} from '../inventory/baseline.ts';
import type { View } from '../inventory/view.ts';
import { type AssetName, serviceAccountOf } from '../model/asset.ts';
import { around, liesIn, networkOf } from '../model/network.ts';
import { type KsaId, type Principal, shortEmail } from '../model/principal.ts';
import { DAY, earliest } from '../model/time.ts';
import { type Aspect, type HabitMonth, type Usage, workloadOf } from '../model/usage.ts';
import { globMatches } from '../policy/glob.ts';
import { declaredFor, declaredForGsa, poolOf } from '../policy/match.ts';
import type { DeclaredIdentity, DeclaredNetwork, DeclaredUsage, Policy } from '../policy/policy.ts';
import { isWatched } from './grant-facts.ts';

/** How long a new way of use is told of. After that it is one of the usual ones; one that is not declared ends as long after it was last seen. */
const TOLD_FOR = 7n * DAY;
/** With fewer days of use than that, nothing can be called usual. */
const ENOUGH_DAYS = 5;
/** As many identities that come to a network or a service within `TOGETHER` were moved there: a NAT got new addresses, a log was switched on. */
const CROWD = 5;
const TOGETHER = 2n * DAY;

/** An account, or a KSA by itself, that we keep watch over, and how it is used. */
export interface User {
  readonly asset: AssetName;
  readonly label: string;
  readonly email: string | undefined;
  readonly ksa: KsaId | undefined;
  readonly usage: Usage;
  /** The entries that speak of it. */
  readonly entries: readonly DeclaredIdentity[];
  readonly principal: Principal;
}

export function userOf(asset: AssetName, view: View, policy: Policy): User | undefined {
  const ksa = workloadOf(asset);
  if (ksa !== undefined) {
    const entries = declaredFor(policy, ksa, {}, view.asOf);
    const principal: Principal = { kind: 'ksa', ...ksa };
    const isOurs =
      poolOf(policy, ksa.pool) !== undefined && (entries.length > 0 || view.heldBy(principal).length > 0);
    const label = `${ksa.namespace}/${ksa.name}`;
    return isOurs
      ? { asset, label, email: undefined, ksa, usage: view.usageOf(asset), entries, principal }
      : undefined;
  }
  const named = serviceAccountOf(asset);
  if (named === undefined) return undefined;
  const account = view.account(named);
  const email = account.email ?? (named.includes('@') ? named : undefined);
  if (email === undefined || !isWatched({ ...account, email }, view, policy)) return undefined;
  return {
    asset,
    label: shortEmail(email),
    email,
    ksa: undefined,
    usage: view.usageOf(asset),
    entries: declaredForGsa(policy, email, view.asOf),
    principal: { kind: 'gsa', email },
  };
}

/** What entries say of one aspect, together; nothing when none does, and use is learnt. */
export function declaredOf<K extends 'services' | 'networks' | 'impersonatedBy'>(
  { entries }: User,
  aspect: K,
): { readonly items: readonly string[]; readonly at: DeclaredUsage['at'] } | undefined {
  const saying = entries.flatMap(({ usage }) => (usage?.[aspect] === undefined ? [] : [usage]));
  return saying[0] && { items: saying.flatMap((usage) => usage[aspect] ?? []), at: saying[0].at };
}

/** A way of use that is told of. */
export interface StrangeWay extends SeenWay {
  /** What it is measured by: what is declared, or what was learnt before it came. */
  readonly learnt: Learnt | undefined;
}

/** Ways that no entry declares and that were seen lately, and whether others were that are not kept. */
export function waysOutside(
  user: User,
  aspect: Aspect,
  isDeclared: (value: string) => boolean,
  view: View,
  policy: Policy,
): { readonly ways: readonly StrangeWay[]; readonly more: boolean } {
  const months = monthsOf(user, aspect, policy);
  const { forget } = policy.behaviour;
  const since = view.asOf - TOLD_FOR;
  view.wakeAt(nextSighting(months, view.asOf));
  const ways = waysSeen(months, { asOf: view.asOf, forget }).filter(
    ({ value, last }) => last > since && !isDeclared(value),
  );
  view.wakeAt(earliest(ways.map(({ last }) => last + TOLD_FOR)));
  const more = mayHaveBeenSeen(months, { before: view.asOf + 1n, forget: TOLD_FOR, within: true });
  return { ways: ways.map((way) => ({ ...way, learnt: undefined })), more };
}

/**
 * Ways that were never seen before, as far back as `behaviour.forget`, of an identity that has been watched for `behaviour.learn`. The answer
 * rests on the set of uses and on the time, never on the order in which they were told.
 */
export function newWays(user: User, aspect: Aspect, view: View, policy: Policy): readonly StrangeWay[] {
  const { learn, forget } = policy.behaviour;
  const enough = earliest([learn, LEARNT_AT_MOST]) ?? learn;
  const months = monthsOf(user, aspect, policy);
  view.wakeAt(nextSighting(months, view.asOf));
  // That somebody acts through it at all may be new: all that was seen of it counts.
  const known = aspect === 'through' ? Object.values(user.usage.habits).flat() : months;
  return waysSeen(months, { asOf: view.asOf, forget }).flatMap((way) => {
    if (way.first + TOLD_FOR <= view.asOf) return [];
    view.wakeAt(way.first + TOLD_FOR);
    const span = { before: way.first, forget };
    const learnt = learntBefore(known, span);
    if (learnt === undefined || learnt.days < ENOUGH_DAYS || learnt.since > way.first - enough) return [];
    return mayHaveBeenSeen(months, span) ? [] : [{ ...way, learnt }];
  });
}

/** The months of one aspect, networks by the places that they are. */
export function monthsOf({ usage }: User, aspect: Aspect, policy: Policy): readonly HabitMonth[] {
  const months = usage.habits[aspect] ?? [];
  if (aspect !== 'network') return months;
  return months.map(({ ways, ...month }) => ({
    ...month,
    ways: ways.map((way) => ({ ...way, value: placeOf(way.value, policy) })),
  }));
}

/** The declared network a call came from, by its name; a VPC, a /24, a /48 otherwise; `inside` for Google's own and private ones. */
export function placeOf(network: string, policy: Policy): string {
  const declared = policy.behaviour.networks.find((one) => isIn(network, one));
  if (declared !== undefined) return declared.name;
  return /^[0-9a-f:.]+(\/64)?$/.test(network) ? around(network) : network;
}

function isIn(network: string, { addresses, vpcs }: DeclaredNetwork): boolean {
  return network.startsWith('projects/')
    ? vpcs.some((pattern) => globMatches(pattern, network))
    : network !== 'inside' && addresses.some((range) => liesIn(network, range));
}

/** Addresses that lie in a place, newest first, as far as they are kept. */
export function addressesIn({ usage }: User, place: string, policy: Policy): readonly string[] {
  const found = (usage.habits.network ?? [])
    .flatMap(({ ways }) => ways)
    .filter(({ value }) => placeOf(value, policy) === place);
  return [
    ...new Set(
      found.toSorted((a, b) => (b.hours.at(-1) ?? 0) - (a.hours.at(-1) ?? 0)).map(({ value }) => value),
    ),
  ];
}

/** The networks where it is a stranger, as `unusual-network` tells them: neither declared for it nor for anybody, nor usual. */
export function strangeNetworks(user: User, view: View, policy: Policy): readonly StrangeWay[] {
  const declared = declaredOf(user, 'networks');
  if (declared !== undefined)
    return waysOutside(
      user,
      'network',
      (place) => place === 'inside' || declared.items.includes(place),
      view,
      policy,
    ).ways;
  return newWays(user, 'network', view, policy).filter(
    ({ value }) => value !== 'inside' && !policy.behaviour.networks.some(({ name }) => name === value),
  );
}

/** Of those, the ones a service was called from. */
export function strangePlacesOf(
  user: User,
  { value, first }: SeenWay,
  strange: readonly StrangeWay[],
  policy: Policy,
): readonly StrangeWay[] {
  const from = user.usage.uses
    .filter(({ service }) => service === value)
    .flatMap(({ network }) => (network === undefined ? [] : (networkOf(network)?.name ?? [])))
    .map((network) => placeOf(network, policy));
  return strange.filter((one) => from.includes(one.value) || one.first === first);
}

/** How many identities, this one among them, first came to a service or a network about when this one did. */
export function cameTogether(name: AssetName, { first }: SeenWay, view: View): number {
  const { by = [] } = view.visitsTo(name) ?? {};
  return by.filter((one) => one.first <= first + TOGETHER && first <= one.first + TOGETHER).length;
}

export function isCrowd(count: number): boolean {
  return count >= CROWD;
}
