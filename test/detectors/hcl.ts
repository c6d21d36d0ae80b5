/**
 * What Terraform makes of a resource in HCL: its type, label and arguments, blocks by their name. Reads only what is written out in full, and
 * throws at anything that would be worked out: an expression, a template with an interpolation or a directive, a second resource.
 * https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md
 */
export interface HclResource {
  readonly type: string;
  readonly label: string;
  readonly body: HclValues;
}
export interface HclValues {
  readonly [name: string]: string | boolean | HclValues;
}

export function hclResource(text: string): HclResource {
  const reader = new Reader(text);
  reader.take('resource');
  const [type, label] = [reader.text(), reader.text()];
  const body = reader.body();
  reader.end();
  return { type, label, body };
}

class Reader {
  #rest: string;

  constructor(text: string) {
    this.#rest = text;
  }

  take(word: string): void {
    this.#skip();
    if (!this.#rest.startsWith(word)) throw new Error(`${word} was expected at ${this.#rest.slice(0, 40)}`);
    this.#rest = this.#rest.slice(word.length);
  }

  end(): void {
    this.#skip();
    if (this.#rest !== '') throw new Error(`nothing was expected at ${this.#rest.slice(0, 40)}`);
  }

  body(): HclValues {
    this.take('{');
    const values: Record<string, string | boolean | HclValues> = {};
    for (;;) {
      this.#skip();
      if (this.#rest.startsWith('}')) break;
      const name = this.#rest.startsWith('"') ? this.text() : this.#match(/^[A-Za-z_][A-Za-z0-9_-]*/);
      if (name in values) throw new Error(`${name} stands twice`);
      this.#skip();
      if (this.#rest.startsWith('=')) this.take('=');
      this.#skip();
      if (this.#rest.startsWith('{')) values[name] = this.body();
      else if (this.#rest.startsWith('"')) values[name] = this.text();
      else values[name] = this.#match(/^(?:true|false)\b/) === 'true';
      // One argument a line.
      this.#match(/^[ ]*\n/);
    }
    this.take('}');
    return values;
  }

  /** A quoted template without anything to work out. */
  text(): string {
    this.take('"');
    let value = '';
    for (;;) {
      const piece = /^(?:\$\$\{|%%\{|\\(?:u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[nrt"\\])|[^"\\\n])/u.exec(
        this.#rest,
      )?.[0];
      if (/^[$%]\{/.test(this.#rest)) throw new Error('an interpolation');
      if (piece === undefined) break;
      this.#rest = this.#rest.slice(piece.length);
      value += unescaped(piece);
    }
    this.take('"');
    return value;
  }

  #skip(): void {
    this.#rest = this.#rest.replace(/^(?:\s|#[^\n]*(?:\n|$))+/, '');
  }

  #match(pattern: RegExp): string {
    const found = pattern.exec(this.#rest)?.[0];
    if (found === undefined) throw new Error(`unexpected: ${this.#rest.slice(0, 40)}`);
    this.#rest = this.#rest.slice(found.length);
    return found;
  }
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '"': '"', '\\': '\\' };

function unescaped(piece: string): string {
  if (piece === '$${' || piece === '%%{') return piece.slice(1);
  if (!piece.startsWith('\\')) return piece;
  const [, kind = ''] = piece;
  return kind === 'u' || kind === 'U'
    ? String.fromCodePoint(Number.parseInt(piece.slice(2), 16))
    : (ESCAPES[kind] ?? '');
}
