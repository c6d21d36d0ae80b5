/** The example's morning at work: its export taken in, its policy in force, the functions on loopback, a Slack to post to. */
import { readFileSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { gatherAssets } from '../../cli/gather.ts';
import { SCENES, type Scene } from '../../examples/acme/scenes.ts';
import { startLocalServer } from '../../functions/local-server.ts';
import { wire } from '../../functions/wiring.ts';
import { fixedPolicy } from '../../shared/adapters/fixed-policy.ts';
import { localQueue } from '../../shared/adapters/local-queue.ts';
import { readPolicy } from '../../shared/adapters/policy-file.ts';
import { slackNotifier } from '../../shared/adapters/slack-notifier.ts';
import { openSqliteStore } from '../../shared/adapters/sqlite-store.ts';
import type { Finding } from '../../shared/model/finding.ts';
import { type Nanos, parseTime } from '../../shared/model/time.ts';
import { takeBaseline } from '../../shared/pipeline/baseline.ts';
import { deliver } from '../../shared/pipeline/deliver.ts';
import { work } from '../../shared/pipeline/work.ts';
import type { Log, Store } from '../../shared/ports.ts';
import { THROWING_LOG } from '../laws/pipeline-of.ts';
import { type SlackMessage, type SlackServer, startSlackServer } from '../slack-server.ts';

export const NINE: Nanos = parseTime('2026-11-21T09:00:00Z')!;
/** Where its policy sends alerts: the owners' channels, and the fallback. */
const CHANNELS = ['C0PAYALERTS', 'C0CHECKOUT', 'C0PLATSEC'];

export function acmePath(file: string): string {
  return fileURLToPath(new URL(`../../examples/acme/${file}`, import.meta.url));
}

export const EVENTS: readonly string[] = readFileSync(acmePath('events.ndjson'), 'utf8')
  .trimEnd()
  .split('\n');

export function publishTime(event: string): Nanos {
  const { message }: { message: { publishTime: string } } = JSON.parse(event);
  return parseTime(message.publishTime)!;
}

/** A store that knows the export, with what stood then recorded and announced to nobody. */
export async function exported() {
  const { policy } = await readPolicy([acmePath('policy.yaml')]);
  const io = { out: () => {}, err: () => {}, color: false, errIsTerminal: false, width: 80 };
  const { known, incomplete } = await gatherAssets([acmePath('assets.ndjson')], io, NINE);
  if (incomplete) throw new Error('the example cannot be read');
  const store = openSqliteStore({ path: ':memory:', onEphemeralDisk: false });
  await takeBaseline(known, policy, store, THROWING_LOG, NINE);
  return { policy, store };
}

/** What came of one event. */
export interface Happened {
  readonly at: number;
  readonly scene: Scene;
  readonly status: number;
  /** The methods of Slack that were called, the diary in the threads aside. */
  readonly called: readonly string[];
  readonly messages: readonly SlackMessage[];
  /** Detectors of findings that are open and were not before. */
  readonly opened: readonly string[];
  readonly findings: readonly Finding[];
}

export class Morning {
  readonly store: Store;
  readonly slack: SlackServer;
  readonly warnings: string[] = [];
  now: Nanos = NINE;
  #open = new Set<string>();
  readonly #server: Server;
  readonly #idle: () => Promise<void>;

  private constructor(store: Store, slack: SlackServer, server: Server, idle: () => Promise<void>) {
    this.store = store;
    this.slack = slack;
    this.#server = server;
    this.#idle = idle;
  }

  static async begin(): Promise<Morning> {
    const { policy, store } = await exported();
    const slack = await startSlackServer();
    const notifier = slackNotifier({ token: async () => slack.token, slackApiUrl: slack.url });
    const server = await startLocalServer(0);
    const log: Log = { ...THROWING_LOG, warn: (message) => void morning.warnings.push(message) };
    const ports = {
      store,
      policy: fixedPolicy(() => policy),
      notifier,
      log,
      clock: { now: () => morning.now },
    };
    const queue: ReturnType<typeof localQueue> = localQueue({
      deliver: () => deliver(ports),
      work: (job) => work(job, morning.now, { ...ports, queue }),
      log,
    });
    const morning = new Morning(store, slack, server, () => queue.idle());
    wire({ ...ports, queue });
    morning.#open = new Set((await morning.findings()).filter(isOpen).map(({ id }) => id));
    return morning;
  }

  async push(at: number): Promise<Happened> {
    const [event, scene] = [EVENTS[at]!, SCENES[at]!];
    this.now = publishTime(event);
    const asked = this.slack.requests.length;
    const { port } = this.#server.address() as AddressInfo;
    const name = scene.source === 'feed' ? 'on-asset-change' : 'on-audit-log';
    const { status } = await fetch(`http://127.0.0.1:${port}/${name}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: event,
    });
    await this.#idle();
    const findings = await this.findings();
    const opened = findings.filter((finding) => isOpen(finding) && !this.#open.has(finding.id));
    this.#open = new Set(findings.filter(isOpen).map(({ id }) => id));
    return {
      at,
      scene,
      status,
      called: this.slack.requests
        .slice(asked)
        .filter(({ body }) => body.thread_ts === undefined)
        .map(({ method }) => method),
      messages: CHANNELS.flatMap((channel) => this.slack.messages(channel)).sort(byTs),
      opened: opened.map((finding) => finding.detector),
      findings,
    };
  }

  async findings(): Promise<readonly Finding[]> {
    const rows = await this.store.transaction((tx) => tx.list('findings', undefined, 10_000));
    return [...rows.values()].map((row) => row.finding);
  }

  async end(): Promise<void> {
    wire(undefined);
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
    await this.slack.close();
    await this.store.close();
  }
}

function byTs(a: SlackMessage, b: SlackMessage): number {
  return Number(a.ts) - Number(b.ts);
}

function isOpen(finding: Finding): boolean {
  return finding.state === 'open';
}
