import type { Command } from 'commander';
import { fixedPolicy } from '../../shared/adapters/fixed-policy.ts';
import { openSqliteStore } from '../../shared/adapters/sqlite-store.ts';
import { type DecodeContext, decodePush } from '../../shared/decode/decode.ts';
import { inReadingOrder } from '../../shared/findings/order.ts';
import { Gathered } from '../../shared/inventory/inventory.ts';
import type { Finding } from '../../shared/model/finding.ts';
import { fromDate, later, type Nanos } from '../../shared/model/time.ts';
import { takeBaseline } from '../../shared/pipeline/baseline.ts';
import { evaluateDue } from '../../shared/pipeline/evaluate.ts';
import { type Received, take } from '../../shared/pipeline/receive.ts';
import type { Policy } from '../../shared/policy/policy.ts';
import type { Log, Store } from '../../shared/ports.ts';
import type { ExitCode } from '../exit.ts';
import { type Gathering, gatherAssets, inputOf, problemText, standardInputOnce } from '../gather.ts';
import type { Io } from '../io.ts';
import {
  asOfOption,
  type FailOn,
  failOnOption,
  formatOption,
  outputOption,
  policyOption,
} from '../options.ts';
import { type Counts, emptyCounts, type Result } from '../output/document.ts';
import { notCovered } from '../output/not-covered.ts';
import { type Format, printed } from '../output/print.ts';
import { loadFor } from '../policy.ts';
import { drawnFor, exitCode, put, tell } from './scan.ts';

interface Options {
  readonly policy: string[];
  readonly assets?: string[];
  readonly events: string[];
  readonly format: Format;
  readonly output?: string;
  readonly failOn: FailOn;
  readonly asOf?: Nanos;
  readonly trace?: boolean;
}

/** `anchorwatch replay`: recorded messages through the very pipeline of the functions, with their own times as the clock. */
export function addReplay(program: Command, io: Io, end: (code: ExitCode) => void): void {
  program
    .command('replay')
    .description(
      'put recorded messages (push bodies, log entries, feed messages, assets) through the pipeline of the functions',
    )
    .addOption(policyOption())
    .requiredOption('-e, --events <file...>', 'messages; - is standard input')
    .option('-a, --assets <file...>', 'the state before them: an asset export')
    .option('-t, --trace', 'print one NDJSON line per message instead of the result')
    .addOption(formatOption())
    .addOption(outputOption())
    .addOption(failOnOption())
    .addOption(asOfOption('judge everything at this time (default: each message at its own)'))
    .action(async (options: Options) => {
      standardInputOnce([...(options.assets ?? []), ...options.events]);
      const policy = await loadFor(options.policy, io);
      const replay = new Replay(policy, io, options);
      try {
        const result = await replay.run();
        const text =
          options.trace === true
            ? replay.trace.join('')
            : printed(result, options.format, drawnFor(options.output, io));
        if (options.trace !== true || options.output !== undefined) await put(text, options.output, io);
        tell(result, replay.reasons, io);
        end(exitCode(result, options.failOn, replay.incomplete, replay.failed));
      } finally {
        await replay.close();
      }
    });
}

/** One replay over a store in memory. */
class Replay {
  readonly reasons = new Map<string, number>();
  /** The lines of the trace that go to a file. */
  readonly trace: string[] = [];
  incomplete = false;
  failed = false;
  readonly #policy: Policy;
  readonly #io: Io;
  readonly #options: Options;
  readonly #store: Store = openSqliteStore({ path: ':memory:', onEphemeralDisk: false });
  readonly #counts: Counts = emptyCounts();
  readonly #log: Log;
  #now: Nanos = 0n;
  #index = 0;

  constructor(policy: Policy, io: Io, options: Options) {
    this.#policy = policy;
    this.#io = io;
    this.#options = options;
    this.#log = {
      info() {},
      warn() {},
      error: (message, fields) => {
        this.failed = true;
        io.err(`${message}: ${JSON.stringify(fields)}\n`);
      },
    };
  }

  async run(): Promise<Result> {
    const baseline = await this.#baseline();
    for await (const item of inputOf(this.#options.events, this.#io)) {
      if ('problem' in item) {
        this.incomplete = true;
        this.#io.err(`${problemText(item.problem)}\n`);
      } else if ('note' in item) this.#io.err(`${item.note.file}: ${item.note.message}\n`);
      else await this.#message(item.value);
    }
    await evaluateDue(this.#policy, this.#store, this.#log, { asOf: this.#now, offline: true });
    const findings = await this.#findings();
    const coverage = [...baseline.coverage.values()];
    return {
      policy: this.#policy,
      asOf: this.#now,
      coverage,
      notCovered: notCovered(coverage),
      counts: this.#counts,
      findings,
    };
  }

  close(): Promise<void> {
    return this.#store.close();
  }

  /** The state before the messages; what it holds is recorded like any finding, and announced to nobody. */
  async #baseline(): Promise<Gathered> {
    const { assets, asOf } = this.#options;
    if (assets === undefined) {
      this.#now = asOf ?? 0n;
      return new Gathered();
    }
    const gathered: Gathering = await gatherAssets(assets, this.#io, fromDate(new Date()));
    this.incomplete ||= gathered.incomplete;
    this.#now = asOf ?? gathered.newest;
    await takeBaseline(gathered.known, this.#policy, this.#store, this.#log, this.#now);
    return gathered.known;
  }

  async #message(value: unknown): Promise<void> {
    const index = this.#index++;
    // A message without any time of its own happened when the stream had got to it.
    const context: DecodeContext = { receivedAt: this.#now === 0n ? fromDate(new Date()) : this.#now };
    const decoded = decodePush(value, context);
    let received: Received;
    if (decoded.kind !== 'news') received = decoded;
    else {
      if (this.#options.asOf === undefined && decoded.time > this.#now) await this.#advance(decoded.time);
      received = await take(decoded, this.#ports(), { offline: true, now: this.#now });
    }
    this.#count(received);
    if (this.#options.trace === true) this.#tellOf(traceLine(index, received));
  }

  /** At once where somebody may be watching; a file is written when all is known. */
  #tellOf(line: object): void {
    const text = `${JSON.stringify(line)}\n`;
    if (this.#options.output === undefined) this.#io.out(text);
    else this.trace.push(text);
  }

  /** The clock moves to the message's time; what falls due on the way is judged first. */
  async #advance(time: Nanos): Promise<void> {
    this.#now = later(this.#now, time);
    await evaluateDue(this.#policy, this.#store, this.#log, { asOf: this.#now, offline: true });
  }

  #ports() {
    const policy = this.#policy;
    const now = this.#now;
    return {
      store: this.#store,
      policy: fixedPolicy(() => policy),
      clock: { now: () => now },
      queue: { work: async () => {}, nudgeDeliver: async () => {} },
      log: this.#log,
    };
  }

  #count(received: Received): void {
    switch (received.kind) {
      case 'observed':
        this.#counts.observed++;
        return;
      case 'act':
        this.#counts.acts++;
        return;
      case 'duplicate':
        this.#counts.duplicates++;
        return;
      case 'stale':
        this.#counts.stale++;
        return;
      case 'ignored':
      case 'malformed': {
        this.#counts[received.kind]++;
        const reason = `${received.kind}: ${received.why}`;
        this.reasons.set(reason, (this.reasons.get(reason) ?? 0) + 1);
      }
    }
  }

  async #findings(): Promise<readonly Finding[]> {
    const findings: Finding[] = [];
    let after: string | undefined;
    for (;;) {
      const from = after;
      const page = await this.#store.transaction((tx) => tx.list('findings', from, 500), 'read-only');
      findings.push(...[...page.values()].map((row) => row.finding));
      after = [...page.keys()].at(-1);
      if (page.size < 500) return findings.sort(inReadingOrder);
    }
  }
}

function traceLine(index: number, received: Received) {
  const ids = (findings: readonly Finding[]) =>
    findings.map(({ id, detector, title }) => ({ id, detector, title }));
  const { kind, why } = received;
  if (kind !== 'observed' && kind !== 'act')
    return { index, kind, why, opened: [], changed: [], resolved: [] };
  return {
    index,
    kind,
    why,
    opened: ids(received.opened),
    changed: ids(received.changed),
    resolved: ids(received.resolved),
  };
}
