import { styleText } from 'node:util';

/** Where a command reads and writes. Data goes to `out`; progress, hints and next steps to `err`. */
export interface Io {
  out(text: string): void;
  err(text: string): void;
  /** What `-` stands for. */
  readonly in?: AsyncIterable<Uint8Array>;
  /** For what is written to `out`. */
  readonly color: boolean;
  readonly errIsTerminal: boolean;
  /** Somebody looks at what is written to `out`. */
  readonly outIsTerminal?: boolean;
  readonly width: number;
}

type Style = Parameters<typeof styleText>[0];

/** Colours a text, or leaves it as it is where colours are not wanted. */
export function styled(io: Io, style: Style, text: string): string {
  return io.color ? styleText(style, text, { validateStream: false }) : text;
}

/** The process's own streams. Colours follow NO_COLOR, FORCE_COLOR, TERM=dumb and whether anybody is looking. */
export function processIo({ color }: { readonly color?: boolean } = {}): Io {
  const { env } = process;
  const wanted =
    env.FORCE_COLOR !== undefined && env.FORCE_COLOR !== '0'
      ? true
      : process.stdout.isTTY === true && env.TERM !== 'dumb';
  return {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    in: process.stdin,
    color: color ?? (env.NO_COLOR === undefined || env.NO_COLOR === '' ? wanted : false),
    errIsTerminal: process.stderr.isTTY === true,
    outIsTerminal: process.stdout.isTTY === true,
    width: process.stdout.columns ?? 100,
  };
}
