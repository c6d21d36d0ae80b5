/** The deployed pipeline with a store in memory, a clock that is turned by hand, and a Slack over HTTP. */

import { fixedPolicy } from '../../shared/adapters/fixed-policy.ts';
import { slackDialogues } from '../../shared/adapters/slack-dialogues.ts';
import { slackNotifier } from '../../shared/adapters/slack-notifier.ts';
import { slackPeople } from '../../shared/adapters/slack-people.ts';
import { openSqliteStore, type SqliteStore } from '../../shared/adapters/sqlite-store.ts';
import type { Coverage } from '../../shared/inventory/coverage.ts';
import type { Finding } from '../../shared/model/finding.ts';
import type { Nanos } from '../../shared/model/time.ts';
import { deliver } from '../../shared/pipeline/deliver.ts';
import type { Pacing } from '../../shared/pipeline/deliver-ports.ts';
import { keepCoverage } from '../../shared/pipeline/keep.ts';
import { press } from '../../shared/pipeline/press.ts';
import { receive, take } from '../../shared/pipeline/receive.ts';
import type { Policy } from '../../shared/policy/policy.ts';
import type {
  Bucket,
  Collection,
  Dialogues,
  Documents,
  Job,
  Log,
  Notifier,
  OutboxRow,
  People,
  Publisher,
  Store,
} from '../../shared/ports.ts';
import { parseFromSlack } from '../../shared/slack/parse.ts';
import type { Reply } from '../../shared/slack/reply.ts';
import type { News } from '../laws/arbitrary-news.ts';
import {
  type SlackMessage,
  type SlackServer,
  type SlackServerOptions,
  startSlackServer,
} from '../slack-server.ts';
import { t } from '../world.ts';
import { BARE_POLICY, CHANNEL } from './policies.ts';

export interface LogLine {
  readonly level: 'info' | 'warn' | 'error';
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

export class Stage {
  now: Nanos = t(0);
  policy: Policy = BARE_POLICY;
  readonly lines: LogLine[] = [];
  readonly verifies: string[] = [];
  nudges = 0;
  readonly slack: SlackServer;
  readonly memory: SqliteStore;
  /** What the pipeline uses; a test may put something in front of either. */
  store: Store;
  notifier: Notifier;
  /** Messages carry buttons, and presses are taken in. */
  buttons = false;
  pacing: Pacing | undefined;
  publisher: Publisher | undefined;
  readonly people: People;
  readonly dialogues: Dialogues;

  private constructor(slack: SlackServer, memory: SqliteStore, notifier: Notifier) {
    this.slack = slack;
    this.memory = memory;
    this.store = memory;
    this.notifier = notifier;
    const asked = { token: async () => slack.token, slackApiUrl: slack.url };
    this.people = slackPeople(asked);
    this.dialogues = slackDialogues(asked);
  }

  /** Nothing is called missing without coverage. */
  static async open(
    coverage: readonly Coverage[] = [],
    options: Omit<SlackServerOptions, 'now'> = {},
  ): Promise<Stage> {
    const clock = { milliseconds: () => 0 };
    const slack = await startSlackServer({ ...options, now: () => clock.milliseconds() });
    const notifier = slackNotifier({
      token: async () => slack.token,
      slackApiUrl: slack.url,
      hooksOrigin: slack.hooksOrigin,
      filesOrigin: slack.filesOrigin,
    });
    const stage = new Stage(slack, openSqliteStore({ path: ':memory:', onEphemeralDisk: false }), notifier);
    clock.milliseconds = () => Number(stage.now / 1_000_000n);
    await stage.memory.transaction(async (tx) => {
      for (const one of coverage) keepCoverage(tx, one);
    });
    return stage;
  }

  async close(): Promise<void> {
    await this.slack.close();
    await this.memory.close();
  }

  get ports() {
    const log =
      (level: LogLine['level']) =>
      (message: string, fields: LogLine['fields'] = {}) =>
        void this.lines.push({ level, message, fields });
    return {
      store: this.store,
      policy: fixedPolicy(() => this.policy),
      notifier: this.notifier,
      people: this.people,
      publisher: this.publisher,
      dialogues: this.dialogues,
      buttons: this.buttons,
      pacing: this.pacing,
      clock: { now: () => this.now },
      log: { info: log('info'), warn: log('warn'), error: log('error') } satisfies Log,
      queue: {
        work: async (job: Job) => void (job.kind === 'verify' && this.verifies.push(job.asset)),
        nudgeDeliver: async () => void this.nudges++,
      },
    };
  }

  /** A message as pushed. */
  receive(body: unknown) {
    return receive(body, this.ports);
  }

  /** News that has been decoded, at its own time when that is later than now. */
  take(news: News) {
    if (news.time > this.now) this.now = news.time;
    return take(news, this.ports, { offline: false, now: this.now });
  }

  deliver(): Promise<number> {
    return deliver(this.ports);
  }

  /** With buckets to read reports from. */
  deliverReports(buckets: (name: string) => Bucket, consoleUrl?: string): Promise<number> {
    return deliver({ ...this.ports, buckets, consoleUrl });
  }

  /** A request as Slack sends it, its signature held to be good. */
  async press(body: string): Promise<Reply> {
    const read = parseFromSlack(body);
    if (!['press', 'submission', 'command'].includes(read.kind)) throw new Error(JSON.stringify(read));
    return press(read as Parameters<typeof press>[0], this.ports);
  }

  /** What waits for the clock turns it: a call that paces itself takes no time. */
  pace(between: Nanos, budget: Nanos): void {
    this.pacing = {
      between,
      budget,
      sleepUntil: async (time) => {
        if (time > this.now) this.now = time;
      },
    };
  }

  advance(seconds: number): void {
    this.now += BigInt(seconds) * 1_000_000_000n;
  }

  messages(): readonly SlackMessage[] {
    return this.slack.messages(CHANNEL);
  }

  texts(): readonly string[] {
    return this.messages().map((message) => message.text);
  }

  /** What the threads of the channel say, the oldest first. */
  notes(): readonly string[] {
    return this.messages().flatMap(({ ts }) => this.slack.replies(CHANNEL, ts).map(({ text }) => text));
  }

  /** Those of them that the channel shows as well. */
  broadcasts(): readonly string[] {
    return this.slack.broadcasts(CHANNEL).map(({ text }) => text);
  }

  async all<C extends Collection>(collection: C): Promise<readonly Documents[C][]> {
    return [...(await this.memory.transaction((tx) => tx.list(collection, undefined, 10_000))).values()];
  }

  /** What waits to be sent; that somebody will be reminded tomorrow aside. */
  async waiting(): Promise<readonly OutboxRow[]> {
    return (await this.all('outbox')).filter(({ kind }) => kind !== 'escalation');
  }

  async findings(): Promise<readonly Finding[]> {
    return (await this.all('findings')).map((row) => row.finding);
  }

  /** How the findings of one detector stand. */
  async states(detector: string): Promise<readonly string[]> {
    return (await this.findings()).filter((f) => f.detector === detector).map((f) => f.state);
  }
}
