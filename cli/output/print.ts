import { findingJson } from '../../shared/findings/finding-json.ts';
import { findingsCsv } from '../../shared/report/csv.ts';
import { findingsMarkdown } from '../../shared/report/markdown.ts';
import { sarifText } from '../../shared/report/sarif.ts';
import { fromHere } from '../from-here.ts';
import type { Io } from '../io.ts';
import { VERSION } from '../version.ts';
import { type Result, resultJson } from './document.ts';
import { findingsTable } from './findings-table.ts';

export const FORMATS = ['table', 'json', 'ndjson', 'sarif', 'csv', 'md'] as const;
export type Format = (typeof FORMATS)[number];

/** The result in the format asked for, as text for standard output or a file. */
export function printed(result: Result, format: Format, io: Io): string {
  switch (format) {
    case 'table':
      return findingsTable(result.findings, io);
    case 'json':
      return `${JSON.stringify(resultJson(result), null, 2)}\n`;
    case 'ndjson':
      return result.findings.map((finding) => `${JSON.stringify(findingJson(finding))}\n`).join('');
    case 'sarif': {
      const { findings, policy, asOf } = result;
      return sarifText({ findings, tenant: policy.name, asOf, version: VERSION, pathOf: fromHere });
    }
    case 'csv':
      return findingsCsv(result.findings);
    case 'md':
      return findingsMarkdown(result.findings);
  }
}
