/** What Pub/Sub brings of what happens in the cloud, and when: some again, some late, in disorder. */
import { MINUTE, type Nanos, SECOND } from '../../shared/model/time.ts';
import type { JsonObject } from '../assets.ts';
import { publishedAt } from './cloud.ts';
import type { Dice } from './dice.ts';

export interface Delivery {
  readonly body: JsonObject;
  readonly at: Nanos;
}

const LATE = 0.05;
const AGAIN = 0.1;

/**
 * When a message arrives, and when it arrives again: mostly within a minute and a half, now and then hours late. One in ten comes twice or more
 * often; of those every third under another message id, as when its publisher had no answer and tried once more.
 */
export function arrivalsOf(body: JsonObject, dice: Dice): readonly Delivery[] {
  const published = publishedAt(body);
  const delay = (): Nanos =>
    dice.hits(LATE) ? BigInt(dice.below(180)) * MINUTE : BigInt(dice.below(90)) * SECOND;
  const arrivals: Delivery[] = [{ body, at: published + delay() }];
  while (dice.hits(AGAIN))
    arrivals.push({ body: dice.hits(1 / 3) ? publishedAgain(body, dice) : body, at: published + delay() });
  return arrivals;
}

function publishedAgain(body: JsonObject, dice: Dice): JsonObject {
  const message = body.message as JsonObject;
  return { ...body, message: { ...message, messageId: `${message.messageId}-again-${dice.below(1_000)}` } };
}

/** Puts a delivery among those that wait, by its time. */
export function insert(waiting: Delivery[], delivery: Delivery): void {
  const at = waiting.findIndex((one) => one.at > delivery.at);
  waiting.splice(at === -1 ? waiting.length : at, 0, delivery);
}
