import { notJson } from '../answer.ts';
import type { InputItem, Problem } from './item.ts';
import type { Piece } from './piece.ts';
import { unwrapped } from './unwrap.ts';
import { ValueScanner } from './value-scanner.ts';

const UTF8 = new TextDecoder('utf-8', { fatal: true });

/** Gives the values of a piece, or the problem with it. Never throws. */
export function parsePiece(file: string, piece: Piece): readonly InputItem[] {
  const { line } = piece;
  switch (piece.kind) {
    case 'too-large':
      return [
        {
          problem: {
            file,
            line,
            kind: 'too-large',
            message: `one value of more than ${piece.limit / 1024 / 1024} MiB; passed over`,
          },
        },
      ];
    case 'truncated':
      return [{ problem: truncated(file, line, piece.endLine) }];
    case 'broken':
      return [
        { problem: { file, line, kind: 'not-json', message: 'the value that begins here does not end' } },
      ];
    case 'value':
      return parseBytes(file, line, piece.bytes, piece.last === true);
  }
}

function parseBytes(file: string, line: number, bytes: Uint8Array, last: boolean): readonly InputItem[] {
  let text: string;
  try {
    text = UTF8.decode(bytes);
  } catch {
    return [{ problem: { file, line, kind: 'invalid-utf8', message: 'not UTF-8; passed over' } }];
  }
  try {
    return unwrapped(JSON.parse(text.replace('\u001e', ''))).map((value) => ({
      value,
      where: { file, line },
    }));
  } catch (error) {
    if (last && isCutOff(bytes)) return [{ problem: truncated(file, line, line) }];
    return [{ problem: { file, line, ...columnOf(error), kind: 'not-json', message: notJson(text) } }];
  }
}

function truncated(file: string, line: number, endLine: number): Problem {
  return {
    file,
    line: endLine,
    kind: 'truncated',
    message: `the file ends within what begins in line ${line}`,
  };
}

function isCutOff(bytes: Uint8Array): boolean {
  const scanner = new ValueScanner({ message: 0, whole: 0 });
  scanner.write(bytes);
  return scanner.end().some((piece) => piece.kind === 'truncated');
}

/** The place is only shown: what went wrong is decided without the parser's words. */
function columnOf(error: unknown): { readonly column?: number } {
  const found = error instanceof Error ? /\(line 1 column (\d+)\)/.exec(error.message)?.[1] : undefined;
  return found === undefined ? {} : { column: Number(found) };
}
