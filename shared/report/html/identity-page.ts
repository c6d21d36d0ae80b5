import { identityGraph } from '../identity-graph.ts';
import type { IdentityLine, Report } from '../report.ts';
import { cellHtml } from './cell.ts';
import { declaredFlag, graphFigure, stateWords } from './identities.ts';
import { KEY_COLUMNS, keyCells } from './keys.ts';
import { accountUrl, policyUrl, webLink } from './links.ts';
import { flag, severityMark, stateMark } from './marks.ts';
import { type Html, html } from './markup.ts';
import { pageText } from './page.ts';
import { type Section, sectionHtml } from './section.ts';
import { mastheadHtml, type Place, sideOf } from './side.ts';
import { ownedTable, table } from './table.ts';
import { plural } from './words.ts';

/** All that the report has on one identity: who it is, what it holds, what stands on it, how it was reviewed. */
export function identityPage(line: IdentityLine, report: Report, place: Place): string {
  const { ways, clock } = place;
  const { account, accountId, accountState, entry } = line;
  const review = report.accessReview.owners
    .flatMap(({ identities }) => identities)
    .find(({ identity }) => identity === line.id);
  const sections: readonly Section[] = [
    rolesSection(line),
    findingsSection(line, report, place),
    workloadsSection(line),
    ...keysSection(line, report),
    ...changesSection(line, report, place),
  ];
  return pageText({
    title: `${line.ksa}${account === undefined ? '' : ` as ${account}`} (${place.tenant})`,
    side: sideOf(sections, place),
    main: html`${mastheadHtml(
      'identity',
      account === undefined ? line.ksa : html`${line.ksa} <span class="quiet">→</span> ${account}`,
      html`${cellHtml([declaredFlag(line.declared)])} ${stateWords(line)}`,
      [
        ['Owner', ways.owner(line.owner)],
        ['Pool', html`<code>${line.pool}</code>`],
        ['Clusters', line.clusters.join(', ') || html`<span class="quiet">seen in none</span>`],
        [
          'Service account',
          account === undefined
            ? html`<span class="quiet">none: it holds roles itself</span>`
            : html`${webLink(accountUrl(account, accountId), account)} <span class="sub">${accountState ?? 'unknown'}</span>`,
        ],
        [
          'Declared by',
          entry === undefined
            ? html`<span class="quiet">no entry of the policy</span>`
            : html`${webLink(policyUrl(entry.file), `${entry.file}:${entry.line}`)} <span class="sub">${entry.entry}</span>`,
        ],
        [
          `Access review, ${report.accessReview.quarter}`,
          review === undefined
            ? undefined
            : html`${review.decision}${review.by === undefined ? undefined : ` by ${review.by}`}${
                review.at === undefined ? undefined : html` <span class="sub">${clock.at(review.at)}</span>`
              }${review.comment === '' ? undefined : html` <span class="sub">${review.comment}</span>`}`,
        ],
      ],
      place,
    )}${graphFigure(identityGraph([line]), html`Who acts as whom, and holds what. Dashed and labelled: not as declared.`)}${sections.map(sectionHtml)}`,
  });
}

/** Several identities go by a name, or none does and findings speak of it all the same. */
export function namesakesPage(
  name: string,
  lines: readonly IdentityLine[],
  { findings }: Report,
  place: Place,
): string {
  const { ways } = place;
  const speaking = findings.filter(({ identity }) => identity === name);
  const sections: readonly Section[] = [
    {
      id: 'identities',
      title: 'Identities',
      of: 'owner',
      body: table({
        caption: 'Identities that go by this name',
        columns: [
          { title: 'Kubernetes service account' },
          { title: 'Acts as' },
          { title: 'State' },
          { title: 'Owner' },
        ],
        rows: lines.map((line) => ({
          cells: [
            html`${ways.identity(line.id, line.ksa)}<span class="sub">${line.pool}</span>`,
            line.account ?? 'itself',
            html`${cellHtml([declaredFlag(line.declared)])} ${stateWords(line)}`,
            ways.owner(line.owner),
          ],
        })),
        empty: 'Nothing is known of who can act as it: findings speak of it, and no more.',
      }),
    },
    findingsTable('Findings that speak of it', speaking, place),
  ];
  return pageText({
    title: `${name} (${place.tenant})`,
    side: sideOf(sections, place),
    main: html`${mastheadHtml('identity', name, undefined, [['Goes by this name', plural(lines.length, 'identity', 'identities')]], place)}${sections.map(sectionHtml)}`,
  });
}

function rolesSection({ roles, moreRoles }: IdentityLine): Section {
  return {
    id: 'roles',
    title: 'Roles',
    of: 'owner',
    body: html`${table({
      caption: 'What it holds',
      columns: [{ title: 'Role' }, { title: 'On' }, { title: 'Condition' }, { title: 'Declared' }],
      rows: roles.map(({ role, on, condition, drift }) => ({
        cells: [
          html`<code>${role}</code>`,
          on,
          condition === undefined ? html`<span class="quiet">none</span>` : html`<code>${condition}</code>`,
          drift ? flag('not declared', 'bad') : flag('declared', 'good'),
        ],
      })),
      empty: 'It holds no role that is known.',
    })}${moreRoles === 0 ? undefined : html`<p class="note">${plural(moreRoles, 'more role')}; <code>anchorwatch explain</code> lists them all.</p>`}`,
  };
}

function findingsSection(line: IdentityLine, report: Report, place: Place): Section {
  const ids = new Set(line.findings);
  return findingsTable(
    'Findings that stand on it',
    report.findings.filter(({ id }) => ids.has(id)),
    place,
  );
}

function findingsTable(caption: string, findings: Report['findings'], { ways, clock }: Place): Section {
  return {
    id: 'findings',
    title: 'Findings',
    of: 'owner',
    body: table({
      caption,
      columns: [{ title: 'Finding' }, { title: 'Severity' }, { title: 'State' }, { title: 'First seen' }],
      rows: findings.map(({ id, title, detector, severity, state, firstSeen }) => ({
        cells: [
          html`${ways.finding(id, title)}<span class="sub">${detector}</span>`,
          severityMark(severity),
          stateMark(state),
          clock.at(firstSeen),
        ],
      })),
      empty: 'There is none.',
      rest: 'in the report',
    }),
  };
}

function workloadsSection({ workloads }: IdentityLine): Section {
  return {
    id: 'workloads',
    title: 'What runs as it',
    of: 'owner',
    body:
      workloads.length === 0
        ? html`<p class="empty">Nothing was seen to run as it.</p>`
        : html`<ul class="plain">${workloads.map((name) => html`<li>${name}</li>`)}</ul>`,
  };
}

function keysSection({ account }: IdentityLine, { keys }: Report): readonly Section[] {
  const own = keys.keys.filter((key) => key.account === account);
  if (own.length === 0) return [];
  const { html: body } = ownedTable(
    {
      caption: 'Keys of its account that are left',
      columns: KEY_COLUMNS,
      rows: own.map((key) => ({ owner: key.owner, cells: keyCells(key) })),
      empty: '',
    },
    'whole',
  );
  return [{ id: 'keys', title: 'Keys', of: 'owner', body }];
}

/** Changes of the period that brought about what stands on it, or that were made to its account. */
function changesSection(
  { findings, accountId, account }: IdentityLine,
  { population }: Report,
  { clock }: Place,
): readonly Section[] {
  const ids = new Set(findings);
  const names = [accountId, account].filter((name) => name !== undefined);
  const own = population.changes.filter(
    (change) =>
      change.findings.some((id) => ids.has(id)) || names.some((name) => change.asset.endsWith(`/${name}`)),
  );
  if (own.length === 0) return [];
  const changed = (lines: readonly string[]): Html =>
    html`<ul class="plain code">${lines.map((text) => html`<li>${text}</li>`)}</ul>`;
  return [
    {
      id: 'changes',
      title: 'Changes in the period',
      of: 'owner',
      body: table({
        caption: 'Changes to its account, or that brought about what stands on it',
        columns: [
          { title: 'Change' },
          { title: 'At' },
          { title: 'Done by' },
          { title: 'Declared' },
          { title: 'What changed' },
        ],
        rows: own.map(({ kind, at, implementer, declared, changes }) => ({
          cells: [
            kind,
            clock.at(at),
            implementer === '' ? html`<span class="quiet">redacted</span>` : implementer,
            declared,
            changed(changes),
          ],
        })),
        empty: '',
        rest: 'in the report',
      }),
    },
  ];
}
