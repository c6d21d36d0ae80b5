import { STAGES } from '../../keys/plan.ts';
import type { KeyLine, KeysSection, Report } from '../report.ts';
import { legend, lineChart, shareBar } from './chart.ts';
import { flag } from './marks.ts';
import { type Html, html } from './markup.ts';
import type { Section } from './section.ts';
import { table } from './table.ts';
import { type Clock, plural } from './words.ts';

export function keysHtml({ keys }: Report, clock: Clock): Section {
  const { burnDown, hmacKeys } = keys;
  const stages = STAGES.map((stage) => ({
    kind: `stage-${stage.replaceAll(' ', '-')}`,
    title: stage,
    count: burnDown.stages[stage],
  }));
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
</div>${table({
      caption: 'Keys that are left',
      columns: [
        { title: 'Key' },
        { title: 'Account' },
        { title: 'Owner' },
        { title: 'How far' },
        { title: 'Must go' },
        { title: 'Age', number: true },
        { title: 'Last use' },
        { title: 'Carried by' },
      ],
      rows: keys.keys.map((key) => ({ owner: key.owner, cells: cellsOf(key) })),
      empty: 'No user-managed key is left.',
    })}`,
  };
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

function cellsOf({ id, account, owner, stage, mustGo, says, ageDays, lastUse, carriers }: KeyLine) {
  return [
    html`<code>${id}</code>`,
    account,
    owner,
    stage,
    html`${flag(mustGo, mustGo === 'yes' ? 'bad' : mustGo === 'no' ? 'good' : 'unsure')}<span class="sub">${says}</span>`,
    ageDays === undefined ? 'unknown' : plural(ageDays, 'day'),
    lastUse,
    carriers.length === 0
      ? html`<span class="quiet">nobody seen</span>`
      : html`<ul class="plain">${carriers.map((one) => html`<li>${one}</li>`)}</ul>`,
  ];
}
