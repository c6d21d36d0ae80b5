import { type Command, InvalidArgumentError, Option } from 'commander';
import type { ChangeItem } from '../../shared/check/change.ts';
import { check } from '../../shared/check/check.ts';
import { reaches } from '../../shared/findings/order.ts';
import { isLive } from '../../shared/findings/settle.ts';
import { DeclaredComplete } from '../../shared/inventory/declared-complete.ts';
import { Gathered, type Known } from '../../shared/inventory/inventory.ts';
import { fromDate, later, type Nanos } from '../../shared/model/time.ts';
import { knownIn } from '../../shared/pipeline/everything.ts';
import type { Policy } from '../../shared/policy/policy.ts';
import { countText } from '../../shared/report/standing.ts';
import { existingStore } from '../existing-store.ts';
import { CommandFailed, EXIT, type ExitCode } from '../exit.ts';
import { gatherAssets, standardInputOnce } from '../gather.ts';
import type { Io } from '../io.ts';
import { asOfOption, clusterOption, type FailOn, failOnOption, outputOption } from '../options.ts';
import type { CheckResult } from '../output/check-document.ts';
import { CHECK_FORMATS, type CheckFormat, checkPrinted } from '../output/check-print.ts';
import { checkSummary } from '../output/check-words.ts';
import { loadFor } from '../policy.ts';
import { type ChangeRead, readChanges } from '../read-change.ts';
import { placedInSource } from '../terraform-source.ts';
import { drawnFor, put } from './scan.ts';

interface Options {
  readonly policy: string[];
  readonly assets?: string[];
  readonly store?: string;
  readonly cluster?: string;
  readonly project?: string;
  readonly source?: string;
  readonly gone?: string[];
  readonly complete?: boolean;
  readonly links?: string;
  readonly format: CheckFormat;
  readonly output?: string;
  readonly failOn: FailOn;
  readonly asOf?: Nanos;
}

/** `anchorwatch check`: what merging plans and manifests would bring about, before anybody merges them. */
export function addCheck(program: Command, io: Io, end: (code: ExitCode) => void): void {
  program
    .command('check')
    .description(
      'what a change would bring about: Terraform plans and manifests, applied onto a snapshot or onto nothing',
    )
    .argument(
      '[change...]',
      'plans (terraform show -json) and Kubernetes manifests; or folders of them; - is standard input',
    )
    .addOption(repeated('-p, --policy <file>', 'policy file').makeOptionMandatory())
    .addOption(
      repeated('-a, --assets <file>', 'the state it is applied onto: an asset export, or a folder of them'),
    )
    .option('-s, --store <file>', 'instead: SQLite file of the watch')
    .addOption(clusterOption())
    .option(
      '--project <project>',
      'the project of what does not say its own in Terraform or Config Connector',
    )
    .option(
      '--source <folder>',
      'the Terraform root module, to tell lines of (default: where the plan is, else here)',
    )
    .addOption(repeated('--gone <file>', 'a manifest that the change deletes'))
    .option(
      '--complete',
      'without a state: the change says all there is in the projects and clusters it speaks of',
    )
    .addOption(
      new Option(
        '--links <url>',
        'what links in Markdown begin with: https://github.com/OWNER/REPO/blob/COMMIT',
      ).argParser(parseLinks),
    )
    .addOption(
      new Option('-f, --format <format>', 'how to print').choices([...CHECK_FORMATS]).default('table'),
    )
    .addOption(outputOption())
    .addOption(failOnOption())
    .addOption(asOfOption('judge exceptions and expiries at this time (default: now)'))
    .action(async (change: string[], options: Options) => {
      const { assets = [], store, gone = [] } = options;
      if (change.length + gone.length === 0)
        throw new CommandFailed(
          EXIT.usage,
          'give the change: a plan (terraform show -json), manifests, a folder, or -',
        );
      if (assets.length > 0 && store !== undefined)
        throw new CommandFailed(EXIT.usage, 'give one state: either --assets or --store');
      const isOntoNothing = assets.length === 0 && store === undefined;
      if (!isOntoNothing && options.complete)
        throw new CommandFailed(
          EXIT.usage,
          '--complete goes without a state: a state says itself what it covers',
        );
      standardInputOnce([...assets, ...change, ...gone]);
      const policy = await loadFor(options.policy, io);
      const now = fromDate(new Date());
      const asOf = options.asOf ?? now;
      const named = whereOf(options, policy, io);
      const base = isOntoNothing
        ? { known: new Gathered(), incomplete: false, newest: 0n }
        : await stateOf(assets, store, io, now);
      const read = await readChanges(change, gone, io, { receivedAt: now, ...named });
      const items = await placedInSource(read.items, options.source);
      const known = options.complete === true ? complete(items) : base.known;
      const checked = check({ base: known, items, policy, asOf, from: later(now, base.newest) + 1n });
      const result: CheckResult = {
        policy,
        asOf,
        onto: isOntoNothing ? 'nothing' : 'a snapshot',
        counts: read.counts,
        links: options.links,
        checked,
      };
      await put(checkPrinted(result, options.format, drawnFor(options.output, io)), options.output, io);
      tell(result, read, io);
      for (const failure of checked.failed)
        io.err(`detector ${failure.detector} failed on ${failure.subject}: ${failure.error}\n`);
      end(exitCode(result, options.failOn, base.incomplete || read.incomplete));
    });
}

/** Given once for each file: what follows the last of them is the change. */
function repeated(flags: string, what: string): Option {
  return new Option(flags, `${what}; may be repeated`).argParser(
    (file: string, before?: readonly string[]) => [...(before ?? []), file],
  );
}

/** Where manifests are applied to. A policy that knows of one cluster leaves no choice. */
function whereOf({ cluster, project }: Options, policy: Policy, io: Io) {
  const clusters = [...new Set(policy.pools.flatMap((pool) => pool.clusters))];
  const only = clusters.length === 1 ? clusters[0] : undefined;
  if (cluster === undefined && only !== undefined)
    io.err(`manifests are taken to be for ${only}, the one cluster of the policy (--cluster says another)\n`);
  const chosen = cluster ?? only;
  return {
    ...(chosen === undefined ? {} : { cluster: chosen }),
    ...(project === undefined ? {} : { project }),
  };
}

async function stateOf(
  assets: readonly string[],
  path: string | undefined,
  io: Io,
  now: Nanos,
): Promise<{ readonly known: Known; readonly incomplete: boolean; readonly newest: Nanos }> {
  if (path === undefined) return gatherAssets(assets, io, now);
  const store = existingStore(path);
  try {
    return { known: await knownIn(store), incomplete: false, newest: now };
  } finally {
    await store.close();
  }
}

/** An empty world of which everything is known that the change speaks of. */
function complete(items: readonly ChangeItem[]): Known {
  const known = new Gathered();
  const declared = new DeclaredComplete();
  for (const { prior, brought } of items) for (const one of [...prior, ...brought]) declared.add(one);
  for (const coverage of declared.coverage()) known.cover(coverage);
  return known;
}

/** What was read and what comes of it, for people: on stderr, so that standard output is data only. */
function tell(result: CheckResult, { counts, reasons }: ChangeRead, io: Io): void {
  const { plans, manifests, decoded, ignored, malformed } = counts;
  io.err(
    `${countText(plans, 'plan')}, ${countText(manifests, 'manifest')}: ${countText(decoded, 'resource')} read, ${ignored} ignored, ${malformed} malformed\n`,
  );
  for (const [reason, count] of [...reasons].sort((a, b) => b[1] - a[1]).slice(0, 5))
    io.err(`  ${String(count).padStart(6)}  ${reason}\n`);
  if (reasons.size > 5) io.err(`          … and ${reasons.size - 5} other reasons\n`);
  io.err(`${checkSummary(result)}\n`);
}

function exitCode({ checked }: CheckResult, failOn: FailOn, incomplete: boolean): ExitCode {
  if (checked.failed.length > 0) return EXIT.failure;
  if (incomplete) return EXIT.incomplete;
  return checked.caused.some(({ finding }) => isLive(finding.state) && reaches(finding.severity, failOn))
    ? EXIT.findings
    : EXIT.clean;
}

function parseLinks(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== 'https:' && url?.protocol !== 'http:')
    throw new InvalidArgumentError('an address such as https://github.com/acme/infra/blob/main.');
  return url.href.replace(/[?#].*$/, '').replace(/\/+$/, '');
}
