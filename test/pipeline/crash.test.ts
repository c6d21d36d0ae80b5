/** Law 3: crash at every await. At least once, and at most one duplicate per crash. */
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { SECOND } from '../../shared/model/time.ts';
import { receive } from '../../shared/pipeline/receive.ts';
import { work } from '../../shared/pipeline/work.ts';
import {
  type CloudAssets,
  type Job,
  type Notifier,
  type Queue,
  type Store,
  StoreUnavailable,
} from '../../shared/ports.ts';
import { judgementsOf } from '../laws/pipeline-of.ts';
import { t } from '../world.ts';
import { DELTA_ENTRY, DELTA_GONE, EDITOR_ENTRY, EDITOR_FEED, EDITOR_GONE, pushed } from './bodies.ts';
import { Stage } from './stage.ts';

/**
 * `dies before`: the process ends before the step is done. `dies after`: when it is done, and before anybody knows. Either way nothing works
 * until the next process. `fails`: the step fails, and the process goes on.
 */
type Kind = 'dies before' | 'dies after' | 'fails';

/** Stands between the pipeline and the world, counts every step, and makes some of them go wrong. */
class Trouble {
  steps = 0;
  readonly #kind: Kind;
  readonly #at: readonly number[];
  #isDead = false;

  constructor(kind: Kind, ...at: readonly number[]) {
    this.#kind = kind;
    this.#at = at;
  }

  restart(): void {
    this.#isDead = false;
  }

  async step<T>(work: () => Promise<T>): Promise<T> {
    if (this.#isDead) throw new StoreUnavailable('the process has ended');
    const isWrong = this.#at.includes(++this.steps);
    if (isWrong) this.#isDead = this.#kind !== 'fails';
    if (isWrong && this.#kind !== 'dies after') throw new StoreUnavailable(this.#kind);
    const result = await work();
    if (isWrong) throw new StoreUnavailable(this.#kind);
    return result;
  }

  store(store: Store): Store {
    return { ...store, transaction: (body) => this.step(() => store.transaction(body)) };
  }

  queue(queue: Queue): Queue {
    return {
      work: (job) => this.step(() => queue.work(job)),
      nudgeDeliver: () => this.step(() => queue.nudgeDeliver()),
    };
  }

  assets(assets: CloudAssets): CloudAssets {
    return { ...assets, latest: (...args) => this.step(() => assets.latest(...args)) };
  }

  notifier(notifier: Notifier): Notifier {
    return {
      post: (...args) => this.step(() => notifier.post(...args)),
      update: (...args) => this.step(() => notifier.update(...args)),
      answer: (...args) => this.step(() => notifier.answer(...args)),
      attach: (...args) => this.step(() => notifier.attach(...args)),
      find: (...args) => this.step(() => notifier.find(...args)),
      permalink: (...args) => this.step(() => notifier.permalink(...args)),
    };
  }
}

const stages: Stage[] = [];
afterEach(async () => {
  for (const stage of stages.splice(0)) await stage.close();
});

/** A drift, its feed view, its repair: each pushed until it is acknowledged, each followed by what Scheduler does every minute. */
async function story(trouble: Trouble, mayRead = true): Promise<Stage> {
  const stage = await Stage.open();
  if (!mayRead) stage.slack.withoutScope('channels:history');
  stages.push(stage);
  stage.store = trouble.store(stage.memory);
  stage.notifier = trouble.notifier(stage.notifier);
  const untilDone = (run: () => Promise<unknown>) => insist(run, trouble, stage);
  for (const [at, content] of [EDITOR_ENTRY, EDITOR_FEED, EDITOR_GONE].entries()) {
    stage.now = t(15 + 300 * at);
    await untilDone(() => stage.receive(pushed(content, `${at}`)));
    await untilDone(() => stage.deliver());
    // A lease that a dead sender left runs out.
    stage.advance(90);
    await untilDone(() => stage.deliver());
  }
  return stage;
}

/** The same drift and its repair, of which the entries tell the change alone: what the policy is by then has to be read. */
async function readStory(trouble: Trouble): Promise<Stage> {
  const stage = await Stage.open();
  stages.push(stage);
  stage.store = trouble.store(stage.memory);
  stage.notifier = trouble.notifier(stage.notifier);
  const jobs: Job[] = [];
  let policy: unknown = EDITOR_FEED.asset;
  const nothing = { kind: 'refused', why: 'not asked for' } as const;
  const ports = () => ({
    ...stage.ports,
    queue: trouble.queue({
      work: async (job) => void jobs.push(job),
      nudgeDeliver: async () => {},
    }),
    assets: trouble.assets({
      list: async () => nothing,
      beginExport: async () => nothing,
      exported: async () => nothing,
      latest: async (_scope, content) => ({ kind: 'assets', assets: content === 'policy' ? [policy] : [] }),
    }),
    scopes: ['organizations/123456789012'],
    budget: 60n * SECOND,
  });
  const untilDone = (run: () => Promise<unknown>) => insist(run, trouble, stage);
  const entries = [DELTA_ENTRY, DELTA_GONE];
  for (const [at, content] of entries.entries()) {
    stage.now = t(15 + 300 * at);
    policy = [EDITOR_FEED, EDITOR_GONE][at]?.asset;
    await untilDone(() => receive(pushed(content, `${at}`), ports()));
    await untilDone(() => stage.deliver());
    // As Pub/Sub does: a job goes when it is done, and whatever it asks for is a job of its own.
    while (jobs.length > 0) {
      await untilDone(() => work(jobs[0]!, stage.now, ports()));
      jobs.shift();
    }
    await untilDone(() => stage.deliver());
    stage.advance(90);
    await untilDone(() => stage.deliver());
  }
  return stage;
}

/** Until it gets through: what fails comes again, to the next process. */
async function insist(run: () => Promise<unknown>, trouble: Trouble, stage: Stage): Promise<void> {
  for (let attempt = 0; attempt < 4; attempt++) {
    try {
      await run();
      return;
    } catch {
      trouble.restart();
      stage.advance(10);
    }
  }
  throw new Error('it never got through');
}

async function outcome(stage: Stage) {
  const findings = await stage.findings();
  const lives = findings.map(({ id, state, episode, confirming, resolution }) => ({
    id,
    state,
    episode,
    confirming,
    resolution,
  }));
  return { lives, judged: judgementsOf(findings), outbox: await stage.waiting() };
}

/** A reading that dies between taking in and judging leaves the repair to be confirmed by a later one. */
async function outcomeOfReading(stage: Stage) {
  const { lives, ...rest } = await outcome(stage);
  return { ...rest, lives: lives.map(({ confirming: _, ...life }) => life) };
}

// Some hundred stories, each with a store and a Slack of its own.
jest.setTimeout(120_000);

describe('law 3: at least once, almost exactly once', () => {
  it('the undisturbed story is one message, edited once', async () => {
    const stage = await story(new Trouble('fails'));
    expect(stage.messages()).toMatchObject([
      { text: expect.stringMatching(/^✅ Repaired, confirming/), edits: 1 },
    ]);
  });

  it.each<[Kind, boolean, number]>([
    ['dies before', true, 0],
    ['dies after', true, 0],
    ['fails', true, 0],
    // Only between sending and noting that it was sent.
    ['dies after', false, 1],
  ])('holds whichever step it is: %s, and the channel can be read: %s', async (kind, mayRead, doubles) => {
    const quiet = new Trouble(kind);
    const undisturbed = await story(quiet, mayRead);
    const [expected, told] = [await outcome(undisturbed), undisturbed.texts()];
    expect(quiet.steps).toBeGreaterThan(15);
    let duplicates = 0;
    for (let at = 1; at <= quiet.steps; at++) {
      const stage = await story(new Trouble(kind, at), mayRead);
      expect({ at, ...(await outcome(stage)) }).toEqual({ at, ...expected });
      // The last message says how it ended; a duplicate before it stands as it was.
      expect({ at, last: stage.texts().at(-1) }).toEqual({ at, last: told[0] });
      expect(stage.messages().length).toBeLessThanOrEqual(2);
      duplicates += stage.messages().length - 1;
    }
    expect(duplicates).toBe(doubles);
  });

  it('the story that has to be read up on is one message too', async () => {
    const stage = await readStory(new Trouble('fails'));
    expect(stage.messages()).toMatchObject([{ text: expect.stringMatching(/^✅ /) }]);
  });

  it.each<Kind>(['dies before', 'dies after', 'fails'])(
    'holds for the queue, what it is asked for, and reading the cloud: %s',
    async (kind) => {
      const quiet = new Trouble(kind);
      const expected = await outcomeOfReading(await readStory(quiet));
      expect(quiet.steps).toBeGreaterThan(20);
      for (let at = 1; at <= quiet.steps; at++) {
        const stage = await readStory(new Trouble(kind, at));
        expect({ at, ...(await outcomeOfReading(stage)) }).toEqual({ at, ...expected });
        expect({ at, texts: stage.texts() }).toEqual({ at, texts: [expect.stringMatching(/^✅ /)] });
      }
    },
  );

  it('holds when it dies twice: at most one duplicate each', async () => {
    const expected = await outcome(await story(new Trouble('dies after')));
    for (let first = 1; first <= 14; first += 2) {
      for (const gap of [1, 3]) {
        const stage = await story(new Trouble('dies after', first, first + gap));
        expect({ first, gap, ...(await outcome(stage)) }).toEqual({ first, gap, ...expected });
        expect(stage.messages().length).toBeLessThanOrEqual(3);
      }
    }
  });
});
