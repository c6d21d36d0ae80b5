import { type Command, Option } from 'commander';
import { World } from '../../shared/explain/world.ts';
import { SCHEMA_VERSION } from '../../shared/findings/finding-json.ts';
import { Inventory } from '../../shared/inventory/inventory.ts';
import { View } from '../../shared/inventory/view.ts';
import type { KeysPlan } from '../../shared/keys/plan.ts';
import { planKeys } from '../../shared/keys/plan-keys.ts';
import { formatTime, fromDate, type Nanos } from '../../shared/model/time.ts';
import { declaredPoolOf } from '../../shared/pipeline/declared-pool.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { gatherAssets, standardInputOnce } from '../gather.ts';
import type { Io } from '../io.ts';
import { asOfOption, assetsOption, clusterOption, outputOption, policyOption } from '../options.ts';
import { keysMarkdown } from '../output/keys-markdown.ts';
import { burnDownText, keysTable } from '../output/keys-table.ts';
import { loadFor } from '../policy.ts';
import { drawnFor, put } from './scan.ts';

interface Options {
  readonly policy: string[];
  readonly assets: string[];
  readonly events?: string[];
  readonly usage?: string[];
  readonly cluster?: string;
  readonly format: 'table' | 'json' | 'md';
  readonly output?: string;
  readonly asOf?: Nanos;
}

/** `anchorwatch keys`: from every user-managed key to the Workload Identity that takes its place. */
export function addKeys(program: Command, io: Io, end: (code: ExitCode) => void): void {
  program
    .command('keys')
    .description(
      'a plan for every user-managed key: who uses it, what carries it, what takes its place, step by step, and how far all of it is',
    )
    .addOption(policyOption())
    .addOption(assetsOption())
    .option('-e, --events <file...>', 'audit log entries: who used which key, and what was done to it')
    .option(
      '--usage <file...>',
      'what gcloud policy-intelligence query-activity --format=json printed: when each key was used last',
    )
    .addOption(clusterOption())
    .addOption(
      new Option('-f, --format <format>', 'how to print').choices(['table', 'json', 'md']).default('table'),
    )
    .addOption(outputOption())
    .addOption(asOfOption('judge ages and ends at this time (default: now)'))
    .action(
      async ({ policy: files, assets, events = [], usage = [], cluster, format, output, asOf }: Options) => {
        const paths = [...assets, ...events, ...usage];
        standardInputOnce(paths);
        const policy = await loadFor(files, io);
        const now = fromDate(new Date());
        const { known, incomplete } = await gatherAssets(
          paths,
          io,
          now,
          cluster === undefined ? {} : { cluster },
        );
        const inventory = new Inventory(known);
        const view = new View(inventory, asOf ?? now, declaredPoolOf(policy));
        const plan = planKeys(new World(inventory, view, policy));
        await put(printed(plan, format, drawnFor(output, io)), output, io);
        if (format !== 'table' || output !== undefined) io.err(`${burnDownText(plan.burnDown)}\n`);
        end(incomplete ? EXIT.incomplete : EXIT.clean);
      },
    );
}

function printed(plan: KeysPlan, format: Options['format'], io: Io): string {
  switch (format) {
    case 'table':
      return keysTable(plan, io);
    case 'md':
      return keysMarkdown(plan);
    case 'json':
      return `${JSON.stringify(
        { schemaVersion: SCHEMA_VERSION, ...plan },
        (_key, item: unknown) => (typeof item === 'bigint' ? formatTime(item) : item),
        2,
      )}\n`;
  }
}
