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
import { bytesOf, findingsHtml, findingsIsland, restIsland } from './html/findings.ts';
import { coverageSection, headerHtml } from './html/header.ts';
import { identitiesSection } from './html/identities.ts';
import { keysHtml } from './html/keys.ts';
import { Ways } from './html/links.ts';
import { html, island, plain } from './html/markup.ts';
import { pageText, type SideLink } from './html/page.ts';
import { populationSection } from './html/population.ts';
import { postureSection } from './html/posture.ts';
import { rowsOf } from './html/rows.ts';
import { type Section, sectionHtml } from './html/section.ts';
import { Clock } from './html/words.ts';
import { workloadsSection } from './html/workloads.ts';
import type { Report } from './report.ts';

/** What goes through the post and opens on a phone. Findings that would make the page bigger are told in one line each. */
const MOST_BYTES = 2_800_000;

/**
 * The report as one page that needs nothing else: no network, and no more script than is written in it, which its own policy of content
 * enforces. Whatever a text of the report holds, it stays text. Pure: the same report gives the same page. `ways`: of the console's first
 * page, where the report is live.
 */
export function reportHtml(report: Report, ways: Ways = Ways.FILE): string {
  const { header, findings, decisions } = report;
  const clock = new Clock(header.timezone);
  const rows = rowsOf(findings, decisions, { header, clock, ways });
  const before = [
    postureSection(report, clock),
    changesSection(report, clock, ways),
    ownersSection(report, ways),
  ];
  const after: readonly Section[] = [
    identitiesSection(report, ways),
    workloadsSection(report),
    keysHtml(report, clock),
    controlsSection(report, ways),
    exceptionsSection(report, clock, ways),
    detectorsSection(report, ways),
    populationSection(report, clock, ways),
    completenessSection(report, clock),
    coverageSection(report, clock),
    effectivenessSection(report, clock),
    reviewSection(report, clock, ways),
    policySection(report, clock),
    methodSection(report),
    signOffSection(report, clock),
  ];
  const data = html`<script type="application/json" id="owners-data">${island(
    Object.fromEntries(report.owners.map((one) => [plain(one.owner), ownerFigures(one)])),
  )}</script>
${restIsland(after)}
${findingsIsland(rows)}`;
  const head = html`${headerHtml(report, clock, ways)}<div id="owner-view" role="status"></div>
${figuresHtml(report)}${before.map(sectionHtml)}`;
  const tail = html`${after.map(sectionHtml)}`;
  const taken = [data, head, tail].reduce((sum, part) => sum + bytesOf(part), 0);
  return pageText({
    title: `${header.tenant}: workload identity report of ${clock.date(header.asOf)}`,
    side: [...before, { id: 'findings', title: 'Findings', of: 'owner' } as const, ...after].map(sideLink),
    main: html`${head}${findingsHtml(rows, MOST_BYTES - taken)}${tail}`,
    data,
  });
}

function sideLink({ id, title, of }: Pick<Section, 'id' | 'title' | 'of'>): SideLink {
  return { link: html`<a href="#${id}">${title}</a>`, of };
}

/** What the head of an owner's page says. */
function ownerFigures({ identities, toDo, keysLeft, reviewPending }: Report['owners'][number]) {
  return { identities, toDo, keysLeft, reviewPending };
}
