/**
 * How long a function takes to be there: from the start of its process until its port answers, built as it is deployed and under the functions
 * framework, in rounds, and of each the median. The ratio to an empty function of the same rounds hardly depends on the machine. Of those that need
 * neither the cloud nor a person: also until the first push is answered, since what a start leaves out the first push may have to make up for.
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
import { events } from './events.ts';
import { Organisation } from './organisation.ts';

interface Row extends Pick<Built, 'name' | 'atStart' | 'code' | 'zip'> {
  /** The median. */
  readonly millis: number;
  /** Until the first push was answered; the median. */
  readonly answered: number | undefined;
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

const AUDIENCE = 'https://functions.example';
const PUSHER = 'pusher@acme.iam.gserviceaccount.com';

/** A change, or nothing but a nudge, by function. */
const [change] = events(new Organisation({ lines: 4_000, seed: 1 }), 1);
const FIRST_PUSH: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  [EMPTY, {}],
  ['on-asset-change', change],
  ['on-audit-log', change],
  ['deliver', {}],
  ['report', {}],
]);

/** As Cloud Run forwards a token that it has checked: nobody looks at the signature again. */
function token(): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const iat = Math.floor(Date.now() / 1_000);
  const claims = { iss: 'https://accounts.google.com', aud: AUDIENCE, email: PUSHER, email_verified: true };
  return `${part({ alg: 'RS256', kid: '1' })}.${part({ ...claims, iat, exp: iat + 3_600 })}.none`;
}

interface Times {
  readonly millis: number;
  readonly answered: number | undefined;
}

async function timesOf(name: string, dist: string): Promise<Times> {
  const env = {
    ANCHORWATCH_PUSH_AUTH: 'iam',
    ANCHORWATCH_PUSH_AUDIENCE: AUDIENCE,
    ANCHORWATCH_PUSH_ACCOUNTS: PUSHER,
    ANCHORWATCH_CONSOLE_AUDIENCE: '/projects/1/global/backendServices/1',
    ANCHORWATCH_POLICY: join(ROOT, 'examples', 'acme', 'policy.yaml'),
    ANCHORWATCH_STORE: ':memory:',
    ANCHORWATCH_REPORTS: join(dist, 'reports'),
  };
  const started = await startFunction({ folder: join(dist, 'functions', name), name, env });
  const { millis, port } = started;
  try {
    const began = performance.now();
    if (!FIRST_PUSH.has(name)) return { millis, answered: undefined };
    await push(port, FIRST_PUSH.get(name));
    return { millis, answered: millis + performance.now() - began };
  } finally {
    await started.stop();
  }
}

async function push(port: number, body: unknown): Promise<void> {
  const response = await fetch(`http://127.0.0.1:${port}/`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token()}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`a push was answered with ${response.status}`);
  await response.arrayBuffer();
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
  const head = line(['function', 'cold start', 'by', 'first answer', 'read for it', 'code', 'zip']);
  return [
    head,
    head.replace(/[^|]/g, '-'),
    ...rows.map(({ name, millis, ratio, answered, atStart, code, zip }) =>
      line([
        name,
        `${Math.round(millis)} ms`,
        `${ratio.toFixed(2)} x empty`,
        answered === undefined ? '' : `${Math.round(answered)} ms`,
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
  const times = new Map<string, Times[]>(built.map(({ name }) => [name, []]));
  for (let round = 0; round < Number(values.rounds); round++) {
    process.stderr.write(`round ${round + 1} of ${values.rounds}\n`);
    for (const [name, taken] of times) taken.push(await timesOf(name, dist));
  }
  const millisOf = (name: string) => median(times.get(name)?.map(({ millis }) => millis) ?? []);
  const empty = millisOf(EMPTY);
  const rows: readonly Row[] = built.map(({ name, atStart, code, zip }) => {
    const millis = millisOf(name);
    const answers = times.get(name)?.flatMap(({ answered }) => answered ?? []) ?? [];
    const answered = answers.length === 0 ? undefined : median(answers);
    return { name, atStart, code, zip, millis, ratio: millis / empty, answered };
  });
  process.stdout.write(
    values.format === 'json'
      ? `${JSON.stringify({ node: process.version, rounds: Number(values.rounds), rows }, null, 2)}\n`
      : `Medians of ${values.rounds}; Node ${process.version}\n\n${table(rows)}`,
  );
} finally {
  rmSync(dist, { recursive: true });
}
