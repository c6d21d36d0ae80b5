import { type Nanos, SECOND } from '../model/time.ts';
import type { Block } from '../ports.ts';
import { utcText } from './moments.ts';
import { plain, verbatimLine } from './text.ts';

/**
 * The few Block Kit elements we use. Those that hold plain or rich text clean it themselves, so that nobody can forget to;
 * `field` takes mrkdwn that `text.ts` has made. Slack refuses empty texts: what is empty is left out here.
 */
export type Span =
  | { readonly type: 'text'; readonly text: string; readonly style?: Style }
  | { readonly type: 'link'; readonly text: string; readonly url: string }
  | { readonly type: 'date'; readonly timestamp: number; readonly format: string; readonly fallback: string };
export interface Style {
  readonly bold?: true;
  readonly strike?: true;
  readonly code?: true;
}
export type RichElement = {
  readonly type: string;
  readonly elements: readonly unknown[];
  readonly [field: string]: unknown;
};

export function header(text: string): Block {
  // `emoji: false`: our symbols are Unicode, and a name must not become one by writing `:tada:`.
  return { type: 'header', text: { type: 'plain_text', text: plain(text, 150), emoji: false } };
}

export interface Field {
  readonly label: string;
  /** Made of `mrkdwn`, `code` and our own words. */
  readonly lines: readonly string[];
}

/** Two columns on a desk, one on a phone. `verbatim` keeps Slack from finding links and channels in what is data. */
export function fields(all: readonly Field[]): Block {
  return {
    type: 'section',
    fields: all.map(({ label, lines }) => ({
      type: 'mrkdwn',
      text: [`*${label}*`, ...lines.filter((line) => line !== '')].join('\n'),
      verbatim: true,
    })),
  };
}

export function span(text: string, max: number, style?: Style): Span {
  const safe = plain(text, max);
  return style === undefined ? { type: 'text', text: safe } : { type: 'text', text: safe, style };
}

/** Our own words, spaces at the ends included, which `span` would trim. */
export function words(text: string, style?: Style): Span {
  return style === undefined ? { type: 'text', text } : { type: 'text', text, style };
}

/** Only for addresses from our own configuration. */
export function link(url: string, text: string): Span {
  return { type: 'link', url, text };
}

export function paragraph(...spans: readonly Span[]): RichElement {
  return {
    type: 'rich_text_section',
    elements: spans.filter((one) => one.type === 'date' || one.text !== ''),
  };
}

/** A moment in the reader's own time zone. */
export function date(time: Nanos): Span {
  return {
    type: 'date',
    timestamp: Number(time / SECOND),
    format: '{time}, {date_short_pretty}',
    fallback: utcText(time),
  };
}

/** Preformatted lines. A `border` marks the ones that are meant to be copied. */
export function preformatted(lines: readonly string[], width: number, border?: 'border'): RichElement {
  const text = lines.map((line) => verbatimLine(line, width)).join('\n');
  const element = {
    type: 'rich_text_preformatted',
    elements: text.trim() === '' ? [] : [{ type: 'text', text }],
  };
  return border === undefined ? element : { ...element, border: 1 };
}

export function bullets(items: readonly (readonly Span[])[]): RichElement {
  return { type: 'rich_text_list', style: 'bullet', elements: items.map((spans) => paragraph(...spans)) };
}

/** `undefined` when nothing is left to show. */
export function richText(...elements: readonly RichElement[]): Block | undefined {
  const filled = elements.filter((element) => element.elements.length > 0);
  return filled.length === 0 ? undefined : { type: 'rich_text', elements: filled };
}

export function context(...texts: readonly string[]): Block | undefined {
  const filled = texts.filter((text) => text !== '');
  if (filled.length === 0) return undefined;
  return { type: 'context', elements: filled.map((text) => ({ type: 'plain_text', text, emoji: false })) };
}
