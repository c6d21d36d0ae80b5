/**
 * Numbers that look like chance and are the same for the same seed: each is made from what it is for, so that anything can be made again
 * without what came before it.
 */
export class Chance {
  readonly #seed: number;

  constructor(seed: number) {
    this.#seed = seed >>> 0;
  }

  /** A whole number from 0 to 2^32 - 1, for the `index`-th thing of a kind. */
  number(what: string, index: number): number {
    let hash = this.#seed ^ 0x811c9dc5;
    for (let at = 0; at < what.length; at++) hash = Math.imul(hash ^ what.charCodeAt(at), 0x01000193);
    return mixed(mixed(hash) ^ index);
  }

  /** A whole number below `limit`. */
  below(limit: number, what: string, index: number): number {
    return this.number(what, index) % limit;
  }

  /** Whether it is one of `share` of all; a share from 0 to 1. */
  hits(share: number, what: string, index: number): boolean {
    return this.number(what, index) < share * 2 ** 32;
  }

  /** One of a list. */
  of<T>(list: readonly T[], what: string, index: number): T {
    return list[this.below(list.length, what, index)]!;
  }

  digits(length: number, what: string, index: number): string {
    const digits = (part: number) =>
      String(this.number(`${what}${part}`, index))
        .padStart(10, '0')
        .slice(1);
    return Array.from({ length: Math.ceil(length / 9) }, (_, part) => digits(part))
      .join('')
      .slice(0, length);
  }

  hex(length: number, what: string, index: number): string {
    const hex = (part: number) => this.number(`${what}${part}`, index).toString(16).padStart(8, '0');
    return Array.from({ length: Math.ceil(length / 8) }, (_, part) => hex(part))
      .join('')
      .slice(0, length);
  }
}

/** The end of MurmurHash3 (public domain): every bit of what comes in bears on every bit of what goes out. */
function mixed(value: number): number {
  let hash = value;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
