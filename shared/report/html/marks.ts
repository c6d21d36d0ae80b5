import { type Finding, SEVERITIES, type Severity } from '../../model/finding.ts';
import type { BySeverity, Outcome } from '../report.ts';
import { type Html, html } from './markup.ts';

/** A word with a shape before it: nobody needs to see the colour. */
export function severityMark(severity: Severity): Html {
  return html`<span class="sev ${severity}"><i class="shape"></i>${severity}</span>`;
}

export function stateMark(state: Finding['state']): Html {
  return html`<span class="state ${state}">${state}</span>`;
}

export function outcomeMark(outcome: Outcome): Html {
  return html`<span class="outcome ${outcome === 'not evaluated' ? 'none' : outcome}"><i class="shape"></i>${outcome}</span>`;
}

/** Of each severity that occurs how many; one sentence where none does. */
export function severityCounts(counts: BySeverity, otherwise = 'none'): Html {
  const occurring = SEVERITIES.filter((severity) => counts[severity] > 0);
  if (occurring.length === 0) return html`<span class="quiet">${otherwise}</span>`;
  return html`<span class="counts">${occurring.map(
    (severity) =>
      html`<span class="sev ${severity}"><i class="shape"></i>${counts[severity]} ${severity}</span> `,
  )}</span>`;
}

/** `yes`, `no` and what nobody knows, told apart by words and weight. */
export function flag(text: string, kind: 'good' | 'bad' | 'unsure' | 'quiet'): Html {
  return html`<span class="flag ${kind}">${text}</span>`;
}
