import type { PolicyLine } from '../../model/finding.ts';
import { type Nanos, SECOND } from '../../model/time.ts';
import { dateIn } from '../calendar.ts';
import { type Effect, opposite, type PolicyChange, type Told } from './change.ts';

/** The ways in which values of a policy are told apart: lists by name, lists of words, rules in order, limits, single words. */

export interface NamedWords<T> {
  /** What one item more does. */
  readonly more: Effect;
  readonly came: (item: T) => string;
  readonly went: (item: T) => string;
  readonly kept: (before: T, after: T) => readonly Told[];
}

/** Items that go by a name: which came, which went, and what is different in those on both sides. */
export function named<T extends { readonly name: string }>(
  section: string,
  before: readonly T[],
  after: readonly T[],
  lineOf: (item: T) => PolicyLine,
  { more, came, went, kept }: NamedWords<T>,
): readonly PolicyChange[] {
  const was = new Map(before.map((item) => [item.name, item]));
  const is = new Set(after.map(({ name }) => name));
  return [
    ...after.flatMap((item): readonly PolicyChange[] => {
      const old = was.get(item.name);
      const common = { section, name: item.name, at: lineOf(item), isGone: false };
      return old === undefined
        ? [{ ...common, effect: more, text: came(item) }]
        : kept(old, item).map((told) => ({ ...common, ...told }));
    }),
    ...before
      .filter(({ name }) => !is.has(name))
      .map((item) => ({
        effect: opposite(more),
        section,
        name: item.name,
        text: went(item),
        at: lineOf(item),
        isGone: true,
      })),
  ];
}

/** One word for another. */
export function changed(effect: Effect, what: string, before: string, after: string): readonly Told[] {
  return before === after
    ? []
    : [{ effect, text: `${what} ${after || 'nothing'}, was ${before || 'nothing'}` }];
}

/** Something that is so or not, and what it does when it is. */
export function flagChange(
  effect: Effect,
  before: boolean,
  after: boolean,
  [now, noMore]: readonly [string, string],
): readonly Told[] {
  if (before === after) return [];
  return [after ? { effect, text: now } : { effect: opposite(effect), text: noMore }];
}

interface ListOptions {
  /** An empty list speaks of everything. */
  readonly emptyIsAll?: boolean;
  /** Whether one item says all that another does: then the other makes no difference beside it. */
  readonly covers?: (bound: string, item: string) => boolean;
}

/** What a list of words lost and gained, each with its effect; `moreIs` is that of one word more. */
export function listChanges(
  before: readonly string[],
  after: readonly string[],
  what: string,
  moreIs: Effect,
  { emptyIsAll = false, covers = (bound, item) => bound === item }: ListOptions = {},
): readonly Told[] {
  const added = after.filter((one) => !before.includes(one));
  const removed = before.filter((one) => !after.includes(one));
  if (emptyIsAll && before.length === 0 && added.length > 0)
    return [{ effect: opposite(moreIs), text: `${what}: only ${added.join(', ')} now, was everything` }];
  if (emptyIsAll && after.length === 0 && removed.length > 0)
    return [{ effect: moreIs, text: `${what}: everything now, was only ${removed.join(', ')}` }];
  const effectOf = (one: string, others: readonly string[], effect: Effect): Effect =>
    others.some((other) => covers(other, one)) ? 'neutral' : effect;
  return [
    ...added.map((one) => ({
      effect: effectOf(one, before, moreIs),
      text: `${what}: ${one} was added`,
    })),
    ...removed.map((one) => ({
      effect: effectOf(one, after, opposite(moreIs)),
      text: `${what}: ${one} was taken out`,
    })),
  ];
}

/** A limit: more of it does `moreIs`, and `undefined` is without limit. */
export function limitChange<N extends number | bigint>(
  before: N | undefined,
  after: N | undefined,
  what: string,
  show: (value: N) => string,
  moreIs: Effect = 'weaker',
): readonly Told[] {
  if (before === after) return [];
  const grew = after === undefined || (before !== undefined && after > before);
  const text = (value: N | undefined) => (value === undefined ? 'without limit' : show(value));
  return [
    {
      effect: grew ? moreIs : opposite(moreIs),
      text: `${what}: ${text(after)} now, was ${text(before)}`,
    },
  ];
}

/**
 * Rules without names, of which the last that matches decides, compared by what they say. `effectOf` is what a rule does; a mere change of
 * order may do anything, and is told as weaker.
 */
export function ruleChanges<T extends { readonly at: PolicyLine }>(
  before: readonly T[],
  after: readonly T[],
  textOf: (rule: T) => string,
  effectOf: (rule: T) => Effect,
): readonly Told[] {
  const was = before.map(textOf);
  const is = after.map(textOf);
  const told: readonly Told[] = [
    ...after
      .filter((rule) => !was.includes(textOf(rule)))
      .map((rule) => ({ effect: effectOf(rule), text: `rule added: ${textOf(rule)}`, at: rule.at })),
    ...before
      .filter((rule) => !is.includes(textOf(rule)))
      .map((rule) => ({ effect: opposite(effectOf(rule)), text: `rule taken out: ${textOf(rule)}` })),
  ];
  return told.length === 0 && was.join('\n') !== is.join('\n')
    ? [{ effect: 'weaker', text: 'the rules stand in another order, and the last match wins' }]
    : told;
}

/** The last day on which something holds that ends at this moment, in a time zone. */
export function dayIn(timeZone: string): (end: Nanos) => string {
  const date = dateIn(timeZone);
  return (end) => date(Number((end - 1n) / SECOND));
}
