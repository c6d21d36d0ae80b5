import { Inventory, type Known } from '../inventory/inventory.ts';
import { View } from '../inventory/view.ts';
import type { Nanos } from '../model/time.ts';
import type { Policy } from '../policy/policy.ts';

/** How the pipeline looks at an inventory. Given, so that a policy is written by the eyes that will judge it. */
export interface Eyes {
  /** Every subject there is. */
  subjects(inventory: Inventory, policy: Policy, asOf: Nanos): readonly string[];
  /** The pool the policy puts a cluster in. */
  declaredPoolOf(policy: Policy): (cluster: string) => string | undefined;
}

/** What a policy is written from. */
export interface Ground {
  readonly known: Known;
  readonly inventory: Inventory;
  readonly asOf: Nanos;
  readonly eyes: Eyes;
}

export function groundOf(known: Known, asOf: Nanos, eyes: Eyes): Ground {
  return { known, inventory: new Inventory(known), asOf, eyes };
}

/** A view of the ground under a policy; without one, clusters belong to the pool of their project. */
export function viewOf({ inventory, asOf, eyes }: Ground, policy?: Policy): View {
  return new View(inventory, asOf, policy === undefined ? () => undefined : eyes.declaredPoolOf(policy));
}
