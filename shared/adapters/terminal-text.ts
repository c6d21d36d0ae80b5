import { stripVTControlCharacters } from 'node:util';

/** Some text in one style; a line is a list of them. */
export interface Piece {
  readonly text: string;
  readonly style?: PieceStyle;
}
export interface PieceStyle {
  readonly bold?: boolean;
  readonly dim?: boolean;
  readonly strike?: boolean;
  readonly color?: Color;
}
export type Color = 'red' | 'green' | 'yellow' | 'blue' | 'cyan' | 'gray';

const CODES: Readonly<Record<Color, number>> = {
  red: 31,
  green: 32,
  yellow: 33,
  blue: 34,
  cyan: 36,
  gray: 90,
};

/**
 * What may reach a terminal: escape sequences go whole, every other control and invisible character singly; line ends stay.
 * This is the last door before the screen, so it trusts no other.
 */
export function printable(text: string): string {
  return stripVTControlCharacters(text.replace(/\r\n?/g, '\n').replaceAll('\t', '  ')).replace(
    /(?!\n)[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Default_Ignorable_Code_Point}\p{Zl}\p{Zp}]/gu,
    '',
  );
}

/** Pieces as one string, with colours when the terminal has them. */
export function painted(pieces: readonly Piece[], color: boolean): string {
  return pieces.map((piece) => paint(piece, color)).join('');
}

function paint({ text, style = {} }: Piece, color: boolean): string {
  const codes = [
    ...(style.bold === true ? [1] : []),
    ...(style.dim === true ? [2] : []),
    ...(style.strike === true ? [9] : []),
    ...(style.color === undefined ? [] : [CODES[style.color]]),
  ];
  return color && codes.length > 0 && text !== '' ? `\u001b[${codes.join(';')}m${text}\u001b[0m` : text;
}

let segmenter: Intl.Segmenter | undefined;

/** Made when it is used: that takes ten milliseconds, and a function in the cloud never draws. */
function graphemesOf(text: string): Intl.Segments {
  segmenter ??= new Intl.Segmenter('en', { granularity: 'grapheme' });
  return segmenter.segment(text);
}

/** Columns that a terminal gives to a text: two for emoji and for East Asian wide characters. */
export function widthOf(text: string): number {
  // Most text, and far faster than parting it.
  if (ASCII.test(text)) return text.length;
  let width = 0;
  for (const { segment } of graphemesOf(text)) width += WIDE.test(segment) ? 2 : MARK.test(segment) ? 0 : 1;
  return width;
}

const ASCII = /^[ -~]*$/;
const MARK = /^\p{M}+$/u;
const WIDE =
  /^(?:\p{Emoji_Presentation}|[\u{1100}-\u{115f}\u{2e80}-\u{303e}\u{3041}-\u{a4cf}\u{ac00}-\u{d7a3}\u{f900}-\u{faff}\u{fe30}-\u{fe6f}\u{ff01}-\u{ff60}\u{ffe0}-\u{ffe6}\u{20000}-\u{3fffd}])/u;

export function widthOfPieces(pieces: readonly Piece[]): number {
  return pieces.reduce((sum, piece) => sum + widthOf(piece.text), 0);
}

/** Fills up with spaces on the right. */
export function padded(pieces: readonly Piece[], columns: number): readonly Piece[] {
  return [...pieces, { text: ' '.repeat(Math.max(0, columns - widthOfPieces(pieces))) }];
}

/**
 * Lines of at most `columns`, broken at spaces, else after punctuation (names are long and have no spaces), else anywhere.
 * Lines after the first begin with `hang` spaces.
 */
export function wrapped(pieces: readonly Piece[], columns: number, hang = 0): readonly (readonly Piece[])[] {
  const lines: (readonly Piece[])[] = [];
  for (const paragraph of linesOf(pieces)) {
    const text = paragraph.map((piece) => piece.text).join('');
    let at = 0;
    do {
      const indent = at === 0 ? 0 : hang;
      const end = breakAfter(text, at, Math.max(1, columns - indent));
      lines.push([...(indent === 0 ? [] : [{ text: ' '.repeat(indent) }]), ...sliced(paragraph, at, end)]);
      at = end;
      while (text[at] === ' ') at++;
    } while (at < text.length);
  }
  return lines;
}

/** Where the line that begins at `start` ends. */
function breakAfter(text: string, start: number, columns: number): number {
  let [width, atSpace, atMark] = [0, -1, -1];
  for (const { segment, index } of graphemesOf(text.slice(start))) {
    const at = start + index;
    if (segment === ' ' && at > start) atSpace = at;
    width += widthOf(segment);
    if (width > columns) {
      if (atSpace > start) return atSpace;
      return atMark > start ? atMark : Math.max(at, start + (index === 0 ? segment.length : 0));
    }
    if ('@/,:=|)]'.includes(segment)) atMark = at + 1;
  }
  return text.length;
}

function sliced(pieces: readonly Piece[], from: number, to: number): readonly Piece[] {
  const slices: Piece[] = [];
  let start = 0;
  for (const piece of pieces) {
    const text = piece.text.slice(Math.max(0, from - start), Math.max(0, to - start));
    if (text !== '') slices.push({ ...piece, text });
    start += piece.text.length;
  }
  return slices;
}

/** Split at the line ends that the text has itself. */
export function linesOf(pieces: readonly Piece[]): readonly (readonly Piece[])[] {
  const lines: Piece[][] = [[]];
  for (const piece of pieces) {
    for (const [index, text] of piece.text.split('\n').entries()) {
      if (index > 0) lines.push([]);
      if (text !== '') lines.at(-1)?.push({ ...piece, text });
    }
  }
  return lines;
}
