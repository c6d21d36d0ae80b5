import { describe, expect, it } from '@jest/globals';
import { reportMessage } from '../../shared/alerts/report-message.ts';
import type { ReportSummary } from '../../shared/model/report-summary.ts';
import { DAY } from '../../shared/model/time.ts';
import { NIGHT } from './examples.ts';
import { pushed, shown } from './shown.ts';

const HTML = 'acme/weekly/2026-03-01T020000Z-3f9c12a0b1c2/report.html';
const WEEK: ReportSummary = {
  entry: 'weekly',
  tenant: 'acme',
  period: { from: NIGHT - 7n * DAY, to: NIGHT },
  score: 78.5,
  insufficient: undefined,
  open: { critical: 1, high: 2, medium: 12, low: 0, info: 0 },
  opened: 3,
  resolved: 1,
  undecided: 2,
  coverage: 0.98765,
  keysLeft: 3,
  exceptionsEnding: 2,
  review: { quarter: '2026-Q1', pending: 11, identities: 14 },
  hash: '3f9c12a0b1c2d3e4',
  previous: {
    hash: '8a11d04e55f6a7b8',
    asOf: NIGHT - 7n * DAY,
    score: 76,
    keysLeft: 5,
    open: { critical: 0, high: 2, medium: 13, low: 0, info: 0 },
  },
  signOff: 'required',
  bucket: 'acme-reports',
  files: [HTML, HTML.replace('.html', '.json')],
  file: HTML,
};
const IN_THREAD = { kind: 'in-thread' } as const;
const told = (more: Partial<ReportSummary> = {}) =>
  shown(reportMessage({ summary: { ...WEEK, ...more }, file: IN_THREAD })).join('\n');

describe('a report that was made', () => {
  it('is told by its figures, how they moved, what is to do, and where it is', () => {
    expect(told()).toBe(`\
# Anchorwatch report · weekly · acme
*Score* | 78.5 of 100 (+2.5)
*Open* | 1 critical, 2 high, 12 medium (as before) | 2 undecided
*Period* | 3 opened, 1 resolved
*Coverage* | 98.7 %
*Keys* | 3 left (−2)
To do
3 critical or high findings to mend.
2 exceptions will end within 30 days.
Access review 2026-Q1: 11 of 14 identities pending.
It is to be signed.
The report is in the thread, and kept in the bucket acme-reports as acme/weekly/2026-03-01T020000Z-3f9c12a0b1c2/report.html, with 1 file beside it.

~ report 3f9c12a0b1c2 · the one before 8a11d04e55f6 · period of 7 days`);
  });

  it('says on a locked phone how it stands', () => {
    expect(pushed(reportMessage({ summary: WEEK, file: IN_THREAD }))).toBe(
      'Anchorwatch report · weekly · acme: posture 78.5 of 100 (+2.5). Open: 1 critical, 2 high, 12 medium (as before). 3 opened, 1 resolved.',
    );
  });

  it('has no score where too little is known, and says why', () => {
    const insufficient = 'insufficient data: 61 % of what must be known is';
    expect(told({ score: undefined, insufficient })).toContain(insufficient);
    expect(told({ score: undefined, insufficient })).not.toContain('of 100');
  });

  it('the first of its kind is compared with nothing', () => {
    const first = told({ previous: undefined });
    expect(first).toContain('the first of its kind');
    expect(first).not.toMatch(/\([+−]|as before/);
  });

  it('whose predecessor left no figures is compared with nothing either', () => {
    const previous = { ...WEEK.previous!, score: undefined, keysLeft: undefined, open: undefined };
    expect(told({ previous })).not.toMatch(/\([+−]|as before/);
    expect(told({ previous })).toContain('the one before 8a11d04e55f6');
  });

  it('with nothing to do is silent about that, and coverage that is not known is not complete', () => {
    const calm = told({
      open: { critical: 0, high: 0, medium: 0, low: 0, info: 0 },
      undecided: 0,
      exceptionsEnding: 0,
      review: { quarter: '2026-Q1', pending: 0, identities: 14 },
      signOff: 'none',
      coverage: undefined,
    });
    expect(calm).not.toContain('To do');
    expect(calm).not.toContain('undecided');
    expect(calm).toContain('not known');
    expect(told({ coverage: 0.99999 })).toContain('99.9 %');
  });

  it('links to the console by https only', () => {
    const links = (consoleUrl: string) =>
      JSON.stringify(reportMessage({ summary: WEEK, file: IN_THREAD, consoleUrl })).includes('"link"');
    expect(links('https://anchorwatch.acme.example')).toBe(true);
    expect(links('javascript:alert(1)')).toBe(false);
  });
});
