import { isLive, worstFirst } from '../alerts/standing.ts';
import type { Finding, Severity } from '../model/finding.ts';
import type { Policy } from '../policy/policy.ts';
import type { Store, StoredFinding } from '../ports.ts';
import type { DeliverPorts } from './deliver-ports.ts';

const PAGE = 500;

/** Every finding on record that `wanted` takes, page by page. */
export async function allFindings(
  store: Store,
  wanted: (finding: Finding) => boolean,
): Promise<readonly Finding[]> {
  return (await allStored(store, ({ finding }) => wanted(finding))).map(({ finding }) => finding);
}

/** The same as they are stored. */
export async function allStored(
  store: Store,
  wanted: (row: StoredFinding) => boolean,
): Promise<readonly StoredFinding[]> {
  const found: StoredFinding[] = [];
  let after: string | undefined;
  for (;;) {
    const page = await store.transaction((tx) => tx.list('findings', after, PAGE), 'read-only');
    found.push(...[...page.values()].filter(wanted));
    after = [...page.keys()].at(-1);
    if (page.size < PAGE || after === undefined) return found;
  }
}

/** The findings that stand, the worst first. */
export async function findingsNow(
  store: Store,
  wanted: (finding: Finding) => boolean,
): Promise<readonly Finding[]> {
  const found = await allFindings(
    store,
    (finding) => finding.state !== 'resolved' && finding.state !== 'undecided' && wanted(finding),
  );
  return [...found].sort(worstFirst);
}

/** How everything stands, in numbers. */
export async function standingNow(policy: Policy, { store, clock }: Pick<DeliverPorts, 'store' | 'clock'>) {
  const asOf = clock.now();
  const findings = await findingsNow(store, () => true);
  const queue = await store.transaction((tx) => tx.list('outbox', undefined, PAGE), 'read-only');
  const open = findings.filter(isLive);
  const openBySeverity: Partial<Record<Severity, number>> = {};
  for (const { severity } of open) openBySeverity[severity] = (openBySeverity[severity] ?? 0) + 1;
  const [first] = open.toSorted((a, b) => Number(a.firstSeen - b.firstSeen));
  return {
    openBySeverity,
    acknowledged: findings.filter(({ state }) => state === 'acknowledged').length,
    snoozed: findings.filter(({ state }) => state === 'snoozed').length,
    oldest: first && { title: first.title, severity: first.severity, since: first.firstSeen },
    policy: { name: policy.name, hash: policy.hash },
    // What waits for its time, a reminder say, is not late.
    queued: [...queue.values()].filter(({ attempts, notBefore }) => attempts > 0 || notBefore <= asOf).length,
    parked: [...queue.values()].filter(({ parked }) => parked !== undefined).length,
    falsePositives: await falsePositives(store),
    asOf,
  };
}

/** How often people called what a detector says a false positive: what its precision is judged by. */
export async function falsePositives(store: Store): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>();
  let after: string | undefined;
  for (;;) {
    const page = await store.transaction((tx) => tx.list('decisions', after, PAGE), 'read-only');
    for (const decision of page.values()) {
      if (decision.kind !== 'false-positive') continue;
      for (const { detector } of decision.about) counts.set(detector, (counts.get(detector) ?? 0) + 1);
    }
    after = [...page.keys()].at(-1);
    if (page.size < PAGE || after === undefined) return counts;
  }
}
