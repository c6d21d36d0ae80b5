import { type Place, placeKey, type Reach, type Step } from '../inventory/reach.ts';
import type { View } from '../inventory/view.ts';
import { type AssetName, serviceAccountName } from '../model/asset.ts';
import { shortEmail } from '../model/principal.ts';
import type { Policy, SensitiveResource } from '../policy/policy.ts';
import { isDeclared, isForbidden } from './allowance.ts';
import { resourceWords } from './grant-facts.ts';
import { sensitiveBehind } from './reaches.ts';

/** Where a way ends that nobody declared. */
export interface Goal {
  readonly kind: 'administrative' | 'sensitive' | 'undeclared';
  /** The last step to it. */
  readonly step: Step;
  readonly resource: AssetName;
  /** What can be done there: `become admin@acme-prod`. */
  readonly words: string;
  readonly sensitive?: SensitiveResource;
}

const KINDS = ['administrative', 'sensitive', 'undeclared'] as const;

/** All ends that nobody declared, the nearest first, and of those that are as near the worst. */
export function goalsOf({ steps, reached }: Reach, view: View, policy: Policy): readonly Goal[] {
  const ends = steps.flatMap((step) => endOf(step, view, policy) ?? []);
  const taken = reached.flatMap(({ key, holds, distance, place }): readonly Goal[] => {
    const step = steps.find((one) => one.isSure && one.distance === distance - 1 && placeKey(one.to) === key);
    if (step === undefined || place.kind !== 'account') return [];
    const as = shortEmail(place.account.email ?? place.account.id);
    return holds.flatMap((fact) =>
      sensitiveBehind(fact, view, policy).map((sensitive) => ({
        kind: 'sensitive' as const,
        step,
        resource: fact.grant.resource,
        words: `reach ${sensitive.name}${sensitive.class === undefined ? '' : ` (${sensitive.class})`} as ${as}`,
        sensitive,
      })),
    );
  });
  return [...ends, ...taken].toSorted(
    (a, b) => a.step.distance - b.step.distance || KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind),
  );
}

/** What is declared is no goal; but what one account may do is not declared to those who become it. */
function endOf(step: Step, view: View, policy: Policy): Goal | undefined {
  // Of what it holds itself and is forbidden, forbidden-role tells; whatever lies beyond is told here.
  if (step.distance === 0 && step.by.some(({ grant }) => isForbidden(grant, view, policy))) return undefined;
  const declared = step.by.every((fact) => isDeclared(fact, view, policy));
  const { to } = step;
  const words = wordsOf(to, view);
  switch (to.kind) {
    case 'delegate':
      return undefined;
    case 'account':
      return declared
        ? undefined
        : { kind: 'undeclared', step, resource: serviceAccountName(to.account.id), words };
    default:
      return declared && step.distance === 0
        ? undefined
        : { kind: 'administrative', step, resource: to.of, words };
  }
}

export function wordsOf(place: Place, view: View): string {
  switch (place.kind) {
    case 'account':
      return `become ${nameOf(place, view)}`;
    case 'delegate':
      return `have ${nameOf(place, view)} hand on tokens`;
    case 'every-account':
      return `become every service account of ${nameOf(place, view)}`;
    case 'any-role':
      return `give itself any role on ${nameOf(place, view)}`;
    case 'federation':
      return `let anybody in through the identity pools of ${nameOf(place, view)}`;
  }
}

export function nameOf(place: Place, view: View): string {
  return 'account' in place
    ? shortEmail(place.account.email ?? place.account.id)
    : resourceWords(place.of, view).label;
}
