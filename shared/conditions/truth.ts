import type { Nanos } from '../model/time.ts';

export type Attribute = 'name' | 'type' | 'service';

/** A condition, brought down to what can be told beforehand: when it holds, and for what. */
export type Truth =
  | { readonly kind: 'known'; readonly value: boolean }
  /** The request is made before then. */
  | { readonly kind: 'before'; readonly time: Nanos }
  /** An attribute of the resource that is asked for. */
  | {
      readonly kind: 'attribute';
      readonly attribute: Attribute;
      readonly test: 'is' | 'begins' | 'ends';
      readonly value: string;
    }
  /** It asks for nothing but the resource and the time, in a way that is not told apart here. */
  | { readonly kind: 'narrows'; readonly to: string }
  | { readonly kind: 'undecided'; readonly why: string }
  | { readonly kind: 'not'; readonly of: Truth }
  | { readonly kind: 'all'; readonly of: readonly Truth[] }
  | { readonly kind: 'any'; readonly of: readonly Truth[] }
  | { readonly kind: 'choice'; readonly when: Truth; readonly met: Truth; readonly unmet: Truth };

/** Neither true nor false: it depends on something, or cannot be told. */
export interface Open {
  readonly kind: 'narrows' | 'undecided';
  readonly words: string;
}

/** A resource, and whatever lies in it. What is left out is not known. */
export interface AskedFor {
  /** As IAM names it: `projects/_/buckets/acme-ledger`. */
  readonly name?: string;
  /** `storage.googleapis.com`. */
  readonly service?: string;
}

/** The value of a condition at one moment, by Kleene's three-valued logic: what is open stays open unless the rest decides. */
export function valueAt(truth: Truth, time: Nanos, resource: AskedFor): boolean | Open {
  return valueIn(truth, time, resource, false);
}

/** The moments at which the value may change. */
export function boundariesOf(truth: Truth): readonly Nanos[] {
  switch (truth.kind) {
    case 'before':
      return [truth.time];
    case 'not':
      return boundariesOf(truth.of);
    case 'all':
    case 'any':
      return truth.of.flatMap(boundariesOf);
    case 'choice':
      return [truth.when, truth.met, truth.unmet].flatMap(boundariesOf);
    default:
      return [];
  }
}

/** `negated` turns the words of what is open round as well. */
function valueIn(truth: Truth, time: Nanos, resource: AskedFor, negated: boolean): boolean | Open {
  switch (truth.kind) {
    case 'known':
      return truth.value !== negated;
    case 'before':
      return time < truth.time !== negated;
    case 'not':
      return valueIn(truth.of, time, resource, !negated);
    case 'all':
    case 'any': {
      // De Morgan: not all is any not.
      const isAll = (truth.kind === 'all') !== negated;
      return joined(
        truth.of.map((part) => valueIn(part, time, resource, negated)),
        isAll,
      );
    }
    case 'choice': {
      const when = valueIn(truth.when, time, resource, false);
      if (typeof when === 'boolean') return valueIn(when ? truth.met : truth.unmet, time, resource, negated);
      const met = valueIn(truth.met, time, resource, negated);
      const unmet = valueIn(truth.unmet, time, resource, negated);
      if (typeof met === 'boolean' && met === unmet) return met;
      return joined(
        [when, met, unmet].filter((value) => typeof value !== 'boolean'),
        true,
      );
    }
    case 'attribute': {
      const answer = attributeOf(truth, resource);
      return answer === undefined ? { kind: 'narrows', words: wordsOf(truth, negated) } : answer !== negated;
    }
    case 'narrows':
      return { kind: 'narrows', words: negated ? `what is not ${truth.to}` : truth.to };
    case 'undecided':
      return { kind: 'undecided', words: truth.why };
  }
}

function joined(values: readonly (boolean | Open)[], isAll: boolean): boolean | Open {
  const decisive = !isAll;
  if (values.includes(decisive)) return decisive;
  const open = values.filter((value) => typeof value !== 'boolean');
  if (open.length === 0) return isAll;
  const undecided = open.filter(({ kind }) => kind === 'undecided');
  const [told, by] = undecided.length > 0 ? [undecided, '; '] : [open, isAll ? ' and ' : ' or '];
  return {
    kind: undecided.length > 0 ? 'undecided' : 'narrows',
    words: [...new Set(told.map(({ words }) => words))].join(by),
  };
}

/** `undefined`: it holds for some of what lies in the resource, or that is not known. */
function attributeOf(
  { attribute, test, value }: Extract<Truth, { kind: 'attribute' }>,
  { name, service }: AskedFor,
): boolean | undefined {
  switch (attribute) {
    case 'service':
      return service === undefined ? undefined : test === 'is' ? service === value : undefined;
    case 'type':
      // Whatever lies in a thing is of its service, and mostly of another type.
      return test === 'is' && service !== undefined && value.split('/')[0] !== service ? false : undefined;
    case 'name':
      if (name === undefined || test === 'ends') return undefined;
      // What lies in a thing has its name before its own.
      if (test === 'begins' && name.startsWith(value)) return true;
      return value === name || value.startsWith(`${name}/`) ? undefined : false;
  }
}

const THINGS = { name: 'what is named', type: 'things of type', service: 'things of service' } as const;

function wordsOf(
  { attribute, test, value }: Extract<Truth, { kind: 'attribute' }>,
  negated: boolean,
): string {
  if (test === 'is') return `${negated ? 'all but ' : ''}${THINGS[attribute]} ${value}`;
  const verb = test === 'begins' ? 'begin' : 'end';
  return `things whose ${attribute} ${negated ? `does not ${verb}` : `${verb}s`} with ${value}`;
}
