import { type Html, html, type Part } from './markup.ts';
import type { OwnedRow } from './table.ts';

/** A part of the page. `of`: an owner sees it on their page too, or it is about the whole organisation. */
export interface Section {
  readonly id: string;
  readonly title: string;
  readonly of: 'owner' | 'organisation';
  readonly lead?: Part;
  readonly body: Part;
  /** Rows of its table that the page shows on their owner's page alone. */
  readonly rest?: readonly OwnedRow[];
}

export function sectionHtml({ id, title, of, lead, body }: Section): Html {
  return html`<section id="${id}" class="${of}" aria-labelledby="${id}-title">
<h2 id="${id}-title">${title}</h2>
${lead === undefined ? undefined : html`<p class="lead">${lead}</p>`}
${body}
</section>
`;
}
