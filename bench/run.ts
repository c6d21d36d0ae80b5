/**
 * How fast it is: makes an export, then measures each step in processes of its own, in rounds, and takes the best of each. Beside the time
 * stands what a step costs as a multiple of a yardstick of the same run, in time of the processor: that hardly depends on the machine.
 *
 * As a table, the cold starts of the functions follow (`cold-start.ts`).
 *
 *     node bench/run.ts [--assets 100000] [--events 500] [--rounds 3] [--seed 1] [--format table|json]
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { writeExport } from './export.ts';

interface Row {
  readonly what: string;
  readonly value: number;
  readonly unit: 'ms' | 'MB' | 'assets/s' | 'documents';
  /** What it costs as a multiple of a yardstick. */
  readonly ratio?: number;
  readonly of?: string;
}

const { values } = parseArgs({
  options: {
    assets: { type: 'string', default: '100000' },
    events: { type: 'string', default: '500' },
    rounds: { type: 'string', default: '3' },
    seed: { type: 'string', default: '1' },
    format: { type: 'string', default: 'table' },
  },
});

const STEPS = ['parse', 'read', 'decode', 'inventory', 'scan', 'events'] as const;
const BIN = join(import.meta.dirname, '..', 'cli', 'bin.js');

/** The figures of all steps; of each the best of all rounds. */
function measured(folder: string, rounds: number): Readonly<Record<string, number>> {
  const best: Record<string, number> = {};
  for (let round = 0; round < rounds; round++) {
    for (const step of STEPS) {
      process.stderr.write(`round ${round + 1} of ${rounds}: ${step}\n`);
      for (const [name, value] of Object.entries(figuresOf(step, folder))) keep(best, name, value);
    }
    keep(best, 'nodeStart', spawned(['-e', '0']));
    keep(best, 'cliStart', spawned([BIN, '--version']));
  }
  return best;
}

function keep(best: Record<string, number>, name: string, value: number): void {
  best[name] = Math.min(best[name] ?? value, value);
}

function figuresOf(step: string, folder: string): Readonly<Record<string, number>> {
  rmSync(join(folder, 'bench.sqlite'), { force: true });
  const script = join(import.meta.dirname, 'measure.ts');
  const args = ['--disable-warning=ExperimentalWarning', '--max-old-space-size=4096', script, step, folder];
  const { stdout, stderr, status } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${step} failed: ${stderr}`);
  return JSON.parse(stdout);
}

function spawned(args: readonly string[]): number {
  const start = performance.now();
  const { status } = spawnSync(process.execPath, args, { stdio: 'ignore' });
  if (status !== 0) throw new Error(`node ${args.join(' ')} failed`);
  return performance.now() - start;
}

function rowsOf(best: Readonly<Record<string, number>>, assets: number): readonly Row[] {
  const figure = (name: string) => best[name] ?? Number.NaN;
  /** A step made of others, some of which are taken off again. */
  const cost = (kind: 'wall' | 'cpu', add: readonly string[], less: readonly string[]) =>
    add.reduce((sum, name) => sum + figure(`${name}.${kind}`), 0) -
    less.reduce((sum, name) => sum + figure(`${name}.${kind}`), 0);
  const step = (what: string, add: readonly string[], less: readonly string[] = []): Row => ({
    what,
    value: cost('wall', add, less),
    unit: 'ms',
    ratio: cost('cpu', add, less) / figure('parse.cpu'),
    of: 'JSON.parse',
  });
  const inTouches = (what: string, name: string): Row => ({
    what,
    value: figure(name),
    unit: 'ms',
    ratio: figure(name) / figure('touchP50'),
    of: 'one transaction',
  });
  const documents = (what: string, name: string): Row => ({ what, value: figure(name), unit: 'documents' });
  return [
    step('JSON.parse of every line', ['parse']),
    step('read', ['read']),
    step('decode', ['decode'], ['read']),
    step('gather', ['gather'], ['decode']),
    step('inventory', ['inventory']),
    step('judge', ['scan'], ['inventory']),
    step('scan, all of it', ['gather', 'scan']),
    { what: 'scan', value: assets / (cost('wall', ['gather', 'scan'], []) / 1000), unit: 'assets/s' },
    { what: 'scan, peak memory', value: figure('rss'), unit: 'MB' },
    step('baseline into SQLite', ['baseline']),
    inTouches('one transaction in SQLite', 'touchP50'),
    inTouches('one event, half are below', 'eventP50'),
    inTouches('one event, 95 of 100 are below', 'eventP95'),
    documents('read for one event, half are below', 'documentsP50'),
    documents('read for one event, 95 of 100 are below', 'documentsP95'),
    { what: 'node -e 0', value: figure('nodeStart'), unit: 'ms' },
    {
      what: 'anchorwatch --version',
      value: figure('cliStart'),
      unit: 'ms',
      ratio: figure('cliStart') / figure('nodeStart'),
      of: 'node -e 0',
    },
  ];
}

function table(rows: readonly Row[]): string {
  const lines = rows.map(({ what, value, unit, ratio, of }) => {
    const digits = value < 10 ? 2 : 0;
    const figure = `${value.toLocaleString('en', { maximumFractionDigits: digits, minimumFractionDigits: digits })} ${unit}`;
    const compared = ratio === undefined ? '' : `${ratio.toFixed(2)} x ${of}`;
    return `| ${what.padEnd(40)} | ${figure.padStart(16)} | ${compared.padEnd(24)} |`;
  });
  const head = `| ${'what'.padEnd(40)} | ${'best'.padStart(16)} | ${'by'.padEnd(24)} |`;
  return [head, head.replace(/[^|]/g, '-'), ...lines, ''].join('\n');
}

const folder = mkdtempSync(join(tmpdir(), 'anchorwatch-bench-'));
try {
  const size = { assets: Number(values.assets), events: Number(values.events), seed: Number(values.seed) };
  const files = writeExport(folder, size);
  const megabytes = statSync(files.assets).size / 1e6;
  const rows = rowsOf(measured(folder, Number(values.rounds)), size.assets);
  if (values.format === 'json')
    process.stdout.write(`${JSON.stringify({ ...size, megabytes, node: process.version, rows }, null, 2)}\n`);
  else
    process.stdout.write(
      `${size.assets} assets, ${megabytes.toFixed(0)} MB, ${size.events} messages; Node ${process.version}\n\n${table(rows)}`,
    );
} finally {
  rmSync(folder, { recursive: true });
}
if (values.format === 'table') {
  process.stdout.write('\n');
  spawnSync(process.execPath, [join(import.meta.dirname, 'cold-start.ts')], { stdio: 'inherit' });
}
