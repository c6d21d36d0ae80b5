import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { findingsMarkdown, reportMarkdown } from '../../shared/report/markdown.ts';
import { cellCode, text } from '../../shared/report/markdown-text.ts';
import { finding } from '../findings/a-finding.ts';
import { anyFinding } from '../findings/any-finding.ts';
import { NO_HISTORY, POINT, report, reportOn, SMALL } from './small-report.ts';

describe('the report as Markdown', () => {
  const shown = reportMarkdown(report());

  it('has every part, each under a heading of its own', () => {
    const headings = shown.split('\n').filter((line) => line.startsWith('#'));
    expect(headings).toEqual([
      '# Workload Identity report: acme',
      '## Key figures',
      '## Changes',
      '## What stands',
      '## Owners',
      '## Where workloads get their credentials',
      '## Service account keys',
      '## CIS GCP 5.0',
      '## CIS GKE 1.9',
      '## NIST 800-53 r5',
      '## PCI DSS 4.0',
      '## SOC 2 2017',
      '## ISO 27001 2022',
      '## OWASP Kubernetes 2025',
      '## Exceptions',
      '## Checks',
      '## Change population',
      '## Completeness',
      '## Operating effectiveness',
      '## Access review',
      '## Method and limits',
      '## Sign-off',
    ]);
  });

  it('supports controls, and satisfies none', () => {
    expect(shown.match(/supports these controls; it does not satisfy them/g)).toHaveLength(7);
  });

  it('says when too little is known for a score', () => {
    const little = reportMarkdown(report({ ...SMALL, coverage: [] }));
    expect(little).toMatch(/\| Posture \| insufficient data: 0 % of what must be completely known is/);
    expect(little).toMatch(/Not completely known:\n\n\| Scope/);
  });

  it('draws the trend where there is one', () => {
    const points = [{ ...POINT, at: POINT.at - 8n * 24n * 3_600_000_000_000n }];
    expect(reportMarkdown(report(SMALL, { history: { ...NO_HISTORY, points } }))).toMatch(
      /\| 2026-11-13 \| 80 \| none \| 1 \|/,
    );
  });

  it('every row of a table has as many cells as its head', () => {
    fc.assert(
      fc.property(fc.array(anyFinding, { minLength: 1, maxLength: 4 }), (findings) => {
        const lines = reportMarkdown(reportOn([], { findings })).split('\n');
        const cells = (line: string) => line.replaceAll('\\\\', '').replaceAll('\\|', '').split('|').length;
        for (const [index, line] of lines.entries())
          if (line.startsWith('|') && lines[index - 1]?.startsWith('|'))
            expect(cells(line)).toBe(cells(lines[index - 1]!));
      }),
      { numRuns: 30 },
    );
  });

  it('two hundred rows are shown, the others counted', () => {
    const many = Array.from({ length: 230 }, (_, index) => finding({ id: `f${index}` }));
    expect(findingsMarkdown(many)).toMatch(/… and 30 more: the CSV and JSON faces have all of them\./);
  });
});

describe('text from the cloud', () => {
  it('is no markup, no link, no mention and no row', () => {
    const hostile = 'a|b *c* [d](https://evil.example) <b> @team www.evil.example jane@acme.example `e`\n# f';
    const shown = text(hostile);
    expect(shown).not.toMatch(/:\/\/|(?<!\\)[|*<[\]`]|@|www\.|\n/);
    expect(shown.startsWith('a\\|b')).toBe(true);
  });

  it('ends no code span', () => {
    expect(cellCode('a`b|c')).toBe('``a`b\\|c``');
    expect(cellCode('')).toBe('');
  });

  it('findings alone: what stands, and what there is besides', () => {
    const shown = findingsMarkdown([
      finding(),
      finding({ id: 'f2', state: 'excepted' }),
      finding({ id: 'f3', state: 'undecided' }),
    ]);
    expect(shown).toMatch(/^## Anchorwatch\n\n\| Severity /);
    expect(shown).toMatch(/Besides: 1 excepted, 1 undecided\.\n$/);
    expect(findingsMarkdown([])).toBe('## Anchorwatch\n\nNothing stands.\n');
  });
});
