import { decodeAssets } from '../../decode/decode.ts';
import { decodeKsaList } from '../../decode/ksa-list.ts';
import type { Decoded } from '../../model/decoded.ts';
import { earliest, type Nanos } from '../../model/time.ts';
import {
  type NoAnswer,
  OutsideUnavailable,
  type ShardOf,
  type ShardPosition,
  type SweepShard,
} from '../../ports.ts';
import type { SweepPorts } from './ports.ts';
import { keepRun, keepShard, newShard, runKey, shardId, shardName } from './runs.ts';
import { takePage } from './take-page.ts';

/** A listing of more pages than this is exported instead, where there is a bucket for it, unless `exports` says another number. */
const MOST_PAGES = 100;
/** Lines of an export that are read between two notes of how far it came. */
const LINES_A_PAGE = 1_000;
/** A listing that begins anew this often is not getting anywhere. */
const MOST_ATTEMPTS = 5;

/**
 * Reads on in one shard of a sweep, page by page, noting after each how far it came; what the time does not suffice for is asked of the queue
 * again. May be done twice over, by two at once, and broken off anywhere. Throws `OutsideUnavailable` when the cloud cannot be asked now.
 */
export async function readShard(id: string, ports: SweepPorts): Promise<void> {
  const { store, clock, queue } = ports;
  const deadline = clock.now() + ports.budget;
  let shard = await store.transaction((tx) => tx.get('shards', id), 'read-only');
  while (shard?.state === 'reading') {
    shard = await step(id, shard, ports);
    // Looked at after a step, so that every call comes further.
    if (shard?.state === 'reading' && clock.now() >= deadline)
      return queue.work({ kind: 'shard', shard: id });
  }
  if (shard === undefined) return;
  const { run } = shard;
  const others = await store.transaction((tx) => tx.find('shards', [runKey(run)]), 'read-only');
  if ([...others.values()].every(({ state }) => state !== 'reading'))
    await queue.work({ kind: 'conclude', run });
}

function step(id: string, shard: SweepShard, ports: SweepPorts): Promise<SweepShard | undefined> {
  switch (shard.position.kind) {
    case 'page':
      return readPage(id, shard, shard.position.token, ports);
    case 'exporting':
      return askExport(id, shard, shard.position.operation, ports);
    case 'exported':
      return readExport(id, shard, shard.position, ports);
  }
}

/** What was read of a shard, to be taken in. */
interface Page {
  readonly raw: readonly unknown[];
  readonly decoded: readonly Decoded[];
  readonly readTime: Nanos;
  /** Where the next one begins; `undefined` when this was the last. */
  readonly next: ShardPosition | undefined;
}

async function readPage(
  id: string,
  shard: SweepShard,
  token: string | undefined,
  ports: SweepPorts,
): Promise<SweepShard | undefined> {
  const { of } = shard;
  const { exports } = ports;
  if (of.kind === 'assets' && exports !== undefined && shard.pages >= (exports.abovePages ?? MOST_PAGES)) {
    const begun = await ports.assets.beginExport(of, `${exports.to}/${id.replace(/[^\w.-]+/g, '-')}`);
    if (begun.kind !== 'begun') return notAnswered(id, shard, begun, ports);
    // What was paged through is read again: an export is as of one moment.
    const anew = newShard(shard.run, of, shard.attempt + 1);
    return save(id, shard, { ...anew, position: { kind: 'exporting', operation: begun.operation } }, ports);
  }
  const read = await pageOf(of, token, ports);
  return 'decoded' in read ? taken(id, shard, read, ports) : notAnswered(id, shard, read, ports);
}

async function pageOf(
  of: ShardOf,
  token: string | undefined,
  { assets, kubernetes, clock }: SweepPorts,
): Promise<Page | NoAnswer> {
  const nextOf = (next: string | undefined): ShardPosition | undefined =>
    next === undefined ? undefined : { kind: 'page', token: next };
  if (of.kind === 'assets') {
    const page = await assets.list(of, token);
    if (page.kind !== 'page') return page;
    const { assets: raw, readTime, next } = page;
    return { raw, decoded: decodeAssets(raw, readTime), readTime, next: nextOf(next) };
  }
  if (kubernetes === undefined) return { kind: 'refused', why: 'API servers are not asked' };
  const readTime = clock.now();
  const page = await kubernetes.serviceAccounts(of.endpoint, token);
  if (page.kind !== 'page') return page;
  const { items: raw, next } = page;
  const ancestors = [/^projects\/[^/]+/.exec(of.cluster)?.[0] ?? ''].filter((text) => text !== '');
  const decoded = decodeKsaList(raw, { cluster: of.cluster, ancestors, readTime });
  return { raw, decoded, readTime, next: nextOf(next) };
}

async function askExport(
  id: string,
  shard: SweepShard,
  operation: string,
  ports: SweepPorts,
): Promise<SweepShard | undefined> {
  const told = await ports.assets.exported(operation);
  switch (told.kind) {
    case 'running':
      throw new OutsideUnavailable(`the export ${operation} is still being written`);
    case 'failed':
      return save(id, shard, { ...shard, state: 'refused', why: `the export failed: ${told.why}` }, ports);
    case 'done':
      return save(
        id,
        shard,
        {
          ...shard,
          readTime: told.readTime,
          position: { kind: 'exported', objects: told.objects, object: 0, line: 0 },
        },
        ports,
      );
    default:
      return notAnswered(id, shard, told, ports);
  }
}

async function readExport(
  id: string,
  shard: SweepShard,
  position: Extract<ShardPosition, { kind: 'exported' }>,
  ports: SweepPorts,
): Promise<SweepShard | undefined> {
  const { objects, object, line } = position;
  const name = objects[object];
  if (name === undefined || ports.exports === undefined) return save(id, shard, ended(shard), ports);
  const raw: unknown[] = [];
  let at = 0;
  for await (const text of ports.exports.bucket.lines(name.replace(/^gs:\/\/[^/]+\//, ''))) {
    if (at++ < line || text.trim() === '') continue;
    raw.push(parsed(text));
    if (raw.length === LINES_A_PAGE) break;
  }
  const isMore = raw.length === LINES_A_PAGE;
  const readTime = shard.readTime ?? ports.clock.now();
  const next = isMore ? { ...position, line: at } : { ...position, object: object + 1, line: 0 };
  return taken(id, shard, { raw, decoded: decodeAssets(raw, readTime), readTime, next }, ports);
}

/** A line that is no JSON is told of as what could not be read. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

async function taken(
  id: string,
  shard: SweepShard,
  { raw, decoded, readTime, next }: Page,
  ports: SweepPorts,
): Promise<SweepShard | undefined> {
  const { run, attempt } = shard;
  const page = `${id}|${String(attempt).padStart(2, '0')}|${String(shard.pages).padStart(6, '0')}`;
  const { missed, malformed, endpoints } = await takePage(
    raw,
    decoded,
    { run, id: page, attempt, readTime },
    ports,
  );
  await planClusters(shard, endpoints, ports);
  const read: SweepShard = {
    ...shard,
    pages: shard.pages + 1,
    assets: shard.assets + raw.length,
    missed: shard.missed + missed,
    readTime: earliest([shard.readTime, readTime]),
    why: malformed === 0 ? shard.why : 'some assets could not be read: they are in quarantine',
    position: next ?? shard.position,
  };
  return save(id, shard, next === undefined ? ended(read) : read, ports);
}

/** What could not be read to the last asset shows nothing to be gone. */
function ended(shard: SweepShard): SweepShard {
  return { ...shard, state: shard.why === undefined ? 'complete' : 'shrunk' };
}

/** Each cluster that answers at a DNS endpoint is asked for its KSAs: it knows more of them, and sooner, than Asset Inventory does. */
async function planClusters(
  { run }: SweepShard,
  endpoints: ReadonlyMap<string, string>,
  { store, queue, kubernetes, clock }: SweepPorts,
): Promise<void> {
  if (kubernetes === undefined || endpoints.size === 0) return;
  const planned = await store.transaction(async (tx) => {
    const [known, shards] = [await tx.get('runs', run), await tx.find('shards', [runKey(run)])];
    if (known?.state !== 'reading') return [];
    const asked = new Set([...shards.values()].map(({ of }) => shardName(of)));
    const missing = [...endpoints]
      .map(([cluster, endpoint]): ShardOf => ({ kind: 'cluster', cluster, endpoint }))
      .filter((of) => !asked.has(shardName(of)));
    const ids = missing.map((_, index) => shardId(run, shards.size + index));
    for (const [index, of] of missing.entries()) keepShard(tx, ids[index]!, newShard(run, of), clock.now());
    if (ids.length > 0)
      keepRun(tx, run, { ...known, counts: { ...known.counts, shards: shards.size + ids.length } });
    return ids;
  });
  for (const shard of planned) await queue.work({ kind: 'shard', shard });
}

async function notAnswered(
  id: string,
  shard: SweepShard,
  answer: NoAnswer,
  ports: SweepPorts,
): Promise<SweepShard | undefined> {
  switch (answer.kind) {
    case 'wait':
      throw new OutsideUnavailable(`${shardName(shard.of)}: ${answer.why}`);
    case 'refused':
      ports.log.warn('a part of the sweep may not be read', { shard: shardName(shard.of), why: answer.why });
      return save(id, shard, { ...shard, state: 'refused', why: answer.why }, ports);
    case 'expired': {
      const attempt = shard.attempt + 1;
      const why = `begun ${attempt} times and never ended: ${answer.why}`;
      const next: SweepShard =
        attempt < MOST_ATTEMPTS
          ? newShard(shard.run, shard.of, attempt)
          : { ...shard, state: 'refused', why };
      return save(id, shard, next, ports);
    }
  }
}

/** Notes how far the shard came, unless somebody else has come further; gives what is noted. */
function save(
  id: string,
  before: SweepShard,
  after: SweepShard,
  { store, clock }: SweepPorts,
): Promise<SweepShard | undefined> {
  return store.transaction(async (tx) => {
    const stored = await tx.get('shards', id);
    if (stored === undefined || !isSameStep(stored, before)) return stored;
    keepShard(tx, id, after, clock.now());
    return after;
  });
}

function isSameStep(a: SweepShard, b: SweepShard): boolean {
  return (
    a.state === b.state &&
    a.attempt === b.attempt &&
    a.pages === b.pages &&
    a.position.kind === b.position.kind
  );
}
