/**
 * As much of the Logging query language as filters of ours use (docs: logging/docs/view/logging-query-language): `log_id("…")`, comparisons
 * with values in quotes, whole numbers or several of them in parentheses, regular expressions, AND, OR, NOT. Whatever else stands in a filter
 * throws.
 */
import { parseTime } from '../shared/model/time.ts';

type Entry = Readonly<Record<string, unknown>>;
type Test = (entry: Entry) => boolean;

/** Whether a filter chooses an entry. */
export function matches(filter: string, entry: Entry): boolean {
  const tokens = filter.match(/"(?:[^"\\]|\\.)*"|[()]|>=|<=|=~|[=:]|[\w.@]+|\S/g) ?? [];
  const reader = new Reader(tokens);
  const test = reader.expression();
  if (!reader.isAtEnd()) throw new Error(`more after the end: ${reader.take()}`);
  return test(entry);
}

class Reader {
  readonly #tokens: readonly string[];
  #at = 0;

  constructor(tokens: readonly string[]) {
    this.#tokens = tokens;
  }

  isAtEnd(): boolean {
    return this.#at === this.#tokens.length;
  }

  take(): string {
    const token = this.#tokens[this.#at++];
    if (token === undefined) throw new Error('it ends too soon');
    return token;
  }

  #takeIf(token: string): boolean {
    const isNext = this.#tokens[this.#at] === token;
    if (isNext) this.#at++;
    return isNext;
  }

  #need(token: string): void {
    if (!this.#takeIf(token)) throw new Error(`${token} was expected`);
  }

  /** AND and OR must not stand side by side: which of them binds is easily mistaken. */
  expression(): Test {
    const first = this.#term();
    const [word] = ['AND', 'OR'].filter((one) => this.#tokens[this.#at] === one);
    if (word === undefined) return first;
    const terms = [first];
    while (this.#takeIf(word)) terms.push(this.#term());
    return (entry) =>
      word === 'AND' ? terms.every((term) => term(entry)) : terms.some((term) => term(entry));
  }

  #term(): Test {
    if (this.#takeIf('NOT')) {
      const inner = this.#term();
      return (entry) => !inner(entry);
    }
    if (this.#takeIf('(')) {
      const inner = this.expression();
      this.#need(')');
      return inner;
    }
    const field = this.take();
    if (field === 'log_id') {
      this.#need('(');
      const id = this.#value();
      this.#need(')');
      return (entry) => decodeURIComponent(String(entry.logName).replace(/^.*\/logs\//, '')) === id;
    }
    const operator = this.take();
    const values = this.#values();
    return (entry) =>
      values.some((value) => valuesAt(entry, field).some((found) => compare(found, operator, value)));
  }

  #values(): readonly string[] {
    if (!this.#takeIf('(')) return [this.#value()];
    const values = [this.#value()];
    while (this.#takeIf('OR')) values.push(this.#value());
    this.#need(')');
    return values;
  }

  #value(): string {
    const token = this.take();
    if (/^\d+$/.test(token)) return token;
    if (!/^".*"$/s.test(token)) throw new Error(`a value in quotes was expected, not ${token}`);
    return token.slice(1, -1).replace(/\\(.)/gs, '$1');
  }
}

/** A path through a list leads to each of its items; a field that is not there leads to nothing. */
function valuesAt(entry: unknown, path: string): readonly unknown[] {
  let at = [entry];
  for (const name of path.split('.'))
    at = at
      .flat()
      .map((one) => (typeof one === 'object' && one !== null ? Reflect.get(one, name) : undefined));
  return at.flat().filter((found) => found !== undefined);
}

/** Texts are compared without regard to case, but by regular expressions. */
function compare(found: unknown, operator: string, value: string): boolean {
  const [a, b] = [String(found).toLowerCase(), value.toLowerCase()];
  switch (operator) {
    case '=':
      return a === b;
    case ':':
      return a.includes(b);
    case '=~':
      return expressionIn(value).test(String(found));
    case '>=':
      return typeof found === 'number' ? found >= Number(b) : timeIn(a) >= timeIn(b);
    case '<=':
      return typeof found === 'number' ? found <= Number(b) : timeIn(a) <= timeIn(b);
    default:
      throw new Error(`no such comparison: ${operator}`);
  }
}

/** RE2, as far as JavaScript means the same by it: no escapes, no looking around. */
function expressionIn(value: string): RegExp {
  const [, ignoreCase, pattern = ''] = /^(\(\?i\))?(.*)$/s.exec(value)!;
  if (/\\|\(\?|\[\]/.test(pattern)) throw new Error(`not surely the same in RE2: ${pattern}`);
  return new RegExp(pattern, ignoreCase === undefined ? '' : 'i');
}

function timeIn(text: string): bigint {
  const time = parseTime(text.toUpperCase());
  if (time === undefined) throw new Error(`no time: ${text}`);
  return time;
}
