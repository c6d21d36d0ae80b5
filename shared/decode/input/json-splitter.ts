import { LineScanner } from './line-scanner.ts';
import type { Limits, Piece } from './piece.ts';
import { ValueScanner } from './value-scanner.ts';

/**
 * Cuts a file, given in chunks, into its JSON values, whatever its layout. It begins by brackets; once a value has stood in a line of
 * its own it goes on by lines, where a broken line costs no more than itself.
 */
export class JsonSplitter {
  readonly #limits: Limits;
  readonly #values: ValueScanner;
  #lines: LineScanner | undefined;

  constructor(limits: Limits) {
    this.#limits = limits;
    this.#values = new ValueScanner(limits);
  }

  /** The line reading has come to. */
  get line(): number {
    return (this.#lines ?? this.#values).line;
  }

  write(chunk: Uint8Array): Piece[] {
    if (this.#lines !== undefined) return this.#lines.write(chunk);
    const pieces = this.#values.write(chunk);
    const rest = this.#values.rest;
    if (rest === undefined) return pieces;
    this.#lines = new LineScanner(this.#limits.message, rest.line);
    return [...pieces, ...this.#lines.write(rest.bytes)];
  }

  end(): Piece[] {
    return (this.#lines ?? this.#values).end();
  }
}
