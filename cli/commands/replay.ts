import type { Command } from 'commander';
import { type DecodeContext, decodePush } from '../../shared/decode/decode.ts';
import { type AlertDiff, diffAlerts } from '../../shared/diff/alert-diff.ts';
import { reaches } from '../../shared/findings/order.ts';
import { Gathered } from '../../shared/inventory/inventory.ts';
import type { Finding } from '../../shared/model/finding.ts';
import { fromDate, type Nanos } from '../../shared/model/time.ts';
import type { Received } from '../../shared/pipeline/receive.ts';
import type { Policy } from '../../shared/policy/policy.ts';
import type { Log } from '../../shared/ports.ts';
import { CommandFailed, EXIT, type ExitCode } from '../exit.ts';
import { type Gathering, gatherAssets, inputOf, problemText, standardInputOnce } from '../gather.ts';
import type { Io } from '../io.ts';
import { type News, OfflineWatch } from '../offline-watch.ts';
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
import { whatIfJson } from '../output/what-if-json.ts';
import { whatIfTable } from '../output/what-if-table.ts';
import { loadFor } from '../policy.ts';
import { drawnFor, exitCode, put, tell } from './scan.ts';

interface Options {
  readonly policy: string[];
  readonly against?: string[];
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
    .option(
      '--against <file...>',
      'what if: a candidate policy over the same messages, and which alerts appear, vanish or move',
    )
    .requiredOption('-e, --events <file...>', 'messages; - is standard input')
    .option('-a, --assets <file...>', 'the state before them: an asset export')
    .option('-t, --trace', 'print one NDJSON line per message instead of the result')
    .addOption(formatOption())
    .addOption(outputOption())
    .addOption(failOnOption())
    .addOption(asOfOption('judge everything at this time (default: each message at its own)'))
    .action(async (options: Options, command: Command) => {
      standardInputOnce([...(options.assets ?? []), ...options.events]);
      const policy = await loadFor(options.policy, io);
      if (options.against !== undefined) {
        const isGate = command.getOptionValueSource('failOn') !== 'default';
        return end(
          await whatIf(policy, options.against, { ...options, failOn: isGate ? options.failOn : 'none' }, io),
        );
      }
      const replay = new Replay([policy], io, options);
      try {
        const [result] = await replay.run();
        const text =
          options.trace === true
            ? replay.trace.join('')
            : printed(result!, options.format, drawnFor(options.output, io));
        if (options.trace !== true || options.output !== undefined) await put(text, options.output, io);
        tell(result!, replay.reasons, io);
        end(exitCode(result!, options.failOn, replay.incomplete, replay.failed));
      } finally {
        await replay.close();
      }
    });
}

/** What would change for whom, if the candidate were the policy. A gate only where `--fail-on` says from which severity on. */
async function whatIf(
  policy: Policy,
  against: readonly string[],
  options: Options,
  io: Io,
): Promise<ExitCode> {
  if (options.trace === true || (options.format !== 'table' && options.format !== 'json'))
    throw new CommandFailed(EXIT.usage, '--against prints as table or json; it has no --trace');
  const loaded = await loadFor(against, io);
  if (loaded.name !== policy.name)
    io.err(
      `the candidate is called ${loaded.name}: it is judged as ${policy.name}, since another name would make every finding another one\n`,
    );
  const candidate = { ...loaded, name: policy.name };
  const replay = new Replay([policy, candidate], io, options);
  try {
    const [was, is] = await replay.run();
    const { asOf } = was!;
    const diff = diffAlerts(was!, is!, asOf);
    const text =
      options.format === 'json'
        ? `${JSON.stringify(whatIfJson({ diff, policy, candidate: loaded, asOf, counts: was!.counts }), null, 2)}\n`
        : whatIfTable(diff, drawnFor(options.output, io));
    await put(text, options.output, io);
    tell(is!, replay.reasons, io);
    if (replay.failed) return EXIT.failure;
    if (replay.incomplete) return EXIT.incomplete;
    return comesOrGoes(diff, options.failOn) ? EXIT.findings : EXIT.clean;
  } finally {
    await replay.close();
  }
}

/** Whether the alerts at or above a severity are not the same ones: one that is no longer that bad has gone too. */
function comesOrGoes({ vanish, move, appear }: AlertDiff, failOn: FailOn): boolean {
  const counts = (finding: Finding | undefined) => finding !== undefined && reaches(finding.severity, failOn);
  return (
    vanish.some(({ before }) => counts(before?.finding)) ||
    appear.some(({ after }) => counts(after?.finding)) ||
    move.some(({ before, after }) => counts(before?.finding) !== counts(after?.finding))
  );
}

/** One replay: the messages are read once, and put before every policy that is to judge them, each with a store of its own. */
class Replay {
  readonly reasons = new Map<string, number>();
  /** The lines of the trace that go to a file. */
  readonly trace: string[] = [];
  incomplete = false;
  failed = false;
  readonly #io: Io;
  readonly #options: Options;
  readonly #watches: readonly OfflineWatch[];
  readonly #counts: Counts = emptyCounts();
  #now: Nanos = 0n;
  #index = 0;

  /** The first of the policies is the one that is counted and traced by. */
  constructor(policies: readonly Policy[], io: Io, options: Options) {
    this.#io = io;
    this.#options = options;
    const log: Log = {
      info() {},
      warn() {},
      error: (message, fields) => {
        this.failed = true;
        io.err(`${message}: ${JSON.stringify(fields)}\n`);
      },
    };
    this.#watches = policies.map((policy) => new OfflineWatch(policy, log));
  }

  /** What each policy found, in their order. */
  async run(): Promise<readonly Result[]> {
    const baseline = await this.#baseline();
    for await (const item of inputOf(this.#options.events, this.#io)) {
      if ('problem' in item) {
        this.incomplete = true;
        this.#io.err(`${problemText(item.problem)}\n`);
      } else if ('note' in item) this.#io.err(`${item.note.file}: ${item.note.message}\n`);
      else await this.#message(item.value);
    }
    const coverage = [...baseline.coverage.values()];
    const results: Result[] = [];
    for (const watch of this.#watches) {
      await watch.advance(this.#now);
      results.push({
        policy: watch.policy,
        asOf: this.#now,
        coverage,
        notCovered: notCovered(coverage),
        counts: this.#counts,
        findings: await watch.findings(),
      });
    }
    return results;
  }

  async close(): Promise<void> {
    for (const watch of this.#watches) await watch.close();
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
    for (const watch of this.#watches) await watch.begin(gathered.known, this.#now);
    return gathered.known;
  }

  async #message(value: unknown): Promise<void> {
    const index = this.#index++;
    // A message without any time of its own happened when the stream had got to it.
    const context: DecodeContext = { receivedAt: this.#now === 0n ? fromDate(new Date()) : this.#now };
    const decoded = decodePush(value, context);
    const received = decoded.kind === 'news' ? await this.#take(decoded) : decoded;
    this.#count(received);
    if (this.#options.trace === true) this.#tellOf(traceLine(index, received));
  }

  /** The clock moves to the message's time; what falls due on the way is judged first. */
  async #take(news: News): Promise<Received> {
    const moves = this.#options.asOf === undefined && news.time > this.#now;
    this.#now = moves ? news.time : this.#now;
    let first: Received | undefined;
    for (const watch of this.#watches) {
      if (moves) await watch.advance(this.#now);
      const received = await watch.take(news, this.#now);
      first ??= received;
    }
    return first!;
  }

  /** At once where somebody may be watching; a file is written when all is known. */
  #tellOf(line: object): void {
    const text = `${JSON.stringify(line)}\n`;
    if (this.#options.output === undefined) this.#io.out(text);
    else this.trace.push(text);
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
