/**
 * How long a function takes to be there: from the start of its process until its port answers, built as it is deployed and under the functions
 * framework, in rounds, and of each the median. The ratio to an empty function of the same rounds hardly depends on the machine.
 *
 *     node bench/cold-start.ts [--rounds 9] [--format table|json]
 */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { FRAMEWORK, ROOT } from '../build/bundle.ts';
import { startFunction } from '../build/start.ts';
import { type Built, buildFunction } from '../build/write.ts';
import { FUNCTIONS } from '../functions/names.ts';

interface Row extends Pick<Built, 'name' | 'atStart' | 'code' | 'zip'> {
  /** The median. */
  readonly millis: number;
  /** As a multiple of the empty function's. */
  readonly ratio: number;
}

const EMPTY = 'empty';

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '9' }, format: { type: 'string', default: 'table' } },
});

/** A function that does nothing, for itself: what the framework costs. */
function writeEmpty(dist: string): Pick<Built, 'name' | 'atStart' | 'code' | 'zip'> {
  const folder = join(dist, 'functions', EMPTY);
  const text = `import { http } from '${FRAMEWORK}';\nhttp('${EMPTY}', (_request, response) => response.end());\n`;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'index.js'), text);
  writeFileSync(join(folder, 'package.json'), '{"type": "module", "main": "index.js"}');
  return { name: EMPTY, atStart: text.length, code: text.length, zip: 0 };
}

async function millisOf(name: string, dist: string): Promise<number> {
  const env = {
    ANCHORWATCH_PUSH_AUTH: 'iam',
    ANCHORWATCH_PUSH_AUDIENCE: 'https://functions.example',
    ANCHORWATCH_PUSH_ACCOUNTS: 'pusher@acme.iam.gserviceaccount.com',
    ANCHORWATCH_CONSOLE_AUDIENCE: '/projects/1/global/backendServices/1',
  };
  const started = await startFunction({ folder: join(dist, 'functions', name), name, env });
  await started.stop();
  return started.millis;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function table(rows: readonly Row[]): string {
  const kilobytes = (bytes: number) => `${Math.round(bytes / 1000).toLocaleString('en')} kB`;
  const line = (cells: readonly string[]) =>
    `| ${(cells[0] ?? '').padEnd(16)} | ${cells
      .slice(1)
      .map((cell) => cell.padStart(12))
      .join(' | ')} |`;
  const head = line(['function', 'cold start', 'by', 'read for it', 'code', 'zip']);
  return [
    head,
    head.replace(/[^|]/g, '-'),
    ...rows.map(({ name, millis, ratio, atStart, code, zip }) =>
      line([
        name,
        `${Math.round(millis)} ms`,
        `${ratio.toFixed(2)} x empty`,
        ...[atStart, code, zip].map(kilobytes),
      ]),
    ),
    '',
  ].join('\n');
}

const dist = mkdtempSync(join(tmpdir(), 'anchorwatch-cold-'));
try {
  symlinkSync(join(ROOT, 'node_modules'), join(dist, 'node_modules'));
  const built = [writeEmpty(dist)];
  for (const name of FUNCTIONS) built.push(await buildFunction(name, dist));
  const millis = new Map<string, number[]>(built.map(({ name }) => [name, []]));
  for (let round = 0; round < Number(values.rounds); round++) {
    process.stderr.write(`round ${round + 1} of ${values.rounds}\n`);
    for (const [name, times] of millis) times.push(await millisOf(name, dist));
  }
  const empty = median(millis.get(EMPTY) ?? []);
  const rows: readonly Row[] = built.map(({ name, atStart, code, zip }) => {
    const taken = median(millis.get(name) ?? []);
    return { name, atStart, code, zip, millis: taken, ratio: taken / empty };
  });
  process.stdout.write(
    values.format === 'json'
      ? `${JSON.stringify({ node: process.version, rounds: Number(values.rounds), rows }, null, 2)}\n`
      : `Medians of ${values.rounds}; Node ${process.version}\n\n${table(rows)}`,
  );
} finally {
  rmSync(dist, { recursive: true });
}
