import { type Html, html, type Part } from './markup.ts';
import { plural } from './words.ts';

export interface Column {
  readonly title: string;
  /** Numbers stand at the right. */
  readonly number?: true;
}

export interface Row {
  readonly cells: readonly Part[];
  /** Who answers for it: the row stays when the page is that owner's. */
  readonly owner?: string;
}

export interface Table {
  readonly caption: string;
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
  /** What to say when there is none. */
  readonly empty: string;
  /** Where the rows are that there is no room for. */
  readonly rest?: string;
}

/** More are for a machine to read: the page stays small, and says where the others are. Owners look for their own rows, so these have room. */
const MOST_ROWS = 300;
const MOST_OWNED_ROWS = 600;

/** A table whose first column names the row. It scrolls by itself on narrow screens, by the keyboard too. */
export function table({ caption, columns, rows, empty, rest = 'in the JSON of this report' }: Table): Html {
  if (rows.length === 0) return html`<p class="empty">${empty}</p>`;
  const shown = rows.slice(0, rows[0]!.owner === undefined ? MOST_ROWS : MOST_OWNED_ROWS);
  return html`<div class="scroll" role="region" aria-label="${caption}" tabindex="0"><table>
<caption>${caption}</caption>
<thead><tr>${columns.map(({ title, number }) => html`<th scope="col"${classOf(number)}>${title}</th>`)}</tr></thead>
<tbody>
${shown.map((row) => rowOf(row, columns))}</tbody>
</table></div>${
    shown.length < rows.length
      ? html`<p class="note">${plural(rows.length - shown.length, 'more row')}${rows[0]!.owner === undefined ? '' : ' (of any owner)'} ${rest}.</p>`
      : undefined
  }`;
}

function rowOf({ cells, owner }: Row, columns: readonly Column[]): Html {
  return html`<tr${owner === undefined ? undefined : html` data-owner="${owner}"`}>${cells.map((cell, at) =>
    at === 0 ? html`<th scope="row">${cell}</th>` : html`<td${classOf(columns[at]?.number)}>${cell}</td>`,
  )}</tr>
`;
}

function classOf(number: true | undefined): Html | undefined {
  return number === undefined ? undefined : html` class="number"`;
}
