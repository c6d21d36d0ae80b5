import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readFindings } from '../../cli/findings.ts';
import { reportJson, reportJsonText } from '../../shared/report/json.ts';
import { reportSchema, reportSchemaText } from '../../shared/report/report-schema.ts';
import { chainHeads, hashOfJson } from '../../shared/report/seal.ts';
import { anyFinding } from '../findings/any-finding.ts';
import { NOW } from '../world.ts';
import { decision, NO_HISTORY, POINT, report, SMALL } from './small-report.ts';

const HISTORY = {
  ...NO_HISTORY,
  decisions: [decision({ kind: 'acknowledge' })],
  points: [POINT],
  heads: [{ finding: 'f1', head: 'abc' }],
  previous: { hash: 'a'.repeat(64), asOf: NOW - 1n },
};

describe('the report as JSON', () => {
  it('has the closed shape that is published, with and without history', () => {
    for (const made of [report(), report(SMALL, { history: HISTORY })])
      expect(reportSchema.safeParse(JSON.parse(reportJsonText(made))).error).toBeUndefined();
  });

  it('holds any finding whatever', () => {
    fc.assert(
      fc.property(fc.array(anyFinding, { maxLength: 3 }), (findings) => {
        const text = reportJsonText(report({ observations: [] }, { findings, failed: [] }));
        expect(reportSchema.safeParse(JSON.parse(text)).error).toBeUndefined();
      }),
      { numRuns: 20 },
    );
  });

  it('tells moments as RFC 3339 and lengths of time in seconds', () => {
    const { header } = reportJson(report());
    expect(header.asOf).toBe('2026-11-21T10:00:00.000000000Z');
    expect(header.freshness[0]).toEqual({
      source: 'scan',
      newest: '2026-11-21T09:00:00.000000000Z',
      ageSeconds: 3600,
    });
  });

  it('is input to whatever reads findings', () => {
    const made = report();
    expect(readFindings(reportJsonText(made), 'report.json').map(({ id }) => id)).toEqual(
      made.findings.map(({ id }) => id),
    );
  });

  it('its schema is the one in docs', () => {
    const published = readFileSync(new URL('../../docs/report.schema.json', import.meta.url), 'utf8');
    expect(published).toBe(reportSchemaText());
  });
});

describe('the hash', () => {
  const text = reportJsonText(report(SMALL, { history: HISTORY }));

  it('is what the JSON comes to, in whatever order and spacing', () => {
    const parsed = JSON.parse(text);
    expect(hashOfJson(parsed)).toBe(parsed.hash);
    const reversed = Object.fromEntries(Object.entries(parsed).reverse());
    expect(hashOfJson(reversed)).toBe(parsed.hash);
  });

  it('changes with anything in it', () => {
    const parsed = JSON.parse(text);
    for (const change of [
      { ...parsed, previous: undefined },
      { ...parsed, findings: parsed.findings.slice(1) },
      { ...parsed, chains: { ...parsed.chains, heads: [] } },
      { ...parsed, more: true },
    ])
      expect(hashOfJson(change)).not.toBe(parsed.hash);
  });

  it('is the same for the same report', () => {
    expect(report().hash).toBe(report().hash);
  });
});

it('the root of the chains covers every head, in whatever order they came', () => {
  const heads = [
    { finding: 'b', head: '2' },
    { finding: 'a', head: '1' },
  ];
  expect(chainHeads(heads)).toEqual(chainHeads(heads.toReversed()));
  expect(chainHeads(heads).root).not.toBe(chainHeads([{ finding: 'a', head: '1' }]).root);
});
