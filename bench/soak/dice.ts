import { Chance } from '../chance.ts';

/** Chance for what happens in an order that nobody knows beforehand: the same seed and the same questions give the same answers. */
export class Dice {
  readonly #chance: Chance;
  #thrown = 0;

  constructor(seed: number) {
    this.#chance = new Chance(seed);
  }

  /** Whether it is one of `share` of all; a share from 0 to 1. */
  hits(share: number): boolean {
    return this.#chance.hits(share, 'dice', this.#thrown++);
  }

  /** A whole number below `limit`. */
  below(limit: number): number {
    return this.#chance.below(limit, 'dice', this.#thrown++);
  }

  of<T>(list: readonly T[]): T {
    return this.#chance.of(list, 'dice', this.#thrown++);
  }
}
