import type { Block } from '../ports.ts';
import { type Piece, printable } from './terminal-text.ts';

/** What a message says, whatever draws it: read back from the very blocks that Slack gets, so that the two cannot differ. */
export type Part =
  | { readonly kind: 'headline'; readonly pieces: readonly Piece[] }
  | { readonly kind: 'facts'; readonly facts: readonly Fact[] }
  | { readonly kind: 'prose'; readonly pieces: readonly Piece[] }
  | { readonly kind: 'items'; readonly items: readonly (readonly Piece[])[]; readonly numbered: boolean }
  /** Preformatted: signed lines. */
  | { readonly kind: 'lines'; readonly lines: readonly string[] }
  /** Preformatted with a border: to be copied. */
  | { readonly kind: 'command'; readonly lines: readonly string[] }
  | { readonly kind: 'footnote'; readonly pieces: readonly Piece[] };

export interface Fact {
  readonly label: string;
  readonly value: readonly Piece[];
}

/** One list of parts per block. Block kinds it does not know, buttons for one, have nothing to show on a terminal. */
export function partsOf(blocks: readonly Block[]): readonly (readonly Part[])[] {
  return blocks.map(readBlock).filter((parts) => parts.length > 0);
}

function readBlock(block: Block): readonly Part[] {
  switch (block.type) {
    case 'header':
      return [{ kind: 'headline', pieces: textObject(block.text) }];
    case 'section':
      return [
        ...(block.text === undefined ? [] : [{ kind: 'prose' as const, pieces: textObject(block.text) }]),
        ...(block.fields === undefined
          ? []
          : [{ kind: 'facts' as const, facts: listOf(block.fields).map(fact) }]),
      ];
    case 'context':
      return [
        {
          kind: 'footnote',
          pieces: listOf(block.elements).flatMap((text, at) => [
            ...(at > 0 ? [{ text: ' · ' }] : []),
            ...textObject(text),
          ]),
        },
      ];
    case 'rich_text':
      return listOf(block.elements).flatMap(richElement);
    default:
      return [];
  }
}

function richElement(element: unknown): readonly Part[] {
  const inner = listOf(fieldOf(element, 'elements'));
  switch (fieldOf(element, 'type')) {
    case 'rich_text_section':
    case 'rich_text_quote':
      return [{ kind: 'prose', pieces: inner.map(richSpan) }];
    case 'rich_text_list':
      return [
        {
          kind: 'items',
          items: inner.map((item) => listOf(fieldOf(item, 'elements')).map(richSpan)),
          numbered: fieldOf(element, 'style') === 'ordered',
        },
      ];
    case 'rich_text_preformatted': {
      const lines = inner
        .map((span) => richSpan(span).text)
        .join('')
        .split('\n');
      return [{ kind: fieldOf(element, 'border') === 1 ? 'command' : 'lines', lines }];
    }
    default:
      return [];
  }
}

function richSpan(span: unknown): Piece {
  const style = fieldOf(span, 'style');
  return {
    text: printable(spanText(span)),
    style: { bold: fieldOf(style, 'bold') === true, strike: fieldOf(style, 'strike') === true },
  };
}

function spanText(span: unknown): string {
  const text = (name: string) => textOf(fieldOf(span, name));
  switch (fieldOf(span, 'type')) {
    case 'date':
      return text('fallback');
    case 'link':
      return `${text('text')} ${text('url')}`.trim();
    case 'user':
      return `@${text('user_id')}`;
    case 'usergroup':
      return `@${text('usergroup_id')}`;
    default:
      return text('text');
  }
}

/** A field is `*Label*` and the lines below it. */
function fact(field: unknown): Fact {
  const [label = '', ...lines] = textOf(fieldOf(field, 'text')).split('\n');
  return {
    label: inline(label)
      .map((piece) => piece.text)
      .join(''),
    value: inline(lines.join('\n')),
  };
}

function textObject(text: unknown): readonly Piece[] {
  const value = textOf(fieldOf(text, 'text'));
  return fieldOf(text, 'type') === 'mrkdwn' ? inline(value) : [{ text: printable(value) }];
}

const MARKUP =
  /<!date\^[^|>]*\|([^>]*)>|<[^|>]*\|([^>]*)>|<(?:!subteam\^|@)([^|>]*)>|`([^`\n]+)`|\*([^*`\n]+)\*/g;

/** Slack's mrkdwn, as far as we write it: bold, code spans, dates, links, and those who are called. */
export function inline(mrkdwn: string): readonly Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  for (const match of mrkdwn.matchAll(MARKUP)) {
    const [whole, date, link, called, code, bold] = match;
    const name = called === undefined ? undefined : `@${called}`;
    pieces.push({ text: unescaped(mrkdwn.slice(at, match.index)) });
    pieces.push({
      text: unescaped(date ?? link ?? name ?? code ?? bold ?? ''),
      style: { bold: bold !== undefined },
    });
    at = match.index + whole.length;
  }
  return [...pieces, { text: unescaped(mrkdwn.slice(at)) }].filter((piece) => piece.text !== '');
}

function unescaped(text: string): string {
  return printable(text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&'));
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null
    ? Object.getOwnPropertyDescriptor(value, name)?.value
    : undefined;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
