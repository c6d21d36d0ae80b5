/** What goes wrong in a soak: with the store, with Slack, and with the process itself. */
import { type Notifier, type SendResult, type Store, StoreUnavailable } from '../../shared/ports.ts';
import { undone } from '../../test/laws/conflicts.ts';
import type { Fault, SlackServer } from '../../test/slack-server.ts';
import type { Dice } from './dice.ts';

/** How often each goes wrong, of all its steps, where `--faults` is 1. */
const SHARES = {
  'store: conflict, the body runs again': 0.03,
  'store: unavailable': 0.01,
  'store: committed, the answer lost': 0.005,
  'process: dies before a store step': 0.003,
  'process: dies after a store step': 0.003,
  'process: dies before a Slack step': 0.01,
  'process: dies after a Slack step': 0.01,
  'slack: answer lost after it was accepted': 0.02,
  'asset inventory: unavailable': 0.1,
} as const;
type Kind = keyof typeof SHARES;

/** What the server itself meets a request with, over HTTP. */
const SLACK_FAULTS: readonly (readonly [string, Fault])[] = [
  ['slack: 429', { status: 429, retryAfter: '20' }],
  ['slack: 429 without a time', { status: 429 }],
  ['slack: 500', { status: 500 }],
  ['slack: 503', { status: 503, retryAfter: '5' }],
  ['slack: line cut before', { hangUp: true }],
  ['slack: line cut after it was accepted', { acceptThenHangUp: true }],
  ['slack: an answer nobody can read', { garbage: '<html>' }],
];
const SLACK_SHARE = 0.06;

export class Faults {
  readonly injected = new Map<string, number>();
  readonly #dice: Dice;
  readonly #scale: number;
  #isOn = true;
  #isDead = false;

  /** `scale`: 0 for none, 1 for as many as are listed above. */
  constructor(dice: Dice, scale: number) {
    this.#dice = dice;
    this.#scale = scale;
  }

  /** From now on nothing goes wrong. */
  end(): void {
    this.#isOn = false;
    this.#isDead = false;
  }

  /** A new process takes over. */
  restart(): void {
    this.#isDead = false;
  }

  /** Slack answers nothing for a while: milliseconds by the server's clock. */
  outage(slack: SlackServer, from: number, to: number): void {
    this.#note('slack: an outage of an hour');
    slack.down(
      from,
      to,
      this.#dice.of([{ status: 503 }, { hangUp: true }, { status: 429, retryAfter: '60' }]),
    );
  }

  assetsAreDown(): boolean {
    return this.#happens('asset inventory: unavailable');
  }

  store(store: Store): Store {
    return {
      close: () => store.close(),
      transaction: async (body) => {
        this.#mustLive();
        if (this.#happens('process: dies before a store step')) throw this.#death();
        if (this.#happens('store: unavailable')) throw new StoreUnavailable('UNAVAILABLE');
        if (this.#happens('store: conflict, the body runs again')) await undone(store, body);
        const result = await store.transaction(body);
        if (this.#happens('process: dies after a store step')) throw this.#death();
        if (this.#happens('store: committed, the answer lost'))
          throw new StoreUnavailable('DEADLINE_EXCEEDED');
        return result;
      },
    };
  }

  notifier(notifier: Notifier, slack: SlackServer): Notifier {
    const sending = async (send: () => Promise<SendResult>): Promise<SendResult> => {
      await this.#beforeSlack(slack);
      const result = await send();
      if (this.#happens('process: dies after a Slack step')) throw this.#death();
      if (result.kind === 'sent' && this.#happens('slack: answer lost after it was accepted'))
        return { kind: 'wait', seconds: 30, ambiguous: true, why: 'timeout' };
      return result;
    };
    return {
      post: (...args) => sending(() => notifier.post(...args)),
      update: (...args) => sending(() => notifier.update(...args)),
      answer: (...args) => sending(() => notifier.answer(...args)),
      attach: (...args) => sending(() => notifier.attach(...args)),
      find: async (...args) => {
        await this.#beforeSlack(slack);
        return notifier.find(...args);
      },
      permalink: async (...args) => {
        await this.#beforeSlack(slack);
        return notifier.permalink(...args);
      },
    };
  }

  async #beforeSlack(slack: SlackServer): Promise<void> {
    this.#mustLive();
    if (this.#happens('process: dies before a Slack step')) throw this.#death();
    if (!this.#isOn || !this.#dice.hits(SLACK_SHARE * this.#scale)) return;
    const [name, fault] = this.#dice.of(SLACK_FAULTS);
    this.#note(name);
    slack.fail(fault);
  }

  #happens(kind: Kind): boolean {
    if (!this.#isOn || !this.#dice.hits(SHARES[kind] * this.#scale)) return false;
    this.#note(kind);
    return true;
  }

  #note(name: string): void {
    this.injected.set(name, (this.injected.get(name) ?? 0) + 1);
  }

  #mustLive(): void {
    if (this.#isDead) throw new StoreUnavailable('the process has ended');
  }

  #death(): Error {
    this.#isDead = true;
    return new StoreUnavailable('the process ends');
  }
}
