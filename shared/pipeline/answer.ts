import type { Intent } from '../model/decision.ts';
import type { Nanos } from '../model/time.ts';
import type { AlertMessage, Transaction } from '../ports.ts';
import { newRow, putRow } from './outbox.ts';

/** Something somebody asked for, and where its answer goes. */
export type Asked = Pick<Intent, 'id' | 'at' | 'by' | 'answer'>;

/** An answer that only its asker sees, to be sent at once. Written twice, it is sent once while it has not gone out. */
export function keepAnswer(tx: Transaction, asked: Asked, message: AlertMessage, asOf: Nanos): void {
  const work = { kind: 'answer', to: asked.answer, message, askedAt: asked.at } as const;
  // A queue for each person: no answer waits for another's channel.
  putRow(tx, `answer|${asked.id}`, newRow(work, `answer:${asked.by.id}`, asOf));
}
