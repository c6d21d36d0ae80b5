import type { Fact, Part } from './console-parts.ts';
import {
  type Color,
  linesOf,
  type Piece,
  type PieceStyle,
  padded,
  painted,
  widthOf,
  widthOfPieces,
  wrapped,
} from './terminal-text.ts';

type Line = readonly Piece[];

export interface Look {
  readonly color: boolean;
  readonly width: number;
}

/** A card behind a rule in the colour of its severity, the blocks of the message a blank line apart, and a last faint line of our own. */
export function drawCard(groups: readonly (readonly Part[])[], note: string, look: Look): string {
  const color = ruleColor(groups);
  return ruled(withNote(groups, note), { text: '┃', style: { bold: true, color } }, color, look);
}

/** A note below a card: indented, behind a thin rule, and above it in one line what it belongs to. */
export function drawNote(
  about: readonly Piece[],
  groups: readonly (readonly Part[])[],
  note: string,
  look: Look,
): string {
  const margin = '  ';
  const inside = { ...look, width: look.width - margin.length };
  const faint = about.map((piece) => ({ ...piece, style: FAINT }));
  const title = oneLine([{ text: '↳ ', style: FAINT }, ...faint], inside.width);
  const body = ruled(withNote(groups, note), { text: '│', style: FAINT }, 'gray', inside);
  const lines = [painted(title, look.color), ...body.trimEnd().split('\n')];
  return `${lines.map((line) => `${margin}${line}`).join('\n')}\n\n`;
}

function ruled(groups: readonly (readonly Part[])[], rule: Piece, color: Color, look: Look): string {
  const inner = Math.max(24, look.width - 2);
  const lines = groups.flatMap((parts, at): readonly Line[] => [
    ...(at === 0 ? [] : [[]]),
    ...parts.flatMap((part) => drawPart(part, inner, color)),
  ]);
  const edge = painted([rule], look.color);
  return `${lines.map((line) => `${edge} ${painted(line, look.color)}`.trimEnd()).join('\n')}\n\n`;
}

/** Cut where it would go on. */
function oneLine(pieces: readonly Piece[], columns: number): Line {
  const [first = [], ...more] = wrapped(pieces, columns - 2);
  return more.length === 0 ? first : [...first, { text: ' …', style: FAINT }];
}

/** After the footnote, when the message ends in one. */
function withNote(groups: readonly (readonly Part[])[], note: string): readonly (readonly Part[])[] {
  const last = groups.at(-1) ?? [];
  const end = last.at(-1);
  const pieces = end?.kind === 'footnote' ? [...end.pieces, { text: ` · ${note}` }] : [{ text: note }];
  const kept = end?.kind === 'footnote' ? last.slice(0, -1) : last;
  return [...groups.slice(0, -1), [...kept, { kind: 'footnote', pieces }]];
}

/** Old and new facts side by side would be a puzzle: the headline, what is new, and nothing else. */
export function drawNews(
  headline: readonly Part[],
  facts: readonly Fact[],
  prose: readonly Part[],
  note: string,
  look: Look,
): string {
  const news: readonly Part[] = [
    ...headline,
    ...(facts.length > 0 ? [{ kind: 'facts' as const, facts }] : []),
    ...prose,
  ];
  return drawCard([news], note, look);
}

const FAINT: PieceStyle = { dim: true };

function drawPart(part: Part, columns: number, color: Color): readonly Line[] {
  switch (part.kind) {
    case 'headline':
      return wrapped(
        part.pieces.map((piece) => ({ ...piece, style: { bold: true, color } })),
        columns,
        3,
      );
    case 'facts':
      return drawFacts(part.facts, columns);
    case 'prose':
      // Longer lines are hard to read, however wide the window.
      return linesOf(part.pieces).flatMap((line) => wrapped(line, Math.min(columns, 96), hangOf(line)));
    case 'items':
      return part.items.flatMap((item, at) => {
        const mark = part.numbered ? `${at + 1}. ` : '• ';
        return wrapped([{ text: mark }, ...item], columns, widthOf(mark));
      });
    case 'lines':
      return part.lines.flatMap((text) =>
        wrapped([{ text, style: signStyle(text) }], columns - 2, 2).map(indented),
      );
    case 'command':
      return boxed(part.lines, columns);
    case 'footnote':
      return wrapped(
        part.pieces.map((piece) => ({ ...piece, style: FAINT })),
        columns,
      );
  }
}

/** Lines that begin with a bold label go on below what follows it. */
function hangOf([first]: Line): number {
  return first?.style?.bold === true && first.text.endsWith('  ') ? widthOf(first.text) : 0;
}

function signStyle(line: string): PieceStyle {
  if (line.startsWith('+')) return { color: 'green' };
  return line.startsWith('-') ? { color: 'red' } : FAINT;
}

function indented(line: Line): Line {
  return [{ text: '  ' }, ...line];
}

const GAP = 3;

/** Two columns where both have room, else one. */
function drawFacts(facts: readonly Fact[], columns: number): readonly Line[] {
  const label = Math.max(...facts.map((fact) => widthOf(fact.label))) + 2;
  const left = facts.filter((_, at) => at % 2 === 0);
  const right = facts.filter((_, at) => at % 2 === 1);
  const widths = shareOut(wishOf(left), wishOf(right), columns - 2 * label - GAP);
  if (right.length === 0 || widths === undefined)
    return facts.flatMap((fact) => drawFact(fact, label, columns - label));
  const [leftWidth, rightWidth] = widths;
  return left.flatMap((fact, row) => {
    const other = right[row];
    const here = drawFact(fact, label, leftWidth);
    const beside = other === undefined ? [] : drawFact(other, label, rightWidth);
    return Array.from({ length: Math.max(here.length, beside.length) }, (_, at) => [
      ...padded(here[at] ?? [], label + leftWidth + GAP),
      ...(beside[at] ?? []),
    ]);
  });
}

/** What each column wants, where there is room; else room for its longest word, and a share of the rest. `undefined` when a word would break or a column be cramped. */
function shareOut(left: Wish, right: Wish, room: number): readonly [number, number] | undefined {
  if (left.whole + right.whole <= room) return [left.whole, right.whole];
  const spare = room - left.word - right.word;
  if (spare < 0) return undefined;
  const wanted = [left.whole - left.word, right.whole - right.word] as const;
  const share = left.word + Math.min(wanted[0], Math.max(Math.floor(spare / 2), spare - wanted[1]));
  const cramped = share < Math.min(left.whole, 24) || room - share < Math.min(right.whole, 24);
  return cramped ? undefined : [share, room - share];
}

interface Wish {
  /** Columns for the longest line, and for the longest word. */
  readonly whole: number;
  readonly word: number;
}

function wishOf(facts: readonly Fact[]): Wish {
  const lines = facts.flatMap((fact) =>
    fact.value
      .map((piece) => piece.text)
      .join('')
      .split('\n'),
  );
  return {
    whole: Math.max(0, ...lines.map(widthOf)),
    word: Math.max(0, ...lines.flatMap((line) => line.split(' ')).map(widthOf)),
  };
}

function drawFact({ label, value }: Fact, labelWidth: number, valueWidth: number): readonly Line[] {
  return wrapped(value, valueWidth, 0).map((line, at) => [
    ...padded([{ text: at === 0 ? label : '', style: FAINT }], labelWidth),
    ...line,
  ]);
}

function boxed(lines: readonly string[], columns: number): readonly Line[] {
  const inside = lines.flatMap((text) => wrapped([{ text, style: { color: 'cyan' } }], columns - 4, 2));
  const width = Math.max(...inside.map(widthOfPieces));
  const edge = (text: string): Piece => ({ text, style: FAINT });
  return [
    [edge(`╭${'─'.repeat(width + 2)}╮`)],
    ...inside.map((line) => [edge('│ '), ...padded(line, width), edge(' │')]),
    [edge(`╰${'─'.repeat(width + 2)}╯`)],
  ];
}

const RULES: readonly (readonly [string, Color])[] = [
  ['🔴', 'red'],
  ['🔶', 'yellow'],
  ['🟨', 'yellow'],
  ['🔹', 'blue'],
  ['✅', 'green'],
];

/** The headline's symbol says the severity; the colour only repeats it. */
function ruleColor(groups: readonly (readonly Part[])[]): Color {
  const headline = groups.flat().find((part) => part.kind === 'headline');
  const text = headline?.pieces[0]?.text ?? '';
  return RULES.find(([symbol]) => text.startsWith(symbol))?.[1] ?? 'gray';
}
