import type { Finding } from '../../model/finding.ts';
import type { FrameworkSection, Outcome, Report } from '../report.ts';
import { links } from './changes.ts';
import type { Ways } from './links.ts';
import { outcomeMark } from './marks.ts';
import { type Html, html } from './markup.ts';
import type { Section } from './section.ts';
import { table } from './table.ts';

const OUTCOMES: readonly Outcome[] = ['fail', 'not evaluated', 'excepted', 'pass'];

export function controlsSection({ frameworks, findings }: Report, ways: Ways): Section {
  const byId = new Map(findings.map((finding) => [finding.id, finding]));
  return {
    id: 'controls',
    title: 'Controls',
    of: 'organisation',
    lead: 'What was found supports or contradicts a control. It satisfies none: a control is more than what a machine can see.',
    body:
      frameworks.length === 0
        ? html`<p class="empty">The policy asks for no framework that is known here.</p>`
        : html`${frameworks.map((framework) => frameworkHtml(framework, byId, ways))}`,
  };
}

function frameworkHtml(
  { framework, version, mapping, controls }: FrameworkSection,
  byId: ReadonlyMap<string, Finding>,
  ways: Ways,
): Html {
  const counts = OUTCOMES.map((outcome) => ({
    outcome,
    count: controls.filter((control) => control.outcome === outcome).length,
  })).filter(({ count }) => count > 0);
  return html`<details class="framework" open><summary><h3>${framework} <span class="version">${version}</span></h3> <span class="counts">${counts.map(
    ({ outcome, count }) => html`<span>${count} ${outcomeMark(outcome)}</span> `,
  )}</span></summary>
<p class="note">${mapping}</p>
${table({
  caption: `${framework} ${version}: controls, and what the evidence says`,
  columns: [
    { title: 'Control' },
    { title: 'Outcome' },
    { title: 'Supported by the checks' },
    { title: 'Evidence' },
  ],
  rows: controls.map(({ id, title, outcome, detectors, evidence, why }) => ({
    cells: [
      html`<span class="name">${id}</span><span class="sub">${title}</span>`,
      html`${outcomeMark(outcome)}${why === '' ? undefined : html`<span class="sub">${why}</span>`}`,
      html`<ul class="plain">${detectors.map((one) => html`<li>${ways.detector(one.id)}: ${one.outcome}</li>`)}</ul>`,
      links(evidence, byId, ways) ?? html`<span class="quiet">nothing stands</span>`,
    ],
  })),
  empty: 'No control of it is mapped.',
})}</details>
`;
}
