import { isConsole } from './links.ts';
import { type Html, html } from './markup.ts';

/**
 * What stands in a cell of a table of which owners look for their own rows. The page has room for the first of these rows as markup; its
 * script draws the others when their owner asks for them. Both draw this value, so that they cannot look different.
 */
export type Cell = readonly Span[] | { readonly list: readonly (readonly Span[])[] };

/** Text; in a style; leading somewhere (a page beside this one, this page, the console of Google Cloud). */
export type Span = string | readonly [style: Style, text: string, to?: string | undefined];

export type Style =
  | ''
  | 'name'
  | 'sub'
  | 'quiet'
  | 'code'
  | 'time'
  | `flag ${'good' | 'bad' | 'unsure' | 'quiet'}`;

export function cellHtml(cell: Cell): Html {
  return 'list' in cell
    ? html`<ul class="plain">${cell.list.map((item) => html`<li>${item.map(spanHtml)}</li>`)}</ul>`
    : html`${cell.map(spanHtml)}`;
}

function spanHtml(span: Span): Html {
  if (typeof span === 'string') return html`${span}`;
  const [style, text, to] = span;
  const inner =
    to === undefined || !leads(to)
      ? html`${text}`
      : isConsole(to)
        ? html`<a href="${to}" rel="noreferrer noopener">${text}</a>`
        : html`<a href="${to}">${text}</a>`;
  if (style === '') return inner;
  if (style === 'code') return html`<code>${inner}</code>`;
  if (style === 'time') return html`<time>${inner}</time>`;
  return html`<span class="${style}">${inner}</span>`;
}

/** Into this page, to one beside it, or to the console; the script asks the same. */
function leads(to: string): boolean {
  return /^(?:#|\.{1,2}\/)/.test(to) || isConsole(to);
}
