import { html } from './markup.ts';
import { pageText } from './page.ts';
import { sectionHtml } from './section.ts';
import { mastheadHtml, type Place, sideOf } from './side.ts';

export interface Lost {
  /** What was asked for: `finding f1`. */
  readonly asked: string;
  /** Why it may not be there. */
  readonly why: string;
  /** What to search the report for instead. */
  readonly words: string;
  /** Names of owners and identities that are like it. */
  readonly owners: readonly string[];
  readonly identities: readonly { readonly id: string; readonly ksa: string }[];
}

/** What is not there, why it may not be, and where to look. */
export function lostPage({ asked, why, words, owners, identities }: Lost, place: Place): string {
  const { ways } = place;
  return pageText({
    title: `Not there: ${asked} (${place.tenant})`,
    side: sideOf([], place),
    main: html`${mastheadHtml('not there', `There is no ${asked}`, why, [], place)}${sectionHtml({
      id: 'instead',
      title: 'Where to look',
      of: 'owner',
      body: html`<ul class="plain">
${words === '' ? undefined : html`<li>${ways.report(html`Findings with “${words}”`, `q=${encodeURIComponent(words.toWellFormed())}`)}</li>`}
${identities.map(({ id, ksa }) => html`<li>Identity ${ways.identity(id, ksa)}</li>`)}
${owners.map((owner) => html`<li>Owner ${ways.owner(owner)}</li>`)}
<li>${ways.report('The report: everything that stands, all identities, all owners')}</li>
</ul>`,
    })}`,
  });
}
