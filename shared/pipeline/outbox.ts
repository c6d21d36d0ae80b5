import type { Severity } from '../model/finding.ts';
import { MINUTE, type Nanos } from '../model/time.ts';
import type { OutboxRow, Outgoing, Store, Transaction } from '../ports.ts';

/** A sender that died leaves its row to the next after this long. One message takes seconds, and every message renews it. */
const LEASE = MINUTE;
/** Rows claimed at a time: what Slack takes per channel in a fraction of a minute. */
const CLAIM = 20;

export function alertId(incident: string, destination: string): string {
  return `${incident}|${destination}`;
}

/** A row as it begins: nobody has tried to send it. */
export function newRow(work: Outgoing, destination: string, notBefore: Nanos): OutboxRow {
  return {
    ...work,
    destination,
    since: notBefore,
    notBefore,
    attempts: 0,
    leaseUntil: undefined,
    parked: undefined,
    begun: undefined,
  };
}

export function putRow(tx: Transaction, id: string, row: OutboxRow): void {
  tx.put('outbox', id, row, { dueAt: row.leaseUntil ?? row.notBefore });
}

/**
 * An incident has news for a destination. A row that is being sent stays with its sender, who sees the news when it is done; a second
 * sender would post a second message.
 */
export function enqueueAlert(
  tx: Transaction,
  about: {
    readonly incident: string;
    readonly destination: string;
    readonly fresh: Severity | undefined;
    readonly insteadOf?: string;
  },
  present: OutboxRow | undefined,
  { notBefore, asOf }: { readonly notBefore: Nanos; readonly asOf: Nanos },
): void {
  const { destination, ...work } = about;
  const leaseUntil =
    present?.leaseUntil !== undefined && present.leaseUntil > asOf ? present.leaseUntil : undefined;
  putRow(tx, alertId(work.incident, destination), {
    ...newRow({ kind: 'alert', ...work }, destination, notBefore),
    since: present?.since ?? notBefore,
    attempts: present?.attempts ?? 0,
    begun: present?.begun,
    leaseUntil,
  });
}

export interface Claimed {
  readonly id: string;
  readonly row: OutboxRow & { readonly leaseUntil: Nanos };
}

/** Takes rows that are due, for as long as the lease. */
export async function claim(store: Store, now: Nanos): Promise<readonly Claimed[]> {
  return store.transaction(async (tx) => {
    const due = await tx.due('outbox', now, CLAIM);
    const claimed = [...due].map(([id, row]) => ({ id, row: leased(row, now) }));
    for (const { id, row } of claimed) putRow(tx, id, row);
    return claimed;
  });
}

/** The row is still ours, and may go out now: renews the lease. `undefined` when another sender has it, or its destination is resting. */
export async function hold(
  tx: Transaction,
  { id, row: claimed }: Claimed,
  now: Nanos,
): Promise<{ readonly row: Claimed['row']; readonly write: () => void } | undefined> {
  const current = await tx.get('outbox', id);
  if (current === undefined || current.leaseUntil !== claimed.leaseUntil) return undefined;
  const resting = await restOf(tx, current.destination);
  if (resting > now) {
    putRow(tx, id, { ...current, leaseUntil: undefined, notBefore: resting });
    return undefined;
  }
  const row = leased(current, now);
  return { row, write: () => putRow(tx, id, row) };
}

function leased(row: OutboxRow, now: Nanos): Claimed['row'] {
  return { ...row, leaseUntil: now + LEASE };
}

export interface Postponed {
  readonly until: Nanos;
  /** It failed, which makes the next wait longer. */
  readonly failed?: boolean;
  readonly parked?: string;
  /** Nothing else goes to this destination before. */
  readonly restUntil?: Nanos;
  /** It may have been accepted all the same: look for it before it is sent again. */
  readonly begun?: OutboxRow['begun'];
}

/** Not now. News that came meanwhile is looked at before, as far as the destination allows. */
export async function postpone(
  { id, row }: Claimed,
  { until, failed = false, parked, restUntil, begun }: Postponed,
  store: Store,
): Promise<void> {
  await store.transaction(async (tx) => {
    const current = await tx.get('outbox', id);
    if (current === undefined) return;
    // Somebody has put the row in again since, with something newer to say.
    const renewed = current.notBefore !== row.notBefore;
    putRow(tx, id, {
      ...current,
      attempts: failed ? row.attempts + 1 : row.attempts,
      parked,
      leaseUntil: undefined,
      notBefore: renewed ? current.notBefore : until,
      begun,
    });
    if (restUntil !== undefined) rest(tx, row.destination, restUntil);
  });
}

/** Nothing goes to this destination before. */
export function rest(tx: Transaction, destination: string, until: Nanos): void {
  tx.put('meta', restId(destination), { value: String(until) });
}

async function restOf(tx: Transaction, destination: string): Promise<Nanos> {
  return BigInt((await tx.get('meta', restId(destination)))?.value ?? '0');
}

function restId(destination: string): string {
  return `rest|${destination}`;
}
