import type { View } from '../inventory/view.ts';
import { resourceWords } from './grant-facts.ts';

const MOST_SHOWN = 4;

/** What an account holds, which is what a workload becomes able to do: a sentence to stand after another. */
export function powersOf(email: string, view: View): string {
  const held = view
    .heldBy({ kind: 'gsa', email })
    .filter((fact) => view.givesAccess(fact))
    .map(({ grant }) => `${grant.role} on ${resourceWords(grant.resource, view).label}`)
    .sort();
  if (held.length === 0) return ' No role of the account is known.';
  const rest = held.length - MOST_SHOWN;
  return ` The account holds ${held.slice(0, MOST_SHOWN).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}.`;
}
