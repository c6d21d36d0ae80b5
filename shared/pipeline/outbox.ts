import type { Finding } from '../model/finding.ts';
import { MINUTE, type Nanos } from '../model/time.ts';
import type { Announced, Incident, OutboxRow, Store, Transaction } from '../ports.ts';

/** A sender that died leaves its row to the next after this long. One message takes seconds, and every message renews it. */
const LEASE = MINUTE;
/** Rows claimed at a time: what Slack takes per channel in a fraction of a minute. */
const CLAIM = 20;

export function outboxId(incident: string, destination: string): string {
  return `${incident}|${destination}`;
}

/**
 * The incident has news: every destination that should hear of it gets a row. One that is being sent stays with its sender, who sees the
 * news when it is done; a second sender would post a second message.
 */
export function enqueue(
  tx: Transaction,
  incident: Incident,
  destinations: readonly string[],
  present: ReadonlyMap<string, OutboxRow>,
  asOf: Nanos,
): void {
  for (const destination of destinations) {
    const id = outboxId(incident.id, destination);
    const row = present.get(id);
    const leaseUntil = row?.leaseUntil !== undefined && row.leaseUntil > asOf ? row.leaseUntil : undefined;
    tx.put(
      'outbox',
      id,
      {
        incident: incident.id,
        destination,
        attempts: row?.attempts ?? 0,
        notBefore: asOf,
        leaseUntil,
        parked: undefined,
      },
      { dueAt: leaseUntil ?? asOf },
    );
  }
}

/** Takes rows that are due, for as long as the lease. */
export async function claim(store: Store, now: Nanos): Promise<ReadonlyMap<string, OutboxRow>> {
  return store.transaction(async (tx) => {
    const due = await tx.due('outbox', now, CLAIM);
    const claimed = [...due].map(([id, row]) => [id, leased(row, now)] as const);
    for (const [id, row] of claimed) tx.put('outbox', id, row, { dueAt: row.leaseUntil });
    return new Map(claimed);
  });
}

function leased(row: OutboxRow, now: Nanos): OutboxRow & { readonly leaseUntil: Nanos } {
  return { ...row, leaseUntil: now + LEASE };
}

/** A row in hand, and what it is about as it stands now. */
export interface Task {
  readonly id: string;
  readonly row: OutboxRow;
  readonly incident: Incident;
  readonly findings: readonly Finding[];
}

/** What a claimed row asks to be sent; nothing when another sender has it now, its channel is resting, or nothing is left to tell. */
export async function taskOf(
  id: string,
  claimed: OutboxRow,
  store: Store,
  now: Nanos,
): Promise<Task | undefined> {
  return store.transaction(async (tx) => {
    const current = await tx.get('outbox', id);
    if (current === undefined || current.leaseUntil !== claimed.leaseUntil) return undefined;
    const resting = await tx.get('meta', restId(current.destination));
    const incident = await tx.get('incidents', current.incident);
    const stored = incident === undefined ? [] : (await tx.getMany('findings', incident.findings)).values();
    const findings = [...stored].map(({ finding }) => finding).filter((f) => f.incident === current.incident);
    const until = resting === undefined ? now : BigInt(resting.value);
    if (until > now) {
      tx.put('outbox', id, { ...current, leaseUntil: undefined, notBefore: until }, { dueAt: until });
      return undefined;
    }
    if (incident === undefined || findings.length === 0) {
      tx.delete('outbox', id);
      return undefined;
    }
    const row = leased(current, now);
    tx.put('outbox', id, row, { dueAt: row.leaseUntil });
    return { id, row, incident, findings };
  });
}

/** Done: notes what was sent, and drops the row unless the incident has moved on meanwhile. */
export async function settle(
  { id, row, incident: shown }: Task,
  sent: Announced | undefined,
  store: Store,
  now: Nanos,
): Promise<void> {
  await store.transaction(async (tx) => {
    const current = (await tx.get('incidents', shown.id)) ?? shown;
    if (sent !== undefined) {
      const others = current.sent.filter((announced) => announced.destination !== row.destination);
      tx.put('incidents', current.id, { ...current, sent: [...others, sent] }, { keys: current.causes });
    }
    if (current.revision > shown.revision)
      tx.put('outbox', id, { ...row, attempts: 0, leaseUntil: undefined, notBefore: now }, { dueAt: now });
    else tx.delete('outbox', id);
  });
}

export interface Postponed {
  readonly until: Nanos;
  /** It failed, which makes the next wait longer. */
  readonly failed?: boolean;
  readonly parked?: string;
  /** Nothing else goes to this destination before. */
  readonly restUntil?: Nanos;
}

/** Not now. News of the incident that came meanwhile is looked at before, as far as the destination allows. */
export async function postpone(
  { id, row, incident: shown }: Task,
  { until, failed = false, parked, restUntil }: Postponed,
  store: Store,
  now: Nanos,
): Promise<void> {
  await store.transaction(async (tx) => {
    const current = await tx.get('incidents', shown.id);
    const dueAt = current !== undefined && current.revision > shown.revision ? now : until;
    const attempts = failed ? row.attempts + 1 : row.attempts;
    tx.put('outbox', id, { ...row, attempts, parked, leaseUntil: undefined, notBefore: dueAt }, { dueAt });
    if (restUntil !== undefined) tx.put('meta', restId(row.destination), { value: String(restUntil) });
  });
}

function restId(destination: string): string {
  return `rest|${destination}`;
}
