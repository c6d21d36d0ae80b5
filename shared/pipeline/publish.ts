import { type TransitionEvent, transitionAttributes } from '../findings/transition-event.ts';
import type { Nanos } from '../model/time.ts';
import type { Policy } from '../policy/policy.ts';
import type { Transaction } from '../ports.ts';
import { newRow, putRow } from './outbox.ts';

const PREFIX = 'pubsub:';

/** A transition for every topic that the policy sends them to, in the transaction that makes it. */
export function keepPublication(tx: Transaction, event: TransitionEvent, policy: Policy, asOf: Nanos): void {
  for (const destination of policy.destinations) {
    if (destination.kind !== 'pubsub') continue;
    const work = {
      kind: 'publish',
      body: JSON.stringify(event),
      attributes: transitionAttributes(event),
    } as const;
    const id = `${event.transition.finding}|${event.transition.hash}|${destination.topic}`;
    putRow(tx, id, newRow(work, `${PREFIX}${destination.topic}`, asOf));
  }
}

/** `projects/P/topics/T` of a destination that is a topic. */
export function topicOf(destination: string): string {
  return destination.slice(PREFIX.length);
}
