import { type Command, InvalidArgumentError } from 'commander';
import { fixedPolicy } from '../../shared/adapters/fixed-policy.ts';
import { SCHEMA_VERSION } from '../../shared/findings/finding-json.ts';
import { DAY, formatTime, fromDate, type Nanos } from '../../shared/model/time.ts';
import { reportNow } from '../../shared/pipeline/report.ts';
import { reportOf } from '../../shared/pipeline/report-of.ts';
import { scan } from '../../shared/pipeline/scan.ts';
import type { Policy } from '../../shared/policy/policy.ts';
import { policyExceptions } from '../../shared/report/exceptions.ts';
import { existingStore } from '../existing-store.ts';
import { CommandFailed, EXIT, type ExitCode } from '../exit.ts';
import { gatherAssets, standardInputOnce } from '../gather.ts';
import type { Io } from '../io.ts';
import { asOfOption, clusterOption, plainFormatOption, policyOption } from '../options.ts';
import { exceptionsTable, type Listed } from '../output/exceptions-table.ts';
import { loadFor } from '../policy.ts';
import { VERSION } from '../version.ts';

interface Options {
  readonly policy: string[];
  readonly assets?: string[];
  readonly store?: string;
  readonly cluster?: string;
  readonly ending?: number;
  readonly format: string;
  readonly asOf?: Nanos;
}

/** `anchorwatch exceptions`: what is allowed for a while, who agreed to it, and when it ends. */
export function addExceptions(program: Command, io: Io, end: (code: ExitCode) => void): void {
  program
    .command('exceptions')
    .description('list the exceptions: what each covers, who agreed to it, and when it ends')
    .addOption(policyOption())
    .option('-a, --assets <file...>', 'the state, to see which exceptions cover nothing')
    .option('-s, --store <file>', 'instead: SQLite file of the watch, with what was agreed to in Slack')
    .addOption(clusterOption())
    .option(
      '--ending <days>',
      'only those that have ended, or end within so many days; exit 1 when there are any',
      parseDays,
    )
    .addOption(plainFormatOption())
    .addOption(asOfOption('tell them as of this time (default: now)'))
    .action(async (options: Options) => {
      const policy = await loadFor(options.policy, io);
      const asOf = options.asOf ?? fromDate(new Date());
      const { listed, incomplete } = await listedIn(options, policy, asOf, io);
      const { ending } = options;
      const shown =
        ending === undefined
          ? listed
          : listed.filter(({ expires }) => expires <= asOf + BigInt(ending) * DAY);
      if (options.format === 'json')
        io.out(
          `${JSON.stringify({ schemaVersion: SCHEMA_VERSION, exceptions: shown }, (_, value) => (typeof value === 'bigint' ? formatTime(value) : value), 2)}\n`,
        );
      else io.out(exceptionsTable(shown, asOf, io));
      if (incomplete) return end(EXIT.incomplete);
      end(ending !== undefined && shown.length > 0 ? EXIT.findings : EXIT.clean);
    });
}

async function listedIn(
  { assets = [], store: path, cluster }: Options,
  policy: Policy,
  asOf: Nanos,
  io: Io,
): Promise<{ readonly listed: readonly Listed[]; readonly incomplete: boolean }> {
  if (assets.length > 0 && path !== undefined)
    throw new CommandFailed(EXIT.usage, 'give one state: either --assets or --store');
  if (path !== undefined) {
    const store = existingStore(path);
    try {
      const ports = { store, policy: fixedPolicy(() => policy), version: VERSION };
      return { listed: (await reportNow(ports, undefined, asOf)).exceptions, incomplete: false };
    } finally {
      await store.close();
    }
  }
  if (assets.length === 0) return { listed: policyExceptions(policy, asOf), incomplete: false };
  standardInputOnce(assets);
  const { known, incomplete } = await gatherAssets(
    assets,
    io,
    asOf,
    cluster === undefined ? {} : { cluster },
  );
  const { exceptions } = reportOf({
    ...scan(known, policy, asOf),
    known,
    policy,
    asOf,
    period: { from: asOf, to: asOf },
    generatedAt: asOf,
    version: VERSION,
    entry: undefined,
    history: undefined,
  });
  return { listed: exceptions, incomplete };
}

function parseDays(text: string): number {
  if (!/^\d{1,4}$/.test(text)) throw new InvalidArgumentError('a number of days from 0 to 9999.');
  return Number(text);
}
