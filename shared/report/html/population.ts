import { resourceLabel } from '../../model/asset.ts';
import type { Report } from '../report.ts';
import { links } from './changes.ts';
import type { Ways } from './links.ts';
import { flag } from './marks.ts';
import { html } from './markup.ts';
import type { Section } from './section.ts';
import { table } from './table.ts';
import { type Clock, plural } from './words.ts';

const KINDS = { yes: 'good', no: 'bad', unknown: 'unsure' } as const;

export function populationSection({ population, findings }: Report, clock: Clock, ways: Ways): Section {
  const { seed, declared, undeclared, unknown, changes } = population;
  const byId = new Map(findings.map((finding) => [finding.id, finding]));
  return {
    id: 'population',
    title: 'Change population',
    of: 'organisation',
    lead: html`${plural(changes.length, 'identity change')} in the period: ${declared} declared, ${undeclared} not, ${unknown} not known. A sample of n is the ranks 1 to n; the seed is <code>${seed}</code>.`,
    body: table({
      caption: 'Every identity change of the period',
      columns: [
        { title: 'Change' },
        { title: 'At' },
        { title: 'Rank', number: true },
        { title: 'Done by' },
        { title: 'Asked by, as claimed' },
        { title: 'Approved by' },
        { title: 'Declared' },
        { title: 'What changed' },
        { title: 'Findings' },
      ],
      rows: changes.map((one) => ({
        cells: [
          html`<span class="name">${one.kind}</span><span class="sub">${resourceLabel(one.asset)}</span>`,
          clock.at(one.at),
          one.sampleRank,
          html`${one.implementer === '' ? html`<span class="quiet">redacted</span>` : one.implementer}${
            one.delegation.length === 0
              ? undefined
              : html`<span class="sub">through ${one.delegation.join(', ')}</span>`
          }`,
          one.requesterAsClaimed ?? html`<span class="quiet">not said</span>`,
          html`${one.approver ?? html`<span class="quiet">nobody</span>`}${one.ticket === undefined ? undefined : html`<span class="sub">${one.ticket}</span>`}`,
          flag(one.declared, KINDS[one.declared]),
          html`<ul class="plain code">${one.changes.map((line) => html`<li>${line}</li>`)}</ul>`,
          links(one.findings, byId, ways),
        ],
      })),
      empty: 'No change was recorded in the period.',
      rest: 'in the CSV of the change population',
    }),
  };
}
