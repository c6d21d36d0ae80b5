import type { Nanos } from '../model/time.ts';
import type { Policy } from '../policy/policy.ts';
import { withTrials } from '../policy/trial.ts';
import type { Store } from '../ports.ts';
import { adoptDetectors } from './adopt-detectors.ts';
import { continueAdoption, originOf } from './adopt-policy.ts';
import { adoptRoles } from './adopt-roles.ts';
import { noteAlive } from './alive.ts';
import { answerIntents } from './answer-intents.ts';
import type { DeliverPorts } from './deliver-ports.ts';
import { planDigests } from './digests.ts';
import { evaluateDue } from './evaluate.ts';
import { type Claimed, claim } from './outbox.ts';
import { noteRecording } from './recording.ts';
import { rollUp } from './rollups.ts';
import { routeNews } from './route.ts';
import { deliverAlert } from './rows/alert.ts';
import { deliverAnswer } from './rows/answer.ts';
import { deliverEscalation } from './rows/escalation.ts';
import { deliverMessage } from './rows/message.ts';
import { deliverPublication } from './rows/publication.ts';
import { deliverReport } from './rows/report.ts';
import { deliverRollup } from './rows/rollup.ts';
import { deliverThread } from './rows/thread.ts';

/**
 * Does what has fallen due: decides what people asked for, judges, chooses who hears of it, and sends what the outbox holds. Gives the number
 * of messages sent. What fails keeps nothing else from being sent; it is thrown at the end, and tried again with the next call. With
 * `pacing` it waits for what comes due within its budget, and keeps the distance between messages that Slack asks for.
 */
export async function deliver(ports: DeliverPorts): Promise<number> {
  const { pacing } = ports;
  const deadline = ports.clock.now() + (pacing?.budget ?? 0n);
  const failures: unknown[] = [];
  let sent = 0;
  for (;;) {
    const policy = await ports.policy.current();
    sent += await pass(policy, ports, failures, deadline);
    const next = pacing === undefined ? undefined : await nextDue(ports.store, deadline);
    if (pacing === undefined || next === undefined || failures.length > 0) break;
    await pacing.sleepUntil(next);
  }
  if (failures.length > 0) throw inOne(failures);
  return sent;
}

async function pass(
  policy: Policy,
  ports: DeliverPorts,
  failures: unknown[],
  deadline: Nanos,
): Promise<number> {
  const { store, clock, log } = ports;
  const attempt = async (work: () => Promise<unknown>): Promise<void> => {
    await work().catch((error: unknown) => failures.push(error));
  };
  let trials: readonly string[] = [];
  await attempt(async () => {
    trials = await adoptDetectors(policy, store, clock.now());
  });
  await attempt(async () =>
    continueAdoption(policy, store, clock.now(), await originOf(ports.policy, policy)),
  );
  await attempt(() => noteRecording(store, clock.now()));
  const roles = await ports.roles?.current();
  if (roles !== undefined) await attempt(() => adoptRoles(roles, policy, store, clock.now()));
  const catalogue = roles?.catalogue;
  await attempt(() => answerIntents(policy, ports));
  const goOn = (): boolean => ports.pacing === undefined || clock.now() < deadline;
  await attempt(() =>
    evaluateDue(policy, store, log, { asOf: clock.now(), offline: false, catalogue, goOn }),
  );
  const tried = withTrials(policy, trials);
  await attempt(() => routeNews(store, tried, clock.now()));
  await attempt(() => planDigests(policy, ports));
  await attempt(() => rollUp(policy, store, clock.now()));
  await attempt(() => noteAlive(store, 'deliver', clock.now()));
  let sent = 0;
  for (;;) {
    const rows = await claim(store, clock.now());
    if (rows.length === 0) return sent;
    for (const row of rows) {
      await attempt(async () => {
        if (await deliverRow(row, tried, ports)) sent++;
      });
    }
  }
}

/** Gives whether a message was sent. */
function deliverRow(claimed: Claimed, policy: Policy, ports: DeliverPorts): Promise<boolean> {
  switch (claimed.row.kind) {
    case 'alert':
      return deliverAlert(claimed, policy, ports);
    case 'thread':
      return deliverThread(claimed, ports);
    case 'escalation':
      return deliverEscalation(claimed, ports);
    case 'rollup':
      return deliverRollup(claimed, ports);
    case 'message':
      return deliverMessage(claimed, ports);
    case 'report':
      return deliverReport(claimed, ports);
    case 'answer':
      return deliverAnswer(claimed, ports);
    case 'publish':
      return deliverPublication(claimed, ports);
  }
}

/** When the outbox has something to do again, if that is before `deadline`. */
async function nextDue(store: Store, deadline: Nanos): Promise<Nanos | undefined> {
  const [row] = (await store.transaction((tx) => tx.due('outbox', deadline, 1), 'read-only')).values();
  return row === undefined ? undefined : (row.leaseUntil ?? row.notBefore);
}

function inOne(failures: readonly unknown[]): unknown {
  const [first] = failures;
  if (failures.length === 1) return first;
  const message = first instanceof Error ? first.message : String(first);
  return new AggregateError(failures, `${failures.length} failures, the first: ${message}`);
}
