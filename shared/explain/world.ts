import type {
  AccountFact,
  ClusterFact,
  Fact,
  GrantFact,
  KeyFact,
  KsaFact,
  WorkloadFact,
} from '../inventory/facts.ts';
import type { Inventory } from '../inventory/inventory.ts';
import type { GoneKeyFact, HmacKeyFact } from '../inventory/key-facts.ts';
import type { View } from '../inventory/view.ts';
import type { AssetName } from '../model/asset.ts';
import { projectName } from '../model/asset.ts';
import type { Policy } from '../policy/policy.ts';

/** All that is known and declared, with the questions that only somebody who has everything at hand can ask. */
export class World {
  readonly view: View;
  readonly policy: Policy;
  readonly #inventory: Inventory;
  #grantsOn: Map<AssetName, GrantFact[]> | undefined;

  constructor(inventory: Inventory, view: View, policy: Policy) {
    this.#inventory = inventory;
    this.view = view;
    this.policy = policy;
  }

  /** Every grant on a resource, whatever kind of resource it is. */
  grantsOn(resource: AssetName): readonly GrantFact[] {
    if (this.#grantsOn === undefined) {
      this.#grantsOn = new Map();
      for (const fact of this.#inventory.facts()) {
        if (fact.kind !== 'grant') continue;
        const there = this.#grantsOn.get(fact.grant.resource);
        if (there === undefined) this.#grantsOn.set(fact.grant.resource, [fact]);
        else there.push(fact);
      }
    }
    return this.#grantsOn.get(this.view.canonical(resource)) ?? [];
  }

  accounts(): readonly AccountFact[] {
    return [...this.#inventory.facts()].filter((fact) => fact.kind === 'account');
  }

  ksas(): readonly KsaFact[] {
    return [...this.#inventory.facts()].filter((fact) => fact.kind === 'ksa');
  }

  clusters(): readonly ClusterFact[] {
    return [...this.#inventory.facts()].filter((fact) => fact.kind === 'cluster');
  }

  keys(): readonly KeyFact[] {
    return [...this.#inventory.facts()].filter((fact: Fact) => fact.kind === 'key');
  }

  /** Keys that were seen to be deleted. */
  goneKeys(): readonly GoneKeyFact[] {
    return [...this.#inventory.facts()].filter((fact: Fact) => fact.kind === 'gone-key');
  }

  hmacKeys(): readonly HmacKeyFact[] {
    return [...this.#inventory.facts()].filter((fact: Fact) => fact.kind === 'hmac-key');
  }

  /** Workloads that show anything of credentials. */
  carriers(): readonly WorkloadFact[] {
    return [...this.#inventory.facts()].filter(
      (fact: Fact) => fact.kind === 'workload' && fact.credentials.length > 0,
    ) as WorkloadFact[];
  }

  /** The number of a project, which `principal://` members need; `undefined` when it has not been learnt. */
  projectNumber(project: string): string | undefined {
    return this.view
      .spellings(projectName(project))
      .map((name) => name.split('/').at(-1)!)
      .find((spelling) => /^\d+$/.test(spelling));
  }
}
