import { noticeMessage } from '../../alerts/notices.ts';
import { hashOf } from '../../findings/fingerprint.ts';
import type { Intent } from '../../model/decision.ts';
import { HOUR, type Nanos } from '../../model/time.ts';
import type { Clock, Dialogues, Log, PolicySource, Queue, Store, Transaction } from '../../ports.ts';
import type { Command, Press, Submission } from '../../slack/interaction.ts';
import type { Reply } from '../../slack/reply.ts';
import { type Asked, keepAnswer } from '../answer.ts';

export interface PressPorts {
  readonly store: Store;
  readonly policy: PolicySource;
  readonly clock: Clock;
  readonly queue: Queue;
  readonly log: Log;
  readonly dialogues: Dialogues;
}

/** Longer than a signature is good for: until then the same request may come again. */
const SEEN_KEPT = HOUR;

export const RECEIVED: Reply = { kind: 'received' };

/** A press or a command as what is done about it has it. */
export function askedBy(one: Press | Command, { clock }: PressPorts): Asked {
  return { id: interactionId(one), at: clock.now(), by: one.by, answer: one.answer };
}

/** The id of what is done about it: the same for the same request, whenever it comes again. */
export function interactionId(one: Press | Submission | Command): string {
  return hashOf(['slack', one.kind, one.by.team, one.by.id, ...what(one)]);
}

function what(one: Press | Submission | Command): readonly string[] {
  switch (one.kind) {
    case 'press':
      return [one.action, one.message, one.at];
    case 'submission':
      return [one.callback, one.view];
    case 'command':
      return [one.command, one.trigger];
  }
}

/** Whether this request has come before, and something was done about it. */
export async function wasSeen(tx: Transaction, id: string): Promise<boolean> {
  return (await tx.get('seen', seenId(id))) !== undefined;
}

/** Apart from the intent, which is gone once it is decided. */
export function putSeen(tx: Transaction, id: string, at: Nanos): void {
  tx.put('seen', seenId(id), { at }, { expiresAt: at + SEEN_KEPT });
}

function seenId(id: string): string {
  return `press|${id}`;
}

/** Due at once: whoever decides looks for it there. */
export function putIntent(tx: Transaction, intent: Intent): void {
  tx.put('intents', intent.id, intent, { dueAt: intent.at });
  putSeen(tx, intent.id, intent.at);
}

/** Words for whoever pressed. Slack shows nothing of a response to a press (bolt-js #132), so they go out like any other message. */
export function putNotice(tx: Transaction, asked: Asked, text: string): void {
  keepAnswer(tx, asked, noticeMessage(text), asked.at);
  putSeen(tx, asked.id, asked.at);
}

/** Runs `put` unless this request has come before, and asks for what is then due. */
export async function once(id: string, ports: PressPorts, put: (tx: Transaction) => void): Promise<void> {
  await ports.store.transaction(async (tx) => {
    if (!(await wasSeen(tx, id))) put(tx);
  });
  // After a repetition too: the first request may have died between the store and here.
  await nudge(ports);
}

/** What is durable is found by the next call of `deliver` too, within a minute: a nudge that fails fails nothing. */
export async function nudge({ queue, log }: PressPorts): Promise<void> {
  try {
    await queue.nudgeDeliver();
  } catch (error) {
    log.warn('deliver not nudged', { error: error instanceof Error ? error.message : String(error) });
  }
}
