import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { fixedPolicy } from '../../shared/adapters/fixed-policy.ts';
import { plain } from '../../shared/alerts/text.ts';
import type { Gathered } from '../../shared/inventory/inventory.ts';
import { DAY, fromDate, type Nanos } from '../../shared/model/time.ts';
import { reportNow } from '../../shared/pipeline/report.ts';
import { reportOf } from '../../shared/pipeline/report-of.ts';
import { keepReviews, type ReviewSaid, unknownIdentities } from '../../shared/pipeline/review.ts';
import { scan } from '../../shared/pipeline/scan.ts';
import type { Policy } from '../../shared/policy/policy.ts';
import { type Face, facesOf, REPORT_FORMATS, type ReportFormat } from '../../shared/report/faces.ts';
import type { Report } from '../../shared/report/report.ts';
import { existingStore } from '../existing-store.ts';
import { CommandFailed, EXIT, type ExitCode, plainReason } from '../exit.ts';
import { fromHere } from '../from-here.ts';
import { gatherAssets, standardInputOnce } from '../gather.ts';
import type { Io } from '../io.ts';
import { asOfOption, clusterOption, policyOption } from '../options.ts';
import { summaryLine } from '../output/findings-table.ts';
import { loadFor } from '../policy.ts';
import { readReviews } from '../reviews.ts';
import { VERSION } from '../version.ts';

interface Options {
  readonly policy: string[];
  readonly assets?: string[];
  readonly store?: string;
  readonly review?: string;
  readonly by?: string;
  readonly events?: string[];
  readonly cluster?: string;
  readonly output: string;
  readonly format: readonly ReportFormat[];
  readonly days: number;
  readonly asOf?: Nanos;
}

/** `anchorwatch report`: the compliance report of a state that is in files, in every format at once. */
export function addReport(program: Command, io: Io, end: (code: ExitCode) => void): void {
  program
    .command('report')
    .description('the compliance report on a state: one folder with every format, drawn from one value')
    .addOption(policyOption())
    .option(
      '-a, --assets <file...>',
      'asset exports, Terraform states as JSON, manifests; or folders of them; - is standard input',
    )
    .option('-s, --store <file>', 'instead: SQLite file of the watch, with its history')
    .option(
      '--review <file>',
      'record this access review in the store first: a list of {identity, decision, comment}',
    )
    .option('--by <who>', 'who reviewed')
    .option('-e, --events <file...>', 'audit log entries of the period: who changed what')
    .addOption(clusterOption())
    .option('-o, --output <folder>', 'where to write it', 'report')
    .addOption(
      new Option('-f, --format <formats>', `which, with commas between: ${REPORT_FORMATS.join(', ')}`)
        .argParser(parseFormats)
        .default(REPORT_FORMATS, 'all'),
    )
    .addOption(
      new Option('--days <number>', 'how many days the period has, up to --as-of')
        .argParser(parseDays)
        .default(90),
    )
    .addOption(asOfOption('tell everything as of this time (default: now)'))
    .action(async (options: Options) => {
      const { assets = [], events = [], store } = options;
      if (assets.length > 0 === (store !== undefined))
        throw new CommandFailed(EXIT.usage, 'give the state to report on: either --assets or --store');
      if (store === undefined && options.review !== undefined)
        throw new CommandFailed(EXIT.usage, '--review goes with --store: files keep nothing');
      if (store !== undefined && events.length > 0)
        throw new CommandFailed(EXIT.usage, '--events go with --assets: a store has its own');
      standardInputOnce([...assets, ...events]);
      const policy = await loadFor(options.policy, io);
      const now = fromDate(new Date());
      const asOf = options.asOf ?? now;
      const period = { from: asOf - BigInt(options.days) * DAY, to: asOf };
      const { report, code } =
        store === undefined
          ? await fromFiles({ assets, events, cluster: options.cluster, policy, period, now }, io)
          : await fromStore(store, policy, period, await reviewOf(options));
      await write(facesOf(report, options.format, fromHere), options.output, io);
      io.err(`${summaryLine(report.findings)}\n${postureText(report)}\n`);
      end(code);
    });
}

interface Made {
  readonly report: Report;
  readonly code: ExitCode;
}

interface Files {
  readonly assets: readonly string[];
  readonly events: readonly string[];
  readonly cluster: string | undefined;
  readonly policy: Policy;
  readonly period: Report['header']['period'];
  readonly now: Nanos;
}

async function fromFiles({ assets, events, cluster, policy, period, now }: Files, io: Io): Promise<Made> {
  const gathered = await gatherAssets(assets, io, now, cluster === undefined ? {} : { cluster });
  const incomplete = await addActs(events, gathered.known, io, now);
  const asOf = period.to;
  const { findings, failed } = scan(gathered.known, policy, asOf);
  for (const failure of failed)
    io.err(`detector ${failure.detector} failed on ${failure.subject}: ${failure.error}\n`);
  const report = reportOf({
    known: gathered.known,
    policy,
    findings,
    failed,
    asOf,
    period,
    generatedAt: now,
    version: VERSION,
    entry: undefined,
    history: undefined,
  });
  if (failed.length > 0) return { report, code: EXIT.failure };
  return { report, code: gathered.incomplete || incomplete ? EXIT.incomplete : EXIT.clean };
}

interface Reviewed {
  readonly file: string;
  readonly by: string;
  readonly said: readonly ReviewSaid[];
}

async function reviewOf({ review, by }: Options): Promise<Reviewed | undefined> {
  if (review === undefined) return undefined;
  if (by === undefined)
    throw new CommandFailed(EXIT.usage, 'say with --by who reviewed: it stands in the report');
  return { file: review, by, said: await readReviews(review) };
}

/** What the watch has recorded, a review first. Nothing is judged anew: the findings are those on record. */
async function fromStore(
  path: string,
  policy: Policy,
  period: Files['period'],
  review: Reviewed | undefined,
): Promise<Made> {
  const store = existingStore(path);
  const ports = { store, policy: fixedPolicy(() => policy), version: VERSION };
  const now = () => reportNow(ports, undefined, period.to, period);
  try {
    const report = await now();
    if (review === undefined) return { report, code: EXIT.clean };
    const { file, said, by } = review;
    const [unknown] = unknownIdentities(said, report);
    if (unknown !== undefined)
      throw new CommandFailed(
        EXIT.usage,
        `${file}: there is no identity ${plain(unknown, 300)}; identities.csv of the report has their ids`,
      );
    await keepReviews(store, said, { quarter: report.accessReview.quarter, by, at: period.to });
    return { report: await now(), code: EXIT.clean };
  } finally {
    await store.close();
  }
}

/** Who did what, from audit log entries. The state is that of the assets: what entries tell of it besides is not taken. */
async function addActs(events: readonly string[], known: Gathered, io: Io, now: Nanos): Promise<boolean> {
  if (events.length === 0) return false;
  const told = await gatherAssets(events, io, now, {});
  for (const act of told.known.acts.values()) known.act(act);
  return told.incomplete;
}

/** What was written goes to standard output, a path in a line: it can be piped. */
async function write(faces: readonly Face[], folder: string, io: Io): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (error) {
    throw new CommandFailed(EXIT.failure, `cannot make the folder ${folder}: ${plainReason(error)}`);
  }
  for (const { name, body } of faces) {
    const path = join(folder, name);
    try {
      await writeFile(path, body);
    } catch (error) {
      throw new CommandFailed(EXIT.failure, `cannot write ${path}: ${plainReason(error)}`);
    }
    io.out(`${path}\n`);
  }
}

function postureText({ posture: { score, insufficient }, hash }: Report): string {
  return `${score === undefined ? insufficient : `posture ${score} of 100`} · report ${hash.slice(0, 12)}`;
}

function parseFormats(text: string): readonly ReportFormat[] {
  const names = text.split(',').map((name) => (name.trim() === 'markdown' ? 'md' : name.trim()));
  return names.map((name) => {
    const format = REPORT_FORMATS.find((one) => one === name);
    if (format === undefined)
      throw new InvalidArgumentError(
        `${name === '' ? 'nothing' : name} is no format: ${REPORT_FORMATS.join(', ')}.`,
      );
    return format;
  });
}

function parseDays(text: string): number {
  const days = Number(text);
  if (!/^[1-9]\d{0,3}$/.test(text)) throw new InvalidArgumentError('a number of days from 1 to 9999.');
  return days;
}
