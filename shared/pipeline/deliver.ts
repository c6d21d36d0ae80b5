import { decide, toldBy } from '../alerts/decide.ts';
import { slackMessage } from '../alerts/slack-message.ts';
import { hashOf } from '../findings/fingerprint.ts';
import { MINUTE, type Nanos, SECOND } from '../model/time.ts';
import { modeOf } from '../policy/match.ts';
import type { Policy } from '../policy/policy.ts';
import type { Clock, Log, Notifier, OutboxRow, PolicySource, SendResult, Store } from '../ports.ts';
import { evaluateDue } from './evaluate.ts';
import { claim, postpone, settle, type Task, taskOf } from './outbox.ts';
import { send } from './send.ts';

export interface DeliverPorts {
  readonly store: Store;
  readonly policy: PolicySource;
  readonly notifier: Notifier;
  readonly clock: Clock;
  readonly log: Log;
}

/** How long to leave alone what has to be mended by somebody first. */
const PARKED_FOR = 5n * MINUTE;
const LONGEST_BACKOFF_SECONDS = 300;

/**
 * Judges what has fallen due, then sends what the outbox holds. Gives the number of messages sent. What fails keeps nothing else from being
 * sent; it is thrown at the end, and tried again with the next call.
 */
export async function deliver(ports: DeliverPorts): Promise<number> {
  const { store, clock, log } = ports;
  const policy = await ports.policy.current();
  const failures: unknown[] = [];
  await evaluateDue(policy, store, log, { asOf: clock.now(), offline: false }).catch((error: unknown) =>
    failures.push(error),
  );
  let sent = 0;
  for (;;) {
    const rows = await claim(store, clock.now());
    if (rows.size === 0) break;
    for (const [id, row] of rows) {
      try {
        if (await deliverRow(id, row, policy, ports)) sent++;
      } catch (error) {
        failures.push(error);
      }
    }
  }
  if (failures.length > 0) throw inOne(failures);
  return sent;
}

function inOne(failures: readonly unknown[]): unknown {
  const [first] = failures;
  if (failures.length === 1) return first;
  const message = first instanceof Error ? first.message : String(first);
  return new AggregateError(failures, `${failures.length} failures, the first: ${message}`);
}

/** Gives whether a message was sent. */
async function deliverRow(
  id: string,
  claimed: OutboxRow,
  policy: Policy,
  ports: DeliverPorts,
): Promise<boolean> {
  const { store } = ports;
  const now = ports.clock.now();
  const task = await taskOf(id, claimed, store, now);
  if (task === undefined) return false;
  const { incident, findings } = task;
  const { destination } = task.row;
  // What the policy only records, or keeps for the digest, announces nothing; beside something that does, it is told along.
  const enforced = findings.filter((finding) => modeOf(policy, finding) === 'enforce');
  const decision = decide({
    incident,
    findings: enforced.length > 0 ? enforced : findings,
    mode: enforced.length > 0 ? 'enforce' : 'audit',
    settling: policy.settle.outage,
    destination,
    asOf: now,
  });
  if (decision.action === 'none') {
    await settle(task, undefined, store, now);
    return false;
  }
  if (decision.action === 'hold') {
    await postpone(task, { until: decision.until }, store, now);
    return false;
  }
  const message = slackMessage({ incident, findings, asOf: now });
  const contentHash = hashOf([JSON.stringify(message)]);
  const last =
    decision.action === 'update'
      ? incident.sent.findLast((sent) => sent.destination === destination)
      : undefined;
  if (last?.contentHash === contentHash) {
    await settle(task, { ...last, revision: incident.revision }, store, now);
    return false;
  }
  const key = `${incident.id}|${destination}|${incident.revision}`;
  const result = await send({ destination, message, handle: last?.handle, key }, ports.notifier);
  return conclude(task, result, contentHash, ports);
}

async function conclude(
  task: Task,
  result: SendResult,
  contentHash: string,
  { store, clock, log }: DeliverPorts,
): Promise<boolean> {
  const { incident, findings, row } = task;
  const now = clock.now();
  const about = { incident: incident.id, destination: row.destination };
  switch (result.kind) {
    case 'sent': {
      const { revision } = incident;
      const announced = { handle: result.handle, revision, at: now, contentHash, told: toldBy(findings) };
      await settle(task, { destination: row.destination, ...announced }, store, now);
      return true;
    }
    case 'wait': {
      log.warn('alert delayed', { ...about, why: result.why });
      const until = now + backoff(result.seconds, row.attempts);
      await postpone(task, { until, failed: true, restUntil: now + backoff(result.seconds, 0) }, store, now);
      return false;
    }
    case 'reroute':
    case 'credential':
    case 'unsendable': {
      // Parked, not lost: it is tried again, and the log says what has to be mended.
      log.error('alert cannot be sent', { ...about, why: result.why, findings: findings.length });
      const until = now + PARKED_FOR;
      const theWayThere = result.kind === 'unsendable' ? {} : { restUntil: until };
      await postpone(task, { until, parked: result.why, ...theWayThere }, store, now);
      return false;
    }
  }
}

/** Never less than Slack asks for; and longer with every failure, up to five minutes. */
function backoff(seconds: number, attempts: number): Nanos {
  const asked = Math.max(1, Math.ceil(seconds));
  const grown = Math.min(LONGEST_BACKOFF_SECONDS, asked * 2 ** Math.min(attempts, 8));
  return BigInt(Math.max(asked, grown)) * SECOND;
}
