import { decide, toldBy } from '../alerts/decide.ts';
import { slackMessage } from '../alerts/slack-message.ts';
import { hashOf } from '../findings/fingerprint.ts';
import type { Finding } from '../model/finding.ts';
import { MINUTE, type Nanos, SECOND } from '../model/time.ts';
import type { Policy } from '../policy/policy.ts';
import type {
  AlertMessage,
  Announced,
  Clock,
  Incident,
  Log,
  MessageHandle,
  Notifier,
  OutboxRow,
  PolicySource,
  SendResult,
  Store,
} from '../ports.ts';
import { evaluateDue } from './evaluate.ts';

export interface DeliverPorts {
  readonly store: Store;
  readonly policy: PolicySource;
  readonly notifier: Notifier;
  readonly clock: Clock;
  readonly log: Log;
}

/** A sender that died leaves its row to the next after this long. */
const LEASE = MINUTE;
/** Rows claimed at a time: about a minute's worth of what Slack takes per channel. */
const CLAIM = 20;

/** Judges what has fallen due, then sends what the outbox holds. Gives the number of messages sent. */
export async function deliver(ports: DeliverPorts): Promise<number> {
  const policy = await ports.policy.current();
  await evaluateDue(policy, ports.store, ports.log, { asOf: ports.clock.now(), offline: false });
  let sent = 0;
  for (;;) {
    const rows = await claim(ports.store, ports.clock.now());
    for (const [id, row] of rows) if (await sendRow(id, row, policy, ports)) sent++;
    if (rows.size < CLAIM) return sent;
  }
}

async function claim(store: Store, now: Nanos): Promise<ReadonlyMap<string, OutboxRow>> {
  return store.transaction(async (tx) => {
    const rows = await tx.due('outbox', now, CLAIM);
    for (const [id, row] of rows)
      tx.put('outbox', id, { ...row, leaseUntil: now + LEASE }, { dueAt: now + LEASE });
    return rows;
  });
}

async function sendRow(id: string, row: OutboxRow, policy: Policy, ports: DeliverPorts): Promise<boolean> {
  const now = ports.clock.now();
  const read = await ports.store.transaction(async (tx) => {
    const incident = await tx.get('incidents', row.incident);
    const findings =
      incident === undefined ? [] : [...(await tx.getMany('findings', incident.findings)).values()];
    return {
      incident,
      findings: findings
        .map((stored) => stored.finding)
        .filter((finding) => finding.incident === row.incident),
    };
  });
  if (read.incident === undefined || read.findings.length === 0) {
    await drop(id, ports.store);
    return false;
  }
  const { incident, findings } = { incident: read.incident, findings: read.findings };
  const decision = decide({ incident, findings, mode: policy.mode, destination: row.destination, asOf: now });
  if (decision.action === 'none') {
    await settleRow(id, row, incident, undefined, ports.store, now);
    return false;
  }
  if (decision.action === 'hold') {
    await postpone(id, row, decision.until, ports.store);
    return false;
  }
  const message = slackMessage({ incident, findings, asOf: now });
  const contentHash = hashOf([JSON.stringify(message)]);
  const last = incident.sent.find((announced) => announced.destination === row.destination);
  if (decision.action === 'update' && last?.contentHash === contentHash) {
    await settleRow(id, row, incident, { ...last, revision: incident.revision }, ports.store, now);
    return false;
  }
  const result = await send(
    row,
    incident,
    message,
    decision.action === 'update' ? last?.handle : undefined,
    ports.notifier,
  );
  return record(id, row, incident, findings, contentHash, result, ports, now);
}

async function send(
  row: OutboxRow,
  incident: Incident,
  message: AlertMessage,
  handle: MessageHandle | undefined,
  notifier: Notifier,
): Promise<SendResult> {
  const key = `${incident.id}|${row.destination}|${incident.revision}`;
  const first =
    handle === undefined
      ? await notifier.post(row.destination, message, key)
      : await notifier.update(handle, message);
  if (first.kind === 'reroute' && first.gone === 'message')
    return notifier.post(row.destination, message, key);
  // Content that Slack refuses is our bug; the alert must land all the same, in its plain form.
  if (first.kind === 'unsendable')
    return notifier.post(row.destination, { text: message.text, blocks: [] }, key);
  return first;
}

async function record(
  id: string,
  row: OutboxRow,
  incident: Incident,
  findings: readonly Finding[],
  contentHash: string,
  result: SendResult,
  ports: DeliverPorts,
  now: Nanos,
): Promise<boolean> {
  switch (result.kind) {
    case 'sent':
      await settleRow(
        id,
        row,
        incident,
        {
          destination: row.destination,
          handle: result.handle,
          revision: incident.revision,
          at: now,
          contentHash,
          told: toldBy(findings),
        },
        ports.store,
        now,
      );
      return true;
    case 'wait':
      ports.log.warn('alert delayed', {
        incident: incident.id,
        destination: row.destination,
        why: result.why,
      });
      await postpone(
        id,
        { ...row, attempts: row.attempts + 1 },
        now + backoff(result.seconds, row.attempts),
        ports.store,
      );
      return false;
    case 'reroute':
    case 'credential':
    case 'unsendable':
      // Parked, not lost: it is tried again, and the log says what has to be mended.
      ports.log.error('alert cannot be sent', {
        incident: incident.id,
        destination: row.destination,
        why: result.why,
        findings: findings.length,
      });
      await postpone(
        id,
        { ...row, attempts: row.attempts + 1, parked: result.why },
        now + 5n * MINUTE,
        ports.store,
      );
      return false;
  }
}

/** What Slack asks for, and longer with every failure, up to five minutes. */
function backoff(seconds: number, attempts: number): Nanos {
  const grown = BigInt(Math.min(300, Math.ceil(seconds) * 2 ** Math.min(attempts, 8)));
  return (grown < 1n ? 1n : grown) * SECOND;
}

/** Notes what was sent, and drops the row unless the incident has moved on meanwhile. */
async function settleRow(
  id: string,
  row: OutboxRow,
  rendered: Incident,
  sent: Announced | undefined,
  store: Store,
  now: Nanos,
): Promise<void> {
  await store.transaction(async (tx) => {
    const current = (await tx.get('incidents', rendered.id)) ?? rendered;
    if (sent !== undefined) {
      const others = current.sent.filter((announced) => announced.destination !== row.destination);
      tx.put('incidents', current.id, { ...current, sent: [...others, sent] }, { keys: current.causes });
    }
    if (current.revision > rendered.revision)
      tx.put('outbox', id, { ...row, leaseUntil: undefined, notBefore: now }, { dueAt: now });
    else tx.delete('outbox', id);
  });
}

async function postpone(id: string, row: OutboxRow, until: Nanos, store: Store): Promise<void> {
  await store.transaction(async (tx) => {
    tx.put('outbox', id, { ...row, leaseUntil: undefined, notBefore: until }, { dueAt: until });
  });
}

async function drop(id: string, store: Store): Promise<void> {
  await store.transaction(async (tx) => {
    tx.delete('outbox', id);
  });
}
