import type { AssetName } from '../model/asset.ts';
import { networkOf } from '../model/network.ts';
import { DAY, HOUR, type Nanos } from '../model/time.ts';
import {
  type Aspect,
  type HabitMonth,
  type Habits,
  TOKEN_SERVICES,
  type Use,
  type Visitor,
  type Visits,
  type Way,
} from '../model/usage.ts';
import { NOWHERE } from './place.ts';
import type { VisitsRegister } from './register.ts';

/**
 * What is learnt of how identities are used. Nothing here depends on the order in which uses are told: of each day the earliest hour is kept,
 * of each month the ways that come first by the letter, and of all months the newest; each is dropped by what is in the end the newest, and
 * what was dropped once would be dropped in the end.
 */

const MONTH_DAYS = 30;
/** Three whole months and the one that runs: never less than 90 days. */
const KEPT_MONTHS = 4;
/** Ways kept of one aspect in one month. A workload has a handful; whoever has more has no habits that could be told. */
export const KEPT_WAYS = 64;
/** Identities kept of one network or service: enough to see that many came together. */
const KEPT_VISITORS = 32;

/** The longest time that can be learnt for, because no less than it is always kept. */
export const LEARNT_AT_MOST = BigInt(MONTH_DAYS * (KEPT_MONTHS - 1)) * DAY;

/** What one use tells. */
export function habitsOf({ time, service, network, through }: Use): Habits {
  const hour = Number(time / HOUR);
  const month = (value: string | undefined): readonly HabitMonth[] | undefined =>
    value === undefined
      ? undefined
      : [{ month: monthOf(hour), ways: [{ value, hours: [hour] }], more: false }];
  return given({
    service: month(service !== undefined && TOKEN_SERVICES.has(service) ? undefined : service),
    network: month(network === undefined ? undefined : networkOf(network)?.name),
    through: month(through),
  });
}

export function mergeHabits(a: Habits, b: Habits): Habits {
  return given({
    service: mergeMonths(a.service, b.service),
    network: mergeMonths(a.network, b.network),
    through: mergeMonths(a.through, b.through),
  });
}

function given(habits: { readonly [aspect in Aspect]: readonly HabitMonth[] | undefined }): Habits {
  const { service, network, through } = habits;
  return {
    ...(service === undefined ? {} : { service }),
    ...(network === undefined ? {} : { network }),
    ...(through === undefined ? {} : { through }),
  };
}

function mergeMonths(
  a: readonly HabitMonth[] | undefined,
  b: readonly HabitMonth[] | undefined,
): readonly HabitMonth[] | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  const all = [...Map.groupBy([...a, ...b], ({ month }) => month)].sort(([x], [y]) => y - x);
  const newest = all[0]?.[0] ?? 0;
  return all
    .filter(([month]) => month > newest - KEPT_MONTHS)
    .map(([month, some]) => {
      const ways = mergeWays(some.flatMap((one) => one.ways));
      return {
        month,
        ways: ways.slice(0, KEPT_WAYS),
        more: ways.length > KEPT_WAYS || some.some(({ more }) => more),
      };
    });
}

function mergeWays(ways: readonly Way[]): readonly Way[] {
  return [...Map.groupBy(ways, ({ value }) => value)]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([value, some]) => ({ value, hours: firstOfDays(some.flatMap(({ hours }) => hours)) }));
}

/** The first hour of each day, the earliest first. */
function firstOfDays(hours: readonly number[]): readonly number[] {
  const byDay = new Map<number, number>();
  for (const hour of hours) byDay.set(dayOf(hour), Math.min(byDay.get(dayOf(hour)) ?? hour, hour));
  return [...byDay.values()].sort((a, b) => a - b);
}

function dayOf(hour: number): number {
  return Math.floor(hour / 24);
}

function monthOf(hour: number): number {
  return Math.floor(dayOf(hour) / MONTH_DAYS);
}

// --- who comes to a network or a service ---------------------------------------------------------------------------------------------

export type VisitsFact = Visits & { readonly kind: 'visits'; readonly asset: AssetName };

export function emptyVisits(name: AssetName): VisitsRegister {
  return { content: 'visits', name, ...NOWHERE, first: undefined, by: [], more: false };
}

export function absorbVisit(known: VisitsRegister, { who, first }: Visitor): VisitsRegister {
  return mergeVisits([known, { ...known, first, by: [{ who, first }], more: false }])!;
}

export function mergeVisits(registers: readonly VisitsRegister[]): VisitsRegister | undefined {
  const [one] = registers;
  if (one === undefined) return undefined;
  const firsts = new Map<AssetName, Nanos>();
  for (const { who, first } of registers.flatMap(({ by }) => by)) {
    const other = firsts.get(who);
    if (other === undefined || first < other) firsts.set(who, first);
  }
  const by = [...firsts]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([who, first]): Visitor => ({ who, first }));
  const first = registers
    .map((register) => register.first)
    .reduce((a, b) => (a === undefined ? b : b === undefined || a < b ? a : b));
  return {
    ...one,
    first,
    by: by.slice(0, KEPT_VISITORS),
    more: by.length > KEPT_VISITORS || registers.some(({ more }) => more),
  };
}

export function visitsFact({ first, by, more }: VisitsRegister, asset: AssetName): VisitsFact | undefined {
  return first === undefined ? undefined : { kind: 'visits', asset, first, by, more };
}

// --- what is new -----------------------------------------------------------------------------------------------------------------------

/** A way of use as it was seen up to some time, since it was last forgotten. */
export interface SeenWay {
  readonly value: string;
  readonly first: Nanos;
  readonly last: Nanos;
  readonly days: number;
}

/** Every way of one aspect, the one that came first in front. What was not seen for `forget` begins anew. */
export function waysSeen(
  months: readonly HabitMonth[] = [],
  { asOf, forget }: { readonly asOf: Nanos; readonly forget: Nanos },
): readonly SeenWay[] {
  const now = Number(asOf / HOUR);
  const byValue = Map.groupBy(
    months.flatMap(({ ways }) => ways),
    ({ value }) => value,
  );
  return [...byValue]
    .flatMap(([value, some]) => {
      const hours = firstOfDays(some.flatMap((way) => way.hours)).filter((hour) => hour <= now);
      const start = hours.findLastIndex(
        (hour, index) => index > 0 && BigInt(hour - hours[index - 1]!) * HOUR > forget,
      );
      const run = hours.slice(Math.max(start, 0));
      return run.length === 0
        ? []
        : [{ value, first: timeOf(run[0]!), last: timeOf(run.at(-1)!), days: run.length }];
    })
    .sort((a, b) => (a.first !== b.first ? (a.first < b.first ? -1 : 1) : a.value < b.value ? -1 : 1));
}

/** When a sighting that is still to come counts: clocks differ, and it was told early. Nothing where none is. */
export function nextSighting(months: readonly HabitMonth[], asOf: Nanos): Nanos | undefined {
  const now = Number(asOf / HOUR);
  const hours = months.flatMap(({ ways }) => ways.flatMap((way) => way.hours)).filter((hour) => hour > now);
  return hours.length === 0 ? undefined : timeOf(Math.min(...hours));
}

function timeOf(hour: number): Nanos {
  return BigInt(hour) * HOUR;
}

/** What was known of an identity before some time. */
export interface Learnt {
  readonly since: Nanos;
  /** Days on which it was used. */
  readonly days: number;
}

/** Days of use in the time that counts before `before`; nothing when there was none. */
export function learntBefore(
  months: readonly HabitMonth[] = [],
  { before, forget }: { readonly before: Nanos; readonly forget: Nanos },
): Learnt | undefined {
  const [from, until] = [Number((before - forget) / HOUR), Number(before / HOUR)];
  const hours = firstOfDays(months.flatMap(({ ways }) => ways.flatMap((way) => way.hours))).filter(
    (hour) => hour >= from && hour < until,
  );
  return hours[0] === undefined ? undefined : { since: timeOf(hours[0]), days: hours.length };
}

/**
 * Whether a way that is not kept may have been seen in the time that counts before `before`. In the month of `before` itself the one that was
 * asked for is kept, so that its other sightings there are too: `within` asks for that month as well, where any way at all is meant.
 */
export function mayHaveBeenSeen(
  months: readonly HabitMonth[] = [],
  {
    before,
    forget,
    within = false,
  }: { readonly before: Nanos; readonly forget: Nanos; readonly within?: boolean },
): boolean {
  const [from, until] = [before - forget, before].map((time) => monthOf(Number(time / HOUR)));
  return months.some(
    ({ month, more }) => more && month >= from! && (within ? month <= until! : month < until!),
  );
}
