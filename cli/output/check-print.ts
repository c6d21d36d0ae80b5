import type { Caused } from '../../shared/check/check.ts';
import type { Finding } from '../../shared/model/finding.ts';
import { sarifText } from '../../shared/report/sarif.ts';
import { fromHere } from '../from-here.ts';
import type { Io } from '../io.ts';
import { VERSION } from '../version.ts';
import { type CheckResult, checkJson, placeOf } from './check-document.ts';
import { checkMarkdown } from './check-markdown.ts';
import { checkTable } from './check-table.ts';

export const CHECK_FORMATS = ['table', 'json', 'sarif', 'md'] as const;
export type CheckFormat = (typeof CHECK_FORMATS)[number];

/** The result in the format asked for, as text for standard output or a file. */
export function checkPrinted(result: CheckResult, format: CheckFormat, io: Io): string {
  switch (format) {
    case 'table':
      return checkTable(result, io);
    case 'json':
      return `${JSON.stringify(checkJson(result), null, 2)}\n`;
    case 'sarif': {
      const { checked, policy, asOf } = result;
      const findings = checked.caused.map(atItsCause);
      return sarifText({ findings, tenant: policy.name, asOf, version: VERSION, pathOf: fromHere });
    }
    case 'md':
      return checkMarkdown(result);
  }
}

/** Code scanning shows a result where the change makes it; what the change does not say the line of stays at the policy's. */
function atItsCause({ finding, item }: Caused): Finding {
  if (item === undefined) return finding;
  const { file, line, column = 1 } = placeOf(item);
  const { why } = finding;
  const says = `${finding.explanation} Brought about by ${item.name}; the policy speaks in ${fromHere(why.file)}:${why.line}.`;
  if (line === undefined || file === '-') return { ...finding, explanation: says };
  return { ...finding, explanation: says, why: { ...why, file, line, column } };
}
