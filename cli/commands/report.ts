import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Gathered } from '../../shared/inventory/inventory.ts';
import { DAY, fromDate, type Nanos } from '../../shared/model/time.ts';
import { reportOf } from '../../shared/pipeline/report-of.ts';
import { scan } from '../../shared/pipeline/scan.ts';
import { type Face, facesOf, REPORT_FORMATS, type ReportFormat } from '../../shared/report/faces.ts';
import type { Report } from '../../shared/report/report.ts';
import { CommandFailed, EXIT, type ExitCode, plainReason } from '../exit.ts';
import { fromHere } from '../from-here.ts';
import { gatherAssets, standardInputOnce } from '../gather.ts';
import type { Io } from '../io.ts';
import { asOfOption, assetsOption, clusterOption, policyOption } from '../options.ts';
import { summaryLine } from '../output/findings-table.ts';
import { loadFor } from '../policy.ts';
import { VERSION } from '../version.ts';

interface Options {
  readonly policy: string[];
  readonly assets: string[];
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
    .addOption(assetsOption())
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
    .action(
      async ({
        policy: files,
        assets,
        events = [],
        cluster,
        output,
        format,
        days,
        asOf: wanted,
      }: Options) => {
        const paths = [...assets, ...events];
        standardInputOnce(paths);
        const policy = await loadFor(files, io);
        const now = fromDate(new Date());
        const asOf = wanted ?? now;
        const gathered = await gatherAssets(assets, io, now, cluster === undefined ? {} : { cluster });
        const incomplete = await addActs(events, gathered.known, io, now);
        const { findings, failed } = scan(gathered.known, policy, asOf);
        const report = reportOf({
          known: gathered.known,
          policy,
          findings,
          failed,
          asOf,
          period: { from: asOf - BigInt(days) * DAY, to: asOf },
          generatedAt: now,
          version: VERSION,
          entry: undefined,
          history: undefined,
        });
        await write(facesOf(report, format, fromHere), output, io);
        io.err(`${summaryLine(findings)}\n${postureText(report)}\n`);
        for (const failure of failed)
          io.err(`detector ${failure.detector} failed on ${failure.subject}: ${failure.error}\n`);
        end(
          failed.length > 0 ? EXIT.failure : gathered.incomplete || incomplete ? EXIT.incomplete : EXIT.clean,
        );
      },
    );
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
