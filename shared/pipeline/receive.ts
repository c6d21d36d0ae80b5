import { decodePush } from '../decode/decode.ts';
import { isDeferred } from '../inventory/subject.ts';
import type { AssetName } from '../model/asset.ts';
import type { Decoded } from '../model/decoded.ts';
import { formatTime, later, MINUTE, type Nanos } from '../model/time.ts';
import type { DeclaredWatch } from '../model/watch-part.ts';
import type { Clock, Log, Metrics, PolicySource, Queue, RoleCatalog, Store } from '../ports.ts';
import { adoptPolicy, originOf } from './adopt-policy.ts';
import { asSighting } from './canary.ts';
import { type Evaluation, evaluate } from './evaluate.ts';
import { tellReceived } from './metrics.ts';
import { isOfState, type Observed, observe } from './observe.ts';
import { quarantine } from './quarantine.ts';
import { confirmingKey } from './record.ts';

export interface ReceivePorts {
  readonly store: Store;
  readonly policy: PolicySource;
  readonly clock: Clock;
  readonly queue: Queue;
  readonly log: Log;
  /** What roles permit; the built-in table without it. */
  readonly roles?: RoleCatalog | undefined;
  /** The watch as it was deployed: what concerns it, and its canary, is known by its names. */
  readonly watch?: DeclaredWatch | undefined;
  readonly metrics?: Metrics | undefined;
}

export type Received =
  | ({ readonly kind: 'observed' | 'act'; readonly why: string } & Evaluation)
  | { readonly kind: 'duplicate' | 'stale' | 'ignored' | 'malformed'; readonly why: string };

/**
 * The life of one pushed message: decode, observe, evaluate, nudge. Returning acknowledges it, so nothing returns before it is durable;
 * a failure of the outside world throws, and the message comes again.
 */
export async function receive(body: unknown, ports: ReceivePorts): Promise<Received> {
  const now = ports.clock.now();
  const { watch } = ports;
  const parts = watch && new Map(watch.parts.map(({ resource, kind }) => [resource, kind]));
  const decoded = believable(decodePush(body, { receivedAt: now, parts }), now);
  const received = await receiveDecoded(body, decoded, ports, now);
  tellReceived(decoded, received, ports.metrics, now);
  return received;
}

/** Clocks may differ by this. What is dated later has not happened: believed, it would be the newest state until then, whatever else is told. */
const CLOCKS_APART = 10n * MINUTE;

function believable(decoded: Decoded, now: Nanos): Decoded {
  if (decoded.kind !== 'news') return decoded;
  const newest = [...decoded.observations, ...decoded.acts].reduce<Nanos>(
    (newest, { time }) => later(newest, time),
    decoded.time,
  );
  return newest <= now + CLOCKS_APART
    ? decoded
    : { kind: 'malformed', why: `message: dated ${formatTime(newest)}, which is ahead of our clock` };
}

async function receiveDecoded(
  body: unknown,
  decoded: Decoded,
  ports: ReceivePorts,
  now: Nanos,
): Promise<Received> {
  switch (decoded.kind) {
    case 'ignored':
      ports.log.info('message ignored', { why: decoded.why });
      return decoded;
    case 'malformed':
      await quarantine(body, decoded.why, ports.store, now);
      ports.log.warn('message quarantined', { why: decoded.why });
      return decoded;
    case 'news':
      return take(asSighting(decoded, ports.watch?.canary), ports, { offline: false, now, judge: 'few' });
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

export type News = Extract<Decoded, { kind: 'news' }>;

/** Takes in decoded news. */
export async function take(news: News, ports: ReceivePorts, options: TakeOptions): Promise<Received> {
  const { observed, outcome } = await takeIn(news, ports, options);
  if (observed.kind === 'duplicate') return { kind: 'duplicate', why: 'this message was taken in before' };
  if (observed.kind === 'stale' && !isNews(outcome))
    return { kind: 'stale', why: 'older than what is known' };
  return { kind: news.acts.length > 0 ? 'act' : 'observed', why: '', ...outcome };
}

/** Takes in decoded news; gives what it taught, and what came of that. */
export async function takeIn(
  news: News,
  ports: ReceivePorts,
  { offline, now, judge = 'all' }: TakeOptions,
): Promise<{ readonly observed: Observed; readonly outcome: Evaluation }> {
  const policy = await ports.policy.current();
  const adopted = await adoptPolicy(policy, ports.store, now, await originOf(ports.policy, policy));
  const catalogue = (await ports.roles?.current())?.catalogue;
  const observed = await observe(news, policy, ports.store, now, catalogue);
  const toConfirm = offline ? await confirmable(observed.current, ports.store) : [];
  const subjects = [...new Set([...adopted, ...observed.dirty, ...toConfirm])];
  const inline =
    judge === 'all' ? subjects : subjects.filter((key) => !isDeferred(key)).slice(0, MOST_INLINE);
  const believed = offline && !isBehind(news, observed);
  const confirmed = new Set(believed ? inline : toConfirm);
  const at = { asOf: now, catalogue };
  const outcome = merged(
    await evaluate(
      inline.filter((key) => confirmed.has(key)),
      policy,
      ports.store,
      ports.log,
      { ...at, offline },
    ),
    await evaluate(
      inline.filter((key) => !confirmed.has(key)),
      policy,
      ports.store,
      ports.log,
      { ...at, offline: false },
    ),
  );
  // They are dirty in the store: should this be lost, `deliver` comes upon them.
  if (inline.length < subjects.length || observed.ripples) await ports.queue.work({ kind: 'evaluate' });
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
  if (observed.kind === 'duplicate' || isNews(outcome)) await ports.queue.nudgeDeliver();
  return { observed, outcome };
}

/** Whether something newer is known of any of what it tells: it shows how things were, and is no evidence that one is mended. */
function isBehind({ observations }: News, { current }: Observed): boolean {
  return observations.some((one) => isOfState(one) && !current.includes(one.asset));
}

function merged(a: Evaluation, b: Evaluation): Evaluation {
  return {
    opened: [...a.opened, ...b.opened],
    changed: [...a.changed, ...b.changed],
    resolved: [...a.resolved, ...b.resolved],
  };
}

function isNews({ opened, changed, resolved }: Evaluation): boolean {
  return opened.length + changed.length + resolved.length > 0;
}

/** The subjects whose repair is not confirmed yet, of assets whose newest state was read. A reading that is behind the news confirms nothing. */
async function confirmable(assets: readonly AssetName[], store: Store): Promise<readonly string[]> {
  if (assets.length === 0) return [];
  const rows = await store.transaction(
    (tx) => tx.find('findings', new Set(assets.map(confirmingKey))),
    'read-only',
  );
  return [...rows.values()].map(({ subjectKey }) => subjectKey);
}
