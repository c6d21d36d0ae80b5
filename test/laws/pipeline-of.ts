/** The event path over a store in memory, and what stands in it once it is quiet. */
import { openSqliteStore } from '../../shared/adapters/sqlite-store.ts';
import type { Coverage } from '../../shared/inventory/coverage.ts';
import type { Finding } from '../../shared/model/finding.ts';
import type { Nanos } from '../../shared/model/time.ts';
import { evaluate, evaluateDue } from '../../shared/pipeline/evaluate.ts';
import { keepCoverage } from '../../shared/pipeline/keep.ts';
import { take } from '../../shared/pipeline/receive.ts';
import type { Log, Store } from '../../shared/ports.ts';
import { NOW, POLICY } from '../world.ts';
import type { News } from './arbitrary-news.ts';

export const THROWING_LOG: Log = {
  info() {},
  warn() {},
  error(message, fields) {
    throw new Error(`${message} ${JSON.stringify(fields)}`);
  },
};

export async function openPipeline(coverage: readonly Coverage[] = []) {
  const store: Store = openSqliteStore({ path: ':memory:', onEphemeralDisk: false });
  await store.transaction(async (tx) => {
    for (const one of coverage) keepCoverage(tx, one);
  });
  const portsAt = (now: Nanos) => ({
    store,
    policy: { current: async () => POLICY },
    clock: { now: () => now },
    log: THROWING_LOG,
    queue: { verify: async () => {}, nudgeDeliver: async () => {} },
  });
  return {
    store,
    take: (news: News, now: Nanos = NOW, offline = true) => take(news, portsAt(now), { offline, now }),
    async findings(): Promise<readonly Finding[]> {
      await evaluateDue(POLICY, store, THROWING_LOG, { asOf: NOW, offline: true });
      const rows = await store.transaction((tx) => tx.list('findings', undefined, 10_000));
      return [...rows.values()].map((row) => row.finding);
    },
    /** Judges every subject there is a record of, which nothing but a sweep would do. */
    async judgeAll(): Promise<void> {
      const rows = await store.transaction((tx) => tx.list('subjects', undefined, 10_000));
      await evaluate([...rows.keys()], POLICY, store, THROWING_LOG, { asOf: NOW, offline: true });
    },
  };
}

/** What law 1 promises to be equal: the judgement. When it was first seen, and in which episode, is the event path's own story. */
export function judgementsOf(findings: readonly Finding[]): readonly object[] {
  return findings
    .filter((finding) => finding.state !== 'resolved')
    .map(
      ({
        id,
        detector,
        state,
        severity,
        title,
        actor,
        eventTime,
        observedBy,
        before,
        after,
        explanation,
        owner,
        causes,
      }) => ({
        id,
        detector,
        state,
        severity,
        title,
        actor,
        eventTime: String(eventTime),
        observedBy,
        before,
        after,
        explanation,
        owner,
        causes,
      }),
    )
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

/**
 * What the event path holds, as a scan would say it. One difference is law 4's own: what was found open stays open while it can no longer be
 * decided, and a scan, which has no past, says undecided.
 */
export function asScanned(found: readonly Finding[], scanned: readonly Finding[]): readonly object[] {
  const undecided = new Map(scanned.filter((one) => one.state === 'undecided').map((one) => [one.id, one]));
  return judgementsOf(found.map((one) => (one.state === 'open' ? (undecided.get(one.id) ?? one) : one)));
}
