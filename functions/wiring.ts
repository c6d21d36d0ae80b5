import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { iamCanary } from '../shared/adapters/canary.ts';
import { consoleNotifier } from '../shared/adapters/console-notifier.ts';
import { openFirestoreStore } from '../shared/adapters/firestore-store.ts';
import { folderBucket } from '../shared/adapters/folder-bucket.ts';
import { gcsBucket } from '../shared/adapters/gcs-bucket.ts';
import { jsonLog } from '../shared/adapters/json-log.ts';
import { localQueue } from '../shared/adapters/local-queue.ts';
import { logMetrics } from '../shared/adapters/metrics.ts';
import { ownParts } from '../shared/adapters/own-parts.ts';
import { policyBucket, policyPlace } from '../shared/adapters/policy-bucket.ts';
import { policyFile } from '../shared/adapters/policy-file.ts';
import { pubsubPublisher } from '../shared/adapters/pubsub-publisher.ts';
import { pubsubQueue } from '../shared/adapters/pubsub-queue.ts';
import { liveRoleCatalog, storedRoleCatalog } from '../shared/adapters/role-catalog.ts';
import { slackDialogues } from '../shared/adapters/slack-dialogues.ts';
import { slackNotifier } from '../shared/adapters/slack-notifier.ts';
import { slackPeople } from '../shared/adapters/slack-people.ts';
import { openSqliteStore } from '../shared/adapters/sqlite-store.ts';
import { sleepUntil, systemClock } from '../shared/adapters/system-clock.ts';
import { SECOND } from '../shared/model/time.ts';
import type { DeclaredWatch } from '../shared/model/watch-part.ts';
import type { DeliverPorts, Pacing } from '../shared/pipeline/deliver-ports.ts';
import type { Bucket, Log, PolicySource, Queue, Store } from '../shared/ports.ts';
import { type Cloud, cloudFrom, customRoleScopes } from './cloud.ts';
import { type ConsoleAuthentication, consoleAuthentication } from './console-authentication.ts';
import type { Own } from './own.ts';
import { type PushAuthentication, pushAuthentication } from './push-authentication.ts';
import {
  consoleSettings,
  consoleUrl,
  type Environment,
  listed,
  pushSettings,
  queueTopics,
  reportsFolder,
  required,
  storeSettings,
} from './settings.ts';
import { NO_DIALOGUES, type SlackApp, slackApp } from './slack-app.ts';
import { traceFields } from './trace.ts';
import { watchSettings } from './watch-settings.ts';

/** Everything the functions reach the world through. */
export interface Ports extends DeliverPorts {
  readonly queue: Queue;
  /** The watch as it was deployed, where that was said. */
  readonly watch?: DeclaredWatch | undefined;
  /** What the watch itself is read through; only `heartbeat` has it. */
  readonly own?: Own | undefined;
  /** What the cloud is read through; only `work` and `sweep` have it. */
  readonly cloud?: Cloud | undefined;
  /** What `slack-actions` needs besides; nothing else has it. */
  readonly slack?: SlackApp | undefined;
}

let wired: Ports | undefined;
let authentication: PushAuthentication | undefined;
let reading: ConsoleAuthentication | undefined;
const standardOutput = jsonLog(
  (line) => process.stdout.write(line),
  () => traceFields(process.env.GOOGLE_CLOUD_PROJECT),
);

/** The ports, built on first use from the environment unless `wire` was called before. */
export function wiring(): Ports {
  wired ??= fromEnvironment(process.env);
  return wired;
}

/** Where to tell what happened, also when the other ports could not be built. */
export function log(): Log {
  return wired?.log ?? standardOutput;
}

/** Puts ports in place, for `anchorwatch serve` and for tests; `undefined` takes them away again. */
export function wire(ports: Ports | undefined): void {
  wired = ports;
}

/** How pushes are told from what anybody may send, by the environment unless `authenticatePushes` was called before. */
export function pushes(): PushAuthentication {
  authentication ??= pushAuthentication(pushSettings(process.env));
  return authentication;
}

/** Says how pushes are authenticated, for a server on loopback and for tests; `undefined` leaves it to the environment again. */
export function authenticatePushes(way: PushAuthentication | undefined): void {
  authentication = way;
}

/** How those who may look at the console are told from others, by the environment unless `authenticateReaders` was called before. */
export function readers(): ConsoleAuthentication {
  reading ??= consoleAuthentication(consoleSettings(process.env));
  return reading;
}

/** Says who may look at the console, for a server on loopback and for tests; `undefined` leaves it to the environment again. */
export function authenticateReaders(way: ConsoleAuthentication | undefined): void {
  reading = way;
}

/**
 * `ANCHORWATCH_POLICY`: `gs://BUCKET/OBJECT` or `gs://BUCKET/FOLDER/`; or policy files, comma-separated. `ANCHORWATCH_SLACK_TOKEN_FILE`: a file
 * with the bot token, read whenever it is used, so that a rotated secret needs no restart; without it alerts are drawn on standard output. For the
 * store, the queue and pushes see `settings.ts`, for `slack-actions` `slackFrom`.
 */
function fromEnvironment(env: Environment): Ports {
  const log = standardOutput;
  const slack = slackFrom(env);
  const policyAt = required(env, 'ANCHORWATCH_POLICY');
  const store = storeFrom(env);
  const policy = policyFrom(policyAt, store, log);
  const topics = queueTopics(env);
  const tokenFile = env.ANCHORWATCH_SLACK_TOKEN_FILE;
  const publisher = pubsubPublisher();
  const clock = systemClock;
  const cloud = cloudFrom(env);
  const roles =
    cloud === undefined
      ? storedRoleCatalog({ store, clock, log })
      : liveRoleCatalog({ scopes: customRoleScopes(cloud.scopes), store, clock, log });
  const watched = watchSettings(env);
  const watch = watched?.watch;
  const metrics = logMetrics(log);
  const ports = {
    store,
    policy,
    publisher,
    clock,
    log,
    roles,
    watch,
    metrics,
    consoleUrl: consoleUrl(env),
    buckets: bucketsFrom(reportsFolder(env)),
    ...slackPorts(tokenFile, slack),
  };
  const queue: Queue =
    topics === undefined
      ? localQueue({
          // In the cloud these are functions of their own, and no other needs to load what they do.
          async deliver() {
            const { deliver } = await import('../shared/pipeline/deliver.ts');
            return deliver(ports);
          },
          async work(job) {
            const { work } = await import('../shared/pipeline/work.ts');
            return work(job, clock.now(), { ...ports, ...cloud, queue });
          },
          log,
        })
      : pubsubQueue({ topics, publisher, log });
  return { ...ports, queue, cloud, own: ownFrom(watched?.canaryAccount), slack };
}

/** Files are read once; what is in a bucket is looked at again while the process runs. */
function policyFrom(at: string, store: Store, log: Log): PolicySource {
  if (!at.includes('gs://')) return policyFile(listed(at));
  const place = policyPlace(at);
  return policyBucket({ ...place, bucket: gcsBucket(place.bucket), store, clock: systemClock, log });
}

/** Buckets of reports, by their names: of Cloud Storage, or folders of this machine. */
export function bucketsFrom(folder: string | undefined): (name: string) => Bucket {
  return (name) => (folder === undefined ? gcsBucket(name) : folderBucket(join(folder, name)));
}

/** What the watch itself is read through. Clients are made when they are used first. */
function ownFrom(account: string | undefined): Own {
  return { ownParts: ownParts(), canary: account === undefined ? undefined : iamCanary({ account }) };
}

function storeFrom(env: Environment): Store {
  const settings = storeSettings(env);
  if (settings.kind === 'sqlite')
    return openSqliteStore({ path: settings.path, onEphemeralDisk: env.K_SERVICE !== undefined });
  const { projectId, databaseId } = settings;
  return openFirestoreStore({ projectId, ...(databaseId === undefined ? {} : { databaseId }) });
}

/** Slack takes about one message a second and channel, and fifty edits a minute from all of us. */
export const SLACK_PACING: Pacing = { between: 1_200_000_000n, budget: 45n * SECOND, sleepUntil };

function slackPorts(tokenFile: string | undefined, slack: SlackApp | undefined) {
  if (tokenFile === undefined)
    return {
      notifier: consoleNotifier({ write: (text) => process.stdout.write(text), color: false, width: 100 }),
    };
  const token = async () => (await readFile(tokenFile, 'utf8')).trim();
  return {
    notifier: slackNotifier({ token }),
    people: slackPeople({ token }),
    // A button that nobody takes in would be a dead one.
    buttons: slack !== undefined,
    pacing: SLACK_PACING,
  };
}

/**
 * `ANCHORWATCH_SLACK_SIGNING_SECRET_FILE`: files with the app's signing secrets, comma-separated, the current one first; or one with two
 * lines. `ANCHORWATCH_SLACK_TEAMS`: the workspaces whose members may press, comma-separated ids. `ANCHORWATCH_SLACK_APP_ID`: the app's id.
 */
function slackFrom(env: Environment): SlackApp | undefined {
  const secretFiles = listed(env.ANCHORWATCH_SLACK_SIGNING_SECRET_FILE ?? '');
  if (secretFiles.length === 0) return undefined;
  const tokenFile = env.ANCHORWATCH_SLACK_TOKEN_FILE;
  return slackApp({
    secretFiles,
    teams: listed(required(env, 'ANCHORWATCH_SLACK_TEAMS')),
    app: env.ANCHORWATCH_SLACK_APP_ID || undefined,
    dialogues:
      tokenFile === undefined
        ? NO_DIALOGUES
        : slackDialogues({ token: async () => (await readFile(tokenFile, 'utf8')).trim() }),
  });
}
