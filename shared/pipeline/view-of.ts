import type { Inventory } from '../inventory/inventory.ts';
import { View } from '../inventory/view.ts';
import type { Nanos } from '../model/time.ts';
import type { Policy } from '../policy/policy.ts';
import type { Catalogue } from '../roles/catalogue.ts';
import { declaredPoolOf } from './declared-pool.ts';

/** The inventory as a policy sees it. `catalogue`: what roles permit, when that is not the built-in table. */
export function viewOf(
  inventory: Inventory,
  asOf: Nanos,
  policy: Policy,
  catalogue: Catalogue | undefined,
): View {
  return new View(inventory, asOf, declaredPoolOf(policy), catalogue);
}
