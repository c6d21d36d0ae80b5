/**
 * Takes captured payloads and our own examples, spoils them, and holds what must hold: decoding answers, in no time, and with a reason; what is
 * malformed leaves no state; nothing of the language's own prototypes changes. Exit 1 at the first that fails, with the smallest case of it.
 *
 *     node bench/fuzz.ts [--cases 20000] [--seed 1] [--case N]
 *
 * `--case`: that one case again. ANCHORWATCH_FIXTURES: where captured payloads are; without them our own examples are all there is.
 */
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { checkBytes, checkDecoding, checkYaml, Pipeline, Prototypes } from './fuzz/checks.ts';
import { corpus, type Seed } from './fuzz/corpus.ts';
import { mutated, spoiltBytes, spoiltYaml } from './fuzz/mutate.ts';
import { shrunk } from './fuzz/shrink.ts';
import { Dice } from './soak/dice.ts';

interface Plan {
  readonly from: number;
  readonly to: number;
  readonly seed: number;
}

type Case =
  | { readonly kind: 'structure'; readonly seed: Seed; readonly value: unknown; readonly whole: boolean }
  | { readonly kind: 'bytes'; readonly seed: Seed; readonly bytes: Buffer }
  | { readonly kind: 'yaml'; readonly seed: Seed; readonly text: string };

/** Of the processor's time; what others do on the machine does not tell on it. */
const BUDGET_MILLIS = 3_000;
/** Not even the next fifty cases are reached. */
const HANG_MILLIS = 120_000;
/** One mutant in so many goes through the whole pipeline. */
const WHOLE = 0.1;
const SHOWN = 2_000;

interface Seeds {
  readonly news: readonly Seed[];
  readonly yaml: readonly Seed[];
  readonly others: readonly Seed[];
}

function seedsOf(all: readonly Seed[]): Seeds {
  return {
    news: all.filter(({ isNews }) => isNews),
    yaml: all.filter(({ syntax }) => syntax === 'yaml'),
    others: all.filter(({ syntax, isNews }) => syntax === 'json' && !isNews),
  };
}

/** Each case can be made again without those before it. */
function caseOf(index: number, plan: Plan, seeds: Seeds): Case {
  const dice = new Dice(plan.seed * 1_000_003 + index);
  const seed = dice.of(dice.hits(0.7) ? seeds.news : dice.hits(0.5) ? seeds.yaml : seeds.others);
  if (seed.syntax === 'yaml') return { kind: 'yaml', seed, text: spoiltYaml(seed.text, dice) };
  if (dice.hits(0.15)) return { kind: 'bytes', seed, bytes: spoiltBytes(seed.text, dice) };
  const other = dice.of(seeds.others);
  const odd: unknown = JSON.parse(other.text);
  return {
    kind: 'structure',
    seed,
    value: mutated(JSON.parse(seed.text), odd, dice),
    whole: dice.hits(WHOLE),
  };
}

const prototypes = new Prototypes();
const pipeline = new Pipeline();

async function check(one: Case): Promise<string> {
  try {
    switch (one.kind) {
      case 'yaml':
        checkYaml(one.text);
        return 'yaml';
      case 'bytes':
        return checkBytes(one.bytes);
      case 'structure': {
        const kind = checkDecoding(one.value);
        if (one.whole) await pipeline.check(one.value);
        return kind;
      }
    }
  } finally {
    prototypes.check();
  }
}

/** Runs in a thread of its own, so that a hang can be told. */
async function run(plan: Plan): Promise<void> {
  const { seeds: all } = corpus();
  const seeds = seedsOf(all);
  const kinds: Record<string, number> = {};
  let whole = 0;
  let slowest = { millis: 0, index: 0, from: '' };
  for (let index = plan.from; index < plan.to; index++) {
    if (index % 50 === 0) parentPort?.postMessage({ index });
    const one = caseOf(index, plan, seeds);
    const started = process.threadCpuUsage();
    try {
      const kind = await check(one);
      kinds[kind] = (kinds[kind] ?? 0) + 1;
      if (one.kind === 'structure' && one.whole) whole++;
      const { user, system } = process.threadCpuUsage(started);
      const millis = (user + system) / 1000;
      if (millis > slowest.millis) slowest = { millis, index, from: one.seed.from };
      if (millis > BUDGET_MILLIS) throw new Error(`took ${millis.toFixed(0)} ms of processor time`);
    } catch (error) {
      parentPort?.postMessage({ failure: await told(one, index, error) });
      return;
    }
  }
  parentPort?.postMessage({ totals: { kinds, whole, slowest, seeds: all.length } });
}

async function told(one: Case, index: number, error: unknown): Promise<string> {
  const smallest = one.kind === 'structure' ? { ...one, value: await smallestOf(one, error) } : one;
  const shown =
    smallest.kind === 'structure'
      ? JSON.stringify(smallest.value)
      : smallest.kind === 'yaml'
        ? smallest.text
        : smallest.bytes.toString('latin1');
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return `case ${index}, ${one.kind} of ${one.seed.from}:\n${stack}\n\n${shown.slice(0, SHOWN)}\n`;
}

function smallestOf(one: Extract<Case, { kind: 'structure' }>, error: unknown): Promise<unknown> {
  const { name, message } = error as Error;
  return shrunk(one.value, async (value) => {
    try {
      await check({ ...one, value });
      return false;
    } catch (again) {
      // The same failure, whatever it quotes.
      return (again as Error).name === name && (again as Error).message.slice(0, 25) === message.slice(0, 25);
    }
  });
}

interface Said {
  readonly index?: number;
  readonly failure?: string;
  readonly totals?: {
    readonly kinds: Readonly<Record<string, number>>;
    readonly whole: number;
    readonly slowest: { readonly millis: number; readonly index: number; readonly from: string };
    readonly seeds: number;
  };
}

/** Gives the exit code. */
function watch(plan: Plan): Promise<number> {
  const worker = new Worker(new URL(import.meta.url), { workerData: plan });
  const started = performance.now();
  let last = { index: plan.from, at: started };
  return new Promise((resolve) => {
    const end = (code: number): void => {
      clearInterval(watching);
      void worker.terminate();
      resolve(code);
    };
    const watching = setInterval(() => {
      if (performance.now() - last.at < HANG_MILLIS) return;
      process.stderr.write(
        `a hang: one of the cases ${last.index} to ${last.index + 49} of seed ${plan.seed} took more than ${HANG_MILLIS / 1000} s\n`,
      );
      end(1);
    }, 1_000);
    worker.on('error', (error) => {
      process.stderr.write(
        `${error.stack ?? error.message}\nbetween the cases ${last.index} and ${last.index + 49} of seed ${plan.seed}\n`,
      );
      end(1);
    });
    worker.on('message', ({ index, failure, totals }: Said) => {
      if (index !== undefined) last = { index, at: performance.now() };
      if (failure !== undefined) {
        process.stderr.write(`seed ${plan.seed}, ${failure}`);
        end(1);
      }
      if (totals === undefined) return;
      const { kinds, whole, slowest, seeds } = totals;
      const count = plan.to - plan.from;
      const seconds = (performance.now() - started) / 1000;
      process.stdout.write(
        `${count} cases from ${seeds} payloads, seed ${plan.seed}: ${Object.entries(kinds)
          .map(([kind, number]) => `${number} ${kind}`)
          .join(
            ', ',
          )}\n${whole} of them through the whole pipeline\nslowest: case ${slowest.index} of ${slowest.from}, ${slowest.millis.toFixed(0)} ms of processor time\n` +
          `nothing threw, nothing hung, no prototype changed: ${seconds.toFixed(0)} s, ${(count / seconds).toFixed(0)} cases a second\n`,
      );
      end(0);
    });
  });
}

if (!isMainThread) await run(workerData as Plan);
else {
  const { values } = parseArgs({
    options: {
      cases: { type: 'string', default: '20000' },
      seed: { type: 'string', default: '1' },
      case: { type: 'string' },
    },
  });
  const from = Number(values.case ?? 0);
  const to = values.case === undefined ? Number(values.cases) : from + 1;
  const { folders, seeds } = corpus();
  if (seeds.length === 0 || ![from, to, Number(values.seed)].every(Number.isInteger))
    throw new Error('node bench/fuzz.ts [--cases N] [--seed N] [--case N]');
  process.stderr.write(`${seeds.length} payloads in ${folders.join(' and ')}\n`);
  process.exitCode = await watch({ from, to, seed: Number(values.seed) });
}
