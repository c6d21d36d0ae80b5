import { blipMessage } from '../../alerts/blip-message.ts';
import { type Decision, decide, toldBy } from '../../alerts/decide.ts';
import { type Hearing, hearingsOf } from '../../alerts/route.ts';
import { slackMessage } from '../../alerts/slack-message.ts';
import { alerting, leadFinding, worstFirst } from '../../alerts/standing.ts';
import { nameOf } from '../../findings/decided.ts';
import { hashOf } from '../../findings/fingerprint.ts';
import type { Nanos } from '../../model/time.ts';
import { quietUntil } from '../../policy/match.ts';
import type { Policy } from '../../policy/policy.ts';
import type { AlertMessage, Announced, Incident, MessageHandle, SendResult } from '../../ports.ts';
import { mayMention, notePost, postsOf } from '../budgets.ts';
import type { DeliverPorts } from '../deliver-ports.ts';
import { alertId, type Claimed, enqueueAlert, newRow, postpone, putRow } from '../outbox.ts';
import { countClosed } from '../rollups.ts';
import { notSent, pace, sendOnce, taken } from './conclude.ts';
import {
  announcedAt,
  eventCount,
  type IncidentState,
  keepAnnounced,
  readIncident,
} from './incident-state.ts';

interface Task {
  readonly claimed: Claimed;
  readonly state: IncidentState;
  readonly hearing: Hearing | undefined;
  /** The channel has not called people too often lately. */
  readonly mayMention: boolean;
  /** After how long what nobody has acknowledged is said again. */
  readonly repeatInterval: Nanos;
}

/** Posts an incident's message, or edits it. Gives whether anything was sent. */
export async function deliverAlert(claimed: Claimed, policy: Policy, ports: DeliverPorts): Promise<boolean> {
  if (claimed.row.kind !== 'alert') return false;
  const { incident: id, insteadOf = claimed.row.destination } = claimed.row;
  const { destination } = claimed.row;
  const held = await taken(claimed, ports, async (tx) => {
    const state = await readIncident(tx, id);
    return state && { state, mention: await mayMention(tx, destination, ports.clock.now()) };
  });
  if (held === undefined) return false;
  const { state, mention } = held.about;
  const { repeatInterval } = policy.routing;
  const hearing = hearingsOf(policy, state.findings).find((one) => one.destination === insteadOf);
  const task: Task = { claimed: held.claimed, state, hearing, mayMention: mention.may, repeatInterval };
  const now = ports.clock.now();
  const worst = [...alerting(state.findings)].sort(worstFirst)[0]?.severity ?? 'info';
  const decision = decide({
    incident: state.incident,
    heard: hearing?.findings ?? [],
    findings: state.findings,
    destination,
    settling: policy.settle,
    quietUntil: quietUntil(policy, worst, now),
    asOf: now,
  });
  switch (decision.action) {
    case 'none':
      await settle(task, undefined, ports);
      return false;
    case 'hold':
      await postpone(held.claimed, { until: decision.until }, ports.store);
      return false;
    case 'count':
      await settle(task, { count: true }, ports);
      return false;
    case 'post':
    case 'update':
      return announce(task, decision, policy, ports);
  }
}

async function announce(
  task: Task,
  decision: Extract<Decision, { action: 'post' | 'update' }>,
  policy: Policy,
  ports: DeliverPorts,
): Promise<boolean> {
  const { claimed, state, hearing } = task;
  const { incident } = state;
  const { destination } = claimed.row;
  const last = announcedAt(incident, destination);
  const handle = decision.action === 'update' ? last?.handle : undefined;
  const mention = decision.action === 'post' && task.mayMention ? hearing?.mention : undefined;
  const message = await messageFor(task, decision, mention, ports);
  const contentHash = hashOf([JSON.stringify(message)]);
  if (handle !== undefined && last?.contentHash === contentHash) {
    await settle(task, { announced: { ...last, revision: incident.revision }, aloud: false }, ports);
    return false;
  }
  const key = `${incident.id}|${destination}|${incident.revision}`;
  const result = await sendOnce(claimed, { destination, message, handle, key }, ports);
  if (result.kind === 'sent') {
    const isNew = handle === undefined || isOther(handle, result.handle);
    const adopted = result.adopted === true;
    const announced: Announced = {
      destination,
      handle: result.handle,
      rollup: undefined,
      // One that was found there may be of an earlier state: it is edited next.
      revision: adopted ? incident.revision - 1 : incident.revision,
      at: ports.clock.now(),
      contentHash: adopted ? '' : contentHash,
      told: toldBy(state.findings),
      noted: isNew ? eventCount(incident) : (last?.noted ?? 0),
    };
    const escalates = decision.action === 'update' && decision.reason === 'escalated';
    await settle(
      task,
      {
        announced,
        isNew,
        escalates,
        aloud: decision.action === 'update' && decision.aloud,
        mentioned: mention !== undefined,
      },
      ports,
    );
    return true;
  }
  return unsent(task, result, policy, ports);
}

async function messageFor(
  { claimed, state }: Task,
  decision: Extract<Decision, { action: 'post' | 'update' }>,
  mention: string | undefined,
  ports: DeliverPorts,
): Promise<AlertMessage> {
  const { incident, findings, decisions } = state;
  const asOf = ports.clock.now();
  if (decision.reason === 'blip') return blipMessage({ incident, findings, asOf });
  const previous = await previousOf(state, claimed.row.destination, decision, ports);
  const pending = findings.find((finding) => finding.exceptionPending)?.exceptionDecision;
  const request = decisions.find(({ id }) => id === pending);
  return slackMessage({
    incident,
    findings,
    asOf,
    buttons: ports.buttons ?? false,
    ...consoleOf(findings, ports),
    ...(mention === undefined ? {} : { mention }),
    ...(previous === undefined ? {} : { previous }),
    ...(request?.kind === 'request-exception' ? { request: { ...request, by: nameOf(request) } } : {}),
  });
}

/** The page of the finding that leads the message. */
function consoleOf(
  findings: IncidentState['findings'],
  { consoleUrl }: DeliverPorts,
): { readonly consoleUrl?: string } {
  const lead = leadFinding(findings);
  return consoleUrl === undefined || lead === undefined
    ? {}
    : { consoleUrl: `${consoleUrl}/finding/${encodeURIComponent(lead.id)}` };
}

/** The message that told of the same drift before, for one that opens a new chapter. */
async function previousOf(
  { incident, previous }: IncidentState,
  destination: string,
  decision: Extract<Decision, { action: 'post' | 'update' }>,
  { notifier }: DeliverPorts,
) {
  const own = decision.action === 'post' ? announcedAt(incident, destination) : undefined;
  const before = own ?? (previous === undefined ? undefined : announcedAt(previous, destination));
  if (before === undefined) return undefined;
  const at = own === undefined ? (previous?.openedAt ?? before.at) : incident.openedAt;
  return { at, url: before.handle === undefined ? undefined : await notifier.permalink(before.handle) };
}

type Outcome =
  | { readonly count: true }
  | {
      readonly announced: Announced;
      /** A message of its own, not an edit. */
      readonly isNew?: boolean;
      /** It has become worse than what people were told. */
      readonly escalates?: boolean;
      readonly aloud: boolean;
      readonly mentioned?: boolean;
    };

/** Done: notes what was sent, plans what follows from it, and drops the row unless the incident has moved on meanwhile. */
async function settle(
  { claimed: { id, row }, state: { incident: shown }, hearing, repeatInterval }: Task,
  outcome: Outcome | undefined,
  ports: DeliverPorts,
): Promise<void> {
  const now = ports.clock.now();
  const { destination } = row;
  await ports.store.transaction(async (tx) => {
    const current = (await tx.get('incidents', shown.id)) ?? shown;
    const posts = await postsOf(tx, destination, now);
    const mention = await mayMention(tx, destination, now);
    const counted =
      outcome !== undefined && 'count' in outcome
        ? await countClosed(tx, current, destination, now)
        : undefined;
    counted?.();
    if (outcome !== undefined && 'announced' in outcome) {
      const { announced, isNew = false, escalates = false, aloud, mentioned = false } = outcome;
      keepAnnounced(tx, current, announced);
      pace(tx, destination, ports);
      if (isNew) notePost(tx, destination, posts, now);
      if (mentioned) mention.note();
      if (announced.noted < eventCount(shown)) {
        const work = { kind: 'thread', incident: shown.id, broadcast: aloud } as const;
        putRow(tx, `${id}|thread`, newRow(work, destination, now));
      }
      if (isNew && announced.told.open && repeatInterval > 0n) {
        const work = { kind: 'escalation', incident: shown.id, mention: undefined } as const;
        putRow(tx, `${id}|reminder`, newRow(work, destination, now + repeatInterval));
      }
      if (hearing?.mention !== undefined && (escalates || (isNew && hearing.escalateAfter !== undefined))) {
        const work = { kind: 'escalation', incident: shown.id, mention: hearing.mention } as const;
        const at = escalates ? now : now + (hearing.escalateAfter ?? 0n);
        putRow(tx, `${id}|escalation`, newRow(work, destination, at));
      }
    }
    const told =
      outcome !== undefined && 'announced' in outcome ? outcome.announced.revision : shown.revision;
    if (current.revision > told)
      putRow(tx, id, {
        ...row,
        since: now,
        attempts: 0,
        begun: undefined,
        leaseUntil: undefined,
        notBefore: now,
      });
    else tx.delete('outbox', id);
  });
}

/** A channel that is gone sends people to the fallback: an alert must land. */
async function unsent(
  task: Task,
  result: Exclude<SendResult, { kind: 'sent' }>,
  policy: Policy,
  ports: DeliverPorts,
): Promise<false> {
  const { claimed, state } = task;
  const { destination } = claimed.row;
  const about = { incident: state.incident.id, destination, findings: state.findings.length };
  const fallback = policy.routing.fallbackChannel;
  if (
    result.kind !== 'reroute' ||
    result.gone !== 'channel' ||
    fallback === undefined ||
    fallback === destination
  ) {
    await notSent(claimed, result, about, ports);
    return false;
  }
  ports.log.error('channel cannot be used, so its alerts go to the fallback', {
    ...about,
    why: result.why,
    fallback,
  });
  const asOf = ports.clock.now();
  await ports.store.transaction(async (tx) => {
    const present = await tx.get('outbox', alertId(state.incident.id, fallback));
    const plan = {
      incident: state.incident.id,
      destination: fallback,
      fresh: freshFor(state.incident, fallback, task),
      insteadOf: destination,
    };
    enqueueAlert(tx, plan, present, { notBefore: asOf, asOf });
    tx.delete('outbox', claimed.id);
  });
  return false;
}

function freshFor(incident: Incident, destination: string, { state }: Task) {
  return announcedAt(incident, destination) === undefined
    ? ([...alerting(state.findings)].sort(worstFirst)[0]?.severity ?? 'info')
    : undefined;
}

function isOther(a: MessageHandle, b: MessageHandle): boolean {
  return a.ts !== b.ts || a.channel !== b.channel;
}
