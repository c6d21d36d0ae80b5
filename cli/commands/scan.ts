import { writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { reaches } from '../../shared/findings/order.ts';
import { isLive } from '../../shared/findings/settle.ts';
import { fromDate, type Nanos } from '../../shared/model/time.ts';
import { scan } from '../../shared/pipeline/scan.ts';
import { CommandFailed, EXIT, type ExitCode, plainReason } from '../exit.ts';
import { gatherAssets, standardInputOnce } from '../gather.ts';
import type { Io } from '../io.ts';
import {
  asOfOption,
  assetsOption,
  clusterOption,
  type FailOn,
  failOnOption,
  formatOption,
  outputOption,
  policyOption,
} from '../options.ts';
import type { Result } from '../output/document.ts';
import { summaryLine } from '../output/findings-table.ts';
import { detectorsNeeding, notCovered } from '../output/not-covered.ts';
import { type Format, printed } from '../output/print.ts';
import { loadFor } from '../policy.ts';

interface Options {
  readonly policy: string[];
  readonly assets: string[];
  readonly cluster?: string;
  readonly format: Format;
  readonly output?: string;
  readonly failOn: FailOn;
  readonly asOf?: Nanos;
}

/** `anchorwatch scan`: an asset export against the policy, as it stands. */
export function addScan(program: Command, io: Io, end: (code: ExitCode) => void): void {
  program
    .command('scan')
    .description(
      'compare a state with the policy: an asset export (NDJSON, array, .gz), a Terraform plan, Kubernetes manifests',
    )
    .addOption(policyOption())
    .addOption(assetsOption())
    .addOption(clusterOption())
    .addOption(formatOption())
    .addOption(outputOption())
    .addOption(failOnOption())
    .addOption(asOfOption('judge exceptions and expiries at this time (default: now)'))
    .action(async (options: Options) => {
      const { assets, cluster } = options;
      standardInputOnce(assets);
      const policy = await loadFor(options.policy, io);
      const now = fromDate(new Date());
      const gathered = await gatherAssets(assets, io, now, cluster === undefined ? {} : { cluster });
      const asOf = options.asOf ?? now;
      const { findings, failed } = scan(gathered.known, policy, asOf);
      const coverage = [...gathered.known.coverage.values()];
      const result: Result = {
        policy,
        asOf,
        coverage,
        notCovered: notCovered(coverage),
        counts: gathered.counts,
        findings,
      };
      await put(printed(result, options.format, drawnFor(options.output, io)), options.output, io);
      tell(result, gathered.reasons, io);
      for (const failure of failed)
        io.err(`detector ${failure.detector} failed on ${failure.subject}: ${failure.error}\n`);
      end(exitCode(result, options.failOn, gathered.incomplete, failed.length > 0));
    });
}

/** Writes to the file that was asked for, else to standard output. */
export async function put(text: string, file: string | undefined, io: Io): Promise<void> {
  if (file === undefined) return io.out(text);
  try {
    await writeFile(file, text);
  } catch (error) {
    throw new CommandFailed(EXIT.failure, `cannot write ${file}: ${plainReason(error)}`);
  }
}

/** A file gets no colours. */
export function drawnFor(file: string | undefined, io: Io): Io {
  return file === undefined ? io : { ...io, color: false };
}

/** What was read and how it stands, for people: on stderr, so that standard output is data only. */
export function tell(result: Result, reasons: ReadonlyMap<string, number>, io: Io): void {
  const { counts } = result;
  const read =
    counts.observed + counts.acts + counts.ignored + counts.malformed + counts.duplicates + counts.stale;
  const parts = Object.entries(counts)
    .filter(([, count]) => count > 0)
    .map(([name, count]) => `${count} ${name}`);
  io.err(`${read} messages read${read === 0 ? '' : `: ${parts.join(', ')}`}\n`);
  for (const [reason, count] of [...reasons].sort((a, b) => b[1] - a[1]).slice(0, 8))
    io.err(`  ${String(count).padStart(6)}  ${reason}\n`);
  if (reasons.size > 8) io.err(`          … and ${reasons.size - 8} other reasons\n`);
  for (const need of result.notCovered) {
    io.err(
      `not covered: ${need} (absent from the input; ${detectorsNeeding(need).join(', ')} may be undecided)\n`,
    );
  }
  io.err(`${summaryLine(result.findings)}\n`);
}

export function exitCode(
  { findings }: Result,
  failOn: FailOn,
  incomplete: boolean,
  failed: boolean,
): ExitCode {
  if (failed) return EXIT.failure;
  if (incomplete) return EXIT.incomplete;
  return findings.some((finding) => isLive(finding.state) && reaches(finding.severity, failOn))
    ? EXIT.findings
    : EXIT.clean;
}
