import { SEVERITIES } from '../../model/finding.ts';
import type { Posture, Report } from '../report.ts';
import { lineChart } from './chart.ts';
import { severityCounts } from './marks.ts';
import { type Html, html } from './markup.ts';
import type { Section } from './section.ts';
import { table } from './table.ts';
import { type Clock, percent, plural } from './words.ts';

export function postureSection({ posture }: Report, clock: Clock): Section {
  const { score, insufficient, inputs } = posture;
  const parts = [
    ['passed', inputs.passed, 'counted'],
    ['failed', inputs.failed, 'counted'],
    ['excepted', inputs.excepted, 'left out'],
    ['not evaluated', inputs.notEvaluated, 'left out, and never taken for passed'],
  ] as const;
  return {
    id: 'posture',
    title: 'Posture score',
    of: 'organisation',
    body: html`<div class="split">
<div>
<p class="score">${score === undefined ? html`<span class="quiet">–</span>` : html`${score}<small> of 100</small>`}</p>
${insufficient === undefined ? undefined : html`<p class="warn">${insufficient}</p>`}
<p class="formula"><code>${posture.formula}</code></p>
<p class="note">A check is one detector. Weights: ${SEVERITIES.map((severity) => `${severity} ${posture.weights[severity]}`).join(', ')}.</p>
${table({
  caption: 'What the score is counted from',
  columns: [
    { title: 'Checks that' },
    { title: 'Checks', number: true },
    { title: 'Weight', number: true },
    { title: 'In the score' },
  ],
  rows: parts.map(([title, { checks, weight }, counted]) => ({ cells: [title, checks, weight, counted] })),
  empty: '',
})}
</div>
<div>${trendHtml(posture, clock)}</div>
</div>${weeksHtml(posture, clock)}`,
  };
}

function trendHtml({ trend }: Posture, clock: Clock): Html {
  if (trend.length === 0)
    return html`<p class="empty">There is no trend: this report was made without a history.</p>`;
  const known = trend.filter(({ score }) => score !== undefined);
  const says =
    known.length === 0
      ? 'No score is known for any of these weeks.'
      : `Score over ${plural(trend.length, 'week')}, from ${known[0]!.score} to ${known.at(-1)!.score}.`;
  return html`<figure><figcaption>Score by week</figcaption>
${lineChart({
  says,
  points: trend.map(({ at, score }) => ({ label: clock.date(at).slice(5), value: score })),
  top: 100,
  grid: [0, 50, 100],
})}</figure>`;
}

function weeksHtml({ trend }: Posture, clock: Clock): Html | undefined {
  if (trend.length === 0) return undefined;
  return html`<details><summary>The weeks in numbers</summary>${table({
    caption: 'How everything stood, week by week',
    columns: [
      { title: 'As of' },
      { title: 'Score', number: true },
      { title: 'Known', number: true },
      { title: 'Findings that stood' },
      { title: 'Identities', number: true },
      { title: 'Keys left', number: true },
      { title: 'On Workload Identity', number: true },
      { title: 'Policy' },
    ],
    rows: trend.toReversed().map((point) => ({
      cells: [
        clock.day(point.at),
        point.score ?? 'not known',
        percent(point.coverage),
        severityCounts(point.open),
        point.identities,
        point.keysLeft,
        percent(point.workloadIdentityShare),
        html`<code>${point.policyHash}</code>`,
      ],
    })),
    empty: '',
  })}</details>`;
}
