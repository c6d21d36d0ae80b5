import { type Nanos, SECOND } from '../model/time.ts';
import type { Block } from '../ports.ts';
import { dateToken, utcText } from './moments.ts';
import { mrkdwn, plain, verbatimLine } from './text.ts';

/**
 * The few Block Kit elements we use to show something; those to press are in `interactive.ts`. What holds plain or rich text cleans it
 * itself, so that nobody can forget to; `field` takes mrkdwn that `text.ts` has made. Slack refuses empty texts: what is empty is left out.
 */
export type Span =
  | { readonly type: 'text'; readonly text: string; readonly style?: Style }
  | { readonly type: 'link'; readonly text: string; readonly url: string }
  | {
      readonly type: 'date';
      readonly timestamp: number;
      readonly format: string;
      readonly fallback: string;
      readonly url?: string;
    }
  | { readonly type: 'user'; readonly user_id: string }
  | { readonly type: 'usergroup'; readonly usergroup_id: string };
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
  /** Made of `mrkdwn`, `code`, `dateToken` and our own words. */
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

/** What comes from elsewhere, on one line. */
export function span(text: string, max: number, style?: Style): Span {
  return words(plain(text, max), style);
}

/** Our own words, spaces and line ends included, which `span` would trim. */
export function words(text: string, style?: Style): Span {
  return style === undefined ? { type: 'text', text } : { type: 'text', text, style };
}

export function bold(text: string): Span {
  return words(text, { bold: true });
}

/** Only for addresses from our own configuration, or that Slack gave us. */
export function link(url: string, text: string): Span {
  return { type: 'link', url, text };
}

/** An address that may stand behind a link or a button: of the web, or of the console on this machine. */
export function isWebAddress(url: string | undefined): url is string {
  return (
    url !== undefined &&
    url.length <= 3_000 &&
    /^(?:https:\/\/[^\s/<>|]+|http:\/\/127\.0\.0\.1:\d+\/)[^\s<>|]*$/.test(url)
  );
}

/** A moment in the reader's own time zone: the time of day and the day, or what `format` says. */
export function date(time: Nanos, format = '{time}, {date_short_pretty}', url?: string): Span {
  if (time <= 0n) return words('not known');
  const moment = {
    type: 'date' as const,
    timestamp: Number(time / SECOND),
    format,
    fallback: utcText(time),
  };
  return isWebAddress(url) ? { ...moment, url } : moment;
}

/** Calls a Slack user (`U…`, `W…`) or user group (`S…`) by the id that the policy gives; `undefined` for anything else. */
export function mentionSpan(id: string | undefined): Span | undefined {
  if (id === undefined || !/^[SUW][A-Z0-9]+$/.test(id)) return undefined;
  return id.startsWith('S') ? { type: 'usergroup', usergroup_id: id } : { type: 'user', user_id: id };
}

export function paragraph(...spans: readonly Span[]): RichElement {
  return {
    type: 'rich_text_section',
    elements: spans.filter((one) => !('text' in one) || one.text !== ''),
  };
}

/** Spans a line each, in one paragraph: calmer than a list. */
export function lines(all: readonly (readonly Span[])[]): RichElement {
  return paragraph(...all.flatMap((spans, at) => (at === 0 ? spans : [words('\n'), ...spans])));
}

/** Preformatted lines. A `border` marks the ones that are meant to be copied. */
export function preformatted(all: readonly string[], width: number, border?: 'border'): RichElement {
  const text = all.map((line) => verbatimLine(line, width)).join('\n');
  const element = {
    type: 'rich_text_preformatted',
    elements: text.trim() === '' ? [] : [{ type: 'text', text }],
  };
  return border === undefined ? element : { ...element, border: 1 };
}

export function bullets(items: readonly (readonly Span[])[]): RichElement {
  return list('bullet', items);
}

export function numbered(items: readonly (readonly Span[])[]): RichElement {
  return list('ordered', items);
}

function list(style: 'bullet' | 'ordered', items: readonly (readonly Span[])[]): RichElement {
  const filled = items.map((spans) => paragraph(...spans)).filter(({ elements }) => elements.length > 0);
  return { type: 'rich_text_list', style, elements: filled };
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

/** The same spans for a message's `text`, which phones and screen readers get: one line of mrkdwn, at most `max` long. */
export function spansText(spans: readonly Span[], max: number): string {
  const parts: string[] = [];
  let room = max;
  for (const one of spans) {
    // Two for the spaces around it.
    const text = spanText(one, Math.max(1, room - 2));
    if (text.length > room) break;
    parts.push(text);
    room -= text.length;
    // What was cut ends it.
    if (room < 8) break;
  }
  return parts.join('').trim();
}

function spanText(one: Span, max: number): string {
  switch (one.type) {
    case 'text':
    case 'link':
      return inWords(one.text, max);
    case 'date':
      return dateToken(BigInt(one.timestamp) * SECOND, one.format);
    case 'user':
      return `<@${one.user_id}>`;
    case 'usergroup':
      return `<!subteam^${one.usergroup_id}>`;
  }
}

/** `mrkdwn` trims, and here the spaces part one span from the next. */
function inWords(text: string, max: number): string {
  const [, before = '', after = ''] = /^(\s*)[\s\S]*?(\s*)$/.exec(text) ?? [];
  const inner = mrkdwn(text, max);
  return `${before === '' ? '' : ' '}${inner}${inner === '' || after === '' ? '' : ' '}`;
}
