import { type FileNews, reportMessage } from '../../alerts/report-message.ts';
import type { ReportSummary } from '../../model/report-summary.ts';
import type { Nanos } from '../../model/time.ts';
import type { Attachment, MessageHandle, OutboxRow, SendResult } from '../../ports.ts';
import type { DeliverPorts } from '../deliver-ports.ts';
import { type Claimed, putRow } from '../outbox.ts';
import { send } from '../send.ts';
import { drop, notSent, pace, sendOnce, taken } from './conclude.ts';

/** Tries at sharing the file; then the message says where it lies. */
const MOST_TRIES = 6;

/**
 * Posts the figures of a report, then its file into the thread. Gives whether the message was sent. Where the file cannot be shared the
 * message is edited to say so: what counts is in the bucket.
 */
export async function deliverReport(claimed: Claimed, ports: DeliverPorts): Promise<boolean> {
  if (claimed.row.kind !== 'report') return false;
  const held = await taken(claimed, ports, async () => true);
  if (held?.claimed.row.kind !== 'report') return false;
  const { id, row } = held.claimed;
  const { summary, handle: posted } = row;
  const handle = posted ?? (await post(held.claimed, summary, ports));
  if (handle === undefined) return false;
  await share(await atFile({ id, row }, handle, ports), summary, handle, ports);
  return posted === undefined;
}

async function post(
  claimed: Claimed,
  summary: ReportSummary,
  ports: DeliverPorts,
): Promise<MessageHandle | undefined> {
  const { destination } = claimed.row;
  const message = messageOf(summary, { kind: 'in-thread' }, ports);
  const result = await sendOnce(claimed, { destination, message, key: claimed.id }, ports);
  if (result.kind === 'sent') return result.handle;
  await notSent(claimed, result, aboutOf(claimed, summary), ports);
  return undefined;
}

/** The message stands: from here on the row is about the file. Says so before the file goes out: whoever finds it after a crash looks first. */
async function atFile(claimed: ReportClaimed, handle: MessageHandle, ports: DeliverPorts): Promise<AtFile> {
  const { id, row } = claimed;
  const isPosted = row.handle !== undefined;
  const since = isPosted ? row.begun?.at : undefined;
  if (since !== undefined) return { id, row, since };
  const begun = { key: `${id}|file`, at: ports.clock.now() };
  const next = { ...row, handle, attempts: isPosted ? row.attempts : 0, begun };
  await ports.store.transaction(async (tx) => {
    putRow(tx, id, next);
    if (!isPosted) pace(tx, row.destination, ports);
  });
  return { id, row: next, since };
}

interface ReportClaimed {
  readonly id: string;
  readonly row: Claimed['row'] & OutboxRow & { readonly kind: 'report' };
}

/** `since`: an attempt was begun then, and nobody knows what became of it. */
type AtFile = Claimed & { readonly since: Nanos | undefined };

async function share(
  claimed: AtFile,
  summary: ReportSummary,
  handle: MessageHandle,
  ports: DeliverPorts,
): Promise<void> {
  const file = await fileOf(summary, ports);
  const result: SendResult =
    'why' in file
      ? { kind: 'unsendable', why: file.why }
      : await ports.notifier.attach(handle, file, claimed.since);
  if (result.kind === 'sent') return drop(claimed, ports);
  if (isWorthWaiting(result, claimed)) return notSent(claimed, result, aboutOf(claimed, summary), ports);
  ports.log.warn('report not shared as a file', { ...aboutOf(claimed, summary), why: result.why });
  const message = messageOf(summary, { kind: 'not-shared', why: reasonText(result.why) }, ports);
  const told = await send(
    { destination: claimed.row.destination, message, handle, key: claimed.id },
    ports.notifier,
  );
  if (told.kind === 'wait' || told.kind === 'credential')
    return notSent(claimed, told, aboutOf(claimed, summary), ports);
  await drop(claimed, ports);
}

/** A token that is refused altogether will be mended; one that may not share files is as it was given. */
function isWorthWaiting(result: SendResult, { row }: Claimed): boolean {
  if (result.kind === 'wait') return row.attempts + 1 < MOST_TRIES;
  return result.kind === 'credential' && result.why !== 'missing_scope';
}

/** Read back from the bucket: it is too big for the outbox. */
async function fileOf(
  { bucket, file, entry, hash }: ReportSummary,
  { buckets }: DeliverPorts,
): Promise<Attachment | { readonly why: string }> {
  if (buckets === undefined) return { why: 'whoever posts has no bucket to read it from' };
  try {
    const read = await buckets(bucket).read(file);
    if (read === undefined) return { why: 'it is no longer in the bucket' };
    const [, ending = ''] = /(\.[a-z]+)$/.exec(file) ?? [];
    const name = `${entry}-${hash.slice(0, 12)}${ending}`;
    return { name, title: `Report ${entry}`, body: read.body };
  } catch {
    return { why: 'the bucket could not be read' };
  }
}

function reasonText(why: string): string {
  return why === 'missing_scope' ? 'the app lacks the scope files:write' : why.replaceAll('_', ' ');
}

function messageOf(summary: ReportSummary, file: FileNews, { consoleUrl }: DeliverPorts) {
  return reportMessage({ summary, file, consoleUrl });
}

function aboutOf({ id, row }: Claimed, { entry }: ReportSummary) {
  return { message: id, destination: row.destination, report: entry };
}
