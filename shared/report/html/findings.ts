import { gzipSync } from 'node:zlib';
import { SEVERITIES } from '../../model/finding.ts';
import { webLink } from './links.ts';
import { severityMark, stateMark } from './marks.ts';
import { type Html, html, island, plain } from './markup.ts';
import type { Block, FindingRow } from './rows.ts';
import { type Section, sectionHtml } from './section.ts';
import { plural } from './words.ts';

/** As many stand in the page whole, however much room they take. */
const LEAST_WHOLE = 100;

const COLUMNS = [
  ['severity', 'Severity'],
  ['title', 'Finding'],
  ['identity', 'Identity'],
  ['owner', 'Owner'],
  ['project', 'Project'],
  ['state', 'State'],
  ['age', 'Age'],
] as const;

/**
 * `room`: how many bytes it may take. As many findings as there is room for stand in the page whole; of those beyond, whoever reads without
 * scripts gets one line each.
 */
export function findingsHtml(rows: readonly FindingRow[], room: number): Html {
  return sectionHtml(findingsSection(rows, room));
}

function findingsSection(rows: readonly FindingRow[], room: number): Section {
  const lead = 'What stands and what was closed in the period, the worst that stands first.';
  if (rows.length === 0)
    return {
      id: 'findings',
      title: 'Findings',
      of: 'owner',
      lead,
      body: html`<p class="empty">There is none.</p>`,
    };
  const whole = wholeRows(rows, room);
  return {
    id: 'findings',
    title: 'Findings',
    of: 'owner',
    lead,
    body: html`${filters(rows)}
<p id="found" class="note" role="status">${plural(rows.length, 'finding')}</p>
<table id="finding-table" class="findings">
<caption class="unseen">Findings, each followed by its trace, what changed and how to mend it</caption>
<thead><tr>${COLUMNS.map(([key, title]) => html`<th scope="col" data-sort="${key}" class="c-${key}">${title}</th>`)}</tr></thead>
<tbody>
${whole}</tbody>
</table>
<nav id="pager" aria-label="Pages of findings" hidden><button type="button" data-step="-1">Previous</button><span></span><button type="button" data-step="1">Next</button></nav>
${briefHtml(rows.slice(whole.length))}`,
  };
}

function wholeRows(rows: readonly FindingRow[], room: number): readonly Html[] {
  const briefly = rows.map((row) => bytesOf(briefLine(row)));
  let left = room - briefly.reduce((sum, bytes) => sum + bytes, 0);
  const whole: Html[] = [];
  for (const [at, row] of rows.entries()) {
    const drawn = rowHtml(row);
    left -= bytesOf(drawn) - briefly[at]!;
    if (left < 0 && at >= LEAST_WHOLE) break;
    whole.push(drawn);
  }
  return whole;
}

/** How much a part of the page takes. */
export function bytesOf(part: Html): number {
  return Buffer.byteLength(String(part));
}

/** Nothing of it works without scripts, so the script shows it. */
function filters(rows: readonly FindingRow[]): Html {
  const states = [...new Set(rows.map(({ state }) => state))];
  const severities = SEVERITIES.filter((severity) => rows.some((row) => row.severity === severity));
  const choices = (key: 'detector' | 'owner' | 'project', name: string, title: string) =>
    html`<label>${title}<select name="${name}"><option value="">all</option>${[
      ...new Set(rows.map((row) => row[key])),
    ]
      .filter((value) => value !== '')
      .sort()
      .map((value) => html`<option>${value}</option>`)}</select></label>`;
  const boxes = (name: string, title: string, values: readonly string[], mark: (value: string) => Html) =>
    html`<fieldset><legend>${title}</legend>${values.map(
      (value) => html`<label><input type="checkbox" name="${name}" value="${value}">${mark(value)}</label>`,
    )}</fieldset>`;
  return html`<form id="filters" aria-label="Filter the findings" hidden>
<label class="search">Search<input type="search" name="q" placeholder="identity, role, text" autocomplete="off" spellcheck="false"></label>
${choices('detector', 'detector', 'Detector')}${choices('owner', 'who', 'Owner')}${choices('project', 'project', 'Project')}
<button type="reset">Show all</button>
${boxes('severity', 'Severity', severities, (value) => html`${severities.filter((one) => one === value).map(severityMark)}`)}
${boxes('state', 'State', states, (value) => html`${states.filter((one) => one === value).map(stateMark)}`)}
</form>`;
}

function rowHtml(row: FindingRow): Html {
  return html`<tr id="f-${encodeURIComponent(row.id)}" data-owner="${row.owner}"><td class="c-severity">${severityMark(row.severity)}</td><th scope="row" class="c-title"><span class="title">${row.title}</span><span class="detector">${row.detector}</span></th><td class="c-identity">${row.identity}</td><td class="c-owner">${row.owner}</td><td class="c-project">${row.project}</td><td class="c-state">${stateMark(row.state)}</td><td class="c-age"><time title="${row.since}">${row.ageText}</time></td></tr>
<tr class="detail" data-owner="${row.owner}"><td colspan="7"><div class="blocks">${row.blocks.map(blockHtml)}${row.page === undefined ? undefined : html`<p class="own"><a href="${row.page}">The page of this finding</a></p>`}</div></td></tr>
`;
}

export function blockHtml({ title, kind, lines }: Block): Html {
  const heading = title === '' ? undefined : html`<h3>${title}</h3>`;
  switch (kind) {
    case 'text':
      return html`<div class="block">${heading}${lines.map((line) => html`<p>${line}</p>`)}</div>`;
    case 'steps':
      return html`<div class="block">${heading}<ol>${lines.map((line) => html`<li>${line}</li>`)}</ol></div>`;
    case 'code':
      return html`<div class="block wide">${heading}${lines.map((line) => html`<pre tabindex="0"><code>${line}</code></pre>`)}</div>`;
    case 'diff':
      return html`<div class="block wide">${heading}<ul class="diff">${lines.map(
        (line) => html`<li class="${line.startsWith('+') ? 'came' : 'went'}">${line}</li>`,
      )}</ul></div>`;
    case 'facts':
      return html`<div class="block wide">${heading}<dl>${pairs(lines).map(
        ([name, value, url]) =>
          html`<div><dt>${name}</dt><dd>${webLink(url === '' ? undefined : url, value)}</dd></div>`,
      )}</dl></div>`;
  }
}

function pairs(lines: readonly string[]): readonly (readonly [string, string, string])[] {
  return lines.flatMap((name, at) => {
    if (at % 2 === 1) return [];
    const [value = '', url = ''] = (lines[at + 1] ?? '').split('\t');
    return [[name, value, url] as const];
  });
}

/** One line each, grouped by what they have in common. The script takes them away: it has the whole rows. */
function briefHtml(rows: readonly FindingRow[]): Html | undefined {
  if (rows.length === 0) return undefined;
  const groups = Map.groupBy(rows, ({ severity, state, detector }) =>
    JSON.stringify([severity, state, detector]),
  );
  return html`<div id="brief"><h3>${plural(rows.length, 'more finding')}</h3>
<p class="note">One line each. ${rows[0]!.page === undefined ? 'With scripts on the page shows all of them whole, and so does the JSON of this report.' : 'Each leads to its page; with scripts on this page shows all of them whole.'}</p>
${[...groups.values()].map(
  (group) => html`<h4>${severityMark(group[0]!.severity)} ${group[0]!.detector}, ${group[0]!.state}</h4>
<ul>${group.map(briefLine)}</ul>
`,
)}</div>`;
}

function briefLine({ title, owner, page }: FindingRow): Html {
  return html`<li>${page === undefined ? title : html`<a href="${page}">${title}</a>`} (${owner})
`;
}

/**
 * All rows for the script, in the order of the report. Packed, because ten thousand findings with their traces are some fifteen megabytes of
 * text, and a report has to go through the post.
 */
export function findingsIsland(rows: readonly FindingRow[]): Html {
  return packedIsland('findings-data', rows);
}

/** The rows of tables that there is no room for in the page, by the section they belong to. The script shows their owners theirs. */
export function restIsland(sections: readonly Section[]): Html {
  return packedIsland(
    'rest-data',
    Object.fromEntries(
      sections.flatMap(({ id, rest = [] }) => (rest.length === 0 ? [] : [[id, rest] as const])),
    ),
  );
}

function packedIsland(id: string, value: unknown): Html {
  const seen = JSON.stringify(value, (_, one: unknown) => (typeof one === 'string' ? plain(one) : one));
  const packed = gzipSync(seen, { level: 9 }).toString('base64');
  return html`<script type="application/json" id="${id}">${island({ gzip: packed })}</script>`;
}
