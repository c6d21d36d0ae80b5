import { Pending, type Piece } from './piece.ts';

const NEWLINE = 0x0a;

/** Cuts bytes at their line ends. Blank lines are passed over. */
export class LineScanner {
  readonly #pending: Pending;
  #line: number;

  constructor(limit: number, line: number) {
    this.#pending = new Pending(limit);
    this.#line = line;
  }

  /** The line reading has come to. */
  get line(): number {
    return this.#line;
  }

  write(chunk: Uint8Array): Piece[] {
    const pieces: Piece[] = [];
    let from = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, from)) {
      this.#pending.keep(chunk.subarray(from, end));
      this.#take(pieces);
      this.#line++;
      from = end + 1;
    }
    this.#pending.keep(chunk.subarray(from));
    return pieces;
  }

  end(): Piece[] {
    const pieces: Piece[] = [];
    this.#take(pieces);
    return pieces.map((piece) => (piece.kind === 'value' ? { ...piece, last: true } : piece));
  }

  #take(pieces: Piece[]): void {
    if (this.#pending.isEmpty) return;
    const piece = this.#pending.take(this.#line);
    if (piece.kind !== 'value' || !isBlank(piece.bytes)) pieces.push(piece);
  }
}

function isBlank(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0x20 || byte === 0x09 || byte === 0x0d);
}
