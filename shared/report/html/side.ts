import type { Ways } from './links.ts';
import { type Html, html, type Part } from './markup.ts';
import type { SideLink } from './page.ts';
import type { Section } from './section.ts';
import type { Clock } from './words.ts';

/** What every page of the console but the first has in common: whose it is, as of when, and the way back. */
export interface Place {
  readonly tenant: string;
  readonly asOf: bigint;
  readonly clock: Clock;
  readonly ways: Ways;
}

export function sideOf(
  sections: readonly Pick<Section, 'id' | 'title'>[],
  { ways }: Place,
): readonly SideLink[] {
  return [
    { link: ways.report('← The report') },
    ...sections.map(({ id, title }) => ({ link: html`<a href="#${id}">${title}</a>` })),
  ];
}

/** `facts`: names and what they are; those without anything are left out. */
export function mastheadHtml(
  kind: string,
  title: Part,
  marks: Part,
  facts: readonly (readonly [string, Part])[],
  { tenant, asOf, clock, ways }: Place,
): Html {
  const all: typeof facts = [
    ...facts,
    ['As of', html`${clock.atSecond(asOf)} <span class="quiet">(${clock.timezone})</span>`],
  ];
  return html`<header class="masthead single">
<p class="eyebrow">${ways.report(tenant)} · ${kind}</p>
<h1 class="subject">${title}</h1>
${marks === undefined ? undefined : html`<p class="marks">${marks}</p>`}
<dl class="facts">
${all.map(([name, value]) =>
  value === undefined || value === ''
    ? undefined
    : html`<div><dt>${name}</dt><dd>${value}</dd></div>
`,
)}</dl>
</header>
`;
}
