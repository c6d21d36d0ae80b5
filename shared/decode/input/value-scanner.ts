import { type Limits, Pending, type Piece } from './piece.ts';

const TAB = 0x09;
const NEWLINE = 0x0a;
const RETURN = 0x0d;
/** Stands before each text of a JSON text sequence (RFC 7464). */
const RECORD_SEPARATOR = 0x1e;
const SPACE = 0x20;
const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_LIST = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/**
 * Cuts bytes into top-level JSON values, in whatever layout, and top-level lists into their elements; holds one value at a time.
 * It finds where values end by their brackets; whether they are JSON is for the parser to say.
 */
export class ValueScanner {
  readonly #limits: Limits;
  #pending: Pending;
  /** `scalar`: within anything that begins with neither bracket; such a value ends with its line. */
  #state: 'between' | 'scalar' | 'nested' = 'between';
  #inList = false;
  #depth = 0;
  #inText = false;
  #escaped = false;
  #line = 1;
  #startLine = 1;
  /** Nothing but white space so far in this line. */
  #lineIsBlank = true;
  /** No character at all so far in this line. */
  #atLineStart = true;
  /** A value has filled this line so far: the sign that the file is one of lines. */
  #valueFillsLine = false;
  #lastSignificant = 0;
  #rest: { readonly bytes: Uint8Array; readonly line: number } | undefined;

  constructor(limits: Limits) {
    this.#limits = limits;
    this.#pending = new Pending(limits.whole);
  }

  /** The line reading has come to. */
  get line(): number {
    return this.#line;
  }

  /** What is left of the chunk, once a value has stood in a line of its own: the file is then better read by lines. */
  get rest(): { readonly bytes: Uint8Array; readonly line: number } | undefined {
    return this.#rest;
  }

  write(chunk: Uint8Array): Piece[] {
    const pieces: Piece[] = [];
    let start = 0;
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at]!;
      if (byte === NEWLINE) {
        if (this.#valueFillsLine && this.#state === 'between') {
          this.#rest = { bytes: chunk.subarray(at + 1), line: this.#line + 1 };
          return pieces;
        }
        this.#endLine(chunk.subarray(start, at), pieces);
      } else if (this.#inText) this.#withinText(byte);
      else if (byte === SPACE || byte === TAB || byte === RETURN) this.#atLineStart = false;
      else start = this.#significant(byte, chunk, start, at, pieces);
    }
    if (this.#state !== 'between') this.#pending.keep(chunk.subarray(start));
    return pieces;
  }

  end(): Piece[] {
    if (this.#state === 'scalar') return [this.#finished()];
    if (this.#state === 'between' && !this.#inList) return [];
    const line = this.#state === 'between' ? this.#line : this.#startLine;
    return [{ kind: 'truncated', line, endLine: this.#line }];
  }

  /** Outside of texts: gives where the bytes begin in `chunk` that belong to the value read now. */
  #significant(byte: number, chunk: Uint8Array, from: number, at: number, pieces: Piece[]): number {
    let start = from;
    if (this.#state === 'nested' && byte === OPEN_OBJECT && this.#beginsAnew()) {
      pieces.push(this.#broken(this.#line - 1));
    }
    if (this.#state === 'scalar' && this.#inList && (byte === COMMA || byte === CLOSE_LIST)) {
      this.#pending.keep(chunk.subarray(start, at));
      pieces.push(this.#finished());
    }
    if (this.#state === 'between') {
      if (this.#begins(byte)) start = at;
    } else if (this.#state === 'scalar') {
      this.#inText = byte === QUOTE;
    } else if (this.#closes(byte)) {
      this.#pending.keep(chunk.subarray(start, at + 1));
      pieces.push(this.#finished());
    }
    this.#lineIsBlank = false;
    this.#atLineStart = false;
    this.#lastSignificant = byte;
    return start;
  }

  #withinText(byte: number): void {
    if (this.#escaped) this.#escaped = false;
    else if (byte === BACKSLASH) this.#escaped = true;
    else if (byte === QUOTE) {
      this.#inText = false;
      this.#lastSignificant = byte;
    }
  }

  /** Texts cannot hold a bare line end, so that a value whose line ends within one is broken; a scalar ends with its line. */
  #endLine(bytes: Uint8Array, pieces: Piece[]): void {
    if (this.#state === 'scalar') {
      this.#pending.keep(bytes);
      pieces.push(this.#finished());
    } else if (this.#inText) {
      pieces.push(this.#broken(this.#line));
    }
    this.#line++;
    this.#lineIsBlank = true;
    this.#atLineStart = true;
    this.#valueFillsLine = false;
  }

  /** Whether an object at the very start of a line cannot belong to the value that is still open: then that one is broken. */
  #beginsAnew(): boolean {
    const last = this.#lastSignificant;
    return this.#atLineStart && last !== COMMA && last !== COLON && last !== OPEN_LIST;
  }

  #broken(endLine: number): Piece {
    const piece: Piece = { kind: 'broken', line: this.#startLine, endLine };
    this.#pending.drop();
    this.#reset();
    return piece;
  }

  #finished(): Piece {
    const piece = this.#pending.take(this.#startLine);
    this.#reset();
    return piece;
  }

  #reset(): void {
    this.#state = 'between';
    this.#depth = 0;
    this.#inText = false;
    this.#escaped = false;
  }

  /** Between values: gives whether one begins with `byte`. */
  #begins(byte: number): boolean {
    this.#valueFillsLine = false;
    switch (byte) {
      case COMMA:
      case RECORD_SEPARATOR:
        return false;
      case CLOSE_LIST:
        if (!this.#inList) break;
        this.#inList = false;
        return false;
      case OPEN_LIST:
        if (this.#inList) break;
        this.#inList = true;
        return false;
    }
    this.#state = byte === OPEN_OBJECT || byte === OPEN_LIST ? 'nested' : 'scalar';
    this.#depth = this.#state === 'nested' ? 1 : 0;
    this.#inText = byte === QUOTE;
    this.#pending = new Pending(this.#inList ? this.#limits.message : this.#limits.whole);
    this.#startLine = this.#line;
    this.#valueFillsLine = this.#lineIsBlank && !this.#inList && byte === OPEN_OBJECT;
    return true;
  }

  /** Within a value: gives whether `byte` ends it. */
  #closes(byte: number): boolean {
    switch (byte) {
      case QUOTE:
        this.#inText = true;
        return false;
      case OPEN_OBJECT:
      case OPEN_LIST:
        this.#depth++;
        return false;
      case CLOSE_OBJECT:
      case CLOSE_LIST:
        this.#depth--;
        return this.#depth === 0;
      default:
        return false;
    }
  }
}
