import type { Report, Spread } from '../report.ts';
import { severityCounts } from './marks.ts';
import { type Html, html, type Part } from './markup.ts';
import { duration, percent, plural } from './words.ts';

/** The handful of numbers that whoever has a minute reads. */
export function figuresHtml({ figures, posture, changes }: Report): Html {
  const open = Object.values(figures.open).reduce((sum, count) => sum + count, 0);
  return html`<section id="figures" class="organisation" aria-labelledby="figures-title">
<h2 id="figures-title" class="unseen">Key figures</h2>
<dl class="figures">
${figure('Posture score', posture.score ?? 'not known', posture.insufficient ?? 'of 100', '#posture')}
${figure('Findings that stand', open, severityCounts(figures.open, 'nothing stands'), '#findings')}
${figure(
  'New, back and closed',
  html`<span class="pair">${changes.opened.length} <small>new</small></span> <span class="pair">${changes.reopened.length} <small>back</small></span> <span class="pair">${changes.resolved.length} <small>closed</small></span>`,
  `since the ${changes.since === 'period' ? 'period began' : 'report before'}`,
  '#changes',
)}
${figure(
  'Identities',
  figures.identities,
  `${figures.declaredIdentities} declared, ${figures.undeclaredIdentities} not`,
  '#identities',
)}
${figure(
  'On Workload Identity',
  percent(figures.workloadIdentityShare, 'not known'),
  'of the workloads that have a cloud identity',
  '#workloads',
)}
${figure('Keys left', figures.keysLeft, `of ${figures.keysTotal} user-managed ever seen`, '#keys')}
${figure('Changes out of band', figures.outOfBandChanges, 'not by a declared changer', '#population')}
${time('Time to notice', figures.timeToNotice)}
${time('Time to close', figures.timeToClose)}
${figure(
  'Exceptions',
  figures.exceptionsActive,
  `${plural(figures.excepted, 'finding')} excepted, ${figures.undecided} undecided`,
  '#exceptions',
)}
</dl>
</section>
`;
}

function time(title: string, { count, median, p90 }: Spread): Html {
  return count === 0
    ? figure(title, 'not known', 'nothing to measure', '#effectiveness')
    : figure(title, duration(median), `median; nine in ten within ${duration(p90)}`, '#effectiveness');
}

function figure(title: string, value: Part, note: Part, to: `#${string}`): Html {
  return html`<div class="figure"><dt><a href="${to}">${title}</a></dt><dd class="value">${value}</dd><dd class="note">${note}</dd></div>`;
}
