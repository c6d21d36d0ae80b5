import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { changesCsv, findingsCsv, identitiesCsv } from '../../shared/report/csv.ts';
import { csvText } from '../../shared/report/csv-text.ts';
import { finding } from '../findings/a-finding.ts';
import { anyFinding } from '../findings/any-finding.ts';
import { report } from './small-report.ts';

/** Reads CSV by the letter of RFC 4180; throws on what is not. */
function parse(text: string): readonly (readonly string[])[] {
  const rows: string[][] = [];
  let row: string[] = [];
  const cell = /("(?:[^"]|"")*"|[^",\r\n]*)(,|\r\n)/y;
  for (let at = 0; at < text.length; at = cell.lastIndex) {
    cell.lastIndex = at;
    const [, value = '', end] = cell.exec(text) ?? [];
    if (end === undefined) throw new Error(`not CSV at ${at}`);
    row.push(value.startsWith('"') ? value.slice(1, -1).replaceAll('""', '"') : value);
    if (end === '\r\n') {
      rows.push(row);
      row = [];
    }
  }
  return rows;
}

const meant = (cell: string) => cell.replace(/^'/, '');
const cells = fc.string({
  unit: fc.constantFrom('=', '+', '-', '@', "'", '"', ',', '\r', '\n', '\t', ' ', 'a', '＝', '€'),
});

describe('CSV', () => {
  it('comes back as it was', () => {
    fc.assert(
      fc.property(fc.array(fc.array(cells, { minLength: 1 }), { minLength: 1 }), (rows) => {
        expect(parse(csvText(rows)).map((row) => row.map(meant))).toEqual(rows);
      }),
    );
  });

  it('no cell is a formula', () => {
    fc.assert(
      fc.property(cells, (cell) => {
        const [[shown = ''] = []] = parse(csvText([[cell]]));
        expect(shown).not.toMatch(/^\s*[=+\-@＝＋－＠]|^[\t\r\n]/u);
      }),
    );
  });

  it('a cell is quoted where it must be', () => {
    expect(csvText([['a', 'b,c', 'say "so"', 'two\nlines', '=1+1']])).toBe(
      `a,"b,c","say ""so""","two\nlines",'=1+1\r\n`,
    );
  });

  it('has one row for each finding, of the same width, whatever is in it', () => {
    fc.assert(
      fc.property(fc.array(anyFinding, { maxLength: 5 }), (findings) => {
        const [header = [], ...rows] = parse(findingsCsv(findings));
        expect(rows.map((row) => row.length)).toEqual(findings.map(() => header.length));
        expect(rows.map((row) => meant(row[header.indexOf('title')]!))).toEqual(
          findings.map(({ title }) => title),
        );
      }),
    );
  });

  it('keeps its columns: they are read by their place', () => {
    const [header] = parse(findingsCsv([]));
    expect(header).toEqual(
      'schema_version,id,severity,state,class,detector,title,identity,resource,role,project,cluster,namespace,owner,assignee,actor,observed_by,event_time,first_seen,last_seen,resolved_at,resolution,resolved_by,exception,before,after,path,explanation,policy_file,policy_line,policy_entry,policy_hash,remediation,controls,episode,incident'.split(
        ',',
      ),
    );
  });

  it('tells times as RFC 3339, and what is absent as nothing', () => {
    const [header = [], row = []] = parse(findingsCsv([finding()]));
    const value = (name: string) => row[header.indexOf(name)];
    expect([value('schema_version'), value('first_seen'), value('resolved_at'), value('actor')]).toEqual([
      '1',
      '2026-11-21T09:00:00.000000000Z',
      '',
      'unknown',
    ]);
  });

  it('changes stand in the order of their sample, with the seed in every row', () => {
    const made = report();
    const [header = [], ...rows] = parse(changesCsv(made));
    expect(rows.map((row) => row[header.indexOf('sample_rank')])).toEqual(['1', '2']);
    expect(rows.map((row) => row[header.indexOf('seed')])).toEqual([
      made.population.seed,
      made.population.seed,
    ]);
  });

  it('identities tell their roles, and which nobody declared', () => {
    const [header = [], ...rows] = parse(identitiesCsv(report()));
    expect(rows.map((row) => row[header.indexOf('roles')])).toContain(
      'roles/editor on project:acme-prod (not declared)\nroles/cloudsql.client on project:acme-prod',
    );
  });
});
