import { changesCsv, findingsCsv, identitiesCsv } from './csv.ts';
import { reportHtml } from './html.ts';
import { reportJsonText } from './json.ts';
import { reportMarkdown } from './markdown.ts';
import type { Report } from './report.ts';
import { sarifText } from './sarif.ts';

export const REPORT_FORMATS = ['html', 'csv', 'json', 'sarif', 'md'] as const;
export type ReportFormat = (typeof REPORT_FORMATS)[number];

/** One file of a report. */
export interface Face {
  readonly name: string;
  readonly contentType: string;
  readonly body: string;
}

/** The files of a report in the formats asked for. `pathOf`: a policy file from the root of its repository, for code scanning. */
export function facesOf(
  report: Report,
  formats: readonly ReportFormat[],
  pathOf?: (file: string) => string,
): readonly Face[] {
  return formats.flatMap((format) => facesIn(format, report, pathOf));
}

function facesIn(
  format: ReportFormat,
  report: Report,
  pathOf: ((file: string) => string) | undefined,
): readonly Face[] {
  switch (format) {
    case 'html':
      return [face('report.html', 'text/html; charset=utf-8', reportHtml(report))];
    case 'json':
      return [face('report.json', 'application/json', reportJsonText(report))];
    case 'md':
      return [face('report.md', 'text/markdown; charset=utf-8', reportMarkdown(report))];
    case 'sarif': {
      const { findings, header } = report;
      const body = sarifText({
        findings,
        tenant: header.tenant,
        asOf: header.asOf,
        version: header.tool.version,
        ...(pathOf === undefined ? {} : { pathOf }),
      });
      return [face('report.sarif', 'application/sarif+json', body)];
    }
    case 'csv': {
      const type = 'text/csv; charset=utf-8';
      return [
        face('findings.csv', type, findingsCsv(report.findings)),
        face('changes.csv', type, changesCsv(report)),
        face('identities.csv', type, identitiesCsv(report)),
      ];
    }
  }
}

function face(name: string, contentType: string, body: string): Face {
  return { name, contentType, body };
}
