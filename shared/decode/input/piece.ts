/** One value of a file as bytes, not parsed yet; or the reason why there is none. */
export type Piece =
  /** `last`: the file ends right after it, without even a line end. */
  | { readonly kind: 'value'; readonly bytes: Uint8Array; readonly line: number; readonly last?: true }
  | { readonly kind: 'too-large'; readonly line: number; readonly limit: number }
  /** Begins in `line` and does not end: the file does (`truncated`), or the next value begins before it has (`broken`). */
  | { readonly kind: 'truncated' | 'broken'; readonly line: number; readonly endLine: number };

/** In bytes: what is larger is not kept, only said to be there. */
export interface Limits {
  /** Of a value among others: a line, an element of a list. */
  readonly message: number;
  /** Of a value that may be all there is in its file: a plan or a state of Terraform is one object, however much it holds. */
  readonly whole: number;
}

/** The bytes of the value being read, across chunks. Beyond the limit they are counted and let go. */
export class Pending {
  readonly #limit: number;
  #parts: Uint8Array[] = [];
  #size = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get isEmpty(): boolean {
    return this.#size === 0;
  }

  keep(bytes: Uint8Array): void {
    this.#size += bytes.length;
    if (this.#size > this.#limit) this.#parts = [];
    else if (bytes.length > 0) this.#parts.push(bytes);
  }

  drop(): void {
    this.#parts = [];
    this.#size = 0;
  }

  /** The value that stands complete, and begins in `line`. */
  take(line: number): Piece {
    const parts = this.#parts;
    const tooLarge = this.#size > this.#limit;
    this.drop();
    if (tooLarge) return { kind: 'too-large', line, limit: this.#limit };
    return { kind: 'value', bytes: parts.length === 1 ? parts[0]! : Buffer.concat(parts), line };
  }
}
