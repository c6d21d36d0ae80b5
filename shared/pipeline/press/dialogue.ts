import { MODALS, parsePressedValue } from '../../alerts/actions.ts';
import { exceptionModal, falsePositiveModal } from '../../alerts/modals.ts';
import { NOTICES } from '../../alerts/notices.ts';
import { leadFinding, standing } from '../../alerts/standing.ts';
import type { AnswerTo, Pressed } from '../../model/decision.ts';
import type { Nanos } from '../../model/time.ts';
import type { Policy } from '../../policy/policy.ts';
import type { ModalView, Transaction } from '../../ports.ts';
import type { Press, Submission } from '../../slack/interaction.ts';
import type { Reply } from '../../slack/reply.ts';
import { type IncidentState, readIncident } from '../rows/incident-state.ts';
import { latestEnd, neverExcepted, readExceptionForm, readFalsePositiveForm } from './form.ts';
import {
  askedBy,
  interactionId,
  nudge,
  type PressPorts,
  putIntent,
  putNotice,
  putSeen,
  RECEIVED,
  wasSeen,
} from './keep.ts';
import type { Callback } from './wish.ts';

const NOT_OPENED = 'The dialogue could not be opened in time. If it is not there, press the button again.';
const UNREADABLE =
  'This dialogue is of another version of Anchorwatch. Close it, and press the button of the message again.';

/** Opens a dialogue about an incident as it stands, while Slack's trigger lasts; or tells the person why there is none. */
export async function openDialogue(
  one: Press,
  about: Pressed,
  callback: Callback,
  ports: PressPorts,
): Promise<Reply> {
  const policy = await ports.policy.current();
  const asked = askedBy(one, ports);
  const view = await ports.store.transaction(async (tx) => {
    if (await wasSeen(tx, asked.id)) return undefined;
    const found = await foundFor(tx, about);
    const made = typeof found === 'string' ? found : dialogueFor(callback, found, policy, asked.at);
    if (typeof made === 'string') putNotice(tx, asked, made);
    else putSeen(tx, asked.id, asked.at);
    return made;
  });
  if (typeof view === 'object') {
    const opened = await ports.dialogues.open(one.trigger, carrying(view, one));
    if (opened.kind === 'opened') return RECEIVED;
    ports.log.warn('dialogue not opened', { why: opened.why, incident: about.incident });
    await ports.store.transaction(async (tx) => putNotice(tx, asked, NOT_OPENED));
  }
  await nudge(ports);
  return RECEIVED;
}

/** The dialogue brings back where it was opened, to answer there: Slack does not say so with what was entered. */
function carrying(view: ModalView, { value, channel }: Press): ModalView {
  return { ...view, private_metadata: `${value}|${channel}` };
}

/** Reads what `carrying` wrote. */
function carriedBy({
  metadata,
  by,
}: Submission): { readonly about: Pressed; readonly answer: AnswerTo } | undefined {
  const [, value = '', channel = ''] = /^(.*)\|([A-Z0-9]+)$/.exec(metadata) ?? [];
  const about = parsePressedValue(value);
  return about && { about, answer: { kind: 'ephemeral', channel, user: by.id } };
}

/** What was entered becomes an intent, or the dialogue stays open and says what to mend. */
export async function takeDialogue(one: Submission, ports: PressPorts): Promise<Reply> {
  const { callback, inputs, by } = one;
  if (callback !== MODALS.except.callback && callback !== MODALS.falsePositive.callback) {
    ports.log.info('dialogue ignored', { why: 'no dialogue of ours', callback });
    return RECEIVED;
  }
  const carried = carriedBy(one);
  if (carried === undefined) return inDialogue(UNREADABLE);
  const policy = await ports.policy.current();
  const at = ports.clock.now();
  const id = interactionId(one);
  const reply = await ports.store.transaction(async (tx): Promise<Reply> => {
    if (await wasSeen(tx, id)) return RECEIVED;
    const found = await foundFor(tx, carried.about);
    if (typeof found === 'string') return inDialogue(found);
    const form =
      callback === MODALS.except.callback
        ? readExceptionForm(inputs, found.findings, policy, at)
        : readFalsePositiveForm(inputs);
    if (form.kind === 'errors') return form;
    putIntent(tx, { id, at, by, ...carried, ...form.asks });
    return RECEIVED;
  });
  if (reply.kind === 'received') await nudge(ports);
  return reply;
}

/** A text in the dialogue, which stays open. Each of ours asks for a reason: under that there is room. */
export function inDialogue(text: string): Reply {
  return { kind: 'errors', errors: { [MODALS.except.reason.block]: text } };
}

/** What a press is about as it stands now, or why there is nothing to decide. Whoever decides on the intent looks again. */
async function foundFor(tx: Transaction, { incident, episode }: Pressed): Promise<IncidentState | string> {
  const state = await readIncident(tx, incident);
  if (state === undefined) return NOTICES.gone();
  if (leadFinding(state.findings)?.episode !== episode) return NOTICES.stale();
  return ['resolved', 'confirming'].includes(standing(state.findings)) ? NOTICES.resolved() : state;
}

/** A dialogue, or why there is none. */
function dialogueFor(
  callback: Callback,
  { incident, findings }: IncidentState,
  policy: Policy,
  asOf: Nanos,
): ModalView | string {
  if (callback === MODALS.falsePositive.callback) return falsePositiveModal({ incident, findings });
  const { neverExcept, timezone } = policy;
  const maxExpires = latestEnd(policy, asOf);
  return (
    neverExcepted(findings, policy) ??
    exceptionModal({ incident, findings, maxExpires, neverExcept, asOf, timezone })
  );
}
