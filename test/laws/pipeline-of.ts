/** The event path over a store in memory, and what stands in it once it is quiet. */
import { fixedPolicy } from '../../shared/adapters/fixed-policy.ts';
import { openSqliteStore } from '../../shared/adapters/sqlite-store.ts';
import type { Coverage } from '../../shared/inventory/coverage.ts';
import type { Finding, Verdict } from '../../shared/model/finding.ts';
import type { Nanos } from '../../shared/model/time.ts';
import { evaluate, evaluateDue } from '../../shared/pipeline/evaluate.ts';
import { keepCoverage } from '../../shared/pipeline/keep.ts';
import { take } from '../../shared/pipeline/receive.ts';
import type { Policy } from '../../shared/policy/policy.ts';
import type { Log, Store } from '../../shared/ports.ts';
import { NOW } from '../world.ts';
import type { News } from './arbitrary-news.ts';
import { LAW_POLICY } from './news/policy.ts';

export const THROWING_LOG: Log = {
  info() {},
  warn() {},
  error(message, fields) {
    throw new Error(`${message} ${JSON.stringify(fields)}`);
  },
};

/** `front`: what stands between the handlers and the store. */
export async function openPipeline(
  coverage: readonly Coverage[] = [],
  policy: Policy = LAW_POLICY,
  front: (store: Store) => Store = (store) => store,
) {
  const store = openSqliteStore({ path: ':memory:', onEphemeralDisk: false });
  await store.transaction(async (tx) => {
    for (const one of coverage) keepCoverage(tx, one);
  });
  const seen = front(store);
  const portsAt = (now: Nanos) => ({
    store: seen,
    policy: fixedPolicy(() => policy),
    clock: { now: () => now },
    log: THROWING_LOG,
    queue: { work: async () => {}, nudgeDeliver: async () => {} },
  });
  return {
    store,
    take: (news: News, now: Nanos = NOW, offline = true) => take(news, portsAt(now), { offline, now }),
    /** What is due is judged, as happens every minute. */
    async tick(asOf: Nanos, offline = true): Promise<void> {
      await evaluateDue(policy, store, THROWING_LOG, { asOf, offline });
    },
    async findings(asOf: Nanos = NOW, offline = true): Promise<readonly Finding[]> {
      await this.tick(asOf, offline);
      const rows = await store.transaction((tx) => tx.list('findings', undefined, 10_000));
      return [...rows.values()].map((row) => row.finding);
    },
    /** Judges every subject there is a record of, which nothing but a sweep would do. */
    async judgeAll(asOf: Nanos): Promise<void> {
      const rows = await store.transaction((tx) => tx.list('subjects', undefined, 10_000));
      await evaluate([...rows.keys()], policy, store, THROWING_LOG, { asOf, offline: true });
    },
  };
}

type Life = Exclude<keyof Finding, keyof Verdict | 'state'>;

/** The event path's own story: when it was first seen, in which episode, what people did about it. */
const LIFE = {
  episode: true,
  incident: true,
  confirming: true,
  flapping: true,
  exceptionPending: true,
  assignee: true,
  snoozedUntil: true,
  exceptionDecision: true,
  exceptedUntil: true,
  openings: true,
  firstSeen: true,
  lastSeen: true,
  resolvedAt: true,
  resolution: true,
  resolvedBy: true,
} satisfies Record<Life, true>;

/** What law 1 promises to be equal: the judgement, and all of it. */
export function judgementsOf(findings: readonly Finding[]): readonly object[] {
  return findings
    .filter((finding) => finding.state !== 'resolved')
    .toSorted((a, b) => (a.id < b.id ? -1 : 1))
    .map((finding) =>
      Object.fromEntries(
        Object.entries(finding)
          .filter(([field]) => !(field in LIFE))
          .map(([field, value]) => [field, typeof value === 'bigint' ? String(value) : value]),
      ),
    );
}

/**
 * What the event path holds, as a scan would say it. One difference is law 4's own: what was found open stays open while it can no longer be
 * decided, and a scan, which has no past, says undecided.
 */
export function asScanned(found: readonly Finding[], scanned: readonly Finding[]): readonly object[] {
  const undecided = new Map(scanned.filter((one) => one.state === 'undecided').map((one) => [one.id, one]));
  return judgementsOf(found.map((one) => (one.state === 'open' ? (undecided.get(one.id) ?? one) : one)));
}
