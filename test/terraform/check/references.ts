/** Something that an expression refers to: `google_x.y["a"].z` is `['google_x', 'y', 0, 'z']`, an index being 0 whatever it is. */
export type Reference = readonly (string | 0)[];

/** What the expressions in a value refer to, in all its texts, the keys of its objects included. */
export function referencesIn(value: unknown): readonly Reference[] {
  if (typeof value === 'string') return new Scanner(value).template();
  if (Array.isArray(value)) return value.flatMap(referencesIn);
  if (typeof value === 'object' && value !== null)
    return Object.entries(value).flatMap(([key, inner]) => [...referencesIn(key), ...referencesIn(inner)]);
  return [];
}

const NAME = /[A-Za-z_][\w-]*/y;
const STEP = /\.\s*([A-Za-z_][\w-]*|\d+|\*)/y;

/** Reads HCL's templates and expressions as far as it takes to tell what is referred to from what only looks like it: a text, a comment. */
class Scanner {
  readonly #text: string;
  #at = 0;
  readonly #found: Reference[] = [];

  constructor(text: string) {
    this.#text = text;
  }

  /** The whole text is a template, as the parser gives expressions. */
  template(): readonly Reference[] {
    while (this.#at < this.#text.length) this.#literal();
    return this.#found;
  }

  /** Up to the next quote, of a text with expressions in it. */
  #literal(): void {
    while (this.#at < this.#text.length) {
      const rest = this.#text.slice(this.#at, this.#at + 3);
      if (rest === '$${' || rest === '%%{') this.#at += 3;
      else if (rest.startsWith('${') || rest.startsWith('%{')) {
        this.#at += 2;
        this.#expression('}');
      } else if (rest.startsWith('\\')) this.#at += 2;
      else if (rest.startsWith('"')) {
        this.#at += 1;
        return;
      } else this.#at += 1;
    }
  }

  /** Up to and with the bracket that closes it. */
  #expression(close: string): void {
    while (this.#at < this.#text.length) {
      const char = this.#text.charAt(this.#at);
      if (char === close) {
        this.#at += 1;
        return;
      }
      if (char === '"') {
        this.#at += 1;
        this.#literal();
      } else if (char === '#' || this.#text.startsWith('//', this.#at)) this.#skipLine();
      else if (char in CLOSING) {
        this.#at += 1;
        this.#expression(CLOSING[char] ?? '');
      } else if (!this.#traversal()) this.#at += 1;
    }
  }

  #skipLine(): void {
    const end = this.#text.indexOf('\n', this.#at);
    this.#at = end === -1 ? this.#text.length : end;
  }

  #traversal(): boolean {
    const name = this.#match(NAME)?.[0];
    if (name === undefined) {
      // A number, so that its letters (1e3) are no name.
      return this.#match(/\d[\w.]*/y) !== undefined;
    }
    const steps: (string | 0)[] = [name];
    for (;;) {
      const step = this.#match(STEP)?.[1];
      if (step !== undefined) steps.push(/^[\d*]/.test(step) ? 0 : step);
      else if (this.#text.charAt(this.#at) === '[') {
        this.#at += 1;
        this.#expression(']');
        steps.push(0);
      } else break;
    }
    this.#found.push(steps);
    return true;
  }

  #match(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text) ?? undefined;
    if (found !== undefined) this.#at = pattern.lastIndex;
    return found;
  }
}

const CLOSING: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };
