import type { Report } from '../report.ts';
import type { Ways } from './links.ts';
import { outcomeMark, severityMark } from './marks.ts';
import { html } from './markup.ts';
import type { Section } from './section.ts';
import { table } from './table.ts';
import { percent } from './words.ts';

export function detectorsSection({ detectors }: Report, ways: Ways): Section {
  const failures = detectors.reduce((sum, one) => sum + one.failures, 0);
  return {
    id: 'detectors',
    title: 'Detector health',
    of: 'organisation',
    lead: `${detectors.length} checks. ${failures === 0 ? 'None of them failed on anything.' : `They failed on ${failures} subjects, and what they could not judge counts as not evaluated.`}`,
    body: table({
      caption: 'Every check, and how it went',
      columns: [
        { title: 'Check' },
        { title: 'Severity' },
        { title: 'Outcome' },
        { title: 'Asked about', number: true },
        { title: 'Stand', number: true },
        { title: 'Excepted', number: true },
        { title: 'Undecided', number: true },
        { title: 'Failed on', number: true },
        { title: 'Opened in the period', number: true },
        { title: 'Called false', number: true },
        { title: 'Precision', number: true },
      ],
      rows: detectors.map((one) => ({
        cells: [
          html`${ways.detector(one.id)}<span class="sub">${one.title}</span>`,
          severityMark(one.severity),
          html`${outcomeMark(one.outcome)}${one.why === '' ? undefined : html`<span class="sub">${one.why}</span>`}`,
          one.judged,
          one.standing,
          one.excepted,
          one.undecided,
          one.failures,
          one.openedInPeriod,
          one.falsePositives,
          percent(one.precision, 'not known'),
        ],
      })),
      empty: 'There is none.',
    }),
  };
}
