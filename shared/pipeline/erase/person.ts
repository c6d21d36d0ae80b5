/** Somebody who is to be erased, and what stands in their place. */
export interface Person {
  /** E-mail, Slack ids; or a whole `principal://…`. As they are, in any case. */
  readonly names: readonly string[];
  /** `erased-1a2b3c4d`. */
  readonly pseudonym: string;
}

/** What the caller said of themselves, and where from: it goes with the name beside it. */
const CLAIMS: ReadonlySet<string> = new Set(['ip', 'userAgent', 'reason', 'network', 'tool']);
/** Who did it. */
const DOERS = ['principal', 'subject', 'delegation', 'through'] as const;

/** Finds a person in text and in plain data, and takes them out. Pure; the same value comes back where they are not in it. */
export class Eraser {
  readonly #pattern: RegExp;
  readonly #pseudonym: string;

  constructor({ names, pseudonym }: Person) {
    this.#pattern = new RegExp(`(?<![\\w.+-])(?:${names.map(patternOf).join('|')})(?![\\w-]|\\.\\w)`, 'gi');
    this.#pseudonym = pseudonym;
  }

  isIn(value: unknown): boolean {
    if (typeof value === 'string') return value.search(this.#pattern) >= 0;
    if (typeof value !== 'object' || value === null) return false;
    return Object.entries(value).some(([key, part]) => this.isIn(part) || this.isIn(key));
  }

  text(text: string): string {
    return text.replace(this.#pattern, this.#pseudonym);
  }

  /** The same data with the pseudonym wherever the person stood, and without what they claimed beside it. */
  data<T>(value: T): T {
    return this.isIn(value) ? (this.#erased(value) as T) : value;
  }

  /** Renames of those keys that name the person. */
  keys(keys: Iterable<string>): ReadonlyMap<string, string> {
    return new Map([...keys].filter((key) => this.isIn(key)).map((key) => [key, this.text(key)]));
  }

  #erased(value: unknown): unknown {
    if (typeof value === 'string') return this.text(value);
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return value.map((item) => this.#erased(item));
    const entries = Object.entries(value);
    const isDoer = entries.some(
      ([key, part]) =>
        DOERS.some((doer) => doer === key) &&
        (typeof part === 'string' || Array.isArray(part)) &&
        this.isIn(part),
    );
    return Object.fromEntries(
      entries
        .filter(([key]) => !(isDoer && CLAIMS.has(key)))
        .map(([key, part]) => [this.text(key), this.#erased(part)]),
    );
  }
}

/** By the letter; an `@` also as a URL writes it. */
function patternOf(name: string): string {
  return name.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&').replaceAll('@', '(?:@|%40)');
}
