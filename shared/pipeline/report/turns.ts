import { MINUTE, type Nanos } from '../../model/time.ts';
import type { Report as ReportEntry } from '../../policy/policy.ts';
import type { Store, Transaction } from '../../ports.ts';
import { newestReport } from '../report.ts';
import { nextRun } from './cron.ts';

/** Longer than any report takes: whoever began one and died leaves it to the next after this long. */
const LEASE = 15n * MINUTE;

/** What is known of an entry besides its reports: since when it is known, and until when somebody is making one. */
interface Turn {
  readonly seenAt: Nanos;
  readonly leaseUntil: Nanos | undefined;
}

/** The right to make one report of an entry. */
export interface HeldTurn {
  readonly entry: string;
  readonly leaseUntil: Nanos;
}

/** `waits`: its time has not come. `taken`: somebody is making it. */
export type Taking =
  | { readonly kind: 'held'; readonly turn: HeldTurn }
  | { readonly kind: 'waits' }
  | { readonly kind: 'taken'; readonly until: Nanos };

/**
 * Takes the turn of an entry. It is due when the moment that its cron expression names after the report before, or after the entry was seen
 * first, has come: one that was slept through comes late, and once. `always`: due or not.
 */
export async function takeTurn(
  store: Store,
  { name, cron }: Pick<ReportEntry, 'name' | 'cron'>,
  timezone: string,
  now: Nanos,
  always: boolean,
): Promise<Taking> {
  return store.transaction(async (tx): Promise<Taking> => {
    const known = await turnOf(tx, name);
    const newest = await newestReport(tx, name);
    const seenAt = known?.seenAt ?? now;
    const next = always ? now : nextRun(cron, newest?.asOf ?? seenAt, timezone);
    if (next === undefined || next > now) {
      if (known === undefined) put(tx, name, { seenAt, leaseUntil: undefined });
      return { kind: 'waits' };
    }
    if (known?.leaseUntil !== undefined && known.leaseUntil > now)
      return { kind: 'taken', until: known.leaseUntil };
    const leaseUntil = now + LEASE;
    put(tx, name, { seenAt, leaseUntil });
    return { kind: 'held', turn: { entry: name, leaseUntil } };
  });
}

/** The report is made: gives what ends the turn. Throws when it took so long that another has it. */
export async function endTurn(tx: Transaction, { entry, leaseUntil }: HeldTurn): Promise<() => void> {
  const known = await turnOf(tx, entry);
  if (known?.leaseUntil !== leaseUntil)
    throw new Error(
      `the report \`${entry}\` took too long: another is being made, and this one does not count`,
    );
  return () => put(tx, entry, { ...known, leaseUntil: undefined });
}

/** It failed: the next call may try again at once. */
export async function giveUpTurn(store: Store, turn: HeldTurn): Promise<void> {
  await store.transaction(async (tx) => {
    const known = await turnOf(tx, turn.entry);
    if (known?.leaseUntil === turn.leaseUntil) put(tx, turn.entry, { ...known, leaseUntil: undefined });
  });
}

async function turnOf(tx: Transaction, entry: string): Promise<Turn | undefined> {
  const [seenAt, leaseUntil] = ((await tx.get('meta', turnId(entry)))?.value ?? '').split(' ');
  if (seenAt === undefined || seenAt === '') return undefined;
  return { seenAt: BigInt(seenAt), leaseUntil: leaseUntil === undefined ? undefined : BigInt(leaseUntil) };
}

function put(tx: Transaction, entry: string, { seenAt, leaseUntil }: Turn): void {
  const value = leaseUntil === undefined ? String(seenAt) : `${seenAt} ${leaseUntil}`;
  tx.put('meta', turnId(entry), { value });
}

function turnId(entry: string): string {
  return `report-turn|${entry}`;
}
