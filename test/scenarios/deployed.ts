/** The example on the Cloud SDK's emulators: Pub/Sub pushes to the functions on loopback, which keep their state in Firestore and post to a Slack. */
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { gatherAssets } from '../../cli/gather.ts';
import { SCENES } from '../../examples/acme/scenes.ts';
import { type Deployment, deploy, type PushedFunction } from '../../examples/deployment.ts';
import { startLocalServer } from '../../functions/local-server.ts';
import { type Ports, wire } from '../../functions/wiring.ts';
import { fixedPolicy } from '../../shared/adapters/fixed-policy.ts';
import { readPolicy } from '../../shared/adapters/policy-file.ts';
import { slackNotifier } from '../../shared/adapters/slack-notifier.ts';
import type { Finding } from '../../shared/model/finding.ts';
import { later, type Nanos } from '../../shared/model/time.ts';
import { takeBaseline } from '../../shared/pipeline/baseline.ts';
import type { Queue, Store } from '../../shared/ports.ts';
import { THROWING_LOG } from '../laws/pipeline-of.ts';
import { type SlackMessage, type SlackServer, startSlackServer } from '../slack-server.ts';
import { acmePath, EVENTS, Morning, NINE, publishTime } from './morning.ts';

/** Where the example's policy sends alerts. */
export const CHANNELS = ['C0PAYALERTS', 'C0CHECKOUT', 'C0PLATSEC'];
/** After the last of the example's events. */
export const END: Nanos = EVENTS.map(publishTime).reduce(later);
const QUIET_MS = 700;
const NEVER_QUIET_MS = 60_000;

/** Takes the example's export in, as it stood at nine. */
export async function fill(store: Store): Promise<void> {
  const { policy } = await readPolicy([acmePath('policy.yaml')]);
  const io = { out: () => {}, err: () => {}, color: false, errIsTerminal: false, width: 80 };
  const { known } = await gatherAssets([acmePath('assets.ndjson')], io, NINE);
  await takeBaseline(known, policy, store, THROWING_LOG, NINE);
}

export class Deployed {
  readonly on: Deployment;
  readonly slack: SlackServer;
  /** Requests that were answered, by path and status: `/deliver 204`. */
  readonly answered = new Map<string, number>();
  readonly warnings: string[] = [];
  readonly #server: Server;
  #begun = 0;

  private constructor(on: Deployment, slack: SlackServer, server: Server) {
    this.on = on;
    this.slack = slack;
    this.#server = server;
    server.on('request', (request, response) => {
      this.#begun++;
      response.on('finish', () => {
        const what = `${request.url} ${response.statusCode}`;
        this.answered.set(what, (this.answered.get(what) ?? 0) + 1);
      });
    });
  }

  static async start(): Promise<Deployed> {
    const server = await startLocalServer(0);
    const [on, slack] = await Promise.all([
      deploy((server.address() as AddressInfo).port),
      startSlackServer(),
    ]);
    const deployed = new Deployed(on, slack, server);
    await fill(on.store);
    await deployed.wire();
    return deployed;
  }

  /** Puts the functions' ports in place; `besides` changes some of them. */
  async wire(besides: (ports: Ports) => Partial<Ports> = () => ({})): Promise<void> {
    const { policy } = await readPolicy([acmePath('policy.yaml')]);
    const { slack, on } = this;
    const log = {
      info() {},
      warn: (message: string) => void this.warnings.push(message),
      error: (message: string, fields = {}) =>
        void this.warnings.push(`${message} ${JSON.stringify(fields)}`),
    };
    const published = on.queue(log);
    // Nothing here reads the cloud: what should be read comes by the feed.
    const queue: Queue = {
      ...published,
      work: async (job) => {
        if (job.kind === 'evaluate') await published.work(job);
      },
    };
    const ports: Ports = {
      store: on.store,
      policy: fixedPolicy(() => policy),
      notifier: slackNotifier({ token: async () => slack.token, slackApiUrl: slack.url }),
      publisher: on.publisher,
      clock: { now: () => END },
      log,
      queue,
    };
    wire({ ...ports, ...besides(ports) });
  }

  /** Publishes an event of the example where its sender does. */
  publish(at: number): Promise<string> {
    const { message }: { message: { data: string } } = JSON.parse(EVENTS[at]!);
    const to: PushedFunction = SCENES[at]!.source === 'feed' ? 'on-asset-change' : 'on-audit-log';
    return this.on.publish(to, Buffer.from(message.data, 'base64'));
  }

  /** Waits until every message published was taken in and nothing is left to do: no request for a while, nothing due, or only what is not told. */
  async quiet(messages: number, but: 'all told' | 'untold' = 'all told'): Promise<void> {
    const began = Date.now();
    for (let before = -1; ; ) {
      const requests = [...this.answered.values()].reduce((a, b) => a + b, 0);
      if (
        this.takenIn() >= messages &&
        requests === before &&
        requests === this.#begun &&
        (await this.#due(but)) === 0
      )
        return;
      before = requests;
      if (Date.now() - began > NEVER_QUIET_MS)
        throw new Error(`not quiet: ${JSON.stringify([...this.answered])} ${this.warnings.join('; ')}`);
      await pause(QUIET_MS);
    }
  }

  takenIn(): number {
    return ['/on-asset-change 204', '/on-audit-log 204'].reduce(
      (sum, what) => sum + (this.answered.get(what) ?? 0),
      0,
    );
  }

  async #due(but: 'all told' | 'untold'): Promise<number> {
    const collections =
      but === 'untold' ? (['subjects'] as const) : (['subjects', 'news', 'outbox'] as const);
    return this.on.store.transaction(async (tx) => {
      let due = 0;
      for (const collection of collections) due += (await tx.due(collection, END, 10)).size;
      return due;
    }, 'read-only');
  }

  async findings(): Promise<readonly Finding[]> {
    const rows = await this.on.store.transaction((tx) => tx.list('findings', undefined, 10_000), 'read-only');
    return [...rows.values()].map(({ finding }) => finding);
  }

  messages(): readonly SlackMessage[] {
    return CHANNELS.flatMap((channel) => this.slack.messages(channel));
  }

  async post(path: string): Promise<number> {
    const { port } = this.#server.address() as AddressInfo;
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, { method: 'POST' });
    return answer.status;
  }

  async stop(): Promise<void> {
    await this.on.stop();
    wire(undefined);
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
    await this.slack.close();
  }
}

/** The same events one after the other in one process. */
export async function embedded() {
  const morning = await Morning.begin();
  for (const at of EVENTS.keys()) await morning.push(at);
  const outcome = { findings: await morning.findings(), warnings: morning.warnings };
  await morning.end();
  return outcome;
}

/** A judgement in a line. */
export function named(judgement: object): string {
  const { detector, subject, state } = judgement as Record<string, unknown>;
  return `${state} ${detector} ${subject}`;
}
