/**
 * One measurement in a process of its own, so that none warms up or fills the memory for another. Prints its figures as one line of JSON.
 *
 *     node bench/measure.ts parse|read|decode|inventory|scan|events FOLDER
 */
import { createReadStream, readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { gatherAssets } from '../cli/gather.ts';
import type { Io } from '../cli/io.ts';
import { fixedPolicy } from '../shared/adapters/fixed-policy.ts';
import { policyFile } from '../shared/adapters/policy-file.ts';
import { openSqliteStore } from '../shared/adapters/sqlite-store.ts';
import { decodePush } from '../shared/decode/decode.ts';
import { decodeValue } from '../shared/decode/input/decode-value.ts';
import { readInput } from '../shared/decode/input/read-input.ts';
import { Inventory } from '../shared/inventory/inventory.ts';
import { parseTime } from '../shared/model/time.ts';
import { takeBaseline } from '../shared/pipeline/baseline.ts';
import { take } from '../shared/pipeline/receive.ts';
import { routeNews } from '../shared/pipeline/route.ts';
import { scan } from '../shared/pipeline/scan.ts';
import { Counting } from './counting-store.ts';

const AS_OF = parseTime('2026-11-21T08:00:00Z')!;
const SILENT: Io = { out() {}, err() {}, errIsTerminal: false, color: false, width: 100 };

const [what = '', folder = ''] = process.argv.slice(2);
const ASSETS = `${folder}/assets.ndjson`;

type Figures = Readonly<Record<string, number>>;

const MEASURES: Readonly<Record<string, () => Promise<Figures>>> = {
  /** The yardstick: the engine's own JSON.parse on every line, and nothing else. */
  async parse() {
    return named('parse', await timed(parseLines));
  },
  async read() {
    const reading = async () => {
      for await (const _ of readInput([ASSETS]));
    };
    return named('read', await timed(reading));
  },
  async decode() {
    const decoding = async () => {
      for await (const item of readInput([ASSETS]))
        if ('value' in item) decodeValue(item, { receivedAt: AS_OF });
    };
    return named('decode', await timed(decoding));
  },
  async inventory() {
    const { known } = await gatherAssets([ASSETS], SILENT, AS_OF);
    return named('inventory', await timed(async () => void new Inventory(known)));
  },
  async scan() {
    const policy = await policyFile([`${folder}/policy.yaml`]).current();
    const [known, gathering] = await told(async () => (await gatherAssets([ASSETS], SILENT, AS_OF)).known);
    const [{ findings }, scanning] = await told(async () => scan(known, policy, AS_OF));
    return {
      ...named('gather', gathering),
      ...named('scan', scanning),
      findings: findings.length,
      rss: process.resourceUsage().maxRSS / 1024,
    };
  },
  events,
};

/** How long something took, and how much of the processor: what others do on the machine tells on the first, hardly on the second. */
interface Cost {
  readonly wall: number;
  readonly cpu: number;
}

async function told<T>(work: () => Promise<T>): Promise<readonly [T, Cost]> {
  const [start, before] = [performance.now(), process.cpuUsage()];
  const result = await work();
  const { user, system } = process.cpuUsage(before);
  return [result, { wall: performance.now() - start, cpu: (user + system) / 1000 }];
}

async function timed(work: () => Promise<void>): Promise<Cost> {
  return (await told(work))[1];
}

function named(name: string, { wall, cpu }: Cost): Figures {
  return { [`${name}.wall`]: wall, [`${name}.cpu`]: cpu };
}

async function parseLines(): Promise<void> {
  let rest = '';
  for await (const chunk of createReadStream(ASSETS, { encoding: 'utf8', highWaterMark: 1024 * 1024 })) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) JSON.parse(line);
  }
}

/** Messages one by one against the whole export in a SQLite file: decoded, observed, evaluated, and who is to hear of it decided. */
async function events(): Promise<Figures> {
  const policy = await policyFile([`${folder}/policy.yaml`]).current();
  const { known } = await gatherAssets([ASSETS], SILENT, AS_OF);
  const sqlite = openSqliteStore({ path: `${folder}/bench.sqlite`, onEphemeralDisk: false });
  const store = new Counting(sqlite);
  const log = {
    info() {},
    warn() {},
    error: (message: string, fields?: object) => console.error(message, fields),
  };
  const baseline = await timed(async () => void (await takeBaseline(known, policy, store, log, AS_OF)));
  const queue = { work: async () => {}, nudgeDeliver: async () => {} };
  const lines = readFileSync(`${folder}/events.ndjson`, 'utf8').trimEnd().split('\n');
  const times: number[] = [];
  const documents: number[] = [];
  const parses: number[] = [];
  const touches: number[] = [];
  for (const line of lines) {
    parses.push((await timed(async () => void JSON.parse(line))).wall);
    touches.push((await timed(() => touch(store))).wall);
    store.read = 0;
    let news = false;
    const { wall } = await timed(async () => {
      const decoded = decodePush(JSON.parse(line), { receivedAt: AS_OF });
      if (decoded.kind !== 'news') return;
      news = true;
      const now = decoded.time;
      await take(
        decoded,
        { store, policy: fixedPolicy(() => policy), clock: { now: () => now }, queue, log },
        { offline: false, now },
      );
      await routeNews(store, policy, now);
    });
    if (!news) continue;
    times.push(wall);
    documents.push(store.read);
  }
  await sqlite.close();
  return {
    ...named('baseline', baseline),
    events: times.length,
    eventP50: at(0.5, times),
    eventP95: at(0.95, times),
    documentsP50: at(0.5, documents),
    documentsP95: at(0.95, documents),
    parseP50: at(0.5, parses),
    touchP50: at(0.5, touches),
  };
}

/** The least that any event could cost: one document read and written, in one transaction. */
async function touch(store: Counting): Promise<void> {
  await store.transaction(async (tx) => {
    await tx.get('meta', 'bench');
    tx.put('meta', 'bench', { value: '' });
  });
}

/** The value below which a share of all lies. */
function at(share: number, values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

const measure = MEASURES[what];
if (measure === undefined) throw new Error(`measure what? ${Object.keys(MEASURES).join(', ')}`);
process.stdout.write(`${JSON.stringify(await measure())}\n`);
