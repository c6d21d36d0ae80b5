/**
 * A long haul: random messages through `receive`, `work` and `deliver`, while the store, Slack, Asset Inventory and the process itself fail.
 * Afterwards what is stored is held against one scan of everything that was told, and what Slack shows against what had to be told. Exit 1
 * when anything differs or was lost.
 *
 *     node bench/soak.ts [--events 100000] [--seed 1] [--faults 1] [--world 100] [--jobs N]
 *
 * `--faults`: 0 for none, 1 for some in a hundred steps, 3 for three times as many. `--world`: messages in each cloud; each begins anew, and is
 * the same again for its seed, which is printed where something is wrong. `--jobs`: processors to use, all unless said.
 */
import { availableParallelism } from 'node:os';
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { isMainThread, parentPort, Worker } from 'node:worker_threads';
import { type Outcome, runWorld, type WorldOptions } from './soak/world.ts';

const MOST_SHOWN = 10;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      events: { type: 'string', default: '100000' },
      seed: { type: 'string', default: '1' },
      faults: { type: 'string', default: '1' },
      world: { type: 'string', default: '100' },
      jobs: { type: 'string', default: String(availableParallelism()) },
    },
  });
  const number = (name: keyof typeof values, least: number): number => {
    const value = Number(values[name]);
    if (!(value >= least))
      throw new Error(`--${name} is \`${values[name]}\`: not a number of at least ${least}`);
    return value;
  };
  const [events, seed, faults] = [number('events', 1), number('seed', 0), number('faults', 0)];
  const [size, jobs] = [number('world', 1), number('jobs', 1)];
  const worlds = Array.from({ length: Math.ceil(events / size) }, (_, index) => ({
    seed: seed + index * 7_919,
    events: Math.min(size, events - index * size),
    faults,
  }));
  const started = performance.now();
  const outcomes = await runAll(worlds, Math.min(jobs, worlds.length), started);
  const seconds = (performance.now() - started) / 1000;
  const rate = (sum(outcomes, (one) => one.deliveries) / seconds).toFixed(0);
  process.stdout.write(
    `${table(outcomes)}\n\n${worlds.length} worlds, seed ${seed}, faults ${faults}: ${seconds.toFixed(0)} s, ${rate} messages a second\n`,
  );
  process.exitCode = outcomes.every((one) => one.differing.length + one.lost.length === 0) ? 0 : 1;
}

/** The worlds, each by whichever thread is free. */
async function runAll(
  worlds: readonly WorldOptions[],
  jobs: number,
  started: number,
): Promise<readonly Outcome[]> {
  const waiting = [...worlds];
  const outcomes: Outcome[] = [];
  let events = 0;
  const one = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const worker = new Worker(new URL(import.meta.url));
      let current: WorldOptions | undefined;
      const next = (): void => {
        current = waiting.shift();
        if (current === undefined) void worker.terminate().then(() => resolve());
        else worker.postMessage(current);
      };
      worker.on('error', (error) =>
        reject(new Error(`the world of --seed ${current?.seed}`, { cause: error })),
      );
      worker.on('message', (outcome: Outcome) => {
        outcomes.push(outcome);
        events += current?.events ?? 0;
        for (const line of [...outcome.differing, ...outcome.lost].slice(0, MOST_SHOWN))
          process.stderr.write(`\n--seed ${current?.seed} --events ${current?.events}: ${line}\n`);
        const seconds = (performance.now() - started) / 1000;
        if (process.stderr.isTTY) process.stderr.write(`\r${events} events in ${seconds.toFixed(0)} s`);
        next();
      });
      next();
    });
  await Promise.all(Array.from({ length: jobs }, one));
  return outcomes;
}

function sum(outcomes: readonly Outcome[], of: (outcome: Outcome) => number): number {
  return outcomes.reduce((all, one) => all + of(one), 0);
}

function table(outcomes: readonly Outcome[]): string {
  const injected = new Map<string, number>();
  for (const outcome of outcomes)
    for (const [name, count] of outcome.injected) injected.set(name, (injected.get(name) ?? 0) + count);
  const rows: readonly (readonly [string, number])[] = [
    ['events', sum(outcomes, (one) => one.deliveries - one.duplicates)],
    ['delivered again as duplicates', sum(outcomes, (one) => one.duplicates)],
    ['redelivered because they failed', sum(outcomes, (one) => one.redelivered)],
    ['faults injected', [...injected.values()].reduce((all, one) => all + one, 0)],
    ...[...injected]
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, count]) => [`  ${name}`, count] as const),
    ['findings compared', sum(outcomes, (one) => one.compared)],
    ['findings that differ', sum(outcomes, (one) => one.differing.length)],
    ['alerts expected', sum(outcomes, (one) => one.expected)],
    ['alerts lost', sum(outcomes, (one) => one.lost.length)],
    ['alerts repeated', sum(outcomes, (one) => one.repeated.length)],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows
    .map(([name, count]) => `${name.padEnd(width)}  ${count.toLocaleString('en').padStart(9)}`)
    .join('\n');
}

if (isMainThread) await main();
else
  parentPort?.on('message', (options: WorldOptions) => {
    void runWorld(options).then((outcome) => parentPort?.postMessage(outcome));
  });
