import { grantKey } from '../model/grant.ts';
import type { GrantFact } from './facts.ts';
import { placeKey, type Reach, type Step } from './reach.ts';

/** A shortest way to somewhere. */
export interface Path {
  readonly steps: readonly Step[];
  /** The grant to take away first. */
  readonly cut: GrantFact;
  /** Whether without it there is no way that is as short. */
  readonly cutsAll: boolean;
}

/**
 * The shortest way that ends with a step, and the one grant to cut: the last on it without which no way as short leads there or, where each can
 * be gone round, the first. Of several ways the first by name.
 */
export function pathTo(goal: Step, { steps }: Reach): Path {
  const way = [...before(goal, steps), goal];
  const grants = way.flatMap(({ by }) => by);
  // Of two that do a step together the one that names the goal, which stands first, is cut.
  const lastFirst = way.toReversed().flatMap(({ by }) => by);
  const cut = lastFirst.find((fact) => !leads(goal, steps, grantKey(fact.grant)));
  return { steps: way, cut: cut ?? grants[0]!, cutsAll: cut !== undefined };
}

/** The steps to whoever takes this one. */
function before({ from, distance }: Step, steps: readonly Step[]): readonly Step[] {
  const step = distance === 0 ? undefined : steps.find((one) => isOneBefore(one, { from, distance }));
  return step === undefined ? [] : [...before(step, steps), step];
}

function isOneBefore(one: Step, { from, distance }: Pick<Step, 'from' | 'distance'>): boolean {
  return one.isSure && one.distance === distance - 1 && placeKey(one.to) === from;
}

/** Whether a way as short leads to where the goal does, without one grant. */
function leads(goal: Step, steps: readonly Step[], without: string): boolean {
  const isOpen = ({ by }: Step) => by.every(({ grant }) => grantKey(grant) !== without);
  const reachable = new Map<string, boolean>();
  const isReachable = (from: string, distance: number): boolean => {
    if (distance === 0) return true;
    const known = reachable.get(from);
    if (known !== undefined) return known;
    const answer = steps.some(
      (one) => isOneBefore(one, { from, distance }) && isOpen(one) && isReachable(one.from, one.distance),
    );
    reachable.set(from, answer);
    return answer;
  };
  const place = placeKey(goal.to);
  return steps.some(
    (one) =>
      (one.isSure || !goal.isSure) &&
      one.distance === goal.distance &&
      placeKey(one.to) === place &&
      isOpen(one) &&
      isReachable(one.from, one.distance),
  );
}
