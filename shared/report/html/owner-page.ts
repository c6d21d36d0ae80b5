import { identityGraph } from '../identity-graph.ts';
import type { Report } from '../report.ts';
import { reviewSection } from './audit.ts';
import { findingsHtml, findingsIsland, restIsland } from './findings.ts';
import { identitiesSection } from './identities.ts';
import { keysTable } from './keys.ts';
import { severityCounts } from './marks.ts';
import { html, island } from './markup.ts';
import { pageText } from './page.ts';
import { rowsOf } from './rows.ts';
import { type Section, sectionHtml } from './section.ts';
import { mastheadHtml, type Place, sideOf } from './side.ts';
import { plural } from './words.ts';

/** As many bytes of findings stand in the page whole. */
const ROOM = 1_500_000;

/** What one owner answers for and has to do, all of it. `undefined`: nobody of this name answers for anything. */
export function ownerPage(owner: string, report: Report, place: Place): string | undefined {
  const summary = report.owners.find((one) => one.owner === owner);
  const { header } = report;
  const findings = report.findings.filter((one) => (one.owner ?? header.policy.owner) === owner);
  if (summary === undefined && findings.length === 0) return undefined;
  const own = ofOwner(owner, report);
  const rows = rowsOf(findings, report.decisions, { header, clock: place.clock, ways: place.ways });
  const sections = [
    ...(own.identities.length === 0 ? [] : [identitiesSection(own, place.ways, 'whole')]),
    ...(own.keys.keys.length === 0
      ? []
      : [{ id: 'keys', title: 'Keys', of: 'owner', body: keysTable(own, 'whole').html } as const]),
    ...(own.accessReview.owners.length === 0 ? [] : [reviewSection(own, place.clock, place.ways, 'whole')]),
  ].map((section: Section): Section => ({ ...section, lead: undefined }));
  return pageText({
    title: `${owner} (${place.tenant})`,
    side: sideOf([{ id: 'findings', title: 'Findings' }, ...sections], place),
    main: html`${mastheadHtml(
      'owner',
      owner,
      `Your ${plural(own.identities.length, 'identity', 'identities')}, ${summary === undefined || summary.toDo === 0 ? 'nothing to do' : `${summary.toDo} to do`}.`,
      summary === undefined
        ? []
        : [
            ['What stands', severityCounts(summary.open, 'nothing')],
            ['Keys left', summary.keysLeft],
            ['Exceptions ending', summary.exceptionsEnding],
            ['To review', summary.reviewPending],
          ],
      place,
    )}<div id="owner-view" role="status"></div>
${findingsHtml(rows, ROOM)}${sections.map(sectionHtml)}`,
    data: html`<script type="application/json" id="owners-data">${island({})}</script>
${restIsland([])}
${findingsIsland(rows)}`,
  });
}

/** The report as if this owner were the only one. */
function ofOwner(owner: string, report: Report): Report {
  const owners = report.accessReview.owners.filter((one) => one.owner === owner);
  const identities = report.identities.filter((line) => line.owner === owner);
  return {
    ...report,
    identities,
    graph: identityGraph(identities),
    keys: { ...report.keys, keys: report.keys.keys.filter((key) => key.owner === owner) },
    accessReview: { ...report.accessReview, owners },
  };
}
