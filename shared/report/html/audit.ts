import type { Report, ReviewLine } from '../report.ts';
import type { Cell } from './cell.ts';
import type { Ways } from './links.ts';
import { flag } from './marks.ts';
import { type Html, html } from './markup.ts';
import type { Section } from './section.ts';
import { ownedTable, table } from './table.ts';
import { type Clock, duration, percent, plural, spreadText } from './words.ts';

export function completenessSection({ completeness }: Report, clock: Clock): Section {
  return {
    id: 'completeness',
    title: 'Completeness',
    of: 'organisation',
    lead: 'How many of each type were seen in each scope, and whether these are known to be all.',
    body: html`${table({
      caption: 'What was seen, and how completely',
      columns: [
        { title: 'Scope' },
        { title: 'Type' },
        { title: 'Seen', number: true },
        { title: 'Known' },
        { title: 'As of' },
        { title: 'Why' },
      ],
      rows: completeness.rows.map(({ scope, type, count, coverage, asOf, why }) => ({
        cells: [
          html`<code>${scope}</code>`,
          type,
          count,
          flag(
            coverage === 'complete' ? 'completely' : 'in part',
            coverage === 'complete' ? 'good' : 'unsure',
          ),
          clock.at(asOf, 'never'),
          why,
        ],
      })),
      empty: 'Nothing was seen.',
    })}${table({
      caption: 'What the policy leaves out',
      columns: [{ title: 'Scope' }, { title: 'Why' }],
      rows: completeness.excluded.map(({ scope, why }) => ({ cells: [html`<code>${scope}</code>`, why] })),
      empty: 'The policy leaves nothing out.',
    })}`,
  };
}

export function effectivenessSection({ effectiveness }: Report, clock: Clock): Section {
  const { runs, gaps, awake, timeToNotice, timeToAcknowledge, timeToClose, quarantined, parked } =
    effectiveness;
  return {
    id: 'effectiveness',
    title: 'Operating effectiveness',
    of: 'organisation',
    body: html`<dl class="facts">
${fact('Awake', awake === undefined ? 'nobody kept watch: this report was made from files' : `${percent(awake)} of the period`)}
${fact('Time to notice', spreadText(timeToNotice))}
${fact('Time to acknowledge', spreadText(timeToAcknowledge))}
${fact('Time to close', spreadText(timeToClose))}
${fact('Messages nobody could read', quarantined === undefined ? 'not known' : String(quarantined))}
${fact('Messages that could not be sent', parked === undefined ? 'not known' : String(parked))}
</dl>${table({
      caption: 'Times in which the watch was not known to be awake',
      columns: [{ title: 'From' }, { title: 'To' }, { title: 'For' }, { title: 'Why' }],
      rows: gaps.map(({ from, to, why }) => ({
        cells: [clock.at(from), clock.at(to), duration(Number((to - from) / 1_000_000_000n)), why],
      })),
      empty: awake === undefined ? 'Whether it was awake is not known.' : 'There were none.',
    })}${table({
      caption: 'Sweeps of the period',
      columns: [
        { title: 'Began' },
        { title: 'Took' },
        { title: 'State' },
        { title: 'Parts read whole', number: true },
        { title: 'Assets', number: true },
        { title: 'Changes no event had told', number: true },
      ],
      rows: runs.map((run) => ({
        cells: [
          clock.at(run.startedAt),
          run.endedAt === undefined
            ? 'not ended'
            : duration(Number((run.endedAt - run.startedAt) / 1_000_000_000n)),
          run.state,
          `${run.completeShards} of ${run.shards}`,
          run.assets,
          run.missed,
        ],
      })),
      empty: 'No sweep was made in the period.',
    })}`,
  };
}

function fact(title: string, text: string): Html {
  return html`<div><dt>${title}</dt><dd>${text}</dd></div>
`;
}

const DECISIONS = { attested: 'flag good', revoked: 'flag bad', pending: 'flag unsure' } as const;

export function reviewSection(
  { accessReview, identities }: Report,
  clock: Clock,
  ways: Ways,
  whole?: 'whole',
): Section {
  const byId = new Map(identities.map((line) => [line.id, line]));
  const { quarter, attested, revoked, pending, owners } = accessReview;
  const cellsOf = (owner: string, { identity, decision, by, at, comment }: ReviewLine): readonly Cell[] => {
    const line = byId.get(identity);
    return [
      line === undefined
        ? [identity]
        : [
            ['name', line.ksa, ways.toIdentity(identity)],
            ['sub', line.account ?? 'itself'],
          ],
      [owner],
      [[DECISIONS[decision], decision]],
      [by ?? ''],
      at === undefined ? [] : [['time', clock.minute(at)]],
      [comment],
    ];
  };
  const lines = ownedTable(
    {
      caption: `Access review of ${quarter}`,
      columns: [
        { title: 'Identity' },
        { title: 'Owner' },
        { title: 'Decision' },
        { title: 'By' },
        { title: 'At' },
        { title: 'Comment' },
      ],
      rows: owners.flatMap(({ owner, identities: reviewed }) =>
        reviewed.map((line) => ({ owner, cells: cellsOf(owner, line) })),
      ),
      empty: 'There is no identity to review.',
    },
    whole,
  );
  return {
    id: 'review',
    title: 'Access review',
    of: 'owner',
    lead: `${quarter}: ${attested} attested, ${revoked} revoked, ${pending} pending.`,
    body: lines.html,
    rest: lines.rest,
  };
}

export function policySection({ policyHistory }: Report, clock: Clock): Section {
  return {
    id: 'policy',
    title: 'Policy history',
    of: 'organisation',
    lead: `${plural(policyHistory.length, 'version')} in force during the period.`,
    body: table({
      caption: 'Policies of the period',
      columns: [
        { title: 'Policy' },
        { title: 'First seen in force' },
        { title: 'Last seen' },
        { title: 'Changed by' },
      ],
      rows: policyHistory.map(({ hash, from, to, by }) => ({
        cells: [
          html`<code>${hash}</code>`,
          clock.at(from),
          clock.at(to),
          by ?? html`<span class="quiet">not known</span>`,
        ],
      })),
      empty: 'None is on record.',
    }),
  };
}

export function ownersSection({ owners }: Report, ways: Ways): Section {
  return {
    id: 'owners',
    title: 'Owners',
    of: 'organisation',
    lead: 'Who answers for what. Each name opens the page of that owner.',
    body: table({
      caption: 'Owners, those with most to do first',
      columns: [
        { title: 'Owner' },
        { title: 'Identities', number: true },
        { title: 'To do', number: true },
        { title: 'Keys left', number: true },
        { title: 'Exceptions ending', number: true },
        { title: 'To review', number: true },
      ],
      rows: owners.map((one) => ({
        cells: [
          ways.owner(one.owner),
          one.identities,
          one.toDo,
          one.keysLeft,
          one.exceptionsEnding,
          one.reviewPending,
        ],
      })),
      empty: 'Nobody answers for anything here.',
    }),
  };
}

export function methodSection({ method, limits }: Report): Section {
  const notes = (list: Report['method']) =>
    html`<dl class="notes">${list.map(({ title, text }) => html`<div><dt>${title}</dt><dd>${text}</dd></div>`)}</dl>`;
  return {
    id: 'method',
    title: 'Method and limits',
    of: 'organisation',
    body: html`<div class="split"><div><h3>How this was made</h3>${notes(method)}</div><div><h3>What it does not show</h3>${notes(limits)}</div></div>`,
  };
}

export function signOffSection({ signOff, hash, previous, chains }: Report, clock: Clock): Section {
  return {
    id: 'sign-off',
    title: 'Sign-off',
    of: 'organisation',
    lead: signOff.required ? 'This report has to be signed.' : 'This report need not be signed.',
    body: html`<p>${signOff.statement}</p>
<ol class="signatures">${signOff.roles.map(
      (role) => html`<li><span class="line"></span>${role}: name, date, signature</li>`,
    )}</ol>
<dl class="facts">
<div><dt>SHA-256 of the canonical JSON</dt><dd><code>${hash}</code></dd></div>
<div><dt>Report before this one</dt><dd>${
      previous === undefined ? 'none' : html`<code>${previous.hash}</code>, as of ${clock.at(previous.asOf)}`
    }</dd></div>
<div><dt>Heads of the transition chains</dt><dd>${
      chains.root === ''
        ? 'none: there is no history'
        : html`<code>${chains.root}</code> over ${plural(chains.heads.length, 'finding')}`
    }</dd></div>
<div><dt>To check it</dt><dd><code>anchorwatch verify report.json</code></dd></div>
</dl>`,
  };
}
