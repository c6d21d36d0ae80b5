import { layout } from '../../explain/graph/layout.ts';
import { drawing } from '../../explain/graph/svg.ts';
import { visible } from '../../explain/graph/visible.ts';
import type { Finding } from '../../model/finding.ts';
import { identityGraph } from '../identity-graph.ts';
import type { IdentityLine, Report } from '../report.ts';
import { links } from './changes.ts';
import { flag } from './marks.ts';
import { Html, html } from './markup.ts';
import type { Section } from './section.ts';
import { table } from './table.ts';
import { plural } from './words.ts';

/** As many lines can still be followed with a finger. */
const MOST_DRAWN = 20;

export function identitiesSection({ identities, findings, graph }: Report): Section {
  const byId = new Map(findings.map((finding) => [finding.id, finding]));
  // Those that are not as declared first: they are what a reader looks for.
  const drifting = identities.filter(hasDrift);
  const drawn = [...drifting, ...identities.filter((line) => !hasDrift(line))].slice(0, MOST_DRAWN);
  const shown = drawn.length === identities.length ? graph : identityGraph(drawn);
  const placed = layout(shown);
  const [width, height] = [Math.ceil(placed.width), Math.ceil(placed.height)];
  return {
    id: 'identities',
    title: 'Identities',
    of: 'owner',
    lead: html`Who acts as which account, and what that account holds. ${plural(drifting.length, 'identity', 'identities')} of ${identities.length} ${drifting.length === 1 ? 'is' : 'are'} not as the policy declares.`,
    body: html`${
      identities.length === 0
        ? undefined
        : html`<figure class="organisation graph"><figcaption>KSA, account, role, resource. Dashed and labelled: not as declared.${
            drawn.length < identities.length
              ? ` Drawn are ${drawn.length} of ${identities.length}, those with drift first; the table has all.`
              : ''
          }</figcaption>
<div class="scroll" role="region" aria-label="Drawing of the identities" tabindex="0"><svg viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${visible(shown.title, 300)}; the table after it says the same">${Html.own(drawing(placed))}</svg></div></figure>`
    }${table({
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
      rows: identities.map((line) => ({ owner: line.owner, cells: cellsOf(line, byId) })),
      empty: 'No identity is known.',
    })}`,
  };
}

function hasDrift(line: IdentityLine): boolean {
  return !isWell(line) || line.roles.some(({ drift }) => drift);
}

function isWell({ declared, state, kind }: IdentityLine): boolean {
  return declared && (kind === 'set' ? state !== 'broken' : state === 'bound' || state === 'direct');
}

function cellsOf(line: IdentityLine, byId: ReadonlyMap<string, Finding>) {
  const {
    ksa,
    pool,
    clusters,
    account,
    accountState,
    state,
    declared,
    entry,
    owner,
    roles,
    moreRoles,
    workloads,
  } = line;
  return [
    html`<span class="name">${ksa}</span><span class="sub">${pool}${clusters.map((name) => html` · ${name}`)}</span>`,
    account === undefined
      ? html`<span class="quiet">itself</span>`
      : html`<span class="name">${shortEmail(account)}</span>${accountState === 'active' ? undefined : html`<span class="sub">${accountState ?? 'unknown'}</span>`}`,
    html`${flag(declared ? 'declared' : 'not declared', declared ? 'good' : 'bad')} ${
      line.kind === 'set' ? 'a set' : state
    }${entry === undefined ? undefined : html`<span class="sub">${entry.file}:${entry.line}</span>`}`,
    owner,
    html`<ul class="plain">${roles.map(
      ({ role, on, condition, drift }) =>
        html`<li${drift ? html` class="drift"` : undefined}><code>${role}</code> on ${on}${
          condition === undefined ? undefined : html` <span class="sub">if ${condition}</span>`
        }${drift ? html` ${flag('not declared', 'bad')}` : undefined}</li>`,
    )}${moreRoles === 0 ? undefined : html`<li class="quiet">and ${moreRoles} more</li>`}</ul>`,
    workloads.length === 0
      ? html`<span class="quiet">nothing seen</span>`
      : html`<ul class="plain">${workloads.slice(0, 4).map((name) => html`<li>${name}</li>`)}${
          workloads.length > 4 ? html`<li class="quiet">and ${workloads.length - 4} more</li>` : undefined
        }</ul>`,
    links(line.findings, byId),
  ];
}

/** What every account's address ends in says nothing. */
function shortEmail(email: string): string {
  return email.replace(/\.iam\.gserviceaccount\.com$/, '');
}
