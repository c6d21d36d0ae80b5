import type { ExceptionLine, Report } from '../report.ts';
import { links } from './changes.ts';
import type { Ways } from './links.ts';
import { flag } from './marks.ts';
import { html } from './markup.ts';
import type { Section } from './section.ts';
import { table } from './table.ts';
import type { Clock } from './words.ts';

const KINDS = { active: 'good', ending: 'unsure', ended: 'quiet', unused: 'unsure' } as const;

export function exceptionsSection({ exceptions, findings }: Report, clock: Clock, ways: Ways): Section {
  const byId = new Map(findings.map((finding) => [finding.id, finding]));
  const count = (state: ExceptionLine['state']) => exceptions.filter((one) => one.state === state).length;
  return {
    id: 'exceptions',
    title: 'Exceptions',
    of: 'organisation',
    lead: `${count('active')} active, ${count('ending')} ending within thirty days, ${count('ended')} ended, ${count('unused')} unused.`,
    body: table({
      caption: 'Exceptions from the policy',
      columns: [
        { title: 'Exception' },
        { title: 'State' },
        { title: 'Ends' },
        { title: 'Speaks of' },
        { title: 'Reason' },
        { title: 'Asked, agreed' },
        { title: 'Covers' },
      ],
      rows: exceptions.map((one) => ({
        cells: [
          html`<span class="name">${one.name}</span>${
            one.inGit
              ? one.at === undefined
                ? undefined
                : html`<span class="sub">${one.at.file}:${one.at.line}</span>`
              : flag('not in git', 'bad')
          }`,
          flag(one.state, KINDS[one.state]),
          clock.day(one.expires),
          html`<code>${one.match}</code>`,
          html`${one.reason}${one.ticket === undefined ? undefined : html`<span class="sub">${one.ticket}</span>`}`,
          html`${one.requestedBy ?? 'unknown'}, ${one.approvedBy ?? 'unknown'}${
            one.approval === undefined ? undefined : html`<span class="sub">${one.approval}</span>`
          }`,
          links(one.covers, byId, ways) ?? html`<span class="quiet">nothing</span>`,
        ],
      })),
      empty: 'There is none.',
    }),
  };
}
