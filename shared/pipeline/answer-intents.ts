import { approvalMessage, approvedMessage, refusedMessage } from '../alerts/approval-message.ts';
import { explainMessage } from '../alerts/explain-message.ts';
import { NOTICES, noticeMessage } from '../alerts/notices.ts';
import { findingsMessage, statusMessage } from '../alerts/slash-answers.ts';
import { nameOf } from '../findings/decided.ts';
import type { Decision, Intent } from '../model/decision.ts';
import { DAY, type Nanos, SECOND } from '../model/time.ts';
import type { Approver } from '../policy/approver.ts';
import type { Policy } from '../policy/policy.ts';
import {
  type AlertMessage,
  OutsideUnavailable,
  type People,
  type Person,
  type Transaction,
} from '../ports.ts';
import { keepAnswer } from './answer.ts';
import type { DeliverPorts } from './deliver-ports.ts';
import { keepDirty } from './keep.ts';
import { newRow, putRow } from './outbox.ts';
import { type IncidentState, readIncident } from './rows/incident-state.ts';
import { type Pressing, type Ruling, ruleOn } from './rule-on-intent.ts';
import { findingsNow, standingNow } from './standing-now.ts';

const NOTHING_ABOUT =
  'Nothing stands about that. What Anchorwatch knows of an identity, and why a pod can or cannot reach something, `npx anchorwatch explain` tells.';
const BATCH = 50;
/** A press that is delivered twice, by Slack or by somebody who kept it, does nothing the second time. */
const SEEN_KEPT = 35n * DAY;
/** Slack could not be asked who somebody is. */
const ASK_AGAIN = 30n * SECOND;

/** Decides what people asked for in Slack: looks up who they are, holds it against the policy, keeps the decision, and answers. */
export async function answerIntents(policy: Policy, ports: DeliverPorts): Promise<void> {
  const { store, clock } = ports;
  const due = await store.transaction((tx) => tx.due('intents', clock.now(), BATCH), 'read-only');
  for (const intent of due.values()) {
    try {
      await answer(intent, policy, ports);
    } catch (error) {
      if (!(error instanceof OutsideUnavailable)) throw error;
      ports.log.warn('cannot tell who somebody in Slack is, to be asked again', { why: error.message });
      await store.transaction(async (tx) => {
        tx.put('intents', intent.id, intent, { dueAt: clock.now() + ASK_AGAIN });
      });
    }
  }
}

async function answer(intent: Intent, policy: Policy, ports: DeliverPorts): Promise<void> {
  switch (intent.kind) {
    case 'status':
      return reply(intent, statusMessage(await standingNow(policy, ports)), ports);
    case 'list-findings': {
      const findings = await findingsNow(
        ports.store,
        ({ owner }) => owner === intent.owner || intent.owner === undefined,
      );
      const asOf = ports.clock.now();
      const { owner } = intent;
      return reply(
        intent,
        findingsMessage({ findings, asOf, ...(owner === undefined ? {} : { owner }) }),
        ports,
      );
    }
    case 'explain-subject':
      return reply(intent, await explanationOf(intent.words, ports), ports);
    case 'explain': {
      const state = await ports.store.transaction((tx) => readIncident(tx, intent.about.incident));
      const message =
        state === undefined
          ? noticeMessage(NOTICES.gone())
          : explainMessage({ ...state, asOf: ports.clock.now() });
      return reply(intent, message, ports);
    }
    default:
      return decideOn(intent, policy, ports);
  }
}

/** What stands about whatever somebody named: a namespace and KSA, an account, a fingerprint. */
async function explanationOf(words: string, ports: DeliverPorts): Promise<AlertMessage> {
  const wanted = words.trim().toLowerCase();
  const found = await findingsNow(
    ports.store,
    ({ id, identity, subject, resource }) =>
      id.startsWith(wanted) ||
      [identity, subject, resource].some((text) => text.toLowerCase().includes(wanted)),
  );
  const [first] = found;
  const state =
    first === undefined || first.incident === ''
      ? undefined
      : await ports.store.transaction((tx) => readIncident(tx, first.incident));
  return state === undefined
    ? noticeMessage(NOTHING_ABOUT)
    : explainMessage({ ...state, asOf: ports.clock.now() });
}

async function decideOn(
  intent: Exclude<Pressing, { kind: 'explain' }>,
  policy: Policy,
  ports: DeliverPorts,
): Promise<void> {
  const { store, clock, people, log } = ports;
  const person = await people?.person(intent.by);
  const approves =
    person === undefined || people === undefined ? [] : await approversAmong(policy, person, people);
  await store.transaction(async (tx) => {
    if ((await tx.get('seen', seenId(intent))) !== undefined) {
      tx.delete('intents', intent.id);
      return;
    }
    const state = await readIncident(tx, intent.about.incident);
    const asOf = clock.now();
    const ruling: Ruling =
      state === undefined
        ? { kind: 'refused', notice: NOTICES.gone() }
        : person === undefined
          ? { kind: 'refused', notice: NOTICES.unavailable() }
          : ruleOn(intent, { ...state, policy, person, approves, asOf });
    // Reads first: a transaction writes after it has read.
    const subjects =
      ruling.kind === 'decision' ? await subjectsOf(tx, ruling.decision) : new Map<string, undefined>();
    log.info('decision asked for in Slack', {
      kind: intent.kind,
      incident: intent.about.incident,
      outcome: ruling.kind === 'decision' ? 'decided' : ruling.notice,
    });
    conclude(tx, intent, asOf);
    if (ruling.kind === 'refused') {
      keepAnswer(tx, intent, noticeMessage(ruling.notice), asOf);
      return;
    }
    keepDecision(tx, ruling.decision);
    for (const [key, present] of subjects) keepDirty(tx, key, present, asOf);
    if (state !== undefined) tellChannels(tx, ruling.decision, state, policy, asOf);
  });
}

function keepDecision(tx: Transaction, decision: Decision): void {
  tx.put('decisions', decision.id, decision, {
    keys: [`incident:${decision.incident}`, ...decision.about.map(({ finding }) => `finding:${finding}`)],
  });
}

/** The subjects to judge anew, with what is known of them. */
async function subjectsOf(tx: Transaction, decision: Decision) {
  const stored = await tx.getMany(
    'findings',
    decision.about.map(({ finding }) => finding),
  );
  const keys = new Set([...stored.values()].map(({ subjectKey }) => subjectKey));
  const states = await tx.getMany('subjects', keys);
  return new Map([...keys].map((key) => [key, states.get(key)]));
}

/** A request for an exception, and what became of it, stand in the thread of every message about the incident. */
function tellChannels(
  tx: Transaction,
  decision: Decision,
  state: IncidentState,
  policy: Policy,
  asOf: Nanos,
): void {
  const message = messageAbout(decision, state, policy, asOf);
  if (message === undefined) return;
  for (const { destination, handle } of state.incident.sent) {
    if (handle === undefined) continue;
    putRow(
      tx,
      `${decision.id}|${destination}`,
      newRow({ kind: 'message', message, thread: handle }, destination, asOf),
    );
  }
}

function messageAbout(
  decision: Decision,
  state: IncidentState,
  policy: Policy,
  asOf: Nanos,
): AlertMessage | undefined {
  const { decisions } = state;
  const findings = state.findings.filter(({ id }) => decision.about.some(({ finding }) => finding === id));
  if (decision.kind === 'request-exception')
    return approvalMessage({
      findings,
      request: decision,
      by: nameOf(decision),
      decisionId: decision.id,
      asOf,
    });
  if (decision.kind !== 'approve-exception' && decision.kind !== 'reject-exception') return undefined;
  const request = decisions.find(({ id }) => id === decision.request);
  if (request?.kind !== 'request-exception') return undefined;
  const about = { findings, request, by: nameOf(request), decisionId: request.id, asOf };
  return decision.kind === 'approve-exception'
    ? approvedMessage({
        ...about,
        agreedBy: nameOf(decision),
        approvalId: decision.id,
        timezone: policy.timezone,
      })
    : refusedMessage({ ...about, refusedBy: nameOf(decision) });
}

/** Which of the policy's approvers somebody is. Groups of Google's cannot be looked into from Slack: they prove nothing. */
async function approversAmong(policy: Policy, person: Person, people: People): Promise<readonly Approver[]> {
  const found: Approver[] = [];
  for (const approver of policy.approvers) {
    if (approver.kind === 'group') continue;
    const is =
      approver.kind === 'user'
        ? approver.email === person.email?.toLowerCase()
        : approver.kind === 'slackUser'
          ? approver.id === person.id
          : await people.isInGroup(person, approver.id);
    if (is) found.push(approver);
  }
  return found;
}

async function reply(intent: Intent, message: AlertMessage, { store, clock }: DeliverPorts): Promise<void> {
  await store.transaction(async (tx) => {
    const isRepeat = (await tx.get('seen', seenId(intent))) !== undefined;
    conclude(tx, intent, clock.now());
    if (!isRepeat) keepAnswer(tx, intent, message, clock.now());
  });
}

function conclude(tx: Transaction, intent: Intent, asOf: Nanos): void {
  tx.delete('intents', intent.id);
  tx.put('seen', seenId(intent), { at: asOf }, { expiresAt: asOf + SEEN_KEPT });
}

function seenId({ id }: Intent): string {
  return `intent|${id}`;
}
