import { World } from '../explain/world.ts';
import { policyInForce } from '../findings/in-force.ts';
import type { ChainedTransition } from '../findings/transition-chain.ts';
import type { Fact } from '../inventory/facts.ts';
import type { Inventory } from '../inventory/inventory.ts';
import { parseSubject, type Subject } from '../inventory/subject.ts';
import type { View } from '../inventory/view.ts';
import type { ChangeRecord } from '../model/change.ts';
import type { Decision } from '../model/decision.ts';
import type { Finding, FindingState } from '../model/finding.ts';
import type { PolicyInForce, PosturePoint, Review } from '../model/posture.ts';
import type { Nanos } from '../model/time.ts';
import type { Policy } from '../policy/policy.ts';
import type { SweepRun } from '../ports.ts';
import type { PreviousReport } from './report.ts';

/** All that a report is made from. Whoever makes one reads the clock, the store or the files; from here on everything is pure. */
export interface ReportInput {
  readonly policy: Policy;
  readonly inventory: Inventory;
  /** The inventory as the policy sees it, at `asOf`. */
  readonly view: View;
  /** Keys of all subjects there are, each once. */
  readonly subjects: readonly string[];
  /** Every finding on record. */
  readonly findings: readonly Finding[];
  /** Detectors that threw, with the subject they threw on. */
  readonly failed: readonly { readonly detector: string; readonly subject: string }[];
  readonly period: { readonly from: Nanos; readonly to: Nanos };
  readonly generatedAt: Nanos;
  /** Of the tool. */
  readonly version: string;
  /** The entry of the policy's `reports` that asks for it; absent for one made by hand. */
  readonly entry:
    | { readonly name: string; readonly frameworks: readonly string[]; readonly signOff: 'required' | 'none' }
    | undefined;
  /** What the deployed watch has recorded; absent for a report made from files. */
  readonly history: History | undefined;
}

export interface History {
  readonly decisions: readonly Decision[];
  /** Those of the period and before it. */
  readonly transitions: readonly (Omit<ChainedTransition, 'from' | 'to'> & {
    readonly from: FindingState | 'none';
    readonly to: FindingState;
  })[];
  /** Where the chain of each finding ends. */
  readonly heads: readonly { readonly finding: string; readonly head: string }[];
  /** By id. */
  readonly runs: ReadonlyMap<string, SweepRun>;
  /** What the newest sweep could not read to its end, and why. */
  readonly refused: readonly { readonly scope: string; readonly what: string; readonly why: string }[];
  readonly points: readonly PosturePoint[];
  readonly previous: PreviousReport | undefined;
  readonly reviews: readonly Review[];
  /** Policies that judged, as far back as that is on record. */
  readonly policies: readonly PolicyInForce[];
  /** Identity changes on record, those of the period among them. */
  readonly changes: readonly ChangeRecord[];
  /** How far back that record reaches; undefined: nobody knows. */
  readonly changesSince: Nanos | undefined;
  readonly quarantined: number;
  readonly parked: number;
}

type FactOf<K extends Fact['kind']> = Extract<Fact, { kind: K }>;

/** The input, looked at once: what every part of the report asks for. */
export class Ground {
  readonly input: ReportInput;
  readonly view: View;
  /** As it holds at `asOf`. */
  readonly policy: Policy;
  readonly world: World;
  readonly asOf: Nanos;
  readonly subjects: readonly Subject[];
  readonly #facts: ReadonlyMap<Fact['kind'], readonly Fact[]>;

  constructor(input: ReportInput) {
    this.input = input;
    this.view = input.view;
    this.policy = policyInForce(input.policy, input.view);
    this.world = new World(input.inventory, input.view, this.policy);
    this.asOf = input.view.asOf;
    this.subjects = input.subjects.map(parseSubject);
    this.#facts = Map.groupBy(input.inventory.facts(), ({ kind }) => kind);
  }

  facts<K extends Fact['kind']>(kind: K): readonly FactOf<K>[] {
    // The map is grouped by exactly this field.
    return (this.#facts.get(kind) ?? []) as readonly FactOf<K>[];
  }

  /** After `from`, up to and including `to`. */
  isInPeriod(time: Nanos | undefined): boolean {
    const { from, to } = this.input.period;
    return time !== undefined && time > from && time <= to;
  }
}
