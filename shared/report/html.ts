import { createHash } from 'node:crypto';
import {
  completenessSection,
  effectivenessSection,
  methodSection,
  ownersSection,
  policySection,
  reviewSection,
  signOffSection,
} from './html/audit.ts';
import { changesSection } from './html/changes.ts';
import { controlsSection } from './html/controls.ts';
import { detectorsSection } from './html/detectors.ts';
import { exceptionsSection } from './html/exceptions.ts';
import { figuresHtml } from './html/figures.ts';
import { findingsHtml, findingsIsland } from './html/findings.ts';
import { coverageSection, headerHtml } from './html/header.ts';
import { identitiesSection } from './html/identities.ts';
import { keysHtml } from './html/keys.ts';
import { Html, html, island, plain } from './html/markup.ts';
import { PAGE_SCRIPT, THEME_SCRIPT } from './html/page-script.ts';
import { populationSection } from './html/population.ts';
import { postureSection } from './html/posture.ts';
import { rowsOf } from './html/rows.ts';
import { type Section, sectionHtml } from './html/section.ts';
import { STYLE } from './html/style.ts';
import { Clock } from './html/words.ts';
import { workloadsSection } from './html/workloads.ts';
import type { Report } from './report.ts';

/**
 * The report as one page that needs nothing else: no network, and no more script than is written in it, which its own policy of content
 * enforces. Whatever a text of the report holds, it stays text. Pure: the same report gives the same page.
 */
export function reportHtml(report: Report): string {
  const { header, findings, decisions } = report;
  const clock = new Clock(header.timezone);
  const rows = rowsOf(findings, decisions, { asOf: header.asOf, policyOwner: header.policy.owner, clock });
  const before = [postureSection(report, clock), changesSection(report, clock), ownersSection(report)];
  const after: readonly Section[] = [
    identitiesSection(report),
    workloadsSection(report),
    keysHtml(report, clock),
    controlsSection(report),
    exceptionsSection(report, clock),
    detectorsSection(report),
    populationSection(report, clock),
    completenessSection(report, clock),
    coverageSection(report, clock),
    effectivenessSection(report, clock),
    reviewSection(report, clock),
    policySection(report, clock),
    methodSection(report),
    signOffSection(report, clock),
  ];
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${CONTENT_POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<title>${header.tenant}: workload identity report of ${clock.date(header.asOf)}</title>
<style>${Html.own(STYLE)}</style>
<script>${Html.own(THEME_SCRIPT)}</script>
</head>
<body>
<a class="skip" href="#main">To the report</a>
<div class="page">
<div class="side">${contents([...before.map(toc), { id: 'findings', title: 'Findings', of: 'owner' }, ...after.map(toc)])}</div>
<main id="main" tabindex="-1">
${headerHtml(report, clock)}<div id="owner-view" role="status"></div>
${figuresHtml(report)}${before.map(sectionHtml)}${findingsHtml(rows)}${after.map(sectionHtml)}</main>
</div>
<script type="application/json" id="owners-data">${island(
    Object.fromEntries(report.owners.map((one) => [plain(one.owner), ownerFigures(one)])),
  )}</script>
${findingsIsland(rows)}
<script>${Html.own(PAGE_SCRIPT)}</script>
</body>
</html>
`;
  return String(page);
}

const CONTENT_POLICY = [
  "default-src 'none'",
  `style-src '${hashOf(STYLE)}'`,
  `script-src '${hashOf(THEME_SCRIPT)}' '${hashOf(PAGE_SCRIPT)}'`,
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}

type Entry = Pick<Section, 'id' | 'title' | 'of'>;

function toc({ id, title, of }: Section): Entry {
  return { id, title, of };
}

function contents(entries: readonly Entry[]): Html {
  return html`<nav id="contents" aria-label="Contents"><button type="button" id="theme" hidden>Dark</button><ul>${entries.map(
    ({ id, title, of }) => html`<li class="${of}"><a href="#${id}">${title}</a></li>`,
  )}</ul></nav>`;
}

/** What the head of an owner's page says. */
function ownerFigures({ identities, toDo, keysLeft, reviewPending }: Report['owners'][number]) {
  return { identities, toDo, keysLeft, reviewPending };
}
