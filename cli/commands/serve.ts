import { readFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import type { Command } from 'commander';
import { startLocalServer } from '../../functions/local-server.ts';
import { NO_DIALOGUES, type SlackApp, slackApp } from '../../functions/slack-app.ts';
import { bucketsFrom, SLACK_PACING, wire } from '../../functions/wiring.ts';
import { consoleNotifier } from '../../shared/adapters/console-notifier.ts';
import { fixedPolicy } from '../../shared/adapters/fixed-policy.ts';
import { jsonLog } from '../../shared/adapters/json-log.ts';
import { localQueue } from '../../shared/adapters/local-queue.ts';
import { pubsubPublisher } from '../../shared/adapters/pubsub-publisher.ts';
import { slackDialogues } from '../../shared/adapters/slack-dialogues.ts';
import { slackNotifier } from '../../shared/adapters/slack-notifier.ts';
import { slackPeople } from '../../shared/adapters/slack-people.ts';
import { openSqliteStore } from '../../shared/adapters/sqlite-store.ts';
import { systemClock } from '../../shared/adapters/system-clock.ts';
import { isEmpty, takeBaseline } from '../../shared/pipeline/baseline.ts';
import { deliver } from '../../shared/pipeline/deliver.ts';
import { makeDueReports } from '../../shared/pipeline/report/due.ts';
import { work } from '../../shared/pipeline/work.ts';
import type { Policy } from '../../shared/policy/policy.ts';
import type { Log, Store } from '../../shared/ports.ts';
import { CommandFailed, EXIT, type ExitCode, plainReason } from '../exit.ts';
import { gatherAssets } from '../gather.ts';
import type { Io } from '../io.ts';
import { policyOption, portOption } from '../options.ts';
import { loadFor } from '../policy.ts';
import { VERSION } from '../version.ts';

interface Options {
  readonly policy: string[];
  readonly assets?: string[];
  readonly store: string;
  readonly port: number;
  readonly reports: string;
  readonly slackTokenFile?: string;
  readonly slackSigningSecretFile?: string[];
  readonly slackTeam?: string[];
}

const MINUTE_MS = 60_000;
/** Expired documents that one minute lets go. */
const SWEPT_AT_ONCE = 1_000;

/** `anchorwatch serve`: all functions on loopback, over SQLite. */
export function addServe(program: Command, io: Io, _end: (code: ExitCode) => void): void {
  program
    .command('serve')
    .description(
      'run the functions on this machine: push messages to http://127.0.0.1:PORT/on-audit-log and /on-asset-change, let Slack press /slack-actions, and look at /console/',
    )
    .addOption(policyOption())
    .option('-a, --assets <file...>', 'the state to begin with: an asset export')
    .option('-s, --store <file>', 'SQLite file', 'anchorwatch.sqlite')
    .addOption(portOption())
    .option(
      '--reports <folder>',
      'where the reports of the policy are kept, by the names of their buckets',
      'reports',
    )
    .option(
      '--slack-token-file <file>',
      'post to Slack with the bot token in this file; without it alerts are drawn here',
    )
    .option(
      '--slack-signing-secret-file <file...>',
      'take in what people press in Slack, signed with the secret in this file (while it is rotated: and the previous one, on a second line or in a second file)',
    )
    .option('--slack-team <id...>', 'the workspaces whose members may press (T…)')
    .action(async (options: Options) => {
      const slack = slackOf(options);
      const policy = await loadFor(options.policy, io);
      const log = jsonLog((line) => io.err(line));
      const store = openSqliteStore({
        path: options.store,
        onEphemeralDisk: process.env.K_SERVICE !== undefined,
      });
      const tokenFile = options.slackTokenFile;
      const notifier =
        tokenFile === undefined
          ? consoleNotifier({ write: io.out, color: io.color, width: Math.min(io.width, 110) })
          : slackNotifier({ token: tokenIn(tokenFile) });
      const source = fixedPolicy(() => policy);
      const people = tokenFile === undefined ? undefined : slackPeople({ token: tokenIn(tokenFile) });
      const buttons = slack !== undefined;
      const pacing = tokenFile === undefined ? undefined : SLACK_PACING;
      const publisher = pubsubPublisher();
      const clock = systemClock;
      const buckets = bucketsFrom(options.reports);
      if (options.assets !== undefined)
        await takeAssets(options.assets, options.store, { policy, store, log }, io);
      const server = await startLocalServer(options.port).catch((error: unknown) => {
        throw new CommandFailed(EXIT.failure, `cannot listen on port ${options.port}: ${plainReason(error)}`);
      });
      const { port } = server.address() as AddressInfo;
      const consoleUrl = `http://127.0.0.1:${port}/console`;
      // Nothing can have come in yet: the port is known only now, and alerts name it.
      const ports = {
        store,
        policy: source,
        notifier,
        people,
        publisher,
        buttons,
        pacing,
        clock,
        log,
        buckets,
        consoleUrl,
      };
      const queue: ReturnType<typeof localQueue> = localQueue({
        deliver: () => deliver(ports),
        work: (job) => work(job, clock.now(), { ...ports, queue }),
        log,
      });
      wire({ ...ports, queue, slack });
      io.err(`watching on http://127.0.0.1:${port} (Ctrl-C ends it)\nconsole ${consoleUrl}/\n`);
      const reports = { ...ports, queue, version: VERSION };
      // What a former run left unsent; then Scheduler's minute, on a laptop.
      let ticking = everyMinute(reports, policy);
      const tick = setInterval(() => {
        ticking = everyMinute(reports, policy);
        void store.sweepExpired(clock.now(), SWEPT_AT_ONCE);
      }, MINUTE_MS);
      await new Promise<void>((resolve) => {
        process.once('SIGINT', resolve);
        process.once('SIGTERM', resolve);
      });
      clearInterval(tick);
      await new Promise<void>((resolve) => server.close(() => resolve()));
      await ticking;
      await queue.idle();
      await publisher.close();
      await store.close();
    });
}

/** Makes the reports that are due, where the policy asks for any, and sends what there is to send. */
async function everyMinute(
  ports: Parameters<typeof makeDueReports>[0],
  { reports }: Pick<Policy, 'reports'>,
): Promise<void> {
  await ports.queue.nudgeDeliver();
  if (reports.length === 0) return;
  await makeDueReports(ports).catch((error: unknown) =>
    ports.log.error('not every report was made', { error: plainReason(error) }),
  );
}

/** `undefined`: nothing from Slack is taken in. */
function slackOf(options: Options): SlackApp | undefined {
  const { slackTokenFile: tokenFile, slackSigningSecretFile: secretFiles, slackTeam: teams } = options;
  if (secretFiles === undefined && teams === undefined) return undefined;
  if (secretFiles === undefined || teams === undefined) {
    throw new CommandFailed(
      EXIT.usage,
      '--slack-signing-secret-file and --slack-team go together: who signs, and whose presses count',
    );
  }
  const dialogues = tokenFile === undefined ? NO_DIALOGUES : slackDialogues({ token: tokenIn(tokenFile) });
  try {
    return slackApp({ secretFiles, teams, app: undefined, dialogues });
  } catch (error) {
    throw new CommandFailed(EXIT.usage, plainReason(error));
  }
}

/** Read whenever it is used: it may be rotated. */
function tokenIn(file: string): () => Promise<string> {
  return async () => (await readFile(file, 'utf8')).trim();
}

/** The state to begin with. A store that has begun already knows more than the export does. */
async function takeAssets(
  assets: readonly string[],
  file: string,
  { policy, store, log }: { readonly policy: Policy; readonly store: Store; readonly log: Log },
  io: Io,
): Promise<void> {
  if (!(await isEmpty(store))) {
    io.err(
      `${file} has a state already, so the export is not read again (take another --store to begin anew)\n`,
    );
    return;
  }
  const gathered = await gatherAssets(assets, io, systemClock.now());
  if (gathered.incomplete) {
    throw new CommandFailed(
      EXIT.incomplete,
      'the export could not be read to its end, so it is no state to begin with',
    );
  }
  const { opened } = await takeBaseline(gathered.known, policy, store, log, systemClock.now());
  io.err(
    `${gathered.counts.observed} assets taken in; ${opened.length} findings stood before anybody watched (anchorwatch scan shows them)\n`,
  );
}
