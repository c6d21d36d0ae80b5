const LONGEST = 63;

/** Texts as one name of the policy: small letters, digits and dashes. */
export function slug(...parts: readonly string[]): string {
  const text = parts
    .join('-')
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/-{2,}/g, '-')
    .slice(0, LONGEST)
    .replace(/^[._-]+|[._-]+$/g, '');
  return text === '' ? 'unnamed' : text;
}

/** Names that are in use. */
export class Taken {
  readonly #names: Set<string>;

  constructor(names: Iterable<string> = []) {
    this.#names = new Set(names);
  }

  /** The first of the names that is free, else the last one with a number. */
  take(...names: readonly string[]): string {
    let name = names.find((wanted) => !this.#names.has(wanted));
    const last = names.at(-1) ?? 'unnamed';
    for (let n = 2; name === undefined; n++) {
      const numbered = `${last.slice(0, LONGEST - String(n).length - 1)}-${n}`;
      if (!this.#names.has(numbered)) name = numbered;
    }
    this.#names.add(name);
    return name;
  }
}
