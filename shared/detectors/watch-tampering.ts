import type { View } from '../inventory/view.ts';
import type { WatchFact } from '../inventory/watch-facts.ts';
import type { Act } from '../model/act.ts';
import type { AssetName } from '../model/asset.ts';
import { DAY, formatTime, HOUR, type Nanos } from '../model/time.ts';
import { ABSENT, type PartKind, type Setting } from '../model/watch-part.ts';
import { changerOf } from '../policy/match.ts';
import type { Policy } from '../policy/policy.ts';
import type { Judgement } from './detector.ts';
import { isMachinery } from './machinery.ts';
import { ofTheWatch, partLabel } from './watch-facts.ts';

/** A part that has not been read for this long is told of, and not only shown as unknown. */
const UNREAD_FOR = HOUR;
/** Of what is never read back, a change is history after this long. */
const CLOSES_AFTER = 7n * DAY;

export interface Loss {
  readonly before: readonly string[];
  readonly after: readonly string[];
}

/** How a part differs from what was deployed; nothing where it does not. */
export function difference(wanted: readonly Setting[], found: readonly Setting[]): Loss | undefined {
  if (found.some(({ name, value }) => name === ABSENT.name && value === ABSENT.value))
    return { before: wanted.map(textOf), after: ['it is gone'] };
  const [before, after] = [without(wanted, found), without(found, wanted)];
  return before.length + after.length === 0 ? undefined : { before, after };
}

function without(some: readonly Setting[], others: readonly Setting[]): readonly string[] {
  const known = new Set(others.map(textOf));
  return some.map(textOf).filter((text) => !known.has(text));
}

export function textOf({ name, value }: Setting): string {
  return `${name}: ${value}`;
}

interface Tampering {
  readonly kinds: readonly PartKind[];
  /** What is lost while it is so. */
  readonly consequence: string;
  readonly compare?: (wanted: readonly Setting[], found: readonly Setting[]) => Loss | undefined;
}

/**
 * What is wrong with how a part is set: it was read and is not as it was deployed; or somebody changed it and it has not been read since; or
 * it cannot be read. Whoever may change the watch is trusted with `all`: of their changes only the outcome counts.
 */
export function tamperingWith(
  asset: AssetName,
  view: View,
  policy: Policy,
  { kinds, consequence, compare = difference }: Tampering,
): readonly Judgement[] {
  const fact = view.watchPart(asset);
  if (fact === undefined || !kinds.includes(fact.part)) return [];
  const { found, wanted } = fact;
  const loss = found === undefined || wanted === undefined ? undefined : compare(wanted, found.settings);
  if (found !== undefined && loss !== undefined)
    return [
      ofTheWatch(fact, policy, {
        title: loss.after.includes('it is gone')
          ? `The ${partLabel(fact)} is gone`
          : `The ${partLabel(fact)} is not as it was deployed`,
        explanation: `${consequence} Deploy it anew, then look at what happened meanwhile: only the sweep has seen it.`,
        ...loss,
        cause: { time: found.since, source: found.source },
      }),
    ];
  const act = latestAct(fact, view, policy);
  if (act !== undefined) return [changed(fact, act, consequence, view, policy)];
  return fact.unread === undefined ? [] : [unread(fact, fact.unread, view, policy)];
}

/** The last change by somebody who is not trusted with it, unless the part was read since. */
function latestAct(fact: WatchFact, view: View, policy: Policy): Act | undefined {
  const readAt = fact.found?.readAt ?? 0n;
  const acts = view
    .actsOn(fact.resource)
    .filter(
      ({ kind, time, actor }) =>
        kind === 'change-watch' && time > readAt && time + CLOSES_AFTER > view.asOf && !isMachinery(actor),
    )
    .filter(({ actor }) => {
      const change = { kind: 'all', resource: view.spellings(fact.resource) } as const;
      return changerOf(policy, actor, change).kind !== 'trusted';
    });
  return acts.toSorted((a, b) => (a.time !== b.time ? (a.time > b.time ? -1 : 1) : a.id < b.id ? -1 : 1))[0];
}

function changed(fact: WatchFact, act: Act, consequence: string, view: View, policy: Policy): Judgement {
  view.wakeAt(act.time + CLOSES_AFTER);
  const who = act.actor.principal === '' ? 'Somebody (the entry names nobody)' : act.actor.principal;
  const isGone = /\.Delete[A-Z]\w*$/i.test(act.method);
  return ofTheWatch(fact, policy, {
    title: `${who} ${isGone ? 'deleted' : 'changed'} the ${partLabel(fact)}`,
    explanation: `${consequence} ${fact.part === 'function' ? 'What a function runs is not read back: it is told for seven days.' : 'The next heartbeat reads what it is now.'}`,
    after: [`${act.method} at ${formatTime(act.time)}`],
    cause: { time: act.time, source: 'audit-log', act: act.id },
  });
}

function unread(
  fact: WatchFact,
  { why, since, source }: NonNullable<WatchFact['unread']>,
  view: View,
  policy: Policy,
): Judgement {
  const until: Nanos = since + UNREAD_FOR;
  view.wakeAt(until);
  return ofTheWatch(fact, policy, {
    state: until <= view.asOf ? 'open' : 'undecided',
    severity: 'high',
    title: `Whether the ${partLabel(fact)} is as it was deployed is not known`,
    explanation: `It could not be read: ${why}.`,
    cause: { time: since, source },
  });
}
