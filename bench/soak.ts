/**
 * A long haul: random messages through `receive` and `deliver`, while the store, Slack and the process itself fail; afterwards what is stored is
 * held against one scan of everything that was told, and what Slack shows against what had to be told. Exit 1 when anything differs or was lost.
 *
 *     node bench/soak.ts [--events 100000] [--seed 1] [--faults 1] [--world 500]
 *
 * `--faults`: 0 for none, 1 for some in a hundred steps, 3 for three times as many. `--world`: messages per organisation; each begins anew.
 */
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { type Outcome, runWorld } from './soak/world.ts';

const { values } = parseArgs({
  options: {
    events: { type: 'string', default: '100000' },
    seed: { type: 'string', default: '1' },
    faults: { type: 'string', default: '1' },
    world: { type: 'string', default: '500' },
  },
});
const [events, seed, faults, size] = [values.events, values.seed, values.faults, values.world].map(Number);
if (![events, seed, faults, size].every((value) => value !== undefined && value >= 0) || !size || !events)
  throw new Error('node bench/soak.ts [--events N] [--seed N] [--faults N] [--world N]');

const MOST_SHOWN = 10;
const started = performance.now();
const outcomes: Outcome[] = [];
for (let done = 0, world = 0; done < events; done += size, world++) {
  const outcome = await runWorld({
    seed: seed! + world * 7_919,
    events: Math.min(size, events - done),
    faults: faults!,
  });
  outcomes.push(outcome);
  const wrong = [...outcome.differing, ...outcome.lost];
  for (const line of wrong.slice(0, MOST_SHOWN)) process.stderr.write(`\nworld ${world}: ${line}\n`);
  const seconds = (performance.now() - started) / 1000;
  if (process.stderr.isTTY) process.stderr.write(`\r${done + size} events in ${seconds.toFixed(0)} s`);
}
const seconds = (performance.now() - started) / 1000;

const sum = (of: (outcome: Outcome) => number): number => outcomes.reduce((all, one) => all + of(one), 0);
const injected = new Map<string, number>();
for (const outcome of outcomes)
  for (const [name, count] of outcome.injected) injected.set(name, (injected.get(name) ?? 0) + count);
const rows: readonly (readonly [string, number])[] = [
  ['events', sum((one) => one.deliveries - one.duplicates)],
  ['delivered again as duplicates', sum((one) => one.duplicates)],
  ['redelivered because they failed', sum((one) => one.redelivered)],
  ['faults injected', [...injected.values()].reduce((all, one) => all + one, 0)],
  ...[...injected].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([name, count]) => [`  ${name}`, count] as const),
  ['findings compared', sum((one) => one.compared)],
  ['findings that differ', sum((one) => one.differing.length)],
  ['alerts expected', sum((one) => one.expected)],
  ['alerts lost', sum((one) => one.lost.length)],
  ['alerts repeated', sum((one) => one.repeated.length)],
];
const width = Math.max(...rows.map(([name]) => name.length));
const text = rows.map(([name, count]) => `${name.padEnd(width)}  ${count.toLocaleString('en').padStart(9)}`);
const rate = (sum((one) => one.deliveries) / seconds).toFixed(0);
process.stdout.write(
  `${text.join('\n')}\n\n${outcomes.length} worlds, seed ${seed}, faults ${faults}: ${seconds.toFixed(0)} s, ${rate} messages a second\n`,
);
process.exitCode = outcomes.every((one) => one.differing.length + one.lost.length === 0) ? 0 : 1;
