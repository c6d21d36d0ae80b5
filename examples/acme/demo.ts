/**
 * `npm run demo`: the watch at work on acme, in about twenty seconds, with nothing but this machine. `-- --emulators`: the same as it is
 * deployed, on the Cloud SDK's emulators of Pub/Sub and Firestore. `-- --built`: on the emulators too, by what `npm run build` made, each
 * function a process of the functions framework.
 */
import { createReadStream } from 'node:fs';
import { relative } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { gatherAssets } from '../../cli/gather.ts';
import { processIo, styled } from '../../cli/io.ts';
import { findingsTable, summaryLine } from '../../cli/output/findings-table.ts';
import { startLocalServer } from '../../functions/local-server.ts';
import { wire } from '../../functions/wiring.ts';
import { consoleNotifier } from '../../shared/adapters/console-notifier.ts';
import { fixedPolicy } from '../../shared/adapters/fixed-policy.ts';
import { readPolicy } from '../../shared/adapters/policy-file.ts';
import { formatTime, type Nanos, parseTime } from '../../shared/model/time.ts';
import { takeBaseline } from '../../shared/pipeline/baseline.ts';
import { deliver } from '../../shared/pipeline/deliver.ts';
import { scan } from '../../shared/pipeline/scan.ts';
import { work } from '../../shared/pipeline/work.ts';
import type { Policy } from '../../shared/policy/policy.ts';
import type { Job, Log, Notifier } from '../../shared/ports.ts';
import { builtFunctions } from './built.ts';
import { SCENES, type Scene } from './scenes.ts';
import { embedded, onEmulators, type Watch, type Way } from './ways.ts';

const here = (file: string) => relative(process.cwd(), fileURLToPath(new URL(file, import.meta.url)));
const io = processIo();
const width = Math.min(io.width, 100);
const dim = (text: string) => styled(io, 'dim', text);
const bold = (text: string) => styled(io, 'bold', text);
// On a terminal there is somebody to read along; in a pipeline there is not.
const beat = process.stdout.isTTY === true && process.env.CI === undefined ? 1_100 : 0;

function heading(text: string): void {
  io.out(`\n${bold(text)}\n${dim('─'.repeat(width))}\n`);
}

/** Counts what is sent, so that the end can tell whether everything planted was alerted, once. */
function counting(inner: Notifier): Notifier & { posts: number; updates: number } {
  const counted = {
    posts: 0,
    updates: 0,
    ...inner,
    post(...args: Parameters<Notifier['post']>) {
      // What a thread is told notifies nobody: it is the diary of a message, no message.
      const [, , , thread] = args;
      if (thread === undefined) counted.posts++;
      return inner.post(...args);
    },
    update(...args: Parameters<Notifier['update']>) {
      counted.updates++;
      return inner.update(...args);
    },
  };
  return counted;
}

/** The functions behind the framework's server in this process. */
async function inThisProcess(policy: Policy, log: Log): Promise<Watch> {
  let now: Nanos = 0n;
  const server = await startLocalServer(0);
  const hands = {
    deliver: () => deliver(ports),
    work: (job: Job) => work(job, now, { ...ports, queue: way.queue }),
  };
  const way: Way = process.argv.includes('--emulators')
    ? await onEmulators(server, log)
    : embedded(server, hands, log);
  const { store, queue } = way;
  const notifier = counting(consoleNotifier({ write: io.out, color: io.color, width }));
  const ports = { store, policy: fixedPolicy(() => policy), notifier, clock: { now: () => now }, log };
  wire({ ...ports, queue });
  return {
    title: way.title,
    store,
    told: notifier,
    at: async (time) => {
      now = time;
    },
    push: way.push,
    async close() {
      await way.close();
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

async function main(): Promise<number> {
  io.out(`${bold('⚓ Anchorwatch')}  acme: 3 projects, 2 clusters that share one pool, 12 KSAs, 10 GSAs\n`);
  const { policy } = await readPolicy([here('policy.yaml')]);
  const start = parseTime('2026-11-21T09:00:00Z')!;

  heading('1  The state this morning: an asset export against the policy');
  const { known } = await gatherAssets([here('assets.ndjson')], { ...io, err() {} }, start);
  const before = scan(known, policy, start);
  io.out(
    `${dim('$ npx anchorwatch scan --policy examples/acme/policy.yaml --assets examples/acme/assets.ndjson')}\n\n`,
  );
  io.out(findingsTable(before.findings, { ...io, width }));
  io.out(`${summaryLine(before.findings)}\n`);
  await pause(beat * 3);

  const log = {
    info() {},
    warn() {},
    error: (message: string, fields = {}) => io.err(`${message} ${JSON.stringify(fields)}\n`),
  };
  const watch = process.argv.includes('--built')
    ? await builtFunctions(here('policy.yaml'), { write: io.out, complain: io.err })
    : await inThisProcess(policy, log);
  const { told } = watch;
  heading(`2  The watch: ${watch.title}`);
  await takeBaseline(known, policy, watch.store, log, start);
  let now: Nanos = start;
  const latencies: number[] = [];
  let wrong = 0;

  let index = 0;
  for await (const line of createInterface({ input: createReadStream(here('events.ndjson')) })) {
    const scene = SCENES[index++]!;
    now = publishTime(line) ?? now;
    await watch.at(now);
    io.out(
      `\n${dim(formatTime(now).slice(11, 19))}  ${scene.source === 'feed' ? 'feed ' : 'audit'}  ${scene.what}\n`,
    );
    const before = told.posts + told.updates;
    const began = performance.now();
    const ok = await watch.push(scene.source === 'feed' ? 'on-asset-change' : 'on-audit-log', line);
    const took = performance.now() - began;
    const news = told.posts + told.updates - before;
    if (news > 0) latencies.push(took);
    if (!ok || news !== scene.messages) wrong++;
    io.out(`${outcome(scene, news, ok, took)}\n`);
    await pause(beat);
  }
  await watch.close();

  heading('What you saw');
  const sorted = latencies.sort((a, b) => a - b);
  io.out(
    `${told.posts} alerts, ${told.updates} edited in place, ${SCENES.filter((scene) => scene.messages === 0).length} messages that were no news.\n` +
      `From push to alert: ${Math.round(sorted[0] ?? 0)} to ${Math.round(sorted.at(-1) ?? 0)} ms on this machine.\n\n`,
  );
  io.out('Where to look next\n');
  for (const [command, what] of [
    ['npx anchorwatch validate examples/acme/policy.yaml', 'is it a policy?'],
    ['npx anchorwatch scan --policy P --assets EXPORT', 'your own export against your own policy'],
    ['npx anchorwatch replay --policy P --assets A --events E --trace', 'recorded messages, one line each'],
    ['npx anchorwatch detectors', 'what is looked for'],
  ] as const) {
    io.out(`  ${command.padEnd(66)} ${dim(what)}\n`);
  }
  if (wrong > 0) io.err(`\n${wrong} of ${index} messages did not do what examples/acme/events.md says\n`);
  return wrong === 0 && index === SCENES.length ? 0 : 2;
}

function outcome({ expected, messages }: Scene, news: number, ok: boolean, took: number): string {
  if (!ok) return styled(io, 'red', '          not taken in');
  if (news !== messages)
    return styled(io, 'red', `          expected ${messages} messages and saw ${news}: ${expected}`);
  return dim(
    news === 0 ? `          · ${expected}` : `          ↑ ${expected} · ${took.toFixed(0)} ms after the push`,
  );
}

function publishTime(line: string): Nanos | undefined {
  const time = /"publishTime":"([^"]+)"/.exec(line)?.[1];
  return time === undefined ? undefined : parseTime(time);
}

process.exitCode = await main();
