import { destinationsOf } from '../alerts/route.ts';
import { type ChangeGroup, Incidents, incidentFor } from '../findings/incident.ts';
import { judge, type Verdicts } from '../findings/judge.ts';
import { isLive, type Settled, settle } from '../findings/settle.ts';
import { chain } from '../findings/transition-chain.ts';
import type { Inventory } from '../inventory/inventory.ts';
import { parseSubject, presentSubjects, type Subject, subjectKey } from '../inventory/subject.ts';
import { View } from '../inventory/view.ts';
import { serviceAccountName } from '../model/asset.ts';
import type { Finding } from '../model/finding.ts';
import { LINKING_ROLES } from '../model/grant.ts';
import { principalKey } from '../model/principal.ts';
import type { Nanos } from '../model/time.ts';
import type { Policy } from '../policy/policy.ts';
import type { Incident, Log, OutboxRow, Store, StoredFinding, Transaction } from '../ports.ts';
import { declaredPoolOf } from './declared-pool.ts';
import { onNeighbourhood } from './neighbourhood.ts';
import { enqueue, outboxId } from './outbox.ts';

export interface Evaluation {
  readonly opened: readonly Finding[];
  readonly changed: readonly Finding[];
  readonly resolved: readonly Finding[];
}

export interface EvaluateOptions {
  readonly asOf: Nanos;
  /** Files are believed as they stand: what is gone is resolved, not "confirming". */
  readonly offline: boolean;
  /** False for a first look at a state that was there before: recorded, and announced to nobody. */
  readonly announce?: boolean;
  /** The whole inventory, where the caller has it; else each subject's neighbourhood is read from the store. */
  readonly inventory?: Inventory;
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
  for (;;) {
    const due = await store.transaction((tx) => tx.due('subjects', options.asOf, MOST_DUE));
    const done = await evaluate([...due.keys()], policy, store, log, options);
    all.opened.push(...done.opened);
    all.changed.push(...done.changed);
    all.resolved.push(...done.resolved);
    if (due.size < MOST_DUE || !options.offline) return all;
  }
}

interface Judged {
  readonly subject: Subject;
  readonly key: string;
  readonly verdicts: Verdicts;
  readonly byReportOnly: boolean;
  readonly reads: readonly string[];
  readonly nextChangeAt: Nanos | undefined;
}

async function evaluateBatch(
  tx: Transaction,
  keys: readonly string[],
  policy: Policy,
  log: Log,
  { asOf, offline, inventory, announce = true }: EvaluateOptions,
): Promise<Evaluation> {
  const compute = (known: Inventory) => judgeAll(keys, known, policy, asOf);
  const judged = inventory === undefined ? (await onNeighbourhood(tx, compute)).value : compute(inventory);

  const stored = await tx.find(
    'findings',
    judged.map(({ key }) => `subject:${key}`),
  );
  const bySubject = Map.groupBy(stored.values(), (row) => row.subjectKey);
  const settled = judged.map((one) => ({
    one,
    settled: settle(
      (bySubject.get(one.key) ?? []).map((row) => row.finding),
      one.verdicts.verdicts,
      one.verdicts.failed.map((failure) => failure.detector),
      { offline, byReportOnly: one.byReportOnly },
      asOf,
    ),
  }));
  const incidents = await incidentsOf(
    tx,
    settled.flatMap(({ settled: { findings } }) => findings),
  );
  const destinations = announce ? destinationsOf(policy) : [];
  const outbox = await tx.getMany(
    'outbox',
    incidents.ids().flatMap((id) => destinations.map((destination) => outboxId(id, destination))),
  );

  for (const { one } of settled) {
    for (const { detector, error } of one.verdicts.failed)
      log.error('detector failed', { detector, subject: one.key, error });
    tx.put(
      'subjects',
      one.key,
      { dirty: false, evaluatedAt: asOf, nextChangeAt: one.nextChangeAt, reads: one.reads },
      {
        keys: one.reads,
        dueAt: one.nextChangeAt,
      },
    );
  }
  return write(
    tx,
    settled.map(({ one, settled: outcome }) => ({ key: one.key, outcome })),
    stored,
    incidents,
    policy,
    asOf,
    destinations,
    outbox,
  );
}

function judgeAll(
  keys: readonly string[],
  inventory: Inventory,
  policy: Policy,
  asOf: Nanos,
): readonly Judged[] {
  const judged: Judged[] = [];
  const seen = new Set<string>();
  const queue = [...keys];
  for (let key = queue.shift(); key !== undefined; key = queue.shift()) {
    if (seen.has(key)) continue;
    seen.add(key);
    const subject = parseSubject(key);
    const view = new View(inventory, asOf, declaredPoolOf(policy));
    const verdicts = judge(subject, view, policy);
    // What was judged under an old name goes on under the new one, in the same transaction.
    queue.push(...presentSubjects(subject, view).map(subjectKey));
    judged.push({
      subject,
      key,
      verdicts,
      byReportOnly: goneByReport(subject, view),
      reads: [...view.reads].sort(),
      nextChangeAt: view.nextChangeAt,
    });
  }
  return judged;
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

function write(
  tx: Transaction,
  outcomes: readonly { readonly key: string; readonly outcome: Settled }[],
  stored: ReadonlyMap<string, StoredFinding>,
  incidents: Incidents<Incident>,
  policy: Policy,
  asOf: Nanos,
  destinations: readonly string[],
  outbox: ReadonlyMap<string, OutboxRow>,
): Evaluation {
  const result = { opened: [] as Finding[], changed: [] as Finding[], resolved: [] as Finding[] };
  const touched = new Set<string>();
  for (const { key, outcome } of outcomes) {
    for (const id of outcome.dropped) tx.delete('findings', id);
    const moves = new Map(outcome.transitions.map((transition) => [transition.finding.id, transition]));
    for (const settledFinding of outcome.findings) {
      const row = stored.get(settledFinding.id);
      const finding = placed(settledFinding, policy, incidents, asOf, touched);
      const move = moves.get(finding.id);
      const link = move === undefined ? undefined : chain(move, row?.head ?? '', asOf);
      if (link !== undefined)
        tx.put('transitions', `${link.finding}|${link.hash}`, { ...link, from: move!.from, to: move!.to });
      tx.put(
        'findings',
        finding.id,
        { subjectKey: key, finding, head: link?.hash ?? row?.head ?? '' },
        {
          keys: [`subject:${key}`, `incident:${finding.incident}`],
        },
      );
      const isChange = move !== undefined || (row !== undefined && differs(row.finding, finding));
      if (isChange && finding.incident !== '') touched.add(finding.incident);
      if (move !== undefined && isLive(finding.state) && !isLive(row?.finding.state ?? 'resolved'))
        result.opened.push(finding);
      else if (move?.to === 'resolved') result.resolved.push(finding);
      else if (isChange && !isQuestion(row?.finding, finding)) result.changed.push(finding);
    }
  }
  for (const id of touched) record(tx, incidents.get(id), destinations, outbox, asOf);
  return result;
}

/** Puts a finding into its incident, and remembers the incident with its new members and causes. */
function placed(
  finding: Finding,
  policy: Policy,
  incidents: Incidents<Incident>,
  asOf: Nanos,
  touched: Set<string>,
): Finding {
  // What nobody can decide is no change anybody made: it stands in the report, and no incident speaks of it.
  if (finding.state === 'undecided') return { ...finding, incident: '' };
  const group: ChangeGroup = incidentFor(finding, policy.name, incidents);
  const known = incidents.get(group.id);
  const next: Incident = {
    id: group.id,
    causes: group.causes,
    findings: [...new Set([...(known?.findings ?? []), finding.id])].sort(),
    openedAt: known?.openedAt ?? asOf,
    revision: known?.revision ?? 0,
    sent: known?.sent ?? [],
  };
  if (
    known === undefined ||
    known.causes.length !== next.causes.length ||
    known.findings.length !== next.findings.length
  )
    touched.add(next.id);
  incidents.set(next);
  return { ...finding, incident: group.id };
}

/** What nobody could decide before and nobody can now was never a finding, so that it is no change of one. */
function isQuestion(before: Finding | undefined, now: Finding): boolean {
  return now.state === 'undecided' && (before === undefined || before.state === 'undecided');
}

/** What people would see differently: everything but the times of looking. */
function differs(a: Finding, b: Finding): boolean {
  const text = (finding: Finding): string =>
    JSON.stringify(
      { ...finding, lastSeen: undefined, causes: undefined, why: undefined },
      (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value),
    );
  return text(a) !== text(b);
}

/** The incident has news: its revision grows, and every destination that should hear of it gets a row. */
function record(
  tx: Transaction,
  incident: Incident | undefined,
  destinations: readonly string[],
  outbox: ReadonlyMap<string, OutboxRow>,
  asOf: Nanos,
): void {
  if (incident === undefined) return;
  const next = { ...incident, revision: incident.revision + 1 };
  tx.put('incidents', next.id, next, { keys: next.causes });
  enqueue(tx, next, destinations, outbox, asOf);
}
