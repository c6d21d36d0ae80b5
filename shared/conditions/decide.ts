import type { Nanos } from '../model/time.ts';
import { parseCondition } from './parse.ts';
import { type AskedFor, boundariesOf, type Open, type Truth, valueAt } from './truth.ts';
import type { ConditionVerdict } from './verdict.ts';

export interface ConditionQuestion {
  readonly asOf: Nanos;
  /** The resource that is asked about, with all that lies in it; left out, whatever the grant reaches. */
  readonly resource?: AskedFor;
}

/**
 * Whether an IAM condition (CEL, as the binding has it) is met at `asOf`, and until when. Time is decided; names, types and services of
 * resources are where the resource is known; tags, and what only a request can tell, stay undecided. Never throws, whatever the text.
 */
export function decideCondition(
  expression: string,
  { asOf, resource = {} }: ConditionQuestion,
): ConditionVerdict {
  const truth = parseCondition(expression);
  const at = (time: Nanos) => valueAt(truth, time, resource);
  const [past, future] = pastAndFuture(truth, asOf);
  const now = at(asOf);
  const changesAt = future.find((time) => !isSame(at(time), now));
  if (now === false) return { ...lapsed(at, past, future), changesAt };
  const end = future.find((time) => at(time) === false);
  if (now === true)
    return end === undefined ? { kind: 'always', changesAt } : { kind: 'until', end, changesAt };
  return now.kind === 'narrows'
    ? { kind: 'narrows', to: shortened(now.words), end, changesAt }
    : { kind: 'undecided', why: shortened(now.words), end, changesAt };
}

type Lapsed =
  | { readonly kind: 'expired'; readonly since: Nanos }
  | { readonly kind: 'not-yet'; readonly from: Nanos }
  | { readonly kind: 'never' };

/** It is not met now: it will be, it was, or neither. */
function lapsed(
  at: (time: Nanos) => boolean | Open,
  past: readonly Nanos[],
  future: readonly Nanos[],
): Lapsed {
  const from = future.find((time) => at(time) !== false);
  if (from !== undefined) return { kind: 'not-yet', from };
  const since = past.find((time) => at(time - 1n) !== false);
  return since === undefined ? { kind: 'never' } : { kind: 'expired', since };
}

/** The moments at which the condition may change, each once: those up to now, the latest first, and those to come, the earliest first. */
function pastAndFuture(
  truth: Truth,
  asOf: Nanos,
): readonly [past: readonly Nanos[], future: readonly Nanos[]] {
  const ascending = [...new Set(boundariesOf(truth))].sort((a, b) => (a < b ? -1 : 1));
  return [ascending.filter((time) => time <= asOf).reverse(), ascending.filter((time) => time > asOf)];
}

function isSame(a: boolean | Open, b: boolean | Open): boolean {
  return typeof a === 'boolean' || typeof b === 'boolean'
    ? a === b
    : a.kind === b.kind && a.words === b.words;
}

const MOST_SHOWN = 300;

function shortened(words: string): string {
  return words.length > MOST_SHOWN ? `${words.slice(0, MOST_SHOWN)}…` : words;
}
