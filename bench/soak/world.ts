/** One world of a soak: a small organisation, some hundred messages, and everything that goes wrong on the way. */
import { fixedPolicy } from '../../shared/adapters/fixed-policy.ts';
import { slackNotifier } from '../../shared/adapters/slack-notifier.ts';
import { openSqliteStore } from '../../shared/adapters/sqlite-store.ts';
import { decodeAssets, decodePush } from '../../shared/decode/decode.ts';
import { CoveredBy } from '../../shared/inventory/covered-by.ts';
import { Gathered } from '../../shared/inventory/inventory.ts';
import type { Decoded } from '../../shared/model/decoded.ts';
import { HOUR, later, MINUTE, type Nanos, parseTime, SECOND } from '../../shared/model/time.ts';
import { takeBaseline } from '../../shared/pipeline/baseline.ts';
import { deliver } from '../../shared/pipeline/deliver.ts';
import { evaluateDue } from '../../shared/pipeline/evaluate.ts';
import { receive } from '../../shared/pipeline/receive.ts';
import { scan } from '../../shared/pipeline/scan.ts';
import { work } from '../../shared/pipeline/work.ts';
import type { CloudAssets, Collection, Documents, Job, Log, Store } from '../../shared/ports.ts';
import { type SlackServer, startSlackServer } from '../../test/slack-server.ts';
import { POLICY } from '../../test/world.ts';
import type { JsonObject } from '../assets.ts';
import { Cloud } from './cloud.ts';
import { arrivalsOf, type Delivery, insert } from './deliveries.ts';
import { Dice } from './dice.ts';
import { Faults } from './faults.ts';
import { compared, type Reckoning, told } from './reckoning.ts';

const BEFORE = parseTime('2026-11-21T08:00:00Z')!;
const CHANNEL = 'C0PLATSEC';
const POLICY_SOURCE = fixedPolicy(() => POLICY);
const SILENT: Log = { info() {}, warn() {}, error() {} };

export interface WorldOptions {
  readonly seed: number;
  /** Messages that differ. */
  readonly events: number;
  readonly faults: number;
}

export interface Outcome extends Reckoning {
  readonly deliveries: number;
  readonly duplicates: number;
  /** Times a message came again because it was not taken in. */
  readonly redelivered: number;
  readonly injected: ReadonlyMap<string, number>;
}

/** Runs it to its end, and until everything is quiet. */
export async function runWorld({ seed, events, faults: scale }: WorldOptions): Promise<Outcome> {
  const dice = new Dice(seed);
  const cloud = new Cloud(dice, BEFORE);
  const faults = new Faults(dice, scale);
  const store = openSqliteStore({ path: ':memory:', onEphemeralDisk: false });
  const ledger = new Ledger(cloud.export());
  await takeBaseline(ledger.known(), POLICY, store, SILENT, BEFORE);
  const day = await Day.begin({ store, cloud, ledger, faults, dice });
  try {
    const counts = await day.live(events, scale > 0);
    await day.comeToRest();
    return { ...counts, injected: faults.injected, ...(await reckon(day, ledger)) };
  } finally {
    await day.slack.close();
    await store.close();
  }
}

/** Everything that was ever told, for the scan at the end. */
class Ledger {
  readonly #exported: readonly JsonObject[];
  readonly #told: Decoded[] = [];

  constructor(exported: readonly JsonObject[]) {
    this.#exported = exported;
  }

  tell(...told: readonly Decoded[]): void {
    this.#told.push(...told);
  }

  /** The export, as the command line would gather it, and what was told since. */
  known(): Gathered {
    const known = new Gathered();
    const covered = new CoveredBy();
    for (const decoded of this.#exported.map((asset) => decodePush(asset, { receivedAt: BEFORE }))) {
      if (decoded.kind !== 'news') throw new Error(`the export: ${decoded.why}`);
      for (const observation of decoded.observations) {
        known.observe(observation);
        covered.add(observation);
      }
    }
    for (const coverage of covered.coverage()) known.cover(coverage);
    for (const decoded of this.#told) {
      if (decoded.kind === 'malformed') throw new Error(`a message: ${decoded.why}`);
      if (decoded.kind !== 'news') continue;
      for (const observation of decoded.observations) known.observe(observation);
      for (const act of decoded.acts) known.act(act);
    }
    return known;
  }
}

interface Parts {
  readonly store: Store;
  readonly cloud: Cloud;
  readonly ledger: Ledger;
  readonly faults: Faults;
  readonly dice: Dice;
}

/** A process that works for less than this on one message is given another at the same time, now and then. */
const TWO_AT_ONCE = 0.15;
/** What is asked for at most in one call of `deliver`, and between two messages. */
const PACING = { between: 1_200_000_000n, budget: 45n * SECOND };
/** Scheduler calls every minute; most of its calls are left out here, since a nudge does the same. */
const EVERY = 5n * MINUTE;

/** The processes, the queues between them, Scheduler, and a clock that is turned by what happens. */
class Day {
  now: Nanos = BEFORE;
  readonly slack: SlackServer;
  readonly #parts: Parts;
  readonly #disturbed: Store;
  readonly #notifier;
  readonly #jobs: { readonly job: Job; readonly askedAt: Nanos; notBefore: Nanos }[] = [];
  #isNudged = false;
  #nextCall = BEFORE;

  private constructor(slack: SlackServer, parts: Parts) {
    this.slack = slack;
    this.#parts = parts;
    this.#disturbed = parts.faults.store(parts.store);
    const plain = slackNotifier({ token: async () => slack.token, slackApiUrl: slack.url });
    this.#notifier = parts.faults.notifier(plain, slack);
  }

  static async begin(parts: Parts): Promise<Day> {
    const clock = { milliseconds: () => 0 };
    const slack = await startSlackServer({ rateLimited: true, now: () => clock.milliseconds() });
    const day = new Day(slack, parts);
    clock.milliseconds = () => Number(day.now / 1_000_000n);
    return day;
  }

  get #ports() {
    return {
      store: this.#disturbed,
      policy: POLICY_SOURCE,
      notifier: this.#notifier,
      clock: { now: () => this.now },
      log: SILENT,
      queue: {
        work: async (job: Job) => void this.#jobs.push({ job, askedAt: this.now, notBefore: this.now }),
        nudgeDeliver: async () => {
          this.#isNudged = true;
        },
      },
      assets: this.#assets,
      scopes: ['organizations/123456789012'],
      budget: MINUTE,
      pacing: {
        ...PACING,
        sleepUntil: async (time: Nanos) => {
          this.now = later(this.now, time);
        },
      },
    };
  }

  /** Asset Inventory: it knows every policy as it stands, and is down as often as anything else. */
  get #assets(): CloudAssets {
    const refused = { kind: 'refused', why: 'not in a soak' } as const;
    return {
      list: async () => refused,
      beginExport: async () => refused,
      exported: async () => refused,
      latest: async (_scope, content, names) => {
        if (this.#parts.faults.assetsAreDown()) return { kind: 'wait', seconds: 30, why: 'UNAVAILABLE' };
        const policies = content === 'policy' ? names.map((name) => this.#parts.cloud.policyOf(name)) : [];
        const assets = policies.filter((policy) => policy !== undefined);
        this.#parts.ledger.tell(...decodeAssets(assets, this.now));
        return { kind: 'assets', assets };
      },
    };
  }

  /** Takes in everything that happens, each until it is acknowledged. */
  async live(events: number, withOutage: boolean) {
    const { cloud, ledger, dice, faults } = this.#parts;
    const counts = { deliveries: 0, duplicates: 0, redelivered: 0 };
    const waiting: Delivery[] = [];
    const outageAfter = withOutage && dice.hits(0.3) ? dice.below(events) : undefined;
    for (let told = 0; told < events || waiting.length > 0; ) {
      // What the cloud does next comes after what has arrived by now.
      while (told < events && waiting.length < 20) {
        for (const body of cloud.change()) {
          const arrivals = arrivalsOf(body, dice);
          for (const arrival of arrivals) insert(waiting, arrival);
          ledger.tell(decodePush(body, { receivedAt: this.now }));
          counts.deliveries += arrivals.length;
          counts.duplicates += arrivals.length - 1;
          if (++told === outageAfter) faults.outage(this.slack, this.#millis(0n), this.#millis(HOUR));
        }
      }
      const batch = waiting.splice(0, dice.hits(TWO_AT_ONCE) ? 2 : 1);
      await this.#passTo(batch.at(-1)!.at);
      const ends = await Promise.allSettled(batch.map(({ body }) => receive(body, this.#ports)));
      for (const [index, end] of ends.entries()) {
        if (end.status === 'fulfilled') continue;
        counts.redelivered++;
        const at = this.now + BigInt(10 + dice.below(590)) * SECOND;
        insert(waiting, { body: batch[index]!.body, at });
      }
      if (ends.some(({ status }) => status === 'rejected')) faults.restart();
      await this.#work();
      if (this.#isNudged) await this.#deliver();
    }
    return counts;
  }

  #millis(ahead: Nanos): number {
    return Number((this.now + ahead) / 1_000_000n);
  }

  /** Nothing goes wrong any more, and Scheduler does what it does, until there is nothing left to do. */
  async comeToRest(): Promise<void> {
    this.#parts.faults.end();
    for (let minute = 0; minute < 360; minute++) {
      this.now += MINUTE;
      await this.#work();
      await this.#deliver();
      if (minute > 60 && this.#jobs.length === 0 && (await this.waiting()).length === 0) return;
    }
  }

  /** Until then Scheduler calls; where nothing happens for hours, not at every one of its times. */
  async #passTo(time: Nanos): Promise<void> {
    for (let calls = 0; this.#nextCall <= time && calls < 5; calls++) {
      this.now = later(this.now, this.#nextCall);
      await this.#work();
      await this.#deliver();
      this.#nextCall = later(this.#nextCall + EVERY, this.now);
    }
    this.now = later(this.now, time);
    this.#nextCall = later(this.#nextCall, this.now + EVERY);
  }

  async #deliver(): Promise<void> {
    this.#isNudged = false;
    await deliver(this.#ports).catch(() => this.#parts.faults.restart());
  }

  /** Each job until it is done; what fails comes again after a while. */
  async #work(): Promise<void> {
    for (const one of this.#jobs.splice(0)) {
      try {
        if (one.notBefore <= this.now) await work(one.job, one.askedAt, this.#ports);
        else this.#jobs.push(one);
      } catch {
        this.#parts.faults.restart();
        this.#jobs.push({ ...one, notBefore: this.now + 30n * SECOND });
      }
    }
  }

  async waiting(): Promise<readonly string[]> {
    return [...(await this.all('outbox'))].filter(([, { kind }]) => kind !== 'escalation').map(([id]) => id);
  }

  all<C extends Collection>(collection: C): Promise<ReadonlyMap<string, Documents[C]>> {
    return this.#parts.store.transaction((tx) => tx.list(collection, undefined, 100_000));
  }

  judge(): Promise<unknown> {
    return evaluateDue(POLICY, this.#parts.store, SILENT, { asOf: this.now, offline: false });
  }
}

/** The state against a scan of everything that was told, and Slack against the state. */
async function reckon(day: Day, ledger: Ledger): Promise<Reckoning> {
  await day.judge();
  const scanned = scan(ledger.known(), POLICY, day.now).findings;
  const findings = new Map([...(await day.all('findings'))].map(([id, { finding }]) => [id, finding]));
  const alerts = told(
    {
      incidents: [...(await day.all('incidents')).values()],
      findings,
      transitions: [...(await day.all('transitions')).values()],
      rollups: await day.all('rollups'),
      waiting: await day.waiting(),
      messages: day.slack.messages(CHANNEL),
    },
    BEFORE,
  );
  return { ...compared([...findings.values()], scanned), ...alerts };
}
