import type { Header, Report } from '../report.ts';
import type { Ways } from './links.ts';
import { type Html, html } from './markup.ts';
import type { Section } from './section.ts';
import { table } from './table.ts';
import { type Clock, duration, percent, plural } from './words.ts';

export function headerHtml({ header, hash }: Report, clock: Clock, ways: Ways): Html {
  const { tenant, name, period, policy, tool, madeFrom, coverage } = header;
  return html`<header class="masthead">
<p class="eyebrow">Workload identity report${ways.root === undefined ? undefined : ', live'}${name === undefined ? undefined : html` · ${name}`}</p>
<h1>${tenant}</h1>
<p class="period">${clock.at(period.from)} to ${clock.at(period.to)} <span class="quiet">(${clock.timezone})</span></p>
<dl class="facts">
<div><dt>As of</dt><dd>${ways.root === undefined ? clock.at(header.asOf) : clock.atSecond(header.asOf)}</dd></div>
<div><dt>Made</dt><dd>${clock.at(header.generatedAt)}, from ${madeFrom === 'store' ? 'the record of the watch' : 'files'}</dd></div>
<div><dt>Policy</dt><dd>${policy.name} <code>${policy.hash}</code>, ${policy.mode}</dd></div>
<div><dt>Answers for it</dt><dd>${policy.owner}</dd></div>
<div><dt>Known completely</dt><dd>${coverageText(coverage)}</dd></div>
<div><dt>Newest news</dt><dd>${freshText(header)}</dd></div>
<div><dt>Made by</dt><dd>${tool.name} ${tool.version}</dd></div>
<div><dt>SHA-256</dt><dd><code>${hash}</code></dd></div>
</dl>
</header>
`;
}

function coverageText({ ratio, complete, needed, gaps }: Header['coverage']): Html {
  if (ratio === undefined) return html`nothing is known that could be covered`;
  const share = html`${percent(ratio)} (${complete} of ${needed})`;
  return gaps.length === 0 ? share : html`${share}, <a href="#coverage">${plural(gaps.length, 'gap')}</a>`;
}

function freshText({ freshness }: Header): Html {
  const told = freshness.map(({ source, ageSeconds }) =>
    ageSeconds === undefined ? html`${source}: none` : html`${source}: ${duration(ageSeconds)} before`,
  );
  return html`${told.map((one, at) => (at === 0 ? one : html` · ${one}`))}`;
}

export function coverageSection({ header }: Report, clock: Clock): Section {
  const { coverage, freshness } = header;
  return {
    id: 'coverage',
    title: 'Freshness and coverage',
    of: 'organisation',
    lead: 'A report is no better than what it was made from. What depends on something being absent is undecided wherever a scope is not completely known.',
    body: html`${table({
      caption: 'How recent the news of each source is',
      columns: [{ title: 'Source' }, { title: 'Newest news' }, { title: 'Before this report', number: true }],
      rows: freshness.map(({ source, newest, ageSeconds }) => ({
        cells: [source, clock.at(newest, 'has told nothing'), duration(ageSeconds)],
      })),
      empty: 'No source is known.',
    })}${table({
      caption: 'What is not completely known',
      columns: [
        { title: 'Scope' },
        { title: 'What' },
        { title: 'Why' },
        { title: 'Undecided findings', number: true },
      ],
      rows: coverage.gaps.map(({ scope, what, why, undecided }) => ({
        cells: [html`<code>${scope}</code>`, what, why, undecided],
      })),
      empty: 'Every scope that is watched is completely known.',
    })}`,
  };
}
