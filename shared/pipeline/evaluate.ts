import { Incidents } from '../findings/incident.ts';
import { judge, type Verdicts } from '../findings/judge.ts';
import { settle } from '../findings/settle.ts';
import { undoneBy } from '../findings/undone-by.ts';
import type { Inventory } from '../inventory/inventory.ts';
import { parseSubject, presentSubjects, type Subject, subjectKey } from '../inventory/subject.ts';
import type { View } from '../inventory/view.ts';
import { serviceAccountName } from '../model/asset.ts';
import type { Decision } from '../model/decision.ts';
import type { Finding } from '../model/finding.ts';
import { LINKING_ROLES } from '../model/grant.ts';
import { principalKey } from '../model/principal.ts';
import { earliest, type Nanos } from '../model/time.ts';
import type { Policy } from '../policy/policy.ts';
import type { Incident, Log, Store, StoredFinding, Transaction } from '../ports.ts';
import type { Catalogue } from '../roles/catalogue.ts';
import { spreadRipples } from './keep.ts';
import { Loaded, onNeighbourhood, onNeighbourhoods } from './neighbourhood.ts';
import { type Evaluation, Recorder } from './record.ts';
import { viewOf } from './view-of.ts';

export type { Evaluation } from './record.ts';

export interface EvaluateOptions {
  readonly asOf: Nanos;
  /** Files are believed as they stand: what is gone is resolved, not "confirming". */
  readonly offline: boolean;
  /** What roles permit; the built-in table unless given. */
  readonly catalogue?: Catalogue | undefined;
  /** False for a first look at a state that was there before: recorded, and announced to nobody. */
  readonly announce?: boolean;
  /** The whole inventory, where the caller has it; else each subject's neighbourhood is read from the store. */
  readonly inventory?: Inventory;
  /** Asked by `evaluateDue` whether to go on, where more is due than one round takes; it does not, unless it is told to. */
  readonly goOn?: () => boolean;
}

/** More subjects than this are judged in several transactions. */
const BATCH = 50;
const MOST_DUE = 500;

/** Judges subjects and writes what came of it: findings, transitions, incidents and outbox rows, in the same transaction. */
export async function evaluate(
  keys: readonly string[],
  policy: Policy,
  store: Store,
  log: Log,
  options: EvaluateOptions,
): Promise<Evaluation> {
  const all = { opened: [] as Finding[], changed: [] as Finding[], resolved: [] as Finding[] };
  for (let start = 0; start < keys.length; start += BATCH) {
    const batch = keys.slice(start, start + BATCH);
    const done = await store.transaction((tx) => evaluateBatch(tx, batch, policy, log, options));
    all.opened.push(...done.opened);
    all.changed.push(...done.changed);
    all.resolved.push(...done.resolved);
  }
  return all;
}

/** Judges whatever is dirty or due; gives what changed. What is more than one call should take stays due; offline there is no other call. */
export async function evaluateDue(
  policy: Policy,
  store: Store,
  log: Log,
  options: EvaluateOptions,
): Promise<Evaluation> {
  const all = { opened: [] as Finding[], changed: [] as Finding[], resolved: [] as Finding[] };
  await spreadRipples(store, options.asOf);
  for (;;) {
    const due = await store.transaction((tx) => tx.due('subjects', options.asOf, MOST_DUE), 'read-only');
    const done = await evaluate([...due.keys()], policy, store, log, options);
    all.opened.push(...done.opened);
    all.changed.push(...done.changed);
    all.resolved.push(...done.resolved);
    if (due.size < MOST_DUE || !(options.offline || options.goOn?.())) return all;
  }
}

interface Judged {
  readonly subject: Subject;
  readonly key: string;
  readonly verdicts: Verdicts;
  readonly byReportOnly: boolean;
  readonly reads: readonly string[];
  readonly nextChangeAt: Nanos | undefined;
  /** Under what it is judged now, if that is no longer its name. */
  readonly present: readonly string[];
}

async function evaluateBatch(
  tx: Transaction,
  keys: readonly string[],
  policy: Policy,
  log: Log,
  { asOf, offline, catalogue, inventory, announce = true }: EvaluateOptions,
): Promise<Evaluation> {
  const loaded = new Loaded();
  const look = (known: Inventory): View => viewOf(known, asOf, policy, catalogue);
  const judging = (known: Inventory) => {
    const whole = look(known);
    // A view of its own for each: it notes what was asked of it.
    return (key: string) => judgeOne(key, policy, whole.another());
  };
  // What a subject asked for last time it will ask for again.
  if (inventory === undefined) await loaded.load(tx, await readsOf(tx, keys));
  const judged = await judgeAll(keys, async (some) =>
    inventory === undefined ? onNeighbourhoods(tx, some, judging, loaded) : some.map(judging(inventory)),
  );

  const stored = await tx.find(
    'findings',
    judged.map(({ key }) => `subject:${key}`),
  );
  const bySubject = Map.groupBy(stored.values(), (row) => row.subjectKey);
  const decisions = await decisionsOn(tx, stored, judged);
  const settled = judged.map((one) => ({
    one,
    settled: settle({
      before: (bySubject.get(one.key) ?? []).map((row) => row.finding),
      verdicts: one.verdicts.verdicts,
      failedDetectors: one.verdicts.failed.map((failure) => failure.detector),
      evidence: { offline, byReportOnly: one.byReportOnly },
      decisions,
      sameWithin: policy.settle.removals,
      asOf,
    }),
  }));
  const closed = settled
    .flatMap(({ settled: { transitions } }) => transitions)
    .filter(({ finding, from }) => finding.resolution === 'repaired' && from !== 'none')
    .map(({ finding }) => finding);
  const mending = (known: Inventory) => mendersOf(closed, look(known));
  const menders =
    closed.length === 0
      ? new Map()
      : inventory === undefined
        ? (await onNeighbourhood(tx, mending, loaded)).value
        : mending(inventory);
  const incidents = await incidentsOf(
    tx,
    settled.flatMap(({ settled: { findings } }) => findings),
  );

  for (const { one, settled: outcome } of settled) {
    for (const { detector, error } of one.verdicts.failed)
      log.error('detector failed', { detector, subject: one.key, error });
    const nextChangeAt = earliest([one.nextChangeAt, outcome.wakeAt]);
    tx.put(
      'subjects',
      one.key,
      { dirty: false, evaluatedAt: asOf, nextChangeAt, reads: one.reads },
      { keys: one.reads, dueAt: nextChangeAt },
    );
  }
  return new Recorder(tx, { policy, stored, incidents, decisions, menders, announce, asOf }).write(
    settled.map(({ one, settled: outcome }) => ({ key: one.key, outcome })),
  );
}

/** What people decided about the findings there were, or are now. */
async function decisionsOn(
  tx: Transaction,
  stored: ReadonlyMap<string, StoredFinding>,
  judged: readonly Judged[],
): Promise<readonly Decision[]> {
  const ids = new Set([
    ...stored.keys(),
    ...judged.flatMap(({ verdicts }) => verdicts.verdicts.map(({ id }) => id)),
  ]);
  if (ids.size === 0) return [];
  return [
    ...(
      await tx.find(
        'decisions',
        [...ids].map((id) => `finding:${id}`),
      )
    ).values(),
  ];
}

/** Who repaired what, by finding. */
function mendersOf(closed: readonly Finding[], view: View): ReadonlyMap<string, string> {
  return new Map(
    closed.flatMap((finding) => {
      const who = undoneBy(finding, view);
      return who === undefined ? [] : [[finding.id, who] as const];
    }),
  );
}

/** What was judged under an old name goes on under the new one, in the same transaction. */
async function judgeAll(
  keys: readonly string[],
  judgeSome: (keys: readonly string[]) => Promise<readonly Judged[]>,
): Promise<readonly Judged[]> {
  const judged: Judged[] = [];
  const seen = new Set<string>();
  for (let next = keys; next.length > 0; ) {
    const some = [...new Set(next)].filter((key) => !seen.has(key));
    for (const key of some) seen.add(key);
    const found = await judgeSome(some);
    judged.push(...found);
    next = found.flatMap(({ present }) => present);
  }
  return judged;
}

function judgeOne(key: string, policy: Policy, view: View): Judged {
  const subject = parseSubject(key);
  const verdicts = judge(subject, view, policy);
  return {
    subject,
    key,
    verdicts,
    present: presentSubjects(subject, view).map(subjectKey),
    byReportOnly: goneByReport(subject, view),
    reads: [...view.reads, ...verdicts.failed.map(({ detector }) => failedKey(detector))].sort(),
    nextChangeAt: view.nextChangeAt,
  };
}

/** What was asked for when these subjects were judged last. */
async function readsOf(tx: Transaction, keys: readonly string[]): Promise<ReadonlySet<string>> {
  const rows = await tx.getMany('subjects', keys);
  return new Set([...rows.values()].flatMap(({ reads }) => reads));
}

/** Among what a subject's judging asked for, so that it is found by it: the detector threw. */
export function failedKey(detector: string): string {
  return `failed:${detector}`;
}

/** Whether what the subject stood on was only reported removed, and the policy not read since. */
function goneByReport(subject: Subject, view: View): boolean {
  if (subject.kind === 'grant') return view.goneByReport(subject);
  if (subject.kind !== 'edge' || subject.account === undefined) return false;
  const principal = principalKey({ kind: 'ksa', ...subject.ksa });
  const resource = serviceAccountName(subject.account);
  return [...LINKING_ROLES].some((role) =>
    view.goneByReport({ kind: 'grant', resource, role, principal, condition: '' }),
  );
}

async function incidentsOf(tx: Transaction, findings: readonly Finding[]): Promise<Incidents<Incident>> {
  const own = await tx.getMany(
    'incidents',
    new Set(findings.map((finding) => finding.incident).filter((id) => id !== '')),
  );
  const byCause = await tx.find(
    'incidents',
    new Set(findings.filter((f) => f.state !== 'resolved').flatMap((finding) => finding.causes)),
  );
  return new Incidents([...byCause.values(), ...own.values()]);
}
