import { resourceLabel } from '../../model/asset.ts';
import type { Finding, FindingState } from '../../model/finding.ts';
import type { Nanos } from '../../model/time.ts';
import type { DecisionLine } from '../report.ts';
import { blockHtml } from './findings.ts';
import { consoleUrl, policyUrl, webLink } from './links.ts';
import { flag, severityMark, stateMark } from './marks.ts';
import { type Html, html } from './markup.ts';
import { pageText } from './page.ts';
import { actorText, type Block, evidenceOf, factsOf, storyOf } from './rows.ts';
import { type Section, sectionHtml } from './section.ts';
import { mastheadHtml, type Place, sideOf } from './side.ts';
import { table } from './table.ts';
import { duration } from './words.ts';

/** One step of a finding from one state to another. */
export interface Step {
  readonly at: Nanos;
  readonly episode: number;
  readonly from: FindingState | 'none';
  readonly to: FindingState;
  readonly why: string;
  readonly hash: string;
}

export interface FindingStory {
  readonly finding: Finding;
  /** Whoever answers for it. */
  readonly owner: string;
  /** The newest first. */
  readonly steps: readonly Step[];
  /** The newest first. */
  readonly decisions: readonly DecisionLine[];
  /** Others that the same change brought about. */
  readonly sameChange: readonly Pick<Finding, 'id' | 'title' | 'severity' | 'state'>[];
}

/** All that is known of one finding. */
export function findingPage(story: FindingStory, place: Place): string {
  const { finding, owner } = story;
  const { clock, ways, asOf } = place;
  const facts = blockHtml({ title: '', kind: 'facts', lines: factsOf(finding, clock, true) });
  const sections: readonly Section[] = [
    ...storyOf(finding).map(sectionOf),
    ...changeSection(story, place),
    stepsSection(story, place),
    decisionsSection(story, place),
    ...evidenceOf(finding)
      .filter(({ title }) => title !== 'Policy')
      .map(sectionOf),
    { id: 'facts', title: 'Facts', of: 'owner', body: facts },
  ];
  const { why } = finding;
  const standsFor = Number((asOf - finding.firstSeen) / 1_000_000_000n);
  return pageText({
    title: `${finding.title} (${place.tenant})`,
    side: sideOf(sections, place),
    main: html`${mastheadHtml(
      'finding',
      finding.title,
      html`${severityMark(finding.severity)} ${stateMark(finding.state)} ${flagsOf(finding)} <span class="quiet">${finding.detector}, ${finding.class}</span>`,
      [
        ['Identity', ways.identity(finding.identity, finding.identity)],
        ['Owner', ways.owner(owner)],
        ['Done by', actorHtml(finding.actor)],
        ['Resource', webLink(consoleUrl(finding.resource, finding.project), resourceLabel(finding.resource))],
        [
          'Line of the policy',
          html`${webLink(policyUrl(why.file), `${why.file}:${why.line}`)} <span class="sub">${why.entry}, policy <code>${why.policyHash}</code></span>`,
        ],
        [
          finding.state === 'resolved' ? 'Closed' : 'Stands',
          finding.state === 'resolved'
            ? html`${clock.at(finding.resolvedAt)}${finding.resolution === undefined ? undefined : `, ${finding.resolution}`}`
            : html`${duration(Math.max(0, standsFor))} <span class="sub">since ${clock.at(finding.firstSeen)}</span>`,
        ],
      ],
      place,
    )}${sections.map(sectionHtml)}`,
  });
}

function actorHtml(actor: Finding['actor']): Html {
  if (typeof actor === 'string') return html`<span class="quiet">${actorText(actor)}</span>`;
  const { delegation, reason } = actor;
  return html`${actorText({ principal: actor.principal, delegation: [] })}${
    delegation.length === 0 ? undefined : html`<span class="sub">through ${delegation.join(', ')}</span>`
  }${reason === undefined ? undefined : html`<span class="sub">reason as claimed: ${reason}</span>`}`;
}

function flagsOf({ confirming, flapping, exceptionPending }: Finding): Html {
  return html`${confirming ? flag('being confirmed', 'unsure') : undefined} ${flapping ? flag('flapping', 'bad') : undefined} ${exceptionPending ? flag('exception asked for', 'unsure') : undefined}`;
}

/** What stands folded in the report stands open here. */
function sectionOf(block: Block): Section {
  return {
    id: block.title.toLowerCase().replaceAll(' ', '-'),
    title: block.title,
    of: 'owner',
    body: blockHtml({ ...block, title: '' }),
  };
}

function changeSection({ sameChange }: FindingStory, { ways }: Place): readonly Section[] {
  if (sameChange.length === 0) return [];
  return [
    {
      id: 'same-change',
      title: 'Brought about by the same change',
      of: 'owner',
      body: html`<ul class="plain">${sameChange.map(
        ({ id, title, severity, state }) =>
          html`<li>${severityMark(severity)} ${ways.finding(id, title)} ${stateMark(state)}</li>`,
      )}</ul>`,
    },
  ];
}

function stepsSection({ finding, steps }: FindingStory, { clock }: Place): Section {
  return {
    id: 'history',
    title: 'History',
    of: 'owner',
    lead:
      finding.episode > 1
        ? `It came back ${finding.episode - 1} ${finding.episode === 2 ? 'time' : 'times'}. Each step names the hash of the one before, so that none can be changed later without showing.`
        : 'Each step names the hash of the one before, so that none can be changed later without showing.',
    body: table({
      caption: 'Every step from one state to another',
      columns: [
        { title: 'At' },
        { title: 'Step' },
        { title: 'Why' },
        { title: 'Episode', number: true },
        { title: 'Hash' },
      ],
      rows: steps.map(({ at, from, to, why, episode, hash }) => ({
        cells: [
          clock.atSecond(at),
          html`${from === 'none' ? 'came' : from} → ${stateMark(to)}`,
          why,
          episode,
          html`<code>${hash.slice(0, 16)}</code>`,
        ],
      })),
      empty: 'No step is on record.',
      rest: 'before these, in the store',
    }),
  };
}

function decisionsSection({ decisions }: FindingStory, { clock }: Place): Section {
  return {
    id: 'decisions',
    title: 'Decisions',
    of: 'owner',
    body: table({
      caption: 'What people decided about it',
      columns: [
        { title: 'Decision' },
        { title: 'At' },
        { title: 'By' },
        { title: 'Reason' },
        { title: 'Ticket' },
        { title: 'Until' },
      ],
      rows: decisions.map(({ kind, at, by, reason, ticket, until }) => ({
        cells: [
          kind,
          clock.at(at),
          by,
          reason === '' ? html`<span class="quiet">none given</span>` : reason,
          ticket,
          until === undefined ? undefined : clock.at(until),
        ],
      })),
      empty: 'Nobody has decided anything about it.',
    }),
  };
}
