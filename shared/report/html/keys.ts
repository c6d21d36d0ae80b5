import { STAGES } from '../../keys/plan.ts';
import type { KeyLine, KeysSection, Report } from '../report.ts';
import type { Cell } from './cell.ts';
import { legend, lineChart, shareBar } from './chart.ts';
import { keysUrl } from './links.ts';
import { type Html, html } from './markup.ts';
import type { Section } from './section.ts';
import { type Column, type OwnedTable, ownedTable } from './table.ts';
import { type Clock, plural } from './words.ts';

export function keysHtml(report: Report, clock: Clock): Section {
  const { keys } = report;
  const { burnDown, hmacKeys } = keys;
  const stages = STAGES.map((stage) => ({
    kind: `stage-${stage.replaceAll(' ', '-')}`,
    title: stage,
    count: burnDown.stages[stage],
  }));
  const left = keysTable(report);
  return {
    id: 'keys',
    title: 'Keys',
    of: 'owner',
    lead: html`${burnDown.total - burnDown.gone} of ${plural(burnDown.total, 'user-managed key')} are left. ${targetText(burnDown)}${
      hmacKeys === 0
        ? ''
        : ` ${plural(hmacKeys, 'HMAC key')} besides, which no list of service account keys shows.`
    }`,
    body: html`<div class="split organisation">
<div><h3>How far they are</h3>${shareBar(stages)}${legend(stages.map(({ kind, title, count }) => ({ kind, title: `${title}: ${count}` })))}</div>
<div>${trendHtml(keys, clock)}</div>
</div>${left.html}`,
    rest: left.rest,
  };
}

export function keysTable({ keys }: Report, whole?: 'whole'): OwnedTable {
  return ownedTable(
    {
      caption: 'Keys that are left',
      columns: KEY_COLUMNS,
      rows: keys.keys.map((key) => ({ owner: key.owner, cells: keyCells(key) })),
      empty: 'No user-managed key is left.',
    },
    whole,
  );
}

function targetText({ retireBy, daysLeft }: KeysSection['burnDown']): string {
  if (retireBy === undefined) return 'The policy sets no day by which they must be gone.';
  if (daysLeft === undefined) return `The last day for them is ${retireBy}.`;
  return daysLeft < 0
    ? `The last day for them was ${retireBy}, ${plural(-daysLeft, 'day')} ago.`
    : `The last day for them is ${retireBy}, in ${plural(daysLeft, 'day')}.`;
}

function trendHtml({ trend, burnDown }: KeysSection, clock: Clock): Html {
  if (trend.length === 0)
    return html`<p class="empty">There is no trend: this report was made without a history.</p>`;
  const top = Math.max(...trend.map(({ left }) => left), 1);
  const [first, last] = [trend[0]!.left, trend.at(-1)!.left];
  return html`<figure><figcaption>Keys left by week${burnDown.retireBy === undefined ? '' : `, none by ${burnDown.retireBy}`}</figcaption>${lineChart(
    {
      says: `Keys left over ${plural(trend.length, 'week')}, from ${first} to ${last}.`,
      points: trend.map(({ at, left }) => ({ label: clock.date(at).slice(5), value: left })),
      top,
      grid: top > 1 ? [0, Math.round(top / 2), top] : [0, 1],
    },
  )}</figure>`;
}

export const KEY_COLUMNS: readonly Column[] = [
  { title: 'Key' },
  { title: 'Account' },
  { title: 'Owner' },
  { title: 'How far' },
  { title: 'Must go' },
  { title: 'Age', number: true },
  { title: 'Last use' },
  { title: 'Carried by' },
];

const MUST_GO = { yes: 'flag bad', no: 'flag good', undecided: 'flag unsure' } as const;

export function keyCells(key: KeyLine): readonly Cell[] {
  const { id, account, accountId, owner, stage, mustGo, says, ageDays, lastUse, carriers } = key;
  return [
    [['code', id]],
    [['', account, keysUrl(account, accountId)]],
    [owner],
    [stage],
    [
      [MUST_GO[mustGo], mustGo],
      ['sub', says],
    ],
    [ageDays === undefined ? 'unknown' : plural(ageDays, 'day')],
    [lastUse],
    carriers.length === 0 ? [['quiet', 'nobody seen']] : { list: carriers.map((one) => [one]) },
  ];
}
