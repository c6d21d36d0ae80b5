import { type Cell, cellHtml } from './cell.ts';
import { type Html, html, type Part } from './markup.ts';
import { plural } from './words.ts';

export interface Column {
  readonly title: string;
  /** Numbers stand at the right. */
  readonly number?: true;
}

export interface Row {
  readonly cells: readonly Part[];
}

/** `owner`: who answers for it, on whose page it stays. */
export interface OwnedRow {
  readonly owner: string;
  readonly cells: readonly Cell[];
}

interface Frame {
  readonly caption: string;
  readonly columns: readonly Column[];
  /** What to say when there is none. */
  readonly empty: string;
}

export interface Table extends Frame {
  readonly rows: readonly Row[];
  /** Where the rows are that there is no room for. */
  readonly rest?: string;
}

export interface OwnedTable {
  readonly html: Html;
  /** What there was no room for: for the script, which shows it on the page of its owner. */
  readonly rest: readonly OwnedRow[];
}

/** More are for a machine to read, or for the script: the page stays small, and says where the others are. */
const MOST_ROWS = 300;

/** A table whose first column names the row. It scrolls by itself on narrow screens, by the keyboard too. */
export function table({ rows, rest = 'in the JSON of this report', ...frame }: Table): Html {
  const shown = rows.slice(0, MOST_ROWS).map(({ cells }) => rowOf(cells, frame.columns));
  return framed(frame, shown, rows.length - shown.length, rest);
}

/** A table of which each owner looks for their rows. `whole`: it has them all, however many. */
export function ownedTable(
  { rows, ...frame }: Frame & { readonly rows: readonly OwnedRow[] },
  whole?: 'whole',
): OwnedTable {
  const shown = whole === undefined ? rows.slice(0, MOST_ROWS) : rows;
  const drawn = shown.map(({ cells, owner }) => rowOf(cells.map(cellHtml), frame.columns, owner));
  return {
    html: framed(
      frame,
      drawn,
      rows.length - shown.length,
      'on the pages of their owners and in the JSON of this report',
    ),
    rest: rows.slice(shown.length),
  };
}

function framed(
  { caption, columns, empty }: Frame,
  rows: readonly Html[],
  more: number,
  where: string,
): Html {
  if (rows.length === 0) return html`<p class="empty">${empty}</p>`;
  return html`<div class="scroll" role="region" aria-label="${caption}" tabindex="0"><table>
<caption>${caption}</caption>
<thead><tr>${columns.map(({ title, number }) => html`<th scope="col"${classOf(number)}>${title}</th>`)}</tr></thead>
<tbody>
${rows}</tbody>
</table></div>${more === 0 ? undefined : html`<p class="note rest">${plural(more, 'more row')} ${where}.</p>`}`;
}

function rowOf(cells: readonly Part[], columns: readonly Column[], owner?: string): Html {
  return html`<tr${owner === undefined ? undefined : html` data-owner="${owner}"`}>${cells.map((cell, at) =>
    at === 0 ? html`<th scope="row">${cell}</th>` : html`<td${classOf(columns[at]?.number)}>${cell}</td>`,
  )}</tr>
`;
}

function classOf(number: true | undefined): Html | undefined {
  return number === undefined ? undefined : html` class="number"`;
}
