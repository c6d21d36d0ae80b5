import { hashOf } from '../findings/fingerprint.ts';
import { DAY, type Nanos } from '../model/time.ts';
import type { Store } from '../ports.ts';

/** Quarantined bodies are kept this long for whoever looks into them. */
const QUARANTINE_KEPT = 35n * DAY;

/** Keeps what could not be read, with why not: nothing is lost, and the same body is kept once. */
export async function quarantine(body: unknown, why: string, store: Store, now: Nanos): Promise<void> {
  const text = typeof body === 'string' ? body : (JSON.stringify(body) ?? String(body));
  // Cut to what a document may hold: the head tells what it was, the hash whether another is the same.
  const kept = text.length > 200_000 ? `${text.slice(0, 200_000)}…` : text;
  await store.transaction(async (tx) => {
    tx.put('quarantine', hashOf([text]), { at: now, why, body: kept }, { expiresAt: now + QUARANTINE_KEPT });
  });
}
