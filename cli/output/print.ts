import { findingJson } from '../../shared/findings/finding-json.ts';
import type { Io } from '../io.ts';
import { type Result, resultJson } from './document.ts';
import { findingsTable } from './findings-table.ts';

export const FORMATS = ['table', 'json', 'ndjson'] as const;
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
  }
}
