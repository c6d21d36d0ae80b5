import { plainJson } from './json-form.ts';
import type { Report } from './report.ts';
import type { ReportJson } from './report-schema.ts';

/** The report as JSON has it: the closed schema of `docs/report.schema.json`. */
export function reportJson({ hash, ...report }: Report): ReportJson {
  return { ...plainJson(report), hash };
}

/** The canonical face: all others are drawn from the same value. */
export function reportJsonText(report: Report): string {
  return `${JSON.stringify(reportJson(report), null, 2)}\n`;
}
