import { fixedPolicy } from '../shared/adapters/fixed-policy.ts';
import { openSqliteStore } from '../shared/adapters/sqlite-store.ts';
import { inReadingOrder } from '../shared/findings/order.ts';
import type { Gathered } from '../shared/inventory/inventory.ts';
import type { Decoded } from '../shared/model/decoded.ts';
import type { Finding } from '../shared/model/finding.ts';
import type { Nanos } from '../shared/model/time.ts';
import { takeBaseline } from '../shared/pipeline/baseline.ts';
import { evaluateDue } from '../shared/pipeline/evaluate.ts';
import { type Received, take } from '../shared/pipeline/receive.ts';
import type { Policy } from '../shared/policy/policy.ts';
import type { Log, Store } from '../shared/ports.ts';

export type News = Extract<Decoded, { kind: 'news' }>;

const PAGE = 500;

/** The pipeline of the functions over a store in memory, for one policy; whoever drives it says what time it is. */
export class OfflineWatch {
  readonly policy: Policy;
  readonly #log: Log;
  readonly #store: Store = openSqliteStore({ path: ':memory:', onEphemeralDisk: false });

  constructor(policy: Policy, log: Log) {
    this.policy = policy;
    this.#log = log;
  }

  /** Takes in the state before the messages. */
  async begin(known: Gathered, asOf: Nanos): Promise<void> {
    await takeBaseline(known, this.policy, this.#store, this.#log, asOf);
  }

  /** Judges what has fallen due until then. */
  async advance(asOf: Nanos): Promise<void> {
    await evaluateDue(this.policy, this.#store, this.#log, { asOf, offline: true });
  }

  take(news: News, now: Nanos): Promise<Received> {
    const ports = {
      store: this.#store,
      policy: fixedPolicy(() => this.policy),
      clock: { now: () => now },
      queue: { work: async () => {}, nudgeDeliver: async () => {} },
      log: this.#log,
    };
    return take(news, ports, { offline: true, now });
  }

  /** All there have been, resolved ones too, in reading order. */
  async findings(): Promise<readonly Finding[]> {
    const findings: Finding[] = [];
    let after: string | undefined;
    for (;;) {
      const from = after;
      const page = await this.#store.transaction((tx) => tx.list('findings', from, PAGE), 'read-only');
      findings.push(...[...page.values()].map((row) => row.finding));
      after = [...page.keys()].at(-1);
      if (page.size < PAGE) return findings.sort(inReadingOrder);
    }
  }

  close(): Promise<void> {
    return this.#store.close();
  }
}
