import type { Finding } from '../../model/finding.ts';
import type { Report } from '../report.ts';
import type { Ways } from './links.ts';
import { severityMark } from './marks.ts';
import { type Html, html } from './markup.ts';
import type { Section } from './section.ts';
import { table } from './table.ts';
import { type Clock, plural } from './words.ts';

const MOST = 12;

export function changesSection({ changes, findings, decisions }: Report, clock: Clock, ways: Ways): Section {
  const byId = new Map(findings.map((finding) => [finding.id, finding]));
  const of = (ids: readonly string[]) => ids.flatMap((id) => byId.get(id) ?? []);
  return {
    id: 'changes',
    title: changes.since === 'period' ? 'Changes in the period' : 'Changes since the last report',
    of: 'organisation',
    lead: html`Since ${clock.at(changes.from)}.`,
    body: html`<div class="three">
${list('New', of(changes.opened), 'Nothing new.', ways)}
${list('Back again', of(changes.reopened), 'Nothing came back.', ways)}
${list('Closed', of(changes.resolved), 'Nothing was closed.', ways)}
</div>
${
  changes.moved.length === 0
    ? undefined
    : html`<details><summary>${plural(changes.moved.length, 'other step')}</summary>${table({
        caption: 'Other steps from one state to another',
        columns: [{ title: 'Finding' }, { title: 'At' }, { title: 'Step' }, { title: 'Why' }],
        rows: changes.moved.map(({ finding, title, at, from, to, why }) => ({
          cells: [ways.finding(finding, title), clock.at(at), `${from} → ${to}`, why],
        })),
        empty: '',
      })}</details>`
}
${
  decisions.length === 0
    ? undefined
    : html`<details><summary>${plural(decisions.length, 'decision')} of people</summary>${table({
        caption: 'What people decided about these findings',
        columns: [
          { title: 'Decision' },
          { title: 'At' },
          { title: 'By' },
          { title: 'Reason' },
          { title: 'Ticket' },
          { title: 'Until' },
          { title: 'About' },
        ],
        rows: decisions.map((one) => ({
          cells: [
            one.kind,
            clock.at(one.at),
            one.by,
            one.reason === '' ? html`<span class="quiet">none given</span>` : one.reason,
            one.ticket,
            one.until === undefined ? undefined : clock.at(one.until),
            links(one.findings, byId, ways),
          ],
        })),
        empty: '',
      })}</details>`
}`,
  };
}

function list(title: string, findings: readonly Finding[], otherwise: string, ways: Ways): Html {
  return html`<div><h3>${title} <span class="count">${findings.length}</span></h3>
${
  findings.length === 0
    ? html`<p class="empty">${otherwise}</p>`
    : html`<ul class="plain">${findings
        .slice(0, MOST)
        .map(
          ({ id, severity, title: text }) =>
            html`<li>${severityMark(severity)} ${ways.finding(id, text)}</li>`,
        )}</ul>`
}${findings.length > MOST ? html`<p class="note">and ${findings.length - MOST} more</p>` : undefined}</div>`;
}

/** The first few findings by their titles, and how many more. */
export function links(
  ids: readonly string[],
  byId: ReadonlyMap<string, Finding>,
  ways: Ways,
  most = 3,
): Html | undefined {
  if (ids.length === 0) return undefined;
  return html`<ul class="plain">${ids
    .slice(0, most)
    .map((id) => html`<li>${ways.finding(id, byId.get(id)?.title ?? id)}</li>`)}${
    ids.length > most ? html`<li class="quiet">and ${ids.length - most} more</li>` : undefined
  }</ul>`;
}
