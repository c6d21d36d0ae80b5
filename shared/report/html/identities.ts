import type { Graph } from '../../explain/graph/graph.ts';
import { layout } from '../../explain/graph/layout.ts';
import { drawing } from '../../explain/graph/svg.ts';
import { visible } from '../../explain/graph/visible.ts';
import type { Finding } from '../../model/finding.ts';
import { identityGraph } from '../identity-graph.ts';
import type { HeldRoleLine, IdentityLine, Report } from '../report.ts';
import type { Cell, Span } from './cell.ts';
import { accountUrl, type Ways } from './links.ts';
import { Html, html } from './markup.ts';
import type { Section } from './section.ts';
import { ownedTable } from './table.ts';
import { plural } from './words.ts';

/** As many lines can still be followed with a finger. */
const MOST_DRAWN = 20;

export function identitiesSection(
  { identities, findings, graph }: Report,
  ways: Ways,
  whole?: 'whole',
): Section {
  const byId = new Map(findings.map((finding) => [finding.id, finding]));
  // Those that are not as declared first: they are what a reader looks for.
  const drifting = identities.filter(hasDrift);
  const drawn = [...drifting, ...identities.filter((line) => !hasDrift(line))].slice(0, MOST_DRAWN);
  const all = ownedTable(
    {
      caption: 'Identities, what they hold, and what stands on them',
      columns: [
        { title: 'Kubernetes service account' },
        { title: 'Acts as' },
        { title: 'State' },
        { title: 'Owner' },
        { title: 'Roles' },
        { title: 'Runs as it' },
        { title: 'Findings' },
      ],
      rows: identities.map((line) => ({ owner: line.owner, cells: cellsOf(line, byId, ways) })),
      empty: 'No identity is known.',
    },
    whole,
  );
  return {
    id: 'identities',
    title: 'Identities',
    of: 'owner',
    lead: html`Who acts as which account, and what that account holds. ${plural(drifting.length, 'identity', 'identities')} of ${identities.length} ${drifting.length === 1 ? 'is' : 'are'} not as the policy declares.`,
    body: html`${
      identities.length === 0
        ? undefined
        : graphFigure(
            drawn.length === identities.length ? graph : identityGraph(drawn),
            html`KSA, account, role, resource. Dashed and labelled: not as declared.${
              drawn.length < identities.length
                ? ` Drawn are ${drawn.length} of ${identities.length}, those with drift first; the table has all.`
                : ''
            }`,
          )
    }${all.html}`,
    rest: all.rest,
  };
}

/** A drawing, and what it says for those who cannot see it: the table that follows. */
export function graphFigure(graph: Graph, caption: Html): Html {
  const placed = layout(graph);
  const [width, height] = [Math.ceil(placed.width), Math.ceil(placed.height)];
  return html`<figure class="organisation graph"><figcaption>${caption}</figcaption>
<div class="scroll" role="region" aria-label="Drawing of the identities" tabindex="0"><svg viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${visible(graph.title, 300)}; the table after it says the same">${Html.own(drawing(placed))}</svg></div></figure>`;
}

function hasDrift(line: IdentityLine): boolean {
  return !isWell(line) || line.roles.some(({ drift }) => drift);
}

function isWell({ declared, state, kind }: IdentityLine): boolean {
  return declared && (kind === 'set' ? state !== 'broken' : state === 'bound' || state === 'direct');
}

function cellsOf(line: IdentityLine, byId: ReadonlyMap<string, Finding>, ways: Ways): readonly Cell[] {
  const { ksa, pool, clusters, account, accountState, declared, entry, roles, moreRoles, workloads } = line;
  return [
    [
      ['name', ksa, ways.toIdentity(line.id)],
      ['sub', [pool, ...clusters].join(' · ')],
    ],
    account === undefined
      ? [['quiet', 'itself']]
      : [
          ['name', shortEmail(account), accountUrl(account, line.accountId)],
          ...(accountState === 'active' ? [] : [['sub', accountState ?? 'unknown'] as const]),
        ],
    [
      declaredFlag(declared),
      ` ${stateWords(line)}`,
      ...(entry === undefined ? [] : [['sub', `${entry.file}:${entry.line}`] as const]),
    ],
    [line.owner],
    {
      list: [
        ...roles.map(roleSpans),
        ...(moreRoles === 0 ? [] : [[['quiet', `and ${moreRoles} more`] as const]]),
      ],
    },
    workloads.length === 0
      ? [['quiet', 'nothing seen']]
      : {
          list: [
            ...workloads.slice(0, 4).map((name) => [name]),
            ...(workloads.length > 4 ? [[['quiet', `and ${workloads.length - 4} more`] as const]] : []),
          ],
        },
    findingSpans(line.findings, byId, ways),
  ];
}

export function declaredFlag(declared: boolean): Span {
  return [declared ? 'flag good' : 'flag bad', declared ? 'declared' : 'not declared'];
}

export function stateWords({ kind, state }: IdentityLine): string {
  return kind === 'set' ? 'a set' : state;
}

function roleSpans({ role, on, condition, drift }: HeldRoleLine): readonly Span[] {
  return [
    ['code', role],
    ` on ${on}`,
    ...(condition === undefined ? [] : [' ', ['sub', `if ${condition}`] as const]),
    ...(drift ? [' ', ['flag bad', 'not declared'] as const] : []),
  ];
}

/** The first few findings by their titles, and how many more. */
function findingSpans(ids: readonly string[], byId: ReadonlyMap<string, Finding>, ways: Ways): Cell {
  return {
    list: [
      ...ids.slice(0, 3).map((id): readonly Span[] => [['', byId.get(id)?.title ?? id, ways.toFinding(id)]]),
      ...(ids.length > 3 ? [[['quiet', `and ${ids.length - 3} more`] as const]] : []),
    ],
  };
}

/** What every account's address ends in says nothing. */
export function shortEmail(email: string): string {
  return email.replace(/\.iam\.gserviceaccount\.com$/, '');
}
