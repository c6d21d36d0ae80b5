import type { PolicyLine } from '../model/finding.ts';

/** *weaker*: a guard rail was taken down; *wider*: somebody may do more, as declared; *neutral*: who hears of it, whose it is. */
export const EFFECTS = ['weaker', 'wider', 'narrower', 'stronger', 'neutral'] as const;
export type Effect = (typeof EFFECTS)[number];

export interface PolicyChange {
  readonly effect: Effect;
  /** The part of the policy: `workloadIdentities`, `forbiddenRoles` … */
  readonly section: string;
  readonly name: string;
  readonly text: string;
  /** Where the newer policy says so; where the older one did, when it is gone. */
  readonly at?: PolicyLine;
}

const OPPOSITE = {
  weaker: 'stronger',
  wider: 'narrower',
  stronger: 'weaker',
  narrower: 'wider',
  neutral: 'neutral',
} as const;

export function opposite<E extends Effect>(effect: E): (typeof OPPOSITE)[E] {
  return OPPOSITE[effect];
}

/** Named items of a list on both sides. */
export interface Paired<T> {
  readonly added: readonly T[];
  readonly removed: readonly T[];
  readonly kept: readonly (readonly [before: T, after: T])[];
}

export function pair<T extends { readonly name: string }>(
  before: readonly T[],
  after: readonly T[],
): Paired<T> {
  const was = new Map(before.map((item) => [item.name, item]));
  const is = new Map(after.map((item) => [item.name, item]));
  return {
    added: after.filter(({ name }) => !was.has(name)),
    removed: before.filter(({ name }) => !is.has(name)),
    kept: after.flatMap((item) => {
      const old = was.get(item.name);
      return old === undefined ? [] : [[old, item] as const];
    }),
  };
}

/** What a list of words lost and gained: each with its effect. `emptyIsAll` where an empty list speaks of everything. */
export function listChanges(
  before: readonly string[],
  after: readonly string[],
  what: string,
  moreIs: Effect,
  { emptyIsAll = false }: { readonly emptyIsAll?: boolean } = {},
): readonly { readonly effect: Effect; readonly text: string }[] {
  const added = after.filter((one) => !before.includes(one));
  const removed = before.filter((one) => !after.includes(one));
  if (emptyIsAll && before.length === 0 && added.length > 0)
    return [{ effect: opposite(moreIs), text: `${what}: only ${added.join(', ')} now, was everything` }];
  if (emptyIsAll && after.length === 0 && removed.length > 0)
    return [{ effect: moreIs, text: `${what}: everything now, was only ${removed.join(', ')}` }];
  return [
    ...added.map((one) => ({ effect: moreIs, text: `${what}: ${one} was added` })),
    ...removed.map((one) => ({ effect: opposite(moreIs), text: `${what}: ${one} was taken out` })),
  ];
}

/** A number whose growth has an effect; `undefined` is without limit. */
export function limitChange<N extends number | bigint>(
  before: N | undefined,
  after: N | undefined,
  what: string,
  show: (value: N) => string,
): readonly { readonly effect: Effect; readonly text: string }[] {
  if (before === after) return [];
  const grew = after === undefined || (before !== undefined && after > before);
  const text = (value: N | undefined) => (value === undefined ? 'without limit' : show(value));
  return [{ effect: grew ? 'weaker' : 'stronger', text: `${what}: ${text(after)} now, was ${text(before)}` }];
}
