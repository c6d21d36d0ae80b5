import { formatTime } from '../../model/time.ts';
import type { Report as ReportEntry } from '../../policy/policy.ts';
import type { Bucket, Queue } from '../../ports.ts';
import { newRow, putRow } from '../outbox.ts';
import { type KeptAlong, makeReport, type ReportPorts } from '../report.ts';
import { summaryOf } from './summary-of.ts';
import { endTurn, giveUpTurn, type HeldTurn, takeTurn } from './turns.ts';

export interface DueReportPorts extends Omit<ReportPorts, 'bucket'> {
  /** Opens the bucket that an entry names. */
  readonly buckets: (name: string) => Bucket;
  readonly queue: Pick<Queue, 'nudgeDeliver'>;
}

/**
 * Makes every report of the policy that is due, and gives the names of their entries. One that fails keeps no other from being made; it is
 * thrown at the end, and tried again with the next call. Called twice for the same time it makes one report, and tells of it once.
 */
export async function makeDueReports(ports: DueReportPorts): Promise<readonly string[]> {
  const { reports, timezone } = await ports.policy.current();
  const made: string[] = [];
  const failures: string[] = [];
  for (const entry of reports) {
    try {
      if (await makeInTurn(entry, timezone, ports, false)) made.push(entry.name);
    } catch (error) {
      failures.push(`${entry.name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  if (failures.length > 0) throw new Error(`reports that could not be made: ${failures.join('; ')}`);
  return made;
}

/** Makes the report of one entry now, due or not, unless somebody is making it. Throws where the policy has no such entry. */
export async function makeReportByHand(name: string, ports: DueReportPorts): Promise<void> {
  const { reports, timezone } = await ports.policy.current();
  const entry = reports.find((one) => one.name === name);
  if (entry === undefined) {
    const names = reports.map((one) => `\`${one.name}\``).join(', ');
    throw new Error(
      `the policy has no report \`${name}\`; it has ${names === '' ? 'none at all' : names} (spec.reports)`,
    );
  }
  await makeInTurn(entry, timezone, ports, true);
}

/** Gives whether it was made. */
async function makeInTurn(
  entry: ReportEntry,
  timezone: string,
  ports: DueReportPorts,
  always: boolean,
): Promise<boolean> {
  const { store, clock, log, buckets, queue } = ports;
  const taking = await takeTurn(store, entry, timezone, clock.now(), always);
  if (taking.kind === 'waits') return false;
  if (taking.kind === 'taken') {
    log.info('report is being made already', { entry: entry.name, until: formatTime(taking.until) });
    return false;
  }
  try {
    await makeReport({ ...ports, bucket: buckets(entry.bucket) }, entry, ending(taking.turn, entry));
  } catch (error) {
    await giveUpTurn(store, taking.turn);
    throw error;
  }
  if (entry.notify !== undefined) await queue.nudgeDeliver();
  return true;
}

/** With the head of the report its turn ends, and the message about it is on its way: all of it, or nothing. */
function ending(turn: HeldTurn, entry: ReportEntry): KeptAlong {
  return async (tx, made) => {
    const { previous, header, hash } = made.report;
    const end = await endTurn(tx, turn);
    const before = previous === undefined ? undefined : await tx.get('posture', formatTime(previous.asOf));
    return () => {
      end();
      if (entry.notify === undefined) return;
      const summary = summaryOf(made, entry, before);
      const row = newRow({ kind: 'report', summary, handle: undefined }, entry.notify, header.asOf);
      putRow(tx, `report|${entry.name}|${hash}`, row);
    };
  };
}
