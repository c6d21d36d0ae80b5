import type { AssetName } from '../model/asset.ts';
import type { Observation } from '../model/observation.ts';
import { later, type Nanos } from '../model/time.ts';
import type { Habits, Usage, Use, Watch } from '../model/usage.ts';
import { habitsOf, mergeHabits } from './baseline.ts';
import { NOWHERE } from './place.ts';
import type { UsageRegister } from './register.ts';

/** Ways of use kept of one key or account: enough to find whoever uses it. */
const KEPT_USES = 16;

export type UsageFact = Usage & { readonly kind: 'usage'; readonly asset: AssetName };

type UsageNews = Extract<Observation, { kind: 'used' | 'watched' }>;
type UseNews = Extract<Observation, { kind: 'used' }>;

export function emptyUsage(name: AssetName): UsageRegister {
  return { content: 'usage', name, ...NOWHERE, uses: [], lastUse: undefined, watch: undefined };
}

/** Keeps what is latest of everything, so that the order in which uses are told makes no difference. */
export function absorbUsage(known: UsageRegister, news: UsageNews): UsageRegister {
  if (news.kind === 'used')
    return {
      ...known,
      uses: mergeUses([...known.uses, news.use]),
      lastUse: latest(known.lastUse, news.use.time),
      ...habitsAfter(known, news),
    };
  return {
    ...known,
    lastUse: latest(known.lastUse, news.lastUse),
    watch: longerWatch(known.watch, { from: news.from, until: news.until }),
  };
}

/** Registers of one key or account under its names, as one. */
export function mergeUsages(registers: readonly UsageRegister[]): UsageRegister | undefined {
  const [first, ...rest] = registers;
  if (first === undefined || rest.length === 0) return first;
  return {
    ...first,
    uses: mergeUses(registers.flatMap(({ uses }) => uses)),
    lastUse: registers.map(({ lastUse }) => lastUse).reduce(latest),
    watch: registers.flatMap(({ watch }) => watch ?? []).reduce(longerWatch, first.watch),
    ...withHabits(registers.map(({ habits = {} }) => habits).reduce(mergeHabits)),
  };
}

export function usageFact(
  { uses, lastUse, watch, habits = {} }: UsageRegister,
  canonical: AssetName,
): UsageFact {
  return { kind: 'usage', asset: canonical, uses, lastUse, watch, habits };
}

/** Only what audit entries tell is told day by day. A key is one way of using its account, whose habits these are. */
function habitsAfter(
  { habits = {} }: UsageRegister,
  { asset, source, use }: UseNews,
): Pick<UsageRegister, 'habits'> {
  const isLearnt = source === 'audit-log' && !asset.includes('/keys/');
  return withHabits(isLearnt ? mergeHabits(habits, habitsOf(use)) : habits);
}

function withHabits(habits: Habits): Pick<UsageRegister, 'habits'> {
  return Object.keys(habits).length === 0 ? {} : { habits };
}

/** Each way once, with its last time. Ties are broken by the letter, so that what is dropped is the same whatever the order. */
function mergeUses(uses: readonly Use[]): readonly Use[] {
  const byWay = new Map<string, Use>();
  for (const use of uses) {
    const way = wayOf(use);
    const other = byWay.get(way);
    if (other === undefined || use.time > other.time) byWay.set(way, use);
  }
  return [...byWay]
    .sort(([a, x], [b, y]) => (x.time !== y.time ? (x.time > y.time ? -1 : 1) : a < b ? -1 : 1))
    .slice(0, KEPT_USES)
    .map(([, use]) => use);
}

function wayOf({ principal, through, network, tool, service }: Use): string {
  return JSON.stringify([principal, through, network, tool, service]);
}

/** Of two watches the one that ended later; of those that ended together, the one that began earlier. */
function longerWatch(a: Watch | undefined, b: Watch): Watch {
  if (a === undefined || b.until > a.until) return b;
  return b.until === a.until && b.from < a.from ? b : a;
}

function latest(a: Nanos | undefined, b: Nanos | undefined): Nanos | undefined {
  return a === undefined ? b : b === undefined ? a : later(a, b);
}
