import { decodePush } from '../decode/decode.ts';
import { hashOf } from '../findings/fingerprint.ts';
import { isDeferred } from '../inventory/subject.ts';
import type { Decoded } from '../model/decoded.ts';
import { DAY, type Nanos } from '../model/time.ts';
import type { Clock, Log, PolicySource, Queue, RoleCatalog, Store } from '../ports.ts';
import { adoptPolicy } from './adopt-policy.ts';
import { type Evaluation, evaluate } from './evaluate.ts';
import { observe } from './observe.ts';
import { confirmingKey } from './record.ts';

export interface ReceivePorts {
  readonly store: Store;
  readonly policy: PolicySource;
  readonly clock: Clock;
  readonly queue: Queue;
  readonly log: Log;
  /** What roles permit; the built-in table without it. */
  readonly roles?: RoleCatalog | undefined;
}

export type Received =
  | ({ readonly kind: 'observed' | 'act'; readonly why: string } & Evaluation)
  | { readonly kind: 'duplicate' | 'stale' | 'ignored' | 'malformed'; readonly why: string };

/** Quarantined bodies are kept this long for whoever looks into them. */
const QUARANTINE_KEPT = 35n * DAY;

/**
 * The life of one pushed message: decode, observe, evaluate, nudge. Returning acknowledges it, so nothing returns before it is durable;
 * a failure of the outside world throws, and the message comes again.
 */
export async function receive(body: unknown, ports: ReceivePorts): Promise<Received> {
  const now = ports.clock.now();
  const decoded = decodePush(body, { receivedAt: now });
  switch (decoded.kind) {
    case 'ignored':
      ports.log.info('message ignored', { why: decoded.why });
      return decoded;
    case 'malformed':
      await quarantine(body, decoded.why, ports.store, now);
      ports.log.warn('message quarantined', { why: decoded.why });
      return decoded;
    case 'news':
      return take(decoded, ports, { offline: false, now, judge: 'few' });
  }
}

/** More than this is not judged with the message that touched it: Pub/Sub waits for the answer. */
const MOST_INLINE = 50;

export interface TakeOptions {
  /** What it says is believed as it stands, because it is a file or was read from the cloud; it also confirms the repair of what it was read for. */
  readonly offline: boolean;
  readonly now: Nanos;
  /** `few`: long walks, and what is too much at once, are left to the `work` queue. `all` unless said. */
  readonly judge?: 'few' | 'all';
}

/** Takes in decoded news. */
export async function take(
  news: Extract<Decoded, { kind: 'news' }>,
  ports: ReceivePorts,
  { offline, now, judge = 'all' }: TakeOptions,
): Promise<Received> {
  const policy = await ports.policy.current();
  const adopted = await adoptPolicy(policy, ports.store, now);
  const catalogue = (await ports.roles?.current())?.catalogue;
  const observed = await observe(news, policy, ports.store, now, catalogue);
  const toConfirm = offline ? await confirmable(news, ports.store) : [];
  const subjects = [...new Set([...adopted, ...observed.dirty, ...toConfirm])];
  const inline =
    judge === 'all' ? subjects : subjects.filter((key) => !isDeferred(key)).slice(0, MOST_INLINE);
  const outcome = await evaluate(inline, policy, ports.store, ports.log, { asOf: now, offline, catalogue });
  // They are dirty in the store: should this be lost, `deliver` comes upon them.
  if (inline.length < subjects.length) await ports.queue.work({ kind: 'evaluate' });
  for (const { kind, asset } of news.observations.filter(
    (o) => o.kind === 'policy-delta' || o.kind === 'policy-unknown',
  )) {
    await ports.queue.work({
      kind: 'verify',
      asset,
      why: kind === 'policy-delta' ? 'only a delta was told' : 'the entry tells neither policy nor delta',
    });
  }
  // A second delivery may be all that is left of a handler that died halfway: what it did not come to ask for is asked for now.
  const isDuplicate = observed.kind === 'duplicate';
  const isNews = outcome.opened.length + outcome.changed.length + outcome.resolved.length > 0;
  if (isDuplicate || isNews) await ports.queue.nudgeDeliver();
  if (isDuplicate) return { kind: 'duplicate', why: 'this message was taken in before' };
  if (observed.kind === 'stale' && !isNews) return { kind: 'stale', why: 'older than what is known' };
  return { kind: news.acts.length > 0 ? 'act' : 'observed', why: '', ...outcome };
}

/** The subjects whose repair is not confirmed yet, of the assets that were read. */
async function confirmable(
  { observations }: Extract<Decoded, { kind: 'news' }>,
  store: Store,
): Promise<readonly string[]> {
  const assets = observations.flatMap((one) => (one.kind === 'alias' ? [] : [one.asset]));
  if (assets.length === 0) return [];
  const rows = await store.transaction((tx) => tx.find('findings', new Set(assets.map(confirmingKey))));
  return [...rows.values()].map(({ subjectKey }) => subjectKey);
}

async function quarantine(body: unknown, why: string, store: Store, now: Nanos): Promise<void> {
  const text = typeof body === 'string' ? body : (JSON.stringify(body) ?? String(body));
  // Cut to what a document may hold: the head tells what it was, the hash whether another is the same.
  const kept = text.length > 200_000 ? `${text.slice(0, 200_000)}…` : text;
  await store.transaction(async (tx) => {
    tx.put('quarantine', hashOf([text]), { at: now, why, body: kept }, { expiresAt: now + QUARANTINE_KEPT });
  });
}
